"""A bank statement as CSV: columns by a map that the officer sees on the page, proved like any other. Pure.

The file says nothing of its account and balances, so whoever imports it types them from the bank's page.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from payments.bank_statements.kinds import Format
from payments.bank_statements.read import MOST_BYTES, ReadLine, Statement, StatementError, pence_of, proved

_DAYS: Final = ("%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y", "%d-%m-%Y", "%d %b %Y", "%d-%b-%Y", "%d %B %Y")
_RETURN_WORDS: Final = ("return", "returned", "unpaid", "reversal", "reversed")
_LONGEST: Final = 140


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which heading holds what. Either `amount` (a minus sign goes out), or `paid_in` and `paid_out`. Empty: not there."""

    day: str = "date"
    reference: str = "reference"
    words: str = "description"
    amount: str = "amount"
    paid_in: str = "paid in"
    paid_out: str = "paid out"
    kind: str = "type"


@dataclass(frozen=True, slots=True)
class Typed:
    """What the file does not say."""

    account: str
    opening_pence: int
    closing_pence: int
    columns: ColumnMap = field(default_factory=ColumnMap)


def read(content: bytes, typed: Typed) -> Statement:
    """The statement, proved. StatementError names the row that can't be read."""
    if len(content) > MOST_BYTES:
        raise StatementError("The file is larger than 5 megabytes. Export fewer days.")
    rows = list(csv.reader(io.StringIO(_decoded(content))))
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        raise StatementError("The file is empty.")
    places = {_plain(heading): place for place, heading in reversed(list(enumerate(rows[0])))}
    columns = _columns(places, typed.columns)
    lines = [_line(row, columns, number) for number, row in enumerate(rows[1:], 2)]
    lines = [line for line in lines if line.amount_pence]
    if not lines:
        raise StatementError("There is no line with an amount in the file.")
    days = [line.booked_on for line in lines]
    return proved(
        Statement(
            Format.CSV,
            typed.account.strip(),
            "",
            typed.opening_pence,
            typed.closing_pence,
            min(days),
            max(days),
            lines,
        )
    )


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise StatementError("The file is not text. Export it from the bank as CSV once more.")


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", heading.casefold()).split())


def _columns(places: Mapping[str, int], wanted: ColumnMap) -> dict[str, int]:
    found = {
        name: places[_plain(heading)]
        for name in ColumnMap.__slots__
        if (heading := getattr(wanted, name)) and _plain(heading) in places
    }
    money = "amount" in found or ("paid_in" in found and "paid_out" in found)
    missing = [name for name in ("day",) if name not in found] + ([] if money else ["amount"])
    if "reference" not in found and "words" not in found:
        missing.append("reference")
    if missing:
        named = ", ".join("date" if name == "day" else name for name in missing)
        there = ", ".join(f"“{name}”" for name in places if name)
        raise StatementError(f"No column for: {named}. The file has {there}. Name its columns below the file.")
    return found


def _line(row: Sequence[str], columns: Mapping[str, int], number: int) -> ReadLine:
    def cell(name: str) -> str:
        place = columns.get(name)
        return row[place].strip().lstrip("'") if place is not None and place < len(row) else ""

    try:
        booked_on = _day(cell("day"))
        pence = (
            _money(cell("amount")) if "amount" in columns else _money(cell("paid_in")) - abs(_money(cell("paid_out")))
        )
    except ValueError:
        raise StatementError(f"Row {number}: the date or the amount can't be read, so nothing was imported.") from None
    words = cell("words")
    told = f"{cell('kind')} {words}".casefold().split()
    return ReadLine(
        booked_on,
        pence,
        cell("reference")[:_LONGEST],
        " ".join(words.split())[:500],
        any(word.strip(".,:") in _RETURN_WORDS for word in told),
    )


def _day(text: str) -> date:
    for pattern in _DAYS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day without a time
        except ValueError:
            continue
    raise ValueError("not a day")


def _money(text: str) -> int:
    """-1,234.50, (1,234.50) and 1,234.50- go out; nothing is nothing."""
    compact = text.replace(" ", "").replace("£", "").replace("−", "-")
    if not compact:
        return 0
    out = compact.startswith(("-", "(")) or compact.endswith("-")
    pence = pence_of(compact.strip("-()+"))
    return -pence if out else pence
