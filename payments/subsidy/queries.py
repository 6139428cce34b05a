"""Reads about subsidy checks: what else we gave a group in the years that count, and what is still to do."""

from dataclasses import dataclass
from datetime import date

from crowdfund_kent.clock import london_day
from crowdfund_kent.database import fetch
from payments.subsidy import rules
from payments.subsidy.models import SubsidyCheck
from payments.subsidy.states import Subsidy
from pledges.models import MatchPledge
from pledges.recipients import WITH, group_id_for, project_of, title_for
from pledges.states import Match


@dataclass(frozen=True, slots=True)
class Ours:
    """One match of the site that counts: its reference, when it was signed, and what the group has or will have of it."""

    match_id: int
    reference: str
    fund: str
    signed_on: date
    pence: int


async def ours_in(group_id: int, match: MatchPledge) -> list[Ours]:
    """All match to the group in the financial year of `match` and the two before, it among them; what was let go is not.

    What came back counts no more: amount, less what was let go of one that was closed short, less recovered.
    """
    day = london_day(match.created_at)
    rows = await fetch(
        "SELECT m.id, m.reference, f.name AS fund, (m.created_at AT TIME ZONE 'Europe/London')::date AS signed_on,"
        " m.amount_pence - m.recovered_pence - (SELECT coalesce(sum(d.short_pence), 0) FROM match_draw d"
        "  WHERE d.match_pledge_id = m.id) AS pence"
        " FROM match_pledge m JOIN match_fund f ON f.id = m.fund_id LEFT JOIN campaign c ON c.id = m.campaign_id"
        " JOIN project p ON p.id = coalesce(c.project_id, m.project_id)"
        " WHERE p.group_id = $1 AND m.status <> 'released'"
        " AND (m.created_at AT TIME ZONE 'Europe/London')::date BETWEEN $2 AND $3 ORDER BY m.id",
        group_id,
        rules.years_begin(day),
        max(day, london_day(match.created_at)),
    )
    return [Ours(row["id"], row["reference"], row["fund"], row["signed_on"], int(row["pence"])) for row in rows]


async def ours_pence(match: MatchPledge) -> int:
    """Their sum."""
    return sum(one.pence for one in await ours_in(await group_id_for(match), match))


async def missing_of(match_ids: list[int]) -> dict[int, str]:
    """Match pledge id -> why it can't be paid yet, in a few words; those that are cleared are left out."""
    found = {row.match_pledge_id: row for row in await SubsidyCheck.filter(match_pledge_id__in=match_ids)}
    return {one: words for one in match_ids if (words := _missing(found.get(one)))}


def _missing(found: SubsidyCheck | None) -> str:
    if found is None or found.status == Subsidy.ASKED:
        return "The group has not answered about subsidy"
    if found.status == Subsidy.ANSWERED:
        return "What the group said about subsidy is to be looked at"
    if found.status == Subsidy.BLOCKED:
        return "Above the limit for subsidies in three years"
    return ""


@dataclass(frozen=True, slots=True)
class Published:
    """A line of the report of subsidies to be published."""

    reference: str
    group: str
    fund: str
    amount_pence: int
    signed_on: date
    rule_set: str
    title: str
    funder: str
    confirmed_on: date | None


async def to_publish() -> list[Published]:
    """Cleared subsidies to enterprises that the rule set of their day has published; not what was let go before it was paid."""
    rows = (
        await SubsidyCheck.filter(status=Subsidy.CLEARED, is_enterprise=True)
        .exclude(match_pledge__status=Match.RELEASED)
        .order_by("id")
        .select_related("match_pledge__fund__funder", *(f"match_pledge__{one}" for one in WITH))
    )
    found = []
    for row in rows:
        match, rule_set = row.match_pledge, rules.rule_set(row.rule_set)
        if not rules.to_publish(rule_set, is_enterprise=True, amount_pence=match.amount_pence):
            continue
        found.append(
            Published(
                match.reference,
                project_of(match).group.name,
                match.fund.name,
                match.amount_pence,
                london_day(match.created_at),
                rule_set.name,
                title_for(match),
                match.fund.funder.name,
                london_day(row.confirmed_at) if row.confirmed_at else None,
            )
        )
    return found
