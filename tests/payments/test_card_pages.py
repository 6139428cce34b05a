"""Card pages with real commits: at once, twice, late, lost. Truth is what the sandbox holds."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from crowdfund_kent import audit, ledger
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import Refused
from crowdfund_kent.references import new_token
from payments import card_pages
from payments import gateway as door
from payments.models import CardPage, SavedCard
from payments.provider import use_gateway
from payments.sandbox.faults import FaultKind
from pledges import accounts
from pledges.models import Pledge, PledgeEvent
from pledges.queries import campaign_view
from projects.models import Campaign
from projects.states import Campaign as CampaignStatus
from tests.pledges import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(autouse=True)
def provider(world: World) -> Iterator[None]:
    """This test's account."""
    with use_gateway(world.gateway):
        yield


async def started(campaign: Campaign, amount_pence: int = 2000, *, email: str = "") -> tuple[Pledge, str]:
    begun = await card_pages.start(campaign.id, new_token(), make.answers(amount_pence, email=email), audit.BACKER)
    assert begun.url is not None
    return begun.pledge, begun.url


async def now(pledge: Pledge) -> Pledge:
    return await Pledge.get(id=pledge.id)


async def read(world: World, pledge: Pledge) -> door.CardPage:
    page = await make.newest_page(pledge)
    return await world.gateway.read_card_page(str(page.provider_id))


async def test_ten_clicks_at_once_are_one_pledge_and_one_card_page(world: World) -> None:
    campaign = await make.campaign()
    key, answers = new_token(), make.answers()
    begun = await asyncio.gather(
        *(card_pages.start(campaign.id, key, answers, audit.BACKER) for _ in range(10)), return_exceptions=True
    )
    right = [one for one in begun if isinstance(one, card_pages.Started)]
    # the provider answers 409 while the same key is under way: those clicks are told to try again
    assert all(isinstance(one, card_pages.Started | card_pages.NotOpened) for one in begun)
    again = await card_pages.start(campaign.id, key, answers, audit.BACKER)
    assert {one.url for one in right} <= {again.url}
    assert await Pledge.filter(campaign_id=campaign.id).count() == 1
    assert await CardPage.filter(pledge_id=again.pledge.id).count() == 1
    assert await SavedCard.filter(pledge_id=again.pledge.id).count() == 1
    made = [one for one in await world.control.log() if one["path"] == "/v1/checkout/sessions" and one["status"] == 200]
    assert len([one for one in made if not one["replayed"]]) == 1


async def test_return_webhook_and_sweeper_at_once_make_it_active_once(world: World) -> None:
    campaign = await make.campaign()
    pledge, url = await started(campaign, email=f"kim-{campaign.id}@example.org")
    await world.control.fill_card_page(url)
    found = await read(world, pledge)
    await asyncio.gather(*(card_pages.apply_card_page(found, audit.PROVIDER) for _ in range(8)))
    assert (await now(pledge)).status == "active"
    assert await PledgeEvent.filter(subject_id=pledge.id, new="active").count() == 1
    assert await ledger.balance(accounts.pledged(campaign.id)) == 2000
    assert len(await make.mails(f"kim-{campaign.id}@example.org")) == 1
    assert await SavedCard.filter(pledge_id=pledge.id).count() == 1


async def test_old_news_after_new_changes_nothing(world: World) -> None:
    pledge, url = await started(await make.campaign())
    opened = await read(world, pledge)
    await world.control.fill_card_page(url)
    complete = await read(world, pledge)
    await card_pages.apply_card_page(complete, audit.PROVIDER)
    for old in (opened, complete):
        await card_pages.apply_card_page(old, audit.PROVIDER)
    assert (await now(pledge)).status == "active"
    assert (await make.newest_page(pledge)).status == "complete"


async def test_a_setup_intent_alone_is_enough_to_look(world: World) -> None:
    pledge, url = await started(await make.campaign())
    await world.control.fill_card_page(url)
    found = await read(world, pledge)
    assert found.setup_intent is not None
    await card_pages.apply_saved_card(await world.gateway.read_saved_card(found.setup_intent), audit.PROVIDER)
    assert (await now(pledge)).status == "active"


async def test_a_page_of_another_pledge_changes_nothing(world: World) -> None:
    campaign = await make.campaign()
    mine, _ = await started(campaign)
    other, url = await started(campaign)
    await world.control.fill_card_page(url)
    complete = await read(world, other)
    forged = door.CardPage(
        id=complete.id,
        url=None,
        status=complete.status,
        expires_at=complete.expires_at,
        setup_intent=complete.setup_intent,
        customer=complete.customer,
        pledge_reference=mine.reference,
    )
    await card_pages.apply_card_page(forged, audit.PROVIDER)
    assert [(await now(mine)).status, (await now(other)).status] == ["pending", "pending"]


async def test_a_card_of_another_customer_is_not_taken(world: World) -> None:
    campaign = await make.campaign()
    pledge, url = await started(campaign)
    await world.control.fill_card_page(url)
    await SavedCard.filter(pledge_id=pledge.id).update(customer="cus_somebody_else")
    await card_pages.apply_card_page(await read(world, pledge), audit.PROVIDER)
    assert (await now(pledge)).status == "pending"
    assert (await SavedCard.get(pledge_id=pledge.id)).payment_method is None


async def test_a_page_whose_answer_was_lost_is_known_by_its_pledge(world: World) -> None:
    pledge, url = await started(await make.campaign())
    await CardPage.filter(pledge_id=pledge.id).update(provider_id=None, url=None, status="intended")
    page_id = url.rsplit("/", 1)[1]
    await world.control.fill_card_page(url)
    await card_pages.apply_card_page(await world.gateway.read_card_page(page_id), audit.PROVIDER)
    assert (await now(pledge)).status == "active"
    assert (await make.newest_page(pledge)).provider_id == page_id


async def test_a_page_that_is_not_ours_is_left_alone(world: World) -> None:
    pledge, url = await started(await make.campaign())
    await world.control.fill_card_page(url)
    found = await read(world, pledge)
    await card_pages.apply_card_page(
        door.CardPage(
            "cs_unknown", None, found.status, found.expires_at, found.setup_intent, found.customer, "P-2222-2222"
        ),
        audit.PROVIDER,
    )
    assert (await now(pledge)).status == "pending"


async def test_an_expired_page_expires_its_pledge(world: World) -> None:
    pledge, _ = await started(await make.campaign())
    page = await make.newest_page(pledge)
    await card_pages.apply_card_page(await world.gateway.expire_card_page(str(page.provider_id)), audit.PROVIDER)
    assert (await now(pledge)).status == "expired"
    begun = await card_pages.start(pledge.campaign_id, pledge.form_key, make.answers(), audit.BACKER)
    assert (begun.url, begun.pledge.status) == (None, "expired")


async def test_a_page_that_ran_out_does_not_expire_a_pledge_with_another_page(world: World) -> None:
    campaign = await make.campaign()
    key, answers = new_token(), make.answers()
    first = await card_pages.start(campaign.id, key, answers, audit.BACKER)
    old = await make.newest_page(first.pledge)
    # nearly over: the next click gets a page with time enough
    await CardPage.filter(id=old.id).update(expires_at=business_now() + timedelta(minutes=4))
    second = await card_pages.start(campaign.id, key, answers, audit.BACKER)
    assert second.url != first.url
    await card_pages.apply_card_page(await world.gateway.expire_card_page(str(old.provider_id)), audit.PROVIDER)
    assert (await now(first.pledge)).status == "pending"


async def test_a_second_card_for_one_pledge_is_kept_only_to_be_removed(world: World) -> None:
    campaign = await make.campaign()
    key, answers = new_token(), make.answers()
    first = await card_pages.start(campaign.id, key, answers, audit.BACKER)
    old = await make.newest_page(first.pledge)
    await CardPage.filter(id=old.id).update(expires_at=business_now() + timedelta(minutes=4))
    second = await card_pages.start(campaign.id, key, answers, audit.BACKER)
    for url in (first.url, second.url):
        await world.control.fill_card_page(str(url))
    for page in await CardPage.filter(pledge_id=first.pledge.id).order_by("number"):
        await card_pages.refresh(page, audit.PROVIDER)
    current = await SavedCard.get(pledge_id=first.pledge.id, replaced_at=None)
    (spare,) = await SavedCard.filter(pledge_id=first.pledge.id, replaced_at__isnull=False)
    assert current.payment_method != spare.payment_method
    assert await ledger.balance(accounts.pledged(campaign.id)) == 2000


async def test_the_sweeper_finds_pages_of_which_nobody_told(world: World) -> None:
    campaign = await make.campaign()
    saved, url = await started(campaign)
    left, _ = await started(campaign)
    lost, _ = await started(campaign)
    await world.control.fill_card_page(url)
    page = await make.newest_page(left)
    await world.gateway.expire_card_page(str(page.provider_id))
    await CardPage.filter(pledge_id=lost.id).update(provider_id=None, status="intended")
    await CardPage.filter(pledge__campaign_id=campaign.id).update(expires_at=business_now() - timedelta(minutes=6))
    assert await card_pages.sweep_expired() == 3
    assert [(await now(one)).status for one in (saved, left, lost)] == ["active", "expired", "expired"]
    assert await card_pages.sweep_expired() == 0


async def test_closing_expires_open_pages_and_counts_a_card_saved_in_time(world: World) -> None:
    campaign = await make.campaign()
    saved, url = await started(campaign)
    left, left_url = await started(campaign)
    await world.control.fill_card_page(url)
    await Campaign.filter(id=campaign.id).update(
        status=CampaignStatus.CLOSING, deadline_at=business_now() + timedelta(seconds=1)
    )
    assert await card_pages.expire_open_pages(campaign.id) == 2
    assert [(await now(one)).status for one in (saved, left)] == ["active", "expired"]
    assert (await read(world, left)).status is door.CardPageStatus.EXPIRED
    assert await world.control.fill_card_page(left_url) is None
    assert await card_pages.expire_open_pages(campaign.id) == 0


async def test_closing_says_so_when_the_provider_is_away(world: World) -> None:
    campaign = await make.campaign()
    pledge, _ = await started(campaign)
    await world.control.add_fault(FaultKind.DROP_BEFORE, path="/v1/checkout/*", count=None)
    with pytest.raises(door.GatewayUnavailable):
        await card_pages.expire_open_pages(campaign.id)
    assert (await now(pledge)).status == "pending"


async def test_a_card_given_after_the_deadline_does_not_count_and_is_kept_to_be_removed(world: World) -> None:
    campaign = await make.campaign()
    pledge, url = await started(campaign, email=f"late-{campaign.id}@example.org")
    await Campaign.filter(id=campaign.id).update(
        status=CampaignStatus.CLOSING, deadline_at=business_now() - timedelta(minutes=1)
    )
    await world.control.fill_card_page(url)
    await card_pages.apply_card_page(await read(world, pledge), audit.PROVIDER)
    assert (await now(pledge)).status == "expired"
    assert (await SavedCard.get(pledge_id=pledge.id)).payment_method is not None
    (mail,) = await make.mails(f"late-{campaign.id}@example.org")
    assert "came too late" in mail["subject"]


async def test_the_same_card_of_two_people_has_the_same_key(world: World) -> None:
    campaign = await make.campaign()
    keys = []
    for _ in range(2):
        pledge, url = await started(campaign)
        await world.control.fill_card_page(url)
        await card_pages.apply_card_page(await read(world, pledge), audit.PROVIDER)
        keys.append((await now(pledge)).card_key)
    assert keys[0] == keys[1]
    assert keys[0] is not None


async def test_a_pledge_that_is_over_gets_no_card_page(world: World) -> None:
    pledge = await make.pledge(await make.campaign(), active=False)
    with pytest.raises(Refused, match="needs no card"):
        await card_pages.open_new_card_page(pledge)


async def test_the_card_page_names_amount_condition_and_statement(world: World) -> None:
    campaign = await make.campaign(title="Tidal pool steps")
    pledge = await make.pledge(campaign, 1250, active=False)
    words = card_pages.words_beside_button(pledge, await campaign_view(campaign.id))
    for part in (
        "charged £12.50 only if “Tidal pool steps” meets its target by",
        "CROWDFUND KENT",
        "cancel until then",
    ):
        assert part in words
    assert len(words) <= 1200


async def test_after_a_stored_500_the_next_try_is_another_page(world: World) -> None:
    campaign = await make.campaign()
    key, answers = new_token(), make.answers()
    await world.control.add_fault(FaultKind.ERROR_AFTER, path="/v1/checkout/sessions")
    with pytest.raises(card_pages.NotOpened):
        await card_pages.start(campaign.id, key, answers, audit.BACKER)
    begun = await card_pages.start(campaign.id, key, answers, audit.BACKER)
    assert begun.url is not None
    assert [page.status for page in await CardPage.filter(pledge_id=begun.pledge.id).order_by("number")] == [
        "expired",
        "open",
    ]
