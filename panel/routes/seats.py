"""Officers' pages of a fund's panel: who sits, giving a place, ending one."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.accounts.queries import called, people_with
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.templating import render
from panel.forms.seats import SeatForm
from panel.kinds import SeatKind
from panel.models import Seat
from panel.queries import seats as queries
from panel.routes.common import BOTH
from panel.routes.rounds import OFFICERS, tried_at
from panel.services import seats as services
from pledges.fund_office import fund_of, office_path
from pledges.fund_queries import generated_notice


async def panel(request: Request) -> Response:
    """GET /staff/funds/{slug}/panel."""
    fund = await fund_of(request, Role.FUND_OFFICER, Role.AUDITOR)
    context = {
        "fund": fund,
        "path": f"{office_path(fund)}/panel",
        "panel": await queries.panel_of(fund.id),
        "call": called,
        "me": request.state.actor.person_id,
        "may_write": request.state.actor.role != Role.AUDITOR,
        "flash": await sessions.take_flash(request),
        "generated_notice": generated_notice([fund]),
    }
    return render(request, "panel/seats/panel.html", context)


async def give(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/panel/new: to somebody with the role, never to oneself."""
    fund = await fund_of(request, Role.FUND_OFFICER, Role.AUDITOR)
    form = await SeatForm.of(request, from_day=business_today())
    people = {
        person.id: person
        for role in (Role.PANEL_CHAIR, Role.PANEL_MEMBER)
        for person in await people_with(role, fund.id)
        if person.id != request.state.actor.person_id
    }
    form.person.choices = [(person.id, called(person)) for person in people.values()]
    if request.method == "POST" and form.validate():
        work = partial(
            services.give_seat,
            fund.id,
            int(form.person.data),
            SeatKind(form.kind.data),
            form.post.data,
            form.from_day.data,
            form.to_day.data,
            request.state.actor,
        )
        if await tried_at(form, work):
            return await done(request, f"{office_path(fund)}/panel", "The place is given")
    context = {
        "fund": fund,
        "path": f"{office_path(fund)}/panel",
        "form": form,
        "nobody": not people,
        "generated_notice": generated_notice([fund]),
    }
    return render(request, "panel/seats/give.html", context, form.response_status)


async def end(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/panel/{id}/end."""
    fund = await fund_of(request, Role.FUND_OFFICER, Role.AUDITOR)
    seat = await Seat.get_or_none(id=path_id(request), fund_id=fund.id).select_related("person")
    if seat is None:
        raise NotFound
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.end_seat, seat.id, request.state.actor)
        if await tried_at(form, work):
            return await done(request, f"{office_path(fund)}/panel", f"The place of {called(seat.person)} has ended")
    context = {
        "fund": fund,
        "path": f"{office_path(fund)}/panel",
        "form": form,
        "seat": seat,
        "name": called(seat.person),
        "generated_notice": generated_notice([fund]),
    }
    return render(request, "panel/seats/end.html", context, form.response_status)


ROUTES: Final[list[Route]] = [
    page("/staff/funds/{slug}/panel", panel, OFFICERS, name="staff_fund_panel"),
    page("/staff/funds/{slug}/panel/new", give, OFFICERS, name="staff_fund_panel_give", methods=BOTH),
    page("/staff/funds/{slug}/panel/{id}/end", end, OFFICERS, name="staff_fund_panel_end", methods=BOTH),
]
