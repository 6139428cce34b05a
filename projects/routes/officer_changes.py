"""Officers answer what groups ask to change: the queue, both sides on one page, and a page for each answer."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.templating import plural, render
from pledges import changing
from pledges.totals import totals
from projects import services
from projects.access import was_ever_member
from projects.forms import MessageForm
from projects.models import CampaignChange
from projects.queries import changes as queries
from projects.routes.common import GENERATED
from projects.states import Change as Status

OFFICERS: Final = staff(Role.FUND_OFFICER)
QUEUE: Final = "/staff/changes"


async def queue(request: Request) -> Response:
    """GET /staff/changes: what waits, the oldest first, and what was answered last."""
    now = business_now()
    context = {
        "waiting": [_row(one, (now - one.asked_at).days) for one in await queries.changes_asked() if one.asked_at],
        "answered": [_row(one) for one in await queries.changes_answered()],
        "flash": await sessions.take_flash(request),
    }
    return render(request, "projects/officer_changes.html", context)


def _row(change: CampaignChange, days: int | None = None) -> list[Any]:
    project = change.campaign.project
    since = (
        {"text": "", "tag": change.status.capitalize()} if days is None else plural(days, "day") if days else "today"
    )
    return [
        {"text": project.title, "href": f"{QUEUE}/{change.id}"},
        project.group.name,
        change.kind.capitalize(),
        since,
    ]


async def show(request: Request) -> Response:
    """GET /staff/changes/{id}: what it was and what it would be, side by side."""
    change = await queries.change_with_project(path_id(request))
    return await _page(request, change, "officer_change.html")


async def _page(
    request: Request, change: CampaignChange, template: str, form: SiteForm | None = None, status: int = 200
) -> Response:
    project = change.campaign.project
    actor = request.state.actor
    is_member = await was_ever_member(actor.person_id, project.group_id)
    context = {
        "change": change,
        "campaign": change.campaign,
        "project": project,
        "group": project.group,
        "differences": await queries.differences_of(change),
        "totals": await totals(change.campaign_id),
        "is_member": is_member,
        "may_answer": change.status == Status.ASKED and not is_member and actor.role != Role.AUDITOR,
        "form": form,
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if project.generated or project.group.generated else None,
    }
    return render(request, f"projects/{template}", context, status)


async def _asked(request: Request) -> CampaignChange:
    change = await queries.change_with_project(path_id(request))
    if change.status != Status.ASKED:
        raise NotFound
    return change


async def agree(request: Request) -> Response:
    """GET and POST .../agree: what follows, and the button."""
    change = await _asked(request)
    form = await ActionForm.of(request)
    work = partial(changing.agree, change.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, QUEUE, f"Agreed. Backers are told: {change.campaign.project.title}")
    return await _page(request, change, "officer_change_agree.html", form, form.response_status)


async def refuse(request: Request) -> Response:
    """GET and POST .../refuse: the reason, to the owners alone."""
    change = await _asked(request)
    form = await MessageForm.of(request)
    form.message.label.text = "Why can’t it change?"
    if request.method == "POST" and form.validate():
        work = partial(services.refuse_change, change.id, request.state.actor, form.message.data)
        if await tried(form, work):
            return await done(request, QUEUE, f"Refused: {change.campaign.project.title}")
    return await _page(request, change, "officer_change_refuse.html", form, form.response_status)


ROUTES: Final[list[Route]] = [
    page(QUEUE, queue, OFFICERS, name="staff_changes"),
    page(f"{QUEUE}/{{id}}", show, OFFICERS, name="staff_change"),
    page(f"{QUEUE}/{{id}}/agree", agree, OFFICERS, name="staff_change_agree", methods=("GET", "POST")),
    page(f"{QUEUE}/{{id}}/refuse", refuse, OFFICERS, name="staff_change_refuse", methods=("GET", "POST")),
]
