"""Charging one pledge. Our row first, committed, with a number, a key and its parameters; then the provider; then apply.

An outcome that is not known stays unknown, and an attempt is only ever sent again under its own key. Browser, webhook,
worker and reconciliation all end in apply_charge(), which is monotonic: order and repeats do not matter.
Lock order: pledge, then its collection and attempts. Nobody waits for the provider inside a transaction.
"""

from typing import Any, Final

import structlog

from crowdfund_kent import audit, events, ledger, outbox
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, london_day
from crowdfund_kent.database import execute, fetch, retrying, transaction
from crowdfund_kent.drill import point
from crowdfund_kent.errors import Refused
from payments import accounts, letters, pace, refunds
from payments.gateway import ChargeAnswer, ChargeOutcome, ChargeRequest, GatewayError
from payments.models import ChargeAttempt, Collection, SavedCard
from payments.payouts import fees
from payments.provider import gateway
from payments.states import OPEN
from payments.states import Attempt as Status
from payments.waking import wake
from pledges import collecting, pledging
from pledges.models import Pledge
from pledges.queries import campaign_view
from pledges.states import FINAL, STILL_TO_COLLECT
from pledges.states import Pledge as PledgeStatus

CURRENCY: Final = "gbp"
VERSION: Final = 1  # of the stored parameters of a charge: another set of them, or another meaning, is another version
NOT_KNOWN: Final = (Status.INTENDED, Status.UNKNOWN)
# $1 the provider's payment, $2 and $3 what it says of itself: the payment wins
_ATTEMPT_OF: Final = """
SELECT id, pledge_id, 0 AS place FROM charge_attempt WHERE payment_intent = $1
UNION ALL SELECT a.id, a.pledge_id, 1 FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id
  WHERE p.reference = $2 AND a.number = $3
ORDER BY place LIMIT 1"""
log = structlog.get_logger()


def transfer_group(campaign_id: int) -> str:
    """What ties the payments of one campaign together at the provider, and what is sent on of them."""
    return f"campaign-{campaign_id}"


async def current_card(pledge_id: int) -> SavedCard | None:
    """The card that would be charged, if one is saved."""
    return await SavedCard.filter(
        pledge_id=pledge_id, replaced_at=None, payment_method__not_isnull=True, detached_at=None
    ).first()


async def newest(pledge_id: int) -> ChargeAttempt | None:
    """The attempt with the highest number. Only the newest can be open."""
    return await ChargeAttempt.filter(pledge_id=pledge_id).order_by("-number").first()


async def intend(pledge_id: int, by: Actor = SYSTEM, *, after: int | None = None) -> ChargeAttempt | None:
    """The row of a new attempt, before anybody is asked. None when the pledge is not to be charged now.

    `after`: the number of the attempt on which the caller's plan rests, 0 for none; None too when another worker made
    one since. `charge_attempt_one_open` in the database refuses a second open attempt of one pledge.
    """
    now = business_now()
    if not after:
        await execute(
            "UPDATE campaign c SET first_attempt_at = $2 FROM pledge p WHERE p.id = $1 AND c.id = p.campaign_id"
            " AND c.status = 'collecting' AND (c.first_attempt_at IS NULL OR c.first_attempt_at > $2)",
            pledge_id,
            now,
        )
    async with transaction():
        pledge = await pledging.lock(pledge_id)
        collection = await Collection.get(pledge_id=pledge_id)
        last, card = await newest(pledge_id), await current_card(pledge_id)
        to_charge = pledge.status in STILL_TO_COLLECT and not collection.let_off_at and not collection.done_at
        number = last.number + 1 if last else 1
        if not to_charge or card is None or (last is not None and last.status in OPEN):
            return None
        if after is not None and after != number - 1:
            return None
        key = f"charge-{pledge.reference}-{number}"
        attempt = await ChargeAttempt.create(
            status=Status.INTENDED,
            pledge_id=pledge.id,
            number=number,
            key=key,
            amount_pence=pledge.charge_pence,
            cover_pence=pledge.cover_pence,
            parameters={
                "version": VERSION,
                "pledge_reference": pledge.reference,
                "attempt_number": number,
                "customer": card.customer,
                "payment_method": card.payment_method,
                "amount_pence": pledge.charge_pence,
                "transfer_group": transfer_group(pledge.campaign_id),
                "key": key,
            },
            intended_at=now,
        )
        await events.begin(attempt, by, amount_pence=attempt.amount_pence)
        await collecting.try_again(pledge, by)
        if collection.first_attempt_at is None:
            await Collection.filter(id=collection.id).update(first_attempt_at=now)
    return attempt


def request_of(attempt: ChargeAttempt) -> ChargeRequest:
    """What an attempt is sent with, whenever that is: as it was stored, so that its key always comes with the same values.

    Rows from before versions had none, and are of the first. Raises GatewayError for one that a later release stored: a
    worker of this one must leave it to a worker of that one.
    """
    stored: dict[str, Any] = dict(attempt.parameters)
    if stored.pop("version", 1) != VERSION:
        raise GatewayError(f"attempt {attempt.id} was stored by a later release")
    return ChargeRequest(**stored)


async def send(attempt: ChargeAttempt) -> ChargeAnswer | None:
    """Ask the provider for the money of an attempt whose row is committed, with its own key and stored parameters.

    None, and nobody is asked, when it was decided meanwhile: given up, or told by somebody else.
    """
    went_out, asked = attempt.sent_at is not None, request_of(attempt)
    await pace.turn(pace.CHARGE)
    if not await ChargeAttempt.filter(id=attempt.id, status__in=NOT_KNOWN).update(sent_at=business_now()):
        return None
    point("before the call")
    answer = await gateway().charge(asked)
    point("after the call")
    await pace.heard(pace.CHARGE, too_fast=answer.outcome is ChargeOutcome.LIMITED)
    if answer.outcome is ChargeOutcome.LIMITED and not went_out:
        # refused at the door: as if it had never gone out
        await ChargeAttempt.filter(id=attempt.id, status=Status.INTENDED).update(sent_at=None)
    return answer


async def look(attempt: ChargeAttempt) -> ChargeAnswer | None:
    """What the provider knows of an attempt that went out. None: it was never made."""
    parameters: dict[str, Any] = attempt.parameters
    await pace.turn(pace.LOOK)
    return await gateway().look_for_charge(
        customer=parameters["customer"],
        attempt_number=attempt.number,
        pledge_reference=parameters["pledge_reference"],
    )


async def note_unknown(attempt: ChargeAttempt, answer: ChargeAnswer) -> None:
    """No answer, or an error of the provider's: a state of its own, never "failed"."""
    async with transaction():
        await pledging.lock(attempt.pledge_id)
        current = await ChargeAttempt.get(id=attempt.id)
        if current.status == Status.INTENDED:
            await events.move(current, "no answer", SYSTEM, server_error=answer.server_error)
        elif current.status == Status.UNKNOWN:
            await ChargeAttempt.filter(id=current.id).update(server_error=answer.server_error)


async def void(attempt: ChargeAttempt) -> None:
    """An attempt of which the provider has nothing, and which nobody sends any more. Left alone if it was sent again."""
    async with transaction():
        pledge = await pledging.lock(attempt.pledge_id)
        current = await ChargeAttempt.filter(id=attempt.id).select_for_update().get()
        if current.status in OPEN and current.sent_at == attempt.sent_at:
            await events.move(current, "void", SYSTEM, decided_at=business_now())
            await collecting.decline(pledge, SYSTEM)


async def drop(pledge_id: int, cause: str, by: Actor) -> bool:
    """Give up on a pledge ("let off" or "gave up"). Its newest attempt must be over: cancelled, declined or void."""
    async with transaction():
        pledge = await pledging.lock(pledge_id)
        last = await newest(pledge_id)
        if pledge.status not in STILL_TO_COLLECT or (last is not None and last.status in OPEN):
            return False
        await collecting.drop(pledge, cause, by)
        await _finish(pledge)
        await letters.to_backer(
            "dropped", pledge, await campaign_view(pledge.campaign_id), f"dropped-{pledge.id}", cause=cause
        )
    return True


async def let_off(pledge_id: int, by: Actor) -> None:
    """Note that the backer asks to be let off. From now on nothing new is tried; the pump cancels and drops.

    Raises Refused while the card is being charged or when there is nothing to be let off from.
    """
    async with transaction():
        pledge = await pledging.lock(pledge_id)
        if pledge.status == PledgeStatus.COLLECTING:
            raise Refused("Your card is being charged right now. Come back in ten minutes.", rule="let off")
        if pledge.status not in STILL_TO_COLLECT:
            raise Refused("There is no failed payment on this pledge, so there is nothing to do.", rule="let off")
        collection = await Collection.get(pledge_id=pledge_id)
        if collection.let_off_at is None:
            now = business_now()
            await Collection.filter(id=collection.id).update(let_off_at=now, next_at=now)
            await audit.record("let off asked for", f"pledge:{pledge.id}", by, amount_pence=pledge.amount_pence)
            await wake("pump")


async def card_replaced(pledge_id: int, by: Actor) -> None:
    """Another card was saved: a payment that failed is tried again at once. In the transaction that saves the card."""
    touched = await execute(
        "UPDATE collection SET next_at = $2 WHERE pledge_id = $1 AND done_at IS NULL", pledge_id, business_now()
    )
    if touched:
        await audit.record("charge asked for", f"pledge:{pledge_id}", by)
        await wake("pump")


def disagreement(attempt: ChargeAttempt, pledge: Pledge, answer: ChargeAnswer) -> str | None:
    """Which fact of the answer is not that of our attempt, or None. Money is booked only when all agree."""
    parameters: dict[str, Any] = attempt.parameters
    facts = {
        "currency": (answer.currency, CURRENCY),
        "amount": (answer.amount_pence, attempt.amount_pence),
        "pledge": (answer.pledge_reference, pledge.reference),
        "attempt": (answer.attempt_number, attempt.number),
        "customer": (answer.customer or parameters["customer"], parameters["customer"]),
        "payment": (answer.payment_intent, attempt.payment_intent or answer.payment_intent),
    }
    return next((name for name, (theirs, ours) in facts.items() if theirs != ours), None)


async def apply_charge(answer: ChargeAnswer, by: Actor) -> ChargeAttempt | None:
    """What the provider says of a payment, into our books. Returns the attempt as it is now, None if it is none of ours.

    An answer whose currency, amount, pledge, attempt, customer or payment is not ours writes an audit row, no more.
    """
    if answer.outcome in (ChargeOutcome.UNKNOWN, ChargeOutcome.LIMITED):
        return None
    found = await fetch(_ATTEMPT_OF, answer.payment_intent, answer.pledge_reference, answer.attempt_number)
    if not found:
        return None
    return await retrying(lambda: _apply(found[0]["id"], found[0]["pledge_id"], answer, by))


async def _apply(attempt_id: int, pledge_id: int, answer: ChargeAnswer, by: Actor) -> ChargeAttempt:
    async with transaction():
        pledge = await pledging.lock(pledge_id)
        attempt = await ChargeAttempt.get(id=attempt_id)
        wrong = disagreement(attempt, pledge, answer)
        if wrong is not None:
            log.error("a payment does not agree with ours", attempt=attempt.id, why=wrong)
            await audit.record(
                "charge refused", f"charge_attempt:{attempt.id}", by, why=wrong, amount_pence=answer.amount_pence
            )
            return attempt
        if answer.outcome is ChargeOutcome.SUCCEEDED:
            if attempt.status != Status.SUCCEEDED:
                await _succeed(attempt, pledge, answer, by)
        elif answer.outcome is ChargeOutcome.ACTION_REQUIRED:
            if attempt.status in (Status.INTENDED, Status.UNKNOWN):
                await _not_yet(attempt, pledge, "action required", answer, by)
                await collecting.wait_for_backer(pledge, by)
        elif attempt.status in OPEN:  # declined or void: news only of an attempt that is not decided
            cause = "declined" if answer.outcome is ChargeOutcome.DECLINED else "void"
            await _not_yet(attempt, pledge, cause, answer, by)
            await collecting.decline(pledge, by)
    point("after commit")
    return attempt


async def _succeed(attempt: ChargeAttempt, pledge: Pledge, answer: ChargeAnswer, by: Actor) -> None:
    now = business_now()
    await events.move(
        attempt,
        "succeeded",
        by,
        amount_pence=attempt.amount_pence,
        payment_intent=answer.payment_intent,
        charge=answer.charge,
        decline_code=None,
        advice_code=None,
        server_error=False,
        decided_at=now,
    )
    await ledger.post(
        "collected",
        f"charge_attempt:{attempt.id}",
        accounts.card_money(pledge.campaign_id, attempt.amount_pence, attempt.cover_pence),
    )
    await fees.expect(attempt)
    collection = await Collection.get(pledge_id=pledge.id)
    give_back = None
    if pledge.status in STILL_TO_COLLECT:
        give_back = refunds.LET_OFF if collection.let_off_at else None
        await collecting.charge(pledge, by)
    elif pledge.status == PledgeStatus.DROPPED:
        give_back = refunds.LATE
        await collecting.charge(pledge, by)
    else:
        give_back = refunds.TWICE
    await _finish(pledge)
    if give_back is not None:
        await refunds.ask(pledge, attempt, give_back, by)
    else:
        view = await campaign_view(pledge.campaign_id)
        await letters.to_backer("collected", pledge, view, f"collected-{pledge.id}", charged_on=london_day(now))


async def _not_yet(attempt: ChargeAttempt, pledge: Pledge, cause: str, answer: ChargeAnswer, by: Actor) -> None:
    """Declined, waiting for the backer, or void: what the pump does next follows from the rows, now."""
    now = business_now()
    first_answer = attempt.status != Status.ACTION_REQUIRED and cause != "void"
    await events.move(
        attempt,
        cause,
        by,
        amount_pence=attempt.amount_pence,
        payment_intent=answer.payment_intent or attempt.payment_intent,
        charge=answer.charge or attempt.charge,
        decline_code=(answer.decline_code or answer.code or "")[:60] or None,
        advice_code=(answer.advice_code or "")[:40] or None,
        server_error=False,
        decided_at=None if cause == "action required" else now,
    )
    await execute(
        "UPDATE collection SET next_at = $2, attempts = attempts + $3 WHERE pledge_id = $1 AND done_at IS NULL",
        pledge.id,
        now,
        int(first_answer),
    )
    await audit.record(
        f"charge {cause}", f"charge_attempt:{attempt.id}", by, amount_pence=attempt.amount_pence, pledge_id=pledge.id
    )


async def _finish(pledge: Pledge) -> None:
    """Nothing more is due for a pledge that is final; when it was the last one, its campaign can be settled."""
    await execute(
        "UPDATE collection SET done_at = $2, next_at = NULL, leased_until = NULL, lease = NULL"
        " WHERE pledge_id = $1 AND done_at IS NULL",
        pledge.id,
        business_now(),
    )
    # two that finish at once do not see each other: the sweeper finds what both leave behind
    rows = await fetch(
        "SELECT 1 FROM pledge WHERE campaign_id = $1 AND NOT (status = ANY($2::text[])) LIMIT 1",
        pledge.campaign_id,
        [str(status) for status in FINAL],
    )
    if not rows:
        await outbox.job("settle_campaign", pledge.campaign_id)
