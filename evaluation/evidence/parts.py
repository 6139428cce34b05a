"""What files of evidence are made of: lists, people by their number, times in London; and what any campaign has."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from crowdfund_kent.clock import LONDON
from crowdfund_kent.database import fetch
from crowdfund_kent.table_files import Table, Value
from evaluation.evidence.packing import File, of_table

MONEY: Final = frozenset(
    {"Amount", "Received", "Spent", "Planned", "Declared", "From us", "Cover", "Fee", "By the cover", "By the group",
     "By the programme", "A loss", "Came back", "Withdrawn", "Ours", "Theirs",
     "Of an unpaid cheque came back", "Of it the group's own", "Recovered before it came back"}
)  # fmt: skip
_CHECKS: Final = """
SELECT k.item, CASE WHEN k.answer IS NOT NULL THEN k.answer WHEN k.checked THEN 'checked' ELSE 'not checked' END AS answer, k.at,
  k.by_id, coalesce(k.role, '') AS role FROM campaign_check k WHERE k.campaign_id = $1 ORDER BY k.id"""
_REPORT: Final = """
SELECT r.kind, r.status, r.due_by, r.sent_at, r.sent_by_id, r.accepted_at, r.accepted_by_id, r.people_reached,
  r.volunteer_hours, r.received_pence, r.spent_pence, r.came_of_it
FROM report r JOIN delivery d ON d.id = r.delivery_id WHERE d.campaign_id = $1 ORDER BY r.id"""
_SPENT: Final = """
SELECT r.kind, l.number, l.words, l.planned_pence, l.spent_pence, l.reason, l.without_receipt,
  coalesce(string_agg(t.sha256, ' ' ORDER BY t.id) FILTER (WHERE t.removed_at IS NULL), '') AS receipts
FROM report_line l JOIN report r ON r.id = l.report_id JOIN delivery d ON d.id = r.delivery_id
LEFT JOIN receipt t ON t.line_id = l.id WHERE d.campaign_id = $1 GROUP BY r.id, l.id ORDER BY r.id, l.number"""
_DELIVERY: Final = """
SELECT d.status, e.cause, e.effective_at, e.by_id FROM delivery d JOIN delivery_event e ON e.subject_id = d.id
WHERE d.campaign_id = $1 ORDER BY e.id"""


async def checks_of(campaign_id: int | None) -> File:
    """What was checked before its launch."""
    rows = await fetch(_CHECKS, campaign_id) if campaign_id else []
    return listed(
        "4-checks.csv",
        "What was checked before launch",
        ("Check", "Answer", "When", "By", "Role"),
        [(r["item"], r["answer"], time(r["at"]), who(r["by_id"]), r["role"]) for r in rows],
    )


async def report_of(campaign_id: int | None) -> list[File]:
    """What the group reported, spent, and what became of the project."""
    delivery, report, spent = [
        await fetch(sql, campaign_id) if campaign_id else [] for sql in (_DELIVERY, _REPORT, _SPENT)
    ]
    return [
        listed("8-report.csv", "What the group reported", ("Report", "State", "Due", "Sent", "By", "Accepted", "Accepted by",
               "People reached", "Hours", "Received", "Spent", "What came of it"),
               [(r["kind"], r["status"], r["due_by"], time(r["sent_at"]), who(r["sent_by_id"]), time(r["accepted_at"]),
                 who(r["accepted_by_id"]), r["people_reached"], r["volunteer_hours"], r["received_pence"],
                 r["spent_pence"], r["came_of_it"]) for r in report]),
        listed("8-spent.csv", "Spend by cost line, with receipts", ("Report", "Line", "For", "Planned", "Spent",
               "Why it differs", "Without a receipt", "SHA-256 of receipts"),
               [(r["kind"], r["number"], r["words"], r["planned_pence"], r["spent_pence"], r["reason"], r["without_receipt"],
                 r["receipts"]) for r in spent]),
        listed("8-delivery.csv", "What became of the project", ("State now", "Step", "When", "By"),
               [(r["status"], r["cause"], time(r["effective_at"]), who(r["by_id"])) for r in delivery]),
    ]  # fmt: skip


def history(rows: Sequence[dict[str, Any]]) -> File:
    """Events of several rows, in order of time."""
    return listed("5-history.csv", "Every step, in order of time",
                  ("True", "Recorded", "Of", "From", "To", "Cause", "Amount", "By"),
                  [(said(r["effective_at"]), said(r["recorded_at"]), said(r["row"]), said(r["old"]), said(r["new"]),
                    said(r["cause"]), r["amount_pence"], who(r["by_id"])) for r in rows])  # fmt: skip


def ledger(rows: Sequence[dict[str, Any]]) -> File:
    """Lines of the ledger."""
    return listed("6-ledger.csv", "Every line of the ledger, debits above nothing",
                  ("Movement", "Kind", "Of", "Counts", "True", "Recorded", "Account", "Amount"),
                  [(r["id"], r["kind"], r["source"], said(r["effective_at"]), said(r["true_at"]), said(r["recorded_at"]),
                    r["account"], r["amount_pence"]) for r in rows])  # fmt: skip


def record(rows: Sequence[dict[str, Any]]) -> File:
    """Rows of the sealed record."""
    return listed("7-record.csv", "The sealed record of who did what",
                  ("Row", "When", "By", "Role", "Act", "On", "Digest", "Place in the chain", "Seal"),
                  [(r["id"], said(r["at"]), who(r["person_id"]), r["role"], r["act"], r["subject"], r["digest"],
                    said(r["position"]), said(r["hash"])) for r in rows])  # fmt: skip


def listed(name: str, words: str, columns: tuple[str, ...], rows: Sequence[tuple[Value, ...]]) -> File:
    """A list as one file of the zip."""
    return of_table(name, words, Table(words[:31], columns, rows, MONEY))


def who(person_id: int | None) -> str:
    """Somebody by their number."""
    return f"person {person_id}" if person_id is not None else ""


def by(person_id: int | None, when: datetime | None) -> str:
    """Who, and when."""
    return f"{who(person_id)}, {time(when)}" if person_id is not None else ""


def time(when: datetime | None) -> str:
    """A moment in London."""
    return f"{when.astimezone(LONDON):%Y-%m-%d %H:%M:%S}" if when is not None else ""


def said(value: object) -> str:
    """Anything as text; empty for what is not there."""
    if isinstance(value, datetime):
        return time(value)
    return "" if value is None else str(value)
