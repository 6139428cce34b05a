"""What a running campaign may change: the rules in numbers, and the way of a change from a group to an officer."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from crowdfund_kent.models import Outbox
from pledges import changing, pots
from projects import change_rules, rules, services
from projects.kinds import ChangeKind, CostKind, MemberRole
from projects.models import Campaign, CampaignChange, CostLine, Member, Project, ProjectVersion
from projects.states import Campaign as Status
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.pledges import pot_make
from tests.projects import make

DAY = date(2026, 12, 20)
LIMITS = rules.Limits(42, 84, 25_000)


def plan(*costs: tuple[str, str, int], other: int = 0, **words: str) -> dict[str, Any]:
    return {
        "summary": "Steps.",
        "story": "The old steps are slippery.",
        "costs": [{"words": name, "kind": kind, "amount_pence": pence} for name, kind, pence in costs],
        "other_funding": [{"words": "Fair", "amount_pence": other}] if other else [],
        "in_kind": [],
        **words,
    }


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (DAY + timedelta(days=1), None),
        (DAY + timedelta(days=28), None),
        (DAY + timedelta(days=29), "up to 4 weeks: enter 17 January 2027 or an earlier day"),
        (DAY, "Enter a day after 20 December 2026"),
        (DAY - timedelta(days=1), "Enter a day after 20 December 2026"),
    ],
)
def test_a_last_day_moves_to_a_later_day_within_four_weeks(wanted: date, problem: str | None) -> None:
    found = change_rules.later_day_problem(wanted, DAY, 28)
    assert (found is None) if problem is None else (problem in str(found))


OLD = plan(("Rail", "capital", 300_000), ("Paint", "revenue", 100_000), other=50_000)


@pytest.mark.parametrize(
    ("new", "told", "target"),
    [
        (OLD, "", 350_000),
        (plan(("Rail", "capital", 300_000), ("Paint", "revenue", 100_000), other=50_000, story="New."), "the story", 350_000),
        (plan(("Rail", "capital", 280_000), ("Paint", "revenue", 100_000), other=50_000), "the costs and the target", 330_000),
        # the same sum by other lines: the costs change, the target does not
        (plan(("Rail", "revenue", 300_000), ("Paint", "revenue", 100_000), other=50_000), "the costs", 350_000),
        (plan(("Rail", "capital", 300_000), ("Paint", "revenue", 100_000)), "the money found before and the target", 400_000),
        (
            plan(("Rail", "capital", 400_000), other=50_000, summary="A rail.", story="New."),
            "the summary, the story and the costs",
            350_000,
        ),
    ],
)  # fmt: skip
def test_what_changes_is_told_in_words_and_the_target_follows_from_the_lines(
    new: dict[str, Any], told: str, target: int
) -> None:
    found = change_rules.differences(OLD, new)
    assert (found.in_words, found.new_target_pence, found.old_target_pence) == (told, target, 350_000)
    assert found.any == bool(told)


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        (OLD, "Nothing differs"),
        (plan(), "Add at least one cost"),
        (plan(("Rail", "capital", 20_000)), "needs a target of £250 or more"),
        (plan(("Rail", "capital", 300_000), story=" "), "Enter a summary and a story"),
        (plan(("Rail", "capital", 300_000)), None),
    ],
)
def test_a_plan_needs_words_costs_and_a_target(new: dict[str, Any], problem: str | None) -> None:
    found = change_rules.plan_problem(OLD, new, LIMITS)
    assert (found is None) if problem is None else (problem in str(found))


def test_lines_stand_side_by_side_whatever_their_order() -> None:
    new = plan(("Paint", "revenue", 90_000), ("Robes", "revenue", 1_000), ("Rail", "capital", 300_000), other=50_000)
    ((title, lines),) = change_rules.differences(OLD, new).lists
    assert title == "Costs"
    assert [(one.words, one.before_pence, one.after_pence) for one in lines] == [
        ("Paint (it is used up)", 100_000, 90_000),
        ("Robes (it is used up)", None, 1_000),
        ("Rail (it lasts)", 300_000, 300_000),
    ]


@pytest.mark.parametrize(("raised", "reached"), [(9_999, []), (10_500, [500]), (12_000, [500, 2_000]), (11_999, [500])])
def test_extras_are_reached_by_what_is_raised_above_the_target(raised: int, reached: list[int]) -> None:
    extras = [{"words": "b", "amount_pence": 2_000}, {"words": "a", "amount_pence": 500}]
    found = change_rules.extras_reached(extras, raised, 10_000)
    assert [one["amount_pence"] for one in found] == [500, 2_000]
    assert [one["amount_pence"] for one in found if one["reached"]] == reached


pytestmark = pytest.mark.usefixtures("db")


async def running() -> tuple[Campaign, Actor]:
    campaign = await make.campaign()
    return campaign, await make.owner_of((await Project.get(id=campaign.project_id)).group_id)


async def asked_plan(campaign: Campaign, by: Actor, cost_pence: int) -> CampaignChange:
    """The one cost line gets another price."""
    change = await services.begin_change(campaign.id, ChangeKind.PLAN, by)
    await services.put_line(
        change.id, "costs", 0, by, words="Work", amount_pence=cost_pence, kind=CostKind.REVENUE, was="Work"
    )
    await services.write_change(change.id, by, reason="The harbour wants another rail.")
    return await services.ask_change(change.id, by)


async def test_an_agreed_plan_is_a_version_of_its_own_and_the_old_one_stays() -> None:
    campaign, by = await running()
    old = await ProjectVersion.get(id=campaign.version_id)
    change = await changing.agree((await asked_plan(campaign, by, 500_000)).id, await make.officer())
    now = await Campaign.get(id=campaign.id)
    assert (now.target_pence, change.old_version_id, change.new_version_id) == (500_000, old.id, now.version_id)
    new = await ProjectVersion.get(id=now.version_id)
    assert (old.number, old.target_pence, new.number, new.target_pence) == (1, 600_000, 2, 500_000)
    assert new.content["picture"] == old.content["picture"]
    assert [line.amount_pence for line in await CostLine.filter(project_id=campaign.project_id)] == [500_000]


async def test_only_an_owner_asks_and_only_an_officer_of_no_part_in_it_agrees() -> None:
    campaign, by = await running()
    group_id = (await Project.get(id=campaign.project_id)).group_id
    somebody = await make.person()
    await Member.create(group_id=group_id, person_id=somebody.id, role=MemberRole.EDITOR, created_at=real_now())
    editor = Actor(somebody.id, "group editor")
    with pytest.raises(Forbidden):
        await services.begin_change(campaign.id, ChangeKind.PLAN, editor)
    with pytest.raises(NotFound):
        await services.begin_change(campaign.id, ChangeKind.PLAN, Actor((await make.person()).id, "person"))
    change = await asked_plan(campaign, by, 500_000)
    for stranger in (by, await make.staff(Role.SIGNATORY), Actor((await make.person()).id, "person")):
        with pytest.raises(Forbidden):
            await changing.agree(change.id, stranger)
    officer = await make.officer()
    await changing.agree(change.id, officer)
    with pytest.raises(Conflict):
        await changing.agree(change.id, officer)


async def test_one_change_at_a_time_and_one_later_day() -> None:
    campaign, by = await running()
    change = await services.begin_change(campaign.id, ChangeKind.LAST_DAY, by)
    assert (await services.begin_change(campaign.id, ChangeKind.LAST_DAY, by)).id == change.id  # a second click
    with pytest.raises(Refused, match="One change at a time"):
        await services.begin_change(campaign.id, ChangeKind.PLAN, by)
    assert campaign.last_day is not None
    with pytest.raises(Refused, match="Enter the new last day"):
        await services.ask_change(change.id, by)
    with pytest.raises(Refused, match="up to 4 weeks"):
        await services.write_change(change.id, by, new_last_day=campaign.last_day + timedelta(days=29))
    await services.write_change(change.id, by, new_last_day=campaign.last_day + timedelta(days=28))
    with pytest.raises(Refused, match="Enter why"):
        await services.ask_change(change.id, by)
    await services.write_change(change.id, by, reason="Rain.")
    await services.ask_change(change.id, by)
    await changing.agree(change.id, await make.officer())
    with pytest.raises(Refused, match="moved once already"):
        await services.begin_change(campaign.id, ChangeKind.LAST_DAY, by)


async def test_a_refusal_changes_nothing_and_what_nobody_answered_ends_with_the_campaign() -> None:
    campaign, by = await running()
    refused = await asked_plan(campaign, by, 500_000)
    await services.refuse_change(refused.id, await make.officer(), "The rail is what people pledged for.")
    assert (await Campaign.get(id=campaign.id)).target_pence == 600_000
    open_one = await asked_plan(campaign, by, 500_000)
    await services.cancel(campaign.id, by, "We stop here. Thank you.")
    assert (await CampaignChange.get(id=open_one.id)).status == "lapsed"


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (Status.APPROVED, ChangeKind.PLAN, "Only a campaign that is open"),
        (Status.SUSPENDED, ChangeKind.LAST_DAY, "moves with the pause"),
        (Status.CLOSING, ChangeKind.PLAN, "Only a campaign that is open"),
    ],
)
async def test_only_an_open_campaign_changes(status: Status, kind: ChangeKind, said: str) -> None:
    campaign = await make.campaign(status)
    by = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    with pytest.raises(Refused, match=said):
        await services.begin_change(campaign.id, kind, by)


@pytest.mark.parametrize(
    ("match_pence", "cost_pence", "accepted", "rule"),
    [
        (300_000, 500_000, True, "max_share"),  # half of £5,000 is less than £3,000
        (300_000, 500_000, False, "max_share"),
        (250_000, 500_000, True, None),
        (300_000, 700_000, True, None),
        (200_000, 599_900, True, None),
    ],
)
async def test_a_plan_that_would_break_what_a_fund_promised_is_refused_with_its_rule(
    match_pence: int, cost_pence: int, accepted: bool, rule: str | None
) -> None:
    campaign, by = await running()
    fund = await pot_make.fund(1_000_000)
    match = await pots.take_exact(fund.id, match_pence, pots.Offer(campaign.id, {}), by)
    if accepted:
        await pots.pledge(match, by)
    change = await asked_plan(campaign, by, cost_pence)
    officer = await make.officer()
    if rule is None:
        assert (await changing.agree(change.id, officer)).status == "agreed"
        return
    with pytest.raises(Refused) as refused:
        await changing.agree(change.id, officer)
    assert refused.value.rule == rule
    assert "it may be at most £2,500" in refused.value.message
    assert (await Campaign.get(id=campaign.id)).target_pence == 600_000


async def test_a_lower_target_that_the_crowd_has_filled_leaves_no_room_for_the_match() -> None:
    campaign, by = await running()
    fund = await pot_make.fund(1_000_000)
    match = await pots.take_exact(fund.id, 200_000, pots.Offer(campaign.id, {}), by)
    await pots.pledge(match, by)
    await pot_make.card_pledge(campaign, 450_000)  # more than needed already: that alone is nobody's fault
    same = await asked_plan(campaign, by, 640_000)
    await changing.agree(same.id, await make.officer())
    lower = await asked_plan(await Campaign.get(id=campaign.id), by, 600_000)
    with pytest.raises(Refused) as refused:
        await changing.agree(lower.id, await make.officer())
    assert refused.value.rule == "gap"


async def test_a_group_writes_a_change_and_an_officer_sees_both_sides(client: SiteClient) -> None:
    campaign, by = await running()
    project = await Project.get(id=campaign.project_id).select_related("group")
    path = f"/groups/{project.group.slug}/projects/{project.slug}"
    await sign_in(client, await Person.get(id=by.person_id))
    page = await client.get(f"{path}/changes")
    page = await page.submit({"kind": "another plan"}, to=re.compile(rf"{path}/changes/\d+"))
    page = await (await page.follow("Summary and story")).submit({"story": "A rail **on both sides**."}, to=page.path)
    lines = await page.follow("What it costs")
    line = await lines.follow("Change Work")
    lines = await line.submit({"amount": "5,500"}, to=lines.path)
    lines = await (await lines.follow("Add a line")).submit(
        {"words": "A bell", "amount": "100", "kind": "capital"}, to=lines.path
    )
    lines = await (await lines.follow("Remove A bell")).submit(to=lines.path)
    page = await lines.follow("Back to your change")
    page = await (await page.follow("Why it changes")).submit({"reason": "Two neighbours asked."}, to=page.path)
    sending = await page.follow("Check it and send it")
    assert "£5,500" in sending.main
    page = await sending.submit(to=f"{path}/changes")
    assert page.rows("What you asked for")[0][2] == "With an officer"
    change = await CampaignChange.get(campaign_id=campaign.id)
    await sign_in(client, await Person.get(id=(await make.officer()).person_id))
    page = await (await client.get("/staff/changes")).follow(project.title)
    assert page.summary["Target as asked"] == "£5,500"
    assert page.rows("Costs") == [["Work (it is used up) another price", "£6,000.00", "£5,500.00"]]
    page = await (await page.follow("Agree")).submit(to="/staff/changes")
    assert "Agreed. Backers are told" in page.main
    assert (await CampaignChange.get(id=change.id)).status == "agreed"
    told = await Outbox.get(name="projects/change_agreed")
    assert "The target is £5,500" in told.body["text"]
