"""Which payments are held: for the queries that claim rows to pay, and for pages."""

from datetime import datetime, timedelta
from typing import Final

from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, fetch
from crowdfund_kent.invariants import listed
from payments.holds.models import PaymentHold
from payments.holds.states import IN_EFFECT

_IN_EFFECT: Final = listed(IN_EFFECT)


def free(subject: str) -> str:
    """SQL: no hold is in effect on the subject that this SQL expression names, as free("'transfer:' || t.id")."""
    return (
        f"NOT EXISTS (SELECT 1 FROM payment_hold held WHERE held.subject = {subject} AND held.status IN ({_IN_EFFECT}))"
    )


async def hold_on(subject: str) -> PaymentHold | None:
    """The hold that is in effect on a subject."""
    return await PaymentHold.filter(subject=subject, status__in=IN_EFFECT).first()


async def is_held(*subjects: str) -> bool:
    """Whether one of these is held now."""
    return await PaymentHold.filter(subject__in=subjects, status__in=IN_EFFECT).exists()


async def keeps_back(*subjects: str) -> bool:
    """The same, in the transaction that lets a payment go out: who places a hold waits for its end, and it for them."""
    for subject in sorted(subjects):
        await execute("SELECT pg_advisory_xact_lock_shared(hashtext($1))", f"hold {subject}")
    return await is_held(*subjects)


async def held_for(subject: str, since: datetime) -> timedelta:
    """How long a subject has been held since then, all holds together. Two never overlap (a unique index)."""
    now = business_now()
    rows = await fetch(
        "SELECT placed_at, coalesce(ended_at, $3) AS ended_at FROM payment_hold"
        " WHERE subject = $1 AND coalesce(ended_at, $3) > $2",
        subject,
        since,
        now,
    )
    return sum((row["ended_at"] - max(row["placed_at"], since) for row in rows), timedelta())
