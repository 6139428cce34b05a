"""What officers decide about a campaign: a page for each answer. routes/desk.py has the queue and the checklist."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent import mail
from crowdfund_kent.accounts.access import page
from crowdfund_kent.answering import done, tried
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.templating import render
from projects import letters, services
from projects.forms.officers import ApproveForm, MessageForm, RefuseForm
from projects.models import Campaign
from projects.routes.desk import BASE, OFFICERS, facts, find, on_to_next
from projects.states import CAMPAIGN
from projects.states import Campaign as Status


async def _page(request: Request, campaign: Campaign, template: str, form: SiteForm, **more: Any) -> Response:
    given = await facts(request, campaign)
    return render(request, f"projects/{template}", {**given, "form": form, **more}, form.response_status)


def _may(campaign: Campaign) -> set[str]:
    return {cause for old, cause in CAMPAIGN if old == campaign.status}


# its cards are charged, or are about to be: it can't be cancelled any more, only held
HELD_INSTEAD: Final = (Status.CLOSING, Status.SUCCESSFUL, Status.COLLECTING)


async def approve(request: Request) -> Response:
    """GET and POST /staff/campaigns/{id}/approve: what was answered, and the officer's word; then the next of the queue."""
    campaign = await find(request)
    if "approved" not in _may(campaign):
        raise NotFound
    form = await ApproveForm.of(request)
    work = partial(services.approve, campaign.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await on_to_next(request, campaign, f"Approved: {campaign.project.title}")
    return await _page(request, campaign, "officer_approve.html", form)


async def refuse(request: Request) -> Response:
    """GET and POST /staff/campaigns/{id}/refuse: which rule and why, then the letter to read aloud, then it is sent."""
    campaign = await find(request)
    if "refused" not in _may(campaign):
        raise NotFound
    form = await RefuseForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.refuse, campaign.id, request.state.actor, form.letter)
        if not form.sure.data:
            return await _page(
                request, campaign, "officer_refuse_letter.html", form, letter=await _letter(campaign, form)
            )
        if form.sure.data == "yes" and await tried(form, work):
            return await on_to_next(request, campaign, f"Refused: {campaign.project.title}")
    return await _page(request, campaign, "officer_refuse.html", form)


async def _letter(campaign: Campaign, form: RefuseForm) -> mail.Mail:
    """What the group will read, word for word."""
    return await letters.written("refused", campaign, message=form.letter.strip())


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
        "The campaign ends and nobody is charged. Your message stands on its page and goes to all who have pledged. This can’t"
        " be taken back.",
        "Cancel it",
        "The campaign is cancelled",
        lambda campaign_id, by, form: services.cancel(campaign_id, by, form.message.data),
        warning=True,
    ),
)


def _route(answer: Answer) -> Route:
    async def ask(request: Request) -> Response:
        campaign = await find(request)
        if answer.cause not in _may(campaign):
            if answer.cause == "cancelled" and campaign.status in HELD_INSTEAD:
                refused = await ActionForm.of(request)
                if request.method == "POST":
                    refused.refuse("This campaign can’t be cancelled any more. Hold the charging of cards instead.")
                return await _page(request, campaign, "officer_held_instead.html", refused)
            raise NotFound
        was_checked = campaign.status == Status.SUBMITTED
        form = await answer.form.of(request)
        if isinstance(form, MessageForm):
            form.message.label.text = answer.label
        work = partial(answer.work, campaign.id, request.state.actor, form)
        if request.method == "POST" and form.validate() and await tried(form, work):
            told = f"{answer.done}: {campaign.project.title}"
            return await on_to_next(request, campaign, told) if was_checked else await done(request, BASE, told)
        return await _page(request, campaign, "officer_answer.html", form, answer=answer)

    path = f"{BASE}/{{id}}/{answer.key}"
    return page(path, ask, OFFICERS, name=f"staff_campaign_{answer.key}", methods=("GET", "POST"))


ROUTES = [
    page(f"{BASE}/{{id}}/approve", approve, OFFICERS, name="staff_campaign_approve", methods=("GET", "POST")),
    page(f"{BASE}/{{id}}/refuse", refuse, OFFICERS, name="staff_campaign_refuse", methods=("GET", "POST")),
    *(_route(answer) for answer in ANSWERS),
]
