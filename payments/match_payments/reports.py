"""When the interim report on a funded project was accepted: the rest of an award in two parts is due from then on."""

from collections.abc import Collection
from datetime import date


async def interim_accepted_on(_campaign_ids: Collection[int]) -> dict[int, date]:
    """Campaign id -> the London day; campaigns without an accepted report are left out."""
    return {}
