"""The first page: what it is about, what came of it, what ends soon."""

from crowdfund_kent import audit
from crowdfund_kent.clock import business_today
from evaluation.figures import figures_as_at, ratio_words
from evaluation.history import import_history
from pledges import pots
from pledges.public.queries import programme
from projects.states import Campaign as Status
from tests.client import SiteClient
from tests.evaluation.conftest import GENERATED, make_pilot
from tests.pledges import make, pot_make


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


async def test_the_strip_shows_the_same_numbers_as_the_figures_page(client: SiteClient) -> None:
    await make_pilot()
    await import_history(GENERATED)
    campaign = await make.campaign(target_pence=500_000)
    fund = await pot_make.fund(1_000_000, short_name="NHS")
    for amount, accepted in ((100_000, True), (50_000, False)):
        its_fund = fund if accepted else await pot_make.fund(1_000_000, short_name=f"F{amount}")
        match = await pots.take_exact(its_fund.id, amount, pots.Offer(campaign.id, {}), audit.SYSTEM)
        if accepted:
            await pots.pledge(match, audit.SYSTEM)
    await make.pledge(campaign, email="kim@example.org", fingerprint="one card")
    await make.pledge(campaign, email="lee@example.org", fingerprint="one card")
    await make.pledge(campaign, email="ann@example.org", active=False)
    home, history = await programme(), await figures_as_at(business_today())
    assert (home.projects, home.match_pledged_pence, home.project_value_pence, home.backers) == (
        history.projects,
        history.match_pledged_pence,
        history.project_value_pence,
        history.backers,
    )
    assert home.projects == 61
    page, figures = await client.get("/"), await client.get("/figures")
    for told in (f"£{history.match_pledged_pence // 100:,}", f"£{history.project_value_pence // 100:,}"):
        assert told in page.main
        assert told in figures.main
    assert ratio_words(history.leverage_bp) in page.main
    assert f"{history.backers:,}" in page.main
    assert page.link("How we work this out") == "/figures"


async def test_a_page_made_with_generated_records_says_so_before_anything_else(client: SiteClient) -> None:
    await make_pilot()
    await import_history(GENERATED)
    for address in ("/", "/projects"):
        page = await client.get(address)
        notice = next(node for node in page.root.walk() if node.has_class("ck-generated"))
        order = [node for node in page.root.walk() if node is notice or node.tag == "main"]
        assert order[0] is notice
        assert "only the totals are facts" in notice.text
    assert "Funded lately" in (await client.get("/")).main


async def test_a_campaign_past_its_last_day_is_not_offered(client: SiteClient) -> None:
    await make.campaign(Status.CLOSING, title="Closed already")
    await make.campaign(days=-1, title="Nobody has closed it yet")
    page = await client.get("/")
    assert "Closed already" not in page.main
    assert "Nobody has closed it yet" not in page.main
