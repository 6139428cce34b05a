"""Officers keep the list of objectives that a new project chooses from."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.settings import Mode, get_settings
from crowdfund_kent.templating import render
from projects import queries, services, words
from projects.forms import ObjectiveNameForm
from projects.models import Objective

OFFICERS = staff(Role.FUND_OFFICER)
LISTING = "/staff/objectives"


async def listing(request: Request) -> Response:
    """GET and POST /staff/objectives: the list, and a form that adds one."""
    form = await ObjectiveNameForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.add_objective, form.name.data, request.state.actor)
        if await tried(form, work, "name"):
            return await done(request, LISTING, f"Added: {form.name.data}")
    context = {
        "form": form,
        "objectives": await queries.objectives_with_use(),
        "ours": words.OUR_OBJECTIVES if get_settings().mode is Mode.LOCAL else "",
        "may_write": request.state.actor.role != Role.AUDITOR,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "projects/objectives.html", context, form.response_status)


async def rename(request: Request) -> Response:
    """GET and POST /staff/objectives/{id}: another name, before any project has chosen it."""
    objective = await _objective(request)
    form = await ObjectiveNameForm.of(request, name=objective.name)
    if request.method == "POST" and form.validate():
        work = partial(services.rename_objective, objective.id, form.name.data, request.state.actor)
        if await tried(form, work, "name"):
            return await done(request, LISTING, "Renamed")
    context = {"form": form, "objective": objective}
    return render(request, "projects/objective_rename.html", context, form.response_status)


async def retire(request: Request) -> Response:
    """GET and POST /staff/objectives/{id}/retire: asks first."""
    objective = await _objective(request)
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        await services.retire_objective(objective.id, request.state.actor)
        return await done(request, LISTING, f"Retired: {objective.name}")
    context = {"form": form, "objective": objective}
    return render(request, "projects/objective_retire.html", context, form.response_status)


async def _objective(request: Request) -> Objective:
    found = await Objective.get_or_none(id=path_id(request), list_name=get_settings().objective_list, retired_at=None)
    if found is None:
        raise NotFound
    return found


ROUTES = [
    page(LISTING, listing, OFFICERS, name="staff_objectives", methods=("GET", "POST")),
    page(f"{LISTING}/{{id}}", rename, OFFICERS, name="staff_objective", methods=("GET", "POST")),
    page(f"{LISTING}/{{id}}/retire", retire, OFFICERS, name="staff_objective_retire", methods=("GET", "POST")),
]
