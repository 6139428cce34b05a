"""Who sits on a fund's panel: published as posts, never names; for its officers with the names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from crowdfund_kent.clock import business_today
from panel.kinds import SeatKind
from panel.models import Attendance, Round, Seat
from panel.quorum import SITTING, in_office, size_words

_ORDER: Final = list(SeatKind)


@dataclass(frozen=True, slots=True)
class Post:
    """A place as everybody may read it."""

    kind: SeatKind
    words: str
    from_day: date
    to_day: date


@dataclass(frozen=True, slots=True)
class Sat:
    """A place in one round, as everybody may read it. `called_because`: of a reserve."""

    kind: SeatKind
    words: str
    present: bool
    chaired: bool
    called_because: str


def in_order(seats: Sequence[Seat]) -> list[Seat]:
    """Chair, deputies, members, reserves; each in the order given."""
    return sorted(seats, key=lambda seat: (_ORDER.index(SeatKind(seat.kind)), seat.id))


async def published_composition(fund_id: int, on: date | None = None) -> list[Post]:
    """The posts on a fund's panel on a day, today unless given: for its public page. Empty: no panel."""
    day = on or business_today()
    seats = [seat for seat in await Seat.filter(fund_id=fund_id).order_by("id") if counts_on(seat, day)]
    return [Post(SeatKind(seat.kind), seat.post, seat.from_day, seat.to_day) for seat in in_order(seats)]


async def who_sat(round_: Round) -> list[Sat]:
    """The posts of everybody whose attendance at a round was recorded: for its public record."""
    rows = await Attendance.filter(round_id=round_.id).select_related("seat")
    by_seat = {row.seat_id: row for row in rows}
    return [
        Sat(
            SeatKind(seat.kind),
            seat.post,
            by_seat[seat.id].present,
            by_seat[seat.id].chaired,
            by_seat[seat.id].called_because,
        )
        for seat in in_order([row.seat for row in rows])
    ]


def counts_on(seat: Seat, day: date) -> bool:
    """Whether a place counts on a day."""
    return in_office(seat.from_day, seat.to_day, seat.ended_on, day)


@dataclass(frozen=True, slots=True)
class Panel:
    """A fund's panel for its officers: places that count or will, and those that are over."""

    now: list[Seat]
    later: list[Seat]
    over: list[Seat]

    @property
    def size_words(self) -> str:
        """What is wrong with how many sit, reserves not counted; empty where it is between three and seven."""
        return size_words(sum(seat.kind in SITTING for seat in self.now))

    @property
    def has_chair(self) -> bool:
        """Whether somebody chairs today."""
        return any(seat.kind == SeatKind.CHAIR for seat in self.now)


async def panel_of(fund_id: int) -> Panel:
    """Every place of a fund, with its person."""
    today = business_today()
    seats = in_order(await Seat.filter(fund_id=fund_id).order_by("id").select_related("person"))
    now = [seat for seat in seats if counts_on(seat, today)]
    later = [seat for seat in seats if seat.from_day > today and seat.ended_on is None]
    return Panel(now, later, [seat for seat in seats if seat not in now and seat not in later])
