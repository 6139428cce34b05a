"""The officers' queue: what waits, for whom, how long, and who has taken it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from crowdfund_kent.clock import business_today, london_day
from crowdfund_kent.database import fetch
from crowdfund_kent.settings import get_settings
from crowdfund_kent.working_days import working_days_between
from projects.states import Campaign as Status


class Waits(StrEnum):
    """For whom a campaign waits, or why officers still watch it."""

    OFFICER = "an officer"
    SECOND = "a second officer"
    ANSWER = "the group’s answer"
    CHANGES = "the group’s changes"
    OPENING = "the group to open it"
    PAUSED = "the end of its pause"
    OPEN = "its last day"


class Who(StrEnum):
    """A filter: who has taken it."""

    ANYBODY = ""
    ME = "me"
    NOBODY = "nobody"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A campaign of the queue. `days`: working days since it came into this state; `is_late`: over the officers' aim."""

    id: int
    title: str
    group_name: str
    district_code: str
    target_pence: int
    match_wanted_pence: int | None
    papers: int
    since: datetime
    days: int
    is_late: bool
    waits: Waits
    taken_by_id: int | None
    taken_by: str
    recommended_by_id: int | None


_STATUS: Final = {
    Status.CHANGES_REQUESTED: Waits.CHANGES,
    Status.APPROVED: Waits.OPENING,
    Status.SUSPENDED: Waits.PAUSED,
    Status.LIVE: Waits.OPEN,
}
_SQL: Final = """
SELECT c.id, c.status, c.match_wanted_pence, p.title, p.district_code, g.name AS group_name, e.effective_at AS since,
    coalesce(c.target_pence, (SELECT coalesce(sum(amount_pence), 0) FROM cost_line WHERE project_id = p.id)
        - (SELECT coalesce(sum(amount_pence), 0) FROM other_funding WHERE project_id = p.id))::bigint AS target_pence,
    (SELECT count(*) FROM evidence v WHERE v.project_id = p.id AND v.removed_at IS NULL) AS papers,
    t.officer_id AS taken_by_id, coalesce(nullif(o.name, ''), o.email, '') AS taken_by,
    l.recommended_by_id,
    EXISTS (SELECT 1 FROM (SELECT DISTINCT ON (item) from_group FROM check_question q WHERE q.campaign_id = c.id
        ORDER BY item, id DESC) last WHERE NOT last.from_group) AS asked
FROM campaign c JOIN project p ON p.id = c.project_id JOIN community_group g ON g.id = p.group_id
JOIN LATERAL (SELECT effective_at FROM campaign_event WHERE subject_id = c.id AND old <> new ORDER BY id DESC LIMIT 1) e
    ON true
LEFT JOIN desk_take t ON t.campaign_id = c.id AND t.ended_at IS NULL
LEFT JOIN person o ON o.id = t.officer_id
LEFT JOIN second_look l ON l.campaign_id = c.id AND l.ended_at IS NULL
WHERE c.status = ANY($1::text[]) AND ($2 = '' OR p.district_code = $2) ORDER BY e.effective_at, c.id
"""


async def queue(district_code: str = "") -> list[Waiting]:
    """Every campaign that officers act on or watch, the oldest first."""
    watched = [str(one) for one in (Status.SUBMITTED, *_STATUS)]
    return [_waiting(row) for row in await fetch(_SQL, watched, district_code)]


def _waiting(row: dict[str, Any]) -> Waiting:
    status = Status(row["status"])
    days = working_days_between(london_day(row["since"]), business_today())
    if status in _STATUS:
        waits = _STATUS[status]
    elif row["recommended_by_id"]:
        waits = Waits.SECOND
    else:
        waits = Waits.ANSWER if row["asked"] else Waits.OFFICER
    ours = waits in {Waits.OFFICER, Waits.SECOND}
    is_submitted = status is Status.SUBMITTED
    return Waiting(
        id=row["id"],
        title=row["title"],
        group_name=row["group_name"],
        district_code=row["district_code"],
        target_pence=row["target_pence"],
        match_wanted_pence=row["match_wanted_pence"],
        papers=row["papers"],
        since=row["since"],
        days=days,
        is_late=ours and days > get_settings().check_within_days,
        waits=waits,
        taken_by_id=row["taken_by_id"] if is_submitted else None,
        taken_by=row["taken_by"] if is_submitted else "",
        recommended_by_id=row["recommended_by_id"],
    )


def of_whom(rows: Sequence[Waiting], who: Who, officer_id: int | None) -> list[Waiting]:
    """Those that this filter means."""
    if who is Who.ME:
        return [one for one in rows if one.taken_by_id is not None and one.taken_by_id == officer_id]
    if who is Who.NOBODY:
        return [one for one in rows if one.taken_by_id is None]
    if who is Who.OTHERS:
        return [one for one in rows if one.taken_by_id not in {None, officer_id}]
    return list(rows)


def next_for(rows: Sequence[Waiting], officer_id: int | None, after: int = 0) -> Waiting | None:
    """The next to check for this officer: what they have taken, then the oldest that nobody has; never their own
    recommendation."""
    mine = [one for one in rows if one.waits is Waits.OFFICER and one.taken_by_id == officer_id]
    free = [
        one
        for one in rows
        if one.taken_by_id is None
        and (
            one.waits is Waits.OFFICER
            or (one.waits is Waits.SECOND and one.recommended_by_id not in {None, officer_id})
        )
    ]
    return next((one for one in (*mine, *free) if one.id != after), None)
