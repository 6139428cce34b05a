"""A resident pledges, over the real pages and the real sandbox."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from crowdfund_kent.accounts.models import Session
from crowdfund_kent.clock import business_now
from crowdfund_kent.forms import EXPIRED
from payments import card_limits, card_pages
from payments.models import CardPage, SavedCard
from payments.provider import use_gateway
from payments.sandbox.faults import FaultKind
from pledges.models import MatchPledge, Pledge
from pledges.states import Match
from pledges.totals import totals
from projects.models import Campaign
from projects.states import Campaign as CampaignStatus
from tests.client import SiteClient
from tests.pledges import make
from tests.sandbox import World


@pytest.fixture(autouse=True)
def provider(world: World) -> Iterator[None]:
    """The site talks to this test's account."""
    with use_gateway(world.gateway):
        yield


async def resident(client: SiteClient, world: World, campaign: Campaign) -> make.Resident:
    return make.Resident(client, world, await make.slug_of(campaign))


async def the_only_pledge() -> Pledge:
    (pledge,) = await Pledge.all()
    return pledge


async def test_a_resident_pledges_and_gets_a_receipt(client: SiteClient, world: World) -> None:
    campaign = await make.campaign(title="Tidal pool steps for every body")
    page = await (await resident(client, world, campaign)).pledge("20")
    assert page.h1 == "Thank you. Your pledge counts"
    assert "£20" in page.main
    assert page.summary["Card"] == "Visa ending 4242"
    assert "CROWDFUND KENT" in page.main
    pledge = await the_only_pledge()
    assert (pledge.status, pledge.amount_pence, pledge.card_last4, pledge.name_shown) == ("active", 2000, "4242", False)
    (mail,) = await make.mails("kim@example.org")
    assert mail["subject"] == "Your pledge of £20 to Tidal pool steps for every body"
    for words in (
        pledge.reference,
        "ending 4242",
        "Nothing was taken",
        "only if the target is met by",
        "CROWDFUND KENT",
    ):
        assert words in mail["text"]
    found = await totals(campaign.id)
    assert (found.crowd_pence, found.raised_pence, found.pending_pence, found.backers) == (2000, 2000, 0, 1)
    (saved,) = await SavedCard.all()
    assert saved.payment_method is not None
    assert saved.customer.startswith("cus_")


AMOUNTS = [("1000", 100_000), ("1,000", 100_000), ("£1,000.00", 100_000), (" £ 1 000 ", 100_000), ("2", 200)]
REFUSED = [
    ("0", "Enter £2 or more"),
    ("1.99", "Enter £2 or more"),
    ("1.999", "Enter pounds and pence with two figures after the point, like 12.50"),
    ("-5", "Enter an amount above nothing, like 20, without a minus sign"),
    ("1e9", "Enter an amount using figures 0 to 9, like 20 or 1,000.00"),
    ("١٢", "Enter an amount using figures 0 to 9, like 20 or 1,000.00"),
    ("10000.01", "Enter £10,000 or less, or ask us about a larger amount"),
    ("", "Choose an amount or enter another one"),
]


@pytest.mark.parametrize(("typed", "pence"), AMOUNTS)
async def test_an_amount_may_be_typed_in_several_ways(client: SiteClient, typed: str, pence: int) -> None:
    slug = await make.slug_of(await make.campaign())
    page = await client.get(f"/projects/{slug}/pledge")
    await page.submit({"other": typed}, to=f"/projects/{slug}/pledge/you")
    page = await client.get(f"/projects/{slug}/pledge")
    assert page.form().values["other"] == [f"{pence // 100:,}"]


@pytest.mark.parametrize(("typed", "message"), REFUSED)
async def test_a_wrong_amount_is_told_what_to_type_instead(client: SiteClient, typed: str, message: str) -> None:
    slug = await make.slug_of(await make.campaign())
    page = await client.get(f"/projects/{slug}/pledge")
    page = await page.submit({"other": typed}, status=422)
    assert page.errors == [message]
    assert page.form().values["other"] == [typed]
    assert await Pledge.all().count() == 0


async def test_a_usual_amount_is_one_click_and_a_typed_one_wins(client: SiteClient) -> None:
    slug = await make.slug_of(await make.campaign())
    page = await client.get(f"/projects/{slug}/pledge")
    assert page.form().options("usual") == ["500", "2000", "5000"]
    page = await page.submit({"usual": "5000"}, to=f"/projects/{slug}/pledge/you")
    page = await client.get(f"/projects/{slug}/pledge")
    assert page.form().values["usual"] == ["5000"]
    await page.submit({"usual": "5000", "other": "7"}, to=f"/projects/{slug}/pledge/you")
    assert (await client.get(f"/projects/{slug}/pledge")).form().values["other"] == ["7"]


async def test_before_paying_everything_the_fundraising_code_asks_is_shown(client: SiteClient, world: World) -> None:
    campaign = await make.campaign(title="Tidal pool steps")
    page = await (await resident(client, world, campaign)).to_check("20")
    for words in (
        "Walpole Bay Swimmers",
        "Tidal pool steps",
        "so that everybody can reach the water",
        "Of £10, it keeps 35p, and £9.65 reaches the group",
        "nobody is charged",
        "A handrail on the second flight.",
        "90% of the target",
        "If the campaign is cancelled",
        "without giving a reason",
        "CROWDFUND KENT",
        "Complaints and refunds",
        "Your card is saved now and charged £20 only if the target is met by",
    ):
        assert words in page.main, words


async def test_what_kcc_adds_is_told_as_it_is(client: SiteClient) -> None:
    campaign = await make.campaign(target_pence=400_000)
    slug = await make.slug_of(campaign)
    await make.match(campaign, 250_000, Match.EARMARKED)
    page = await client.get(f"/projects/{slug}/pledge")
    assert "£4,000 of £4,000 is still needed." in page.main
    assert "promised" not in page.main
    await MatchPledge.filter(campaign_id=campaign.id).update(status="pledged")
    await make.pledge(campaign, 26_000)
    page = await client.get(f"/projects/{slug}/pledge")
    assert (
        "Kent County Council has promised £2,500 if the target is met. Your pledge does not change that amount:"
        " it brings the project closer to it. £1,240 is still needed." in page.main
    )
    await make.pledge(campaign, 124_000)
    page = await client.get(f"/projects/{slug}/pledge")
    assert "The target is met. What comes in now is more than the target." in page.main
    assert "A handrail on the second flight." in page.main


async def test_once_the_pledge_is_complete_the_session_forgets_name_and_email(client: SiteClient, world: World) -> None:
    await (await resident(client, world, await make.campaign())).pledge()
    (session,) = await Session.all()
    # without the key of the form, a random word that may hold any three letters
    assert "kim" not in re.sub(r"'key': '[^']*'", "", str(session.data)).lower()


async def test_the_name_is_hidden_unless_chosen(client: SiteClient, world: World) -> None:
    kim = await resident(client, world, await make.campaign())
    page = await kim.to_check()
    assert "not shown" in page.main
    page = await page.follow("Change name")
    assert "name_shown" not in page.form().values


async def test_missing_answers_lead_back_to_their_question(client: SiteClient) -> None:
    slug = await make.slug_of(await make.campaign())
    await client.get(f"/projects/{slug}/pledge/check", to=f"/projects/{slug}/pledge")
    await client.get(f"/projects/{slug}/pledge/you", to=f"/projects/{slug}/pledge")
    page = await client.get(f"/projects/{slug}/pledge")
    page = await page.submit({"usual": "500"}, to=f"/projects/{slug}/pledge/you")
    page = await page.submit({"email": "kim@", "kind": None}, status=422)
    assert page.errors == [
        "Enter an e-mail address in the right form, like name@example.com",
        "Enter your name",
        "Choose who is giving",
    ]


async def test_a_second_click_and_the_back_button_make_no_second_pledge(client: SiteClient, world: World) -> None:
    kim = await resident(client, world, await make.campaign())
    check = await kim.to_check()
    first = await kim.to_card_page(check)
    assert await kim.to_card_page(check) == first
    back = await client.get(f"{kim.start}/check")
    assert await kim.to_card_page(back) == first
    assert (await the_only_pledge()).status == "pending"
    assert await CardPage.all().count() == 1


async def test_after_the_card_is_saved_the_back_button_finds_the_same_pledge(client: SiteClient, world: World) -> None:
    kim = await resident(client, world, await make.campaign())
    check = await kim.to_check()
    back = await kim.give_card(await kim.to_card_page(check))
    assert back is not None
    await client.get(back)
    again = await check.submit(to=kim.start)
    assert again.h1 == "You have pledged already"
    assert "See, change or cancel your pledge" in again.main
    assert (await the_only_pledge()).status == "active"
    page = await again.submit(to=kim.start)
    assert page.h1 == "How much would you like to pledge?"
    assert page.form().values["other"] == [""]


async def test_another_amount_after_leaving_the_card_page_is_the_same_pledge(client: SiteClient, world: World) -> None:
    kim = await resident(client, world, await make.campaign())
    old = await kim.to_card_page(await kim.to_check("20"))
    new = await kim.to_card_page(await kim.to_check("50"))
    assert new != old
    pledge = await the_only_pledge()
    assert (pledge.amount_pence, pledge.status) == (5000, "pending")
    # the page with the old words takes no card any more
    assert [page.status for page in await CardPage.all().order_by("number")] == ["expired", "open"]
    back = await kim.give_card(new)
    assert back is not None
    await client.get(back)
    assert (await the_only_pledge()).status == "active"


async def test_another_email_after_leaving_the_card_page_is_a_customer_of_its_own(
    client: SiteClient, world: World
) -> None:
    kim = await resident(client, world, await make.campaign())
    await kim.to_card_page(await kim.to_check("20", email="kim@exmaple.org"))
    page = await kim.pledge("20", email="kim@example.org")
    assert page.h1 == "Thank you. Your pledge counts"
    assert (await the_only_pledge()).email == "kim@example.org"
    assert await make.mails("kim@exmaple.org") == []
    assert len(await make.mails("kim@example.org")) == 1
    assert len({saved.customer for saved in await SavedCard.all()}) == 2


async def test_leaving_the_card_page_comes_back_to_the_answers(client: SiteClient, world: World) -> None:
    kim = await resident(client, world, await make.campaign())
    url = await kim.to_card_page(await kim.to_check("12.50"))
    async with httpx2.AsyncClient(trust_env=False) as browser:
        card_page = (await browser.get(url)).text
    assert "only if" in card_page
    cancel = re.findall(r'href="http://testserver(/projects/[^"]+)"', card_page)[0]
    page = await client.get(cancel)
    assert page.summary["Your pledge"].startswith("£12.50")


@pytest.mark.parametrize("number", ["4000002500003155", "4000002760003184"])
async def test_a_card_that_asks_the_bank_is_saved_after_authentication(
    client: SiteClient, world: World, number: str
) -> None:
    kim = await resident(client, world, await make.campaign())
    back = await kim.give_card(await kim.to_card_page(await kim.to_check()), number)
    assert back is not None
    page = await client.get(back)
    assert page.h1 == "Thank you. Your pledge counts"


async def test_a_declined_card_stays_on_the_card_page_and_another_may_be_tried(
    client: SiteClient, world: World
) -> None:
    kim = await resident(client, world, await make.campaign())
    url = await kim.to_card_page(await kim.to_check())
    assert await kim.give_card(url, "4000000000000002") is None
    assert (await the_only_pledge()).status == "pending"
    back = await kim.give_card(url)
    assert back is not None
    page = await client.get(back)
    assert page.h1 == "Thank you. Your pledge counts"


@pytest.mark.parametrize(
    "kind",
    [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.ERROR_BEFORE, FaultKind.ERROR_AFTER, FaultKind.LIMITED],
)
async def test_when_the_provider_fails_nothing_is_lost_and_the_next_try_works(
    client: SiteClient, world: World, kind: FaultKind
) -> None:
    kim = await resident(client, world, await make.campaign())
    await world.control.add_fault(kind, path="/v1/checkout/sessions")
    check = await kim.to_check()
    page = await check.submit(status=503)
    assert "Nothing was taken" in page.main
    assert (await the_only_pledge()).status == "pending"
    url = await page.leave(to=re.compile(re.escape(world.url) + ".*"))
    back = await kim.give_card(url)
    assert back is not None
    assert (await client.get(back)).h1 == "Thank you. Your pledge counts"
    assert (await the_only_pledge()).status == "active"


async def test_when_the_provider_is_slow_the_resident_is_told_soon(
    client: SiteClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_pages, "PATIENCE_SECONDS", 0.3)
    kim = await resident(client, world, await make.campaign())
    await world.control.add_fault(FaultKind.SLOW, path="/v1/checkout/sessions", seconds=1.0)
    check = await kim.to_check()
    page = await asyncio.wait_for(check.submit(status=503), 1.0)
    assert page.h1 == "The card page did not open"
    monkeypatch.setattr(card_pages, "PATIENCE_SECONDS", 10.0)
    await asyncio.sleep(1.0)
    await page.leave(to=re.compile(re.escape(world.url) + ".*"))
    assert await CardPage.all().count() == 1


async def test_a_provider_that_is_silent_on_return_does_not_frighten(client: SiteClient, world: World) -> None:
    kim = await resident(client, world, await make.campaign())
    back = await kim.give_card(await kim.to_card_page(await kim.to_check()))
    assert back is not None
    fault = await world.control.add_fault(FaultKind.DROP_BEFORE, path="/v1/checkout/sessions/*", count=None)
    assert fault
    page = await client.get(back)
    assert page.h1 == "We are waiting for word of your card"
    await world.control.clear_faults()
    page = await page.follow("look again")
    assert page.h1 == "Thank you. Your pledge counts"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (CampaignStatus.SUSPENDED, "paused"),
        (CampaignStatus.CLOSING, "closed"),
        (CampaignStatus.CANCELLED, "cancelled"),
        (CampaignStatus.UNSUCCESSFUL, "without meeting its target"),
        (CampaignStatus.SETTLED, "ended"),
    ],
)
async def test_no_pledge_where_the_campaign_is_not_live(client: SiteClient, status: CampaignStatus, words: str) -> None:
    slug = await make.slug_of(await make.campaign(status))
    page = await client.get(f"/projects/{slug}/pledge")
    assert page.h1 == "You can’t pledge to this project now"
    assert words in page.main
    assert not [form for form in page.forms if form.method == "post"]


async def test_no_pledge_after_the_last_day_or_before_the_campaign(client: SiteClient) -> None:
    over = await make.slug_of(await make.campaign(deadline_at=business_now() - timedelta(seconds=1)))
    page = await client.get(f"/projects/{over}/pledge")
    assert "The last day of this campaign is over" in page.main
    draft = await make.slug_of(await make.campaign(CampaignStatus.APPROVED))
    await client.get(f"/projects/{draft}/pledge", status=404)
    await client.get("/projects/no-such-project/pledge", status=404)


async def test_a_campaign_that_ends_while_somebody_answers_takes_nothing(client: SiteClient, world: World) -> None:
    campaign = await make.campaign()
    kim = await resident(client, world, campaign)
    check = await kim.to_check()
    await Campaign.filter(id=campaign.id).update(deadline_at=business_now())
    page = await check.submit(status=409)
    assert "The last day of this campaign is over" in page.main
    assert await Pledge.all().count() == 0


async def test_the_last_half_hour_is_told_and_its_card_page_may_outlive_it(client: SiteClient, world: World) -> None:
    campaign = await make.campaign(deadline_at=business_now() + timedelta(minutes=10))
    kim = await resident(client, world, campaign)
    page = await client.get(kim.start)
    assert re.search(r"ends at midnight, in (9|10) minutes", page.main)
    assert (await kim.pledge()).h1 == "Thank you. Your pledge counts"
    (card_page,) = await CardPage.all()
    assert card_page.expires_at > campaign.deadline_at  # type: ignore[operator]


async def test_a_forged_form_token_writes_nothing(client: SiteClient, world: World) -> None:
    kim = await resident(client, world, await make.campaign())
    check = await kim.to_check()
    page = await check.submit({"csrf_token": "forged"}, status=422)
    assert page.errors == [EXPIRED]
    assert await Pledge.all().count() == 0


async def test_two_pledges_of_one_browser_to_two_campaigns_stay_apart(client: SiteClient, world: World) -> None:
    first = await resident(client, world, await make.campaign())
    second = await resident(client, world, await make.campaign())
    await first.pledge("5")
    await second.pledge("50")
    assert sorted([pledge.amount_pence for pledge in await Pledge.all()]) == [500, 5000]


async def test_too_many_from_one_address_are_asked_to_wait_and_keep_their_answers(
    app: Any, db: None, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_limits, "OF_ONE_NETWORK", "1/hour")
    client = SiteClient(app, address="192.0.2.77")
    first = await resident(client, world, await make.campaign())
    await first.pledge()
    second = await resident(client, world, await make.campaign())
    check = await second.to_check("9")
    page = await check.submit(status=429)
    assert "Nothing was taken, and your answers are kept" in page.main
    assert (await client.get(f"{second.start}/check")).summary["Your pledge"].startswith("£9")
    await client.close()
