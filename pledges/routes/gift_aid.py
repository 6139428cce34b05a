"""Gift Aid for givers: on the private page of a pledge, and at a desk from a signed paper. For officers: who may claim."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, public_form, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.audit import BACKER
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.templating import render
from pledges import links
from pledges.gift_aid import rules, services
from pledges.gift_aid.forms import DeclarationForm, EvidenceForm, PaperForm
from pledges.gift_aid.kinds import Declared
from pledges.gift_aid.states import Recipient as RecipientStatus
from pledges.gifts import queries as gifts
from pledges.gifts.services.common import COUNTERS
from pledges.models import GiftAidDeclaration, GiftAidRecipient, OfflineGift, Pledge
from pledges.queries import campaign_view
from pledges.routes.journey import PRIVATE, go

BOTH: Final = ("GET", "POST")
OFFICERS: Final = staff(Role.FUND_OFFICER)
DESK: Final = staff(*COUNTERS)
HOME: Final = "/staff/gift-aid"


async def _recipient(donation: Pledge | OfflineGift) -> GiftAidRecipient:
    """Who would claim; NotFound where nobody may, or nothing can be declared."""
    found = await services.recipient_of(donation.campaign_id)
    if found is None or not services.may_declare(donation):
        raise NotFound
    return found


async def _claims_no_more(donation: Pledge | OfflineGift) -> bool:
    return await services.recipient_of(donation.campaign_id) is None or not services.may_declare(donation)


def _words(recipient: GiftAidRecipient) -> str:
    return rules.words_for(recipient.hmrc_name)


def _before(row: GiftAidDeclaration | None) -> dict[str, Any]:
    """What a correction begins with; never the tick."""
    if row is None:
        return {}
    names = ("title", "first_name", "last_name", "house", "address", "postcode")
    return {name: getattr(row, name) for name in names} | {"abroad": not row.postcode}


async def declare(request: Request) -> Response:
    """GET and POST /pledges/{reference}/{token}/gift-aid."""
    pledge = await links.by_private_link(request.path_params["reference"], request.path_params["token"])
    standing, back = await services.in_force(pledge), links.private_path(pledge)
    if standing is not None and await _claims_no_more(
        pledge
    ):  # what stands can be cancelled whatever became of the group
        return go(f"{back}/gift-aid/cancel")
    recipient = await _recipient(pledge)
    form = await DeclarationForm.of(request, **_before(standing))
    if request.method == "POST" and form.validate():
        work = partial(services.declare, pledge, form.answers(), Declared.PRIVATE_PAGE, BACKER)
        if await tried(form, work):
            await sessions.flash(request, "Your Gift Aid declaration is kept. Thank you.")
            return go(back)
    context = {
        "form": form,
        "amount_pence": pledge.amount_pence,
        "campaign": await campaign_view(pledge.campaign_id),
        "recipient": recipient,
        "statement": _words(recipient),
        "own_money": rules.OWN_MONEY,
        "standing": standing,
        "back": back,
        "cancel": f"{back}/gift-aid/cancel",
    }
    return render(request, "gift_aid/declare.html", context, form.response_status, PRIVATE)


async def cancel(request: Request) -> Response:
    """GET and POST /pledges/{reference}/{token}/gift-aid/cancel."""
    pledge = await links.by_private_link(request.path_params["reference"], request.path_params["token"])
    back = links.private_path(pledge)
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        await services.cancel(pledge, BACKER)
        await sessions.flash(request, "Your Gift Aid declaration is cancelled.")
        return go(back)
    return render(request, "gift_aid/cancel.html", {"form": form, "back": back}, form.response_status, PRIVATE)


async def on_paper(request: Request) -> Response:
    """GET and POST /staff/gifts/{id}/gift-aid: typed from what the giver signed."""
    gift = await gifts.gift_of(path_id(request))
    standing, back = await services.in_force(gift), f"/staff/gifts/{gift.id}"
    if standing is not None and await _claims_no_more(gift):
        return go(f"{back}/gift-aid/cancel")
    recipient = await _recipient(gift)
    form = await PaperForm.of(request, **_before(standing), declared_on=business_today())
    if request.method == "POST" and form.validate():
        by = request.state.actor
        work = partial(services.declare, gift, form.answers(), Declared.PAPER, by, taken_by_id=by.person_id)
        if await tried(form, work):
            return await done(request, back, "The declaration is kept. Keep the signed paper with the receipt")
    context = {
        "form": form,
        "giver": gift.name or "the giver",
        "amount_pence": gift.amount_pence,
        "campaign": await campaign_view(gift.campaign_id),
        "recipient": recipient,
        "statement": _words(recipient),
        "own_money": rules.OWN_MONEY,
        "standing": standing,
        "back": back,
        "cancel": f"{back}/gift-aid/cancel",
    }
    return render(request, "gift_aid/declare.html", context, form.response_status)


async def cancel_on_paper(request: Request) -> Response:
    """GET and POST /staff/gifts/{id}/gift-aid/cancel: the giver wrote or rang."""
    gift = await gifts.gift_of(path_id(request))
    back = f"/staff/gifts/{gift.id}"
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        await services.cancel(gift, request.state.actor)
        return await done(request, back, "The declaration is cancelled")
    return render(request, "gift_aid/cancel.html", {"form": form, "back": back}, form.response_status)


async def listing(request: Request) -> Response:
    """GET /staff/gift-aid: groups that may claim, and those that asked."""
    rows = (
        await GiftAidRecipient.filter(status__in=[RecipientStatus.ENTERED, RecipientStatus.VERIFIED])
        .order_by("status", "id")
        .select_related("group")
    )
    context = {"recipients": rows, "flash": await sessions.take_flash(request)}
    return render(request, "gift_aid/staff.html", context)


async def verify(request: Request) -> Response:
    """GET and POST /staff/gift-aid/{id}."""
    row = await GiftAidRecipient.get_or_none(id=path_id(request), status=RecipientStatus.ENTERED).select_related(
        "group"
    )
    if row is None:
        raise NotFound
    form = await EvidenceForm.of(request)
    if request.method == "POST" and form.validate():
        act = services.verify if form.answer.data == "verify" else services.refuse
        if await tried(form, partial(act, row.id, request.state.actor, form.evidence.data)):
            return await done(
                request, HOME, f"{row.group.name}: " + ("verified" if act is services.verify else "not verified")
            )
    names = await names_of([row.entered_by_id])
    context = {"form": form, "row": row, "entered_by": names[row.entered_by_id], "back": HOME}
    return render(request, "gift_aid/verify.html", context, form.response_status)


async def end(request: Request) -> Response:
    """GET and POST /staff/gift-aid/{id}/end."""
    row = await GiftAidRecipient.get_or_none(id=path_id(request), status=RecipientStatus.VERIFIED).select_related(
        "group"
    )
    if row is None:
        raise NotFound
    form = await ActionForm.of(request)
    work = partial(services.end, row.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, HOME, f"{row.group.name} claims no Gift Aid any more")
    return render(request, "gift_aid/end.html", {"form": form, "row": row, "back": HOME}, form.response_status)


_PRIVATE: Final = "/pledges/{reference}/{token}/gift-aid"
ROUTES: Final[list[Route]] = [
    page(_PRIVATE, declare, public_form, name="gift_aid_declare", methods=BOTH),
    page(f"{_PRIVATE}/cancel", cancel, public_form, name="gift_aid_cancel", methods=BOTH),
    page("/staff/gifts/{id}/gift-aid", on_paper, DESK, name="staff_gift_aid_declare", methods=BOTH),
    page("/staff/gifts/{id}/gift-aid/cancel", cancel_on_paper, DESK, name="staff_gift_aid_cancel", methods=BOTH),
    page(HOME, listing, OFFICERS, name="staff_gift_aid"),
    page(f"{HOME}/{{id}}", verify, OFFICERS, name="staff_gift_aid_verify", methods=BOTH),
    page(f"{HOME}/{{id}}/end", end, OFFICERS, name="staff_gift_aid_end", methods=BOTH),
]
