"""Receipts and what was written about reports go six years after the financial year; figures and the public words stay."""

from datetime import datetime
from typing import Final

from crowdfund_kent import audit, outbox
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.personal.retention import Rule, money_before
from projects.reports.services.receipts import FORGET

AT_ONCE: Final = 200
_OVER: Final = "r.status IN ('accepted', 'lapsed') AND coalesce(r.accepted_at, r.sent_at, r.asked_at) < $1"
_RECEIPTS: Final = (
    "SELECT x.id, r.id AS report_id FROM receipt x JOIN report_line l ON l.id = x.line_id JOIN report r"
    f" ON r.id = l.report_id WHERE x.shown_name <> '' AND {_OVER} ORDER BY x.id"
)
_MESSAGES: Final = (
    "SELECT m.id FROM report_message m JOIN report r ON r.id = m.report_id"
    f" WHERE m.text <> '' AND {_OVER} ORDER BY m.id"
)


async def due(now: datetime) -> int:
    """Receipts and messages that are older than records of money are kept."""
    before = money_before(now)
    return len(await fetch(_RECEIPTS, before)) + len(await fetch(_MESSAGES, before))


async def let_go(now: datetime) -> int:
    """Let go of the next: files go by a job, rows stay as numbers."""
    before = money_before(now)
    async with transaction():
        rows = await fetch(f"{_RECEIPTS} LIMIT {AT_ONCE}", before)
        ids = [row["id"] for row in rows]
        await execute(
            "UPDATE receipt SET shown_name = '', removed_at = coalesce(removed_at, $2) WHERE id = ANY($1::bigint[])",
            ids,
            now,
        )
        for row in rows:
            await outbox.job(FORGET, row["id"], unique_key=f"{FORGET}:{row['id']}:old")
            await audit.record("receipt forgotten", f"report:{row['report_id']}", SYSTEM, receipt_id=row["id"])
        messages = [row["id"] for row in await fetch(f"{_MESSAGES} LIMIT {AT_ONCE}", before)]
        await execute("UPDATE report_message SET text = '' WHERE id = ANY($1::bigint[])", messages)
    return len(ids) + len(messages)


RULES: Final = (
    Rule("receipts", "Receipts of funded projects", "6 years after the end of the financial year", due, let_go),
)
