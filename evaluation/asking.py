"""Which records a figure is about. Generated and real ones are never in one figure: who asks for both is refused."""

from datetime import date
from typing import Final

from crowdfund_kent.clock import business_today, day_ends
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import Refused
from evaluation.scope import FIRST_DAY, Records

FIRST_LINE: Final = {
    Records.GENERATED: "Generated records that fit the published totals: only the totals are facts.",
    Records.REAL: "Real records: what happened on this site, or was imported from the Council’s own records.",
}


def checked_day(day: date) -> date:
    """A day that figures can be about, or Refused."""
    if not FIRST_DAY <= day <= business_today():
        raise Refused("There are figures from 1 March 2021 to today: choose such a day.", rule="day")
    return day


async def records_at(day: date) -> set[Records]:
    """Which kinds of campaigns there were by the end of that day."""
    rows = await fetch(
        "SELECT DISTINCT c.generated FROM campaign c WHERE EXISTS (SELECT 1 FROM campaign_event e WHERE e.subject_id = c.id"
        " AND e.effective_at < $1)",
        day_ends(day),
    )
    return {Records.GENERATED if row["generated"] else Records.REAL for row in rows}


async def only(day: date, wanted: Records | None = None) -> Records:
    """The records to report on: those that were asked for, or the only ones there are. Refused where there are both."""
    if wanted is not None:
        return wanted
    found = await records_at(day)
    if len(found) > 1:
        raise Refused(
            "There are real records and generated ones by that day, and no figure is made of both. Say which: real or"
            " generated.",
            rule="records",
        )
    return next(iter(found), Records.REAL)


async def shown(day: date, wanted: Records | None = None) -> Records:
    """The records that a page shows: those that were asked for; else real ones, or generated ones where there are no others."""
    if wanted is not None:
        return wanted
    return Records.GENERATED if await records_at(day) == {Records.GENERATED} else Records.REAL
