"""A payout is expected of each settled campaign, and looked at again when something on which it waits has changed."""

from typing import Final

from crowdfund_kent import audit, events
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, fetch, transaction
from payments.payouts.models import Payout
from payments.payouts.states import Payout as Status
from payments.waking import wake
from projects.models import Campaign
from projects.queries import campaign_for_update

JOB: Final = "payout"


async def look_again(campaign_id: int) -> None:
    """At once, if the campaign has a payout that is not cancelled. In the caller's transaction."""
    if await execute(
        "UPDATE payout SET next_at = $2 WHERE campaign_id = $1 AND status <> 'cancelled'", campaign_id, business_now()
    ):
        await wake(JOB, campaign_id)


async def look_again_at_groups(group_ids: list[int]) -> None:
    """At every payout of these groups that has not been made: whether they can receive has changed."""
    rows = await _payouts_of(group_ids)
    for campaign_id in rows:
        await look_again(campaign_id)


async def _payouts_of(group_ids: list[int]) -> list[int]:
    rows = await fetch(
        "SELECT o.campaign_id FROM payout o JOIN campaign c ON c.id = o.campaign_id JOIN project p ON p.id = c.project_id"
        " WHERE p.group_id = ANY($1::bigint[]) AND o.status IN ('waiting', 'sending')",
        group_ids,
    )
    return [int(row["campaign_id"]) for row in rows]


async def expect(campaign: Campaign, by: Actor = SYSTEM) -> Payout:
    """The row of a payout, once a campaign is settled. In the settlement's transaction."""
    there = await Payout.get_or_none(campaign_id=campaign.id)
    if there is not None:
        return there
    now = business_now()
    payout = await Payout.create(status=Status.WAITING, campaign_id=campaign.id, created_at=now, next_at=now)
    await events.begin(payout, by)
    await audit.record("payout expected", f"payout:{payout.id}", by, campaign_id=campaign.id)
    await wake(JOB, campaign.id)
    return payout


async def expect_missing() -> None:
    """Settled campaigns without one: from before payouts had rows. Imported records have their own story."""
    rows = await fetch(
        "SELECT c.id FROM campaign c LEFT JOIN payout o ON o.campaign_id = c.id WHERE c.status = 'settled'"
        " AND c.import_batch_id IS NULL AND o.id IS NULL ORDER BY c.id"
    )
    for row in rows:
        async with transaction():
            await expect(await campaign_for_update(row["id"]))
