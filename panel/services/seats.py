"""Places on a fund's panel: given for a term and ended by an officer of the fund, never to oneself."""

from datetime import date

from crowdfund_kent import audit
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.queries import roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Conflict, NotFound, Refused
from crowdfund_kent.templating import day as day_words
from panel.kinds import SeatKind
from panel.models import Seat


async def give_seat(
    fund_id: int, person_id: int, kind: SeatKind, post: str, from_day: date, to_day: date, by: Actor
) -> Seat:
    """A fund officer gives somebody a place, both days included. `post` is published, the name is not.

    Refused (rule: the field, or "not to oneself") without the role of a member or chair for the fund, the role of chair
    for its chair, for days out of order, a second place in the same time, or a second chair.
    """
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    if person_id == by.person_id:
        raise Refused("You can't give a place to yourself. Ask another officer of the fund.", rule="not to oneself")
    await _refuse_without_role(fund_id, person_id, kind)
    if to_day < from_day:
        raise Refused("Enter a last day that is not before the first.", rule="to_day")
    if to_day < business_today():
        raise Refused("Enter a last day that is not over.", rule="to_day")
    async with transaction():
        if not await execute("SELECT id FROM match_fund WHERE id = $1 FOR UPDATE", fund_id):
            raise NotFound
        held = [seat for seat in await Seat.filter(fund_id=fund_id).order_by("id") if _meet(seat, from_day, to_day)]
        for seat in held:
            if seat.person_id == person_id:
                raise Refused(
                    f"They have a place as {seat.kind} until {_until(seat)}. End it first, or begin after it.",
                    rule="person",
                )
            if kind == SeatKind.CHAIR == seat.kind:
                raise Refused(
                    f"This panel has a chair until {_until(seat)}. End that place first, or begin after it.",
                    rule="kind",
                )
        seat = await Seat.create(
            fund_id=fund_id,
            person_id=person_id,
            kind=kind,
            post=post,
            from_day=from_day,
            to_day=to_day,
            given_by_id=by.person_id,
            created_at=business_now(),
        )
        await audit.record("seat given", f"panel_seat:{seat.id}", by, fund_id=fund_id, person_seated=person_id)
    return seat


async def end_seat(seat_id: int, by: Actor) -> Seat:
    """A fund officer ends a place today, before its term is over. What its person gave stays on record."""
    first = await Seat.get_or_none(id=seat_id)
    if first is None:
        raise NotFound
    await require_role(by, Role.FUND_OFFICER, fund_id=first.fund_id)
    if first.person_id == by.person_id:
        raise Refused("You can't end your own place. Ask another officer of the fund.", rule="not to oneself")
    async with transaction():
        today = business_today()
        done = await Seat.filter(id=seat_id, ended_on=None, to_day__gte=today).update(ended_on=today)
        if done != 1:
            raise Conflict("This place has ended already.")
        await audit.record("seat ended", f"panel_seat:{seat_id}", by, fund_id=first.fund_id)
    return await Seat.get(id=seat_id)


async def _refuse_without_role(fund_id: int, person_id: int, kind: SeatKind) -> None:
    held = {grant.role for grant in await roles_of(person_id) if grant.fund_id in (None, fund_id)}
    if kind == SeatKind.CHAIR and Role.PANEL_CHAIR not in held:
        raise Refused(
            "The chair needs the role of panel chair for this fund. An administrator gives it.", rule="person"
        )
    if not held & {Role.PANEL_MEMBER, Role.PANEL_CHAIR}:
        raise Refused("They need the role of panel member for this fund. An administrator gives it.", rule="person")


def _meet(seat: Seat, from_day: date, to_day: date) -> bool:
    """Whether a place counts on one of these days."""
    if seat.ended_on is not None and seat.ended_on <= max(seat.from_day, from_day):
        return False
    return seat.from_day <= to_day and from_day <= seat.to_day


def _until(seat: Seat) -> str:
    return day_words(seat.to_day)
