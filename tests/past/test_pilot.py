"""What the site says of the pilot's two years (90 projects, 6,165 generated pledges), imported once for all of these."""

import time
from datetime import date

import pytest

from crowdfund_kent import audit
from crowdfund_kent.clock import business_today
from crowdfund_kent.database import fetch
from crowdfund_kent.small_numbers import people_words
from crowdfund_kent.wiring import run_all_checks
from evaluation.figures import figures_as_at, ratio_words
from evaluation.history.importing import ImportSummary
from evaluation.scope import Records
from local.generate_history import BACKERS
from pledges import pots
from pledges.public.queries import programme
from projects.models import Campaign
from projects.states import Campaign as Status
from tests.client import SiteClient
from tests.pledges import make, pot_make

pytestmark = pytest.mark.usefixtures("imported")
BUTTON = "Back this project"
MOST_SECONDS = 3.0


async def test_the_totals_of_both_days(imported: ImportSummary, db: None) -> None:
    assert imported.projects == 90
    early = await figures_as_at(date(2021, 6, 24))
    assert (early.projects, early.match_pledged_pence, early.project_value_pence) == (28, 13_000_000, 55_000_000)
    assert early.leverage_bp == 42_308
    late = await figures_as_at(date(2023, 6, 13))
    assert late.projects == 60
    assert late.project_value_pence > 110_000_000
    assert late.backers == BACKERS
    assert late.backers is not None
    assert 4_900 <= late.backers <= 5_000
    assert all(one.projects > 0 for one in late.by_district)
    assert late.match_released_pence > 0
    assert late.success_rate_bp is not None
    assert 5_000 < late.success_rate_bp < 9_000
    assert late.generated
    assert next(iter(late.as_json())) == "generated"


async def test_the_cabinet_day_shows_the_published_totals_and_says_what_is_generated(
    client: SiteClient,
) -> None:
    page = await client.get("/figures/2021-06-24")
    assert page.main.startswith("Generated records") or "Generated records that fit" in page.text
    for told in ("28", "£130,000", "£550,000", "£4.23", "in kind"):
        assert told in page.main
    rows = page.rows("Projects, match and value by district")
    assert rows[-1][1:] == ["28", "£130,000", "£550,000"]
    answer = await client.http.get("/figures/2021-06-24.json")
    assert list(answer.json())[:3] == ["generated", "as_at", "records"]
    assert answer.json()["leverage_bp"] == 42_308


async def test_the_strip_shows_the_same_numbers_as_the_figures_page(client: SiteClient) -> None:
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
    assert home.projects == 1, "the pilot's generated records are not added to real ones"
    assert (await figures_as_at(business_today(), Records.GENERATED)).projects == 60
    page, figures = await client.get("/"), await client.get("/figures")
    for told in (f"£{history.match_pledged_pence // 100:,}", f"£{history.project_value_pence // 100:,}"):
        assert told in page.main
        assert told in figures.main
    assert ratio_words(history.leverage_bp) in page.main
    assert people_words(history.backers or 0) in page.main
    assert people_words(history.backers or 0) in figures.main
    assert page.link("How we work this out") == "/figures"
    assert "Real records" in figures.main
    other = await figures.follow("The same day, of the generated records")
    assert "Generated records that fit" in other.main
    assert "60" in other.main


async def test_a_page_made_with_generated_records_says_so_before_anything_else(client: SiteClient) -> None:
    for address in ("/", "/projects"):
        page = await client.get(address)
        notice = next(node for node in page.root.whole if node.has_class("ck-generated"))
        order = [node for node in page.root.whole if node is notice or node.tag == "main"]
        assert order[0] is notice
        assert "only the totals are facts" in notice.text
    assert "Funded lately" in (await client.get("/")).main


async def test_past_projects_show_their_past_and_say_that_they_are_generated(client: SiteClient) -> None:
    for status, words in (
        (Status.SETTLED, "By the Council's records it was complete on"),
        (Status.UNSUCCESSFUL, "nobody was charged. This campaign ended before this site was used"),
        (Status.CANCELLED, "This campaign was cancelled on"),
    ):
        campaign = await Campaign.filter(status=status).first()
        assert campaign is not None
        page = await client.get(f"/projects/{await make.slug_of(campaign)}")
        assert words in page.main
        assert "This is a generated record" in page.text
        assert BUTTON not in page.main
        assert "payout" not in page.main.lower()
        assert "is not in the Council's records of this campaign" in page.main


async def test_all_rules_over_the_imported_history_take_less_than_three_seconds(db: None) -> None:
    rows = await fetch("SELECT count(*) AS pledges FROM pledge")
    assert rows[0]["pledges"] > 6_000
    taken = []
    for _ in range(3):  # the best of three: other work on the machine is not what is measured
        began = time.perf_counter()
        findings = await run_all_checks()
        taken.append(time.perf_counter() - began)
        assert {found.rule: found.offenders for found in findings if found.count} == {}
        if taken[-1] < MOST_SECONDS:
            break
    assert min(taken) < MOST_SECONDS
