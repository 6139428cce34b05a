"""The first page: what it is about, what came of it, what ends soon."""

from projects.states import Campaign as Status
from tests.client import SiteClient
from tests.pledges import make


async def test_before_the_first_project_the_page_says_what_to_do(client: SiteClient) -> None:
    page = await client.get("/")
    assert page.h1 == "Good ideas for Kent, backed by Kent"
    assert page.link("Find a project near you") == "/projects"
    assert "No project is open just now" in page.main
    assert "start one of your own" in page.main
    assert "For every £1" not in page.main
    assert "enerated records" not in page.text


async def test_what_ends_soon_comes_first_and_what_is_nearly_there_is_not_shown_twice(client: SiteClient) -> None:
    for days, title in ((9, "Ninth day"), (3, "Third day"), (5, "Fifth day")):
        await make.campaign(days=days, title=title)
    near, far, met = [await make.campaign(days=30 + n, title=f"Later {n}") for n in range(3)]
    await make.pledge(near, 80_000)
    await make.pledge(far, 10_000)
    await make.pledge(met, 120_000)
    page = await client.get("/")
    titles = [node.text for node in page.root.all("h3")]
    assert titles == ["Third day", "Fifth day", "Ninth day", "Later 0", "Later 2", "Later 1"]
    assert "£800 of £1,000 pledged. 30 days left." in page.main


async def test_a_place_is_looked_for_from_the_first_page(client: SiteClient) -> None:
    await make.campaign(title="Steps to the tidal pool")
    await make.campaign(title="A stage in two languages")
    page = await (await client.get("/")).submit({"search": "tidal pool"})
    assert (page.path, "Steps to the tidal pool" in page.main) == ("/projects?search=tidal+pool", True)
    assert "A stage in two languages" not in page.main


async def test_a_campaign_past_its_last_day_is_not_offered(client: SiteClient) -> None:
    await make.campaign(Status.CLOSING, title="Closed already")
    await make.campaign(days=-1, title="Nobody has closed it yet")
    page = await client.get("/")
    assert "Closed already" not in page.main
    assert "Nobody has closed it yet" not in page.main
