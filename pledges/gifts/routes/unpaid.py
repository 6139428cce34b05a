"""Cheques that bounced after they were handed on: what a group gives back of them. By two people."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import render
from pledges.gifts import queries
from pledges.gifts.forms import RecoveryForm
from pledges.gifts.routes.desk import BOTH, HOME
from pledges.gifts.routes.office import APPROVERS, PAYERS, POST
from pledges.gifts.services import recovering
from pledges.models import GiftRecovery


async def enter(request: Request) -> Response:
    """GET and POST /staff/gifts/{id}/recovery: the group gave something back."""
    gift = await queries.gift_of(path_id(request))
    form = await RecoveryForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(recovering.enter_recovery, gift.id, form.amount.data, form.reference.data, request.state.actor)
        if await tried(form, work, "amount"):
            return await done(request, HOME, "Entered. It counts once a finance approver has seen the bank’s line")
    lost = await recovering.lost_pence(gift)
    context = {"form": form, "gift": gift, "title": queries.title_of(gift), "lost": lost, "back": f"{HOME}/{gift.id}"}
    return render(request, "gifts/recovery.html", context, form.response_status)


async def confirm(request: Request) -> Response:
    """GET and POST /staff/gifts/recoveries/{id}: the second person has seen the bank's line."""
    row = await GiftRecovery.get_or_none(id=path_id(request))
    if row is None:
        raise NotFound
    gift = await queries.gift_of(row.gift_id)
    form = await ActionForm.of(request)
    work = partial(recovering.confirm_recovery, row.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, HOME, f"{pounds_exact(row.amount_pence)} of {gift.reference} is back")
    names = await names_of([row.entered_by_id])
    context = {
        "form": form,
        "row": row,
        "gift": gift,
        "title": queries.title_of(gift),
        "entered_by": names[row.entered_by_id],
        "back": HOME,
    }
    return render(request, "gifts/recovery_confirm.html", context, form.response_status)


async def withdraw(request: Request) -> Response:
    """POST /staff/gifts/recoveries/{id}/withdraw."""
    form = await ActionForm.of(request)
    if form.validate():
        await recovering.withdraw_recovery(path_id(request), request.state.actor)
        return await done(request, HOME, "It is withdrawn. The programme bears it as before")
    return await done(request, HOME, "The page had expired, so nothing was changed")


ROUTES: Final[list[Route]] = [
    page(f"{HOME}/{{id}}/recovery", enter, PAYERS, name="staff_gift_recovery", methods=BOTH),
    page(f"{HOME}/recoveries/{{id}}", confirm, APPROVERS, name="staff_gift_recovery_confirm", methods=BOTH),
    page(f"{HOME}/recoveries/{{id}}/withdraw", withdraw, PAYERS, name="staff_gift_recovery_withdraw", methods=POST),
]
