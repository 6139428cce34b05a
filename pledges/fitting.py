"""Which funds fit a project, rule by rule, and when each could decide. The rules themselves: fitting_rules.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from crowdfund_kent.clock import business_today
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import Refused
from crowdfund_kent.geography import DISTRICTS
from crowdfund_kent.settings import get_settings
from pledges import pots, rounds_ahead
from pledges.calculator import most
from pledges.fitting_rules import FundNow, RuleFit, Wish, judge, judge_scope, may_fit, round_words
from pledges.fund_queries import calculator_terms, other_public_pence, rules_on
from pledges.fund_scope import all_numbers
from pledges.models import FundRules, MatchFund
from pledges.rounds_ahead import RoundAhead
from pledges.states import Fund as FundStatus
from pledges.totals import totals
from projects.kinds import CheckAnswer, CheckItem
from projects.match_days import MatchDays
from projects.models import Campaign, CampaignCheck, Objective, Project, ProjectVersion
from projects.queries import lines_of, newest_campaign, project_with_group
from projects.states import Campaign as CampaignStatus

_NAMES: Final = {one.code: one.name for one in DISTRICTS}
# its group has chosen a crowd: no small grant without one
_IN_CROWD: Final = frozenset(
    {
        CampaignStatus.APPROVED,
        CampaignStatus.LIVE,
        CampaignStatus.SUSPENDED,
        CampaignStatus.CLOSING,
        CampaignStatus.SUCCESSFUL,
        CampaignStatus.COLLECTING,
        CampaignStatus.SETTLED,
    }
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A fund that is open or will be, looked at for one project. `most_pence`: what it could add at most as things stand.

    `when`: its next round in one line, empty where there is none.
    """

    fund: MatchFund
    fits: Sequence[RuleFit]
    when: str
    most_pence: int | None

    @property
    def may_fit(self) -> bool:
        """Nothing is against it that time alone won't change."""
        return may_fit(self.fits)

    @property
    def has_answered(self) -> bool:
        """It holds money for this campaign already: what it offered is told on other pages."""
        return any(one.rule == "one answer" for one in self.fits)

    @property
    def against(self) -> list[RuleFit]:
        """The rules that keep it from fitting."""
        return [one for one in self.fits if one.ok is False and not one.waits]


async def fits(fund: MatchFund, given: Campaign | Project, day: date | None = None) -> list[RuleFit]:
    """Rule by rule, whether a fund fits a campaign or a project on a day. Empty where the fund has no rules yet."""
    today = day or business_today()
    rules = await _rules_of(fund, today)
    if rules is None:
        return []
    rounds = await rounds_ahead.next_rounds([fund.id], today)
    project, campaign = await _read(given)
    now = await _fund_now(fund, rules, rounds.get(fund.id, ()), await _left(fund.id))
    return judge(now, await _with_crowd(await _wish(fund, project, campaign), fund, campaign), today)


async def refuse_unfit(fund: MatchFund, given: Campaign | Project, day: date | None = None) -> None:
    """Refused, with the rule by name and its words, where a fund's rules of the day leave this project out.

    Whoever proposes, votes or signs: place, kind of group, objective, costs and "not twice" are nobody's to decide over.
    """
    rules = await rules_on(fund.id, day or business_today())
    project, campaign = await _read(given)
    judged = judge_scope(await _fund_now(fund, rules), await _wish(fund, project, campaign))
    if against := next((one for one in judged if one.ok is False), None):
        raise Refused(f"{fund.name} can't give to this project. {against.words}", rule=against.rule)


async def suggest(given: Campaign | Project, day: date | None = None) -> list[Suggestion]:
    """Every fund that is open on a day or will be, those that fit first, each in the order in which funds serve."""
    today = day or business_today()
    project, campaign = await _read(given)
    funds = await _open_funds(today)
    rounds = await rounds_ahead.next_rounds([fund.id for fund in funds], today)
    found = []
    for fund in funds:
        rules = await _rules_of(fund, today)
        if rules is None:
            continue
        ahead = rounds.get(fund.id, ())
        now = await _fund_now(fund, rules, ahead, await _left(fund.id))
        looked_at = judge(now, await _with_crowd(await _wish(fund, project, campaign), fund, campaign), today)
        could = await _most(fund, rules, campaign) if may_fit(looked_at) else None
        found.append(Suggestion(fund, looked_at, round_words(ahead[0]) if ahead else "", could))
    return sorted(found, key=lambda one: not one.may_fit)


async def days_of(project_id: int, match_wanted_pence: int | None) -> list[MatchDays]:
    """When each fund that fits a project decides next, for the page on which its group chooses the last day.

    A fund that can decide at any time, or in between for the sum that is wanted, has no last day to wait for.
    """
    today = business_today()
    project = await project_with_group(project_id)
    suggested = [one for one in await suggest(project, today) if one.may_fit and not one.fund.without_crowd]
    rounds = await rounds_ahead.next_rounds([one.fund.id for one in suggested], today)
    found = []
    for one in suggested:
        rules = await rules_on(one.fund.id, max(today, one.fund.starts_on))
        between, ahead = rules.between_rounds_pence, rounds.get(one.fund.id, ())
        at_any_time = between is None or (match_wanted_pence is not None and match_wanted_pence <= between)
        if ahead and not at_any_time:
            first = ahead[0]
            found.append(MatchDays(one.fund.name, first.opens_on, first.ask_by, first.decide_by))
        elif at_any_time:
            found.append(MatchDays(one.fund.name, working_days=rules.decision_working_days))
        else:
            found.append(MatchDays(one.fund.name))
    return found


async def _open_funds(today: date) -> list[MatchFund]:
    """Funds that add money today or will within a year; made-up ones are left out."""
    return (
        await MatchFund.filter(status=FundStatus.OPEN, ends_on__gte=today, generated=False)
        .filter(starts_on__lte=today + timedelta(days=365))
        .order_by("position", "id")
        .prefetch_related("funder")
    )


async def _rules_of(fund: MatchFund, today: date) -> FundRules | None:
    """The rules of today; of a fund that is not open yet, those of its first day."""
    try:
        return await rules_on(fund.id, max(today, fund.starts_on))
    except Refused:
        return None


async def _read(given: Campaign | Project) -> tuple[Project, Campaign | None]:
    if isinstance(given, Campaign):
        return await project_with_group(given.project_id), given
    return await project_with_group(given.id), await newest_campaign(given.id)


async def _fund_now(
    fund: MatchFund, rules: FundRules, rounds: Sequence[RoundAhead] = (), left_pence: int = 0
) -> FundNow:
    wanted = list(rules.objective_ids)
    objectives = await Objective.filter(id__in=wanted).order_by("position", "id") if wanted else []
    return FundNow(
        name=fund.name,
        is_open=fund.status == FundStatus.OPEN,
        starts_on=fund.starts_on,
        ends_on=fund.ends_on,
        without_crowd=fund.without_crowd,
        left_pence=left_pence,
        numbers=all_numbers(rules),
        area_codes=frozenset(rules.area),
        area=[_NAMES[code] for code in rules.area],
        group_kinds=frozenset(rules.group_kinds),
        objectives=[(one.id, one.name) for one in objectives],
        same_list=fund.objective_list == get_settings().objective_list,
        exclusions=list(rules.exclusions),
        revenue_only=rules.revenue_only,
        decision_working_days=rules.decision_working_days,
        decides_between_pence=rules.between_rounds_pence,
        rounds=rounds,
    )


async def _left(fund_id: int) -> int:
    """What is left in all of its sources: whether one with a purpose is drawn is an officer's word."""
    rows = await fetch("SELECT id FROM funding_source WHERE fund_id = $1 AND purpose <> ''", fund_id)
    return sum(source.left_pence for source in await pots.sources_left(fund_id, [int(row["id"]) for row in rows]))


async def _wish(fund: MatchFund, project: Project, campaign: Campaign | None) -> Wish:
    target, revenue = await _plan(project, campaign)
    campaign_id = campaign.id if campaign is not None else 0
    (row,) = await fetch(_HELD, project.id, campaign_id, fund.id, project.group_id)
    told_apart = await CampaignCheck.filter(
        campaign_id=campaign_id, item=CheckItem.DOUBLE, answer=CheckAnswer.CHECKED
    ).exists()
    return Wish(
        district_code=project.district_code,
        district=_NAMES.get(project.district_code, ""),
        group_kind=project.group.legal_form,
        objective_id=project.objective_id,
        target_pence=max(0, target),
        revenue_pence=revenue,
        in_crowd=campaign is not None and campaign.status in _IN_CROWD,
        has_answer=bool(row["has_answer"]),
        funded_by=row["funded_by"] or "",
        funded_before=list(row["funded_before"] or ()),
        last_day=campaign.last_day if campaign is not None else None,
        told_apart=told_apart,
    )


async def _with_crowd(wish: Wish, fund: MatchFund, campaign: Campaign | None) -> Wish:
    """The same with what its campaign has raised, once it was open."""
    if campaign is None or campaign.opened_at is None:
        return wish
    now = await totals(campaign.id)
    return replace(
        wish,
        crowd_pence=now.crowd_pence,
        backers=now.backers,
        promised_pence=now.crowd_pence + now.match_promised_pence,
        other_public_pence=await other_public_pence(campaign.id, fund.id),
    )


async def _plan(project: Project, campaign: Campaign | None) -> tuple[int, int]:
    """Target and revenue: as approved, else as the lines stand now."""
    if campaign is not None and campaign.version_id is not None and campaign.target_pence is not None:
        version = await ProjectVersion.get(id=campaign.version_id)
        return campaign.target_pence, version.revenue_pence
    figures = (await lines_of(project.id)).figures
    return figures.target_pence, figures.revenue_pence


async def _most(fund: MatchFund, rules: FundRules, campaign: Campaign | None) -> int | None:
    """What the calculator gives now, by the rules' own numbers; nothing is said before a campaign is open."""
    if campaign is None or campaign.status != CampaignStatus.LIVE:
        return None
    return most(await calculator_terms(campaign, fund.id, rules)).pence


# what funds hold or held for this project and its group: $1 project, $2 its campaign, $3 fund, $4 group
_HELD: Final = """
SELECT EXISTS (SELECT 1 FROM match_pledge m WHERE m.fund_id = $3 AND m.status <> 'released'
                  AND (m.campaign_id = $2 OR m.project_id = $1)) AS has_answer,
       (SELECT f.name FROM match_pledge m JOIN match_fund f ON f.id = m.fund_id
         LEFT JOIN campaign c ON c.id = m.campaign_id
         WHERE m.status <> 'released' AND ((c.project_id = $1 AND c.id <> $2) OR (m.project_id = $1 AND m.fund_id <> $3))
         ORDER BY m.id LIMIT 1) AS funded_by,
       (SELECT array_agg(DISTINCT p.title) FROM match_pledge m LEFT JOIN campaign c ON c.id = m.campaign_id
         JOIN project p ON p.id = coalesce(c.project_id, m.project_id)
         WHERE m.status <> 'released' AND p.group_id = $4 AND p.id <> $1) AS funded_before
"""
