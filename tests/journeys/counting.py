"""What a journey costs the person who makes it: pages, fields, mails. They stand in docs/journeys.md and may not rise unseen.

After a change that costs somebody more, and a reason for it: `JOURNEY_COUNTS=write make test TESTS=tests/journeys`.
"""

import os
import re
from pathlib import Path
from typing import Final, NamedTuple

from tests.journeys.visitor import Visitor

DOCUMENT: Final = Path(__file__).parent.parent.parent / "docs" / "journeys.md"
_ROW: Final = re.compile(
    r"^\| (?P<journey>[^|]+) \| (?P<pages>\d+) \| (?P<fields>\d+) \| (?P<mails>\d+) \|$", re.MULTILINE
)


class Counts(NamedTuple):
    """Pages read (those that say what is wrong too), fields filled in, mails opened."""

    pages: int
    fields: int
    mails: int


def written() -> dict[str, Counts]:
    """The table of the document."""
    text = DOCUMENT.read_text()
    return {
        one["journey"]: Counts(int(one["pages"]), int(one["fields"]), int(one["mails"])) for one in _ROW.finditer(text)
    }


def hold(journey: str, *people: Visitor) -> None:
    """The journey of these people together costs no more than the document says."""
    found = Counts(
        sum(one.pages for one in people), sum(one.fields for one in people), sum(one.mails for one in people)
    )
    if os.environ.get("JOURNEY_COUNTS") == "write":
        _write(journey, found)
    known = written().get(journey)
    assert known is not None, f"docs/journeys.md has no row for “{journey}”: {found}"
    more = [name for name, now, before in zip(Counts._fields, found, known, strict=True) if now > before]
    assert not more, f"“{journey}” costs more {', '.join(more)} than docs/journeys.md says: {found} instead of {known}"


def _write(journey: str, found: Counts) -> None:
    row = f"| {journey} | {found.pages} | {found.fields} | {found.mails} |"
    text = DOCUMENT.read_text()
    old = next((one for one in _ROW.finditer(text) if one["journey"] == journey), None)
    DOCUMENT.write_text(text.replace(old[0], row) if old else f"{text.rstrip()}\n{row}\n")
