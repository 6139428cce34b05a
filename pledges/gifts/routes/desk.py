"""At a desk: a gift is taken and its receipt printed; another person counts it."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import may_act, page, path_id, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.references import new_token
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render
from pledges.gift_aid import services as declaring
from pledges.gifts import queries, rules
from pledges.gifts.forms import CAUSES, CountForm, TakeForm
from pledges.gifts.kinds import Way, Wish
from pledges.gifts.services import taking
from pledges.gifts.services.common import COUNTERS, TAKERS
from pledges.gifts.services.paying import ENTERS
from pledges.gifts.services.recovering import lost_pence
from pledges.gifts.states import Gift as Status
from pledges.kinds import BackerKind
from pledges.models import GiftDesk, OfflineGift
from pledges.queries import campaign_view

BOTH: Final = ("GET", "POST")
READ: Final = staff(*COUNTERS, Role.AUDITOR)
TAKE: Final = staff(*TAKERS)
COUNT: Final = staff(*COUNTERS)
HOME: Final = "/staff/gifts"


async def home(request: Request) -> Response:
    """GET /staff/gifts: what there is to do at the desk."""
    mine, chosen = request.state.actor, request.query_params.get("desk", "")
    context = {
        "campaigns": await queries.open_campaigns(),
        "desks": await queries.open_desks(),
        "desk_id": int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else 0,
        "to_count": await queries.to_count(mine.person_id),
        "lying": [(one, await queries.at_desk(one.id)) for one in await GiftDesk.all().order_by("name", "id")],
        "batches": await queries.open_batches(),
        "returns": await queries.open_returns(),
        "payments": await queries.open_payments(),
        "unpaid": await queries.unpaid_cheques(),
        "recoveries": await queries.open_recoveries(),
        "to_give_back": await queries.to_give_back(),
        "to_hand_on": await queries.to_hand_on(),
        "title_of": queries.title_of,
        "may_take": await may_act(mine, *TAKERS),
        "may_open": await may_act(mine, Role.FUND_OFFICER),
        "may_pay": await may_act(mine, Role.FUND_OFFICER, Role.FINANCE_APPROVER),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "gifts/home.html", context)


async def take_form(request: Request) -> TakeForm:
    """The form of a new gift, with its key."""
    return await TakeForm.of(
        request, form_key=new_token(), kind=BackerKind.PERSON, wish=Wish.BACK, received_on=business_today()
    )


async def take(request: Request) -> Response:
    """GET and POST /staff/gifts/desks/{id}/take/{campaign}: one gift at one desk."""
    desk = await GiftDesk.get_or_none(id=path_id(request), group_id=None, closed_at=None)
    if desk is None:
        raise NotFound
    view = await campaign_view(path_id(request, "campaign"))
    form = await take_form(request)
    if request.method == "POST" and form.validate():
        try:
            made = await taking.take(view.id, desk.id, str(form.form_key.data), form.gift(), request.state.actor)
            return await done(
                request, f"{HOME}/{made.id}/receipt", f"The gift is received. Its number is {made.reference}"
            )
        except Refused as error:
            form.refuse(error.message)
    context = {"form": form, "desk": desk, "campaign": view, "back": HOME, **limits()}
    return render(request, "gifts/take.html", context, form.response_status)


def limits() -> dict[str, Any]:
    """What the form says of amounts."""
    settings = get_settings()
    return {"most_cash": settings.most_cash_gift_pence, "most_nameless": settings.most_nameless_gift_pence}


async def show(request: Request) -> Response:
    """GET /staff/gifts/{id}: how one gift stands, and what may follow."""
    gift = await queries.gift_of(path_id(request))
    return render(request, "gifts/gift.html", await gift_context(request, gift))


async def gift_context(request: Request, gift: OfflineGift) -> dict[str, Any]:
    """What the page of one gift shows."""
    names = await names_of([gift.taken_by_id, gift.counted_by_id])
    going_back = await queries.open_return_of(gift.id)
    mine = request.state.actor.person_id
    return {
        "gift": gift,
        "title": queries.title_of(gift),
        "state": queries.STATE_WORDS[Status(gift.status)],
        "taken_by": names[gift.taken_by_id],
        "counted_by": names[gift.counted_by_id] if gift.counted_by_id else "",
        "going_back": going_back,
        "causes": CAUSES,
        "may_count": gift.status == Status.RECEIVED
        and gift.taken_by_id != mine
        and rules.may_be_counted(gift.campaign.status)
        and await may_act(request.state.actor, *COUNTERS),
        "may_return": gift.status != Status.RETURNED and going_back is None and _may_go_back(gift),
        "lost_pence": await lost_pence(gift),
        "may_recover": await may_act(request.state.actor, *ENTERS),
        "may_gift_aid": declaring.may_declare(gift)
        and await declaring.recipient_of(gift.campaign_id) is not None
        and await may_act(request.state.actor, *COUNTERS),
        "back": HOME,
        "flash": await sessions.take_flash(request),
    }


def _may_go_back(gift: OfflineGift) -> bool:
    """Of what was handed on only a cheque, once the group has it: the bank may not pay it."""
    if gift.payment is None:
        return True
    return gift.way == Way.CHEQUE and gift.payment.confirmed_at is not None


async def receipt(request: Request) -> Response:
    """GET /staff/gifts/{id}/receipt: large, to print and hand over."""
    gift = await queries.gift_of(path_id(request))
    return render(request, "gifts/receipt.html", await receipt_context(request, gift, f"{HOME}/{gift.id}"))


async def receipt_context(request: Request, gift: OfflineGift, back: str) -> dict[str, Any]:
    """What stands on a receipt."""
    return {
        "gift": gift,
        "campaign": await campaign_view(gift.campaign_id),
        "desk": gift.desk,
        "back": back,
        "flash": await sessions.take_flash(request),
    }


async def count(request: Request) -> Response:
    """GET and POST /staff/gifts/{id}/count: the second person types what they counted."""
    gift = await queries.gift_of(path_id(request))
    form = await CountForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(taking.count, gift.id, request.state.actor, amount_pence=form.amount.data, seen=form.seen.data)
        if await tried(form, work, "amount"):
            return await done(request, HOME, f"{gift.reference} is counted: it is part of what is raised now")
    names = await names_of([gift.taken_by_id])
    context = {
        "form": form,
        "gift": gift,
        "title": queries.title_of(gift),
        "taken_by": names[gift.taken_by_id],
        "back": HOME,
    }
    return render(request, "gifts/count.html", context, form.response_status)


ROUTES: Final[list[Route]] = [
    page(HOME, home, READ, name="staff_gifts"),
    page(f"{HOME}/desks/{{id}}/take/{{campaign}}", take, TAKE, name="staff_gift_take", methods=BOTH),
    page(f"{HOME}/{{id}}", show, READ, name="staff_gift"),
    page(f"{HOME}/{{id}}/receipt", receipt, READ, name="staff_gift_receipt"),
    page(f"{HOME}/{{id}}/count", count, COUNT, name="staff_gift_count", methods=BOTH),
]
