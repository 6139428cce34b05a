"""Cheques that bounced after they were handed on: what a group gives back of them. By two people."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import done, pressed, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import render
from pledges.gifts import queries
from pledges.gifts.forms import RecoveryForm
from pledges.gifts.routes.desk import BOTH, HOME
from pledges.gifts.routes.office import APPROVERS, PAYERS, POST, seen_by_second
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
    work = partial(recovering.confirm_recovery, row.id, request.state.actor)
    said = f"{pounds_exact(row.amount_pence)} of {gift.reference} is back"
    context = {"row": row, "gift": gift, "title": queries.title_of(gift)}
    check = recovering.refuse_confirmer(row, gift, request.state.actor)
    return await seen_by_second(request, "recovery_confirm", row.entered_by_id, work, said, check, **context)


async def withdraw(request: Request) -> Response:
    """POST /staff/gifts/recoveries/{id}/withdraw."""
    work = partial(recovering.withdraw_recovery, path_id(request), request.state.actor)
    return await pressed(request, work, HOME, "It is withdrawn. The programme bears it as before")


ROUTES: Final[list[Route]] = [
    page(f"{HOME}/{{id}}/recovery", enter, PAYERS, name="staff_gift_recovery", methods=BOTH),
    page(f"{HOME}/recoveries/{{id}}", confirm, APPROVERS, name="staff_gift_recovery_confirm", methods=BOTH),
    page(f"{HOME}/recoveries/{{id}}/withdraw", withdraw, PAYERS, name="staff_gift_recovery_withdraw", methods=POST),
]
