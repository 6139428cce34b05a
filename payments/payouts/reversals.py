"""Money of a transfer that comes back from the group's account, where its balance allows: for a refund or a lost dispute.

What does not come back falls on the programme's losses, up to a limit; nobody in the group owes it (ruling 9). A refund
waits until it is known what came back, and above the limit until a person has decided.
"""

import random
from datetime import timedelta
from typing import Any, Final

import structlog

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import retrying, transaction
from crowdfund_kent.drill import point
from crowdfund_kent.errors import Refused
from crowdfund_kent.settings import get_settings
from payments import accounts, pace, rules
from payments.disputes.queries import is_disputed
from payments.gateway import GatewayError, ReversalAnswer, TransferAnswer, TransferOutcome
from payments.interests import refuse_own
from payments.models import ChargeAttempt, Refund
from payments.payouts import letters, looking
from payments.payouts.models import Reversal, Transfer
from payments.payouts.rules import kept, lacks
from payments.payouts.standing import rebook, standing_of, standings
from payments.payouts.states import Reversal as Status
from payments.payouts.states import Transfer as TransferStatus
from payments.provider import gateway
from payments.waking import wake
from pledges import pledging
from pledges.models import Pledge

JOB: Final = "reversal_pump"
OPEN: Final = (Status.INTENDED, Status.UNKNOWN)
READ_AGAIN: Final = timedelta(minutes=1)
BY_HAND: Final = "by hand"  # in the provider's dashboard
UNSPENT: Final = "unspent share"  # of what a funded project did not spend (ruling 18)
log = structlog.get_logger()


async def ask(attempt_id: int, pence: int, reason: str, by: Actor, refund: Refund | None = None) -> int:
    """Decide on taking up to so much back of what was sent on of one payment. In the caller's transaction, under the
    pledge's lock. Returns how many pence are asked for: what was sent, less what came back or is on its way back."""
    asked = 0
    sent = [TransferStatus.SUCCEEDED, TransferStatus.REVERSED]
    for transfer in await Transfer.filter(attempt_id=attempt_id, status__in=sent).order_by("-number"):
        rows = await Reversal.filter(transfer_id=transfer.id)
        on_its_way = sum(row.amount_pence for row in rows if row.status in OPEN)
        take = min(pence - asked, transfer.amount_pence - transfer.reversed_pence - on_its_way)
        if take > 0:
            await _intend(transfer, take, len(rows) + 1, reason, by, refund)
            asked += take
    return asked


async def ask_for(refund: Refund, by: Actor) -> None:
    """Ask for what a refund is of, less what came back for it; where nothing is to be asked, the refund goes out.

    In the caller's transaction, under the pledge's lock. Safe to repeat: what is on its way is waited for.
    """
    rows = await Reversal.filter(refund_id=refund.id)
    if any(row.status in OPEN for row in rows):
        return
    if not await ask(refund.attempt_id, refund.amount_pence - _came(rows), refund.reason, by, refund):
        await consider(refund)


async def _intend(transfer: Transfer, pence: int, number: int, reason: str, by: Actor, refund: Refund | None) -> None:
    now = business_now()
    row = await Reversal.create(
        status=Status.INTENDED,
        transfer_id=transfer.id,
        refund_id=refund.id if refund else None,
        number=number,
        key=f"reversal-{transfer.key}-{number}",
        amount_pence=pence,
        reason=reason,
        created_at=now,
        next_at=now,
    )
    await events.begin(row, by, amount_pence=pence)
    await audit.record("reversal decided", f"transfer_reversal:{row.id}", by, amount_pence=pence, reason=reason)
    await wake(JOB)


async def work(reversal_id: int) -> bool:
    """Take one reversal a step further. True when the provider said "too fast". No transaction is open meanwhile."""
    row = await Reversal.get(id=reversal_id).select_related("transfer__attempt__pledge")
    if row.status not in OPEN:
        return False
    try:
        answer = await _asked(row)
    except GatewayError as error:
        log.error("reversal not accepted", reversal=row.id, error=error.message)
        await _put_off(row, rules.LONGEST_WAIT)
        return False
    if answer.outcome is TransferOutcome.LIMITED:
        await _put_off(row, rules.wait_when_limited(1, random.random()))  # noqa: S311 - jitter
        return True
    if answer.outcome is TransferOutcome.UNKNOWN:
        await _note_unknown(row, answer)
    else:
        await apply_reversal(answer, SYSTEM)
    return False


async def _asked(row: Reversal) -> ReversalAnswer:
    transfer, now = row.transfer, business_now()
    reference = transfer.attempt.pledge.reference
    assert transfer.provider_transfer is not None
    if rules.must_look(row.created_at, row.server_error, now):
        await pace.turn(pace.REVERSE)
        found = await gateway().look_for_reversal(transfer.provider_transfer, reference, row.key)
        if found is not None:
            return found
    await pace.turn(pace.REVERSE)
    await Reversal.filter(id=row.id, status__in=OPEN).update(sent_at=now)
    point("before the reversal")
    answer = await gateway().reverse_transfer(
        transfer=transfer.provider_transfer, amount_pence=row.amount_pence, pledge_reference=reference, key=row.key
    )
    point("after the reversal")
    await pace.heard(pace.REVERSE, too_fast=answer.outcome is TransferOutcome.LIMITED)
    if answer.code == "transfer_already_reversed":
        # perhaps by us, under this key, and the answer was lost
        return await gateway().look_for_reversal(transfer.provider_transfer, reference, row.key) or answer
    return answer


async def _put_off(row: Reversal, wait: timedelta) -> None:
    await Reversal.filter(id=row.id, status__in=OPEN).update(next_at=business_now() + wait, leased_until=None)


async def _note_unknown(row: Reversal, answer: ReversalAnswer) -> None:
    async with transaction():
        current = await Reversal.filter(id=row.id).select_for_update().get()
        now = business_now()
        wait = rules.wait_for_answer(current.created_at, now, random.random())  # noqa: S311 - jitter
        changes: dict[str, Any] = {"next_at": now + wait, "leased_until": None, "server_error": answer.server_error}
        if current.status == Status.INTENDED:
            await events.move(current, "no answer", SYSTEM, amount_pence=current.amount_pence, **changes)
        elif current.status in OPEN:
            await Reversal.filter(id=current.id).update(**changes)


async def apply_reversal(answer: ReversalAnswer, by: Actor) -> None:
    """What the provider says of a reversal of ours, into our books. The one way in; repeats do not matter."""
    if answer.key is None or answer.outcome in (TransferOutcome.UNKNOWN, TransferOutcome.LIMITED):
        return
    row = await Reversal.get_or_none(key=answer.key).select_related("transfer__attempt")
    if row is not None:
        found = row
        await retrying(lambda: _apply(found.id, found.transfer.attempt, answer, by))


async def _apply(reversal_id: int, attempt: ChargeAttempt, answer: ReversalAnswer, by: Actor) -> None:
    async with transaction():
        pledge = await pledging.lock(attempt.pledge_id)
        row = await Reversal.get(id=reversal_id)
        succeeded = answer.outcome is TransferOutcome.SUCCEEDED
        if succeeded and (answer.currency, answer.amount_pence) != ("gbp", row.amount_pence):
            log.error("a reversal does not agree with ours", reversal=row.id)
            await audit.record("reversal refused", f"transfer_reversal:{row.id}", by, amount_pence=answer.amount_pence)
            return
        if row.status == Status.SUCCEEDED or (row.status == Status.FAILED and not succeeded):
            return
        await events.move(
            row,
            "succeeded" if succeeded else "failed",
            by,
            amount_pence=row.amount_pence,
            provider_reversal=answer.reversal,
            code=None if succeeded else (answer.code or "")[:60] or None,
            decided_at=business_now(),
            next_at=None,
            leased_until=None,
        )
        await audit.record(f"reversal {row.status}", f"transfer_reversal:{row.id}", by, amount_pence=row.amount_pence)
        if succeeded:
            await _came_back(row, attempt, pledge, by)
        if row.refund_id is not None:
            await consider(await Refund.get(id=row.refund_id))
    point("reversal committed")


async def _came_back(row: Reversal, attempt: ChargeAttempt, pledge: Pledge, by: Actor) -> None:
    transfer = await Transfer.get(id=row.transfer_id)
    total = transfer.reversed_pence + row.amount_pence
    if total == transfer.amount_pence:
        await events.move(transfer, "reversed", by, amount_pence=row.amount_pence, reversed_pence=total)
    else:
        await Transfer.filter(id=transfer.id).update(reversed_pence=total)
        await events.note(transfer, "reversed in part", by, amount_pence=row.amount_pence)
    lines = [
        (accounts.PROVIDER_BALANCE, row.amount_pence),
        (accounts.held_for_campaign(pledge.campaign_id), -row.amount_pence),
    ]
    await ledger.post("taken back", f"transfer_reversal:{row.id}", lines)
    await rebook(attempt, pledge.campaign_id)
    if row.reason != UNSPENT:  # the letter about the shares said so, of all of them
        await letters.taken_back(row, pledge)
    await looking.look_again(pledge.campaign_id)


async def consider(refund: Refund) -> None:
    """Let a refund go that waited for the group's account, once it is known what came back: all of what was asked, or
    the rest is within the limit of the programme's losses. Else it waits for a person, and finance is told."""
    rows = await Reversal.filter(refund_id=refund.id)
    if refund.next_at is not None or refund.status != "intended" or any(row.status in OPEN for row in rows):
        return
    if await is_disputed(refund.attempt_id):  # it goes on once the bank has decided
        return
    if not refund.may_lose:
        await _consider_share(refund)
        return
    # a second try of what failed counts once a transfer; what somebody took back by hand is there all the same
    failed: dict[int, int] = {}
    for row in rows:
        if row.status == Status.FAILED:
            failed[row.transfer_id] = max(row.amount_pence, failed.get(row.transfer_id, 0))
    there = max(_came(rows), kept(await standing_of(refund.attempt_id)))
    missing = max(0, min(sum(failed.values()), refund.amount_pence - there))
    if missing and await losses_pence() + missing > get_settings().loss_limit_pence:
        await letters.refund_waits(refund, missing, at_limit=True)
        return
    await _let_go(refund)


async def _consider_share(refund: Refund) -> None:
    """A share of unspent money (ruling 18) goes out once the group's account has given all of it that ever reached it.

    What never did is the card cost of the payment: of a refund it falls on the programme, within its limit (ruling 9).
    """
    from_group, card_cost = lacks(await standing_of(refund.attempt_id), refund.amount_pence)
    if from_group:
        return  # owners and officers have one letter about all of a decision (shares_back/waiting.py)
    if card_cost and await losses_pence() + await _going_out() + card_cost > get_settings().loss_limit_pence:
        await letters.refund_waits(refund, card_cost, at_limit=True)
    else:
        await _let_go(refund)


async def _going_out() -> int:
    """Card costs of shares that are on their way and stand in no book yet: many go out at once."""
    rows = await Refund.filter(may_lose=False, status__in=["intended", "unknown", "pending"], next_at__not_isnull=True)
    found = await standings([row.attempt_id for row in rows])
    return sum(lacks(found[row.attempt_id], row.amount_pence)[1] for row in rows if row.attempt_id in found)


async def _let_go(refund: Refund) -> None:
    await Refund.filter(id=refund.id, status="intended").update(next_at=business_now())
    await wake("refund_pump")


async def again(pledge_id: int, by: Actor) -> None:
    """Ask the group's account once more for what refunds of this pledge wait for. By an officer who gains nothing by it.

    Refused where none waits for it.
    """
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    async with transaction():
        pledge = await pledging.lock(pledge_id)
        await refuse_own(pledge, by)
        waiting = await Refund.filter(pledge_id=pledge_id, status="intended", next_at=None)
        if not waiting:
            raise Refused("No refund of this pledge waits for the group’s account.")
        for refund in waiting:
            if await is_disputed(refund.attempt_id):
                raise Refused("The backer’s bank disputes this payment. The refund goes on once that is decided.")
            await ask_for(refund, by)


def _came(rows: list[Reversal]) -> int:
    return sum(row.amount_pence for row in rows if row.status == Status.SUCCEEDED)


async def losses_pence() -> int:
    """What the programme has lost so far."""
    return await ledger.balance(accounts.LOSSES)


async def apply_reversed(answer: TransferAnswer, by: Actor) -> None:
    """A transfer of which more came back than we asked for: somebody did it in the provider's dashboard."""
    if answer.key is None or not answer.reversed_pence:
        return
    found = await Transfer.get_or_none(key=answer.key).select_related("attempt")
    if found is None:
        return
    async with transaction():
        pledge = await pledging.lock(found.attempt.pledge_id)
        transfer = await Transfer.get(id=found.id)
        more = answer.reversed_pence - transfer.reversed_pence
        if more <= 0 or transfer.status != TransferStatus.SUCCEEDED:
            return
        if await Reversal.filter(transfer_id=transfer.id, status__in=OPEN).exists():
            # ours may be the one that is told of: its own answer comes, and then the transfer is read once more
            await Transfer.filter(id=transfer.id).update(next_at=business_now() + READ_AGAIN)
            return
        number = await Reversal.filter(transfer_id=transfer.id).count() + 1
        now = business_now()
        row = await Reversal.create(
            status=Status.INTENDED,
            transfer_id=transfer.id,
            number=number,
            key=f"by-hand-{transfer.key}-{number}",
            amount_pence=more,
            reason=BY_HAND,
            created_at=now,
        )
        await events.begin(row, by, amount_pence=more)
        await audit.record("reversal decided", f"transfer_reversal:{row.id}", by, amount_pence=more, reason=BY_HAND)
        await events.move(row, "succeeded", by, amount_pence=more, decided_at=now)
        await audit.record("reversal succeeded", f"transfer_reversal:{row.id}", by, amount_pence=more)
        await _came_back(row, found.attempt, pledge, by)
        await letters.by_hand("reversal", row.id, more, pledge)
        for refund in await Refund.filter(attempt_id=transfer.attempt_id, status="intended", next_at=None):
            await consider(refund)
