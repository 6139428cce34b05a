"""The chart of accounts: what each account of the ledger stands for, and whose money it is.

Each package's accounts.py names its own in CHART; wiring.py puts them together. Money that residents paid is held as
agent: a liability to the group, never income. docs/books.md lists the chart as it is here (a test holds them together),
and `check` finds a line on an account that nobody named.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

ANY_ID: Final = "<id>"


class Nature(StrEnum):
    """On which side of the books an account stands. Debits are above nothing: assets and expenses; credits below."""

    ASSET = "asset"
    LIABILITY = "liability"
    INCOME = "income"
    EXPENSE = "expense"
    MEMORANDUM = "memorandum"  # promises, and records of what moved elsewhere: no money of these books


class Whose(StrEnum):
    """Whose money stands on an account."""

    GROUP = "the group's"
    BACKERS = "backers'"
    FUNDER = "the funder's"
    PROGRAMME = "the programme's"
    NOBODY = "nobody's: a record only"


@dataclass(frozen=True)
class Account:
    """One account, or one for each campaign, source and so on.

    `prefix`: the account's text with `<id>` where the number of a row stands, "held for group:campaign:<id>".
    """

    prefix: str
    name: str
    meaning: str
    nature: Nature
    whose: Whose

    @cached_property
    def pattern(self) -> str:
        """A regular expression, for Python and for PostgreSQL alike, that the account's whole text matches."""
        return "^" + "[0-9]+".join(re.escape(part) for part in self.prefix.split(ANY_ID)) + "$"

    def holds(self, account: str) -> bool:
        """Whether the text of a ledger line is this account, or one of its kind."""
        return re.match(self.pattern, account) is not None


_composed: list[Account] = []


def compose(parts: Iterable[tuple[Account, ...]]) -> None:
    """The whole chart, in the order of the packages. ValueError for one account named twice."""
    whole = tuple(account for part in parts for account in part)
    if len({account.prefix for account in whole}) != len(whole):
        raise ValueError("an account stands in the chart twice")
    _composed[:] = whole


def chart() -> tuple[Account, ...]:
    """Every account that the ledger may know. LookupError in a process that did not put it together: figures that add up
    accounts would be too small there, and nobody would see it.
    """
    if not _composed:
        raise LookupError("the chart of accounts was not put together: call wiring.compose_chart() first")
    return tuple(_composed)


def account_of(text: str) -> Account:
    """What the account of a ledger line is. LookupError for one that is not in the chart."""
    for account in _composed:
        if account.holds(text):
            return account
    raise LookupError(f"no account of the chart is called {text}")
