"""Reports that a payment waits for: the interim one of an award in two parts; where the fund says so, one that is overdue."""

from collections.abc import Collection, Sequence
from datetime import date

from crowdfund_kent.clock import london_day
from pledges.models import FundRules, MatchPledge
from pledges.recipients import project_of
from projects.reports.queries import interim_accepted_at, overdue_of_group


async def interim_accepted_on(campaign_ids: Collection[int]) -> dict[int, date]:
    """Campaign id -> the London day; campaigns without an accepted report are left out."""
    found = {one: await interim_accepted_at(one) for one in set(campaign_ids)}
    return {one: london_day(moment) for one, moment in found.items() if moment is not None}


async def stopped_by_overdue(matches: Sequence[MatchPledge], today: date) -> dict[int, str]:
    """Match pledge id -> why it waits: its group owes an overdue report, and the fund's rules of the day stop it for that."""
    found = {}
    stops: dict[int, bool] = {}
    for match in matches:
        if match.fund_id not in stops:
            said = FundRules.filter(fund_id=match.fund_id, applies_from__lte=today).order_by("-applies_from")
            rules = await said.first()
            stops[match.fund_id] = rules is not None and rules.overdue_stops
        if stops[match.fund_id] and (owed := await overdue_of_group(project_of(match).group_id)):
            found[match.id] = f"The group owes an overdue report on “{owed[0].title}”"
    return found
