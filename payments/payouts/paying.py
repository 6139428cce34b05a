"""The payout of a settled campaign: what it waits for, its beginning, its transfers, its end. Safe to repeat at any point.

It waits while anything about its money is open. An open dispute does not stop it: that one payment is left out, for a bank
takes months, and the other backers' money is nobody's risk; where the threshold hangs on it, everything waits.
"""

from datetime import timedelta
from typing import Final

from crowdfund_kent import audit, events
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.drill import point
from crowdfund_kent.money import pounds_exact
from payments import rules, settlement
from payments.holds.queries import is_held
from payments.payouts import letters, transfers
from payments.payouts.looking import JOB
from payments.payouts.models import CollapseProposal, Payout, Recipient
from payments.payouts.rules import due_to_group
from payments.payouts.standing import standings
from payments.payouts.states import Collapse
from payments.payouts.states import Payout as Status
from payments.payouts.states import Recipient as RecipientStatus
from payments.reconciling.queries import is_reconciled, open_differences
from payments.waking import time_for_one_job, wake
from projects.models import Campaign
from projects.queries import campaign_for_update, group_id_of, receiver_of

LOOK_AGAIN: Final = timedelta(hours=1)
CHUNK: Final = 100
_OPEN_MATTERS: Final = """
SELECT (SELECT count(*) FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id LEFT JOIN card_fee f ON f.attempt_id = a.id
  WHERE p.campaign_id = $1 AND p.status = 'collected' AND a.status = 'succeeded' AND f.fee_pence IS NULL) AS fees,
 (SELECT count(*) FROM refund r JOIN pledge p ON p.id = r.pledge_id
  WHERE p.campaign_id = $1 AND r.status IN ('intended', 'unknown', 'pending')
  AND NOT EXISTS (SELECT 1 FROM dispute d WHERE d.attempt_id = r.attempt_id AND d.status = 'open'
   AND d.withdrawn_pence > 0)) AS refunds,
 (SELECT count(*) FROM refund_proposal b JOIN pledge p ON p.id = b.pledge_id
  WHERE p.campaign_id = $1 AND b.status = 'proposed') AS proposals"""
# payments of the campaign of which something may be due: nothing else is under way with them
_CANDIDATES: Final = f"""
SELECT a.id FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id JOIN card_fee f ON f.attempt_id = a.id
WHERE p.campaign_id = $1 AND p.status = 'collected' AND a.status = 'succeeded' AND f.fee_pence IS NOT NULL
  AND a.id > $2 AND NOT ({transfers.IN_THE_WAY} OR {transfers.TAKEN_BY_HAND}) ORDER BY a.id LIMIT $3"""


async def receiver(campaign_id: int) -> Recipient | None:
    """The account that receives for the campaign's group: its own or its host's; None where there is none yet."""
    return await Recipient.get_or_none(group_id=await receiver_of(await group_id_of(campaign_id)))


async def waits_for(payout: Payout) -> list[str]:
    """Why the payout has not begun: sentences for officers and the group. Empty when nothing stands in the way."""
    campaign = await Campaign.get(id=payout.campaign_id)
    said = []
    account = await receiver(campaign.id)
    if account is None or account.status != RecipientStatus.READY:
        said.append("The group’s account at the payment provider is not ready.")
    if await is_held(f"payout:{payout.id}"):
        said.append("An officer has stopped the payout, with a reason.")
    open_matters = (await fetch(_OPEN_MATTERS, campaign.id))[0]
    if open_matters["fees"]:
        said.append(f"The provider has not told its fee for all payments: {open_matters['fees']} are missing.")
    if open_matters["refunds"] or open_matters["proposals"]:
        said.append("Money is on its way back to a backer, or it is being decided whether it goes back.")
    if await CollapseProposal.filter(campaign_id=campaign.id, status=Collapse.PROPOSED).exists():
        said.append("It is proposed that everybody gets their money back.")
    if await open_differences(campaign.id):
        said.append("Our books and the provider’s differ for this campaign. An officer looks into it.")
    elif not await is_reconciled(campaign.id):
        said.append("Our books are not laid beside the provider’s yet.")
    secured = (await settlement.secured(campaign.id)).total_pence
    assert campaign.target_pence is not None
    assert campaign.threshold_bp is not None
    if not rules.pays_out(secured, campaign.target_pence, campaign.threshold_bp):
        least = pounds_exact(rules.least_secured(campaign.target_pence, campaign.threshold_bp))
        said.append(
            f"Only {pounds_exact(secured)} is secured without payments that are disputed or went back; {least} is needed."
        )
    return said


async def work(campaign_id: int, by: Actor = SYSTEM) -> None:
    """The job: begin if nothing stands in the way, make the rows of transfers that are due, end when all are made."""
    payout = await Payout.get_or_none(campaign_id=campaign_id)
    if payout is None or payout.status == Status.CANCELLED:
        return
    if payout.status == Status.WAITING:
        if not await _begin(payout, by):
            return
        point("before payouts")
    if await _intend_due(campaign_id, by):
        await wake(transfers.JOB)
        await _finish(campaign_id, by)


async def _begin(payout: Payout, by: Actor) -> bool:
    async with transaction():
        await campaign_for_update(payout.campaign_id)
        current = await Payout.filter(id=payout.id).select_for_update().get()
        if current.status != Status.WAITING:
            return current.status != Status.CANCELLED
        if await waits_for(current):
            await Payout.filter(id=current.id).update(next_at=business_now() + LOOK_AGAIN)
            return False
        await events.move(current, "began", by, began_at=business_now())
        await audit.record("payout began", f"payout:{current.id}", by, campaign_id=current.campaign_id)
    return True


async def due(campaign_id: int, after: int = 0) -> list[int]:
    """The next payments of which something is the group's and was not sent on."""
    found: list[int] = []
    while not found:
        rows = await fetch(_CANDIDATES, campaign_id, after, CHUNK)
        if not rows:
            break
        ids = [int(row["id"]) for row in rows]
        standing = await standings(ids)
        found = [one for one in ids if due_to_group(standing[one])[0] > 0]
        after = ids[-1]
    return found


async def _intend_due(campaign_id: int, by: Actor) -> bool:
    """The rows of all transfers that are due. False when time was up first: the job asks for itself."""
    account = await receiver(campaign_id)
    if account is None or account.status != RecipientStatus.READY:
        return True  # rows wait until it is ready again; transfers under way go on
    in_time = time_for_one_job()
    payout = await Payout.get(campaign_id=campaign_id)
    after = 0
    while ids := await due(campaign_id, after):
        if payout.status == Status.PAID:
            async with transaction():
                payout = await Payout.filter(id=payout.id).select_for_update().get()
                if payout.status == Status.PAID:
                    await events.move(payout, "more is due", by)
                    await audit.record("payout goes on", f"payout:{payout.id}", by, campaign_id=campaign_id)
        for attempt_id in ids:
            await transfers.intend(payout, attempt_id, account, by)
        point("between chunks of transfers")
        after = ids[-1]
        if not in_time():
            await wake(JOB, campaign_id)
            return False
    return True


async def _finish(campaign_id: int, by: Actor) -> None:
    """Sending -> paid, once every transfer is made and nothing more is due now."""
    async with transaction():
        payout = await Payout.filter(campaign_id=campaign_id).select_for_update().get()
        still = await fetch(
            "SELECT 1 FROM transfer WHERE payout_id = $1 AND status IN ('intended', 'unknown') LIMIT 1", payout.id
        )
        later = bool(still) or bool(await due(campaign_id))
        if later or payout.status != Status.SENDING:
            await Payout.filter(id=payout.id).update(next_at=business_now() + LOOK_AGAIN if later else None)
            return
        rows = await fetch(
            "SELECT coalesce(sum(amount_pence), 0)::bigint AS pence FROM transfer"
            " WHERE payout_id = $1 AND status IN ('succeeded', 'reversed')",
            payout.id,
        )
        pence = int(rows[0]["pence"])
        await events.move(payout, "paid", by, amount_pence=pence, paid_at=business_now(), next_at=None)
        await audit.record("payout paid", f"payout:{payout.id}", by, campaign_id=campaign_id, amount_pence=pence)
        await letters.paid_out(payout, pence)
