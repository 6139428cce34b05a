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
from pledges.public.search import STATES, Wanted
from pledges.totals import RAISED, SUMS, Totals, totals_of
from projects.states import PUBLIC

PAGE_SIZE: Final = 12
CLOSE_ENOUGH: Final = "0.4"  # how alike a word must be to count as a typing error; pg_trgm's word_similarity
_LATE: Final = 1000  # a transaction that took its event numbers early may commit late: so many are counted again
_EVENTS: Final = ("campaign_event", "pledge_event", "match_pledge_event")
_ACCENTS: Final = ("àáâãäåçèéêëìíîïñòóôõöùúûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy")

# a campaign that was cancelled before it opened was never public
SHOWN: Final = "c.status = ANY($1::text[]) AND (c.status <> 'cancelled' OR c.opened_at IS NOT NULL)"


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
class Found:
    """One page of a list. `near`: nothing had these words, so projects with similar words are shown."""

    projects: Sequence[Listed]
    total: int
    near: bool = False

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
    rows = await fetch(
        f"SELECT concat({newest}) AS events, ARRAY(SELECT name FROM objective WHERE list_name = $1"
        " ORDER BY position, id) AS objectives",
        get_settings().objective_list,
    )
    return SiteStamp(rows[0]["events"], list(rows[0]["objectives"]))


_WORDS: Final = (
    "translate(lower(concat_ws(' ', v.content->>'title', v.content->>'summary', v.content->>'place',"
    f" v.content->>'district', v.content->'group'->>'name')), '{_ACCENTS[0]}', '{_ACCENTS[1]}')"
)
_SORTS: Final = {
    # what is open first; then what ended last
    "": "(s.state = 'live') DESC, CASE WHEN s.state = 'live' THEN c.deadline_at END, c.deadline_at DESC, c.id DESC",
    "newest": "c.opened_at DESC NULLS LAST, c.id DESC",
    "nearly": f"(s.state = 'live' AND {RAISED} < c.target_pence) DESC, (s.state = 'live') DESC,"
    f" {RAISED} * 10000 / c.target_pence DESC, c.deadline_at, c.id",
}


def _list_sql(sort: str, match: str) -> str:
    """$1 public statuses, $2 statuses wanted, $3 district, $4 objective, $5 search, $6 limit, $7 offset, $8 now.

    A campaign whose last day is over takes nothing more, also while nobody has moved it yet.
    """
    return (
        f"WITH c AS (SELECT DISTINCT ON (c.project_id) c.* FROM campaign c WHERE {SHOWN}"
        " ORDER BY c.project_id, c.id DESC)"
        " SELECT c.id AS campaign_id, j.slug, s.state AS status, c.generated, c.import_batch_id IS NOT NULL AS imported,"
        " c.project_id, c.deadline_at, c.target_pence, v.content - 'story' AS content, count(*) OVER () AS total"
        " FROM c JOIN project j ON j.id = c.project_id JOIN project_version v ON v.id = c.version_id"
        " CROSS JOIN LATERAL (SELECT CASE WHEN c.status = 'live' AND c.deadline_at <= $8 THEN 'closing'"
        " ELSE c.status END AS state) s"
        f" {SUMS if sort == 'nearly' else ''}"
        " WHERE s.state = ANY($2::text[]) AND ($3 = '' OR v.content->>'district_code' = $3)"
        f" AND ($4 = '' OR v.content->>'objective' = $4) AND {match}"
        f" ORDER BY {_SORTS[sort]} LIMIT $6 OFFSET $7"
    )


_ALL: Final = "$5::text IS NULL"
_WITH_WORDS: Final = f"to_tsvector('english', {_WORDS}) @@ to_tsquery('english', $5)"
_WITH_SIMILAR: Final = (
    f"(SELECT min(word_similarity(one, {_WORDS})) FROM unnest(string_to_array($5, ' ')) one) >= {CLOSE_ENOUGH}"
)


async def find(asked: Wanted, objective: str) -> Found:
    """One page of what was asked for; `objective` by name. Where no project has the words, projects with similar ones."""
    if asked.search and not asked.words:
        return Found([], 0)
    if not asked.words:
        return await _page(asked, objective, _ALL, None)
    found = await _page(asked, objective, _WITH_WORDS, " & ".join(f"'{word}':*" for word in asked.words))
    if found.total:
        return found
    similar = await _page(asked, objective, _WITH_SIMILAR, " ".join(asked.words))
    return Found(similar.projects, similar.total, near=True) if similar.total else found


async def _page(asked: Wanted, objective: str, match: str, search: str | None, size: int = PAGE_SIZE) -> Found:
    statuses = [str(one) for one in STATES[asked.state][1]] if asked.state else public_statuses()
    offset = (asked.page - 1) * size
    sql, now = _list_sql(asked.sort, match), business_now()
    values = (public_statuses(), statuses, asked.district, objective, search)
    rows = await fetch(sql, *values, size, offset, now)
    if not rows and offset:  # past the end: how many are there?
        first = await fetch(sql, *values, 1, 0, now)
        return Found([], int(first[0]["total"]) if first else 0)
    return Found(await _listed(rows), int(rows[0]["total"]) if rows else 0)


async def open_projects(sort: str, size: int) -> list[Listed]:
    """The first `size` projects that take pledges, in the order of `sort`."""
    found = await _page(Wanted(state="open", sort=sort), "", _ALL, None, size)
    return list(found.projects)


async def latest_funded(size: int) -> list[Listed]:
    """The projects that met their target last."""
    return list((await _page(Wanted(state="funded"), "", _ALL, None, size)).projects)


async def _listed(rows: Sequence[dict[str, Any]]) -> list[Listed]:
    ids = [row["campaign_id"] for row in rows]
    sums, matches = await totals_of(ids), await match_parts(ids)
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


@dataclass(frozen=True, slots=True)
class Programme:
    """The programme until now. The definitions are those of evaluation/figures.py as at today; a test compares them.

    They are computed here from today's rows, because this page is asked for most and rows answer ten times faster than
    the history of events, which the figures page needs for its past days.
    """

    projects: int
    match_pledged_pence: int
    project_value_pence: int
    backers: int
    districts: int
    funders: Sequence[str]
    generated: bool


async def programme() -> Programme:
    """Projects with a match pledge that was accepted and is not released: what funds pledged, value, backers."""
    matched = await fetch(
        """
        SELECT c.id, c.project_id, v.project_value_pence AS value, v.content->>'district_code' AS district,
               sum(m.amount_pence)::bigint AS match, bool_or(m.generated) AS generated,
               array_agg(DISTINCT u.name) AS funders
        FROM match_pledge m JOIN campaign c ON c.id = m.campaign_id JOIN project_version v ON v.id = c.version_id
        JOIN match_fund f ON f.id = m.fund_id JOIN funder u ON u.id = f.funder_id
        WHERE m.status NOT IN ('earmarked', 'released')
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
