"""A refund that somebody made by hand in the provider's dashboard: it gets a row of ours, once, and finance is told."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from crowdfund_kent import audit, events
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from payments.gateway import RefundAnswer
from payments.models import ChargeAttempt, Refund
from payments.payouts import letters as payout_letters
from payments.states import Attempt
from payments.states import Refund as Status
from pledges import pledging

BY_HAND: Final = "by hand"  # in the provider's dashboard: we hear of it
LOOK_AGAIN: Final = timedelta(days=1)  # the provider tells the end of a pending refund by itself
log = structlog.get_logger()


async def known(answer: RefundAnswer, by: Actor) -> RefundAnswer:
    """A refund without a key of ours was made by hand in the provider's dashboard: it gets a row, once, and finance is
    told. Answers as for a refund of ours; unchanged where the payment is none of ours.
    """
    attempt = await ChargeAttempt.get_or_none(payment_intent=answer.payment_intent) if answer.payment_intent else None
    if attempt is None or answer.refund is None or not answer.amount_pence or attempt.status != Attempt.SUCCEEDED:
        log.error("a refund of no payment of ours", refund=answer.refund)
        return answer
    async with transaction():
        pledge = await pledging.lock(attempt.pledge_id)
        refund = await Refund.get_or_none(provider_refund=answer.refund)
        if refund is None:
            number = await Refund.filter(pledge_id=pledge.id).count() + 1
            refund = await Refund.create(
                status=Status.INTENDED,
                pledge_id=pledge.id,
                attempt_id=attempt.id,
                number=number,
                key=f"by-hand-{answer.refund}"[:80],
                amount_pence=answer.amount_pence,
                cover_pence=await _cover_of(attempt, answer.amount_pence),
                reason=BY_HAND,
                provider_refund=answer.refund,
                created_at=business_now(),
                sent_at=business_now(),
                next_at=business_now() + LOOK_AGAIN,
            )
            await events.begin(refund, by, amount_pence=refund.amount_pence)
            await audit.record(
                "refund decided", f"refund:{refund.id}", by, amount_pence=refund.amount_pence, reason=BY_HAND
            )
            await payout_letters.by_hand("refund", refund.id, refund.amount_pence, pledge)
    return replace(answer, key=refund.key, pledge_reference=pledge.reference)


async def _cover_of(attempt: ChargeAttempt, pence: int) -> int:
    """How much cover is in so much that went back by hand: what is more than was left of the pledge. One of ours that is
    only on its way has taken nothing yet."""
    made = await Refund.filter(attempt_id=attempt.id, status__in=[Status.SUCCEEDED, Status.PENDING])
    pledge_left = attempt.amount_pence - attempt.cover_pence - sum(one.pledge_pence for one in made)
    cover_left = max(0, attempt.cover_pence - sum(one.cover_pence for one in made))
    return int(min(cover_left, max(0, pence - max(0, pledge_left))))
