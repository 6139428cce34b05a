"""A backer's own page: seen, changed, cancelled, another card, without an account."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from crowdfund_kent.clock import business_now
from payments.models import SavedCard
from payments.provider import use_gateway
from pledges import links
from pledges.models import Pledge
from pledges.states import Pledge as Status
from pledges.totals import totals
from projects.models import Campaign
from tests.client import Page, SiteClient
from tests.pledges import make
from tests.sandbox import World


@pytest.fixture(autouse=True)
def provider(world: World) -> Iterator[None]:
    """The site talks to this test's account."""
    with use_gateway(world.gateway):
        yield


async def resident(client: SiteClient, world: World) -> make.Resident:
    return make.Resident(client, world, await make.slug_of(await make.campaign()))


async def the_only_pledge() -> Pledge:
    (pledge,) = await Pledge.all()
    return pledge


async def test_the_private_page_changes_and_cancels_without_an_account(client: SiteClient, world: World) -> None:
    campaign = await make.campaign()
    await make.Resident(client, world, await make.slug_of(campaign)).pledge("20")
    (mail,) = await make.mails("kim@example.org")
    private = make.address_in(mail["text"])
    page = await client.get(private)
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "private, no-store"
    assert "noindex" in page.headers["x-robots-tag"]
    assert "Your pledge counts" in page.main
    page = await page.follow("Change the amount")
    page = await page.submit({"amount": "35.50"}, to=private)
    assert "Your pledge is now £35.50." in page.main
    assert page.summary["Amount"] == "£35.50"
    assert (await totals(campaign.id)).crowd_pence == 3550
    page = await (await page.follow("Cancel this pledge")).submit(to=private)
    assert "You cancelled this pledge" in page.main
    assert (await totals(campaign.id)).crowd_pence == 0
    subjects = [mail["subject"] for mail in await make.mails("kim@example.org")]
    assert len(subjects) == 3
    assert "is now £35.50" in subjects[1]
    assert "is cancelled" in subjects[2]


async def test_a_wrong_token_and_a_wrong_reference_are_not_found(client: SiteClient) -> None:
    pledge = await make.pledge(await make.campaign())
    await client.get(f"/pledges/{pledge.reference}/{'0' * 40}", status=404)
    await client.get(f"/pledges/P-2222-2222/{'0' * 40}", status=404)
    await client.get(f"/pledges/{pledge.reference}/{'0' * 40}/cancel", status=404)
    await client.get(f"/pledges/{pledge.reference}/return?page=cs_guessed", status=404)


async def test_changing_is_over_with_the_deadline(client: SiteClient) -> None:
    campaign = await make.campaign()
    pledge = await make.pledge(campaign, email="kim@example.org")
    (mail,) = await make.mails("kim@example.org")
    private = make.address_in(mail["text"])
    change, cancel = await client.get(f"{private}/change"), await client.get(f"{private}/cancel")
    await Campaign.filter(id=campaign.id).update(deadline_at=business_now())
    for page in (await change.submit({"amount": "3"}, status=422), await cancel.submit(status=422)):
        assert page.errors == [
            "The last day of this campaign is over, so your pledge can't be changed or cancelled any more."
        ]
    page = await client.get(f"{private}/cancel", to=private)
    assert "Cancel this pledge" not in page.main
    await pledge.refresh_from_db()
    assert (pledge.status, pledge.amount_pence) == ("active", 2000)


async def test_another_card_takes_the_place_of_the_first(client: SiteClient, world: World) -> None:
    kim = await resident(client, world)
    page = await kim.pledge()
    private = page.link("See your pledge")
    page = await client.get(private)
    url = await page.leave(form="card", to=re.compile(re.escape(world.url) + ".*"))
    back = await kim.give_card(url, "4000000000000341")
    assert back is not None
    page = await client.get(back)
    assert page.h1 == "Thank you. Your new card is saved"
    assert "ending 0341" in page.main
    pledge = await the_only_pledge()
    assert (pledge.status, pledge.card_last4) == ("active", "0341")
    old, new = await SavedCard.all().order_by("id")
    assert old.replaced_at is not None
    assert (new.replaced_at, new.customer) == (None, old.customer)
    assert new.payment_method != old.payment_method
    assert (await make.mails("kim@example.org"))[-1]["subject"].startswith("A new card for your pledge")


async def test_leaving_the_page_for_another_card_comes_back_to_the_private_page(
    client: SiteClient, world: World
) -> None:
    kim = await resident(client, world)
    private = (await kim.pledge()).link("See your pledge")
    page = await client.get(private)
    await page.leave(form="card", to=re.compile(re.escape(world.url) + ".*"))
    pledge = await the_only_pledge()
    page = await client.get(f"/pledges/{pledge.reference}/return?left=1", to=private)
    assert "Your pledge counts" in page.main


async def test_the_short_address_answers_the_same_to_everybody(client: SiteClient) -> None:
    pledge = await make.pledge(await make.campaign(), email="kim@example.org")
    said = []
    for reference, email in (
        (pledge.reference, "kim@example.org"),
        (pledge.reference, "sam@example.org"),
        ("P-2222-2222", "kim@example.org"),
    ):
        page = await client.get(f"/pledges/{reference}")
        page = await page.submit({"email": email})
        said.append(page.main.replace(email, "…"))
    assert len(set(said)) == 1
    receipt, link = await make.mails("kim@example.org")
    assert make.address_in(link["text"]) == make.address_in(receipt["text"])
    assert await make.mails("sam@example.org") == []


async def test_another_browser_that_returns_is_not_shown_the_private_link(
    client: SiteClient, world: World, app: Any
) -> None:
    kim = await resident(client, world)
    back = await kim.give_card(await kim.to_card_page(await kim.to_check()))
    assert back is not None
    other = SiteClient(app)
    page: Page = await other.get(back)
    assert page.h1 == "Thank you. Your pledge counts"
    assert "See your pledge" not in page.main
    assert "kim@example.org" not in page.main
    assert page.headers["cache-control"] == "private, no-store"
    await other.close()


STATUSES = [
    ("pending", "live", "No card is saved yet"),
    ("active", "live", "Your card is charged £20 only if the target is met by"),
    ("active", "suspended", "The campaign is paused"),
    ("active", "closing", "the pledges are being counted"),
    ("active", "successful", "The target was met. Your card will be charged £20"),
    ("expired", "live", "No card was saved in time"),
    ("cancelled", "live", "You cancelled this pledge"),
    ("released", "unsuccessful", "The target was not met. You were not charged"),
    ("released", "cancelled", "The campaign was cancelled. You were not charged"),
    ("collecting", "collecting", "we are charging £20 to your card"),
    ("collected", "settled", "Your card was charged £20. Thank you"),
    ("action required", "collecting", "your bank wants you to confirm"),
    ("failed", "collecting", "did not go through. Nothing was taken"),
    ("dropped", "settled", "You owe nothing"),
    ("refunded", "collapsed", "was paid back to your card"),
    ("disputed", "settled", "Your bank has asked us"),
    ("charged back", "settled", "has given you the £20 back"),
]


@pytest.mark.parametrize(("status", "campaign_status", "words"), STATUSES)
async def test_the_private_page_says_in_plain_words_where_a_pledge_is(
    client: SiteClient, status: str, campaign_status: str, words: str
) -> None:
    campaign = await make.campaign()
    pledge = await make.pledge(campaign, 2000)
    # rows as the worker leaves them: how they come there is tested with the worker
    await Pledge.filter(id=pledge.id).update(status=status)
    await Campaign.filter(id=campaign.id).update(status=campaign_status)
    page = await client.get(links.private_path(pledge))
    assert words in page.main
    may_change = "Cancel this pledge" in page.main
    assert may_change == (status == "active" and campaign_status in {"live", "suspended"})
    pay = [href for _, href in page.links if href.endswith("/pay")]
    assert bool(pay) == (status in {"failed", "action required"})


def test_every_status_of_a_pledge_has_its_words() -> None:
    assert {status for status, _, _ in STATUSES} == set(Status)
