"""The page on which an officer looks at a project that asks a fund without a crowd: its words, its costs, its referee."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, path_id, require_role, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.templating import render
from panel.forms.awards import LookForm
from panel.queries.grants import was_sent
from panel.routes.common import BOTH
from pledges.fund_queries import fund_by_slug, generated_notice
from projects import queries
from projects.pictures import shown
from projects.queries.looks import looked_version, referee_of
from projects.services import looking


async def look(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/awards/new/{id}/look; {id} is the project's."""
    fund = await fund_by_slug(str(request.path_params["slug"]))
    await require_role(request.state.actor, Role.FUND_OFFICER, fund_id=fund.id)
    if not fund.without_crowd:
        raise NotFound
    project = await queries.project_with_group(path_id(request))
    if not await was_sent(project.id, fund.id):
        raise NotFound("Its group has not sent this project to anybody yet.")
    await looking.refuse_part_in(project.id, project.group_id, request.state.actor)
    form = await LookForm.of(request)
    form.checked.choices = [(item.name, item.value) for item in looking.MUST_BE_LOOKED_AT]
    back = f"/staff/funds/{fund.slug}/awards/new"
    if request.method == "POST" and form.validate():
        work = partial(looking.look_at, project.id, form.items(), request.state.actor, fund_id=fund.id)
        if await tried(form, work, "checked"):
            return await done(
                request, f"{back}/{project.id}", "Checked: the words and costs are frozen as they are now"
            )
    lines = await queries.lines_of(project.id)
    context = {
        "form": form,
        "fund": fund,
        "project": project,
        "group": project.group,
        "lines": lines,
        "figures": lines.figures,
        "shown": shown(None),
        "referee": await referee_of(project.id),
        "left": await looking.open_steps(project.id),
        "before": await looked_version(project.id),
        "back": back,
        "generated_notice": generated_notice([fund]),
    }
    return render(request, "panel/look.html", context, form.response_status)


ROUTES: Final[list[Route]] = [
    page(
        "/staff/funds/{slug}/awards/new/{id}/look",
        look,
        staff(Role.FUND_OFFICER),
        name="staff_award_look",
        methods=BOTH,
    ),
]
