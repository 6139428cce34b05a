"""Hosted pages on which a backer saves a card: our row first, committed; then the provider's page; then its truth.

Browser return, webhook, sweeper and closing all end in apply_card_page(). It only ever moves forward, so order and
repeats do not matter. No transaction is open while the provider is asked.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from crowdfund_kent import audit
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, Refused
from crowdfund_kent.money import pounds
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import day
from payments import gateway as door
from payments.models import CardPage, SavedCard
from payments.provider import gateway
from pledges import letters, pledging, rules
from pledges.models import Pledge
from pledges.queries import CampaignView, campaign_view
from pledges.states import STILL_TO_COLLECT
from pledges.states import Pledge as Status
from projects.states import Campaign as CampaignStatus

FOR_PLEDGE: Final = "pledge"
FOR_NEW_CARD: Final = "new card"
INTENDED: Final = "intended"
OPEN: Final = "open"
COMPLETE: Final = "complete"
EXPIRED: Final = "expired"
UNDER_WAY: Final = (INTENDED, OPEN)
PATIENCE_SECONDS: Final = 15.0  # how long a resident waits for the provider; the next try gets the same page
LEAST_USE: Final = timedelta(minutes=5)  # a page with less time left is not handed out again
SWEEP_GRACE: Final = timedelta(minutes=5)
SWEEP_LIMIT: Final = 200
AT_ONCE: Final = 20
SERVER_ERROR: Final = 500
log = structlog.get_logger()


class NotOpened(Exception):
    """The provider did not give us the page in time. Our rows stand: the same call tries again, nothing was taken."""


@dataclass(frozen=True, slots=True)
class Started:
    """A pledge and the address of its card page; no address when the pledge needs none any more."""

    pledge: Pledge
    url: str | None


async def start(campaign_id: int, form_key: str, answers: pledging.Answers, by: Actor) -> Started:
    """Begin a pledge and open its card page. The same form key finds the same pledge, and its page while that lives.

    Raises Refused when the campaign takes no pledge, NotOpened when the provider does not answer.
    """
    await _close_pages_with_old_words(form_key, answers, by)
    async with transaction():
        await pledging.lock_campaign(campaign_id)
        before = await Pledge.filter(form_key=form_key).select_for_update().first()
        old = pledging.answers_of(before) if before is not None else None
        pledge = await pledging.begin(campaign_id, form_key, answers, by)
        if pledge.status != Status.PENDING:
            return Started(pledge, None)
        if old is not None and _other_page(old, answers):
            await CardPage.filter(pledge_id=pledge.id, status__in=UNDER_WAY).update(status=EXPIRED)
        if old is not None and old.email != answers.email:
            # the provider's customer carries the address that was typed first
            await SavedCard.filter(pledge_id=pledge.id, replaced_at=None).update(replaced_at=business_now())
        page = await _row(pledge, FOR_PLEDGE)
    return Started(pledge, await _open(page, pledge))


def _other_page(old: pledging.Answers, new: pledging.Answers) -> bool:
    """The page's own words (amount, card cost, e-mail) would be wrong now."""
    return (old.amount_pence, old.cover, old.email) != (new.amount_pence, new.cover, new.email)


async def _close_pages_with_old_words(form_key: str, answers: pledging.Answers, by: Actor) -> None:
    """Before answers change: nobody may agree to the old ones on a page left open in another tab."""
    pledge = await Pledge.get_or_none(form_key=form_key)
    if pledge is None or pledge.status != Status.PENDING or not _other_page(pledging.answers_of(pledge), answers):
        return
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            for page in await CardPage.filter(pledge_id=pledge.id, status=OPEN):
                found = await gateway().expire_card_page(str(page.provider_id))
                if found.status is door.CardPageStatus.EXPIRED:
                    # the page goes, its pledge stays: another page follows
                    await CardPage.filter(id=page.id, status=OPEN).update(status=EXPIRED)
                else:
                    await apply_card_page(found, by)
    except (door.GatewayError, TimeoutError) as error:
        raise NotOpened from error


async def open_new_card_page(pledge: Pledge, by: Actor = audit.BACKER) -> str:
    """The address of a page on which the backer saves another card. Raises Refused, NotOpened."""
    async with transaction():
        campaign = await pledging.lock_campaign(pledge.campaign_id)
        pledge = await pledging.lock(pledge.id)
        waiting = campaign.status in {CampaignStatus.SUCCESSFUL, CampaignStatus.COLLECTING}
        changeable = rules.may_change(campaign.status, campaign.deadline_at, business_now()) or waiting
        if not (pledge.status in STILL_TO_COLLECT or (pledge.status == Status.ACTIVE and changeable)):
            raise Refused("This pledge needs no card any more.", rule="open pledge")
        page = await _row(pledge, FOR_NEW_CARD)
        await audit.record("card page asked for", f"pledge:{pledge.id}", by)
    return await _open(page, pledge)


async def _row(pledge: Pledge, purpose: str) -> CardPage:
    """The page to use: the one under way, while its time lasts, or a new row. Call under the pledge's lock."""
    now = business_now()
    newest = await CardPage.filter(pledge_id=pledge.id).order_by("-number").first()
    if newest is not None and newest.purpose == purpose and newest.status in UNDER_WAY:
        least = LEAST_USE if newest.status == OPEN else rules.SHORTEST_PAGE
        if newest.expires_at - now > least:
            return newest
    number = newest.number + 1 if newest is not None else 1
    deadline = (await campaign_view(pledge.campaign_id)).deadline_at
    return await CardPage.create(
        pledge_id=pledge.id,
        number=number,
        key=f"{pledge.reference}-page-{number}",
        purpose=purpose,
        status=INTENDED,
        created_at=now,
        # a card that replaces another after the deadline has all the time that the provider gives
        expires_at=rules.card_page_ends(deadline if deadline > now else now + rules.LONGEST_PAGE, now),
    )


async def _open(page: CardPage, pledge: Pledge) -> str:
    """The page's address at the provider, asked for with the row's key: once asked, always the same page."""
    if page.status == OPEN and page.url:
        return page.url
    site = get_settings().site_url.rstrip("/")
    campaign = await campaign_view(pledge.campaign_id)
    back = f"{site}/pledges/{pledge.reference}/return"
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            opened = await gateway().open_card_page(
                customer=await _customer(page, pledge),
                pledge_reference=pledge.reference,
                success_url=back + "?page={CHECKOUT_SESSION_ID}",
                cancel_url=f"{site}{campaign.path}/pledge/check" if page.purpose == FOR_PLEDGE else f"{back}?left=1",
                expires_at=page.expires_at,
                key=page.key,
                submit_message=words_beside_button(pledge, campaign),
            )
    except door.GatewayRefused as error:
        # asking again with this key would only be refused again: the next try is another page
        await CardPage.filter(id=page.id, status=INTENDED).update(status=EXPIRED)
        log.error("card page refused", card_page=page.id, code=error.code, param=error.param)
        raise NotOpened from error
    except (door.GatewayError, TimeoutError) as error:
        if isinstance(error, door.GatewayError) and (error.status or 0) >= SERVER_ERROR:
            # such an answer is stored with its key and replayed: the next try is another page
            await CardPage.filter(id=page.id, status=INTENDED).update(status=EXPIRED)
        log.warning("card page not opened", card_page=page.id, error=type(error).__name__)
        raise NotOpened from error
    kept = await CardPage.filter(id=page.id, status__in=UNDER_WAY).update(
        status=OPEN, provider_id=opened.id, url=opened.url
    )
    if not kept or opened.url is None:
        raise Conflict("This card page has closed meanwhile. Go back, check your answers and go on: nothing was taken.")
    return opened.url


def words_beside_button(pledge: Pledge, campaign: CampaignView) -> str:
    """What the provider's page says beside its button."""
    settings = get_settings()
    amount = pounds(pledge.charge_pence)
    if pledge.cover_pence:
        amount += f" ({pounds(pledge.amount_pence)} and {pounds(pledge.cover_pence)} for the card cost)"
    if pledge.status in STILL_TO_COLLECT or campaign.status in {CampaignStatus.SUCCESSFUL, CampaignStatus.COLLECTING}:
        return (
            f"The target of “{campaign.title}” was met. Your card is saved now and charged {amount} for your pledge"
            f" {pledge.reference}. Your statement will say {settings.statement_name}."
        )
    waits = pledge.must_agree_id is not None and pledge.agreed_at is None
    yes = ", and you say yes to that later day" if waits else ""
    return (
        f"Your card is saved now and charged {amount} only if “{campaign.title}” meets its target"
        f" by {day(campaign.last_day)}{yes}. Your statement will say {settings.statement_name}."
        " You can cancel until then without giving a reason."
    )


async def _customer(page: CardPage, pledge: Pledge) -> str:
    """The provider's customer of this pledge: one each, so that an unverified e-mail mixes nobody's cards."""
    current = await SavedCard.filter(pledge_id=pledge.id, replaced_at=None).first()
    if current is not None:
        return current.customer
    made = await gateway().create_customer(
        pledge_reference=pledge.reference, key=f"{page.key}-customer", email=pledge.email
    )
    async with transaction():
        await pledging.lock(pledge.id)
        current = await SavedCard.filter(pledge_id=pledge.id, replaced_at=None).first()
        if current is None:
            current = await SavedCard.create(pledge_id=pledge.id, customer=made, created_at=business_now())
    return current.customer


# what the provider says


async def refresh(page: CardPage, by: Actor) -> None:
    """Ask the provider about one page and apply the answer. Raises door.GatewayError when it can't be asked."""
    if page.status == COMPLETE or page.provider_id is None:
        return
    await apply_card_page(await gateway().read_card_page(page.provider_id), by)


async def apply_card_page(found: door.CardPage, by: Actor) -> None:
    """Make our rows agree with the provider's page. Safe to repeat, in any order, from anywhere."""
    page = await CardPage.get_or_none(provider_id=found.id) or await _adopt(found)
    if page is None:
        log.warning("a card page that is not ours", page=found.id)
        return
    pledge = await Pledge.get(id=page.pledge_id)
    if found.pledge_reference != pledge.reference:
        log.error("a card page that names another pledge", card_page=page.id)
        return
    if found.status is door.CardPageStatus.OPEN:
        await CardPage.filter(id=page.id, status=INTENDED).update(status=OPEN, url=found.url)
    elif found.status is door.CardPageStatus.EXPIRED:
        await _expired(page.id, by)
    elif page.status != COMPLETE and found.setup_intent is not None:
        saved = await gateway().read_saved_card(found.setup_intent)
        if saved.usable:
            await _complete(page.id, saved, by)


async def apply_saved_card(saved: door.SavedCard, by: Actor) -> None:
    """A setup intent does not say which page it belongs to: look at those of its pledge that are under way."""
    if not saved.usable:
        return
    pledge = await Pledge.get_or_none(reference=saved.pledge_reference or "")
    if pledge is None:
        log.warning("a saved card that is not ours", setup_intent=saved.setup_intent)
        return
    for page in await CardPage.filter(pledge_id=pledge.id, status=OPEN):
        await refresh(page, by)


async def _adopt(found: door.CardPage) -> CardPage | None:
    """The row of a page whose answer was lost on the way to us."""
    pledge = await Pledge.get_or_none(reference=found.pledge_reference or "")
    if pledge is None:
        return None
    page = await CardPage.filter(pledge_id=pledge.id, provider_id=None, status=INTENDED).order_by("-number").first()
    if page is not None:
        await CardPage.filter(id=page.id, provider_id=None).update(provider_id=found.id)
    return page


async def _locked(page_id: int) -> tuple[Pledge, CardPage]:
    """Campaign, pledge, page: in this order."""
    found = await CardPage.get(id=page_id).select_related("pledge")
    await pledging.lock_campaign(found.pledge.campaign_id)
    pledge = await pledging.lock(found.pledge_id)
    return pledge, await CardPage.filter(id=page_id).select_for_update().get()


async def _expired(page_id: int, by: Actor) -> None:
    async with transaction():
        pledge, page = await _locked(page_id)
        if page.status not in UNDER_WAY:
            return
        page.status = EXPIRED
        await page.save()
        if pledge.status != Status.PENDING:
            return
        if not await CardPage.filter(pledge_id=pledge.id, status__in=UNDER_WAY).exists():
            await pledging.expire(pledge, by)


async def _complete(page_id: int, saved: door.SavedCard, by: Actor) -> None:
    async with transaction():
        pledge, page = await _locked(page_id)
        if page.status == COMPLETE:
            return
        known = {row.customer for row in await SavedCard.filter(pledge_id=pledge.id)}
        if saved.pledge_reference != pledge.reference or saved.customer not in known:
            log.error("a saved card that does not agree with its pledge", card_page=page.id)
            return
        in_use = page.status != EXPIRED  # else its words were changed meanwhile: its card is not used
        page.status = COMPLETE
        await page.save()
        card = pledging.Card(saved.brand, saved.last4, saved.fingerprint)
        given_at = saved.given_at or business_now()
        if in_use and page.purpose == FOR_PLEDGE and pledge.status == Status.PENDING:
            await _keep(pledge, saved, given_at, in_use=True)
            await pledging.card_saved(pledge.id, card, given_at, by)
        elif in_use and page.purpose == FOR_NEW_CARD and pledge.status in {Status.ACTIVE, *STILL_TO_COLLECT}:
            await _keep(pledge, saved, given_at, in_use=True)
            await pledging.new_card(pledge, card, by)
            if pledge.status in STILL_TO_COLLECT:
                await _try_again(pledge.id, by)
        else:
            await _keep(pledge, saved, given_at, in_use=False)
            if in_use and page.purpose == FOR_PLEDGE and pledge.status == Status.EXPIRED:
                await letters.send("too_late", pledge, f"pledge-too-late-{pledge.id}")


async def _try_again(pledge_id: int, by: Actor) -> None:
    # attempts.py opens pages with this module: at the top, the two would wait for each other
    from payments.attempts import card_replaced

    await card_replaced(pledge_id, by)


async def _keep(pledge: Pledge, saved: door.SavedCard, given_at: datetime, *, in_use: bool) -> None:
    """Remember the card at the provider. One that is not used is marked replaced at once, so that it is detached."""
    now = business_now()
    current = await SavedCard.filter(pledge_id=pledge.id, replaced_at=None).first()
    if in_use and current is not None and current.payment_method is None and current.customer == saved.customer:
        current.payment_method, current.setup_intent = saved.payment_method, saved.setup_intent
        await current.save()
        return
    if in_use and current is not None:
        current.replaced_at = now
        await current.save()
    await SavedCard.create(
        pledge_id=pledge.id,
        customer=saved.customer,
        payment_method=saved.payment_method,
        setup_intent=saved.setup_intent,
        created_at=given_at,
        replaced_at=None if in_use else now,
    )


# what nobody told us


async def expire_open_pages(campaign_id: int, by: Actor = SYSTEM) -> int:
    """The campaign is closing: close its pages at the provider and apply what each had become. Returns how many.

    Raises door.GatewayUnavailable when the provider can't be reached: call again.
    """
    pages = await CardPage.filter(pledge__campaign_id=campaign_id, status__in=UNDER_WAY).order_by("id")
    await _in_groups(pages, by, close=True)
    return len(pages)


async def sweep_expired(by: Actor = SYSTEM) -> int:
    """Pages whose time is over and of which no webhook told: ask the provider. Returns how many were looked at."""
    pages = (
        await CardPage.filter(status__in=UNDER_WAY, expires_at__lt=business_now() - SWEEP_GRACE)
        .order_by("expires_at")
        .limit(SWEEP_LIMIT)
    )
    await _in_groups(pages, by, close=False)
    return len(pages)


async def _in_groups(pages: list[CardPage], by: Actor, *, close: bool) -> None:
    for first in range(0, len(pages), AT_ONCE):
        await _all(pages[first : first + AT_ONCE], by, close=close)


async def _all(pages: Iterable[CardPage], by: Actor, *, close: bool) -> None:
    answers = await asyncio.gather(*(_ask(page, close=close) for page in pages))
    for page, found in zip(pages, answers, strict=True):
        if found is None:
            await _expired(page.id, by)
        else:
            await apply_card_page(found, by)


async def _ask(page: CardPage, *, close: bool) -> door.CardPage | None:
    """The provider's page; None where it never gave us one, so that nobody can have used it."""
    if page.provider_id is None:
        return None
    try:
        if close:
            return await gateway().expire_card_page(page.provider_id)
        return await gateway().read_card_page(page.provider_id)
    except door.GatewayNotFound:
        return None
