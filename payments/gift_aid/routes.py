"""A group's Gift Aid: its reference at HMRC, what is left to claim and what was claimed, and the schedules. For owners."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import done, tried
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.table_files import file_response, ods_of
from crowdfund_kent.templating import render
from payments.gift_aid import queries, services
from payments.gift_aid.models import GiftAidClaim
from payments.gift_aid.schedule import adjustments_of, schedule_of
from payments.gift_aid.states import Claim as ClaimStatus
from pledges.gift_aid import services as recipients
from pledges.gift_aid.forms import ReferenceForm, SentForm
from pledges.gift_aid.kinds import RecipientKind
from pledges.gift_aid.rules import tax_on
from pledges.gift_aid.states import Recipient as RecipientStatus
from projects.routes.common import OWNERS, group_here, group_path

BOTH: Final = ("GET", "POST")
POST: Final = ("POST",)


async def home(request: Request) -> Response:
    """GET and POST /groups/{group}/gift-aid: the reference is entered here."""
    group = await group_here(request)
    path = f"{group_path(group.slug)}/gift-aid"
    row = await recipients.recipient_row(group.id)
    form = await ReferenceForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(
            recipients.enter_reference,
            group.id,
            request.state.actor,
            kind=RecipientKind(form.kind.data),
            hmrc_name=form.hmrc_name.data,
            hmrc_reference=form.hmrc_reference.data,
        )
        if await tried(form, work, "hmrc_reference"):
            return await done(request, path, "The reference is entered. An officer looks at it")
    verified = row is not None and row.status == RecipientStatus.VERIFIED
    claims = await GiftAidClaim.filter(recipient__group_id=group.id).order_by("-id")
    context = {
        "group": group,
        "path": path,
        "row": row,
        "form": form,
        "verified": verified,
        "standing": await queries.standing(row.id, business_today()) if row is not None and verified else None,
        "claims": claims,
        "open_claim": next((one for one in claims if one.status == ClaimStatus.DRAWN), None),
        "tax_on": tax_on,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "gift_aid/group.html", context, form.response_status)


async def withdraw_reference(request: Request) -> Response:
    """POST .../gift-aid/withdraw."""
    group = await group_here(request)
    path = f"{group_path(group.slug)}/gift-aid"
    row = await recipients.recipient_row(group.id)
    form = await ActionForm.of(request)
    if row is None or row.status != RecipientStatus.ENTERED or not form.validate():
        return await done(request, path, "Nothing was changed")
    await recipients.withdraw_reference(row.id, request.state.actor)
    return await done(request, path, "The reference is withdrawn")


async def draw(request: Request) -> Response:
    """GET and POST .../gift-aid/draw: a schedule of all that may be claimed now."""
    group = await group_here(request)
    path = f"{group_path(group.slug)}/gift-aid"
    row = await recipients.recipient_row(group.id)
    if row is None or row.status != RecipientStatus.VERIFIED:
        raise NotFound
    form = await ActionForm.of(request)
    if (
        request.method == "POST"
        and form.validate()
        and await tried(form, partial(services.draw, row.id, request.state.actor))
    ):
        return await done(request, path, "The list is made. Download it, and send it with your claim")
    standing = await queries.standing(row.id, business_today())
    context = {"form": form, "standing": standing, "back": path, "tax_on": tax_on}
    return render(request, "gift_aid/draw.html", context, form.response_status)


async def _claim(request: Request) -> GiftAidClaim:
    group = await group_here(request)
    found = await GiftAidClaim.get_or_none(id=path_id(request), recipient__group_id=group.id).select_related(
        "recipient"
    )
    if found is None:
        raise NotFound
    return found


async def download(request: Request) -> Response:
    """GET .../gift-aid/claims/{id}/schedule.ods."""
    claim = await _claim(request)
    tables = [await schedule_of(claim), *([await adjustments_of(claim)] if claim.adjusted_pence else [])]
    return file_response(f"gift-aid-{claim.reference}.ods", ods_of(tables, "Gift Aid schedule"))


async def sent(request: Request) -> Response:
    """GET and POST .../gift-aid/claims/{id}/sent."""
    claim = await _claim(request)
    path = f"{group_path(str(request.path_params['group']))}/gift-aid"
    form = await SentForm.of(request, claimed_on=business_today())
    if request.method == "POST" and form.validate():
        work = partial(services.mark_claimed, claim.id, request.state.actor, form.claimed_on.data)
        if await tried(form, work, "claimed_on"):
            return await done(request, path, f"List {claim.reference} is claimed")
    return render(request, "gift_aid/sent.html", {"form": form, "claim": claim, "back": path}, form.response_status)


async def withdraw(request: Request) -> Response:
    """POST .../gift-aid/claims/{id}/withdraw."""
    claim = await _claim(request)
    path = f"{group_path(str(request.path_params['group']))}/gift-aid"
    form = await ActionForm.of(request)
    if form.validate() and claim.status == ClaimStatus.DRAWN:
        await services.withdraw(claim.id, request.state.actor)
        return await done(request, path, "The list is withdrawn. Its gifts can be claimed on another one")
    return await done(request, path, "Nothing was changed")


_BASE: Final = "/groups/{group}/gift-aid"
ROUTES: Final[list[Route]] = [
    page(_BASE, home, OWNERS, name="group_gift_aid", methods=BOTH),
    page(f"{_BASE}/withdraw", withdraw_reference, OWNERS, name="group_gift_aid_withdraw", methods=POST),
    page(f"{_BASE}/draw", draw, OWNERS, name="group_gift_aid_draw", methods=BOTH),
    page(f"{_BASE}/claims/{{id}}/schedule.ods", download, OWNERS, name="group_gift_aid_schedule"),
    page(f"{_BASE}/claims/{{id}}/sent", sent, OWNERS, name="group_gift_aid_sent", methods=BOTH),
    page(f"{_BASE}/claims/{{id}}/withdraw", withdraw, OWNERS, name="group_gift_aid_claim_withdraw", methods=POST),
]
