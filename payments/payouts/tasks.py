"""What jobs and the timetable ask of payouts. The rows say what is due; each may run twice, late or never."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Final

from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.settings import get_settings
from payments.holds.queries import free
from payments.payouts import fees, looking, paying, recipients, reversals, transfers
from payments.pump import Work, run_lanes
from payments.waking import wake

_FREE: Final = free("'transfer:' || transfer.id")
_FREE_PAYOUT: Final = free("'payout:' || transfer.payout_id")
# table -> which of its rows are due: $1 business time, $2 real time. One statement claims a row and gives it a lease.
_DUE: Final = {
    "card_fee": "known_at IS NULL",
    # one that is held is looked for, and one that was made is read again, where the rows say so (transfers.work)
    "transfer": f"status IN ('intended', 'unknown', 'succeeded') AND (status <> 'intended' OR ({_FREE} AND {_FREE_PAYOUT}))",
    "transfer_reversal": "status IN ('intended', 'unknown')",
}
_READY: Final = "next_at <= $1 AND (leased_until IS NULL OR leased_until < $2)"


async def _claim(table: str) -> int | None:
    now = real_now()
    rows = await fetch(
        f"UPDATE {table} SET leased_until = $3 WHERE id = (SELECT id FROM {table} WHERE {_DUE[table]} AND {_READY}"
        " ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id",
        business_now(),
        now,
        now + timedelta(seconds=get_settings().lease_seconds),
    )
    return int(rows[0]["id"]) if rows else None


async def _pump(job: str, table: str, work: Work) -> None:
    await run_lanes(job, partial(_claim, table), work)


async def fee_pump() -> None:
    """Read fees that are not known yet."""
    await _pump(fees.JOB, "card_fee", fees.work)


async def transfer_pump() -> None:
    """Send on what is due to groups."""
    await _pump(transfers.JOB, "transfer", transfers.work)


async def reversal_pump() -> None:
    """Take back what is asked of groups' accounts."""
    await _pump(reversals.JOB, "transfer_reversal", reversals.work)


async def payout(campaign_id: int) -> None:
    """Look at one campaign's payout."""
    await paying.work(campaign_id)


async def read_recipient() -> None:
    """Read accounts that are due to be read."""
    await recipients.sweep()


async def find_lost() -> None:
    """Ask for whatever rows say is due and no job is on its way to do."""
    now = business_now()
    pumps = {"card_fee": fees.JOB, "transfer": transfers.JOB, "transfer_reversal": reversals.JOB}
    for table, job in pumps.items():
        if await fetch(f"SELECT 1 FROM {table} WHERE {_DUE[table]} AND {_READY} LIMIT 1", now, real_now()):
            await wake(job)
    for row in await fetch("SELECT campaign_id FROM payout WHERE next_at <= $1 AND status <> 'cancelled'", now):
        await wake(looking.JOB, row["campaign_id"])
    if await fetch("SELECT 1 FROM recipient WHERE next_at <= $1 LIMIT 1", now):
        await wake(recipients.JOB)


async def expect_missing() -> None:
    """Settled campaigns from before payouts had rows."""
    await looking.expect_missing()


TASKS: Final[dict[str, Callable[..., Awaitable[None]]]] = {
    fees.JOB: fee_pump,
    transfers.JOB: transfer_pump,
    reversals.JOB: reversal_pump,
    looking.JOB: payout,
    recipients.JOB: read_recipient,
}
