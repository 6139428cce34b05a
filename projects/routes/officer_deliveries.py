"""Officers and funded projects: which are late, what was asked, and the answers of two of them."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.templating import day, render
from pledges import turning
from pledges.models import UnspentShare
from projects.access import was_ever_member
from projects.forms import MessageForm
from projects.forms.delivery import RuleForm
from projects.models import Delivery, DeliveryTurn
from projects.routes.common import GENERATED
from projects.states import OPEN_TURNS, RUNNING, Turn
from projects.states import Delivery as Status
from projects.words import DELIVERY

OFFICERS: Final = staff(Role.FUND_OFFICER)
QUEUE: Final = "/staff/deliveries"
TO_PROPOSE: Final = (Turn.ASKED, Turn.SENT_BACK)
MOST: Final = 200


async def queue(request: Request) -> Response:
    """GET /staff/deliveries: what waits for an answer, and every funded project that is not over, the late ones first."""
    turns = (
        await DeliveryTurn.filter(status__in=OPEN_TURNS)
        .order_by("asked_at")
        .select_related("delivery__campaign__project__group")
    )
    running = (
        await Delivery.filter(status__in=list(RUNNING))
        .order_by("finish_by", "id")
        .limit(MOST)
        .select_related("campaign__project__group")
    )
    context = {
        "turns": [
            [
                {"text": one.delivery.campaign.project.title, "href": f"{QUEUE}/{one.id}"},
                one.kind.capitalize(),
                day(one.asked_at),
                {"text": "", "tag": "Second officer" if one.status == Turn.PROPOSED else "To look at", "tone": "wait"},
            ]
            for one in turns
        ],
        "running": [_row(one) for one in sorted(running, key=lambda one: one.status != Status.LATE)],
        "flash": await sessions.take_flash(request),
    }
    return render(request, "projects/officer_deliveries.html", context)


def _row(delivery: Delivery) -> list[Any]:
    meaning = DELIVERY[Status(delivery.status)]
    due = delivery.start_by if delivery.status == Status.NOT_STARTED else delivery.finish_by
    return [
        {
            "text": delivery.campaign.project.title,
            "href": f"/staff/campaigns/{delivery.campaign_id}",
            "small": delivery.campaign.project.group.name,
        },
        {"text": "", "tag": meaning.name, "tone": meaning.tone},
        {"text": f"{due.day} {due:%b %Y}", "small": "is over" if due < business_today() else ""},
    ]


async def _turn(request: Request) -> DeliveryTurn:
    found = await DeliveryTurn.get_or_none(id=path_id(request)).select_related("delivery__campaign__project__group")
    if found is None:
        raise NotFound
    return found


async def _page(
    request: Request, turn: DeliveryTurn, template: str, form: SiteForm | None = None, status: int = 200, **more: Any
) -> Response:
    project = turn.delivery.campaign.project
    actor: Actor = request.state.actor
    is_member = await was_ever_member(actor.person_id, project.group_id)
    came_in = await turning.received(turn.delivery.campaign_id)
    shares = (
        await UnspentShare.filter(turn_id=turn.id)
        .order_by("id")
        .select_related("match_pledge__fund__funder", "pledge", "gift")
    )
    context = {
        "turn": turn,
        "project": project,
        "group": project.group,
        "delivery": turn.delivery,
        "standing": DELIVERY[Status(turn.delivery.status)],
        "received_pence": came_in.total_pence,
        "shares": shares,
        "is_member": is_member,
        "may": _may(turn, actor, is_member=is_member),
        "form": form,
        "path": f"{QUEUE}/{turn.id}",
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if project.generated or project.group.generated else None,
        **more,
    }
    return render(request, f"projects/{template}", context, status)


def _may(turn: DeliveryTurn, actor: Actor, *, is_member: bool) -> set[str]:
    """What this officer may do: no step is for whoever took one before."""
    if is_member or actor.role == Role.AUDITOR:
        return set()
    if turn.status in TO_PROPOSE and actor.person_id != turn.asked_by_id:
        return {"propose", "refuse"}
    if turn.status == Turn.PROPOSED and actor.person_id not in {turn.proposed_by_id, turn.asked_by_id}:
        return {"agree", "send-back"}
    return set()


async def show(request: Request) -> Response:
    """GET /staff/deliveries/{id}: what was asked, what it would mean, and what this officer may do."""
    return await _page(request, await _turn(request), "officer_turn.html")


async def propose(request: Request) -> Response:
    """GET and POST .../propose: the rule, and what is left by the papers."""
    turn = await _turn(request)
    if turn.status not in TO_PROPOSE:
        raise NotFound
    form = await RuleForm.of(request, unspent=turn.unspent_pence)
    if request.method == "POST" and form.validate():
        work = partial(
            turning.propose, turn.id, request.state.actor, rule=form.rule.data, unspent_pence=form.unspent.data or 0
        )
        if await tried(form, work):
            return await done(request, QUEUE, "Proposed. Another officer decides.")
    return await _page(request, turn, "officer_turn_propose.html", form, form.response_status)


async def agree(request: Request) -> Response:
    """GET and POST .../agree: what follows, and the button."""
    turn = await _turn(request)
    if turn.status != Turn.PROPOSED:
        raise NotFound
    form = await ActionForm.of(request)
    work = partial(turning.agree, turn.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, f"{QUEUE}/{turn.id}", "Agreed. The group and the backers are told.")
    return await _page(request, turn, "officer_turn_agree.html", form, form.response_status)


Work = Callable[[int, Actor, str], Awaitable[Any]]


def _no(key: str, statuses: tuple[Turn, ...], title: str, label: str, consequence: str, work: Work) -> Route:
    async def ask(request: Request) -> Response:
        turn = await _turn(request)
        if turn.status not in statuses:
            raise NotFound
        form = await MessageForm.of(request)
        form.message.label.text = label
        answer = partial(work, turn.id, request.state.actor, form.message.data)
        if request.method == "POST" and form.validate() and await tried(form, answer):
            return await done(request, QUEUE, f"{title}: done")
        words = {"title": title, "consequence": consequence}
        return await _page(request, turn, "officer_turn_no.html", form, form.response_status, **words)

    name = f"staff_delivery_{key.replace('-', '_')}"
    return page(f"{QUEUE}/{{id}}/{key}", ask, OFFICERS, name=name, methods=("GET", "POST"))


ROUTES: Final[list[Route]] = [
    page(QUEUE, queue, OFFICERS, name="staff_deliveries"),
    page(f"{QUEUE}/{{id}}", show, OFFICERS, name="staff_delivery"),
    page(f"{QUEUE}/{{id}}/propose", propose, OFFICERS, name="staff_delivery_propose", methods=("GET", "POST")),
    page(f"{QUEUE}/{{id}}/agree", agree, OFFICERS, name="staff_delivery_agree", methods=("GET", "POST")),
    _no(
        "refuse",
        TO_PROPOSE,
        "Refuse it",
        "Why can’t we agree?",
        "The owners get your reason by e-mail. Nothing else changes.",
        turning.refuse,
    ),
    _no(
        "send-back",
        (Turn.PROPOSED,),
        "Send it back",
        "What should the first officer look at again?",
        "It is looked at again. The group is not told.",
        turning.send_back,
    ),
]
