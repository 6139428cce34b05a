"""Reads about disputes for whatever moves money of a payment."""

from datetime import datetime

from payments.disputes.models import Dispute
from payments.disputes.states import Dispute as Status


async def is_disputed(attempt_id: int) -> bool:
    """Whether a bank holds money of this payment now: the provider refunds nothing of it until that is decided. An inquiry
    takes no money, and such a payment can be refunded."""
    return await Dispute.filter(attempt_id=attempt_id, status=Status.OPEN, withdrawn_pence__gt=0).exists()


async def lost_of(attempt_id: int) -> tuple[int, int]:
    """What of a payment banks took back for good, in pence, and how much of it was cover of the card cost."""
    rows = await Dispute.filter(attempt_id=attempt_id, status=Status.LOST)
    return sum(row.withdrawn_pence for row in rows), sum(row.cover_pence for row in rows)


async def won_since(attempt_id: int, since: datetime) -> bool:
    """Whether a dispute of this payment was decided for us since then."""
    return await Dispute.filter(attempt_id=attempt_id, status=Status.WON, closed_at__gte=since).exists()


async def has_open_dispute(pledge_id: int) -> bool:
    """Whether a bank holds money of any payment of a pledge now."""
    return await Dispute.filter(attempt__pledge_id=pledge_id, status=Status.OPEN, withdrawn_pence__gt=0).exists()
