"""Funds suggested to a group: which fit its project, why others do not, and when each decides."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Refused
from pledges import funds, pots
from pledges.fitting import days_of, fits, refuse_unfit, suggest
from pledges.fitting_rules import RuleFit
from pledges.models import MatchFund
from projects import services
from projects.models import Campaign, Group, Project
from projects.states import Campaign as Status
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.pledges import pot_make as make
from tests.projects import make as written

pytestmark = pytest.mark.usefixtures("db", "app")  # the app hands panel's rounds to pledges


def rule(found: Sequence[RuleFit], name: str) -> bool | None:
    """What is said of one rule."""
    (one,) = [fit for fit in found if fit.rule == name]
    return one.ok


async def test_funds_that_fit_come_first_and_the_others_say_why() -> None:
    campaign = await make.live_campaign(1_000_000, revenue_pence=0)
    await Project.filter(id=campaign.project_id).update(district_code="E07000114")
    running_costs = await make.fund(500_000, rules=funds.Rules(least_backers=2, revenue_only=True))
    dover = await make.fund(500_000, rules=funds.Rules(area=("E07000108",)))
    small = await make.fund(500_000)
    await MatchFund.filter(id=small.id).update(without_crowd=True)
    draft, over, pilot = await make.fund(500_000), await make.fund(500_000), await make.fund(500_000)
    await MatchFund.filter(id=draft.id).update(status="draft")
    await MatchFund.filter(id=over.id).update(ends_on=business_today() - timedelta(days=1))
    await MatchFund.filter(id=pilot.id).update(generated=True)
    fitting = await make.fund(500_000, rules=funds.Rules(least_backers=2, area=("E07000108", "E07000114")), position=9)
    for _ in range(2):
        await make.card_pledge(campaign, 60_000)
    found = await suggest(campaign)
    assert [one.fund.id for one in found] == [fitting.id, running_costs.id, dover.id, small.id]
    assert [one.may_fit for one in found] == [True, False, False, False]
    assert [fit.rule for one in found[1:] for fit in one.against] == ["costs", "area", "crowd or not"]
    assert found[0].most_pence == 500_000  # all that is left in it
    assert rule(found[0].fits, "backers first") is True
    assert found[1].most_pence is None


async def test_other_public_money_the_first_answer_and_an_earlier_time_count() -> None:
    owner = await make.person("Owner")
    campaign = await make.live_campaign(1_000_000, owner=owner)
    ours, theirs = await make.fund(1_000_000), await make.fund(1_000_000, short_name="NHS")
    await pots.take_exact(theirs.id, 650_000, pots.Offer(campaign.id, {}), SYSTEM)
    assert rule(await fits(ours, campaign), "all public money") is False
    assert rule(await fits(theirs, campaign), "one answer") is False
    # the same project again, and another one of the same group
    again = await make.live_campaign(1_000_000, owner=owner)
    group_id = (await Project.get(id=campaign.project_id)).group_id
    await Project.filter(id=again.project_id).update(group_id=group_id)
    assert rule(await fits(ours, again), "same project") is None
    await Campaign.filter(id=campaign.id).update(status=Status.SETTLED)
    second = await make.live_campaign(1_000_000, owner=owner)
    await Campaign.filter(id=second.id).update(project_id=campaign.project_id)
    assert rule(await fits(ours, await Campaign.get(id=second.id)), "same project") is False


async def test_a_project_without_words_is_looked_at_as_far_as_it_says_something() -> None:
    fund = await make.fund(1_000, rules=funds.Rules(area=("E07000108",), revenue_only=True, exclusions=("Cake.",)))
    group = await written.group()
    project = await services.create_project(group.id, "Steps", await written.owner_of(group))
    found = await fits(fund, project)
    assert [rule(found, name) for name in ("area", "costs", "exclusions")] == [None, None, None]
    later = await make.fund(1_000, starts_on=business_today() + timedelta(days=30))
    assert rule(await fits(later, project), "open") is False
    assert [one.may_fit for one in await suggest(project)] == [True, True]


@pytest.mark.parametrize(
    ("rules", "rule"),
    [
        (funds.Rules(area=("E07000108",)), "area"),
        (funds.Rules(group_kinds=("one or two named people",)), "kind of group"),
        (funds.Rules(revenue_only=True), "costs"),
        (funds.Rules(), None),
    ],
)
async def test_nobody_decides_over_whom_a_fund_is_for(rules: funds.Rules, rule: str | None) -> None:
    campaign = await make.live_campaign(revenue_pence=0)
    await Project.filter(id=campaign.project_id).update(district_code="E07000114")
    fund = await make.fund(1_000, rules=rules)
    if rule is None:
        await refuse_unfit(fund, campaign)
        return
    with pytest.raises(Refused) as refused:
        await refuse_unfit(fund, campaign)
    assert refused.value.rule == rule
    assert refused.value.message.startswith(f"{fund.name} can't give to this project.")


async def test_the_group_reads_it_in_its_own_words(client: SiteClient) -> None:
    campaign = await written.campaign(Status.LIVE)
    project = await Project.get(id=campaign.project_id)
    group = await Group.get(id=project.group_id)
    by = await written.owner_of(group)
    fund = await make.fund(500_000, rules=funds.Rules(exclusions=("Events for members only.",)))
    dover = await make.fund(500_000, rules=funds.Rules(area=("E07000108",)))
    await sign_in(client, await Person.get(id=by.person_id))
    page = await client.get(f"/groups/{group.slug}/projects/{project.slug}")
    page = await page.follow("Which funds could add to it")
    assert page.h1 == "Which funds could add to your project"
    assert "It works in Dover, and the project is in Thanet." in page.main
    rows = {row[0]: row[2] for row in page.rows(f"Rule by rule: {fund.name}")}
    assert (rows["What it never pays for"], rows["Backers first"]) == ("somebody looks", "not yet")
    assert page.link(dover.name) == f"/funds/{dover.slug}"
    await pots.take_exact(fund.id, 100, pots.Offer(campaign.id, {}), SYSTEM)
    page = await client.get(page.path)
    assert "Has set money aside for you" in page.main
    assert "No other fund fits now" in page.main
    other = await written.group(name="Others")
    await client.get(f"/groups/{other.slug}/projects/{project.slug}/funds", status=404)


async def test_a_last_day_before_the_decision_is_refused_unless_no_match_is_wanted(client: SiteClient) -> None:
    fund = await make.fund(500_000, rules=funds.Rules(between_rounds_pence=10_000))
    decide_by = business_today() + timedelta(days=70)
    await make.a_round(fund, decide_by)
    group = await written.group()
    by = await written.owner_of(group)
    project = await written.project(group)
    await services.save_plan(project.id, by, match_wanted_pence=500_000)
    await sign_in(client, await Person.get(id=by.person_id))
    page = await client.get(f"/groups/{group.slug}/projects/{project.slug}/last-day")
    assert f"ask by {decide_by - timedelta(days=14):%-d %B %Y}, decided by {decide_by:%-d %B %Y}" in page.main
    early = decide_by - timedelta(days=1)
    typed = {f"last_day-{part}": str(getattr(early, part)) for part in ("day", "month", "year")}
    page = await page.submit(typed, status=422)
    assert page.errors[0].startswith(f"{fund.name} decides by {decide_by:%-d %B %Y}, after your campaign")
    await page.submit({"no_match": True}, to=f"/groups/{group.slug}/projects/{project.slug}/lists/other-funding")
    campaign = await Campaign.get(project_id=project.id)
    assert (campaign.last_day, campaign.match_wanted_pence) == (early, 0)
    await services.save_plan(project.id, by, last_day=decide_by, match_wanted_pence=500_000)
    assert (await Campaign.get(project_id=project.id)).last_day == decide_by


async def test_opening_looks_at_the_decision_again_and_a_small_sum_need_not_wait() -> None:
    campaign = await written.campaign(Status.APPROVED)
    by = await written.owner_of((await Project.get(id=campaign.project_id)).group_id)
    fund = await make.fund(500_000, rules=funds.Rules(between_rounds_pence=10_000))
    await Campaign.filter(id=campaign.id).update(match_wanted_pence=10_001)
    await make.a_round(fund, business_today() + timedelta(days=80))
    with pytest.raises(Refused) as refused:
        await services.open_campaign(campaign.id, by)
    assert refused.value.rule == "decision day"
    (ahead,) = await days_of(campaign.project_id, 10_001)
    assert (ahead.decide_by, ahead.working_days) == (business_today() + timedelta(days=80), None)
    (between,) = await days_of(campaign.project_id, 10_000)
    assert (between.decide_by, between.working_days) == (None, 20)
    last_day = business_today() + timedelta(days=60)
    with pytest.raises(Refused):
        await services.save_plan(campaign.project_id, by, last_day=last_day)
    with pytest.raises(Refused, match="approved"):
        await services.save_plan(campaign.project_id, by, last_day=last_day, match_wanted_pence=5)
    await services.save_plan(campaign.project_id, by, last_day=last_day, match_wanted_pence=0)
    assert (await services.open_campaign(campaign.id, by)).status == Status.LIVE


async def test_rounds_that_are_over_or_called_off_are_not_ahead() -> None:
    fund = await make.fund(500_000, rules=funds.Rules(between_rounds_pence=0))
    campaign = await make.live_campaign()
    day = business_today()
    await make.a_round(fund, day + timedelta(days=13))  # groups could ask until yesterday
    await make.a_round(fund, day + timedelta(days=50), status="cancelled")
    (nothing,) = await days_of(campaign.project_id, None)
    assert nothing.decide_by is None
    await make.a_round(fund, day + timedelta(days=90), status="open")
    await make.a_round(fund, day + timedelta(days=60), status="open")
    (first,) = await days_of(campaign.project_id, None)
    assert first.decide_by == day + timedelta(days=60)
