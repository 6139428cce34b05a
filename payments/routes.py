"""A backer's way out of a payment that failed; how far a collection is, for officers and for the group."""

from typing import Any, Final
from uuid import uuid4

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, public_form, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, to
from crowdfund_kent.audit import BACKER
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render
from crowdfund_kent.words.queries import meanings
from payments import attempts, card_limits, queries, running
from payments.gateway import ChargeAnswer, ChargeOutcome, GatewayError
from payments.models import ChargeAttempt
from payments.provider import gateway
from payments.states import Attempt as Status
from pledges import links
from pledges.models import Pledge
from pledges.queries import campaign_view
from pledges.states import STILL_TO_COLLECT
from pledges.states import Pledge as PledgeStatus
from projects.access import group_by_slug, member_of
from projects.queries import group_id_of

PRIVATE: Final = {"Cache-Control": "private, no-store"}
NO_ANSWER: Final = "The payment provider does not answer. Nothing was taken. Try again in a few minutes."
SEES: Final = (Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.AUDITOR, Role.ADMINISTRATOR)
log = structlog.get_logger()


async def _mine(request: Request) -> Pledge:
    return await links.by_private_link(request.path_params["reference"], request.path_params["token"])


async def _page(request: Request, template: str, pledge: Pledge, form: ActionForm, **more: Any) -> Response:
    context = {
        "pledge": pledge,
        "campaign": await campaign_view(pledge.campaign_id),
        "private_path": links.private_path(pledge),
        "form": form,
        **more,
    }
    return render(request, template, context, form.response_status, PRIVATE)


async def _pay(request: Request) -> Response:
    """What happened to a payment, and what the backer can do; the POST asks the bank for them."""
    pledge = await _mine(request)
    if pledge.status not in STILL_TO_COLLECT:
        return to(links.private_path(pledge))
    form = await ActionForm.of(request)
    trouble = await queries.trouble(pledge)
    if request.method == "POST" and form.validate():
        if trouble.payment_intent is None or trouble.let_off:
            return to(f"{links.private_path(pledge)}/pay")
        await card_limits.refuse_confirming(pledge)
        answer = await _ask_bank(pledge, trouble.payment_intent)
        if answer is not None and answer.next_action_url is not None:
            return to(f"{links.private_path(pledge)}/pay/bank")
        if answer is not None and answer.outcome is not ChargeOutcome.UNKNOWN:
            return await _tell(request, pledge)
        form.refuse(NO_ANSWER)
    message = await sessions.take_flash(request) if request.method == "GET" else ""
    return await _page(request, "payments/pay.html", pledge, form, trouble=trouble, message=message)


async def _ask_bank(pledge: Pledge, payment_intent: str) -> ChargeAnswer | None:
    """Confirm with the backer there. One payment can succeed once only, so each visit may ask anew."""
    site = get_settings().site_url.rstrip("/")
    try:
        answer = await gateway().confirm_on_session(
            payment_intent, f"{site}{links.private_path(pledge)}/back", f"visit-{pledge.reference}-{uuid4().hex}"
        )
    except GatewayError as error:
        log.error("a payment could not be confirmed", pledge=pledge.id, error=error.message)
        return None
    await attempts.apply_charge(answer, BACKER)
    return answer


async def _bank(request: Request) -> Response:
    """The way on to the bank is a link, not a redirect of a form: form targets are named in our security policy."""
    pledge = await _mine(request)
    intent = await _open_intent(pledge)
    answer = await _read(intent) if intent is not None else None
    if answer is None or answer.next_action_url is None:
        return await _back(request)
    form = await ActionForm.of(request)
    return await _page(request, "payments/bank.html", pledge, form, address=answer.next_action_url)


async def _open_intent(pledge: Pledge) -> str | None:
    attempt = await ChargeAttempt.get_or_none(pledge_id=pledge.id, status=Status.ACTION_REQUIRED)
    return attempt.payment_intent if attempt is not None else None


async def _read(payment_intent: str) -> ChargeAnswer | None:
    try:
        return await gateway().read_charge(payment_intent)
    except GatewayError as error:
        log.error("a payment could not be read", error=error.message)
        return None


async def _back(request: Request) -> Response:
    """From the bank: ask the provider what became of it. The webhook tells the same; order does not matter."""
    pledge = await _mine(request)
    intent = await _open_intent(pledge)
    if intent is not None:
        answer = await _read(intent)
        if answer is not None:
            await attempts.apply_charge(answer, BACKER)
    return await _tell(request, pledge)


async def _tell(request: Request, pledge: Pledge) -> Response:
    """To the page that fits what is true now, with words for it."""
    now = await Pledge.get(id=pledge.id)
    if now.status == PledgeStatus.COLLECTED:
        await sessions.flash(request, "Your bank has paid. Thank you.")
    elif now.status in STILL_TO_COLLECT:
        return await done(
            request, f"{links.private_path(pledge)}/pay", "The payment has not gone through, and nothing was taken."
        )
    return to(links.private_path(pledge))


async def _new_card(request: Request) -> Response:
    """What another card means; the button leads to the provider's page."""
    pledge = await _mine(request)
    if pledge.status not in STILL_TO_COLLECT:
        return to(links.private_path(pledge))
    return await _page(request, "payments/new_card.html", pledge, await ActionForm.of(request))


async def _let_off(request: Request) -> Response:
    """A pledge is a promise, not a debt."""
    pledge = await _mine(request)
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        try:
            await attempts.let_off(pledge.id, BACKER)
        except Refused as refused:
            form.refuse(refused.message)
        else:
            return await _page(request, "payments/let_off_done.html", pledge, form)
    elif request.method == "GET" and pledge.status not in STILL_TO_COLLECT:
        return to(links.private_path(pledge))
    return await _page(request, "payments/let_off.html", pledge, form)


async def _settlements(request: Request) -> Response:
    """Every collection, for officers."""
    return render(request, "payments/settlements.html", {"campaigns": await queries.campaigns_after_verdict()})


async def _settlement(request: Request) -> Response:
    """How far one collection is, for officers."""
    return await _show_settlement(request, path_id(request), "/staff/settlements", for_group=False)


async def _group_settlement(request: Request) -> Response:
    """The same for the group, without what only officers act on."""
    campaign_id = path_id(request)
    if await group_id_of(campaign_id) != request.state.member.group_id:
        raise NotFound
    return await _show_settlement(request, campaign_id, f"/groups/{request.path_params['group']}", for_group=True)


async def _show_settlement(request: Request, campaign_id: int, back: str, *, for_group: bool) -> Response:
    context = {
        "progress": await queries.progress(campaign_id),
        "runs": [] if for_group else await running.runs(campaign_id),
        "card_tries": 0 if for_group else await card_limits.card_tries(campaign_id),
        "hit": card_limits.HIT,
        "now": business_now(),
        "here": request.url.path,
        "for_group": for_group,
        "back": back,
        "terms": await meanings("Raised", "Secured", "Pay-out threshold"),
    }
    return render(request, "payments/settlement.html", context)


_ONE: Final = "/pledges/{reference}/{token}"
_POST_TOO: Final = ("GET", "POST")
ROUTES: Final[list[Route]] = [
    page(f"{_ONE}/pay", _pay, public_form, name="payment_failed", methods=_POST_TOO),
    page(f"{_ONE}/pay/bank", _bank, public_form, name="payment_bank"),
    page(f"{_ONE}/back", _back, public_form, name="payment_back"),
    page(f"{_ONE}/new-card", _new_card, public_form, name="payment_new_card"),
    page(f"{_ONE}/let-off", _let_off, public_form, name="payment_let_off", methods=_POST_TOO),
    page("/staff/settlements", _settlements, staff(*SEES), name="settlements"),
    page("/staff/campaigns/{id}/settlement", _settlement, staff(*SEES), name="settlement"),
    page(
        "/groups/{group}/campaigns/{id}/settlement",
        _group_settlement,
        member_of(group_by_slug),
        name="group_settlement",
    ),
]
