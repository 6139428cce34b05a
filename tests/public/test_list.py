"""The list: search, filters, order, pages, and an address that holds whatever anybody types into it."""

import logging
from datetime import timedelta
from urllib.parse import quote

import pytest

from crowdfund_kent import audit, clock, events
from crowdfund_kent.accounts import sessions
from projects.models import Campaign, Project
from projects.states import Campaign as Status
from tests.client import Page, SiteClient
from tests.pledges import make as pledges_make
from tests.projects import make

DOVER, SWALE = "E07000108", "E07000113"


def titles(page: Page) -> list[str]:
    """The projects listed, in order."""
    return [node.text for node in page.root.all("h3")]


async def listed(title: str, group: str = "Friends of the Tidal Pool", **more: object) -> Campaign:
    """An open campaign with these words."""
    its_group = await make.group(name=group)
    project = await make.project(its_group, title=title, **more)  # type: ignore[arg-type]
    return await make.campaign(Status.LIVE, of=project)


async def three() -> None:
    """Three open projects, unlike each other."""
    await listed("Community orchard kitchen", "Windfall Neighbours", district_code=SWALE)
    await listed("The Friday repair café", "Mending Circle", district_code=DOVER)
    await listed("Deaf youth theatre", "Stage Hands")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("orchard", "Community orchard kitchen"),
        ("ORCHARDS", "Community orchard kitchen"),
        ("kitch", "Community orchard kitchen"),
        ("windfall", "Community orchard kitchen"),
        ("cafe", "The Friday repair café"),
        ("repair dover", "The Friday repair café"),
        ("swale", "Community orchard kitchen"),
    ],
)
async def test_a_word_of_title_place_or_group_finds_a_project(client: SiteClient, typed: str, found: str) -> None:
    await three()
    page = await client.get("/projects", params={"search": typed})
    assert titles(page) == [found]
    assert f"1 project with “{typed}”" in page.main


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("orchrad", "Community orchard kitchen"),
        ("thaetre", "Deaf youth theatre"),
        ("fridy repiar", "The Friday repair café"),
    ],
)
async def test_a_typing_error_finds_what_is_close_and_the_page_says_so(
    client: SiteClient, typed: str, found: str
) -> None:
    await three()
    page = await client.get("/projects", params={"search": typed})
    assert found in titles(page)
    assert f"No project has “{typed}”" in page.main


async def test_nothing_found_says_what_to_do(client: SiteClient) -> None:
    await three()
    page = await client.get("/projects", params={"search": "xylophone", "district": DOVER, "state": "open"})
    assert titles(page) == []
    assert "No project with “xylophone” (Dover, Open for pledges)" in page.main
    assert "check the spelling" in page.main
    assert page.link("leave the words out") == f"/projects?district={DOVER}&state=open"
    assert page.link("look in all of Kent") == "/projects?search=xylophone&state=open"
    assert titles(await page.follow("leave the words out")) == ["The Friday repair café"]


async def test_filters_are_one_address_without_what_was_left_empty(client: SiteClient) -> None:
    await three()
    page = await client.get("/projects")
    assert len(titles(page)) == 3
    page = await page.submit(
        {"district": DOVER, "objective": "health-and-wellbeing"},
        to=f"/projects?district={DOVER}&objective=health-and-wellbeing",
    )
    assert titles(page) == ["The Friday repair café"]
    form = page.form("Search")
    assert form.values["district"] == [DOVER]
    assert form.values["objective"] == ["health-and-wellbeing"]
    assert titles(await client.get("/projects?state=funded")) == []


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=abc",
        "page=99999",
        "page=9999999999999999999999",
        "district=E06000035",
        "district=' OR 1=1 --",
        "state=live",
        "sort=price",
        "objective=nothing",
        "utm_source=mail",
        "search=&district=",
        "district=E07000108x",
    ],
)
async def test_values_that_are_not_known_are_left_out(client: SiteClient, query: str) -> None:
    await three()
    page = await client.get("/projects?" + quote(query, safe="=&%"), to="/projects")
    assert len(titles(page)) == 3


@pytest.mark.parametrize(
    "typed", ["!!!", "' & | ! :* \\", "%_%", "a" * 100, "(((", "the", "日本", "<script>alert(1)</script>"]
)
async def test_any_text_may_be_searched_for(client: SiteClient, typed: str) -> None:
    await three()
    page = await client.get("/projects", params={"search": typed})
    assert page.h1 == "Find a project"
    assert "<script>alert" not in page.html


async def test_what_is_too_long_is_cut_and_a_name_given_twice_counts_once(client: SiteClient) -> None:
    await client.get("/projects?search=" + "a" * 500, to="/projects?search=" + "a" * 100)
    await client.get("/projects?sort=newest&sort=nearly", to="/projects?sort=nearly")


async def test_the_order_is_what_ends_soon_or_is_new_or_is_nearly_there(client: SiteClient) -> None:
    soon = await pledges_make.campaign(days=5, title="Soon")
    near = await pledges_make.campaign(days=20, title="Near")
    late = await pledges_make.campaign(days=60, title="Late")
    met = await pledges_make.campaign(days=30, title="Met")
    over = await pledges_make.campaign(Status.UNSUCCESSFUL, days=-3, title="Over")
    await pledges_make.pledge(near, 90_000)
    await pledges_make.pledge(soon, 10_000)
    await pledges_make.pledge(met, 100_000)
    for number, one in enumerate((late, soon, near, met, over)):
        await Campaign.filter(id=one.id).update(opened_at=clock.business_now() - timedelta(days=number))
    assert titles(await client.get("/projects")) == ["Soon", "Near", "Met", "Late", "Over"]
    assert titles(await client.get("/projects?sort=newest")) == ["Late", "Soon", "Near", "Met", "Over"]
    assert titles(await client.get("/projects?sort=nearly")) == ["Near", "Soon", "Late", "Met", "Over"]


async def test_twelve_stand_on_a_page_and_the_pager_keeps_the_question(client: SiteClient) -> None:
    for number in range(14):
        await pledges_make.campaign(days=10 + number, title=f"Bench {number}")
    page = await client.get("/projects?search=bench&state=open")
    assert titles(page) == [f"Bench {number}" for number in range(12)]
    assert "Page 1 of 2" in page.main
    page = await page.follow("Next page")
    assert page.path == "/projects?search=bench&state=open&page=2"
    assert titles(page) == ["Bench 12", "Bench 13"]
    assert "<title>Find a project: page 2 of 2 – Crowdfund Kent</title>" in page.html
    assert page.link("Previous page") == "/projects?search=bench&state=open&page=1"
    page = await client.get(page.link("Previous page"), to="/projects?search=bench&state=open")
    await client.get("/projects?search=bench&page=7", to="/projects?search=bench&page=2")


STATES = {
    "open": [Status.LIVE],
    "paused": [Status.SUSPENDED, Status.CLOSING],
    "funded": [Status.SUCCESSFUL, Status.COLLECTING, Status.SETTLED],
    "ended": [Status.UNSUCCESSFUL, Status.COLLAPSED, Status.CANCELLED],
}


async def test_every_public_state_is_found_by_its_filter_and_no_other_state_is_public(client: SiteClient) -> None:
    for status in Status:
        await pledges_make.campaign(status, title=f"It is {status}")
    for state, statuses in STATES.items():
        page = await client.get("/projects", params={"state": state})
        assert sorted(titles(page)) == sorted(f"It is {status}" for status in statuses)
    everything = await client.get("/projects")
    assert len(titles(everything)) == sum(map(len, STATES.values())) == 9


async def test_a_campaign_cancelled_before_it_opened_was_never_public(client: SiteClient) -> None:
    campaign = await pledges_make.campaign(Status.CANCELLED, title="Never open")
    await Campaign.filter(id=campaign.id).update(opened_at=None)
    assert titles(await client.get("/projects")) == []
    await client.get(f"/projects/{await pledges_make.slug_of(campaign)}", status=404)


async def test_a_project_stands_once_with_its_newest_public_campaign(client: SiteClient) -> None:
    first = await pledges_make.campaign(Status.UNSUCCESSFUL, title="Second try")
    project = await Project.get(id=first.project_id)
    second = await Campaign.create(
        status=Status.LIVE,
        project_id=project.id,
        version_id=first.version_id,
        last_day=first.last_day,
        deadline_at=first.deadline_at,
        target_pence=100_000,
        threshold_bp=9000,
        opened_at=clock.business_now(),
        created_at=clock.business_now(),
    )
    await events.begin(second, audit.SYSTEM, cause="opened")
    page = await client.get("/projects")
    assert titles(page) == ["Second try"]
    assert "Target not met" not in page.main
    assert titles(await client.get("/projects?state=ended")) == []


async def test_looking_around_leaves_no_cookie(client: SiteClient) -> None:
    await three()
    for address in ("/", "/projects", "/projects?search=orchard"):
        await client.get(address)
    assert sessions.COOKIE not in client.http.cookies


async def test_a_longer_list_needs_no_more_queries(client: SiteClient, caplog: pytest.LogCaptureFixture) -> None:
    """Counted at the database client: no query a card."""

    async def queries_of(address: str) -> int:
        await client.get(address)
        caplog.clear()
        with caplog.at_level(logging.DEBUG, logger="tortoise.db_client"):
            await client.get(address)
        return len(caplog.records)

    await pledges_make.campaign()
    few = {address: await queries_of(address) for address in ("/", "/projects")}
    for _ in range(11):
        await pledges_make.pledge(await pledges_make.campaign())
    many = {address: await queries_of(address) for address in ("/", "/projects")}
    assert 0 < few["/projects"] <= many["/projects"] <= 8
    assert 0 < many["/"] <= 17  # one asks whether the worker keeps the figures of today
