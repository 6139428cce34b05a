"""Names and addresses of money records go six years after the financial year; offers of help two years after their end."""

from datetime import datetime
from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.personal.retention import YEAR, Rule, money_before
from crowdfund_kent.settings import get_settings
from pledges.personal import keep_whether_near

AT_ONCE: Final = 200
_PLEDGES: Final = (
    "SELECT p.id FROM pledge p JOIN campaign c ON c.id = p.campaign_id WHERE (p.email IS NOT NULL OR p.name <> '')"
    " AND p.status IN ('collected', 'refunded', 'charged back', 'dropped', 'released', 'cancelled', 'expired')"
    " AND coalesce(c.settled_at, c.decided_at, c.deadline_at) < $1 ORDER BY p.id"
)
_OFFERS: Final = (
    "SELECT o.id FROM help_offer o WHERE (o.email IS NOT NULL OR o.name <> '') AND o.status NOT IN ('offered', 'accepted')"
    " AND (SELECT max(e.effective_at) FROM help_offer_event e WHERE e.subject_id = o.id) < $1 ORDER BY o.id"
)


def _offers_before(now: datetime) -> datetime:
    return now - YEAR * get_settings().offer_keep_years


async def pledges_due(now: datetime) -> int:
    """Pledges whose money records are older than the law asks for."""
    return len(await fetch(_PLEDGES, money_before(now)))


async def forget_pledges(now: datetime) -> int:
    """Empty the next: the amount stays, without a name."""
    async with transaction():
        rows = await fetch(f"{_PLEDGES} LIMIT {AT_ONCE}", money_before(now))
        ids = [row["id"] for row in rows]
        await keep_whether_near(ids)
        await execute(
            "UPDATE pledge SET email = NULL, name = '', name_shown = false, dedication = '', dedication_hidden_why = '',"
            " district_code = NULL, card_brand = NULL, card_last4 = NULL WHERE id = ANY($1::bigint[])",
            ids,
        )
        for pledge_id in ids:
            await audit.record("pledge forgotten", f"pledge:{pledge_id}", SYSTEM)
    return len(ids)


async def offers_due(now: datetime) -> int:
    """Offers of help that ended two years ago."""
    return len(await fetch(_OFFERS, _offers_before(now)))


async def forget_offers(now: datetime) -> int:
    """Empty the next."""
    rows = await fetch(f"{_OFFERS} LIMIT {AT_ONCE}", _offers_before(now))
    await execute(
        "UPDATE help_offer SET name = '', email = NULL, phone = '', words = '' WHERE id = ANY($1::bigint[])",
        [row["id"] for row in rows],
    )
    return len(rows)


RULES: Final = (
    Rule("names of pledges", "Who pledged", "6 years after the end of the financial year", pledges_due, forget_pledges),
    Rule("offers of help", "Who offered help", "2 years after it ended", offers_due, forget_offers),
)
