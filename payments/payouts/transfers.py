"""Sending the money of one payment on to its group: our row first, then the provider, then the books. As for a charge.

A transfer has a key of its own and is sent under that key only, with its stored parameters. What is not known is looked
up before it is sent again. `version` names the shape of the parameters: rows of an older shape are read as they were.
"""

import random
from datetime import timedelta
from typing import Any, Final

import structlog

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, fetch, retrying, transaction
from crowdfund_kent.drill import point
from payments import accounts, pace, rules
from payments.gateway import GatewayError, TransferAnswer, TransferOutcome, TransferRequest
from payments.holds.queries import free, is_held, keeps_back
from payments.models import ChargeAttempt
from payments.payouts import looking, reversals
from payments.payouts.models import Payout, Recipient, Transfer
from payments.payouts.rules import due_to_group
from payments.payouts.standing import booked, rebook, standing_of
from payments.payouts.states import OPEN
from payments.payouts.states import Payout as PayoutStatus
from payments.payouts.states import Transfer as Status
from payments.provider import gateway
from payments.waking import wake
from pledges import pledging
from pledges.models import Pledge
from pledges.states import Pledge as PledgeStatus

JOB: Final = "transfer_pump"
VERSION: Final = 1
log = structlog.get_logger()
NOT_DUE: Final = "not due"  # ours: before it went out, the money turned out to be somebody else's
TRY_AGAIN: Final = timedelta(hours=1)
# payments that may be on their way elsewhere: nothing is sent on of them now
_TRANSFER_OPEN: Final = "SELECT 1 FROM transfer t WHERE t.attempt_id = a.id AND t.status IN ('intended', 'unknown')"
_DISPUTE_OPEN: Final = "SELECT 1 FROM dispute d WHERE d.attempt_id = a.id AND d.status = 'open'"
_REST_OPEN: Final = """
EXISTS (SELECT 1 FROM refund r WHERE r.attempt_id = a.id AND r.status IN ('intended', 'unknown', 'pending'))
OR EXISTS (SELECT 1 FROM transfer_reversal v JOIN transfer t ON t.id = v.transfer_id
           WHERE t.attempt_id = a.id AND v.status IN ('intended', 'unknown'))"""
IN_THE_WAY: Final = f"EXISTS ({_TRANSFER_OPEN}) OR EXISTS ({_DISPUTE_OPEN}) OR {_REST_OPEN}"
# the same for money that goes back to the backer: a transfer that is held and never went out does not keep it from them. Once
# it is released, what is due to the group is reckoned anew (_still_due). Nor does a bank that only asks (an inquiry): giving
# the money back is an answer to it.
_FREE: Final = (free("'transfer:' || t.id"), free("'payout:' || t.payout_id"))
_HELD: Final = f"NOT ({' AND '.join(_FREE)})"
IN_THE_WAY_OF_A_REFUND: Final = (
    f"EXISTS ({_TRANSFER_OPEN} AND NOT (t.sent_at IS NULL AND {_HELD}))"
    f" OR EXISTS ({_DISPUTE_OPEN} AND d.withdrawn_pence > 0) OR {_REST_OPEN}"
)

# somebody took it back in the provider's dashboard: nothing is sent again before two people said so (payments/taken_back)
TAKEN_BY_HAND: Final = """
EXISTS (SELECT 1 FROM transfer_reversal v JOIN transfer t ON t.id = v.transfer_id
        WHERE t.attempt_id = a.id AND v.reason = 'by hand' AND v.status = 'succeeded'
        AND (SELECT s.sends FROM taken_back_decision s WHERE s.reversal_id = v.id AND s.status = 'agreed'
             ORDER BY s.id DESC LIMIT 1) IS NOT TRUE)"""


async def intend(payout: Payout, attempt_id: int, to: Recipient, by: Actor = SYSTEM) -> Transfer | None:
    """The row of a transfer of what is due of one payment, before anybody is asked. None where nothing is due now."""
    async with transaction():
        attempt = await ChargeAttempt.get(id=attempt_id)
        pledge = await pledging.lock(attempt.pledge_id)
        if pledge.status != PledgeStatus.COLLECTED or await in_the_way(attempt_id, f"{IN_THE_WAY} OR {TAKEN_BY_HAND}"):
            return None
        amount, cover = due_to_group(await standing_of(attempt_id))
        if amount <= 0:
            return None
        assert to.account is not None
        assert attempt.charge is not None
        costs = await booked(attempt_id)
        number = await Transfer.filter(attempt_id=attempt_id).count() + 1
        key = f"transfer-{pledge.reference}-{attempt.number}-{number}"
        now = business_now()
        transfer = await Transfer.create(
            status=Status.INTENDED,
            payout_id=payout.id,
            attempt_id=attempt_id,
            number=number,
            key=key,
            version=VERSION,
            parameters={
                "pledge_reference": pledge.reference,
                "number": number,
                "charge": attempt.charge,
                "account": to.account,
                "amount_pence": amount,
                "transfer_group": f"campaign-{pledge.campaign_id}",
                "key": key,
            },
            amount_pence=amount,
            cover_pence=cover,
            fee_cover_pence=max(0, costs.cover_pence),
            fee_held_pence=max(0, costs.held_pence),
            group_id=to.group_id,
            account=to.account,
            intended_at=now,
            next_at=now,
        )
        await events.begin(transfer, by, amount_pence=amount)
        await audit.record("transfer decided", f"transfer:{transfer.id}", by, amount_pence=amount)
        await wake(JOB)
    return transfer


async def in_the_way(attempt_id: int, what: str) -> bool:
    """Whether something is under way with this payment that has to end first. `what`: SQL of what counts."""
    return bool(await fetch(f"SELECT 1 FROM charge_attempt a WHERE a.id = $1 AND ({what})", attempt_id))


def request_of(transfer: Transfer) -> TransferRequest:
    """What is asked of the provider, from the stored parameters. LookupError for a shape that this code does not know."""
    if transfer.version != VERSION:
        raise LookupError(f"transfer {transfer.id} has parameters of version {transfer.version}")
    return TransferRequest(**transfer.parameters)


async def work(transfer_id: int) -> bool:
    """Take one transfer a step further. True when the provider said "too fast". No transaction is open meanwhile."""
    transfer = await Transfer.get(id=transfer_id)
    if transfer.status == Status.SUCCEEDED:
        await _read_again(transfer)
        return False
    if transfer.status not in OPEN:
        return False
    held = await is_held(f"transfer:{transfer.id}", f"payout:{transfer.payout_id}")
    try:
        answer = await (_looked_for(transfer) if held else _asked(transfer))
    except GatewayError as error:  # a fault of ours: nothing was sent; officers see it stand
        log.error("transfer not accepted", transfer=transfer.id, error=error.message)
        await _put_off(transfer, rules.LONGEST_WAIT)
        return False
    if answer is None:
        return False
    if answer.outcome is TransferOutcome.LIMITED:
        await _put_off(transfer, rules.wait_when_limited(1, random.random()))  # noqa: S311 - jitter
        return True
    if answer.outcome is TransferOutcome.UNKNOWN:
        await _note_unknown(transfer, answer)
    else:
        await apply_transfer(answer, SYSTEM)
    return False


async def _asked(transfer: Transfer) -> TransferAnswer | None:
    """Look first where the key may be forgotten or replay an error; else ask with its key. None: it is not due any more."""
    request, went_out, now = request_of(transfer), transfer.sent_at is not None, business_now()
    if rules.must_look(transfer.intended_at, transfer.server_error, now):
        await pace.turn(pace.TRANSFER)
        found = await gateway().look_for_transfer(request)
        if found is not None:
            return found
    if not await _note_sent(transfer, now):
        return None
    await pace.turn(pace.TRANSFER)
    point("before the transfer")
    answer = await gateway().transfer(request)
    point("after the transfer")
    await pace.heard(pace.TRANSFER, too_fast=answer.outcome is TransferOutcome.LIMITED)
    if answer.outcome is TransferOutcome.LIMITED and not went_out:
        await Transfer.filter(id=transfer.id, status=Status.INTENDED).update(sent_at=None)
    return answer


async def _looked_for(transfer: Transfer) -> TransferAnswer | None:
    """What became of one that is held and had gone out before: nothing is sent, and what can't be found was never made."""
    if transfer.sent_at is None:
        return None
    await pace.turn(pace.TRANSFER)
    found = await gateway().look_for_transfer(request_of(transfer))
    if found is not None:
        return found
    if business_now() - transfer.sent_at >= rules.CALL_IS_OVER:
        await Transfer.filter(id=transfer.id, status__in=OPEN).update(sent_at=None)
    await _put_off(transfer, rules.LONGEST_WAIT)
    return None


async def _read_again(transfer: Transfer) -> None:
    """Somebody took money of it back by hand while a reversal of ours was under way (reversals.apply_reversed)."""
    assert transfer.provider_transfer is not None
    await Transfer.filter(id=transfer.id).update(next_at=None, leased_until=None)
    answer = None
    try:
        answer = await gateway().read_transfer(transfer.provider_transfer)
    except GatewayError as error:
        log.error("a transfer could not be read", transfer=transfer.id, error=error.message)
    if answer is None or answer.outcome is not TransferOutcome.SUCCEEDED:
        await Transfer.filter(id=transfer.id).update(next_at=business_now() + rules.LONGEST_WAIT)
        return
    await reversals.apply_reversed(answer, SYSTEM)


async def _note_sent(transfer: Transfer, now: Any) -> bool:
    """It goes out now, unless it has never gone out and the money is somebody else's since: then it ends here."""
    attempt = await ChargeAttempt.get(id=transfer.attempt_id)
    async with transaction():
        pledge = await pledging.lock(attempt.pledge_id)
        current = await Transfer.get(id=transfer.id)
        if current.status not in OPEN:
            return False
        if await keeps_back(f"transfer:{current.id}", f"payout:{current.payout_id}"):
            await Transfer.filter(id=current.id).update(leased_until=None)
            return False
        if current.sent_at is None and not await _still_due(current, pledge):
            await events.move(
                current, "failed", SYSTEM, amount_pence=current.amount_pence, code=NOT_DUE, decided_at=now, next_at=None
            )
            await audit.record("transfer failed", f"transfer:{current.id}", SYSTEM, amount_pence=current.amount_pence)
            await looking.look_again(pledge.campaign_id)
            return False
        await Transfer.filter(id=current.id).update(sent_at=now)
    return True


async def _still_due(transfer: Transfer, pledge: Pledge) -> bool:
    """No dispute came and nothing went back between the row and the call."""
    elsewhere = await fetch(
        "SELECT 1 FROM dispute WHERE attempt_id = $1 AND status = 'open' UNION ALL SELECT 1 FROM refund"
        " WHERE attempt_id = $1 AND status IN ('intended', 'unknown', 'pending')",
        transfer.attempt_id,
    )
    amount, _ = due_to_group(await standing_of(transfer.attempt_id))
    return not elsewhere and pledge.status == PledgeStatus.COLLECTED and amount == transfer.amount_pence


async def _put_off(transfer: Transfer, wait: timedelta) -> None:
    await Transfer.filter(id=transfer.id, status__in=OPEN).update(next_at=business_now() + wait, leased_until=None)


async def _note_unknown(transfer: Transfer, answer: TransferAnswer) -> None:
    async with transaction():
        current = await Transfer.filter(id=transfer.id).select_for_update().get()
        now = business_now()
        wait = rules.wait_for_answer(current.intended_at, now, random.random())  # noqa: S311 - jitter
        changes: dict[str, Any] = {"next_at": now + wait, "leased_until": None, "server_error": answer.server_error}
        if current.status == Status.INTENDED:
            await events.move(current, "no answer", SYSTEM, amount_pence=current.amount_pence, **changes)
        elif current.status in OPEN:
            await Transfer.filter(id=current.id).update(**changes)


def disagreement(transfer: Transfer, answer: TransferAnswer) -> str | None:
    """Which fact of the answer is not that of our transfer, or None."""
    asked = transfer.parameters
    facts = {
        "currency": (answer.currency, "gbp"),
        "amount": (answer.amount_pence, transfer.amount_pence),
        "account": (answer.account, transfer.account),
        "charge": (answer.charge, asked["charge"]),
        "pledge": (answer.pledge_reference, asked["pledge_reference"]),
        "transfer": (answer.transfer, transfer.provider_transfer or answer.transfer),
    }
    return next((name for name, (theirs, ours) in facts.items() if theirs != ours), None)


async def apply_transfer(answer: TransferAnswer, by: Actor) -> None:
    """What the provider says of a transfer, into our books. The one way in; order and repeats do not matter."""
    if answer.key is None or answer.outcome in (TransferOutcome.UNKNOWN, TransferOutcome.LIMITED):
        return
    transfer = await Transfer.get_or_none(key=answer.key).select_related("attempt")
    if transfer is not None:
        found = transfer
        await retrying(lambda: _apply(found.id, found.attempt, answer, by))
        point("transfer committed")


async def _apply(transfer_id: int, attempt: ChargeAttempt, answer: TransferAnswer, by: Actor) -> None:
    async with transaction():
        pledge = await pledging.lock(attempt.pledge_id)
        transfer = await Transfer.get(id=transfer_id)
        wrong = disagreement(transfer, answer)
        if wrong is not None:
            log.error("a transfer does not agree with ours", transfer=transfer.id, why=wrong)
            await audit.record(
                "transfer refused", f"transfer:{transfer.id}", by, why=wrong, amount_pence=answer.amount_pence
            )
            return
        if answer.outcome is TransferOutcome.SUCCEEDED:
            if transfer.status in (*OPEN, Status.FAILED):
                await _succeed(transfer, attempt, pledge, answer, by)
        elif transfer.status in OPEN:
            await _fail(transfer, pledge, answer, by)


async def _succeed(
    transfer: Transfer, attempt: ChargeAttempt, pledge: Pledge, answer: TransferAnswer, by: Actor
) -> None:
    await events.move(
        transfer,
        "succeeded",
        by,
        amount_pence=transfer.amount_pence,
        provider_transfer=answer.transfer,
        code=None,
        decided_at=business_now(),
        next_at=None,
        leased_until=None,
    )
    lines = [
        (accounts.PROVIDER_BALANCE, -transfer.amount_pence),
        (accounts.held_for_campaign(pledge.campaign_id), transfer.amount_pence - transfer.cover_pence),
        (accounts.card_cost_cover(pledge.campaign_id), transfer.cover_pence),
    ]
    await ledger.post("paid out", f"transfer:{transfer.id}", lines)
    await rebook(attempt, pledge.campaign_id)
    await audit.record("transfer succeeded", f"transfer:{transfer.id}", by, amount_pence=transfer.amount_pence)
    await looking.look_again(pledge.campaign_id)


async def _fail(transfer: Transfer, pledge: Pledge, answer: TransferAnswer, by: Actor) -> None:
    """The provider says no: nothing was sent. What is due is looked at again in an hour, with a transfer of its own."""
    await events.move(
        transfer,
        "failed",
        by,
        amount_pence=transfer.amount_pence,
        code=(answer.code or "")[:60] or None,
        decided_at=business_now(),
        next_at=None,
        leased_until=None,
    )
    await audit.record("transfer failed", f"transfer:{transfer.id}", by, amount_pence=transfer.amount_pence)
    await execute(
        "UPDATE payout SET next_at = $2 WHERE campaign_id = $1 AND status = $3",
        pledge.campaign_id,
        business_now() + TRY_AGAIN,
        str(PayoutStatus.SENDING),
    )
    # whether the account can still receive is the provider's to say: a reader asks
    await execute("UPDATE recipient SET next_at = $2 WHERE account = $1", transfer.account, business_now())
