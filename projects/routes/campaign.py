"""A project's page for its group, and what owners do with its campaign: each asks first and says what follows."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page
from crowdfund_kent.answering import done, tried
from crowdfund_kent.clock import business_today
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from pledges.agreeing import may_be_charged_pence
from projects import match_days, queries, raised, rules, services
from projects.forms import MessageForm
from projects.models import Campaign
from projects.routes import dashboard
from projects.routes.common import MEMBERS, OWNERS, Here, here, show
from projects.routes.tasks import task_list
from projects.states import CAMPAIGN, PUBLIC
from projects.states import Campaign as Status


async def overview(request: Request) -> Response:
    """GET the project's page for its group: the task list while it can be changed, then what it needs now."""
    at = await here(request)
    if at.is_editable:
        return await task_list(request, at)
    lines = await queries.lines_of(at.project.id)
    return await show(
        request,
        "project.html",
        at,
        figures=lines.figures,
        messages=await queries.messages_of(at.campaign.id) if at.campaign else [],
        raised_pence=await _raised(at),
        board=await dashboard.board_of(at),
        next_steps=await dashboard.offered_steps(at),
        may=_may(at),
        is_public=at.campaign is not None and at.campaign.status in PUBLIC,
        opening_problem=await _opening_problem(at),
        may_try_again=await _may_try_again(at),
    )


async def _raised(at: Here) -> int | None:
    if at.campaign is None or at.campaign.status not in PUBLIC:
        return None
    return await raised.raised_pence(at.campaign.id)


def _may(at: Here) -> set[str]:
    """What an owner may do now, by cause."""
    if at.campaign is None or not at.is_owner:
        return set()
    return {cause for old, cause in CAMPAIGN if old == at.campaign.status}


async def _opening_problem(at: Here) -> str | None:
    if at.campaign is None or at.campaign.status != Status.APPROVED or at.campaign.last_day is None:
        return None
    problem = rules.opening_problem(at.campaign.last_day, business_today(), queries.limits())
    problem = problem or await match_days.end_problem_of(at.campaign, at.campaign.last_day)
    return problem or await queries.receiving_problem(at.group.id)


async def _may_try_again(at: Here) -> bool:
    over = await queries.unfinished_campaign(at.project.id) is None
    return at.is_owner and over and not await queries.was_funded(at.project.id)


@dataclass(frozen=True)
class Act:
    """Something an owner does after a page that asks: its words, and the service."""

    key: str
    cause: str
    title: str
    consequence: str
    button: str
    done: str
    work: Callable[[Campaign, Here, Any], Awaitable[Any]]
    form: type[SiteForm] = ActionForm
    warning: bool = False


async def _end_early(campaign: Campaign, at: Here, _: Any) -> None:
    """The amount is read under the campaign's lock, so that no pledge is cancelled in between.

    Only what may be charged: a pledge that waits for a yes to a later day would be let go at the verdict.
    """
    async with transaction():
        await queries.campaign_for_update(campaign.id)
        pence = await may_be_charged_pence(campaign.id)
        await services.end_early(campaign.id, at.by, raised_pence=pence)


ACTS: Final = (
    Act(
        "open",
        "opened",
        "Open your campaign",
        "Everybody can see the page and pledge from now on. The page, the target and the last day stay as they are.",
        "Open the campaign",
        "Your campaign is open",
        lambda campaign, at, _: services.open_campaign(campaign.id, at.by),
    ),
    Act(
        "withdraw",
        "withdrawn",
        "Take your campaign back",
        "The campaign ends here, before anybody could pledge. What you wrote stays, and you can start a new campaign with it.",
        "Take it back",
        "The campaign is withdrawn",
        lambda campaign, at, _: services.withdraw(campaign.id, at.by),
        warning=True,
    ),
    Act(
        "cancel",
        "cancelled",
        "Cancel your campaign",
        "The campaign ends, and nobody is charged. Everybody who has pledged gets your message by e-mail, and it stands on"
        " the page. What was promised to you goes back to its fund. This can’t be taken back.",
        "Cancel the campaign",
        "The campaign is cancelled",
        lambda campaign, at, form: services.cancel(campaign.id, at.by, form.message.data),
        form=MessageForm,
        warning=True,
    ),
    Act(
        "end-early",
        "ended early",
        "End your campaign now",
        "Nobody can pledge, change or cancel any more. We add up within the hour and write to everybody; cards are charged"
        " from two days after that. If you wait, more can still come in. This can’t be taken back.",
        "End the campaign",
        "The campaign is closing",
        _end_early,
    ),
)


def _route(act: Act) -> Route:
    async def ask(request: Request) -> Response:
        at = await here(request)
        campaign = at.campaign
        if campaign is None or act.cause not in _may(at):
            raise NotFound
        form = await act.form.of(request)
        work = partial(act.work, campaign, at, form)
        if request.method == "POST" and form.validate() and await tried(form, work):
            return await done(request, at.path, act.done)
        return await show(
            request, "act.html", at, form.response_status, form=form, act=act, raised_pence=await _raised(at)
        )

    name = f"campaign_{act.key.replace('-', '_')}"
    return page(f"{BASE}/{act.key}", ask, OWNERS, name=name, methods=("GET", "POST"))


async def again(request: Request) -> Response:
    """POST .../again: a new campaign for a project whose last one is over."""
    at = await here(request)
    form = await ActionForm.of(request)
    if form.validate():
        await services.new_campaign(at.project.id, at.by)
        return await done(request, at.path, "A new campaign is begun. Check every task before you send it.")
    return await show(request, "expired.html", at, form.response_status, form=form)


BASE: Final = "/groups/{group}/projects/{project}"
ROUTES = [
    page(BASE, overview, MEMBERS, name="project"),
    page(f"{BASE}/again", again, OWNERS, name="campaign_again", methods=("POST",)),
    *(_route(act) for act in ACTS),
]
