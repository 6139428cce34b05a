"""A dispute as the provider tells it, into our rows and books. Monotonic: what was decided stays decided.

Money that a bank takes back for now stands as "in dispute". Won: it is back. Lost: it went back to the backer, as a refund
would (ruling 14). What the dispute itself costs is the programme's loss. After the payout the group's account is asked.
"""

from typing import Any

import structlog

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import retrying, transaction
from payments import accounts, refund_rows
from payments.disputes.models import Dispute
from payments.disputes.states import Dispute as Status
from payments.gateway import DisputeAnswer
from payments.models import ChargeAttempt, Refund
from payments.payouts import letters, looking, reversals
from payments.payouts.standing import rebook, standing_of
from payments.states import Attempt
from pledges import collecting, pledging
from pledges.models import Pledge

LOST = "dispute lost"
TWICE = "charged twice"  # refunds.TWICE: of a payment taken by mistake
log = structlog.get_logger()


async def apply_dispute(answer: DisputeAnswer, by: Actor) -> None:
    """What the provider says of a dispute now. The one way in. One of no payment of ours changes nothing."""
    attempt = await _attempt_of(answer)
    if attempt is None or attempt.status != Attempt.SUCCEEDED:
        log.error("a dispute of no payment of ours", dispute=answer.dispute)
        return
    found = attempt
    await retrying(lambda: _apply(found, answer, by))


async def _attempt_of(answer: DisputeAnswer) -> ChargeAttempt | None:
    if answer.payment_intent is not None:
        return await ChargeAttempt.get_or_none(payment_intent=answer.payment_intent)
    return await ChargeAttempt.get_or_none(charge=answer.charge) if answer.charge is not None else None


async def _apply(attempt: ChargeAttempt, answer: DisputeAnswer, by: Actor) -> None:
    async with transaction():
        pledge = await pledging.lock(attempt.pledge_id)
        dispute = await Dispute.get_or_none(provider_dispute=answer.dispute)
        if dispute is None:
            dispute = await _open(attempt, pledge, answer, by)
        if answer.currency != "gbp" or (dispute.status != Status.OPEN and answer.is_open):
            return  # an older word than the one we have
        await _facts(dispute, answer)
        await _money(dispute, pledge, answer, by)
        if dispute.status == Status.OPEN and answer.is_won:
            await _won(dispute, pledge, by)
        elif dispute.status == Status.OPEN and answer.is_lost:
            await _lost(dispute, attempt, pledge, by)
        await looking.look_again(pledge.campaign_id)


async def _open(attempt: ChargeAttempt, pledge: Pledge, answer: DisputeAnswer, by: Actor) -> Dispute:
    dispute = await Dispute.create(
        status=Status.OPEN,
        attempt_id=attempt.id,
        provider_dispute=answer.dispute,
        provider_status=answer.status[:40],
        reason=answer.reason[:60],
        amount_pence=answer.amount_pence,
        opened_at=answer.created or business_now(),
    )
    await events.begin(dispute, by, cause="opened", amount_pence=dispute.amount_pence)
    await audit.record("dispute opened", f"dispute:{dispute.id}", by, amount_pence=dispute.amount_pence)
    await letters.dispute("dispute_opened", dispute.id, pledge, answer_by=answer.answer_by, pence=dispute.amount_pence)
    return dispute


async def _facts(dispute: Dispute, answer: DisputeAnswer) -> None:
    facts: dict[str, Any] = {
        "provider_status": answer.status[:40],
        "answer_by": answer.answer_by,
        "answered": answer.answered,
    }
    await Dispute.filter(id=dispute.id).update(**facts)


async def _money(dispute: Dispute, pledge: Pledge, answer: DisputeAnswer, by: Actor) -> None:
    """What the provider took or gave back since, each change a note on the dispute and a movement of its own."""
    if dispute.status == Status.LOST:
        return  # its money has been booked for good
    taken = answer.withdrawn_pence - dispute.withdrawn_pence
    if taken:
        event = await events.note(dispute, "withdrawn" if taken > 0 else "reinstated", by, amount_pence=abs(taken))
        lines = [(accounts.PROVIDER_BALANCE, -taken), (accounts.in_dispute(pledge.campaign_id), taken)]
        await ledger.post("disputed", f"dispute_event:{event}", lines)
    fee = answer.fee_pence - dispute.fee_pence
    if fee:
        event = await events.note(dispute, "fee" if fee > 0 else "fee returned", by, amount_pence=abs(fee))
        lines = [(accounts.PROVIDER_BALANCE, -fee), (accounts.LOSSES, fee)]
        await ledger.post("dispute fee", f"dispute_event:{event}", lines, about=f"campaign:{pledge.campaign_id}")
    dispute.withdrawn_pence, dispute.fee_pence = answer.withdrawn_pence, answer.fee_pence
    await Dispute.filter(id=dispute.id).update(withdrawn_pence=answer.withdrawn_pence, fee_pence=answer.fee_pence)
    if dispute.withdrawn_pence and dispute.status == Status.OPEN and await _is_the_pledges(dispute):
        await collecting.dispute(pledge, by)


async def _won(dispute: Dispute, pledge: Pledge, by: Actor) -> None:
    await events.move(dispute, "won", by, amount_pence=dispute.amount_pence, closed_at=business_now())
    await audit.record("dispute won", f"dispute:{dispute.id}", by, amount_pence=dispute.amount_pence)
    if await _is_the_pledges(dispute) and not await _others(dispute, pledge):
        await collecting.keep(pledge, by)
    await refund_rows.after_dispute(dispute.attempt_id, pledge, by)
    await letters.dispute("dispute_won", dispute.id, pledge, pence=dispute.amount_pence)


async def _lost(dispute: Dispute, attempt: ChargeAttempt, pledge: Pledge, by: Actor) -> None:
    before = await standing_of(attempt.id)
    pence = dispute.withdrawn_pence
    held = min(pence, max(0, before.pledge_pence - before.back_held_pence))
    cover = min(pence - held, max(0, before.cover_pence - before.back_cover_pence))
    await events.move(dispute, "lost", by, amount_pence=pence, cover_pence=cover, closed_at=business_now())
    if pence:
        lines = [
            (accounts.in_dispute(pledge.campaign_id), -pence),
            (accounts.held_for_campaign(pledge.campaign_id), pence - cover),
            (accounts.card_cost_cover(pledge.campaign_id), cover),
        ]
        await ledger.post("dispute lost", f"dispute:{dispute.id}", lines)
    await audit.record("dispute lost", f"dispute:{dispute.id}", by, amount_pence=pence)
    if await _is_the_pledges(dispute):
        await collecting.charge_back(
            pledge, await refund_rows.went_back(pledge), by, others=await _others(dispute, pledge)
        )
    asked = await reversals.ask(attempt.id, pence, LOST, by)
    await refund_rows.after_dispute(attempt.id, pledge, by)
    await rebook(attempt, pledge.campaign_id)
    await letters.dispute("dispute_lost", dispute.id, pledge, pence=pence, asked_pence=asked)


async def _is_the_pledges(dispute: Dispute) -> bool:
    """Whether the payment is the one on which the pledge stands. A second one, taken by mistake, is none of its story."""
    return not await Refund.filter(attempt_id=dispute.attempt_id, reason=TWICE).exists()


async def _others(dispute: Dispute, pledge: Pledge) -> bool:
    """Whether another dispute of the payment on which the pledge stands still has its money."""
    rows = await Dispute.filter(attempt__pledge_id=pledge.id, status=Status.OPEN, withdrawn_pence__gt=0).exclude(
        id=dispute.id
    )
    return any([await _is_the_pledges(row) for row in rows])
