"""When the interim report on a funded project was accepted: the rest of an award in two parts is due from then on."""

from collections.abc import Collection
from datetime import date

from crowdfund_kent.clock import london_day
from projects.reports.queries import interim_accepted_at


async def interim_accepted_on(campaign_ids: Collection[int]) -> dict[int, date]:
    """Campaign id -> the London day; campaigns without an accepted report are left out."""
    found = {one: await interim_accepted_at(one) for one in set(campaign_ids)}
    return {one: london_day(moment) for one, moment in found.items() if moment is not None}
