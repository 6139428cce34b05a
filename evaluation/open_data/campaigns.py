"""Campaigns as open data has them: what their pages say, and what people gave only as disclosure.py lets everybody see it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from crowdfund_kent.clock import london_day
from evaluation import cache
from evaluation.facts import facts
from evaluation.indicators.kinds import Part
from evaluation.indicators.objectives import LISTED, crowd_by_campaign
from evaluation.indicators.world import World
from evaluation.open_data.rules import Recipient
from evaluation.scope import Scope
from projects.states import PUBLIC

_SQL: Final = f"""
SELECT e.id, e.project_id, j.slug, e.status, e.opened_at, e.verdict_at, c.last_day, e.generated, e.group_id, e.district,
    e.objective, e.legal_form, e.target_pence, e.value_pence, v.content - 'story' AS content, g.name AS group_name,
    coalesce((SELECT sum(m.amount_pence) FROM ev_match m WHERE m.campaign_id = e.id AND m.counts), 0)::bigint AS match_pence
FROM ev_campaign e JOIN campaign c ON c.id = e.id JOIN project j ON j.id = e.project_id
JOIN community_group g ON g.id = e.group_id JOIN project_version v ON v.id = e.version_id
WHERE {LISTED}
ORDER BY e.id
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """One campaign. `given_pence` and `backers`: to the nearest £100 and ten, None where they are left out."""

    id: int
    slug: str
    title: str
    summary: str
    group: str
    legal_form: str
    place: str
    district_code: str
    objective: str
    status: str
    opened_on: date | None
    last_day: date | None
    decided_on: date | None
    target_pence: int
    value_pence: int
    match_pence: int
    given_pence: int | None
    backers: int | None
    generated: bool


async def campaigns_as_at(scope: Scope) -> Sequence[Listed]:
    """Every campaign that was public at the end of that day, in the order in which they were begun."""
    return await cache.keep_as_shown("campaigns", scope, _read)


async def _read(scope: Scope) -> Sequence[Listed]:
    async with facts(scope) as connection:
        rows = await connection.execute_query_dict(_SQL, [sorted(PUBLIC)])
        world = await World.of(scope, connection)
    people = crowd_by_campaign(world, [{**row, "matched": row["match_pence"] > 0} for row in map(dict, rows)])
    return tuple(_listed(dict(row), part) for row, part in zip(rows, people, strict=True))


def _listed(row: dict[str, Any], given: Part) -> Listed:
    content = json.loads(row["content"]) if isinstance(row["content"], str) else row["content"]
    name = str((content.get("group") or {}).get("name") or row["group_name"])
    return Listed(
        id=row["id"],
        slug=row["slug"],
        title=str(content.get("title", "")),
        summary=str(content.get("summary", "")),
        group=Recipient(row["group_id"], row["legal_form"], name, "", "").public_name,
        legal_form=row["legal_form"],
        place=str(content.get("place", "")),
        district_code=row["district"],
        objective=row["objective"],
        status=row["status"],
        opened_on=_day(row["opened_at"]),
        last_day=row["last_day"],
        decided_on=_day(row["verdict_at"]),
        target_pence=row["target_pence"],
        value_pence=row["value_pence"],
        match_pence=row["match_pence"],
        given_pence=given.value,
        backers=given.people,
        generated=row["generated"],
    )


def _day(at: datetime | None) -> date | None:
    return None if at is None else london_day(at)
