"""A project's page: every state of a campaign in honest words, and a button only while a pledge can be made."""

from datetime import timedelta

import pytest

from crowdfund_kent import audit, clock, events
from crowdfund_kent.accounts import sessions
from pledges import pots
from pledges.models import Pledge
from projects import services
from projects.kinds import CheckItem
from projects.models import Campaign, Project
from projects.queries import unfinished_campaign
from projects.states import Campaign as Status
from tests.client import Page, SiteClient
from tests.pledges import make as pledges_make
from tests.pledges import pot_make
from tests.projects import make

BUTTON = "Back this project"


async def page_of(client: SiteClient, campaign: Campaign) -> Page:
    """The page of its project."""
    return await client.get(f"/projects/{await pledges_make.slug_of(campaign)}")


async def match(campaign: Campaign, pence: int, *, accepted: bool) -> str:
    """A fund adds to it; the reference of the record."""
    fund = await pot_make.fund(10_000_000)
    made = await pots.take_exact(fund.id, pence, pots.Offer(campaign.id, {}), audit.SYSTEM)
    if accepted:
        await pots.pledge(made, audit.SYSTEM)
    return made.reference


async def test_a_live_project_answers_the_questions_in_order(client: SiteClient) -> None:
    last_day = clock.business_today() + timedelta(days=60)
    project = await make.project(cost_pence=840_000, capital_pence=400_000, other_pence=40_000, in_kind_pence=110_000)
    campaign = await make.campaign(Status.LIVE, of=project)
    for _ in range(3):
        await pledges_make.pledge(campaign, 100_000)
    reference = await match(campaign, 250_000, accepted=True)
    await match(campaign, 50_000, accepted=False)
    page = await page_of(client, campaign)
    told = (
        "Walpole Bay, Thanet",
        "Tidal pool steps for every body",
        "£5,500 pledged of £8,000. 60 days left, to midnight at the end of",
        "3 backers £3,000",
        "KCC council why this much from KCC council £2,500",
        "Offered by KCC council, not accepted yet £500",
        "Still needed £2,500",
        BUTTON,
        "charged only if the target is met",
        "CROWDFUND KENT",
        "What has been checked before it opened:",
        "What it costs",
        "Who runs it",
        "Friends of the Tidal Pool, an unincorporated group.",
        "if less than £8,000 is pledged by the last day, nobody is charged",
        "A bench beside the pool.",
        "at least 90% of the target, £7,200, can be secured",
        "the campaign is cancelled, nobody is charged",
        "Of £10, card cost is 35p; £9.65 reaches the group.",
    )
    places = [page.main.find(words) for words in told]
    assert -1 not in places, told[places.index(-1)]
    assert places == sorted(places)
    assert f"{last_day:%A} {last_day.day} {last_day:%B}" in page.main
    assert {href for words, href in page.links if words == BUTTON} == {f"/projects/{project.slug}/pledge"}
    assert page.link("why this much") == f"/awards/{reference}"
    assert page.link("Thanet") == "/districts/thanet"
    assert sessions.COOKIE not in client.http.cookies
    assert page.rows("What it costs") == [
        ["Work", "running", "£4,400"],
        ["Rail", "capital", "£4,000"],
        ["All costs", "", "£8,400"],
        ["Found before: Summer fair", "", "−£400"],
        ["To raise", "", "£8,000"],
        ["In kind: Volunteers' hours", "", "£1,100"],
        ["Project value", "", "£9,500"],
    ]


async def test_what_was_not_checked_is_said_and_nobody_is_named(client: SiteClient) -> None:
    project = await make.project()
    campaign = await unfinished_campaign(project.id)
    assert campaign is not None
    owner, officer = await make.owner_of(project.group_id), await make.officer()
    await services.submit(campaign.id, owner)
    checks = make.ALL_CHECKED | {CheckItem.BANK: False, CheckItem.QUOTES: False}
    await services.approve(campaign.id, officer, checks)
    await services.open_campaign(campaign.id, owner)
    page = await page_of(client, campaign)
    assert "Not checked: a bank account in the name of the group; quotes or prices for the larger costs." in page.main
    assert "who runs the project, and how to reach them;" in page.main
    assert "@example.org" not in page.main


async def test_names_are_shown_only_by_choice_and_never_beside_an_amount(client: SiteClient) -> None:
    campaign = await pledges_make.campaign()
    pledges = [await pledges_make.pledge(campaign, 1_234 * (n + 1)) for n in range(4)]
    again = await pledges_make.pledge(campaign, 777, email=pledges[0].email or "")
    for pledge, name in zip([*pledges[:2], again], ("Ann Reed", "Bo Reed", "Ann Reed"), strict=True):
        await Pledge.filter(id=pledge.id).update(name=name, name_shown=True)
    page = await page_of(client, campaign)
    assert "Ann Reed, Bo Reed, and 2 people whose name is not shown." in page.main
    assert "Kim Reed" not in page.main
    assert "£12.34" not in page.main


WORDS = {
    Status.SUSPENDED: "This campaign is paused while something is checked.",
    Status.CLOSING: "The pledges are being counted",
    Status.SUCCESSFUL: "The target is met. Thank you! Cards are charged from",
    Status.COLLECTING: "Cards are being charged. That takes up to 14 days",
    Status.SETTLED: "The payout to the group is to follow.",
    Status.UNSUCCESSFUL: "The target of £1,000 was not met, so nobody was charged.",
    Status.COLLAPSED: "less than 90% of it could be secured. Everybody who was charged gets all of it back",
    Status.CANCELLED: "This campaign was cancelled on",
}


@pytest.mark.parametrize("status", WORDS)
async def test_no_button_when_it_takes_no_pledge_but_honest_words(client: SiteClient, status: Status) -> None:
    page = await page_of(client, await pledges_make.campaign(status, title="Steps to the pool"))
    assert WORDS[status] in page.main
    assert page.h1 == "Steps to the pool"
    assert BUTTON not in page.main
    assert not [href for _, href in page.links if href.endswith("/pledge")]
    assert "days left" not in page.main


async def test_after_the_last_day_there_is_no_button_also_when_nobody_has_closed_it(client: SiteClient) -> None:
    page = await page_of(client, await pledges_make.campaign(days=-1))
    assert WORDS[Status.CLOSING] in page.main
    assert BUTTON not in page.main


@pytest.mark.parametrize(("days", "words"), [(0, "Last day, to midnight"), (1, "1 day left,"), (5, "5 days left,")])
async def test_days_left_are_counted_to_the_last_day_shown(client: SiteClient, days: int, words: str) -> None:
    assert words in (await page_of(client, await pledges_make.campaign(days=days))).main


@pytest.mark.parametrize("status", [one for one in Status if one not in {Status.LIVE, *WORDS}])
async def test_a_draft_of_anybody_is_not_found(client: SiteClient, status: Status) -> None:
    campaign = await pledges_make.campaign(status)
    slug = await pledges_make.slug_of(campaign)
    await client.get(f"/projects/{slug}", status=404)
    await client.get(f"/projects/{slug}/campaigns/{campaign.id}", status=404)


async def test_what_a_group_wrote_on_cancelling_is_told_and_what_an_officer_wrote_to_the_group_is_not(
    client: SiteClient,
) -> None:
    cancelled = await page_of(client, await make.campaign(Status.CANCELLED))
    assert "The reason given: The wall fell down." in cancelled.main
    paused = await page_of(client, await make.campaign(Status.SUSPENDED))
    assert "We had a complaint" not in paused.main


async def test_earlier_campaigns_are_linked_and_have_no_button(client: SiteClient) -> None:
    first = await pledges_make.campaign(Status.UNSUCCESSFUL, days=-90)
    project = await Project.get(id=first.project_id)
    now = clock.business_now()
    second = await Campaign.create(
        status=Status.LIVE,
        project_id=project.id,
        version_id=first.version_id,
        deadline_at=clock.day_ends(clock.business_today() + timedelta(days=20)),
        target_pence=90_000,
        threshold_bp=9000,
        opened_at=now,
        created_at=now,
    )
    await events.begin(second, audit.SYSTEM, cause="opened")
    page = await client.get(f"/projects/{project.slug}")
    assert BUTTON in page.main
    assert "of £900" in page.main
    page = await page.follow("Ended")
    assert page.path == f"/projects/{project.slug}/campaigns/{first.id}"
    assert "This is an earlier campaign of this project." in page.main
    assert BUTTON not in page.main
    assert page.link("See the latest") == f"/projects/{project.slug}"
    await client.get(f"/projects/{project.slug}/campaigns/{second.id}", to=f"/projects/{project.slug}")
    await client.get(f"/projects/{project.slug}/campaigns/999999", status=404)
    await client.get(f"/projects/{project.slug}/campaigns/x", status=400)
    other = await pledges_make.campaign()
    await client.get(f"/projects/{project.slug}/campaigns/{other.id}", status=404)


async def test_words_of_a_group_are_shown_as_text(client: SiteClient) -> None:
    group = await make.group(name="Tom & <b>Jo</b>")
    campaign = await make.campaign(Status.LIVE, of=await make.project(group, title="Steps & <i>rails</i>"))
    page = await page_of(client, campaign)
    assert page.h1 == "Steps & <i>rails</i>"
    assert "<b>Jo</b>" not in page.html


async def test_a_place_that_has_its_districts_name_is_named_once(client: SiteClient) -> None:
    project = await make.project(district_code="E07000107")
    await Project.filter(id=project.id).update(place="Dartford")
    campaign = await make.campaign(Status.LIVE, of=await Project.get(id=project.id))
    page = await page_of(client, campaign)
    assert "Dartford, Dartford" not in page.main
    assert "Dartford" in page.main
