"""The standing register of interests: one's own, and for officers that of who sits on their panels."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.queries import called
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.templating import render
from panel.forms.interests import RegisterForm
from panel.kinds import Nature
from panel.queries import interests as queries
from panel.routes.common import BOTH
from panel.routes.rounds import OFFICERS, tried_at
from panel.services import interests as services

KEEPERS: Final = staff(*services.DECIDING)


async def mine(request: Request) -> Response:
    """GET /staff/interests."""
    person_id = request.state.actor.person_id
    return await _shown(request, person_id, "/staff/interests", await queries.people_of_my_panels(person_id))


async def of_person(request: Request) -> Response:
    """GET /staff/interests/of/{id}: for an officer of a fund on whose panel they sit."""
    person = await _person(request)
    return await _shown(request, person.id, f"/staff/interests/of/{person.id}", [], person)


async def add(request: Request) -> Response:
    """GET and POST /staff/interests/new."""
    return await _adding(request, request.state.actor.person_id, "/staff/interests", None)


async def add_for(request: Request) -> Response:
    """GET and POST /staff/interests/of/{id}/new."""
    person = await _person(request)
    return await _adding(request, person.id, f"/staff/interests/of/{person.id}", person)


async def end(request: Request) -> Response:
    """GET and POST /staff/interests/{id}/end."""
    entry = await queries.entry(path_id(request))
    by = request.state.actor
    if by.role != Role.AUDITOR:
        await services.require_register(entry.person_id, by)
    form = await ActionForm.of(request)
    back = "/staff/interests" if entry.person_id == by.person_id else f"/staff/interests/of/{entry.person_id}"
    if request.method == "POST" and form.validate():
        await services.end_in_register(entry.id, by)
        return await done(request, back, "The entry has ended")
    context = {"form": form, "entry": entry, "back": back, "name": called(entry.person)}
    return render(request, "panel/interests/end.html", context, form.response_status)


async def _person(request: Request) -> Person:
    person = await Person.get_or_none(id=path_id(request))
    if person is None:
        raise NotFound
    if request.state.actor.role != Role.AUDITOR:
        await services.require_register(person.id, request.state.actor)
    return person


async def _shown(
    request: Request, person_id: int, path: str, people: list[Person], person: Person | None = None
) -> Response:
    context: dict[str, Any] = {
        "entries": await queries.register_of(person_id),
        "path": path,
        "name": called(person) if person else "",
        "people": [(one.id, called(one)) for one in people],
        "may_write": request.state.actor.role != Role.AUDITOR,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "panel/interests/register.html", context)


async def _adding(request: Request, person_id: int, back: str, person: Person | None) -> Response:
    form = await RegisterForm.of(request, from_day=business_today())
    groups = await queries.groups_to_name()
    form.group.choices = groups
    if request.method == "POST" and form.validate() and form.is_complete():
        group_id = int(form.group.data) if form.group.data else None
        work = partial(
            services.add_to_register,
            person_id,
            body=form.body.data or dict(groups).get(group_id or 0, ""),
            nature=Nature(form.nature.data),
            bar=form.chosen_bar(),
            words=form.words.data,
            from_day=form.from_day.data,
            by=request.state.actor,
            group_id=group_id,
        )
        if await tried_at(form, work):
            return await done(request, back, "The interest is in the register")
    context = {"form": form, "back": back, "name": called(person) if person else ""}
    return render(request, "panel/interests/add.html", context, form.response_status)


ROUTES: Final[list[Route]] = [
    page("/staff/interests", mine, KEEPERS, name="staff_interests"),
    page("/staff/interests/new", add, KEEPERS, name="staff_interest_add", methods=BOTH),
    page("/staff/interests/of/{id}", of_person, OFFICERS, name="staff_interests_of"),
    page("/staff/interests/of/{id}/new", add_for, OFFICERS, name="staff_interest_add_for", methods=BOTH),
    page("/staff/interests/{id}/end", end, KEEPERS, name="staff_interest_end", methods=BOTH),
]
