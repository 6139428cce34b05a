"""The provider's real fee of each payment, read from its books after the charge. Unknown is unknown: we ask until it is."""

from datetime import timedelta
from typing import Final

import structlog

from crowdfund_kent import audit
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, retrying, transaction
from payments import pace
from payments.gateway import BalanceEntry, GatewayBusy, GatewayError, GatewayUnavailable
from payments.models import ChargeAttempt
from payments.payouts import looking, rules
from payments.payouts.models import CardFee
from payments.payouts.standing import rebook
from payments.provider import gateway
from pledges import pledging

JOB: Final = "fee_pump"
log = structlog.get_logger()


async def expect(attempt: ChargeAttempt) -> None:
    """A payment succeeded: its fee is to be read. In the caller's transaction, under the pledge's lock.

    Nobody waits for it: the sweeper asks for the fees of a few seconds together, rather than each charge for its own.
    """
    await execute(
        "INSERT INTO card_fee (attempt_id, created_at, next_at) VALUES ($1, $2, $2) ON CONFLICT (attempt_id) DO NOTHING",
        attempt.id,
        business_now(),
    )


async def work(fee_id: int) -> bool:
    """Ask for one fee. True when the provider said "too fast". No transaction is open meanwhile."""
    fee = await CardFee.get(id=fee_id).select_related("attempt")
    if fee.known_at is not None:
        return False
    assert fee.attempt.charge is not None  # only a payment that succeeded has a fee
    await pace.turn(pace.READ)
    try:
        entry = await gateway().read_fee(fee.attempt.charge)
    except GatewayBusy:
        await _put_off(fee, rules.FIRST_LOOK)
        return True
    except GatewayUnavailable:
        entry = None
    except GatewayError as error:  # a fault of ours: the payout waits, and its page says so
        log.error("a fee could not be read", fee=fee.id, error=error.message)
        entry = None
    if entry is None:
        await _put_off(fee, rules.look_again_after(business_now() - fee.created_at))
    else:
        await apply_fee(fee.attempt, entry, SYSTEM)
    return False


async def _put_off(fee: CardFee, wait: timedelta) -> None:
    await CardFee.filter(id=fee.id, known_at=None).update(next_at=business_now() + wait, leased_until=None)


async def apply_fee(attempt: ChargeAttempt, entry: BalanceEntry, by: Actor) -> None:
    """What the provider's books say of a payment, into ours. Once: a fee of a charge never changes."""
    await retrying(lambda: _apply(attempt, entry, by))


async def _apply(attempt: ChargeAttempt, entry: BalanceEntry, by: Actor) -> None:
    async with transaction():
        pledge = await pledging.lock(attempt.pledge_id)
        fee = await CardFee.get(attempt_id=attempt.id)
        if fee.known_at is not None:
            return
        if (entry.kind, entry.currency, entry.amount_pence) != ("charge", "gbp", attempt.amount_pence):
            log.error("a fee does not agree with ours", attempt=attempt.id)
            await audit.record("fee refused", f"charge_attempt:{attempt.id}", by, amount_pence=entry.amount_pence)
            await _put_off(fee, rules.LONGEST_LOOK)
            return
        await CardFee.filter(id=fee.id).update(
            fee_pence=entry.fee_pence,
            available_at=entry.available_at,
            known_at=business_now(),
            next_at=None,
            leased_until=None,
        )
        await rebook(attempt, pledge.campaign_id)
        await looking.look_again(pledge.campaign_id)
