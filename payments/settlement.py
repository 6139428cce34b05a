"""The end of a collection: what was secured, and whether it is enough to pay out (ruling 7)."""

from dataclasses import dataclass
from typing import Final

from crowdfund_kent import audit, events, outbox
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, retrying, transaction
from crowdfund_kent.drill import point
from payments import letters, refunds, rules, tellings
from payments.holds.queries import is_held
from payments.models import ChargeAttempt
from payments.payouts import looking
from payments.waking import time_for_one_job, wake
from pledges import matches, pledging
from pledges.gifts.tasks import TELL_GIVERS
from pledges.models import Pledge
from pledges.queries import campaign_view
from pledges.states import FINAL
from pledges.states import Pledge as PledgeStatus
from projects.models import Campaign
from projects.queries import campaign_for_update
from projects.services.delivery import begin_delivery
from projects.states import Campaign as Status

CHUNK: Final = 100


@dataclass(frozen=True, slots=True)
class Secured:
    """Pence secured so far: card pledges collected and not on their way back, off-line gifts counted, match confirmed or paid."""

    collected_pence: int
    match_pence: int
    gifts_pence: int = 0

    @property
    def total_pence(self) -> int:
        """What counts against the threshold."""
        return self.collected_pence + self.match_pence + self.gifts_pence


async def secured(campaign_id: int) -> Secured:
    """What is secured of one campaign now. What is to go back (let off, too late, refunded) does not count, ever, also
    where the bank refuses it; nor does what is disputed, or was lost in a dispute."""
    rows = await fetch(
        "SELECT (SELECT coalesce(sum(greatest(0, p.amount_pence - coalesce(b.pence, 0) - coalesce(l.pence, 0))), 0) FROM pledge p"
        "  LEFT JOIN LATERAL (SELECT sum(CASE WHEN r.reason = ANY($2::text[]) THEN p.amount_pence"
        "   ELSE r.amount_pence - r.cover_pence END) AS pence FROM refund r WHERE r.pledge_id = p.id"
        "   AND r.reason <> $3 AND r.status <> 'void') b ON true"
        "  LEFT JOIN LATERAL (SELECT sum(d.withdrawn_pence - d.cover_pence) AS pence FROM dispute d JOIN charge_attempt a"
        "   ON a.id = d.attempt_id WHERE a.pledge_id = p.id AND d.status = 'lost' AND NOT EXISTS (SELECT 1 FROM refund r"
        "   WHERE r.attempt_id = a.id AND r.reason = $3)) l ON true"
        "  WHERE p.campaign_id = $1 AND p.status = 'collected') AS collected,"
        " (SELECT coalesce(sum(m.amount_pence), 0) FROM match_pledge m WHERE m.campaign_id = $1"
        "  AND m.status IN ('confirmed', 'part paid', 'paid')) AS matched,"
        " (SELECT coalesce(sum(g.amount_pence), 0) FROM offline_gift g WHERE g.campaign_id = $1"
        "  AND g.at_verdict AND g.status IN ('counted', 'banked')) AS given",
        campaign_id,
        list(refunds.OWED),
        refunds.TWICE,
    )
    return Secured(int(rows[0]["collected"]), int(rows[0]["matched"]), int(rows[0]["given"]))


async def settle(campaign_id: int, by: Actor = SYSTEM) -> str | None:
    """Settled or collapsed, once every pledge is final. The new status when this call decided, else None.

    The pump makes every pledge final within settings.collection_days of the first attempt: what is still open then is
    cancelled at the provider and dropped. While the provider can't say what became of a payment, nothing is decided.
    The decision is one short transaction; backers are told, or their money is sent back, in chunks after it.
    """
    decided = await retrying(lambda: _settle(campaign_id, by))
    point("after the settlement")
    await give_all_back(campaign_id, by)
    return decided


async def _settle(campaign_id: int, by: Actor) -> str | None:
    async with transaction():
        campaign = await campaign_for_update(campaign_id)
        if campaign.status != Status.COLLECTING or await is_held(f"collection:{campaign_id}"):
            return None
        if await Pledge.filter(campaign_id=campaign.id).exclude(status__in=list(FINAL)).exists():
            return None
        found = await secured(campaign.id)
        assert campaign.target_pence is not None
        assert campaign.threshold_bp is not None
        enough = rules.pays_out(found.total_pence, campaign.target_pence, campaign.threshold_bp)
        await audit.record(
            "settlement",
            f"campaign:{campaign.id}",
            by,
            pays_out=enough,
            collected_pence=found.collected_pence,
            match_pence=found.match_pence,
            gifts_pence=found.gifts_pence,
            target_pence=campaign.target_pence,
            threshold_bp=campaign.threshold_bp,
        )
        if enough:
            await _pay_out_later(campaign, found, by)
        else:
            await _collapse(campaign, found, by)
        await outbox.job(TELL_GIVERS, campaign.id, "settled" if enough else "collapsed")
    return campaign.status


async def _pay_out_later(campaign: Campaign, found: Secured, by: Actor) -> None:
    """Settled: the payout itself follows."""
    await events.move(campaign, "threshold met", by, amount_pence=found.total_pence, settled_at=business_now())
    await begin_delivery(campaign, by)
    await looking.expect(campaign, by)
    await tellings.begin(campaign, tellings.SETTLED)
    await letters.to_group("group_settled", campaign, secured=found)


async def _collapse(campaign: Campaign, found: Secured, by: Actor) -> None:
    """Too little could be collected: everything goes back, the match is let go, the programme bears the card cost."""
    await events.move(campaign, "threshold missed", by, amount_pence=found.total_pence, settled_at=business_now())
    await matches.release_all(campaign, "collapsed", by)
    await letters.to_group("group_collapsed", campaign, secured=found, before_payout=False)


# what is collected of a collapsed campaign, and on whose way back nothing was decided yet: from the rows alone, so that a
# worker that dies, or a payment that comes to be collected later, leaves nothing out
TO_GIVE_BACK: Final = """
SELECT a.id, a.pledge_id, c.id AS campaign_id FROM campaign c JOIN pledge p ON p.campaign_id = c.id AND p.status = 'collected'
JOIN charge_attempt a ON a.pledge_id = p.id AND a.status = 'succeeded'
WHERE c.status = 'collapsed' AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.attempt_id = a.id
  AND r.reason IN ('collapsed', 'charged twice')) AND a.amount_pence > (SELECT coalesce(sum(r.amount_pence), 0) FROM refund r
  WHERE r.attempt_id = a.id AND r.status NOT IN ('failed', 'void'))"""


async def give_all_back(campaign_id: int, by: Actor = SYSTEM) -> bool:
    """Decide on giving back every payment of a campaign that collapsed, and tell its backers; a chunk a transaction.

    Safe to repeat; nothing for any other campaign. False when time was up before the payments were: it asks for itself.
    """
    in_time = time_for_one_job()
    while await _give_some_back(campaign_id, by):
        point("between chunks of refunds")
        if not in_time():
            await wake("give_all_back", campaign_id)
            return False
    return True


async def _give_some_back(campaign_id: int, by: Actor) -> int:
    due = await fetch(f"{TO_GIVE_BACK} AND c.id = $1 ORDER BY a.id LIMIT $2", campaign_id, CHUNK)
    async with transaction():
        view, early = await campaign_view(campaign_id), await _ended_before_payout(campaign_id)
        for row in due:
            pledge = await pledging.lock(row["pledge_id"])
            attempt = await ChargeAttempt.get(id=row["id"])
            if pledge.status == PledgeStatus.COLLECTED and not await refunds.going_back(attempt):
                await refunds.ask(pledge, attempt, refunds.COLLAPSED, by)
                await letters.to_backer("collapsed", pledge, view, f"collapsed-{pledge.id}", before_payout=early)
    return len(due)


async def _ended_before_payout(campaign_id: int) -> bool:
    """Whether enough was collected, and two people ended it all the same: that is another story to tell (ruling 14)."""
    sql = "SELECT 1 FROM campaign_event WHERE subject_id = $1 AND cause = 'collapsed before payout'"
    return bool(await fetch(sql, campaign_id))
