"""What a case is about: the row behind a page, and the staff page of a row. Packages fill it; this one knows none of them.

A package's landing.py names STAFF_PAGES ({"campaign": "/staff/campaigns/{id}"}) and SUBJECTS_OF_PAGES (functions that turn
a public address into "campaign:12", or nothing); wiring.py registers them.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import unquote

from crowdfund_kent.accounts.rules import HOME, own_path
from crowdfund_kent.security import public_path

SubjectOfPage = Callable[[str], Awaitable[str]]
LONGEST: Final = 300
_SUBJECT: Final = re.compile(r"([a-z_]+):([0-9]{1,18})")
_staff_pages: Final[dict[str, str]] = {}
_of_pages: Final[list[SubjectOfPage]] = []


def register_staff_pages(pages: Mapping[str, str]) -> None:
    """`pages`: prefix of a subject -> the staff page's address with {id} in it."""
    _staff_pages.update(pages)


def register_subject_of_page(function: SubjectOfPage) -> None:
    """Ask `function(path)` for the subject of a public page; it answers "" for pages of others. Counts once."""
    if function not in _of_pages:
        _of_pages.append(function)


def staff_page(subject: str) -> str:
    """The staff page of "campaign:12"; empty where there is none."""
    found = _SUBJECT.fullmatch(subject)
    if found is None:
        return ""
    return _staff_pages.get(found[1], "").replace("{id}", found[2])


async def subject_of(page: str) -> str:
    """The subject of a page of this site, as "campaign:12"; empty when nobody knows."""
    for function in _of_pages:
        if subject := await function(page):
            return subject
    return ""


def page_path(text: str | None) -> str:
    """The path of a page of this site, as it may be kept: without a query, and without the secret part. Else empty."""
    asked = (text or "").strip().partition("?")[0].partition("#")[0]
    path = own_path(asked)
    if path == HOME and asked != HOME:
        return ""
    return public_path(unquote(path))[:LONGEST]
