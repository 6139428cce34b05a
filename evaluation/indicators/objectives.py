"""What backers pledged, by campaign and by objective, so that neither gives away what the other leaves out.

Of each campaign the open data tell what was pledged, where nobody stands out (disclosure.public_within). An objective is told
only where each of its campaigns is: then its sum says nothing that they do not, and what is left of the total is what they
leave of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from evaluation import disclosure
from evaluation.indicators.kinds import Part
from evaluation.indicators.world import CODES, NAMES, World
from evaluation.people import by_campaign, givers
from projects.states import PUBLIC

# a campaign that was cancelled before it opened was never public; a page taken down is public no more
LISTED: Final = (
    "e.status = ANY($1::text[]) AND (e.status <> 'cancelled' OR e.opened_at IS NOT NULL) AND j.taken_down_at IS NULL"
)
NOT_TOLD: Final = "not told"


def crowd_by_district(world: World) -> tuple[Part, ...]:
    """What backers pledged to campaigns with a match, in each district: exact, with how many and the largest of them."""
    parts = []
    for number, code in enumerate(CODES, 1):
        here = world.matched.where(world.matched.district == number)
        people = givers(here)
        parts.append(Part(code, NAMES[code], here.pence, people.count, people.largest_pence))
    return tuple(parts)


def crowd_by_campaign(world: World, rows: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    """What backers pledged to each campaign that is listed, as everybody may see it. `rows`: id, district, whether matched.

    Together, not page by page: what is left out of one hides what another shows. The figures tell the sums of districts, of
    campaigns with a match.
    """
    ids = [row["id"] for row in rows]
    parts = [
        Part(str(one), "", pence, people, largest)
        for one, (pence, people, largest) in zip(ids, by_campaign(world.gifts, ids), strict=True)
    ]
    places = [row["district"] if row["matched"] else "" for row in rows]
    return disclosure.public_within(parts, places, crowd_by_district(world))


async def crowd_by_objective(world: World) -> tuple[Part, ...]:
    """What backers pledged to campaigns with a match, by objective: exact; `people` 0 where it may not be told."""
    rows = await world.rows(
        "SELECT e.id, e.district, e.objective, EXISTS (SELECT 1 FROM ev_match m WHERE m.campaign_id = e.id AND m.counts)"
        f" AS matched, {LISTED} AS listed FROM ev_campaign e JOIN project j ON j.id = e.project_id ORDER BY e.id",
        sorted(PUBLIC),
    )
    listed = [row for row in rows if row["listed"]]
    told = {
        row["id"] for row, part in zip(listed, crowd_by_campaign(world, listed), strict=True) if part.value is not None
    }
    parts = []
    for objective in sorted({row["objective"] for row in rows if row["matched"]}):
        ids = [row["id"] for row in rows if row["matched"] and row["objective"] == objective]
        here = world.matched.where(np.isin(world.matched.campaign, np.array(ids, dtype=np.int64)))
        people = givers(here)
        may = told.issuperset(ids)
        parts.append(
            Part(
                objective or "none",
                objective or NOT_TOLD,
                here.pence,
                people.count if may else 0,
                people.largest_pence,
            )
        )
    return tuple(parts)
