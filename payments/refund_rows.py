"""The row of a refund, what of a payment is left to go back, and one refund that takes another's place.

Nobody is asked here. A row waits (`next_at` is empty) for the group's account after the payout, and for a bank that
disputes the payment: the provider refunds none of it meanwhile. All of it under the pledge's lock.
"""

from typing import Final

from crowdfund_kent import audit, events
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch
from payments.disputes.queries import is_disputed, lost_of
from payments.models import ChargeAttempt, Refund
from payments.payouts import looking, reversals
from payments.payouts.models import Reversal
from payments.states import Refund as Status
from payments.waking import wake
from pledges.models import Pledge

UNDECIDED: Final = (Status.INTENDED, Status.UNKNOWN, Status.PENDING)


async def decide(
    pledge: Pledge,
    attempt: ChargeAttempt,
    pence: int,
    reason: str,
    by: Actor,
    *,
    cover_pence: int = 0,
    source: str | None = None,
    may_lose: bool = True,
    takes_place_of: Refund | None = None,
) -> Refund:
    """The row of a refund. After the payout the group's account is asked first, and the refund waits for the answer.

    `takes_place_of`: what came back from the group for that one came back for this one.
    """
    number = await Refund.filter(pledge_id=pledge.id).count() + 1
    refund = await Refund.create(
        status=Status.INTENDED,
        pledge_id=pledge.id,
        attempt_id=attempt.id,
        number=number,
        key=f"refund-{pledge.reference}-{number}",
        amount_pence=pence,
        cover_pence=cover_pence,
        reason=reason,
        source=source,
        may_lose=may_lose,
        created_at=business_now(),
    )
    await events.begin(refund, by, amount_pence=refund.amount_pence)
    await audit.record("refund decided", f"refund:{refund.id}", by, amount_pence=refund.amount_pence, reason=reason)
    if takes_place_of is not None:
        await Reversal.filter(refund_id=takes_place_of.id).update(refund_id=refund.id)
    await begin(refund, by)
    return refund


async def begin(refund: Refund, by: Actor) -> None:
    """It goes out as soon as nothing stands in its way: a bank that disputes the payment, the group's account."""
    if not await is_disputed(refund.attempt_id):
        await reversals.ask_for(refund, by)


async def left_of(attempt: ChargeAttempt) -> tuple[int, int]:
    """What of a payment did not go back and is not on its way, and how much of it is cover. A lost dispute went back."""
    gone = await Refund.filter(attempt_id=attempt.id).exclude(status__in=[Status.FAILED, Status.VOID])
    lost, lost_cover = await lost_of(attempt.id)
    pence = attempt.amount_pence - lost - sum(one.amount_pence for one in gone)
    cover = attempt.cover_pence - lost_cover - sum(one.cover_pence for one in gone)
    return max(0, pence), max(0, min(cover, pence))


async def not_gone(refund: Refund) -> tuple[int, int]:
    """What other refunds that were made, and lost disputes, have left of the payment, and how much of it is cover."""
    others = Refund.filter(attempt_id=refund.attempt_id, status__in=[Status.SUCCEEDED, Status.REPAID, Status.PENDING])
    gone = await others.exclude(id=refund.id)
    lost, lost_cover = await lost_of(refund.attempt_id)
    attempt = await ChargeAttempt.get(id=refund.attempt_id)
    pence = max(0, attempt.amount_pence - lost - sum(one.amount_pence for one in gone))
    cover = attempt.cover_pence - lost_cover - sum(one.cover_pence for one in gone)
    return pence, min(pence, max(0, cover))


# what of a pledge went back in all: refunds that reached the backer and lost disputes of the payment on which it stands. More
# than the pledge where a payment went back twice: the pledge counts once, the rest is a loss.
WENT_BACK: Final = """
SELECT least(p.amount_pence, (SELECT coalesce(sum(r.amount_pence - r.cover_pence), 0) FROM refund r WHERE r.pledge_id = p.id
  AND r.status IN ('succeeded', 'repaid') AND r.reason <> 'charged twice')
 + (SELECT coalesce(sum(d.withdrawn_pence - d.cover_pence), 0) FROM dispute d JOIN charge_attempt a ON a.id = d.attempt_id
  WHERE a.pledge_id = p.id AND d.status = 'lost' AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.attempt_id = a.id
   AND r.reason = 'charged twice')))"""


async def went_back(pledge: Pledge) -> int:
    """Pence of the pledge, without the cover."""
    rows = await fetch(f"SELECT ({WENT_BACK})::bigint AS pence FROM pledge p WHERE p.id = $1", pledge.id)
    return int(rows[0]["pence"])


async def is_too_much(refund: Refund) -> bool:
    """More than is left of the payment: so much went back by hand, or by a bank. The provider would refuse for ever."""
    return refund.status in (Status.INTENDED, Status.UNKNOWN) and refund.amount_pence > (await not_gone(refund))[0]


async def in_its_place(refund: Refund, pledge: Pledge, by: Actor = SYSTEM) -> None:
    """Another one for what is left, with a number and a key of its own; none where nothing is left."""
    pence, cover = await not_gone(refund)
    pence = min(pence, refund.amount_pence)
    source = refund.source
    await events.move(
        refund,
        "void",
        by,
        amount_pence=refund.amount_pence,
        source=None if pence else source,  # what decided on it names the one that goes out
        next_at=None,
        leased_until=None,
    )
    await audit.record("refund void", f"refund:{refund.id}", by, amount_pence=refund.amount_pence)
    if pence:
        await decide(
            pledge,
            await ChargeAttempt.get(id=refund.attempt_id),
            pence,
            refund.reason,
            by,
            cover_pence=min(cover, refund.cover_pence, pence),
            source=source,
            may_lose=refund.may_lose,
            takes_place_of=refund,
        )
    await looking.look_again(pledge.campaign_id)


async def after_dispute(attempt_id: int, pledge: Pledge, by: Actor) -> None:
    """A bank has decided. What waited for it goes on; of what does not fit beside a lost dispute any more, the rest goes.

    One whose outcome is unknown is looked up first (refunds.py); one that is pending is at the provider already, and ends
    here only where the bank took what it was to give back.
    """
    if await is_disputed(attempt_id):
        return
    for refund in await Refund.filter(attempt_id=attempt_id, status__in=UNDECIDED).order_by("id"):
        fits = refund.amount_pence <= (await not_gone(refund))[0]
        if refund.status == Status.UNKNOWN:
            await Refund.filter(id=refund.id).update(next_at=business_now())
            await wake("refund_pump")
        elif not fits:
            await in_its_place(refund, pledge, by)
        elif refund.status == Status.INTENDED and refund.next_at is None:
            await begin(refund, by)
