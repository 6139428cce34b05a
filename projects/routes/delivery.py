"""A funded project for its group: begun, later, done; what has to be decided; and how much came in.

A route module, so that it may ask pledges.
"""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from pledges import reporting, turning
from projects import services
from projects.forms.delivery import LaterForm, PurposeForm, TurnForm, WhatForm
from projects.kinds import TurnKind
from projects.models import Delivery, DeliveryEvent, DeliveryTurn
from projects.reports.forms import DoneForm
from projects.reports.queries import reports_of
from projects.reports.states import Report
from projects.reports.words import MEANINGS
from projects.routes.common import MEMBERS, OWNERS, Here, here, show
from projects.states import OPEN_TURNS, RUNNING
from projects.states import Delivery as Status
from projects.words import DELIVERY

ASKS: Final = {
    "purpose": (TurnKind.PURPOSE, PurposeForm, "Another purpose"),
    "ending": (TurnKind.ENDING, TurnForm, "It can’t be finished"),
    "left": (TurnKind.UNSPENT, TurnForm, "Money that is left"),
}


async def _delivery(request: Request) -> tuple[Here, Delivery]:
    at = await here(request)
    found = await Delivery.get_or_none(campaign_id=at.campaign.id) if at.campaign else None
    if found is None:
        raise NotFound("This project has not been funded yet.")
    return at, found


async def _show(
    request: Request, at: Here, delivery: Delivery, template: str, status: int = 200, **more: Any
) -> Response:
    given = {
        "delivery": delivery,
        "standing": DELIVERY[Status(delivery.status)],
        "path": f"{at.path}/delivery",
        "is_running": delivery.status in RUNNING,
        **more,
    }
    return await show(request, template, at, status, **given)


async def overview(request: Request) -> Response:
    """GET .../delivery: how it stands, its days, and what can be said now."""
    at, delivery = await _delivery(request)
    came_in = await turning.received(delivery.campaign_id)
    return await _show(
        request,
        at,
        delivery,
        "delivery.html",
        received_pence=came_in.total_pence,
        events=await DeliveryEvent.filter(subject_id=delivery.id).order_by("-id"),
        turns=await DeliveryTurn.filter(delivery_id=delivery.id).order_by("-id"),
        reports=[(one, MEANINGS[Report(one.status)]) for one in await reports_of(delivery.id)],
        form=await ActionForm.of(request),
    )


async def begun(request: Request) -> Response:
    """POST .../delivery/begun: one tap."""
    at, delivery = await _delivery(request)
    form = await ActionForm.of(request)
    if form.validate():
        await services.start(delivery.id, at.by)
        return await done(request, f"{at.path}/delivery", "Thank you. The page of your project says so.")
    return await show(request, "expired.html", at, form.response_status, form=form)


async def later(request: Request) -> Response:
    """GET and POST .../delivery/later: another last day."""
    at, delivery = await _delivery(request)
    _refuse_over(delivery)
    form = await LaterForm.of(request, finish_by=delivery.finish_by)
    if request.method == "POST" and form.validate():
        work = partial(services.promise_later, delivery.id, form.finish_by.data, at.by)
        if await tried(form, work, "finish_by"):
            return await done(request, f"{at.path}/delivery", "The new day is on the page of your project")
    return await _show(request, at, delivery, "delivery_later.html", form.response_status, form=form)


async def work_done(request: Request) -> Response:
    """GET and POST .../delivery/done: on which day; its report is next."""
    at, delivery = await _delivery(request)
    _refuse_over(delivery)
    form = await DoneForm.of(request, done_on=delivery.work_done_on or business_today())
    if request.method == "POST" and form.validate():
        work = partial(reporting.finish_work, delivery.id, form.done_on.data, at.by)
        if await tried(form, work, "done_on"):
            return await done(request, f"{at.path}/report/final", "Well done. Now say what came of it.")
    return await _show(request, at, delivery, "delivery_done.html", form.response_status, form=form)


def _refuse_over(delivery: Delivery) -> None:
    if delivery.status not in RUNNING:
        raise NotFound


async def what(request: Request) -> Response:
    """GET and POST .../delivery/ask: which of the two."""
    at, delivery = await _delivery(request)
    _refuse_over(delivery)
    form = await WhatForm.of(request)
    if request.method == "POST" and form.validate():
        key = "purpose" if form.kind.data == TurnKind.PURPOSE else "ending"
        return to(f"{at.path}/delivery/{key}")
    return await _show(request, at, delivery, "delivery_what.html", form.response_status, form=form)


def _asks(key: str) -> Route:
    kind, form_type, title = ASKS[key]

    async def ask(request: Request) -> Response:
        at, delivery = await _delivery(request)
        came_in = await turning.received(delivery.campaign_id)
        # once it is done, what is left follows from what the group said it cost
        left = {} if delivery.spent_pence is None else {"unspent": max(0, came_in.total_pence - delivery.spent_pence)}
        form = await form_type.of(request, **left)
        if request.method == "POST" and form.validate():
            work = partial(
                turning.ask,
                delivery.id,
                kind,
                at.by,
                reason=form.reason.data,
                purpose=form.purpose.data if isinstance(form, PurposeForm) else "",
                unspent_pence=form.unspent.data or 0,
            )
            if await tried(form, work):
                return await done(request, f"{at.path}/delivery", "Sent. Two officers look at it, and we write to you.")
        return await _show(
            request,
            at,
            delivery,
            "delivery_ask.html",
            form.response_status,
            form=form,
            title=title,
            received_pence=came_in.total_pence,
        )

    return page(f"{BASE}/{key}", ask, OWNERS, name=f"delivery_{key}", methods=("GET", "POST"))


async def take_back(request: Request) -> Response:
    """POST .../delivery/take-back: what was asked and not answered."""
    at, delivery = await _delivery(request)
    form = await ActionForm.of(request)
    turn = await DeliveryTurn.filter(delivery_id=delivery.id, status__in=OPEN_TURNS).first()
    if turn is None:
        return to(f"{at.path}/delivery")
    if form.validate():
        await turning.withdraw(turn.id, at.by)
        return await done(request, f"{at.path}/delivery", "Taken back")
    return await show(request, "expired.html", at, form.response_status, form=form)


BASE: Final = "/groups/{group}/projects/{project}/delivery"
BOTH: Final = ("GET", "POST")
ROUTES: Final[list[Route]] = [
    page(BASE, overview, MEMBERS, name="delivery"),
    page(f"{BASE}/begun", begun, OWNERS, name="delivery_begun", methods=("POST",)),
    page(f"{BASE}/later", later, OWNERS, name="delivery_later", methods=BOTH),
    page(f"{BASE}/done", work_done, OWNERS, name="delivery_done", methods=BOTH),
    page(f"{BASE}/ask", what, OWNERS, name="delivery_what", methods=BOTH),
    *(_asks(key) for key in ASKS),
    page(f"{BASE}/take-back", take_back, OWNERS, name="delivery_take_back", methods=("POST",)),
]
