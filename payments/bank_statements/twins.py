"""The same line of the bank once by XML and once by CSV: told by account, day, amount and reference. It counts once.

The two files write references and words differently, so their keys differ. Where account, day and amount agree and the
references neither agree nor differ for certain, the line waits for a person.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from crowdfund_kent.database import fetch
from payments.bank_statements.kinds import Format
from payments.bank_statements.models import BankStatement
from payments.bank_statements.read import ReadLine
from payments.bank_statements.rules import references_in

MAY_BE: Final = "it may have come in another file before"
_LEAST: Final = 4  # figures of an account by which a person types it, and letters of a reference that tells a line


class Twin(StrEnum):
    """Whether a line stands in another file already."""

    SAME = "same"
    MAY_BE = "may be"
    NEW = "new"


def same_account(one: str, other: str) -> bool:
    """Whether two names are of one account: the same words, or one ends with the figures of the other.

    >>> same_account("GB00KENT00000000000001", "0001"), same_account("0001", "9001")
    (True, False)
    """
    if one.casefold().split() == other.casefold().split():
        return True
    first, second = re.sub(r"[^0-9]", "", one), re.sub(r"[^0-9]", "", other)
    least = min(len(first), len(second))
    return least >= _LEAST and first[-least:] == second[-least:]


def compare(reference: str, words: str, other_reference: str, other_words: str) -> Twin:
    """What references and words say of two lines whose account, day and amount agree. Pure."""
    ours, theirs = set(references_in(reference, words)), set(references_in(other_reference, other_words))
    if ours and theirs:
        return Twin.SAME if ours & theirs else Twin.NEW
    first, second = _plain(reference), _plain(other_reference)
    if first and second:
        told = (_plain(f"{reference} {words}"), _plain(f"{other_reference} {other_words}"))
        if _tells(first, told[1]) or _tells(second, told[0]):
            return Twin.SAME
    elif _plain(words) and _plain(words) == _plain(other_words):
        return Twin.SAME
    return Twin.MAY_BE


def _tells(reference: str, other: str) -> bool:
    """Whether the other file has this reference; one of a letter or two is in anything, and tells nothing."""
    return reference == other or (len(reference) >= _LEAST and reference in other)


def _plain(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


@dataclass
class Before:
    """Lines of other files with the same account, which a new line may be; each is one line at most."""

    rows: list[dict[str, Any]]

    def take(self, lines: Sequence[ReadLine]) -> list[Twin]:
        """What each line is to them. What is certain first: a line that only may be one must not hide it from its own."""
        found = [Twin.NEW] * len(lines)
        for wanted in (Twin.SAME, Twin.MAY_BE):
            for at, line in enumerate(lines):
                if found[at] is Twin.NEW and self._is(line, wanted):
                    found[at] = wanted
        return found

    def _is(self, line: ReadLine, wanted: Twin) -> bool:
        for one in self.rows:
            same = (one["booked_on"], one["amount_pence"]) == (line.booked_on, line.amount_pence)
            if same and compare(line.reference, line.words, one["reference"], one["words"]) is wanted:
                self.rows.remove(one)
                return True
        return False


async def before(statement: BankStatement, lines: Iterable[ReadLine], known: Collection[str]) -> Before:
    """What came before in files of the other kind on the days of these lines, and in a CSV whose account was typed otherwise.

    `known`: keys that this file has itself.
    """
    kinds = [Format.CSV] if statement.format != Format.CSV else [one for one in Format if one != Format.CSV]
    rows = await fetch(
        "SELECT l.booked_on, l.amount_pence, l.reference, l.words, s.account FROM bank_line l"
        " JOIN bank_statement s ON s.id = l.statement_id WHERE s.id <> $1"
        " AND (s.format = ANY($2::text[]) OR ($5 = 'csv' AND s.format = 'csv' AND s.account <> $6))"
        " AND l.booked_on = ANY($3::date[]) AND NOT l.key = ANY($4::text[]) ORDER BY l.id",
        statement.id,
        kinds,
        sorted({line.booked_on for line in lines}),
        list(known),
        str(statement.format),
        statement.account,
    )
    return Before([row for row in rows if same_account(str(row["account"]), statement.account)])
