"""Figures that were given out: listed for good, and corrected by a further row with a reason, never overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import day_ends, real_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import Refused
from evaluation.indicators import REGISTRY
from evaluation.models import PublishedFigure
from evaluation.report import Report
from evaluation.scope import Records

PUBLISH_LOCK: Final = 7_205_771
LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Published:
    """The newest that was published of one figure as at a day."""

    id: int
    value: int | None


async def newest(as_at: date, records: Records) -> dict[str, Published]:
    """What stands as published for a day, by indicator."""
    rows = await fetch(
        "SELECT DISTINCT ON (indicator) indicator, id, value FROM published_figure WHERE as_at = $1 AND records = $2"
        " ORDER BY indicator, id DESC",
        as_at,
        records,
    )
    return {row["indicator"]: Published(row["id"], row["value"]) for row in rows}


def differing(report: Report, standing: dict[str, Published]) -> list[str]:
    """Keys of figures that are not what was published for that day. A figure that was hidden is one without a value."""
    return [key for key, line in report.lines.items() if key in standing and standing[key].value != line.found.value]


async def publish(report: Report, by_what: str, by: Actor, reason: str = "") -> int:
    """List every figure of a report as given out; returns how many rows that made. The same value again makes none.

    Refused where a figure differs from what was published for that day and `reason` does not say why. A report as known
    on an earlier day looks back: it publishes nothing that is not new.
    """
    reason = reason.strip()[:LONGEST]
    known = day_ends(report.known_on) if report.known_on else None
    async with transaction():
        await fetch("SELECT pg_advisory_xact_lock($1)", PUBLISH_LOCK)
        standing = await newest(report.scope.as_at, report.records)
        if known is not None and standing:
            return 0
        changed = differing(report, standing)
        if changed and not reason:
            names = ", ".join(REGISTRY[key].name.lower() for key in changed[:5])
            more = f" and {len(changed) - 5} more" if len(changed) > 5 else ""
            raise Refused(
                f"Other values were published for this day: {names}{more}. Say why they are corrected.",
                rule="published",
            )
        now = real_now()
        rows = [
            _row(report, key, by_what, by, reason if key in changed else "", standing.get(key), known or now, now)
            for key in report.lines
            if key not in standing or key in changed
        ]
        await PublishedFigure.bulk_create(rows)
        if rows:
            last = await PublishedFigure.all().order_by("-id").first()
            assert last is not None
            await audit.record(
                "figures published", f"published_figure:{last.id}", by, count=len(rows), corrected=len(changed)
            )
    return len(rows)


def _row(
    report: Report,
    key: str,
    by_what: str,
    by: Actor,
    reason: str,
    before: Published | None,
    known: datetime,
    now: datetime,
) -> PublishedFigure:
    return PublishedFigure(
        indicator=key,
        records=report.records,
        as_at=report.scope.as_at,
        known_before=known,
        value=report.lines[key].found.value,
        by_what=by_what,
        corrects_id=before.id if before and reason else None,
        reason=reason,
        by_id=by.person_id,
        published_at=now,
    )


async def listed(page: int = 1, most: int = 100) -> Sequence[PublishedFigure]:
    """What was published, newest first."""
    return await PublishedFigure.all().order_by("-id").offset((page - 1) * most).limit(most).select_related("corrects")
