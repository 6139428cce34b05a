"""Letting go of saved cards: detached within a day once a pledge is final, the provider's customer deleted later.

The customer stays for the nights of reconciliation: lists of payments are asked for by customer.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import structlog

from crowdfund_kent import audit
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_now, london_day
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.settings import get_settings
from payments import pace, rules
from payments.gateway import GatewayError, GatewayUnavailable
from payments.models import SavedCard
from payments.provider import gateway
from payments.waking import wake
from pledges.models import Pledge
from pledges.queries import CampaignView
from pledges.states import FINAL
from projects.states import Campaign as CampaignStatus

BATCH: Final = 50
_FINAL: Final = ", ".join(f"'{status}'" for status in sorted(FINAL))
# a card of a pledge that is final, or one that another card took the place of
_TO_DETACH: Final = f"""
SELECT s.id FROM saved_card s JOIN pledge p ON p.id = s.pledge_id
WHERE s.payment_method IS NOT NULL AND s.detached_at IS NULL AND s.id > $1
  AND (p.status IN ({_FINAL}) OR s.replaced_at IS NOT NULL)
ORDER BY s.id LIMIT $2"""
_TO_DELETE: Final = f"""
SELECT s.customer, max(s.id) AS last_id FROM saved_card s JOIN pledge p ON p.id = s.pledge_id
WHERE s.customer_deleted_at IS NULL AND p.status IN ({_FINAL})
  AND (SELECT max(e.effective_at) FROM pledge_event e WHERE e.subject_id = p.id) <= $1
  AND NOT EXISTS (SELECT 1 FROM saved_card o WHERE o.pledge_id = p.id AND o.payment_method IS NOT NULL
                  AND o.detached_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.pledge_id = p.id AND r.status IN ('intended', 'unknown', 'pending'))
GROUP BY s.customer HAVING max(s.id) > $2 ORDER BY max(s.id) LIMIT $3"""
log = structlog.get_logger()


async def detach_cards() -> int:
    """Detach what is to be detached, a batch; asks for itself again if there is more. Returns how many."""
    done, last = 0, 0
    rows = await fetch(_TO_DETACH, last, BATCH)
    for row in rows:
        done += await _detach(row["id"])
    if done == BATCH:
        await wake("detach_cards")
    return done


async def _detach(card_id: int) -> bool:
    card = await SavedCard.get(id=card_id)
    assert card.payment_method is not None
    await pace.turn(pace.DETACH)
    try:
        await gateway().detach_card(card.payment_method)
    except GatewayError as error:  # the next round tries again; a check tells when a day has gone by
        log.warning("card not detached", card=card.id, error=error.message)
        return False
    async with transaction():
        pledge = await Pledge.filter(id=card.pledge_id).select_for_update().get()
        now = business_now()
        if not await SavedCard.filter(id=card.id, detached_at=None).update(detached_at=now):
            return False
        left = await SavedCard.filter(
            pledge_id=pledge.id, payment_method__not_isnull=True, detached_at=None, replaced_at=None
        ).exists()
        if pledge.status in FINAL and not left and pledge.card_removed_at is None:
            await execute("UPDATE pledge SET card_removed_at = $2 WHERE id = $1", pledge.id, now)
        await audit.record("card removed", f"saved_card:{card.id}", SYSTEM, pledge_id=pledge.id)
    return True


async def delete_customers() -> int:
    """Delete the provider's customers of pledges that have been final for long enough. Returns how many."""
    rows = await fetch(_TO_DELETE, business_now() - rules.CUSTOMER_KEPT_AFTER_FINAL, 0, BATCH)
    done = 0
    for row in rows:
        try:
            await gateway().delete_customer(row["customer"])
        except GatewayError as error:
            log.warning("customer not deleted", error=error.message)
            continue
        async with transaction():
            now = business_now()
            await SavedCard.filter(customer=row["customer"], customer_deleted_at=None).update(customer_deleted_at=now)
            await audit.record("customer deleted", f"saved_card:{row['last_id']}", SYSTEM)
        done += 1
    return done


async def forget_customers(pledge_id: int) -> None:
    """A backer was erased: the provider forgets card and address now. Raises GatewayError, and the job tries again."""
    for card in await SavedCard.filter(pledge_id=pledge_id, customer_deleted_at=None):
        if card.payment_method is not None and card.detached_at is None and not await _detach(card.id):
            raise GatewayUnavailable(f"the card of pledge {pledge_id} is not detached yet")
        await gateway().delete_customer(card.customer)
        async with transaction():
            await SavedCard.filter(customer=card.customer, customer_deleted_at=None).update(
                customer_deleted_at=business_now()
            )
            await audit.record("customer deleted", f"saved_card:{card.id}", SYSTEM)


async def to_detach() -> bool:
    """Whether a saved card is to be let go of now."""
    return bool(await fetch(_TO_DETACH, 0, 1))


@dataclass(frozen=True, slots=True)
class Deletion:
    """By which day a saved card is deleted: once its pledge is final, or, before the verdict, in either case."""

    final: date | None = None
    if_missed: date | None = None
    at_latest: date | None = None


async def deletion(pledge: Pledge, campaign: CampaignView) -> Deletion | None:
    """When the card of this pledge is deleted; None where none is saved any more or its campaign is paused."""
    if pledge.card_last4 is None or pledge.card_removed_at is not None:
        return None
    if pledge.status in FINAL:
        rows = await fetch("SELECT max(effective_at) AS at FROM pledge_event WHERE subject_id = $1", pledge.id)
        return Deletion(final=london_day(rows[0]["at"] + rules.CARD_KEPT_AFTER_FINAL))
    if campaign.status == CampaignStatus.SUSPENDED:
        return None
    settings = get_settings()
    missed, met = rules.cards_deleted_by(
        campaign.deadline_at,
        campaign.collecting_from,
        grace=timedelta(minutes=settings.closing_grace_minutes),
        delay=timedelta(hours=settings.first_charge_delay_hours),
        collection=timedelta(days=settings.collection_days),
    )
    undecided = campaign.collecting_from is None
    return Deletion(if_missed=london_day(missed) if undecided else None, at_latest=london_day(met))
