"""What funds owe back to groups of payments that the bank returned after some of them had been recovered.

The whole sum is here again, and the group had given a part of it back out of its own pocket: the payment had never
reached it for good. The pot takes back what still stands as paid in each source, and owes that once more as match; the
rest stays paid and recovered there, and is the group's own money (`MatchPaymentKept`). It goes out again with the next
payment (`MatchPaymentOwn`), to an account that was approved anew, and no pot moves for it.
"""

from collections.abc import Collection, Mapping
from typing import Final

from crowdfund_kent.database import fetch
from payments.match_payments.accounts import OWED_BACK
from payments.match_payments.models import MatchPayment, MatchPaymentKept, MatchPaymentOwn
from payments.match_payments.states import OPEN, Payment
from pledges.models import MatchDraw, MatchPledge

# match pledges with money of their group's own that is here and not on its way. $1: a payment that is not looked at
_OWED: Final = (
    "SELECT p.match_pledge_id AS id, (coalesce(sum(k.pence), 0)"
    " - coalesce(sum(o.amount_pence) FILTER (WHERE p.status NOT IN ('cancelled', 'returned') AND p.id <> $1), 0))::bigint"
    " AS pence FROM match_payment p LEFT JOIN match_payment_own o ON o.payment_id = p.id"
    " LEFT JOIN LATERAL (SELECT sum(amount_pence) AS pence FROM match_payment_kept WHERE payment_id = p.id) k ON true"
    " GROUP BY p.match_pledge_id"
)
_CODES: Final = "SELECT cost_centre, subjective_code FROM account_code WHERE prefix = $1 ORDER BY id DESC LIMIT 1"


async def owed_back(match_ids: Collection[int] | None = None, *, but: int = 0) -> dict[int, int]:
    """Match pledge id -> pence of its group's own money that are still to be paid out; of all, or of these."""
    rows = await fetch(
        f"SELECT id, pence FROM ({_OWED}) x WHERE pence > 0 AND ($2::bigint[] IS NULL OR id = ANY($2::bigint[]))",
        but,
        None if match_ids is None else list(match_ids),
    )
    return {row["id"]: row["pence"] for row in rows}


async def to_pay(match: MatchPledge) -> int:
    """Pence of the match that are not paid, or were sent back, and not let go of."""
    left = 0
    for draw in await MatchDraw.filter(match_pledge_id=match.id):
        left += draw.amount_pence - draw.short_pence - draw.paid_pence
    return left


async def own_not_paid(match: MatchPledge) -> int:
    """Pence of its group's own money that are owed back or on their way."""
    ways = MatchPaymentOwn.filter(payment__match_pledge_id=match.id, payment__status__in=list(OPEN))
    found = (await owed_back([match.id])).get(match.id, 0)
    for row in await ways:
        found += row.amount_pence
    return found


async def own_of(payment_ids: Collection[int]) -> dict[int, int]:
    """Payment id -> pence of it that are the group's own money; those without any are left out."""
    rows = await MatchPaymentOwn.filter(payment_id__in=list(payment_ids))
    return {row.payment_id: row.amount_pence for row in rows}


async def add_own(payment: MatchPayment, pence: int) -> None:
    """So much of a new payment is the group's own money, under the codes that finance gave the account by now."""
    codes = await fetch(_CODES, OWED_BACK)
    await MatchPaymentOwn.create(
        payment_id=payment.id,
        amount_pence=pence,
        cost_centre=codes[0]["cost_centre"] if codes else "",
        subjective_code=codes[0]["subjective_code"] if codes else "",
    )


async def note_kept(payment: MatchPayment, kept: Mapping[int, int]) -> None:
    """What of a payment that came back stays paid in the pot, by source: it was recovered from there before."""
    assert payment.status == Payment.RETURNED
    await MatchPaymentKept.bulk_create(
        MatchPaymentKept(payment_id=payment.id, source_id=source_id, amount_pence=pence)
        for source_id, pence in kept.items()
        if pence
    )


async def kept_of(payment_ids: Collection[int]) -> dict[int, int]:
    """Payment id -> pence that had been recovered when it came back, and are the group's own since."""
    found: dict[int, int] = {}
    for row in await MatchPaymentKept.filter(payment_id__in=list(payment_ids)):
        found[row.payment_id] = found.get(row.payment_id, 0) + row.amount_pence
    return found
