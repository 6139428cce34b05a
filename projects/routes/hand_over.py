"""Handing a group over whose owners can't be reached: somebody asks, an owner may still answer, two officers decide."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, signed_in, staff
from crowdfund_kent.accounts.queries import people_by_id
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.routes.account import name_first
from crowdfund_kent.answering import done, tried
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.templating import day, render
from projects import queries, services
from projects.access import was_ever_member
from projects.forms import MessageForm
from projects.forms.delivery import HandOverForm
from projects.kinds import MemberRole
from projects.models import Campaign, Group, GroupHandOver, Member
from projects.routes.common import GENERATED
from projects.states import OPEN_HAND_OVERS, PUBLIC, HandOver

OFFICERS: Final = staff(Role.FUND_OFFICER)
QUEUE: Final = "/staff/hand-overs"


async def _known_group(request: Request) -> Group:
    """A group whose campaign the public may see, or that the person belongs to: others are not there."""
    found = await Group.get_or_none(slug=str(request.path_params["group"]))
    if found is None:
        raise NotFound
    mine = await was_ever_member(request.state.actor.person_id, found.id)
    public = await Campaign.filter(project__group_id=found.id, status__in=list(PUBLIC)).exists()
    if not mine and not public:
        raise NotFound
    return found


async def ask(request: Request) -> Response:
    """GET and POST /hand-over/{group}: an owner says that they are there; anybody else asks to run the group."""
    group = await _known_group(request)
    by: Actor = request.state.actor
    is_owner = await Member.filter(
        group_id=group.id, person_id=by.person_id, role=MemberRole.OWNER, ended_at=None
    ).exists()
    there = await GroupHandOver.filter(group_id=group.id, status__in=OPEN_HAND_OVERS).first()
    if not is_owner and request.method == "GET" and (response := name_first(request)):
        return response
    form: SiteForm = await (ActionForm if is_owner else HandOverForm).of(request)
    if request.method == "POST" and form.validate():
        if is_owner:
            if there is None:
                return await done(request, f"/groups/{group.slug}", "Nobody asks for your group")
            work: Callable[[], Awaitable[Any]] = partial(services.owner_answers, there.id, by)
        else:
            assert isinstance(form, HandOverForm)
            work = partial(services.ask_hand_over, group.id, form.reason.data, by)
        if await tried(form, work):
            thanks = "Thank you. Nothing changes." if is_owner else "Sent. We write to the owners now, and then to you."
            return await done(request, f"/groups/{group.slug}" if is_owner else "/account", thanks)
    context = {
        "group": group,
        "form": form,
        "is_owner": is_owner,
        "there": there,
        "officer": await queries.officer_of(group.id),
        "until": services.owners_have_until(business_now()),
    }
    return render(request, "projects/hand_over.html", context, form.response_status)


async def queue(request: Request) -> Response:
    """GET /staff/hand-overs: what is open, and what was decided last."""
    rows = await GroupHandOver.all().order_by("-id").limit(100).select_related("group")
    context = {
        "open": [_row(one) for one in reversed(rows) if one.status in OPEN_HAND_OVERS],
        "over": [_row(one) for one in rows if one.status not in OPEN_HAND_OVERS],
        "flash": await sessions.take_flash(request),
    }
    return render(request, "projects/officer_hand_overs.html", context)


def _row(one: GroupHandOver) -> list[Any]:
    waits = one.status == HandOver.ASKED and business_now() < one.not_before
    words = {"asked": "Owners may answer" if waits else "To look at", "proposed": "Second officer"}
    tag = {
        "text": "",
        "tag": words.get(one.status, one.status.capitalize()),
        "tone": "wait" if one.status in OPEN_HAND_OVERS and not waits else "quiet",
    }
    return [{"text": one.group.name, "href": f"{QUEUE}/{one.id}"}, day(one.asked_at), tag]


async def _found(request: Request) -> GroupHandOver:
    found = await GroupHandOver.get_or_none(id=path_id(request)).select_related("group")
    if found is None:
        raise NotFound
    return found


async def show(request: Request) -> Response:
    """GET /staff/hand-overs/{id}: who asks, why, who owns the group, and what this officer may do."""
    return await _page(request, await _found(request), await ActionForm.of(request))


async def _page(request: Request, row: GroupHandOver, form: SiteForm, **more: Any) -> Response:
    by: Actor = request.state.actor
    people = await people_by_id([row.asked_by_id])
    is_member = await was_ever_member(by.person_id, row.group_id)
    may: set[str] = set()
    if not is_member and by.role != Role.AUDITOR:
        if row.status in {HandOver.ASKED, HandOver.SENT_BACK}:
            may = {"propose", "refuse"} if business_now() >= row.not_before else {"refuse"}
        elif row.status == HandOver.PROPOSED and by.person_id != row.proposed_by_id:
            may = {"agree", "send-back"}
    context = {
        "row": row,
        "group": row.group,
        "who": people.get(row.asked_by_id),
        "members": await queries.members_of(row.group_id),
        "is_member": is_member,
        "may": may,
        "form": form,
        "path": f"{QUEUE}/{row.id}",
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if row.group.generated else None,
        "asks": None,
        **more,
    }
    return render(request, "projects/officer_hand_over.html", context, form.response_status)


def _yes(key: str, work: Callable[[int, Actor], Awaitable[Any]], thanks: str) -> Route:
    async def act(request: Request) -> Response:
        row = await _found(request)
        form = await ActionForm.of(request)
        if form.validate() and await tried(form, partial(work, row.id, request.state.actor)):
            return await done(request, QUEUE, thanks)
        return await _page(request, row, form)

    name = f"staff_hand_over_{key}"
    return page(f"{QUEUE}/{{id}}/{key}", act, OFFICERS, name=name, methods=("POST",))


def _no(key: str, work: Callable[[int, Actor, str], Awaitable[Any]], title: str) -> Route:
    async def act(request: Request) -> Response:
        row = await _found(request)
        if row.status not in OPEN_HAND_OVERS:
            raise NotFound
        form = await MessageForm.of(request)
        form.message.label.text = "Why?"
        answer = partial(work, row.id, request.state.actor, form.message.data)
        if request.method == "POST" and form.validate() and await tried(form, answer):
            return await done(request, QUEUE, f"{title}: done")
        return await _page(request, row, form, asks=title)

    name = f"staff_hand_over_{key.replace('-', '_')}"
    return page(f"{QUEUE}/{{id}}/{key}", act, OFFICERS, name=name, methods=("GET", "POST"))


ROUTES: Final[list[Route]] = [
    page("/hand-over/{group}", ask, signed_in, name="group_hand_over", methods=("GET", "POST")),
    page(QUEUE, queue, OFFICERS, name="staff_hand_overs"),
    page(f"{QUEUE}/{{id}}", show, OFFICERS, name="staff_hand_over"),
    _yes("propose", services.propose_hand_over, "Proposed. Another officer decides."),
    _yes("agree", services.hand_over, "The group is handed over, and both sides are told."),
    _no("refuse", services.refuse_hand_over, "Refuse it"),
    _no("send-back", services.send_back_hand_over, "Send it back"),
]
