"""What a group sees of its running campaign: nothing about anybody, and sums that agree with the public page."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import BACKER, SYSTEM
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.small_numbers import LEAST, without_small
from pledges import agreeing, pledging, pots
from pledges.dashboard import dashboard_of
from projects.models import Campaign, Project
from projects.next_things import Standing, next_things
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.pledges import make, pot_make

counts = st.dictionaries(st.sampled_from([f"District {number}" for number in range(12)]), st.integers(0, 40))


@given(counts, st.integers(0, 40))
def test_no_small_number_is_shown_or_had_by_subtraction(told: dict[str, int], unknown: int) -> None:
    shown, rest = without_small(told, unknown)
    assert sum(shown.values()) + rest == sum(told.values()) + unknown
    assert all(count >= LEAST and told[name] == count for name, count in shown.items())
    assert rest == 0 or rest >= LEAST or not shown
    hidden = {name: count for name, count in told.items() if count and name not in shown}
    # one district alone, with nobody beside it, would be told by what is missing
    assert not (len(hidden) == 1 and unknown == 0 and rest < LEAST and shown)


def standing(**changes: object) -> Standing:
    values: dict[str, object] = {
        "is_live": True,
        "target_pence": 100_000,
        "raised_pence": 20_000,
        "waiting_pence": 0,
        "backers": 30,
        "days_open": 30,
        "days_left": 20,
        "one_gives_much": False,
    }
    return Standing(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (standing(backers=3, days_open=2), "Send the page to 17 people you know, one by one"),
        (standing(backers=19, days_open=2), "Send the page to 1 person you know, one by one"),
        (
            standing(backers_missing=4, pence_missing=5_000, funder="KCC"),
            "Get 4 more backers and £50 more from backers, so that KCC can look at it",
        ),
        (standing(one_gives_much=True), "Ask for many small pledges"),
        (standing(days_left=0), "Say the last day in everything you send"),
        (standing(waiting_pence=3_000), "Tell your backers that our e-mail about the later day is real"),
        (standing(raised_pence=100_000), "Thank your backers"),
        (standing(), "Post an update"),
    ],
)  # fmt: skip
def test_the_first_thing_to_do_fits_how_the_campaign_stands(found: Standing, said: str) -> None:
    pages = {"spread": "/s", "updates": "/u"}
    things = next_things(found, pages)
    assert things[0].words == said
    assert len(things) <= 4
    assert {one.href for one in things} <= set(pages.values())


def test_a_campaign_that_takes_nothing_has_nothing_to_do() -> None:
    pages = {"spread": "/s", "updates": "/u"}
    assert next_things(standing(is_live=False), pages) == []
    assert next_things(standing(days_left=None), pages) == []


pytestmark = pytest.mark.usefixtures("db")


async def test_the_line_ends_at_what_is_raised_whatever_came_and_went() -> None:
    campaign = await make.campaign(target_pence=50_000)
    stays, goes, grows = [await make.pledge(campaign, 2_000) for _ in range(3)]
    await make.pledge(campaign, 9_000, active=False)
    await pledging.cancel(goes.id, BACKER)
    await pledging.change(grows.id, BACKER, amount_pence=5_000)
    fund = await pot_make.fund(10_000)
    match = await pots.take_exact(fund.id, 10_000, pots.Offer(campaign.id, {}), SYSTEM)
    await pots.pledge(match, SYSTEM)
    found = await dashboard_of(await Campaign.get(id=campaign.id))
    assert found.days[-1].raised_pence == found.totals.raised_pence == 17_000
    assert found.days[-1].day == business_today()
    assert stays.status == "active"


async def test_conditions_of_a_fund_follow_its_rules_in_force_and_the_fair_count() -> None:
    campaign = await make.campaign(target_pence=50_000)
    fund = await pot_make.fund(10_000)  # 2 backers, 10%
    for email in ("Kim+a@example.org", "kim@example.org"):
        await make.pledge(campaign, 2_000, email=email, fingerprint="the same card")
    (condition,) = [one for one in (await dashboard_of(campaign)).conditions if one.slug == fund.slug]
    assert (condition.backers, condition.backers_missing, condition.pence_missing) == (1, 1, 1_000)
    await make.pledge(campaign, 1_000)
    (condition,) = [one for one in (await dashboard_of(campaign)).conditions if one.slug == fund.slug]
    assert condition.is_met
    await pots.take_exact(fund.id, 1_000, pots.Offer(campaign.id, {}), SYSTEM)
    assert [one for one in (await dashboard_of(campaign)).conditions if one.slug == fund.slug] == []


async def test_one_who_gives_more_than_a_third_is_said_of_five_backers_or_more() -> None:
    campaign = await make.campaign()
    await make.pledge(campaign, 3_000)
    for _ in range(3):
        await make.pledge(campaign, 1_000)
    assert not (await dashboard_of(campaign)).one_gives_much
    await make.pledge(campaign, 1_000)
    assert (await dashboard_of(campaign)).one_gives_much
    await make.pledge(campaign, 2_000)
    assert not (await dashboard_of(campaign)).one_gives_much  # exactly a third


async def test_the_page_of_a_running_campaign_shows_it_all_and_only_owners_end_it(client: SiteClient) -> None:
    owner = await pot_make.person("Ora")
    campaign = await make.campaign(target_pence=10_000, owner_id=owner.person_id)
    project = await Project.get(id=campaign.project_id).select_related("group")
    pledges = [await make.pledge(campaign, 1_000) for _ in range(9)]
    for pledge in pledges[:6]:
        await agreeing.save_district(pledge.id, "E07000114", BACKER)
    for pledge in pledges[6:]:
        await agreeing.save_district(pledge.id, "E07000108", BACKER)
    await sign_in(client, await Person.get(id=owner.person_id))
    path = f"/groups/{project.group.slug}/projects/{project.slug}"
    page = await client.get(path)
    assert "£90 pledged of £100" in page.main
    assert "Too few have said" in page.main  # the three of Dover would be told by what is missing
    assert "End it early" not in page.main
    for _ in range(2):
        await make.pledge(campaign, 5_000)
    await Campaign.filter(id=campaign.id).update(opened_at=business_now() - timedelta(days=3))
    page = await client.get(path)
    assert "End it early" in page.main
    assert page.rows("Backers by district") == [["Thanet", "6", ""], ["Elsewhere, or not told", "5", ""]]
    assert page.rows("Pledged in all")[-1] == [f"{business_today().day} {business_today():%b %Y}", "£190 (+£190)"]
