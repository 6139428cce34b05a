"""Which groups and which places: new and established, by legal form, by district, division and deprivation."""

from typing import Final

from crowdfund_kent.geography import DISTRICTS
from evaluation.indicators.kinds import Found, Indicator, Part, Section, Unit, nothing, ratio
from evaluation.indicators.world import MATCHED, World
from evaluation.kinds import Objective

_TEN_THOUSAND: Final = 10_000
_NO_DIRECTORY: Final = "the ONS postcode directory was not imported"
_NO_POSTCODE: Final = "no project's postcode is known"
_RESIDENTS: Final = {one.code: one.residents for one in DISTRICTS}


def _of(key: str, name: str, question: str, definition: str, formula: str, limits: str, **more: object) -> Indicator:
    given = {
        "unit": Unit.COUNT,
        "numerator": name.lower(),
        "denominator": "none",
        "source": "match_pledge_event, campaign_event, community_group, project_version",
        "serves": Objective.SECTOR,
        "section": Section.SPREAD,
        **more,
    }
    return Indicator(key, name, question, definition, formula, limits=limits, **given)  # type: ignore[arg-type]


INDICATORS: Final = (
    _of(
        "groups_matched",
        "Groups with a match pledge",
        "How many groups did funds add to?",
        "Different community groups behind the projects with a match pledge.",
        "number of different groups of projects with a match pledge that counts",
        "A group that changed its name but not its account counts once.",
        parts=("legal form",),
    ),
    _of(
        "groups_new",
        "Groups funded for the first time",
        "Does it reach groups that were not funded here before?",
        "Of the projects with a match pledge, those of groups for which it was the first.",
        "groups with a match pledge, divided by projects with a match pledge",
        "First means first on this site and in the imported records; what other funders gave before is not known.",
        unit=Unit.SHARE,
        numerator="projects that were the first of their group with a match",
        denominator="projects with a match pledge",
    ),
    _of(
        "groups_informal",
        "Groups without a constitution",
        "Does it reach small and informal groups?",
        "Of the groups with a match pledge, those that are one or two named people or an unincorporated group.",
        "such groups, divided by all groups with a match pledge",
        "By the legal form that the group told.",
        unit=Unit.SHARE,
        numerator="groups of one or two named people, and unincorporated groups",
        denominator="groups with a match pledge",
        serves=Objective.CONDITIONS,
    ),
    _of(
        "districts_reached",
        "Districts with a project",
        "Is all of Kent covered?",
        "How many of the twelve districts have a project with a match pledge.",
        "number of districts with at least one project with a match pledge that counts",
        "A project stands in one district, also where others use it.",
        serves=Objective.CONDITIONS,
    ),
    _of(
        "projects_per_residents",
        "Projects for every 10,000 residents",
        "Is it spread fairly?",
        "Projects with a match pledge for every 10,000 residents, in hundredths.",
        "projects with a match pledge times 10,000, divided by usual residents of the Census 2021",
        "Residents are those of the Census 2021, rounded to 100, whatever the day.",
        unit=Unit.HUNDREDTHS,
        numerator="projects with a match pledge",
        denominator="residents",
        serves=Objective.CONDITIONS,
        source="match_pledge_event, project_version, census 2021",
        parts=("district",),
    ),
    _of(
        "match_per_residents",
        "Match for every 10,000 residents",
        "Where does the money go?",
        "Match pledged for every 10,000 residents.",
        "match pledged times 10,000, divided by usual residents of the Census 2021",
        "Residents are those of the Census 2021, rounded to 100, whatever the day.",
        unit=Unit.PENCE,
        numerator="match pledged",
        denominator="residents",
        serves=Objective.CONDITIONS,
        source="match_pledge_event, project_version, census 2021",
        parts=("district",),
    ),
    _of(
        "divisions_reached",
        "Electoral divisions with a project",
        "Which members have a project in their division?",
        "Different county electoral divisions with a project with a match pledge whose postcode is known.",
        "number of different divisions of the postcodes of such projects",
        "Only projects whose postcode an officer entered, by the ONS postcode directory that was imported.",
        source="project_place, postcode",
        serves=Objective.RELATIONSHIP,
        parts=("division",),
    ),
    _of(
        "deprived_reached",
        "Projects in the most deprived fifth",
        "Does it reach places that have least?",
        "Of the projects with a match pledge whose postcode is known, those in the two most deprived tenths of England's"
        " neighbourhoods.",
        "projects in deciles 1 and 2, divided by projects whose decile is known",
        "Only projects whose postcode an officer entered. The place of a project is not where everybody lives who uses it.",
        unit=Unit.SHARE,
        numerator="projects in deciles 1 and 2",
        denominator="projects whose decile is known",
        source="project_place, postcode",
        serves=Objective.CONDITIONS,
        parts=("decile",),
    ),
)


async def measure(world: World) -> dict[str, Found]:
    """Found by key."""
    rows = await world.rows("SELECT c.group_id, c.legal_form, c.district FROM " + MATCHED + " c ORDER BY c.project_id")
    groups = {row["group_id"]: row["legal_form"] for row in rows}
    informal = sum(form in ("one or two named people", "unincorporated group") for form in groups.values())
    reached = {row["district"] for row in rows} & set(_RESIDENTS)
    forms = f"(SELECT DISTINCT ON (m.group_id) m.* FROM {MATCHED} m ORDER BY m.group_id, m.id DESC)"
    return {
        "groups_matched": Found(
            len(groups), len(groups), parts={"legal form": await world.by("legal_form", "count(*)", forms)}
        ),
        "groups_new": ratio(len(groups), len(rows), "no project has a match yet"),
        "groups_informal": ratio(informal, len(groups), "no group has a match yet"),
        "districts_reached": Found(len(reached), len(reached)),
        "projects_per_residents": _for_residents(await world.by_district("count(*)", MATCHED), 100),
        "match_per_residents": _for_residents(await world.by_district("sum(match_pence)", _with_match()), 1),
        **await _by_postcode(world),
    }


def _with_match() -> str:
    return (
        "(SELECT e.district, m.amount_pence AS match_pence FROM ev_match m JOIN ev_campaign e ON e.id = m.campaign_id"
        " WHERE m.counts)"
    )


def _for_residents(parts: tuple[Part, ...], scale: int) -> Found:
    """For every 10,000 residents, half up."""

    def rate(value: int, residents: int) -> int:
        return (2 * value * scale * _TEN_THOUSAND + residents) // (2 * residents)

    whole, residents = sum(part.value or 0 for part in parts), sum(_RESIDENTS.values())
    rates = tuple(Part(part.key, part.name, rate(part.value or 0, _RESIDENTS[part.key])) for part in parts)
    return Found(rate(whole, residents), whole, residents, parts={"district": rates})


async def _by_postcode(world: World) -> dict[str, Found]:
    if not await world.rows("SELECT 1 FROM postcode LIMIT 1"):
        return {"divisions_reached": nothing(_NO_DIRECTORY), "deprived_reached": nothing(_NO_DIRECTORY)}
    rows = await world.rows(
        f"SELECT p.division_code AS division, p.decile FROM {MATCHED} c JOIN project_place h ON h.project_id = c.project_id"
        " AND h.entered_at < $1 JOIN postcode p ON p.postcode = h.postcode ORDER BY c.project_id",
        world.scope.recorded,
    )
    divisions: dict[str, int] = {}
    deciles: dict[int, int] = {}
    for row in rows:
        if row["division"]:
            divisions[row["division"]] = divisions.get(row["division"], 0) + 1
        if row["decile"]:
            deciles[row["decile"]] = deciles.get(row["decile"], 0) + 1
    tenths = tuple(Part(str(n), f"Decile {n}", deciles.get(n, 0)) for n in range(1, 11))
    least = ratio(deciles.get(1, 0) + deciles.get(2, 0), sum(deciles.values()), _NO_POSTCODE)
    return {
        "divisions_reached": Found(
            len(divisions),
            len(divisions),
            parts={"division": tuple(Part(code, code, count) for code, count in sorted(divisions.items()))},
        )
        if divisions
        else nothing(_NO_POSTCODE),
        "deprived_reached": Found(
            least.value, least.numerator, least.denominator, least.why, parts={"decile": tenths} if deciles else {}
        ),
    }
