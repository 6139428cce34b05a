"""A statement: what stood on each account before, what moved, what stands there at the end. Pure.

The figures on top (collected, given back, paid ...) are made of the same rows, so they can't say anything else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from crowdfund_kent.chart import Account, Nature
from payments.books.figures import Flow, Scope, summed

_CREDIT: Final = frozenset({Nature.LIABILITY, Nature.INCOME})  # shown above nothing although they are credits
HELD: Final = "held for group:campaign:<id>"
GIFTS: Final = "gifts held:campaign:<id>"
UNPAID: Final = "programme:unpaid cheques"
PLEDGED: Final = "memo:pledged:campaign:<id>"
PAID_ELSEWHERE: Final = "history:collected:batch:<id>"


def source(place: str) -> str:
    """The account of a place in a pot, as in the chart."""
    return f"memo:source:<id>:{place}"


@dataclass(frozen=True, slots=True)
class Item:
    """One figure. It sums the movements of `kinds` (every other kind when empty) on `accounts`; `sign` makes it read well."""

    key: str
    words: str
    accounts: tuple[str, ...]
    kinds: tuple[str, ...]
    sign: int = 1
    of_funds: bool = False  # money of funders: it stands in statements of funds and funders too


_HOLDING: Final = (source("earmarked"), source("pledged"), source("confirmed"))
# what can happen to money that is held for a group; a kind that nobody named is "other", so that the sum always holds
ITEMS: Final[tuple[Item, ...]] = (
    Item("pledged", "Promised by backers", (PLEDGED,), ("promise made", "promise changed")),
    Item("promise_ended", "Promises that ended", (PLEDGED,), ("promise ended",), -1),
    Item("collected", "Collected from cards", (HELD,), ("collected",), -1),
    Item("given_back", "Given back to backers", (HELD,), ("refunded", "refund failed", "paid back another way")),
    Item("disputed", "Lost in disputes", (HELD,), ("dispute lost",)),
    Item("fees", "Card costs that the group bears", (HELD,), ("card cost",)),
    Item("gifts", "Gifts in cash and by cheque", (GIFTS,), ("gift counted",), -1),
    Item("gifts_back", "Gifts given back", (GIFTS,), ("gift returned",)),
    Item("gifts_on", "Gifts handed on to groups", (GIFTS,), ("gifts handed on",)),
    Item("unpaid", "Cheques unpaid after they were handed on", (UNPAID,), ("cheque unpaid",)),
    Item("made_good", "Of unpaid cheques, given back by groups", (UNPAID,), ("cheque made good",), -1),
    Item("transferred", "Passed on to groups", (HELD,), ("paid out",)),
    Item("taken_back", "Taken back from groups", (HELD,), ("taken back",), -1),
    Item("other_held", "Other movements of this money", (HELD, GIFTS), ()),
    Item("elsewhere", "Collected elsewhere, by import", (PAID_ELSEWHERE,), ("history collected",)),
    Item("earmarked", "Set aside by funds", (source("earmarked"),), ("earmark",), 1, True),
    Item("match_pledged", "Accepted by groups", (source("pledged"),), ("pledge",), 1, True),
    Item("confirmed", "Confirmed: owed to groups", (source("confirmed"),), ("confirm",), 1, True),
    Item("released", "Let go without money moving", _HOLDING, ("release",), -1, True),
    Item("paid", "Paid by funds", (source("paid"),), ("discharge",), 1, True),
    Item("sent_back", "Payments that the bank sent back", (source("paid"),), ("discharge returned",), 1, True),
    Item("recovered", "Recovered by funds", (source("recovered"),), ("recover",), 1, True),
    Item("left_again", "Recovered money left again in the pot", (source("recovered"),), ("return",), 1, True),
)
_NAMED: Final = frozenset(kind for item in ITEMS if {HELD, GIFTS} & {*item.accounts} for kind in item.kinds)


@dataclass(frozen=True, slots=True)
class Moved:
    """Pence in the period and, of all time, up to its end."""

    within: int = 0
    at_end: int = 0

    def __add__(self, other: "Moved") -> "Moved":
        return Moved(self.within + other.within, self.at_end + other.at_end)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account: what stood there, what moved by kind, what stands there. Signs as they read: what is owed is above nothing."""

    account: str
    name: str
    nature: Nature
    whose: str
    before: int
    moves: tuple[tuple[str, int], ...]
    after: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What one scope's rows say from the first day to the last, both included."""

    scope: Scope
    from_day: date
    until_day: date
    items: tuple[tuple[Item, Moved], ...]
    accounts: tuple[AccountLine, ...]

    def item(self, key: str) -> Moved:
        """One figure."""
        return next(moved for item, moved in self.items if item.key == key)


def of_item(item: Item, rows: Iterable[Flow]) -> Moved:
    """One figure over any rows."""
    within = at_end = 0
    for flow in rows:
        if flow.account in item.accounts and (flow.kind in item.kinds if item.kinds else flow.kind not in _NAMED):
            within += flow.within
            at_end += flow.at_end
    return Moved(item.sign * within, item.sign * at_end)


def make(scope: Scope, from_day: date, until_day: date, rows: Sequence[Flow], chart: Iterable[Account]) -> Statement:
    """The statement of these rows, its accounts in the order of the chart. LookupError for an account that is not in it."""
    of_funds_only = scope.kind in ("fund", "funder")
    items = tuple((item, of_item(item, rows)) for item in ITEMS if item.of_funds or not of_funds_only)
    return Statement(scope, from_day, until_day, items, tuple(_accounts(rows, chart)))


def _accounts(rows: Sequence[Flow], chart: Iterable[Account]) -> Iterable[AccountLine]:
    sums: dict[str, list[tuple[str, int, int]]] = {}
    for prefix, kind, before, within in summed(rows):
        sums.setdefault(prefix, []).append((kind, before, within))
    for account in chart:
        found = sums.pop(account.prefix, None)
        if found is None:
            continue
        sign = -1 if account.nature in _CREDIT else 1
        before = sign * sum(row[1] for row in found)
        moves = tuple((kind, sign * within) for kind, _, within in found if within)
        after = before + sum(pence for _, pence in moves)
        yield AccountLine(account.prefix, account.name, account.nature, account.whose, before, moves, after)
    if sums:
        raise LookupError(f"not in the chart: {', '.join(sorted(sums))}")
