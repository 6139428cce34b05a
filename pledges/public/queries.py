"""Reads for the home page and the list: cards with their money, and the programme's sums. Integer pence, UTC."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch
from crowdfund_kent.settings import get_settings
from pledges.backers import backers_of, count_people
from pledges.matches import MatchPart, match_parts
from pledges.public.figures import Programme, kept
from pledges.public.search import STATES, Wanted
from pledges.totals import RAISED, SUMS, Totals, totals_of
from projects.states import PUBLIC

PAGE_SIZE: Final = 12
SOON_DAYS: Final = 7
_LATE: Final = 1000  # a transaction that took its event numbers early may commit late: so many are counted again
_EVENTS: Final = ("campaign_event", "pledge_event", "match_pledge_event", "offline_gift_event")

# of campaign `c`: one that was cancelled before it opened was never public; a page taken down is public no more
SHOWN: Final = (
    "c.status = ANY($1::text[]) AND (c.status <> 'cancelled' OR c.opened_at IS NOT NULL)"
    " AND NOT EXISTS (SELECT 1 FROM project t WHERE t.id = c.project_id AND t.taken_down_at IS NOT NULL)"
)
# each project's newest public campaign, as `c`
NEWEST: Final = (
    f"c AS (SELECT DISTINCT ON (c.project_id) c.* FROM campaign c WHERE {SHOWN} ORDER BY c.project_id, c.id DESC)"
)


def public_statuses() -> list[str]:
    """For $1 of SHOWN."""
    return sorted(PUBLIC)


@dataclass(frozen=True, slots=True)
class Listed:
    """A project in a list, with its newest public campaign and its money. Words are those of the frozen version."""

    campaign_id: int
    slug: str
    status: str
    generated: bool
    imported: bool
    title: str
    summary: str
    place: str
    district_code: str
    district: str
    objective: str
    picture: dict[str, Any] | None
    project_id: int
    deadline_at: datetime
    target_pence: int
    totals: Totals
    matches: Sequence[MatchPart]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, and how many there are on all pages."""

    projects: Sequence[Listed]
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; one where there is nothing."""
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class SiteStamp:
    """What a list depends on: event numbers as text, and the site's objectives by name, in their order."""

    events: str
    objectives: Sequence[str]


async def site_stamp() -> SiteStamp:
    """In one query by index: the newest event of each kind, and how many of the newest there are."""
    newest = ", ':', ".join(
        f"(SELECT max(id) FROM {table}), '/',"
        f" (SELECT count(*) FROM {table} WHERE id > (SELECT max(id) FROM {table}) - {_LATE})"
        for table in _EVENTS
    )
    # a page that is taken down, or put back, moves no status
    taken = "(SELECT concat(count(*), '@', max(taken_down_at)) FROM project WHERE taken_down_at IS NOT NULL)"
    rows = await fetch(
        f"SELECT concat({newest}, ':', {taken}) AS events, ARRAY(SELECT name FROM objective WHERE list_name = $1"
        " ORDER BY position, id) AS objectives",
        get_settings().objective_list,
    )
    return SiteStamp(rows[0]["events"], list(rows[0]["objectives"]))


@dataclass(frozen=True, slots=True)
class Matching:
    """Which projects have the words looked for, as SQL. `ctes` end in `scored (id, score)`; `values` are $8 and on."""

    ctes: str
    values: Sequence[Any]


_SORTS: Final = {
    # what is open first; then what ended last
    "soon": "(s.state = 'live') DESC, CASE WHEN s.state = 'live' THEN c.deadline_at END, c.deadline_at DESC, c.id DESC",
    "newest": "c.opened_at DESC NULLS LAST, c.id DESC",
    "nearly": f"(s.state = 'live' AND {RAISED} < c.target_pence) DESC, (s.state = 'live') DESC,"
    f" {RAISED} * 10000 / c.target_pence DESC, c.deadline_at, c.id",
    "best": "scored.score + CASE WHEN s.state = 'live' THEN 0.25 ELSE 0 END DESC, (s.state = 'live') DESC,"
    " c.deadline_at, c.id",
}
_STATE_ALSO: Final = {
    "soon": f" AND c.deadline_at <= $7 + interval '{SOON_DAYS} days'",
    "nearly": f" AND {RAISED} < c.target_pence AND {RAISED} * 4 >= c.target_pence * 3",
}


def _list_sql(sort: str, state: str, matching: Matching | None) -> str:
    """$1 public statuses, $2 statuses wanted, $3 district, $4 objective, $5 limit, $6 offset, $7 now.

    A campaign whose last day is over takes nothing more, also while nobody has moved it yet.
    """
    return (
        f"WITH {NEWEST}{f', {matching.ctes}' if matching else ''}"
        " SELECT c.id AS campaign_id, j.slug, s.state AS status, c.generated, c.import_batch_id IS NOT NULL AS imported,"
        " c.project_id, c.deadline_at, c.target_pence, v.content - 'story' AS content, count(*) OVER () AS total"
        f" FROM c {'JOIN scored ON scored.id = c.id' if matching else ''}"
        " JOIN project j ON j.id = c.project_id JOIN project_version v ON v.id = c.version_id"
        " CROSS JOIN LATERAL (SELECT CASE WHEN c.status = 'live' AND c.deadline_at <= $7 THEN 'closing'"
        " ELSE c.status END AS state) s"
        f" {SUMS if 'nearly' in (sort, state) else ''}"
        " WHERE s.state = ANY($2::text[]) AND ($3 = '' OR v.content->>'district_code' = $3)"
        f" AND ($4 = '' OR v.content->>'objective' = $4){_STATE_ALSO.get(state, '')}"
        f" ORDER BY {_SORTS[sort]} LIMIT $5 OFFSET $6"
    )


async def listing(
    asked: Wanted, objective: str = "", matching: Matching | None = None, size: int = PAGE_SIZE
) -> Listing:
    """One page of what was asked for, without a look at its words: those are `matching`. `objective` by name."""
    statuses = [str(one) for one in STATES[asked.state][1]] if asked.state else public_statuses()
    offset, now = (asked.page - 1) * size, business_now()
    sql = _list_sql(asked.sort or ("best" if matching else "soon"), asked.state, matching)
    values = (public_statuses(), statuses, asked.district, objective)
    further = matching.values if matching else ()
    rows = await fetch(sql, *values, size, offset, now, *further)
    if not rows and offset:  # past the end: how many are there?
        first = await fetch(sql, *values, 1, 0, now, *further)
        return Listing([], int(first[0]["total"]) if first else 0)
    return Listing(await _listed(rows), int(rows[0]["total"]) if rows else 0)


async def open_projects(sort: str, size: int, state: str = "open") -> list[Listed]:
    """The first `size` projects that take pledges, in the order of `sort`; `state` may be soon or nearly."""
    return list((await listing(Wanted(state=state, sort=sort), size=size)).projects)


async def latest_funded(size: int) -> list[Listed]:
    """The projects that met their target last."""
    return list((await listing(Wanted(state="funded"), size=size)).projects)


async def _listed(rows: Sequence[dict[str, Any]]) -> list[Listed]:
    ids = [row["campaign_id"] for row in rows]
    sums = await totals_of(ids)
    matches = await match_parts(ids, sums)
    return [_one(row, sums[row["campaign_id"]], matches[row["campaign_id"]]) for row in rows]


def _one(row: dict[str, Any], totals: Totals, matches: Sequence[MatchPart]) -> Listed:
    content = as_dict(row["content"])
    return Listed(
        campaign_id=row["campaign_id"],
        slug=row["slug"],
        status=row["status"],
        generated=row["generated"],
        imported=row["imported"],
        title=content["title"],
        summary=content.get("summary", ""),
        place=content.get("place", ""),
        district_code=content.get("district_code", ""),
        district=content.get("district", ""),
        objective=content.get("objective", ""),
        picture=content.get("picture"),
        project_id=row["project_id"],
        deadline_at=row["deadline_at"],
        target_pence=row["target_pence"],
        totals=totals,
        matches=matches,
    )


def as_dict(content: Any) -> dict[str, Any]:
    """A JSON column as a query without a model returns it: text or already read."""
    return dict(json.loads(content)) if isinstance(content, str) else dict(content)


async def programme(kept_since: datetime | None = None) -> Programme:
    """Projects with a match pledge that was accepted and is not released: what funds pledged, value, backers.

    `kept_since`: as all pages of a large site show them, if they still do (figures.since). Else they are computed here from
    today's rows, because this page is asked for most and rows answer ten times faster than the history of events, which the
    figures page needs for its past days.
    """
    if kept_since is not None and (found := await kept()):
        return found
    matched = await fetch(
        """
        SELECT c.id, c.project_id, v.project_value_pence AS value, v.content->>'district_code' AS district,
               sum(m.amount_pence)::bigint AS match, bool_or(m.generated) AS generated,
               array_agg(DISTINCT u.name) AS funders
        FROM match_pledge m JOIN campaign c ON c.id = m.campaign_id JOIN project_version v ON v.id = c.version_id
        JOIN match_fund f ON f.id = m.fund_id JOIN funder u ON u.id = f.funder_id
        WHERE m.status NOT IN ('earmarked', 'released') AND m.generated = NOT EXISTS (
            SELECT 1 FROM campaign r WHERE NOT r.generated)
        GROUP BY c.id, c.project_id, v.id ORDER BY c.id
        """
    )
    values = {row["project_id"]: row["value"] for row in matched}  # with two campaigns a project counts once, the later
    return Programme(
        projects=len(values),
        match_pledged_pence=sum(row["match"] for row in matched),
        project_value_pence=sum(values.values()),
        backers=await _people([row["id"] for row in matched]),
        districts=len({row["district"] for row in matched if row["district"]}),
        funders=sorted({name for row in matched for name in row["funders"]}),
        generated=any(row["generated"] for row in matched),
    )


async def _people(campaign_ids: list[int]) -> int:
    """Backers of all these campaigns together (ruling 10)."""
    return count_people(keys for found in (await backers_of(campaign_ids)).values() for keys in found)
