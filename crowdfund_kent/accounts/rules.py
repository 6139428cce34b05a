"""Pure decisions about signing in."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import unquote, urlsplit

HOME: Final = "/account"
MOST_TRIES: Final = 5  # codes typed for one request
MOST_TRIES_A_DAY: Final = (
    25  # codes typed wrong for one e-mail address: the chance to guess one stays at 25 in a million
)
MOST_REQUESTS: Final = ((timedelta(hours=1), 20), (timedelta(days=1), 60))  # e-mails to one address
_LONGEST_PATH: Final = 400


class Standing(StrEnum):
    """What a request to sign in is worth now."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


def standing(*, used: bool, expires_at: datetime, newest: bool, now: datetime) -> Standing:
    """`newest`: no later request was made for this e-mail address. Used wins over the rest, for the clearest words."""
    if used:
        return Standing.USED
    if not newest:
        return Standing.SUPERSEDED
    return Standing.OPEN if now < expires_at else Standing.EXPIRED


def own_path(wanted: str | None) -> str:
    """`wanted` when it is a path of this site, else /account: a link to us must never lead elsewhere."""
    if not wanted or len(wanted) > _LONGEST_PATH:
        return HOME
    # browsers read a backslash as a slash, drop tabs and line breaks, and a proxy may decode once
    seen = unquote(wanted)
    if any(ord(letter) <= 0x20 or ord(letter) == 0x7F or letter == "\\" for letter in wanted + seen.partition("?")[0]):
        return HOME
    if not wanted.startswith("/") or wanted.startswith("//") or seen.startswith("//"):
        return HOME
    parts = urlsplit(wanted)
    return HOME if parts.scheme or parts.netloc else wanted


def spaced(code: str) -> str:
    """123456 -> 123 456, as people read it out."""
    return f"{code[:3]} {code[3:]}"
