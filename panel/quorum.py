"""How many must be there, who is in office, and who chairs. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from panel.kinds import SeatKind

FEWEST: Final = 3
MOST: Final = 7
_CHAIRING: Final = (SeatKind.CHAIR, SeatKind.DEPUTY)
SITTING: Final = (SeatKind.CHAIR, SeatKind.DEPUTY, SeatKind.MEMBER)
"""Who sits without being called. Reserves are extra."""


def has_quorum(number: int, quorum: int) -> bool:
    """Whether `number` people who may vote on a pitch are enough."""
    return number >= quorum


def needed(number: int, quorum: int) -> int:
    """How many reserves must be called: 0 where there are enough."""
    return max(quorum - number, 0)


def in_office(from_day: date, to_day: date, ended_on: date | None, day: date) -> bool:
    """Whether a place counts on a day. Both days of a term count; a place that ended on a day does not count on it."""
    return from_day <= day <= to_day and (ended_on is None or day < ended_on)


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody who may vote on one pitch, and as what. Several deputies chair in the order of their seats."""

    seat_id: int
    kind: SeatKind


def who_chairs(free: Sequence[Place]) -> int | None:
    """The seat that chairs one pitch: the chair, else the first deputy, of those present who are not barred. None: nobody.

    >>> who_chairs([Place(4, SeatKind.MEMBER), Place(3, SeatKind.DEPUTY), Place(2, SeatKind.DEPUTY)])
    2
    """
    for kind in _CHAIRING:
        seats = [place.seat_id for place in free if place.kind is kind]
        if seats:
            return min(seats)
    return None


def who_may_be_called(reserves: Collection[int], failing: Sequence[Collection[int]]) -> list[int]:
    """Reserves that would help, by seat: those who are free for at least one pitch whose quorum fails.

    `failing`: for each such pitch, the reserves that are not barred from it. None may be called where nothing fails.

    >>> who_may_be_called([5, 6, 7], [{5, 6}, {6}])
    [5, 6]
    """
    return sorted(seat for seat in reserves if any(seat in free for free in failing))


def size_words(number: int) -> str:
    """What is wrong with the number of people on a panel, in words; empty where it is between three and seven."""
    if number < FEWEST:
        return f"A panel has {FEWEST} to {MOST} members. This one has {number}: give more places before its next round."
    if number > MOST:
        return f"A panel has {FEWEST} to {MOST} members. This one has {number}: end places before its next round."
    return ""
