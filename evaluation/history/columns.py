"""The two kinds of CSV file and what each column holds (docs/history.md). Pure: text in, values or a message out.

Money is in pounds as people write it, days as YYYY-MM-DD on London's calendar.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from crowdfund_kent import geography
from crowdfund_kent.errors import NotFound
from crowdfund_kent.money import AmountError, parse_amount
from pledges.kinds import BackerKind
from projects.kinds import LegalForm


class Outcome(StrEnum):
    """How a past campaign ended."""

    SETTLED = "settled"
    UNSUCCESSFUL = "unsuccessful"
    COLLAPSED = "collapsed"
    CANCELLED = "cancelled"


class PledgeOutcome(StrEnum):
    """How a past pledge ended."""

    COLLECTED = "collected"
    DROPPED = "dropped"
    REFUNDED = "refunded"
    RELEASED = "released"
    CANCELLED = "cancelled"


class CellError(ValueError):
    """What is wrong with a cell, and what to put there."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `read` turns a text that is not empty into its value; an optional empty cell is None."""

    name: str
    read: Callable[[str], Any]
    required: bool = True


def words(most: int) -> Callable[[str], str]:
    """Text of one line, at most so long."""

    def read(text: str) -> str:
        if len(text) > most:
            raise CellError(f"is {len(text)} characters long: shorten it to {most}")
        return text

    return read


def choice(values: type[StrEnum]) -> Callable[[str], str]:
    """One of a closed list."""

    def read(text: str) -> str:
        if text.lower() not in {value.value for value in values}:
            raise CellError(f"is '{text}': use one of " + ", ".join(value.value for value in values))
        return text.lower()

    return read


def day(text: str) -> date:
    """A day."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        raise CellError(f"is '{text}': write the day as YYYY-MM-DD, like 2021-06-24")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CellError(f"is '{text}': there is no such day") from None


def amount(text: str) -> int:
    """Pounds above nothing, as pence."""
    try:
        return parse_amount(text)
    except AmountError as error:
        raise CellError(f"is '{text}': {error.message[0].lower()}{error.message[1:]}") from None


def amount_or_nothing(text: str) -> int:
    """Pounds, also 0, as pence."""
    return 0 if re.fullmatch(r"£?0(\.00)?", text) else amount(text)


def district(text: str) -> str:
    """A district's code."""
    try:
        return geography.district(text).code
    except NotFound:
        listed = ", ".join(f"{one.code} ({one.name})" for one in geography.DISTRICTS)
        raise CellError(f"is '{text}': use a code of {listed}") from None


MATCHES: Final = 3  # match pledges that one row can hold

PROJECT_COLUMNS: Final = (
    Column("project", words(60)),  # the reference by which the pledges file names it; unique
    Column("group", words(120)),
    Column("legal_form", choice(LegalForm)),
    Column("title", words(80)),
    Column("summary", words(200)),
    Column("place", words(80), required=False),
    Column("district", district),
    Column("objective", words(80)),
    Column("capital", amount_or_nothing),
    Column("revenue", amount_or_nothing),
    Column("other_funding", amount_or_nothing, required=False),
    Column("in_kind", amount_or_nothing, required=False),
    Column("target", amount),
    Column("opened", day),
    Column("last_day", day),
    Column("outcome", choice(Outcome)),
    Column("decided", day),
    Column("settled", day, required=False),
    *(
        Column(f"match_{number}_{name}", read, required=False)
        for number in range(1, MATCHES + 1)
        for name, read in (
            ("fund", words(80)),
            ("amount", amount),
            ("pledged", day),
            ("paid", day),
            ("purpose", words(200)),
        )
    ),
)
PLEDGE_COLUMNS: Final = (
    Column("pledge", words(60)),
    Column("project", words(60)),
    Column("backer", words(254)),  # an e-mail, or any key that is the same for the same backer; only its hash is kept
    Column("kind", choice(BackerKind), required=False),
    Column("pledged", day),
    Column("amount", amount),
    Column("outcome", choice(PledgeOutcome)),
    Column("ended", day, required=False),
)
KINDS: Final[Mapping[str, tuple[Column, ...]]] = {"project": PROJECT_COLUMNS, "pledge": PLEDGE_COLUMNS}
# a file may leave these columns out altogether
OPTIONAL: Final = {column.name for columns in KINDS.values() for column in columns if not column.required}
