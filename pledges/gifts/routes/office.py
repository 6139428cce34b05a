"""What becomes of gifts: desks, batches for the bank, returns to givers, payments to groups. Two people each."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.second_person import allowed
from crowdfund_kent.answering import done, pressed, tried
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import render
from pledges.gifts import queries, rules
from pledges.gifts.forms import CAUSES, WAYS_BACK, BatchForm, DeskForm, PaymentForm, ReturnForm
from pledges.gifts.kinds import Return
from pledges.gifts.routes.desk import BOTH, COUNT, HOME
from pledges.gifts.services import banking, paying, returning, taking
from pledges.gifts.states import Cause
from pledges.models import GiftBatch, GiftDesk, GiftPayment, GiftReturn, OfflineGift
from pledges.queries import campaign_view
from projects.models import Campaign

OFFICERS: Final = staff(Role.FUND_OFFICER)
PAYERS: Final = staff(*paying.ENTERS)
APPROVERS: Final = staff(Role.FINANCE_APPROVER)


async def seen_by_second(
    request: Request,
    template: str,
    first_id: int,
    work: Callable[[], Awaitable[Any]],
    said: str,
    check: Awaitable[None],
    **context: Any,
) -> Response:
    """GET and POST: the second person has seen what the first one entered, and `work` is done. `check`: raises where whoever
    looks may not; they see no button then."""
    may = await allowed(check)
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, HOME, said)
    names = await names_of([first_id])
    given = {"form": form, "entered_by": names[first_id], "may": may, "back": HOME, **context}
    return render(request, f"gifts/{template}.html", given, form.response_status)


async def new_desk(request: Request) -> Response:
    """GET and POST /staff/gifts/desks/new."""
    form = await DeskForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(taking.open_desk, form.name.data, form.place.data, request.state.actor)
        if await tried(form, work, "name"):
            return await done(request, HOME, f"{form.name.data} takes gifts now")
    return render(request, "gifts/desk.html", {"form": form, "back": HOME}, form.response_status)


async def close_desk(request: Request) -> Response:
    """GET and POST /staff/gifts/desks/{id}/close."""
    desk = await GiftDesk.get_or_none(id=path_id(request), group_id=None)
    if desk is None:
        raise NotFound
    form = await ActionForm.of(request)
    work = partial(taking.close_desk, desk.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, HOME, f"{desk.name} takes no gifts any more")
    return render(request, "gifts/desk_close.html", {"form": form, "desk": desk, "back": HOME}, form.response_status)


async def bank(request: Request) -> Response:
    """GET and POST /staff/gifts/desks/{id}/bank: what lies at a desk is paid in."""
    desk = await GiftDesk.get_or_none(id=path_id(request), group_id=None)
    if desk is None:
        raise NotFound
    return await bank_page(request, desk, HOME)


async def bank_page(request: Request, desk: GiftDesk, back: str) -> Response:
    """The same for a group's own hands."""
    lying = await queries.at_desk(desk.id)
    form = await BatchForm.of(request)
    form.gifts.choices = [
        (one.id, f"{one.reference}: {pounds_exact(one.amount_pence)}, {one.way}", queries.title_of(one))
        for one in lying
    ]
    if request.method == "POST" and form.validate():
        work = partial(
            banking.enter_batch,
            desk.id,
            [int(one) for one in form.gifts.data],
            form.slip.data,
            form.total.data,
            request.state.actor,
        )
        if await tried(form, work, "total"):
            return await done(
                request, back, "The batch is entered. It is banked once somebody else has seen the stamped slip"
            )
    context = {
        "form": form,
        "desk": desk,
        "back": back,
        "lying": lying,
        "total": sum(one.amount_pence for one in lying),
    }
    return render(request, "gifts/bank.html", context, form.response_status)


async def batch(request: Request) -> Response:
    """GET and POST /staff/gifts/batches/{id}: the second person has seen the stamped slip."""
    found = await GiftBatch.get_or_none(id=path_id(request)).select_related("desk")
    if found is None:
        raise NotFound
    gifts = await OfflineGift.filter(batch_id=found.id).order_by("id").select_related(*queries.WITH)
    work = partial(banking.confirm_batch, found.id, request.state.actor)
    said = f"{pounds_exact(found.amount_pence)} is banked"
    context = {"batch": found, "gifts": gifts, "title_of": queries.title_of}
    check = banking.refuse_confirmer(found, found.desk, request.state.actor)
    return await seen_by_second(request, "batch", found.entered_by_id, work, said, check, **context)


async def batch_withdraw(request: Request) -> Response:
    """POST /staff/gifts/batches/{id}/withdraw."""
    work = partial(banking.withdraw_batch, path_id(request), request.state.actor)
    return await pressed(request, work, HOME, "The batch is withdrawn. The gifts lie at the desk")


async def give_back(request: Request) -> Response:
    """GET and POST /staff/gifts/{id}/return."""
    gift = await queries.gift_of(path_id(request))
    return await return_page(request, gift, f"{HOME}/{gift.id}")


async def return_page(request: Request, gift: OfflineGift, back: str) -> Response:
    """The same for the group that took it."""
    form = await ReturnForm.of(request)
    campaign = gift.campaign
    causes = rules.return_causes(
        gift.status,
        gift.way,
        campaign.status,
        campaign.deadline_at,
        business_now(),
        handed_on=gift.payment_id is not None,
    )
    form.cause.choices = [(one, CAUSES[one]) for one in causes]
    ways = [way for way in Return if any(way in rules.ways_back(gift.way, gift.status, one) for one in causes)]
    form.how.choices = [(one, WAYS_BACK[one]) for one in ways]
    if request.method == "POST" and form.validate():
        work = partial(
            returning.enter_return,
            gift.id,
            Cause(form.cause.data),
            Return(form.how.data),
            form.proof.data,
            request.state.actor,
        )
        if await tried(form, work):
            return await done(request, back, "Entered. The gift is returned once somebody else has confirmed it")
    context = {"form": form, "gift": gift, "title": queries.title_of(gift), "back": back}
    return render(request, "gifts/return.html", context, form.response_status)


async def confirm_return(request: Request) -> Response:
    """GET and POST /staff/gifts/returns/{id}."""
    row = await GiftReturn.get_or_none(id=path_id(request))
    if row is None:
        raise NotFound
    gift = await queries.gift_of(row.gift_id)
    work = partial(returning.confirm_return, row.id, request.state.actor)
    context = {
        "row": row,
        "gift": gift,
        "title": queries.title_of(gift),
        "cause": CAUSES[Cause(row.cause)],
        "how": WAYS_BACK[Return(row.how)],
        "lost": gift.payment_id is not None and gift.desk.group_id is None,
    }
    said = f"{gift.reference} went back"
    check = returning.refuse_confirmer(row, gift, request.state.actor)
    return await seen_by_second(request, "return_confirm", row.entered_by_id, work, said, check, **context)


async def return_withdraw(request: Request) -> Response:
    """POST /staff/gifts/returns/{id}/withdraw."""
    work = partial(returning.withdraw_return, path_id(request), request.state.actor)
    return await pressed(request, work, HOME, "The return is withdrawn. The gift is still here")


async def pay(request: Request) -> Response:
    """GET and POST /staff/gifts/campaigns/{id}/pay: banked gifts go to the group."""
    campaign = await Campaign.get_or_none(id=path_id(request))
    if campaign is None:
        raise NotFound
    view = await campaign_view(campaign.id)
    gifts = await paying.payable(campaign)
    form = await PaymentForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(paying.enter_payment, campaign.id, form.reference.data or "", request.state.actor)
        if await tried(form, work, "reference"):
            return await done(
                request, HOME, "The payment is entered. It is done once a finance approver has seen the bank’s line"
            )
    own = sum(one.amount_pence for one in gifts if one.desk.group_id is not None)
    total = sum(one.amount_pence for one in gifts)
    context = {"form": form, "campaign": view, "gifts": gifts, "own": own, "total": total, "back": HOME}
    return render(request, "gifts/pay.html", context, form.response_status)


async def payment(request: Request) -> Response:
    """GET and POST /staff/gifts/payments/{id}."""
    found = await GiftPayment.get_or_none(id=path_id(request))
    if found is None:
        raise NotFound
    work = partial(paying.confirm_payment, found.id, request.state.actor)
    said = f"{pounds_exact(found.amount_pence)} is with the group"
    context = {"payment": found, "campaign": await campaign_view(found.campaign_id)}
    check = paying.refuse_confirmer(found, request.state.actor)
    return await seen_by_second(request, "payment", found.entered_by_id, work, said, check, **context)


async def payment_withdraw(request: Request) -> Response:
    """POST /staff/gifts/payments/{id}/withdraw."""
    work = partial(paying.withdraw_payment, path_id(request), request.state.actor)
    return await pressed(request, work, HOME, "The payment is withdrawn. The gifts are still to be handed on")


POST: Final = ("POST",)
ROUTES: Final[list[Route]] = [
    page(f"{HOME}/desks/new", new_desk, OFFICERS, name="staff_gift_desk_new", methods=BOTH),
    page(f"{HOME}/desks/{{id}}/close", close_desk, OFFICERS, name="staff_gift_desk_close", methods=BOTH),
    page(f"{HOME}/desks/{{id}}/bank", bank, COUNT, name="staff_gift_bank", methods=BOTH),
    page(f"{HOME}/batches/{{id}}", batch, COUNT, name="staff_gift_batch", methods=BOTH),
    page(f"{HOME}/batches/{{id}}/withdraw", batch_withdraw, COUNT, name="staff_gift_batch_withdraw", methods=POST),
    page(f"{HOME}/{{id}}/return", give_back, COUNT, name="staff_gift_return", methods=BOTH),
    page(f"{HOME}/returns/{{id}}", confirm_return, COUNT, name="staff_gift_return_confirm", methods=BOTH),
    page(f"{HOME}/returns/{{id}}/withdraw", return_withdraw, COUNT, name="staff_gift_return_withdraw", methods=POST),
    page(f"{HOME}/campaigns/{{id}}/pay", pay, PAYERS, name="staff_gift_pay", methods=BOTH),
    page(f"{HOME}/payments/{{id}}", payment, APPROVERS, name="staff_gift_payment", methods=BOTH),
    page(
        f"{HOME}/payments/{{id}}/withdraw", payment_withdraw, PAYERS, name="staff_gift_payment_withdraw", methods=POST
    ),
]
