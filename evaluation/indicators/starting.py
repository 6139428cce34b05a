"""How projects come to be: begun, sent, approved, open, funded; and where groups stop."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from crowdfund_kent.clock import london_day
from evaluation.indicators.kinds import NOT_IMPORTED, Found, Indicator, Part, Section, Shown, Unit, nothing, ratio
from evaluation.indicators.objectives import NOT_TOLD
from evaluation.indicators.world import NAMES, World
from evaluation.kinds import Objective

_STAGES: Final = {
    "projects_started": ("Projects begun", "a group had begun", "begun_at IS NOT NULL"),
    "projects_submitted": ("Projects sent to be checked", "had been sent to officers to be checked", "submitted_at IS NOT NULL"),
    "projects_approved": ("Projects approved", "an officer had approved", "approved_at IS NOT NULL"),
    "campaigns_opened": ("Projects that asked their crowd", "had been open to pledges", "opened_at IS NOT NULL"),
    "projects_funded": ("Projects funded", "had met their target and not lost it since", "met AND NOT collapsed"),
}  # fmt: skip
_UNSEEN: Final = ("projects_started", "projects_submitted", "projects_approved")
_WAY: Final = ("district", "legal form", "objective")
_NOTHING: Final = "nothing was answered"
_STOPS: Final = ("where and district", "where and legal form", "last step and district", "last step and legal form")
INDICATORS: Final = (
    *(
        Indicator(
            key=key,
            name=name,
            question="How many groups get how far?",
            definition=f"Projects that {words} by that day. A project with several campaigns counts once.",
            formula=f"number of projects with at least one campaign that {words}",
            unit=Unit.COUNT,
            numerator=name.lower(),
            denominator="none",
            source="campaign_event, campaign, project, project_version",
            serves=Objective.CONDITIONS,
            limits="Imported records hold campaigns that were opened, and none that stopped before.",
            section=Section.FIGURES if key == "projects_funded" else Section.SPREAD,
            shown=Shown.UNSEEN if key in _UNSEEN else Shown.OPEN,
            parts=_WAY,
        )
        for key, (name, words, _) in _STAGES.items()
    ),
    Indicator(
        key="projects_stopped",
        name="Projects that stopped before they asked their crowd",
        question="Where do groups stop?",
        definition="Projects whose only campaign ended before it was opened: taken back, refused, or a draft that nobody went"
        " on with and that was let go of after a year.",
        formula="number of projects with a campaign that was withdrawn or refused, and none that was ever opened",
        unit=Unit.COUNT,
        numerator="projects that stopped",
        denominator="none",
        source="campaign_event, draft_count",
        serves=Objective.CONDITIONS,
        limits="A draft that nobody goes on with counts once it is let go of: until then it may still be sent. The last step is"
        " known of those that were emptied by that day: drafts after a year, what was refused or taken back after two. Where"
        " groups of one district or of one legal form stopped is told where five or more stopped at one place.",
        section=Section.SPREAD,
        shown=Shown.PEOPLE,
        parts=("where", "district", "legal form", "objective", "last step", *_STOPS),
    ),
    Indicator(
        key="success_rate",
        name="Success rate",
        question="How many campaigns reach what they need?",
        definition="Campaigns that met their target and have not failed while cards were charged, of all campaigns that met or"
        " missed it. Cancelled and withdrawn campaigns are in neither.",
        formula="campaigns that met their target and did not collapse, divided by campaigns that were decided",
        unit=Unit.SHARE,
        numerator="campaigns that met their target and did not collapse",
        denominator="campaigns that were decided",
        source="campaign_event",
        serves=Objective.SECTOR,
        limits="Campaigns that were cancelled while they ran are left out, also where they would have missed their target. A"
        " match counts towards the target, and funds choose whom they add to: that campaigns with one succeed more often is not"
        " by itself what the match did.",
        section=Section.FIGURES,
        parts=("match or none", "objective"),
    ),
)


async def measure(world: World) -> dict[str, Found]:
    """Found by key."""
    found = {key: await _stage(world, where) for key, (_, _, where) in _STAGES.items()}
    return found | {"projects_stopped": await _stopped(world), "success_rate": await _success(world)}


def _projects(where: str) -> str:
    """One row a project with a campaign like this, the latest of them; `unseen`: none of its campaigns was ever opened."""
    return (
        "(SELECT DISTINCT ON (c.project_id) c.*, NOT EXISTS (SELECT 1 FROM ev_campaign o WHERE o.project_id = c.project_id"
        f" AND o.opened_at IS NOT NULL) AS unseen FROM ev_campaign c WHERE {where} ORDER BY c.project_id, c.id DESC)"
    )


async def _stage(world: World, where: str) -> Found:
    """`people`: those of them that nobody could see."""
    of, count = _projects(where), "count(*) FILTER (WHERE c.unseen)"
    row = await world.row(f"SELECT count(*) AS n, {count} AS unseen FROM {of} c")
    parts = {
        "district": (await world.by_district("count(*)", of), await world.by_district(count, of)),
        "legal form": (await world.by("legal_form", "count(*)", of), await world.by("legal_form", count, of)),
        "objective": (await world.by("objective", "count(*)", of), await world.by("objective", count, of)),
    }
    return Found(row["n"], row["n"], people=row["unseen"], parts={way: _with(*some) for way, some in parts.items()})


def _with(parts: tuple[Part, ...], unseen: tuple[Part, ...]) -> tuple[Part, ...]:
    known = {part.key: part.value for part in unseen}
    return tuple(replace(part, people=known[part.key]) for part in parts)


async def _stopped(world: World) -> Found:
    if await world.is_imported():
        return nothing(NOT_IMPORTED)
    of = (
        "(SELECT DISTINCT ON (c.project_id) c.*, CASE WHEN c.approved_at IS NOT NULL THEN 'approved, never opened'"
        " WHEN c.status = 'refused' THEN 'refused' WHEN c.submitted_at IS NOT NULL THEN 'sent, then taken back'"
        " ELSE 'never sent' END AS reached FROM ev_campaign c WHERE c.status IN ('withdrawn', 'refused')"
        " AND NOT EXISTS (SELECT 1 FROM ev_campaign o WHERE o.project_id = c.project_id AND o.opened_at IS NOT NULL)"
        " ORDER BY c.project_id, c.id DESC)"
    )
    row = await world.row(f"SELECT count(*) AS n FROM {of} c")
    parts = {
        "where": await world.by("reached", "count(*)", of),
        "district": await world.by_district("count(*)", of),
        "legal form": await world.by("legal_form", "count(*)", of),
        "objective": await world.by("objective", "count(*)", of),
        "last step": await _steps(world),
        "where and district": await _across(
            world, f"SELECT reached, district, count(*) AS n FROM {of} c GROUP BY 1, 2"
        ),
        "where and legal form": await _across(
            world, f"SELECT reached, legal_form, count(*) AS n FROM {of} c GROUP BY 1, 2"
        ),
        "last step and district": await _across(world, _drafts("district_code"), *_days(world)),
        "last step and legal form": await _across(world, _drafts("legal_form"), *_days(world)),
    }
    return Found(row["n"], row["n"], people=row["n"], parts={name: _people(some) for name, some in parts.items()})


def _days(world: World) -> tuple[bool, date, date]:
    """Whether drafts that were let go of belong to these records, until when, and known until when."""
    scope = world.scope
    return False in scope.marks, scope.as_at, london_day(scope.recorded - timedelta(microseconds=1))


def _drafts(of: str) -> str:
    """How many drafts were let go of, by their last step and by `of`."""
    return (
        f"SELECT CASE last_step WHEN '' THEN '{_NOTHING}' ELSE last_step END AS reached, {of}, sum(count)::bigint AS n"
        " FROM draft_count WHERE $1 AND coalesce(let_go_on, month) <= $2 AND coalesce(let_go_on, month) <= $3 GROUP BY 1, 2"
    )


async def _steps(world: World) -> tuple[Part, ...]:
    return await world.parts(
        f"SELECT reached AS key, reached AS name, sum(n)::bigint AS value FROM ({_drafts('legal_form')}) d GROUP BY 1"
        " ORDER BY 3 DESC, 1",
        *_days(world),
    )


async def _across(world: World, sql: str, *values: object) -> tuple[Part, ...]:
    """A table of two ways as parts, the largest first. `sql`: where they stopped, a district or a legal form, how many."""
    found = []
    for row in await world.rows(f"SELECT * FROM ({sql}) t ORDER BY 3 DESC, 1, 2", *values):
        reached, place, count = row.values()
        found.append(Part(f"{reached}: {place or 'none'}", f"{NAMES.get(place, place) or NOT_TOLD}: {reached}", count))
    return tuple(found)


def _people(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(replace(part, people=part.value) for part in parts)


async def _success(world: World) -> Found:
    rows = await world.rows(
        "SELECT EXISTS (SELECT 1 FROM ev_match m WHERE m.campaign_id = c.id AND m.accepted_at <= c.verdict_at) AS matched,"
        " count(*) FILTER (WHERE met AND NOT collapsed) AS won, count(*) AS decided FROM ev_campaign c"
        " WHERE met OR missed GROUP BY 1 ORDER BY 1 DESC"
    )
    whole = ratio(sum(row["won"] for row in rows), sum(row["decided"] for row in rows), "no campaign was decided yet")
    parts = tuple(
        Part(
            "matched" if row["matched"] else "unmatched",
            f"{'with' if row['matched'] else 'without'} a match ({row['won']:,} of {row['decided']:,})",
            ratio(row["won"], row["decided"]).value,
        )
        for row in rows
    )
    return replace(whole, parts={"match or none": parts, "objective": await _success_by_objective(world)})


async def _success_by_objective(world: World) -> tuple[Part, ...]:
    rows = await world.rows(
        "SELECT objective, count(*) FILTER (WHERE met AND NOT collapsed) AS won, count(*) AS decided FROM ev_campaign"
        " WHERE met OR missed GROUP BY 1 ORDER BY 1"
    )
    return tuple(
        Part(
            row["objective"] or "none",
            f"{row['objective'] or NOT_TOLD} ({row['won']:,} of {row['decided']:,})",
            ratio(row["won"], row["decided"]).value,
        )
        for row in rows
    )
