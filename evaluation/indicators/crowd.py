"""The crowd: how many people, from where, how much each, and hours that are not money."""

from dataclasses import replace
from typing import Final

import numpy as np

from evaluation.indicators.kinds import Found, Indicator, Part, Section, Shown, Unit, fewest, nothing, ratio
from evaluation.indicators.world import CODES, NAMES, World
from evaluation.kinds import Objective
from evaluation.people import KINDS, Numbers, givers

ENOUGH_FOR_TOP: Final = 500  # of fewer, the top hundredth is fewer than five people
ENOUGH_FOR_MIDDLE: Final = 10
TO_THE_POUND: Final = 100
_SOURCE: Final = "pledge_event, pledge, offline_gift_event, offline_gift"
_FAIR: Final = (
    "The same e-mail or the same card is one person, however often they gave; who runs a campaign is not counted."
)


def _crowd(key: str, name: str, question: str, definition: str, formula: str, limits: str, **more: object) -> Indicator:
    given = {
        "unit": Unit.COUNT,
        "numerator": name.lower(),
        "denominator": "none",
        "source": _SOURCE,
        "serves": Objective.VOLUNTEERING,
        "section": Section.SPREAD,
        "shown": Shown.PEOPLE,
        **more,
    }
    return Indicator(key, name, question, definition, formula, limits=limits, **given)  # type: ignore[arg-type]


INDICATORS: Final = (
    _crowd(
        "backers",
        "Backers",
        "How many people are behind it?",
        "Different people behind the pledges to projects with a match pledge: the same e-mail or the same card is one, however"
        " often they gave, and so is the same name and postcode on cash and cheques. A gift without a name is money and no"
        " backer.",
        "number of different people with a pledge that counts, to campaigns with a match pledge that counts",
        f"{_FAIR} Who gave in two districts is counted in each of them, and once in the whole.",
        section=Section.FIGURES,
        parts=("district", "kind"),
    ),
    _crowd(
        "backers_all",
        "Backers of all campaigns",
        "How many people gave at all?",
        "Different people behind every pledge that counts, also to campaigns without a match and to those that missed their"
        " target.",
        "number of different people with a pledge that counts",
        _FAIR,
    ),
    _crowd(
        "backers_near",
        "Backers who live in the project's district",
        "How local is the crowd?",
        "Of backers who told where they live: those who live in the district of a project they backed.",
        "backers who live in a project's district, divided by backers who told their district",
        "Telling the district is optional, and imported records do not have it.",
        unit=Unit.SHARE,
        denominator="backers who told where they live",
    ),
    _crowd(
        "backers_again",
        "Backers of more than one project",
        "Do people come back?",
        "Backers who backed more than one campaign. All others backed for the first time.",
        "backers with pledges that count to two campaigns or more, divided by backers of all campaigns",
        _FAIR,
        unit=Unit.SHARE,
        denominator="backers of all campaigns",
    ),
    _crowd(
        "gift_mean",
        "Mean pledged by a backer",
        "How much does one person give?",
        "What backers of all campaigns pledged in all, divided by their number; to the nearest pound.",
        "pledged by backers of all campaigns, divided by backers of all campaigns",
        "A few large pledges lift it: see the median.",
        unit=Unit.PENCE,
        shown=Shown.GIVEN,
        numerator="pledged by backers of all campaigns",
        denominator="backers of all campaigns",
    ),
    _crowd(
        "gift_median",
        "Median pledged by a backer",
        "How much does the one in the middle give?",
        "Half of the backers pledged less in all, half more; to the nearest pound.",
        "the middle of what each backer of all campaigns pledged in all",
        f"Shown from {ENOUGH_FOR_MIDDLE} backers on.",
        unit=Unit.PENCE,
        shown=Shown.GIVEN,
    ),
    _crowd(
        "top_share",
        "Share of the top hundredth",
        "Do a few carry it?",
        "What the hundredth of backers who pledged most pledged, of all that backers pledged; to the nearest percent.",
        "pledged by the hundredth of backers who pledged most, divided by pledged by all backers",
        f"Shown from {ENOUGH_FOR_TOP} backers on: the top hundredth of fewer would be a handful of people.",
        unit=Unit.SHARE,
        shown=Shown.GIVEN,
        numerator="pledged by the top hundredth",
        denominator="pledged by all backers",
    ),
    _crowd(
        "help_hours",
        "Hours given",
        "How much time did people give?",
        "Hours that residents offered and the group said were given.",
        "sum of hours of offers of help that were given",
        "Only what was arranged on this site; volunteers whom a group found itself are in its in-kind lines.",
        source="help_offer_event, help_offer, help_wanted",
    ),
)


async def measure(world: World) -> dict[str, Found]:
    """Found by key."""
    people, every = world.matched_givers, givers(world.gifts)
    told, near = int((every.near >= 0).sum()), int((every.near == 1).sum())
    again = int((every.campaigns > 1).sum())
    return {
        "backers": Found(people.count, people.count, people=people.count, parts=_parts(world)),
        "backers_all": Found(every.count, every.count, people=every.count),
        "backers_near": replace(ratio(near, told, "nobody has told where they live"), people=fewest(near, told - near)),
        "backers_again": replace(
            ratio(again, every.count, "there is no backer yet"), people=fewest(again, every.count - again)
        ),
        "gift_mean": _mean(every.pence),
        "gift_median": _median(every.pence),
        "top_share": _top(every.pence),
        "help_hours": await _hours(world),
    }


def _parts(world: World) -> dict[str, tuple[Part, ...]]:
    districts, kinds = [], []
    for number, code in enumerate(CODES, 1):
        count = givers(world.matched.where(world.matched.district == number)).count
        districts.append(Part(code, NAMES[code], count, count))
    for number, kind in enumerate(KINDS, 1):
        count = givers(world.matched.where(world.matched.kind == number)).count
        kinds.append(Part(kind, kind, count, count))
    return {"district": tuple(districts), "kind": tuple(kinds)}


def _to_the_pound(pence: int) -> int:
    return (pence + TO_THE_POUND // 2) // TO_THE_POUND * TO_THE_POUND


def _mean(pence: Numbers) -> Found:
    count = len(pence)
    if not count:
        return nothing("there is no backer yet")
    whole = int(pence.sum())
    return Found(_to_the_pound(whole // count), whole, count, people=count, largest_pence=int(pence.max()))


def _median(pence: Numbers) -> Found:
    count = len(pence)
    if count < ENOUGH_FOR_MIDDLE:
        return nothing("there are too few backers to tell")
    ordered = np.sort(pence)
    middle = int(ordered[(count - 1) // 2] + ordered[count // 2]) // 2
    return Found(_to_the_pound(middle), people=count)


def _top(pence: Numbers) -> Found:
    count = len(pence)
    if count < ENOUGH_FOR_TOP:
        return nothing("there are too few backers to tell")
    top = -(-count // 100)
    most, whole = int(np.sort(pence)[-top:].sum()), int(pence.sum())
    return replace(ratio(most, whole), value=(most * 200 + whole) // (2 * whole) * 100, people=top)


async def _hours(world: World) -> Found:
    row = await world.row(
        "SELECT coalesce(sum(o.how_many), 0)::bigint AS hours, count(*) AS people FROM help_offer o"
        " JOIN help_wanted w ON w.id = o.wanted_id JOIN project p ON p.id = w.project_id WHERE w.kind = 'hours'"
        " AND p.generated = ANY($3::boolean[]) AND EXISTS (SELECT 1 FROM help_offer_event e WHERE e.subject_id = o.id"
        " AND e.new = 'given' AND e.effective_at < $1 AND e.recorded_at < $2)",
        world.scope.moment,
        world.scope.recorded,
        world.scope.marks,
    )
    if not row["people"]:
        return nothing("no hours were given on this site yet")
    return Found(row["hours"], row["hours"], people=row["people"])
