"""Signals: what an officer should look at before a panel decides. They decide nothing, and none refuses anything. Pure.

The thresholds are ours [A]; a third of the crowd is what a trial of matching found to be rare (domain.md, section 2).
Numbers only: nothing here tells who gave. Each signal has innocent causes, and says which.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from crowdfund_kent.money import pounds, pounds_exact

PART: Final = 3  # one giver above one third of the crowd
SMALL_PENCE: Final = 500  # a smallest gift: up to £5
MANY: Final = 8  # of them ...
WITHIN: Final = timedelta(hours=1)  # ... in an hour


class Sign(StrEnum):
    """What may be there, in the order of the page."""

    ONE_GIVER = "one giver"
    SMALL_GIFTS = "many smallest gifts"
    CARDS = "shared cards"
    ADDRESSES = "shared addresses"
    OWN_PEOPLE = "own people"
    REPEAT = "likely repeat"
    OVERDUE = "overdue report"


@dataclass(frozen=True, slots=True)
class Gift:
    """One pledge that counts. `person`, `email` and `card` are equal where they are the same, and tell nobody who.

    `own`: of somebody who runs the campaign, or shares a card or an address with one of them.
    """

    pence: int
    person: str
    email: str
    card: str | None
    at: datetime
    own: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    """Something to look at: what was found in numbers, what it may mean, and what to do."""

    sign: Sign
    title: str
    found: str
    means: str
    do: str


def signals(gifts: Sequence[Gift], repeats: Collection[str] = (), overdue: Collection[str] = ()) -> list[Signal]:
    """What there is to look at, in the order of Sign. `repeats`: for each funded project that looks alike, why;
    `overdue`: each report that the group owes.

    >>> at = datetime(2026, 1, 2)
    >>> [one.sign.value for one in signals([Gift(6_000, "a", "a", None, at), Gift(4_000, "b", "b", None, at)])]
    ['one giver']
    """
    found = (
        _one_giver(gifts),
        _small_gifts(gifts),
        _cards(gifts),
        _addresses(gifts),
        _own_people(gifts),
        _repeat(repeats),
        _overdue(overdue),
    )
    return [one for one in found if one is not None]


def _one_giver(gifts: Sequence[Gift]) -> Signal | None:
    crowd = sum(one.pence for one in gifts)
    by_person: Counter[str] = Counter()
    for one in gifts:
        by_person[one.person] += one.pence
    largest = max(by_person.values(), default=0)
    if PART * largest <= crowd or not crowd:
        return None
    return Signal(
        Sign.ONE_GIVER,
        "One giver carries much of it",
        f"{pounds_exact(largest)} of {pounds_exact(crowd)} from backers came from one of {_givers(len(by_person))}.",
        "A campaign that one person carries shows less support of many. It may as well be a generous neighbour or a firm.",
        "Look at how much the others gave, and whether the fund's condition would be met without this one.",
    )


def _small_gifts(gifts: Sequence[Gift]) -> Signal | None:
    times = sorted(one.at for one in gifts if one.pence <= SMALL_PENCE)
    most = first = 0
    for last, at in enumerate(times):
        while at - times[first] > WITHIN:
            first += 1
        most = max(most, last - first + 1)
    if most < MANY:
        return None
    return Signal(
        Sign.SMALL_GIFTS,
        "Many smallest gifts in an hour",
        f"{most} gifts of {pounds(SMALL_PENCE)} or less came within one hour.",
        "Somebody may want to reach the number of backers with little money. A fair, a class or an appeal looks the same.",
        "Ask the group what happened that day.",
    )


def _cards(gifts: Sequence[Gift]) -> Signal | None:
    addresses: dict[str, set[str]] = defaultdict(set)
    for one in gifts:
        if one.card is not None:
            addresses[one.card].add(one.email)
    shared = [found for found in addresses.values() if len(found) > 1]
    if not shared:
        return None
    return Signal(
        Sign.CARDS,
        "One card, several e-mail addresses",
        f"{_number(len(shared), 'card')} gave under {len(set().union(*shared))} addresses.",
        "They count as one backer already. Families share cards, and somebody may have helped neighbours to give.",
        "Look at the fair count of backers, not at the number of gifts.",
    )


def _addresses(gifts: Sequence[Gift]) -> Signal | None:
    cards: dict[str, set[str]] = defaultdict(set)
    for one in gifts:
        if one.card is not None:
            cards[one.email].add(one.card)
    shared = [found for found in cards.values() if len(found) > 1]
    if not shared:
        return None
    return Signal(
        Sign.ADDRESSES,
        "One e-mail address, several cards",
        f"{_number(len(shared), 'address', 'addresses')} gave with {len(set().union(*shared))} cards.",
        "They count as one backer already. Somebody may collect for others, or have lost a card.",
        "If one person collects for many, off-line giving counts each of them: tell the group.",
    )


def _own_people(gifts: Sequence[Gift]) -> Signal | None:
    own = [one for one in gifts if one.own]
    if not own:
        return None
    people = len({one.person for one in own})
    return Signal(
        Sign.OWN_PEOPLE,
        "People of the group are among the givers",
        f"{_number(people, 'of them')} gave {pounds_exact(sum(one.pence for one in own))}.",
        "Their money counts, they do not count as backers. Many committees begin with a gift of their own.",
        "Take it off when you weigh how many others support it.",
    )


def _repeat(repeats: Collection[str]) -> Signal | None:
    if not repeats:
        return None
    return Signal(
        Sign.REPEAT,
        "It may have been funded before",
        f"{_number(len(repeats), 'funded project')} looks alike: {'; '.join(repeats)}."
        if len(repeats) == 1
        else f"{len(repeats)} funded projects look alike: {'; '.join(repeats)}.",
        "The same project is never funded twice. A group that was funded may come again with a distinct one.",
        "Read the other project, and keep your word on it at the checking desk.",
    )


def _overdue(overdue: Collection[str]) -> Signal | None:
    if not overdue:
        return None
    return Signal(
        Sign.OVERDUE,
        "A report is missing",
        f"{_number(len(overdue), 'report')} of this group {'is' if len(overdue) == 1 else 'are'} overdue: {'; '.join(overdue)}.",
        "The group was reminded three times. It may be ill, overworked or waiting for a supplier: nothing is refused for it.",
        "Ring the group, offer help or more time, and tell the panel what you heard.",
    )


def _givers(number: int) -> str:
    return _number(number, "giver")


def _number(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 or one.startswith('of ') else many or one + 's'}"
