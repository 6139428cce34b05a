"""Money back to a backer's card: our row first, then the provider, then the books. Same rules as for a charge.

A refund has a key of its own and is sent under that key only. An unknown outcome stays unknown until it is looked up.
"""

import random
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import retrying, transaction
from crowdfund_kent.drill import point
from crowdfund_kent.errors import Refused
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.settings import get_settings
from payments import accounts, letters, pace, refunds_by_hand, rules
from payments.disputes.queries import is_disputed, lost_of, won_since
from payments.disputes.services import apply_dispute
from payments.gateway import GatewayError, RefundAnswer, RefundOutcome
from payments.holds.queries import keeps_back
from payments.models import ChargeAttempt, Refund
from payments.payouts import looking, reversals
from payments.payouts.standing import rebook
from payments.provider import gateway
from payments.refund_rows import UNDECIDED, decide, in_its_place, is_too_much, left_of, went_back
from payments.states import Refund as Status
from payments.waking import wake
from pledges import collecting, pledging
from pledges.models import Pledge
from pledges.queries import campaign_view

COLLAPSED: Final = "collapsed"
LATE: Final = "late success"
LET_OFF: Final = "let off"
TWICE: Final = "charged twice"  # a second payment of one pledge, which stays collected by the first
ASKED_FOR: Final = "asked for"  # by the backer; two people agreed (refund_proposals.py)
IN_PART: Final = "part asked for"  # the same for a part of it
UNSPENT: Final = reversals.UNSPENT  # of what a funded project did not spend (ruling 18)
BY_HAND: Final = refunds_by_hand.BY_HAND
# for these the whole payment is the backer's again, also when the bank refuses it and officers pay it back another way
OWED: Final = (COLLAPSED, LATE, LET_OFF, ASKED_FOR)
ALREADY_REFUNDED: Final = "charge_already_refunded"
DISPUTED: Final = "charge_disputed"
log = structlog.get_logger()


async def ask(pledge: Pledge, attempt: ChargeAttempt, reason: str, by: Actor) -> Refund:
    """Decide on giving back all that is left of one payment; once a payment and reason. In the caller's transaction,
    under the pledge's lock: the provider hears of it after commit.
    """
    found = await Refund.filter(attempt_id=attempt.id, reason=reason).first()
    if found is not None:
        return found
    pence, cover = await left_of(attempt)
    return await decide(pledge, attempt, pence, reason, by, cover_pence=cover)


async def ask_part(
    pledge: Pledge, attempt: ChargeAttempt, pence: int, reason: str, by: Actor, *, source: str, may_lose: bool = True
) -> Refund:
    """Decide on giving back a part of a pledge, without its cover; once a `source`, such as "unspent_share:3".

    `may_lose`: after the payout, what the group's account can't give back may fall on the programme's losses; without
    it the refund waits. In the caller's transaction, under the pledge's lock. Refused for more than is left.
    """
    found = await Refund.get_or_none(source=source)
    if found is not None:
        return found
    left, cover = await left_of(attempt)
    if not 0 < pence <= left - cover:
        raise Refused(f"Enter an amount of up to {pounds_exact(left - cover)}: that is what is left of the pledge.")
    return await decide(pledge, attempt, pence, reason, by, source=source, may_lose=may_lose)


async def going_back(attempt: ChargeAttempt) -> bool:
    """Whether all of this payment was given back already, or is on its way.

    A second payment whose refund failed is for officers to pay back: the books of its pledge hold one payment only.
    """
    if await Refund.filter(attempt_id=attempt.id, reason=TWICE).exists():
        return True
    return (await left_of(attempt))[0] == 0


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
    if answer is None:
        return False
    if answer.outcome is RefundOutcome.LIMITED:
        await _put_off(refund, rules.wait_when_limited(1, random.random()))  # noqa: S311 - jitter
        return True
    if answer.outcome is RefundOutcome.UNKNOWN:
        await _note_unknown(refund, answer)
    else:
        await apply_refund(answer, SYSTEM)
    return False


async def _asked(refund: Refund) -> RefundAnswer | None:
    """Look first where the key may be forgotten or replay an error, and for a pending one; else ask with its key.

    None where it does not go out now: it is held, or a part of it went back by hand meanwhile.
    """
    reference = refund.pledge.reference
    intent = refund.attempt.payment_intent
    assert intent is not None  # only a payment that succeeded is given back
    went_out = refund.sent_at is not None
    now = business_now()
    too_much = await is_too_much(refund)
    if went_out and (
        too_much or refund.status == Status.PENDING or rules.must_look(refund.created_at, refund.server_error, now)
    ):
        await pace.turn(pace.LOOK_FOR_REFUND)
        found = await gateway().look_for_refund(intent, reference, refund.key)
        if found is not None:
            return found
    if too_much:
        await _for_the_rest(refund)
        return None
    await pace.turn(pace.REFUND)
    if not await _note_sent(refund, now):
        return None
    point("before the refund")
    answer = await gateway().refund(
        charge_or_intent=intent, amount_pence=refund.amount_pence, pledge_reference=reference, key=refund.key
    )
    point("after the refund")
    await pace.heard(pace.REFUND, too_fast=answer.outcome is RefundOutcome.LIMITED)
    if answer.code == DISPUTED:
        return await _disputed(refund, answer, intent)
    if answer.code == ALREADY_REFUNDED:
        # by us, under this key, and the answer was lost; or by hand: until we hear of that, it stays open and is not owed
        found = await gateway().look_for_refund(intent, reference, refund.key)
        if found is None:
            await _put_off(refund, rules.LONGEST_WAIT)
        return found
    if answer.outcome is RefundOutcome.LIMITED and not went_out:
        await Refund.filter(id=refund.id, status__in=UNDECIDED).update(sent_at=None)
    return answer


async def _note_sent(refund: Refund, now: datetime) -> bool:
    """It goes out now, unless it was held or decided since the pump took it, or a bank has taken the payment back for now."""
    async with transaction():
        await pledging.lock(refund.pledge_id)
        if await keeps_back(f"refund:{refund.id}"):
            await Refund.filter(id=refund.id).update(leased_until=None)
            return False
        if refund.sent_at is None and await is_disputed(refund.attempt_id):
            await Refund.filter(id=refund.id, status__in=UNDECIDED).update(next_at=None, leased_until=None)
            return False
        return bool(await Refund.filter(id=refund.id, status__in=UNDECIDED).update(sent_at=now))


async def _disputed(refund: Refund, answer: RefundAnswer, intent: str) -> RefundAnswer | None:
    """Refused while the backer's bank disputes the payment. Its key is spent, so another one takes its place, and
    waits for the bank. None, unless a bank has won: then the provider refunds nothing more, and it is paid another way."""
    for dispute in await gateway().disputes_of(intent):
        await apply_dispute(dispute, SYSTEM)
    async with transaction():
        pledge = await pledging.lock(refund.pledge_id)
        current = await Refund.get(id=refund.id)
        if current.status not in UNDECIDED:
            return None
        if await is_disputed(refund.attempt_id) or await won_since(refund.attempt_id, refund.created_at):
            await in_its_place(current, pledge)
        elif (await lost_of(refund.attempt_id))[0]:
            return answer
        else:  # a dispute of which nothing is known: with a fresh key in an hour, or once it is heard of
            await _put_off(refund, rules.LONGEST_WAIT)
    return None


async def _for_the_rest(refund: Refund) -> None:
    """One of what is left takes its place."""
    async with transaction():
        pledge = await pledging.lock(refund.pledge_id)
        current = await Refund.get(id=refund.id)
        if await is_too_much(current):
            await in_its_place(current, pledge)


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
    if answer.outcome in (RefundOutcome.UNKNOWN, RefundOutcome.LIMITED):
        return
    if answer.key is None:
        answer = await refunds_by_hand.known(answer, by)
    refund = await Refund.get_or_none(key=answer.key) if answer.key is not None else None
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
        if answer.outcome is RefundOutcome.SUCCEEDED and refund.status in (*UNDECIDED, Status.VOID):
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
        await collecting.give_back(pledge, await went_back(pledge), by)
    await audit.record("refund succeeded", f"refund:{refund.id}", by, amount_pence=refund.amount_pence)
    if refund.reason == BY_HAND:
        await reversals.ask(refund.attempt_id, refund.amount_pence, BY_HAND, by)
        # one of ours may ask for more than is left now
        await Refund.filter(
            attempt_id=refund.attempt_id, status__in=[Status.INTENDED, Status.UNKNOWN], next_at__gt=now
        ).update(next_at=now)
        await wake("refund_pump")
    await rebook_of(refund, pledge)
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
        "next_at": business_now() + refunds_by_hand.LOOK_AGAIN,
        "leased_until": None,
    }
    if refund.status == Status.PENDING:
        await Refund.filter(id=refund.id).update(**changes)
    else:
        await events.move(refund, "pending", by, amount_pence=refund.amount_pence, **changes)


async def _fail(refund: Refund, pledge: Pledge, answer: RefundAnswer, by: Actor) -> None:
    """The card no longer takes it, at once or days after it had succeeded. Officers then pay it back another way."""
    if refund.status in (Status.FAILED, Status.REPAID):
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
            await collecting.take_back(pledge, await went_back(pledge), by)
        await rebook_of(refund, pledge)
    else:  # what it stood in the way of may go on
        await looking.look_again(pledge.campaign_id)
    await letters.to_backer(
        "refund_failed",
        pledge,
        await campaign_view(pledge.campaign_id),
        f"refund-failed-{refund.id}",
        amount_pence=refund.amount_pence,
        contact=f"{get_settings().site_url.rstrip('/')}/contact/write",
    )
    await audit.record("refund failed", f"refund:{refund.id}", by, amount_pence=refund.amount_pence)


async def _post(kind: str, refund: Refund, pledge: Pledge, *, sign: int) -> None:
    lines = accounts.card_money(pledge.campaign_id, sign * refund.amount_pence, sign * refund.cover_pence)
    await ledger.post(kind, f"refund:{refund.id}", lines)


async def rebook_of(refund: Refund, pledge: Pledge) -> None:
    """Who bears the payment's costs may have changed, and so what its campaign's payout waits for."""
    await rebook(await ChargeAttempt.get(id=refund.attempt_id), pledge.campaign_id)
    await looking.look_again(pledge.campaign_id)
