"""Beginning the meeting, who is there, and calling a reserve: for officers and whoever chairs, made for a tablet."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page
from crowdfund_kent.accounts.queries import called
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.templating import render
from panel.forms.rounds import AttendanceForm, CallForm
from panel.kinds import SeatKind
from panel.models import Round
from panel.queries.attendance import Standing, There, standing
from panel.queries.rounds import called_pitch
from panel.quorum import SITTING
from panel.routes.common import BOTH
from panel.routes.rounds import MEETING, notice, round_of, round_path, tried_at
from panel.services import attendance as services
from panel.services.rounds import begin_meeting, require_officer_or_chair
from panel.states import Round as Status


async def begin(request: Request) -> Response:
    """GET and POST /staff/rounds/{slug}/begin: what is missing, then the button. A second click finds it begun."""
    round_ = await _round(request)
    if round_.status in (Status.MEETING, Status.SIGNED, Status.PUBLISHED):
        return await done(request, f"{round_path(round_)}/meeting", "The meeting has begun")
    if round_.status != Status.SCORING:
        raise NotFound("A meeting begins once groups can ask no more.")
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(begin_meeting, round_.id, request.state.actor)
        if await tried_at(form, work):
            return await done_here(request, round_, "The meeting has begun. Record who is there")
    stands = await standing(round_)
    sitting = [one for one in stands.seats if one.seat.kind in SITTING or one.is_called]
    context = {
        "form": form,
        "undeclared": [called(one.seat.person) for one in sitting if not one.declared],
        **_context(round_, stands),
    }
    return render(request, "panel/rounds/begin.html", context, form.response_status)


async def attendance(request: Request) -> Response:
    """GET and POST /staff/rounds/{slug}/attendance, with what it means for each pitch."""
    round_ = await _round(request)
    stands = await standing(round_)
    sitting = [one for one in stands.seats if one.seat.kind in SITTING or one.is_called]
    now = {
        "present": [str(one.seat.id) for one in sitting if _is_ticked(round_, one)],
        "chaired": next((str(one.seat.id) for one in sitting if one.row and one.row.chaired), ""),
    }
    form = await AttendanceForm.of(request, **now)
    form.present.choices = [(one.seat.id, called(one.seat.person), _about(one)) for one in sitting]
    form.chaired.choices = [
        (one.seat.id, f"{called(one.seat.person)}, {one.seat.kind}")
        for one in sitting
        if one.seat.kind in (SeatKind.CHAIR, SeatKind.DEPUTY)
    ]
    if request.method == "POST" and form.validate():
        ticked = set(form.present.data or ())
        work = partial(
            services.record_attendance,
            round_.id,
            {one.seat.id: str(one.seat.id) in ticked for one in sitting},
            int(form.chaired.data) if form.chaired.data else None,
            request.state.actor,
        )
        if await tried_at(form, work):
            return await done_here(request, round_, "Who is there is recorded")
    context = {"form": form, "flash": await sessions.take_flash(request), **_context(round_, stands)}
    return render(request, "panel/rounds/attendance.html", context, form.response_status)


async def call(request: Request) -> Response:
    """GET and POST /staff/rounds/{slug}/reserves/{id}: only where a quorum would fail without."""
    round_ = await _round(request)
    stands = await standing(round_)
    wanted = str(request.path_params["id"])
    seat = next((one.seat for one in stands.seats if str(one.seat.id) == wanted), None)
    if seat is None or seat.kind != SeatKind.RESERVE:
        raise NotFound
    form = await CallForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.call_reserve, round_.id, seat.id, form.reason.data, request.state.actor)
        if await tried_at(form, work):
            return await done_here(request, round_, f"{called(seat.person)} is called, and told by e-mail")
    context = {
        "form": form,
        "seat": seat,
        "may_be_called": seat.id in {one.id for one in stands.callable_seats},
        **_context(round_, stands),
    }
    return render(request, "panel/rounds/call.html", context, form.response_status)


async def done_here(request: Request, round_: Round, message: str) -> Response:
    """Back to the attendance, with a message."""
    return await done(request, f"{round_path(round_)}/attendance", message)


async def _round(request: Request) -> Round:
    round_ = await round_of(request)
    if request.state.actor.role != Role.AUDITOR:
        await require_officer_or_chair(round_, request.state.actor)
    return round_


def _context(round_: Round, stands: Standing) -> dict[str, Any]:
    return {
        "round": round_,
        "path": round_path(round_),
        "stands": stands,
        "recorded": any(one.row is not None and one.row.present for one in stands.seats),
        "title_of": called_pitch,
        "call": called,
        "generated_notice": notice(round_),
    }


def _is_ticked(round_: Round, one: There) -> bool:
    """Before anything is recorded, everybody is expected before the meeting, and nobody is there in it."""
    if one.row is not None and one.row.recorded_at != one.row.called_at:
        return bool(one.row.present)
    return round_.status != Status.MEETING


def _about(one: There) -> str:
    words = f"{one.seat.kind.capitalize()}. {one.seat.post}"
    return words if one.declared else f"{words}. Has not declared interests yet, so can’t vote"


ROUTES: Final[list[Route]] = [
    page("/staff/rounds/{slug}/begin", begin, MEETING, name="staff_round_begin", methods=BOTH),
    page("/staff/rounds/{slug}/attendance", attendance, MEETING, name="staff_round_attendance", methods=BOTH),
    page("/staff/rounds/{slug}/reserves/{id}", call, MEETING, name="staff_round_reserve", methods=BOTH),
]
