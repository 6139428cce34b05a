"""Who is at the meeting, recorded by an officer or whoever chairs; reserves, called only where a quorum would fail."""

from collections.abc import Mapping
from typing import Any

from crowdfund_kent import audit
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, NotFound, Refused
from panel import access
from panel.kinds import SeatKind
from panel.models import Attendance, Round, Seat
from panel.queries.attendance import standing
from panel.services import round_mail
from panel.services.interests import record_found
from panel.services.rounds import lock_round, require_officer_or_chair
from panel.states import Round as RoundStatus


async def record_attendance(round_id: int, present: Mapping[int, bool], chaired: int | None, by: Actor) -> None:
    """By the id of each seat whether its person is there; before the meeting, whether they will be. `chaired`: a seat.

    Seats that `present` leaves out keep what was recorded. Refused (rule "chaired") for somebody who is away, or who is
    neither chair nor deputy; (rule "seats") for a seat that does not sit in this round.
    """
    async with transaction():
        round_ = await _under_way(round_id, by)
        seats = {seat.id: seat for seat in await access.seats_of(round_)}
        rows = {row.seat_id: row for row in await Attendance.filter(round_id=round_id)}
        for seat_id in present:
            called = seat_id in rows and rows[seat_id].called_at is not None
            if seat_id not in seats or (seats[seat_id].kind == SeatKind.RESERVE and not called):
                raise Refused("Record only people who sit in this round. Reload the page and try again.", rule="seats")
        now_present = {seat_id: row.present for seat_id, row in rows.items()} | dict(present)
        _refuse_chair(seats, now_present, chaired)
        await Attendance.filter(round_id=round_id, chaired=True).update(chaired=False)
        for seat_id in sorted(set(present) | ({chaired} if chaired is not None else set())):
            await _write(round_id, seat_id, now_present[seat_id], seat_id == chaired, by)
        await _note_what_was_found(round_, list(seats.values()))
        await audit.record(
            "attendance recorded", f"panel_round:{round_id}", by, present=sum(now_present.values()), chaired=chaired
        )


async def call_reserve(round_id: int, seat_id: int, reason: str, by: Actor) -> None:
    """Calls a reserve, with the reason that the record gives. Refused (rule "quorum") where every quorum holds without.

    The reserve is told, declares, and then reads and scores like a member.
    """
    async with transaction():
        round_ = await _under_way(round_id, by)
        if not reason.strip():
            raise Refused("Enter why the reserve is called.", rule="reason")
        stands = await standing(round_)
        seat = next((one.seat for one in stands.seats if one.seat.id == seat_id), None)
        if seat is None or seat.kind != SeatKind.RESERVE:
            raise NotFound
        if any(one.is_called for one in stands.seats if one.seat.id == seat_id):
            raise Conflict("This reserve has been called already.")
        if not stands.failing:
            raise Refused("Every pitch has its quorum, so no reserve is called.", rule="quorum")
        if seat_id not in {one.id for one in stands.callable_seats}:
            raise Refused("This reserve is barred from every pitch that lacks a quorum. Call another.", rule="quorum")
        now = business_now()
        await Attendance.create(
            round_id=round_id,
            seat_id=seat_id,
            present=False,  # expected from now on, and there once that is recorded
            called_because=reason.strip(),
            called_at=now,
            recorded_by_id=by.person_id,
            recorded_at=now,
        )
        await audit.record("reserve called", f"panel_round:{round_id}", by, seat_id=seat_id)
        await round_mail.called(round_, seat, reason.strip())


async def _under_way(round_id: int, by: Actor) -> Round:
    round_ = await lock_round(round_id)
    await require_officer_or_chair(round_, by)
    if round_.status not in (RoundStatus.SCORING, RoundStatus.MEETING):
        raise Conflict("Who is there is recorded after pitches have closed and before the list is signed.")
    return round_


def _refuse_chair(seats: Mapping[int, Seat], present: Mapping[int, bool], chaired: int | None) -> None:
    if chaired is None:
        return
    if chaired not in seats or not present.get(chaired, False):
        raise Refused("Choose somebody who is there to chair.", rule="chaired")
    if seats[chaired].kind not in (SeatKind.CHAIR, SeatKind.DEPUTY):
        raise Refused("Only the chair or a deputy can chair. Give a deputy's place first.", rule="chaired")


async def _write(round_id: int, seat_id: int, present: bool, chaired: bool, by: Actor) -> None:
    said: dict[str, Any] = {
        "present": present,
        "chaired": chaired,
        "recorded_by_id": by.person_id,
        "recorded_at": business_now(),
    }
    if not await Attendance.filter(round_id=round_id, seat_id=seat_id).update(**said):
        await Attendance.create(round_id=round_id, seat_id=seat_id, **said)


async def _note_what_was_found(round_: Round, seats: list[Seat]) -> None:
    """What the site knows about who is in the room goes onto the record with the attendance."""
    pitches = [pitch.pitch.id for pitch in (await standing(round_)).pitches]
    await record_found(pitches, [seat.person_id for seat in seats])
