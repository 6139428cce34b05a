"""Officers check campaigns: the queue, one page with everything, and one page for each answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.geography import DISTRICTS
from crowdfund_kent.templating import plural, render
from projects import pictures, queries, raised, services, words
from projects.access import was_ever_member
from projects.forms import ChecksForm, MessageForm
from projects.kinds import MUST_BE_CHECKED
from projects.models import Campaign, CampaignEvent
from projects.routes.common import GENERATED, done, tried
from projects.states import CAMPAIGN
from projects.states import Campaign as Status

OFFICERS: Final = staff(Role.FUND_OFFICER)
NAMES: Final = {one.code: one.name for one in DISTRICTS}
SECTIONS: Final = (
    (Status.SUBMITTED, "To check"),
    (Status.SUSPENDED, "Paused"),
    (Status.CHANGES_REQUESTED, "Changes asked for"),
    (Status.APPROVED, "Approved, not open yet"),
    (Status.LIVE, "Open"),
)


async def queue(request: Request) -> Response:
    """GET /staff/campaigns: what waits, oldest first, then what is on its way."""
    campaigns = await queries.officers_campaigns()
    since = await queries.since([one.id for one in campaigns])
    now = business_now()
    sections = [
        (heading, [_row(one, since.get(one.id, now), now) for one in _oldest(campaigns, status, since)])
        for status, heading in SECTIONS
    ]
    context = {"sections": sections, "flash": await sessions.take_flash(request)}
    return render(request, "projects/officer_queue.html", context)


def _oldest(campaigns: list[Campaign], status: Status, since: dict[int, datetime]) -> list[Campaign]:
    return sorted((one for one in campaigns if one.status == status), key=lambda one: (since[one.id], one.id))


def _row(campaign: Campaign, since: datetime, now: datetime) -> list[Any]:
    project = campaign.project
    days = (now - since).days
    return [
        {"text": project.title, "href": f"/staff/campaigns/{campaign.id}"},
        project.group.name,
        NAMES.get(project.district_code, ""),
        plural(days, "day") if days else "today",
    ]


async def show(request: Request) -> Response:
    """GET /staff/campaigns/{id}: everything the group wrote, who they are, what happened, and what can be done."""
    campaign = await _campaign(request)
    return await _page(request, campaign, "officer_campaign.html")


async def _campaign(request: Request) -> Campaign:
    """A campaign that was submitted at least once; drafts are the group's own."""
    found = await Campaign.get_or_none(id=path_id(request)).select_related("project__group", "version")
    if found is None or not await CampaignEvent.filter(subject_id=found.id, new=Status.SUBMITTED).exists():
        raise NotFound
    return found


async def _page(request: Request, campaign: Campaign, template: str, status: int = 200, **more: Any) -> Response:
    project = await queries.project_with_group(campaign.project_id)
    lines = await queries.lines_of(project.id)
    content = services.content_of(project, lines) if campaign.version is None else dict(campaign.version.content)
    actor: Actor = request.state.actor
    is_member = await was_ever_member(actor.person_id, project.group_id)
    context = {
        "campaign": campaign,
        "project": project,
        "group": project.group,
        "content": content,
        "figures": campaign.version or lines.figures,
        "shown": pictures.shown(content["picture"]),
        "members": await queries.members_of(project.group_id),
        "events": await CampaignEvent.filter(subject_id=campaign.id).order_by("-id"),
        "messages": await queries.messages_of(campaign.id),
        "checks": await queries.checks_of(campaign.id),
        "meaning": words.meaning(campaign.status),
        "is_member": is_member,
        "may": set() if is_member or actor.role == Role.AUDITOR else _may(campaign),
        "raised_pence": await raised.raised_pence(campaign.id) if campaign.opened_at else None,
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if project.generated or project.group.generated else None,
        **more,
    }
    return render(request, f"projects/{template}", context, status)


def _may(campaign: Campaign) -> set[str]:
    return {cause for old, cause in CAMPAIGN if old == campaign.status}


async def approve(request: Request) -> Response:
    """GET and POST /staff/campaigns/{id}/approve: the checklist, each item answered."""
    campaign = await _campaign(request)
    if "approved" not in _may(campaign):
        raise NotFound
    form = await ChecksForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.approve, campaign.id, request.state.actor, form.answers())
        if await tried(form, work):
            return await done(request, "/staff/campaigns", f"Approved: {campaign.project.title}")
    return await _page(request, campaign, "officer_approve.html", form.response_status, form=form, must=MUST_BE_CHECKED)


@dataclass(frozen=True)
class Answer:
    """An officer's answer with its words, and the service."""

    key: str
    cause: str
    title: str
    label: str
    consequence: str
    button: str
    done: str
    work: Callable[[int, Actor, Any], Awaitable[Any]]
    form: type[SiteForm] = MessageForm
    warning: bool = False


ANSWERS: Final = (
    Answer(
        "changes",
        "changes requested",
        "Ask for changes",
        "What must they change?",
        "The owners get your message by e-mail, and can change the project and send it again.",
        "Ask for changes",
        "The group was asked for changes",
        lambda campaign_id, by, form: services.request_changes(campaign_id, by, form.message.data),
    ),
    Answer(
        "refuse",
        "refused",
        "Refuse the campaign",
        "Why can’t it be approved?",
        "The owners get your reason by e-mail. The campaign ends; the group may begin another.",
        "Refuse it",
        "The campaign is refused",
        lambda campaign_id, by, form: services.refuse(campaign_id, by, form.message.data),
        warning=True,
    ),
    Answer(
        "suspend",
        "suspended",
        "Pause the campaign",
        "Why is it paused?",
        "Nobody can pledge. The deadline waits, for at most 28 days; then the campaign is cancelled. The owners get your"
        " message by e-mail.",
        "Pause it",
        "The campaign is paused",
        lambda campaign_id, by, form: services.suspend(campaign_id, by, form.message.data),
        warning=True,
    ),
    Answer(
        "resume",
        "resumed",
        "Let the campaign go on",
        "",
        "It is open for pledges again. Its last day moves by the time it was paused, in whole days. The owners are told.",
        "Let it go on",
        "The campaign is open again",
        lambda campaign_id, by, _: services.resume(campaign_id, by),
        form=ActionForm,
    ),
    Answer(
        "cancel",
        "cancelled",
        "Cancel the campaign",
        "What do you tell the group and everybody who has pledged?",
        "The campaign ends and nobody is charged. Your message is shown on its page and sent to the owners. This can’t"
        " be taken back.",
        "Cancel it",
        "The campaign is cancelled",
        lambda campaign_id, by, form: services.cancel(campaign_id, by, form.message.data),
        warning=True,
    ),
)


def _route(answer: Answer) -> Route:
    async def ask(request: Request) -> Response:
        campaign = await _campaign(request)
        if answer.cause not in _may(campaign):
            raise NotFound
        form = await answer.form.of(request)
        if isinstance(form, MessageForm):
            form.message.label.text = answer.label
        work = partial(answer.work, campaign.id, request.state.actor, form)
        if request.method == "POST" and form.validate() and await tried(form, work):
            return await done(request, "/staff/campaigns", f"{answer.done}: {campaign.project.title}")
        return await _page(request, campaign, "officer_answer.html", form.response_status, form=form, answer=answer)

    path = f"/staff/campaigns/{{id}}/{answer.key}"
    return page(path, ask, OFFICERS, name=f"staff_campaign_{answer.key}", methods=("GET", "POST"))


ROUTES = [
    page("/staff/campaigns", queue, OFFICERS, name="staff_campaigns"),
    page("/staff/campaigns/{id}", show, OFFICERS, name="staff_campaign"),
    page("/staff/campaigns/{id}/approve", approve, OFFICERS, name="staff_campaign_approve", methods=("GET", "POST")),
    *(_route(answer) for answer in ANSWERS),
]
