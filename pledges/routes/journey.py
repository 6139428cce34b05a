"""The way to a pledge: how much, who, check your answers, the provider's card page, and back."""

import asyncio
from typing import Any, Final

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, public, public_form
from crowdfund_kent.audit import BACKER
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.limits import network_of
from crowdfund_kent.previews import Preview
from crowdfund_kent.references import email_key
from crowdfund_kent.templating import render
from payments import card_limits, card_pages
from payments.gateway import GatewayError
from payments.models import CardPage
from pledges import forms, links, pledging, rules
from pledges.gift_aid import rules as gift_aid_rules
from pledges.gift_aid import services as gift_aid
from pledges.gift_aid.forms import DeclarationForm
from pledges.match_words import promise_words
from pledges.models import GiftAidRecipient, Pledge, PledgeEvent
from pledges.queries import CampaignView, campaign_by_slug, campaign_view, promises, still_needed
from pledges.routes.begun import (
    CARRIED,
    Begun,
    begun,
    begun_or_carried,
    is_mine,
    keep,
    remember,
    sealed,
    start_again,
)
from pledges.states import Pledge as Status

CONFLICT, UNAVAILABLE, SEE_OTHER = 409, 503, 303
PRIVATE: Final = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
# the first page holds nothing of anybody's for who comes without a session: a search engine may read it, and files it
# under the project, which its canonical address names
FIRST: Final = {name: value for name, value in PRIVATE.items() if name != "X-Robots-Tag"}
log = structlog.get_logger()


def go(path: str) -> RedirectResponse:
    """303: the next page is read, not sent again."""
    return RedirectResponse(path, status_code=SEE_OTHER, headers=PRIVATE)


async def _campaign(request: Request) -> tuple[CampaignView, Response | None]:
    """The campaign, and the page that says why it takes no pledge now, if so."""
    campaign = await campaign_by_slug(request.path_params["slug"])
    reason = rules.why_no_pledge(campaign.status, campaign.deadline_at, business_now())
    if reason is None:
        return campaign, None
    status = 200 if request.method == "GET" else CONFLICT
    return campaign, render(request, "pledges/closed.html", {"campaign": campaign, "reason": reason}, status)


async def _made(now: Begun) -> Pledge | None:
    """The pledge that these answers have made already."""
    return await Pledge.get_or_none(form_key=now.key) if now.key else None


def _step(
    request: Request, template: str, campaign: CampaignView, form: Any, *, first: bool = False, **more: Any
) -> Response:
    context = {"campaign": campaign, "form": form, **more}
    context["minutes_left"] = rules.minutes_left(campaign.deadline_at, business_now())
    context["preview"] = Preview(campaign.path, campaign.summary)
    return render(request, template, context, form.response_status, FIRST if first else PRIVATE)


async def _already(request: Request, campaign: CampaignView, pledge: Pledge) -> Response:
    """This browser's pledge is complete: the back button makes no second one, a decision does."""
    context = {"campaign": campaign, "pledge": pledge, "form": await ActionForm.of(request)}
    context["private_path"] = links.private_path(pledge) if is_mine(request, pledge.reference) else None
    return render(request, "pledges/already.html", context, headers=PRIVATE)


def _complete(pledge: Pledge | None) -> bool:
    return pledge is not None and pledge.status not in {Status.PENDING, Status.EXPIRED}


async def _amount(request: Request) -> Response:
    campaign, closed = await _campaign(request)
    if closed is not None:
        return closed
    now = begun(request, campaign.id)
    made = await _made(now)
    if made is not None and _complete(made):
        return await _already(request, campaign, made)
    usual = now.amount_pence if now.amount_pence in forms.USUAL_AMOUNTS else None
    other = now.amount_pence if now.amount_pence and usual is None else None
    form = await forms.AmountForm.of(request, usual=usual, other=other)
    if request.method == "POST" and form.validate():
        await keep(request, campaign.id, now, amount_pence=form.amount_pence)
        return go(f"{campaign.path}/pledge/{'check' if now.answers else 'you'}")
    _, needed = await still_needed(campaign)
    promised = [promise_words(one, target_met=not needed) for one in await promises(campaign.id)]
    return _step(request, "pledges/amount.html", campaign, form, first=True, promised=promised, needed=needed)


async def _again(request: Request) -> Response:
    """Another pledge to the same campaign, on purpose."""
    campaign, closed = await _campaign(request)
    if closed is not None:
        return closed
    form = await ActionForm.of(request)
    if form.validate():
        await start_again(request, campaign.id)
    return go(f"{campaign.path}/pledge")


async def _you(request: Request) -> Response:
    campaign, closed = await _campaign(request)
    if closed is not None:
        return closed
    now = await begun_or_carried(request, campaign.id)
    if not now.amount_pence or _complete(await _made(now)):
        return go(f"{campaign.path}/pledge")
    form = await forms.BackerForm.of(
        request, email=now.email, name=now.name, name_shown=now.name_shown, kind=now.backer_kind
    )
    if request.method == "POST" and form.validate():
        await keep(
            request,
            campaign.id,
            now,
            email=form.email.data,
            name=form.name.data,
            name_shown=bool(form.name_shown.data),
            backer_kind=form.kind.data,
        )
        return go(f"{campaign.path}/pledge/check")
    return _step(request, "pledges/you.html", campaign, form, carried=sealed(campaign.id, now))


async def _dedication(request: Request) -> Response:
    """Words that the gift is for: asked of nobody, offered to everybody."""
    campaign, closed = await _campaign(request)
    if closed is not None:
        return closed
    now = await begun_or_carried(request, campaign.id)
    if now.answers is None or _complete(await _made(now)):
        return go(f"{campaign.path}/pledge")
    form = await forms.DedicationForm.of(request, dedication=now.dedication)
    if request.method == "POST" and form.validate():
        await keep(request, campaign.id, now, dedication=form.dedication.data or "")
        return go(f"{campaign.path}/pledge/check")
    return _step(request, "pledges/dedication.html", campaign, form, carried=sealed(campaign.id, now))


async def _check(request: Request) -> Response:
    campaign, closed = await _campaign(request)
    if closed is not None:
        return closed
    now = await begun_or_carried(request, campaign.id)
    made = await _made(now)
    if now.answers is None or _complete(made):
        return go(f"{campaign.path}/pledge")
    if made is not None and made.status == Status.EXPIRED:
        # its card page ran out: the answers stay, the pledge they make is a new one
        now = await keep(request, campaign.id, Begun(**{**_fields(now), "key": ""}))
    form = await forms.CheckForm.of(request, cover=now.cover)
    if request.method == "POST" and form.check(_said(campaign, now)):
        if made is None:
            assert now.answers is not None
            network = network_of(request)
            await card_limits.refuse_pledge(campaign.id, email_key(now.answers.email), network)
        now = await keep(request, campaign.id, now, cover=bool(form.cover.data))
        return await _to_the_card_page(request, campaign, now, form)
    return _answers_page(request, campaign, now, form)


def _said(campaign: CampaignView, now: Begun) -> str:
    """The money that the page names, so that nobody agrees to another amount than they read."""
    return f"{now.amount_pence}+{campaign.cover_offered(now.amount_pence)}"


def _answers_page(request: Request, campaign: CampaignView, now: Begun, form: forms.CheckForm) -> Response:
    assert now.answers is not None
    return _step(
        request,
        "pledges/check.html",
        campaign,
        form,
        answers=now.answers,
        kinds=_KIND_WORDS,
        cover_pence=campaign.cover_offered(now.amount_pence),
        agreed=_said(campaign, now),
        carried=sealed(campaign.id, now),
    )


_KIND_WORDS: Final = {kind[0].value: kind[1] for kind in forms.KINDS}


def _fields(now: Begun) -> dict[str, Any]:
    return {name: getattr(now, name) for name in Begun.__slots__}


async def _to_the_card_page(request: Request, campaign: CampaignView, now: Begun, form: forms.CheckForm) -> Response:
    assert now.answers is not None
    try:
        started = await card_pages.start(campaign.id, now.key, now.answers, BACKER)
    except card_pages.NotOpened:
        again = {"agreed": _said(campaign, now), CARRIED: sealed(campaign.id, now)}
        if now.cover:
            again["cover"] = "yes"
        context = {"campaign": campaign, "form": form, "again": again}
        return render(request, "pledges/trouble.html", context, UNAVAILABLE, PRIVATE)
    except Refused as refused:
        form.refuse(refused.message)
        return _answers_page(request, campaign, now, form)
    await remember(request, started.pledge.reference)
    if started.url is None:
        # completed in another tab meanwhile, or its card page ran out: either page tells what to do
        return go(f"{campaign.path}/pledge{'/check' if started.pledge.status == Status.EXPIRED else ''}")
    return go(started.url)


async def _returned(request: Request) -> Response:
    """Back from the provider's page, or left without finishing it."""
    reference = request.path_params["reference"]
    if request.query_params.get("left"):
        pledge = await Pledge.get_or_none(reference=reference) if is_mine(request, reference) else None
        return go(links.private_path(pledge) if pledge else f"/pledges/{reference}")
    wanted = request.query_params.get("page", "")
    card_page = await CardPage.get_or_none(provider_id=wanted, pledge__reference=reference)
    if card_page is None:
        raise NotFound
    try:
        async with asyncio.timeout(card_pages.PATIENCE_SECONDS):
            await card_pages.refresh(card_page, BACKER)
    except (GatewayError, TimeoutError) as error:
        # webhook and sweeper bring the same news: the page says that it may take a moment
        log.warning("card page not read on return", card_page=card_page.id, error=type(error).__name__)
    pledge = await Pledge.get(id=card_page.pledge_id)
    await card_page.refresh_from_db()
    mine = is_mine(request, reference)
    offered = await _gift_aid(pledge) if mine else None
    if mine and _complete(pledge) and begun(request, pledge.campaign_id).key == pledge.form_key:
        # name and e-mail need not stay in the session; the key does, so that no second pledge is made
        await keep(request, pledge.campaign_id, Begun(key=pledge.form_key))
    context = {
        "pledge": pledge,
        "campaign": await campaign_view(pledge.campaign_id),
        "card_page": card_page,
        "used_often": await PledgeEvent.exists(subject_id=pledge.id, cause=pledging.USED_OFTEN),
        "private_path": links.private_path(pledge) if mine else None,
        "email": pledge.email if mine else None,
        "recipient": offered,
        "form": await DeclarationForm.of(request) if offered is not None else None,
        "statement": gift_aid_rules.words_for(offered.hmrc_name) if offered is not None else "",
        "own_money": gift_aid_rules.OWN_MONEY,
    }
    return render(request, "pledges/returned.html", context, headers=PRIVATE)


async def _gift_aid(pledge: Pledge) -> GiftAidRecipient | None:
    """Who could claim Gift Aid on a pledge that counts now and about which nothing was declared; None: nothing to offer."""
    if pledge.status != Status.ACTIVE or not gift_aid.may_declare(pledge) or await gift_aid.in_force(pledge):
        return None
    return await gift_aid.recipient_of(pledge.campaign_id)


_POST_TOO: Final = ("GET", "POST")
ROUTES: Final[list[Route]] = [
    page("/projects/{slug}/pledge", _amount, public_form, name="pledge_amount", methods=_POST_TOO),
    page("/projects/{slug}/pledge/again", _again, public_form, name="pledge_again", methods=("POST",)),
    page("/projects/{slug}/pledge/you", _you, public_form, name="pledge_you", methods=_POST_TOO),
    page("/projects/{slug}/pledge/dedication", _dedication, public_form, name="pledge_dedication", methods=_POST_TOO),
    page("/projects/{slug}/pledge/check", _check, public_form, name="pledge_check", methods=_POST_TOO),
    page("/pledges/{reference}/return", _returned, public, name="pledge_returned"),
]
