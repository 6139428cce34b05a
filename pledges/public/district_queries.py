"""Reads for the pages of districts. Integer pence; small numbers of people are not told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch
from pledges.backers import backers_of, count_people
from pledges.public.queries import NEWEST, Listed, listing, public_statuses
from pledges.public.search import STATES, Wanted
from pledges.totals import totals_of

LEAST_TOLD: Final = 5  # fewer people than this are not counted in public (domain.md, section 4: equality)
SHOWN: Final = 6
MET: Final = [str(one) for one in STATES["funded"][1]]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many projects of a district take pledges now, met their target, and are public at all."""

    open: int = 0
    funded: int = 0
    all: int = 0


async def counts() -> dict[str, Counts]:
    """By the code of the district. Districts without a public project are left out."""
    rows = await fetch(
        f"WITH {NEWEST} SELECT v.content->>'district_code' AS code, count(*) AS all,"
        " count(*) FILTER (WHERE c.status = 'live' AND c.deadline_at > $2) AS open,"
        " count(*) FILTER (WHERE c.status = ANY($3::text[])) AS funded"
        " FROM c JOIN project_version v ON v.id = c.version_id GROUP BY 1",
        public_statuses(),
        business_now(),
        MET,
    )
    return {row["code"]: Counts(row["open"], row["funded"], row["all"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Here:
    """What the page of a district shows. `backers` is None where too few to tell are among them."""

    counts: Counts
    open: Sequence[Listed]
    funded: Sequence[Listed]
    raised_pence: int  # by projects that met their target
    pledged_pence: int  # to those that take pledges now
    backers: int | None
    places: Sequence[tuple[str, int]]  # towns and villages with how many projects each has
    generated: bool


async def here(code: str) -> Here:
    """The district with this code."""
    campaigns = await fetch(
        f"WITH {NEWEST} SELECT c.id, c.generated, c.status = ANY($2::text[]) AS met,"
        " c.status = 'live' AND c.deadline_at > $3 AS open, v.content->>'place' AS place"
        " FROM c JOIN project_version v ON v.id = c.version_id WHERE v.content->>'district_code' = $4",
        public_statuses(),
        MET,
        business_now(),
        code,
    )
    sums = await totals_of(row["id"] for row in campaigns if row["met"] or row["open"])
    people = count_people(keys for found in (await backers_of(list(sums))).values() for keys in found)
    names = [row["place"] for row in campaigns if row["place"]]
    return Here(
        counts=Counts(sum(row["open"] for row in campaigns), sum(row["met"] for row in campaigns), len(campaigns)),
        open=(await listing(Wanted(district=code, state="open"), size=2 * SHOWN)).projects,
        funded=(await listing(Wanted(district=code, state="funded"), size=SHOWN)).projects,
        raised_pence=sum(sums[row["id"]].raised_pence for row in campaigns if row["met"]),
        pledged_pence=sum(sums[row["id"]].raised_pence for row in campaigns if row["open"]),
        backers=people if people == 0 or people >= LEAST_TOLD else None,
        places=sorted({name: names.count(name) for name in names}.items()),
        generated=any(row["generated"] for row in campaigns),
    )


async def opened(code: str = "", most: int = 30) -> list[tuple[Listed, datetime]]:
    """The campaigns that opened last, in a district or in all, each with when it did."""
    found = (await listing(Wanted(district=code, sort="newest"), size=most)).projects
    rows = await fetch(
        "SELECT id, opened_at FROM campaign WHERE id = ANY($1::bigint[])", [one.campaign_id for one in found]
    )
    at = {row["id"]: row["opened_at"] for row in rows}
    return [(one, at[one.campaign_id]) for one in found if at[one.campaign_id] is not None]
