"""A group's pages of its campaign in each state: plain words, what comes next, opening, cancelling, ending early."""

from datetime import timedelta

import pytest

from crowdfund_kent import clock
from crowdfund_kent.clock import business_today
from projects import raised
from projects.models import Campaign, CostLine, Group
from projects.states import Campaign as Status
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.pledges.pot_make import card_pledge
from tests.projects import make
from tests.projects.group_pages import at_project, day_parts, plain


async def test_every_page_of_a_draft_is_sound_and_free_of_committee_words(client: SiteClient) -> None:
    project = await make.project(in_kind_pence=5_000, other_pence=5_000)
    base = await at_project(client, project)
    line = await CostLine.get(project_id=project.id)
    for path in (
        "", "/preview", "/submit", "/title", "/summary", "/story", "/place", "/objective", "/picture", "/last-day",
        "/too-much", "/who", "/match", "/permission", "/children", "/lists/costs", "/lists/other-funding",
        "/lists/in-kind", f"/lists/costs/{line.id}", f"/lists/costs/{line.id}/remove", "/withdraw",
    ):  # fmt: skip
        plain(await client.get(base + path))
    group = base.split("/projects/")[0]
    for path in ("", "/name", "/details", "/invite", "/projects/new"):
        plain(await client.get(group + path))
    plain(await client.get("/account"))


@pytest.mark.parametrize("status", list(Status))
async def test_each_state_has_its_page_with_what_comes_next(client: SiteClient, status: Status) -> None:
    project = await make.project()
    campaign = await make.campaign(Status.LIVE, project)
    await Campaign.filter(id=campaign.id).update(status=status)
    page = await client.get(await at_project(client, project))
    plain(page)
    if status == Status.SETTLED:
        assert "Payout to follow" in page.text
    if status in {Status.CANCELLED, Status.UNSUCCESSFUL, Status.WITHDRAWN, Status.REFUSED}:
        assert "Begin a new campaign" in page.form("again").buttons


async def test_an_owner_opens_an_approved_campaign_and_is_told_when_the_day_came_too_near(client: SiteClient) -> None:
    project = await make.project()
    await make.campaign(Status.APPROVED, project)
    base = await at_project(client, project)
    await clock.advance(timedelta(days=30))
    page = await client.get(base)
    assert "change the last day" in page.text
    page = await (await client.get(f"{base}/open")).submit({}, status=422)
    assert "6 to 12 weeks" in page.errors[0]
    page = await (await client.get(f"{base}/last-day")).submit(
        day_parts(business_today() + timedelta(days=50)), to=base
    )
    page = await (await page.follow("Open the campaign")).submit({}, to=base)
    assert "Your campaign is open" in page.text
    assert page.link("See the public page") == f"/projects/{project.slug}"
    plain(page)


async def test_an_owner_cancels_with_a_message_and_begins_again(client: SiteClient) -> None:
    project = await make.project()
    await make.campaign(Status.LIVE, project)
    base = await at_project(client, project)
    page = await (await client.get(base)).follow("Cancel the campaign")
    page = await page.submit({"message": ""}, status=422)
    assert page.errors == ["Enter a message that says why"]
    page = await page.submit({"message": "The wall fell down."}, to=base)
    assert "The wall fell down." in page.text
    page = await page.submit({}, form="again", to=base)
    assert "Draft" in page.text
    await client.get(f"{base}/cancel", status=404)


async def test_ending_early_is_offered_only_once_the_target_is_met(client: SiteClient) -> None:
    project = await make.project(cost_pence=600_000)
    campaign = await make.campaign(Status.LIVE, project)
    base = await at_project(client, project)
    await card_pledge(campaign, 599_999)
    page = await client.get(base)
    assert "£5,999.99 pledged of £6,000" in page.text
    assert "End it early" not in page.text
    page = await (await client.get(f"{base}/end-early")).submit({}, status=422)
    assert "once its target is met" in page.errors[0]
    await card_pledge(campaign, 1)
    page = await (await client.get(base)).follow("End it early, now that the target is met")
    page = await page.submit({}, to=base)
    assert "Closing" in page.text


async def test_the_account_page_shows_groups_projects_and_what_comes_next(client: SiteClient) -> None:
    project = await make.project()
    await make.campaign(Status.APPROVED, project)
    await at_project(client, project)
    page = await client.get("/account")
    assert page.rows("Friends of the Tidal Pool") == [[f"{project.title} Open your campaign.", "Approved"]]
    stranger = await make.person()
    await sign_in(client, stranger)
    page = await client.get("/account")
    assert page.link("Set up your group") == "/groups/new"


async def test_generated_records_say_so_first(client: SiteClient) -> None:
    project = await make.project()
    await Group.filter(id=project.group_id).update(generated=True)
    page = await client.get(await at_project(client, project))
    assert "Generated records" in page.text


async def test_a_step_that_another_package_offers_stands_on_the_campaigns_page(client: SiteClient) -> None:
    project = await make.project()
    campaign = await make.campaign(Status.LIVE, project)

    async def steps(campaign_id: int, _person_id: int) -> list[raised.NextStep]:
        there = campaign_id == campaign.id
        return [raised.NextStep("Answer the offer of £2,500", "/groups/x/offers/M-1")] if there else []

    raised.offer(steps)
    page = await client.get(await at_project(client, project))
    assert page.link("Answer the offer of £2,500") == "/groups/x/offers/M-1"
    plain(page)
