"""The programme's figures as at the end of a day, from events: never from the rows of today.

As at D = true by the end of D in London (effective_at); a match pledge counts from acceptance unless released by then
(ruling 11). Amounts in pence, shares and ratios in basis points. Definitions: DEFINITIONS, printed beside each figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from crowdfund_kent.clock import day_ends
from crowdfund_kent.database import fetch
from crowdfund_kent.geography import DISTRICTS
from crowdfund_kent.money import pounds_exact
from evaluation import cache
from evaluation.asking import FIRST_LINE, shown
from evaluation.disclosure import public_figures
from evaluation.facts import facts
from evaluation.indicators import REGISTRY, crowd, money, starting
from evaluation.indicators.kinds import Found
from evaluation.indicators.world import World
from evaluation.scope import Records, Scope

# name of a figure here -> its entry in the registry, whose words it has
_ENTRIES: Final = {
    "projects": "projects_matched",
    "match_pledged": "match_pledged",
    "match_released": "match_released",
    "project_value": "project_value",
    "crowd_pledged": "crowd_pledged",
    "backers": "backers",
    "leverage": "leverage",
    "cash_ratio": "cash_ratio",
    "success_rate": "success_rate",
}
DEFINITIONS: Final = {name: REGISTRY[key].definition for name, key in _ENTRIES.items()}


@dataclass(frozen=True, slots=True)
class DistrictFigures:
    """The same measures for one district. Backers of two districts are counted in each."""

    code: str
    name: str
    projects: int
    match_pledged_pence: int
    project_value_pence: int
    crowd_pledged_pence: int | None
    backers: int | None

    def as_json(self) -> dict[str, Any]:
        """Its keys in the order of the interface."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything cover projects with a match pledge as at the day, but success_rate_bp, which covers all campaigns.

    For everybody (public_figures_as_at) what is about people is rounded, and None where it would tell of fewer than five.
    """

    as_at: date
    projects: int
    match_pledged_pence: int
    match_released_pence: int
    project_value_pence: int
    crowd_pledged_pence: int | None
    backers: int | None
    leverage_bp: int | None
    cash_ratio_bp: int | None
    success_rate_bp: int | None
    by_district: tuple[DistrictFigures, ...]
    records: Records
    known_at: datetime | None = None  # when they were measured, where something was recorded since

    @property
    def generated(self) -> bool:
        """Made of generated records; never of both kinds."""
        return self.records is Records.GENERATED

    def as_json(self) -> dict[str, Any]:
        """For programs. Where it is of generated records, the first key says so."""
        plain: dict[str, Any] = {"generated": True} if self.generated else {}
        plain |= {"as_at": self.as_at.isoformat(), "records": str(self.records)}
        for name in (
            "projects",
            "match_pledged_pence",
            "match_released_pence",
            "project_value_pence",
            "crowd_pledged_pence",
            "backers",
            "leverage_bp",
            "cash_ratio_bp",
            "success_rate_bp",
        ):
            plain[name] = getattr(self, name)
        return plain | {"by_district": [one.as_json() for one in self.by_district]}

    def as_text(self) -> str:
        """For people: each figure with its definition, then the districts."""
        rows = [
            ("Projects with a match pledge", f"{self.projects}", "projects"),
            ("Match pledged", pounds_exact(self.match_pledged_pence), "match_pledged"),
            ("Match released", pounds_exact(self.match_released_pence), "match_released"),
            ("Overall project value", pounds_exact(self.project_value_pence), "project_value"),
            ("Pledged by backers", pounds_exact(self.crowd_pledged_pence or 0), "crowd_pledged"),
            ("Backers", f"{self.backers or 0:,}", "backers"),
            ("Project value for each £1 of match", ratio_words(self.leverage_bp), "leverage"),
            ("Cash from backers for each £1 of match", ratio_words(self.cash_ratio_bp), "cash_ratio"),
            ("Success rate", share_words(self.success_rate_bp), "success_rate"),
        ]
        lines = [FIRST_LINE[self.records], f"As at the end of {self.as_at:%-d %B %Y}", ""]
        lines += [f"{words:<40}{value:>16}\n    {DEFINITIONS[key]}" for words, value, key in rows]
        lines += ["", f"{'District':<24}{'Projects':>9}{'Match':>16}{'Value':>16}{'Backers gave':>16}{'Backers':>9}"]
        lines += [
            f"{one.name:<24}{one.projects:>9}{pounds_exact(one.match_pledged_pence):>16}"
            f"{pounds_exact(one.project_value_pence):>16}{pounds_exact(one.crowd_pledged_pence or 0):>16}{one.backers or 0:>9,}"
            for one in self.by_district
        ]
        return "\n".join(lines)


def ratio_words(bp: int | None) -> str:
    """42308 -> £4.23 (half up)."""
    return "none yet" if bp is None else pounds_exact((bp + 50) // 100)


def share_words(bp: int | None) -> str:
    """7312 -> 73.1% (half up)."""
    return "none yet" if bp is None else f"{(bp + 5) // 100}.{(bp + 5) // 10 % 10}%"


@dataclass(frozen=True, slots=True)
class WithoutCrowd:
    """What funds that work without a crowd gave to projects: shown apart, and in none of the figures."""

    projects: int
    pence: int


async def without_crowd_as_at(day: date, records: Records = Records.REAL) -> WithoutCrowd:
    """Projects that had accepted such money by the end of `day`, and how much it was; nothing that was let go by then."""
    rows = await fetch(
        "SELECT count(DISTINCT m.project_id) AS projects, coalesce(sum(m.amount_pence), 0)::bigint AS pence"
        " FROM match_pledge m WHERE m.project_id IS NOT NULL AND m.generated = $2"
        " AND EXISTS (SELECT 1 FROM match_pledge_event e WHERE e.subject_id = m.id AND e.new = 'pledged'"
        "  AND e.effective_at < $1)"
        " AND NOT EXISTS (SELECT 1 FROM match_pledge_event e WHERE e.subject_id = m.id AND e.new = 'released'"
        "  AND e.effective_at < $1)",
        day_ends(day),
        records is Records.GENERATED,
    )
    return WithoutCrowd(int(rows[0]["projects"]), int(rows[0]["pence"]))


async def figures_as_at(day: date, wanted: Records | None = None) -> Figures:
    """The figures as at the end of `day` in London, as known now: exact, for officers. Of one kind of records (asking.shown)."""
    records = await shown(day, wanted)
    return _of(day, await _found(day, records), records)


async def public_figures_as_at(day: date, wanted: Records | None = None) -> Figures:
    """The same as everybody may see them (disclosure.py)."""
    records = await shown(day, wanted)
    scope = Scope(day, None, records)
    kept = await cache.kept_by_worker(scope)
    found = kept.found if kept else await cache.keep("figures", scope, lambda: _found(day, records))
    return _of(day, public_figures(REGISTRY, found), records, kept.known_at if kept else None)


async def _found(day: date, records: Records) -> Mapping[str, Found]:
    scope = Scope(day, None, records)
    async with facts(scope) as connection:
        world = await World.of(scope, connection)
        return await money.measure(world) | await crowd.measure(world) | await starting.measure(world)


def _of(day: date, found: Mapping[str, Found], records: Records, known_at: datetime | None = None) -> Figures:
    return Figures(
        as_at=day,
        projects=found["projects_matched"].value or 0,
        match_pledged_pence=found["match_pledged"].value or 0,
        match_released_pence=found["match_released"].value or 0,
        project_value_pence=found["project_value"].value or 0,
        crowd_pledged_pence=found["crowd_pledged"].value,
        backers=found["backers"].value,
        leverage_bp=found["leverage"].value,
        cash_ratio_bp=found["cash_ratio"].value,
        success_rate_bp=found["success_rate"].value,
        by_district=_by_district(found),
        records=records,
        known_at=known_at,
    )


_OF_DISTRICT: Final = ("projects_matched", "match_pledged", "project_value", "crowd_pledged", "backers")


def _by_district(found: Mapping[str, Found]) -> tuple[DistrictFigures, ...]:
    columns = {key: {part.key: part.value for part in found[key].parts["district"]} for key in _OF_DISTRICT}
    return tuple(
        DistrictFigures(
            one.code,
            one.name,
            columns["projects_matched"][one.code] or 0,
            columns["match_pledged"][one.code] or 0,
            columns["project_value"][one.code] or 0,
            columns["crowd_pledged"][one.code],
            columns["backers"][one.code],
        )
        for one in DISTRICTS
    )
