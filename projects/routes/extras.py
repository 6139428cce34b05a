"""What more money would pay for, while a campaign is written: a list, and the form for the next one on the same page."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.forms import ActionForm
from projects import queries, services
from projects.change_forms import ExtraForm
from projects.routes.common import MEMBERS, frozen, here, show


async def extras(request: Request) -> Response:
    """GET and POST .../extras."""
    at = await here(request)
    if response := await frozen(request, at):
        return response
    form = await ExtraForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.add_extra, at.project.id, at.by, words=form.words.data, amount_pence=form.amount.data)
        if await tried(form, work, "amount"):
            return to(f"{at.path}/extras")
    lines = await queries.lines_of(at.project.id)
    return await show(
        request,
        "extras.html",
        at,
        form.response_status,
        form=form,
        extras=lines.extras,
        target_pence=lines.figures.target_pence,
    )


async def remove(request: Request) -> Response:
    """POST .../extras/{id}/remove."""
    at = await here(request)
    form = await ActionForm.of(request)
    if form.validate():
        await services.remove_extra(at.project.id, path_id(request), at.by)
        return await done(request, f"{at.path}/extras", "Removed")
    return await show(request, "expired.html", at, form.response_status, form=form)


BASE: Final = "/groups/{group}/projects/{project}/extras"
ROUTES: Final[list[Route]] = [
    page(BASE, extras, MEMBERS, name="extras", methods=("GET", "POST")),
    page(f"{BASE}/{{id}}/remove", remove, MEMBERS, name="extra_remove", methods=("POST",)),
]
