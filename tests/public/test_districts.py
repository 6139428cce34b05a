"""Districts and funded projects, campaigns like this one, and the filters that go with them."""

from datetime import timedelta

from crowdfund_kent.clock import business_now
from projects.models import Campaign
from projects.states import Campaign as Status
from tests.client import SiteClient
from tests.pledges import make
from tests.public import made_up
from tests.public.test_list import titles

NAMED = {one.key: one for one in made_up.PROJECTS}


async def load(*keys: str) -> dict[str, Campaign]:
    """These made-up projects, each with an open campaign and its history."""
    ids = await made_up.load(tuple(NAMED[key] for key in keys))
    return {key: await Campaign.get(id=campaign_id) for key, campaign_id in ids.items()}


async def test_the_map_and_its_list_say_the_same_and_lead_to_the_district(client: SiteClient) -> None:
    campaigns = await load("pool", "bees", "reef", "orchard")
    await Campaign.filter(id=campaigns["reef"].id).update(status=Status.SETTLED)
    page = await client.get("/districts")
    rows = {row[0]: row[1:] for row in page.rows("Projects by district")}
    assert len(rows) == 12
    assert (rows["Thanet"], rows["Swale"], rows["Ashford"]) == (["2", "1", "3"], ["1", "0", "1"], ["0", "0", "0"])
    assert "2 projects take pledges in Thanet" in page.main
    assert "1 project takes pledges in Swale" in page.main
    page = await page.follow("Swale")
    assert (page.path, page.h1) == ("/districts/swale", "Projects in Swale")


async def test_a_district_shows_what_is_open_what_was_funded_and_its_places(client: SiteClient) -> None:
    campaigns = await load("pool", "bees", "reef", "dementia")
    await Campaign.filter(id=campaigns["reef"].id).update(status=Status.SETTLED, raised_pence=300_000)
    page = await client.get("/districts/thanet")
    assert titles(page) == [NAMED[key].title for key in ("pool", "bees", "dementia", "reef")]
    assert "Raised £3,000 by funded projects" in page.main
    assert "Broadstairs (1) Margate (1) Ramsgate (2)" in page.main
    assert page.link("Ramsgate") == "/projects?search=Ramsgate&district=E07000114"
    assert page.link("Start a project in Thanet") == "/start"
    empty = await client.get("/districts/folkestone-and-hythe")
    assert "There is no project in Folkestone and Hythe yet." in empty.main
    await client.get("/districts/medway", status=404)


async def test_fewer_than_five_backers_of_a_district_are_not_counted_out(client: SiteClient) -> None:
    campaign = await make.campaign()
    term = "People who backed a project here"
    assert f"{term} 0 each" in (await client.get("/districts/thanet")).main
    for told in ("fewer than 5", "fewer than 5", "fewer than 5", "fewer than 5", "5"):
        await make.pledge(campaign)
        assert f"{term} {told} each" in (await client.get("/districts/thanet")).main


async def test_funded_projects_are_listed_with_what_became_of_them(client: SiteClient) -> None:
    page = await client.get("/projects/funded")
    assert "No project has met its target yet." in page.main
    now = business_now()
    for days, status in enumerate((Status.SETTLED, Status.COLLECTING, Status.LIVE, Status.UNSUCCESSFUL)):
        made = await make.campaign(status, title=f"It is {status}")
        await Campaign.filter(id=made.id).update(decided_at=now - timedelta(days=days), raised_pence=120_000)
    page = await client.get("/projects/funded")
    rows = page.rows("Funded projects")
    assert [(row[0], row[2], row[4]) for row in rows] == [
        ("It is settled", "£1,200", "Pledges collected"),
        ("It is collecting", "£1,200", "Pledges are being collected"),
    ]
    page = await page.submit({"stage": "collecting"}, to="/projects/funded?stage=collecting")
    assert [row[0] for row in page.rows("Funded projects")] == ["It is collecting"]
    await client.get("/projects/funded?stage=lost&page=7&from=mail", to="/projects/funded")
    page = await client.get("/projects/funded?district=E07000105")
    assert "None of the funded projects is like this." in page.main


async def test_a_project_names_up_to_three_open_ones_that_are_like_it(client: SiteClient) -> None:
    campaigns = await load("allot", "wheels", "orchard", "judo", "brass", "canoe")
    page = await client.get("/projects/allot")
    side = page.main[page.main.index("Like this one") :]
    assert page.link("A garden that wheels can use") == "/projects/wheels"
    assert "Mats for a judo club" not in side
    await Campaign.filter(id=campaigns["wheels"].id).update(status=Status.SETTLED)
    assert "A garden that wheels can use" not in (await client.get("/projects/allot")).main


async def test_what_is_alike_changes_the_tag_of_the_page(client: SiteClient) -> None:
    campaigns = await load("allot", "wheels")
    before = (await client.http.get("/projects/allot")).headers["etag"]
    await Campaign.filter(id=campaigns["wheels"].id).update(status=Status.SETTLED)
    assert (await client.http.get("/projects/allot")).headers["etag"] != before


async def test_filters_for_what_ends_soon_and_what_is_nearly_there(client: SiteClient) -> None:
    await make.campaign(days=3, title="Soon")
    near, met = await make.campaign(days=30, title="Near"), await make.campaign(days=40, title="Met")
    await make.pledge(near, 75_000)
    await make.pledge(met, 100_000)
    assert titles(await client.get("/projects?state=soon")) == ["Soon"]
    assert titles(await client.get("/projects?state=nearly")) == ["Near"]


async def test_the_best_match_comes_first_and_another_order_may_be_chosen(client: SiteClient) -> None:
    await load("larder", "bees")  # the larder ends first; only the bees say "food bank"
    page = await client.get("/projects", params={"search": "food bank"})
    assert titles(page) == [NAMED["bees"].title, NAMED["larder"].title]
    page = await page.submit({"sort": "soon"}, to="/projects?search=food+bank&sort=soon")
    assert titles(page) == [NAMED["larder"].title, NAMED["bees"].title]
    await client.get("/projects?sort=soon", to="/projects")


async def test_a_place_finds_its_own_projects_first_and_then_those_of_its_district(client: SiteClient) -> None:
    await load("canoe", "play", "kiln", "pool")
    page = await client.get("/projects", params={"search": "Herne Bay"})
    assert titles(page)[0] == NAMED["play"].title
    assert set(titles(page)) == {NAMED[key].title for key in ("play", "canoe", "kiln")}
    nothing = await client.get("/projects", params={"search": "xylophones in Herne Bay", "state": "funded"})
    assert nothing.link("see what goes on in Canterbury") == "/districts/canterbury"


async def test_a_slip_is_asked_about_and_its_answer_is_one_tap_away(client: SiteClient) -> None:
    await load("orchard", "bees")
    page = await client.get("/projects", params={"search": "orchrad"})
    assert titles(page) == [NAMED["orchard"].title]
    page = await page.follow("orchard")
    assert page.path == "/projects?search=orchard"
    assert "Did you mean" not in page.main


async def test_words_of_a_campaign_that_is_not_public_are_not_suggested(client: SiteClient) -> None:
    campaigns = await load("orchard", "bees")
    await Campaign.filter(id=campaigns["orchard"].id).update(status=Status.APPROVED)
    page = await client.get("/projects", params={"search": "orchrad"})
    assert "orchard" not in page.main
