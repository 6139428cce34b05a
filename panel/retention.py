"""What groups wrote to a panel goes two years after the decision where nothing was given; a request never sent after one.

The words go; that it was asked, for how much, the scores and the reasons stay, without names (domain.md, "kept").
"""

from datetime import datetime, timedelta
from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_now, london_day
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.personal.retention import YEAR, Rule
from crowdfund_kent.settings import get_settings

AT_ONCE: Final = 100
ASKED_YEARS: Final = 2
_LAST: Final = "(SELECT max(e.effective_at) FROM pitch_event e WHERE e.subject_id = p.id)"
# nothing of a record goes while it is with auditors
_NOT_SEALED: Final = (
    "NOT EXISTS (SELECT 1 FROM pitch_hold h WHERE h.pitch_id = p.id AND h.kind = 'referred to audit'"
    " AND h.released_at IS NULL)"
)
_REFUSED: Final = (
    "SELECT p.id FROM pitch p WHERE p.status IN ('declined', 'deferred', 'withdrawn') AND p.forgotten_at IS NULL"
    f" AND {_NOT_SEALED} AND {_LAST} <= $1 ORDER BY p.id"
)
_NEVER_SENT: Final = (
    "SELECT p.id FROM pitch p WHERE p.status = 'lapsed' AND p.forgotten_at IS NULL"
    f" AND {_NOT_SEALED} AND (CASE WHEN p.submitted_at IS NULL THEN {_LAST} <= $1 ELSE {_LAST} <= $2 END) ORDER BY p.id"
)


def _years_before(now: datetime) -> datetime:
    return now - YEAR * get_settings().refused_keep_years


def _days_before(now: datetime) -> datetime:
    return now - timedelta(days=get_settings().draft_keep_days)


async def refused_due(now: datetime) -> int:
    """Declined, put off or taken back two years ago."""
    return len(await fetch(_REFUSED, _years_before(now)))


async def forget_refused(now: datetime) -> int:
    """Empty the next."""
    return await _forget(f"{_REFUSED} LIMIT {AT_ONCE}", _years_before(now))


async def never_sent_due(now: datetime) -> int:
    """Drafts that lapsed a year ago; what was sent to a round that was cancelled, two years ago."""
    return len(await fetch(_NEVER_SENT, _days_before(now), _years_before(now)))


async def forget_never_sent(now: datetime) -> int:
    """Empty the next."""
    return await _forget(f"{_NEVER_SENT} LIMIT {AT_ONCE}", _days_before(now), _years_before(now))


async def _forget(sql: str, *before: datetime) -> int:
    async with transaction():
        ids = [row["id"] for row in await fetch(sql, *before)]
        await execute(
            "UPDATE pitch SET why = '', place_reason = '', forgotten_at = $2 WHERE id = ANY($1::bigint[])",
            ids,
            business_now(),
        )
        await execute("UPDATE pitch_answer SET words = '' WHERE pitch_id = ANY($1::bigint[])", ids)
        for pitch_id in ids:
            await audit.record("pitch forgotten", f"pitch:{pitch_id}", SYSTEM)
    return len(ids)


_ASKED: Final = (
    "SELECT id FROM information_request WHERE forgotten_at IS NULL AND answered_on IS NOT NULL AND answered_on <= $1"
    " ORDER BY id"
)


async def asked_due(now: datetime) -> int:
    """Requests for information that were answered two years ago."""
    return len(await fetch(_ASKED, london_day(now - YEAR * ASKED_YEARS)))


async def forget_asked(now: datetime) -> int:
    """Who asked, in which words, and which words were left out go; what was published stays, it names nobody."""
    async with transaction():
        ids = [row["id"] for row in await fetch(f"{_ASKED} LIMIT {AT_ONCE}", london_day(now - YEAR * ASKED_YEARS))]
        await execute(
            "UPDATE information_request SET asker = '', contact = '', words = '', answer = '', forgotten_at = $2"
            " WHERE id = ANY($1::bigint[])",
            ids,
            business_now(),
        )
        await execute("UPDATE information_redaction SET words = '' WHERE request_id = ANY($1::bigint[])", ids)
        for request_id in ids:
            await audit.record("request forgotten", f"information_request:{request_id}", SYSTEM)
    return len(ids)


RULES: Final = (
    Rule(
        "requests without a match",
        "What groups wrote to a fund that gave nothing",
        "2 years after the decision",
        refused_due,
        forget_refused,
    ),
    Rule(
        "requests for information",
        "Who asked for information, and which words were left out of the answer",
        "2 years after the answer",
        asked_due,
        forget_asked,
    ),
    Rule(
        "requests never sent",
        "What groups wrote to a fund and did not send, or a round that was cancelled",
        "1 year after the round closed, or 2 where it was sent",
        never_sent_due,
        forget_never_sent,
    ),
)
