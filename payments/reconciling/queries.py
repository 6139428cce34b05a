"""Reads about differences: what holds a payout back, and the pages of officers."""

from typing import Final

from crowdfund_kent.database import fetch
from payments.reconciling.models import Difference, Reconciliation
from payments.reconciling.states import Difference as Status

# who decided about money of the campaign before: refunds that were asked for, holds, and giving everything back
_DECIDED: Final = """
SELECT b.proposed_by_id AS id FROM refund_proposal b JOIN pledge p ON p.id = b.pledge_id WHERE p.campaign_id = $1
UNION SELECT b.decided_by_id FROM refund_proposal b JOIN pledge p ON p.id = b.pledge_id WHERE p.campaign_id = $1
UNION SELECT unnest(ARRAY[proposed_by_id, decided_by_id]) FROM collapse_proposal WHERE campaign_id = $1
UNION SELECT unnest(ARRAY[placed_by_id, confirmed_by_id, release_by_id, ended_by_id]) FROM payment_hold WHERE subject IN (
  SELECT 'collection:' || $1::bigint UNION SELECT 'payout:' || id FROM payout WHERE campaign_id = $1
  UNION SELECT 'refund:' || r.id FROM refund r JOIN pledge p ON p.id = r.pledge_id WHERE p.campaign_id = $1)"""


async def open_differences(campaign_id: int) -> int:
    """How many differences with the provider are open: none, or the campaign is paid nothing."""
    return await Difference.filter(campaign_id=campaign_id, status=Status.OPEN).count()


async def is_reconciled(campaign_id: int) -> bool:
    """Whether the campaign was laid beside the provider's records since its run ended, and nothing is open."""
    done = await Reconciliation.filter(campaign_id=campaign_id, done_at__isnull=False).exists()
    return done and not await open_differences(campaign_id)


async def who_decided(campaign_id: int) -> list[int]:
    """The people who proposed or decided about money of the campaign: they don't close its differences."""
    return [int(row["id"]) for row in await fetch(_DECIDED, campaign_id) if row["id"] is not None]
