"""Shares by card that wait because the group's account is empty: months after the payout it mostly is.

Each hour the account is looked at, and once it holds enough, it is asked again. Nobody has to remember it. Owners and
officers hear of a decision once, not of every backer's share.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import structlog

from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from payments.disputes.queries import is_disputed
from payments.gateway import GatewayError
from payments.models import Refund
from payments.payouts import reversals
from payments.payouts.rules import lacks
from payments.payouts.standing import standing_of
from payments.provider import gateway
from payments.shares_back import letters
from payments.shares_back.models import ShareBack, SharesBack
from payments.states import Refund as RefundStatus
from pledges import pledging

log = structlog.get_logger()
LOOKED: Final = timedelta(hours=1)
MOST: Final = 200  # shares a turn; the next ones come with the next turn
# a share that was asked of the group's account, which said no: the refund stands still, and nothing asks again
WAITS: Final = """
SELECT s.id, s.giving_id, r.id AS refund_id, r.pledge_id, r.amount_pence, t.account FROM share_back s
JOIN refund r ON r.source = 'unspent_share:' || s.share_id AND r.status = 'intended' AND r.next_at IS NULL
JOIN LATERAL (SELECT max(t.account) AS account FROM transfer t WHERE t.attempt_id = r.attempt_id) t ON t.account IS NOT NULL
WHERE s.status = 'decided' AND NOT EXISTS (SELECT 1 FROM transfer_reversal v WHERE v.refund_id = r.id
  AND v.status IN ('intended', 'unknown'))
  AND EXISTS (SELECT 1 FROM transfer_reversal v WHERE v.refund_id = r.id AND v.status = 'failed')"""


async def waiting(giving_id: int) -> tuple[int, int]:
    """How many shares of a decision wait for the group's account, and their pence."""
    rows = await fetch(f"{WAITS} AND s.giving_id = $1", giving_id)
    return len(rows), sum(row["amount_pence"] for row in rows)


async def look_at_accounts() -> None:
    """Ask accounts again that hold enough by now. Safe to repeat: what was looked at waits an hour."""
    rows = await fetch(f"{WAITS} AND (s.next_at IS NULL OR s.next_at <= $1) ORDER BY s.id LIMIT {MOST}", business_now())
    of: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        of.setdefault(row["account"], []).append(row)
    for account, found in of.items():
        await _look(account, found)
    for giving_id in sorted({row["giving_id"] for row in rows}):
        await _tell(giving_id)


async def _look(account: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """One account, outside of any transaction; then each share that it can give back, in its turn."""
    try:
        left = (await gateway().balance(account)).available_pence
    except GatewayError as error:
        log.warning("the group's account was not looked at", error=error.message)
        left = 0
    for row in rows:
        async with transaction():
            await pledging.lock(row["pledge_id"])
            await ShareBack.filter(id=row["id"]).update(next_at=business_now() + LOOKED)
            refund = await Refund.get(id=row["refund_id"])
            still = refund.status == RefundStatus.INTENDED and refund.next_at is None
            needed, _ = lacks(await standing_of(refund.attempt_id), refund.amount_pence)
            if not still or needed > left or await is_disputed(refund.attempt_id):
                continue
            left -= needed
            await reversals.ask_for(refund, SYSTEM)


async def _tell(giving_id: int) -> None:
    """Owners and officers hear once that a decision waits, and what to do."""
    shares, pence = await waiting(giving_id)
    if shares:
        async with transaction():
            await letters.waits(await SharesBack.get(id=giving_id), shares=shares, pence=pence)
