"""Money back to a backer's card: our row first, then the provider, then the books. Same rules as for a charge.

A refund has a key of its own and is sent under that key only. An unknown outcome stays unknown until it is looked up.
"""

import random
from datetime import timedelta
from typing import Any, Final

import structlog
from tortoise.expressions import Q

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import retrying, transaction
from crowdfund_kent.drill import point
from payments import accounts, letters, pace, rules
from payments.gateway import GatewayError, RefundAnswer, RefundOutcome
from payments.models import ChargeAttempt, Refund
from payments.provider import gateway
from payments.states import Refund as Status
from payments.waking import wake
from pledges import collecting, pledging
from pledges.models import Pledge
from pledges.queries import campaign_view

COLLAPSED: Final = "collapsed"
LATE: Final = "late success"
LET_OFF: Final = "let off"
TWICE: Final = "charged twice"  # a second payment of one pledge, which stays collected by the first
ASKED_FOR: Final = "asked for"  # by the backer, before the payout; two people agreed (refund_proposals.py)
# for these the whole payment is the backer's again, also when the bank refuses it and officers pay it back another way
OWED: Final = (COLLAPSED, LATE, LET_OFF, ASKED_FOR)
UNDECIDED: Final = (Status.INTENDED, Status.UNKNOWN, Status.PENDING)
ALREADY_REFUNDED: Final = "charge_already_refunded"
LOOK_AGAIN: Final = timedelta(days=1)  # the provider tells the end of a pending refund by itself
log = structlog.get_logger()


async def ask(pledge: Pledge, attempt: ChargeAttempt, reason: str, by: Actor) -> Refund:
    """Decide on giving all of one payment back; once a payment and reason. In the caller's transaction, under the
    pledge's lock: the provider hears of it after commit.
    """
    found = await Refund.filter(attempt_id=attempt.id, reason=reason).first()
    if found is not None:
        return found
    number = await Refund.filter(pledge_id=pledge.id).count() + 1
    refund = await Refund.create(
        status=Status.INTENDED,
        pledge_id=pledge.id,
        attempt_id=attempt.id,
        number=number,
        key=f"refund-{pledge.reference}-{number}",
        amount_pence=attempt.amount_pence,
        cover_pence=attempt.cover_pence,
        reason=reason,
        created_at=business_now(),
        next_at=business_now(),
    )
    await events.begin(refund, by, amount_pence=refund.amount_pence)
    await audit.record("refund decided", f"refund:{refund.id}", by, amount_pence=refund.amount_pence, reason=reason)
    await wake("refund_pump")
    return refund


async def going_back(attempt: ChargeAttempt) -> bool:
    """Whether this payment was given back already, or is on its way.

    A second payment whose refund failed is for officers to pay back: the books of its pledge hold one payment only.
    """
    return await Refund.filter(~Q(status=Status.FAILED) | Q(reason=TWICE), attempt_id=attempt.id).exists()


async def work(refund_id: int) -> bool:
    """Take one refund a step further. True when the provider said "too fast". No transaction is open meanwhile."""
    refund = await Refund.get(id=refund_id).select_related("attempt", "pledge")
    if refund.status not in UNDECIDED:
        return False
    try:
        answer = await _asked(refund)
    except GatewayError as error:  # a fault of ours: nothing was given back, nothing is lost; officers see it stand
        log.error("refund not accepted", refund=refund.id, error=error.message)
        await _put_off(refund, rules.LONGEST_WAIT)
        return False
    if answer.outcome is RefundOutcome.LIMITED:
        await _put_off(refund, rules.wait_when_limited(1, random.random()))  # noqa: S311 - jitter
        return True
    if answer.outcome is RefundOutcome.UNKNOWN:
        await _note_unknown(refund, answer)
    else:
        await apply_refund(answer, SYSTEM)
    return False


async def _asked(refund: Refund) -> RefundAnswer:
    """Look first where the key may be forgotten or replay an error, and for a pending one; else ask with its key."""
    reference = refund.pledge.reference
    intent = refund.attempt.payment_intent
    assert intent is not None  # only a payment that succeeded is given back
    went_out = refund.sent_at is not None
    now = business_now()
    if went_out and (refund.status == Status.PENDING or rules.must_look(refund.created_at, refund.server_error, now)):
        await pace.turn(pace.LOOK_FOR_REFUND)
        found = await gateway().look_for_refund(intent, reference, refund.key)
        if found is not None:
            return found
    await pace.turn(pace.REFUND)
    await Refund.filter(id=refund.id, status__in=UNDECIDED).update(sent_at=now)
    point("before the refund")
    answer = await gateway().refund(
        charge_or_intent=intent, amount_pence=refund.amount_pence, pledge_reference=reference, key=refund.key
    )
    point("after the refund")
    await pace.heard(pace.REFUND, too_fast=answer.outcome is RefundOutcome.LIMITED)
    if answer.code == ALREADY_REFUNDED:
        # perhaps by us, under this key, and the answer was lost
        return await gateway().look_for_refund(intent, reference, refund.key) or answer
    if answer.outcome is RefundOutcome.LIMITED and not went_out:
        await Refund.filter(id=refund.id, status__in=UNDECIDED).update(sent_at=None)
    return answer


async def _put_off(refund: Refund, wait: timedelta) -> None:
    await Refund.filter(id=refund.id, status__in=UNDECIDED).update(next_at=business_now() + wait, leased_until=None)


async def _note_unknown(refund: Refund, answer: RefundAnswer) -> None:
    async with transaction():
        await pledging.lock(refund.pledge_id)
        current = await Refund.get(id=refund.id)
        now = business_now()
        wait = rules.wait_for_answer(current.created_at, now, random.random())  # noqa: S311 - jitter
        changes: dict[str, Any] = {"next_at": now + wait, "leased_until": None, "server_error": answer.server_error}
        if current.status == Status.INTENDED:
            await events.move(current, "no answer", SYSTEM, amount_pence=current.amount_pence, **changes)
        elif current.status in UNDECIDED:
            await Refund.filter(id=current.id).update(**changes)


def disagreement(refund: Refund, pledge: Pledge, answer: RefundAnswer) -> str | None:
    """Which fact of the answer is not that of our refund, or None."""
    facts = {
        "currency": (answer.currency, "gbp"),
        "amount": (answer.amount_pence, refund.amount_pence),
        "pledge": (answer.pledge_reference, pledge.reference),
        "key": (answer.key, refund.key),
        "refund": (answer.refund, refund.provider_refund or answer.refund),
    }
    return next((name for name, (theirs, ours) in facts.items() if theirs != ours), None)


async def apply_refund(answer: RefundAnswer, by: Actor) -> None:
    """What the provider says of a refund, into our books. The one way in; order and repeats do not matter.

    A refund that is none of ours, or whose currency, amount or pledge is not ours, changes nothing.
    """
    if answer.key is None or answer.outcome in (RefundOutcome.UNKNOWN, RefundOutcome.LIMITED):
        return
    refund = await Refund.get_or_none(key=answer.key)
    if refund is not None:
        found = refund
        await retrying(lambda: _apply(found.id, found.pledge_id, answer, by))


async def _apply(refund_id: int, pledge_id: int, answer: RefundAnswer, by: Actor) -> None:
    async with transaction():
        pledge = await pledging.lock(pledge_id)
        refund = await Refund.get(id=refund_id)
        wrong = disagreement(refund, pledge, answer)
        if wrong is not None:
            log.error("a refund does not agree with ours", refund=refund.id, why=wrong)
            await audit.record("refund refused", f"refund:{refund.id}", by, why=wrong, amount_pence=answer.amount_pence)
            return
        if answer.outcome is RefundOutcome.SUCCEEDED and refund.status in UNDECIDED:
            await _succeed(refund, pledge, answer, by)
        elif answer.outcome is RefundOutcome.PENDING and refund.status in UNDECIDED:
            await _wait(refund, answer, by)
        elif answer.outcome is RefundOutcome.FAILED:
            await _fail(refund, pledge, answer, by)


async def _succeed(refund: Refund, pledge: Pledge, answer: RefundAnswer, by: Actor) -> None:
    now = business_now()
    await events.move(
        refund,
        "succeeded",
        by,
        amount_pence=refund.amount_pence,
        provider_refund=answer.refund,
        decided_at=now,
        next_at=None,
        leased_until=None,
    )
    await _post("refunded", refund, pledge, sign=-1)
    if refund.reason != TWICE:
        await collecting.give_back(pledge, refund.pledge_pence, by)
    await audit.record("refund succeeded", f"refund:{refund.id}", by, amount_pence=refund.amount_pence)
    if refund.reason != COLLAPSED:  # of a collapse everybody is told at once, by the settlement
        await letters.to_backer(
            "refunded",
            pledge,
            await campaign_view(pledge.campaign_id),
            f"refunded-{refund.id}",
            amount_pence=refund.amount_pence,
            reason=refund.reason,
        )


async def _wait(refund: Refund, answer: RefundAnswer, by: Actor) -> None:
    changes: dict[str, Any] = {
        "provider_refund": answer.refund,
        "next_at": business_now() + LOOK_AGAIN,
        "leased_until": None,
    }
    if refund.status == Status.PENDING:
        await Refund.filter(id=refund.id).update(**changes)
    else:
        await events.move(refund, "pending", by, amount_pence=refund.amount_pence, **changes)


async def _fail(refund: Refund, pledge: Pledge, answer: RefundAnswer, by: Actor) -> None:
    """The card no longer takes it, at once or days after it had succeeded. Officers then pay it back another way."""
    if refund.status == Status.FAILED:
        return
    had_succeeded = refund.status == Status.SUCCEEDED
    await events.move(
        refund,
        "failed",
        by,
        amount_pence=refund.amount_pence,
        provider_refund=answer.refund or refund.provider_refund,
        decided_at=business_now(),
        next_at=None,
        leased_until=None,
    )
    if had_succeeded:
        await _post("refund failed", refund, pledge, sign=1)
        if refund.reason != TWICE:
            await collecting.take_back(pledge, refund.pledge_pence, by)
    await audit.record("refund failed", f"refund:{refund.id}", by, amount_pence=refund.amount_pence)


async def _post(kind: str, refund: Refund, pledge: Pledge, *, sign: int) -> None:
    lines = accounts.card_money(pledge.campaign_id, sign * refund.amount_pence, sign * refund.cover_pence)
    await ledger.post(kind, f"refund:{refund.id}", lines)
