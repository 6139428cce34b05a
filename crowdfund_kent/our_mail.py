"""Is this e-mail from us? What can be told of a link, a code or a reference, without telling who has pledged.

- A link: whether it leads to this site, and if not, where to. Nothing is asked of the database.
- A code: only with the address the e-mail went to. It can't be made by others, and one copied from another e-mail does
  not fit the address.
- A reference: only that we write about something with it. It names nobody, and a liar may have seen it, so the answer
  says that it proves nothing. References are drawn from 500 thousand million; a limit keeps guessing hopeless.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from crowdfund_kent.mail import codes
from crowdfund_kent.references import ALPHABET

ReferenceExists = Callable[[str], Awaitable[bool]]
_REFERENCE: Final = re.compile(rf"([A-Z])-?([{ALPHABET}]{{4}})-?([{ALPHABET}]{{4}})")
_LINK: Final = re.compile(r"^[a-z][a-z0-9+.-]*:|^//|^www\.|^[^\s/@]+\.[a-z]{2,}(?:[/:?#]|$)", re.IGNORECASE)
_PORTS: Final = {"https": 443, "http": 80}
_exists: Final[dict[str, ReferenceExists]] = {}


class Found(StrEnum):
    """What was found."""

    LINK_OURS = "link ours"
    LINK_NOT_OURS = "link not ours"
    CODE_OURS = "code ours"
    CODE_NOT_OURS = "code not ours"
    CODE_NEEDS_ADDRESS = "code needs address"
    REFERENCE_KNOWN = "reference known"
    REFERENCE_UNKNOWN = "reference unknown"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Answer:
    """`host`: where a link that is not ours leads to, as browsers read it."""

    found: Found
    host: str = ""


def register_reference(prefix: str, exists: ReferenceExists) -> None:
    """References that begin with this letter: `exists(reference)` says whether we write about it."""
    _exists[prefix] = exists


def reference_of(typed: str) -> str | None:
    """p-7f3k 9q2m -> P-7F3K-9Q2M; None for anything else."""
    found = _REFERENCE.fullmatch(re.sub(r"\s", "", typed).upper())
    return f"{found[1]}-{found[2]}-{found[3]}" if found else None


def link(typed: str, site_url: str) -> Answer:
    """Whether a link leads to this site. Read as browsers do: a backslash is a slash, a name before @ is no host."""
    ours = urlsplit(site_url)
    seen = re.sub(r"[\x00-\x20\x7f]", "", typed).replace("\\", "/")
    if not re.match(r"^[a-z][a-z0-9+.-]*://", seen, re.IGNORECASE):
        seen = f"{ours.scheme}://{seen.lstrip('/')}"
    try:
        parts = urlsplit(seen)
        here = (parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme))
    except ValueError:
        return Answer(Found.LINK_NOT_OURS)
    if here == (ours.scheme, ours.hostname, ours.port or _PORTS[ours.scheme]) and "@" not in parts.netloc:
        return Answer(Found.LINK_OURS)
    return Answer(Found.LINK_NOT_OURS, "" if parts.hostname == ours.hostname else (parts.hostname or "")[:100])


async def examine(typed: str, address: str, site_url: str) -> Answer:
    """What can be told of what somebody typed. `address`: where the e-mail came to; needed for a code only."""
    text = typed.strip()
    if (reference := reference_of(text)) is not None:
        exists = _exists.get(reference[0])
        known = exists is not None and await exists(reference)
        return Answer(Found.REFERENCE_KNOWN if known else Found.REFERENCE_UNKNOWN)
    if codes.is_code(text):
        if not address:
            return Answer(Found.CODE_NEEDS_ADDRESS)
        return Answer(Found.CODE_OURS if codes.is_ours(text, address) else Found.CODE_NOT_OURS)
    if _LINK.match(text):
        return link(text, site_url)
    return Answer(Found.UNREADABLE)
