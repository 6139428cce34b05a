"""Who is expected or present, and what that means for each pitch: its quorum, who chairs, which reserves may be called."""

from dataclasses import dataclass

from panel import access
from panel.kinds import SeatKind
from panel.models import Attendance, Pitch, Round, RoundDeclaration, Seat
from panel.quorum import SITTING, Place, needed, who_chairs, who_may_be_called
from panel.states import Pitch as PitchStatus
from panel.states import Round as RoundStatus


@dataclass(frozen=True, slots=True)
class There:
    """A seat in a round. `expected` before the meeting; in it, whether the person is there and has declared."""

    seat: Seat
    row: Attendance | None
    declared: bool
    expected: bool

    @property
    def is_called(self) -> bool:
        """A reserve who was called."""
        return self.row is not None and self.row.called_at is not None


@dataclass(frozen=True, slots=True)
class PitchStanding:
    """Who may vote on one pitch, who is barred from it and why, and how many are missing for its quorum."""

    pitch: Pitch
    free: list[Seat]
    barred: list[tuple[Seat, access.Reason]]
    missing: int
    chairs: Seat | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A round's quorum as it stands."""

    seats: list[There]
    pitches: list[PitchStanding]
    callable_seats: list[Seat]

    @property
    def failing(self) -> list[PitchStanding]:
        """Pitches that could not be decided."""
        return [one for one in self.pitches if one.missing]


async def standing(round_: Round) -> Standing:
    """Before the meeting everybody who sits is expected, unless recorded as away; in it, who is present and declared."""
    seats = await access.seats_of(round_)
    rows = {row.seat_id: row for row in await Attendance.filter(round_id=round_.id)}
    declared = {row.person_id for row in await RoundDeclaration.filter(round_id=round_.id)}
    there = [_there(round_, seat, rows.get(seat.id), seat.person_id in declared) for seat in seats]
    pitches = (
        await Pitch.filter(round_id=round_.id, status=PitchStatus.SUBMITTED)
        .order_by("submitted_at", "id")
        .select_related("project__group", "campaign__version")
    )
    shut_out = await access.who_is_barred([pitch.id for pitch in pitches], [seat.person_id for seat in seats])
    counted = [one.seat for one in there if one.expected]
    standings = [_pitch(pitch, counted, shut_out, round_.quorum) for pitch in pitches]
    waiting = [one.seat for one in there if one.seat.kind == SeatKind.RESERVE and not one.is_called]
    failing = [
        {seat.id for seat in waiting if (one.pitch.id, seat.person_id) not in shut_out}
        for one in standings
        if one.missing
    ]
    helpful = who_may_be_called([seat.id for seat in waiting], failing)
    return Standing(there, standings, [seat for seat in waiting if seat.id in helpful])


def _there(round_: Round, seat: Seat, row: Attendance | None, declared: bool) -> There:
    sits = seat.kind in SITTING or (row is not None and row.called_at is not None)
    if round_.status == RoundStatus.MEETING:
        expected = sits and row is not None and row.present and declared
    elif round_.status in access.OVER:
        expected = row is not None and row.present
    else:
        only_called = row is not None and row.called_at == row.recorded_at
        expected = sits and (row is None or row.present or only_called)
    return There(seat, row, declared, expected)


def _pitch(pitch: Pitch, counted: list[Seat], shut_out: access.Barred, quorum: int) -> PitchStanding:
    free = [seat for seat in counted if (pitch.id, seat.person_id) not in shut_out]
    barred = [
        (seat, shut_out[pitch.id, seat.person_id][0]) for seat in counted if (pitch.id, seat.person_id) in shut_out
    ]
    chosen = who_chairs([Place(seat.id, SeatKind(seat.kind)) for seat in free])
    chairs = next((seat for seat in free if seat.id == chosen), None)
    return PitchStanding(pitch, free, barred, needed(len(free), quorum), chairs)
