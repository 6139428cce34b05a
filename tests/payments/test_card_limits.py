"""Card testing: what is refused and with what words, who is told, and that our pages are no oracle."""

import re
from datetime import timedelta

import pytest

from crowdfund_kent import outbox
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER
from crowdfund_kent.clock import business_now
from crowdfund_kent.limits import TooOften
from crowdfund_kent.models import Outbox
from crowdfund_kent.references import email_key
from crowdfund_kent.settings import get_settings
from payments import card_limits, card_pages, webhooks
from payments.models import CardPage, ChargeAttempt
from payments.sandbox.cards import family_number
from pledges import links
from pledges.models import Pledge
from pledges.pledging import Answers
from tests.accounts.make import sign_in, staff
from tests.client import SiteClient
from tests.payments import make
from tests.projects.make import staff as office
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")
REFUSED = "4000000000000002"


@pytest.fixture(autouse=True)
async def nothing_counted(module_database: str) -> None:
    await (await outbox.open_queue()).flushdb()


async def refused_cards(world: World, scene: make.Scene, count: int) -> None:
    """Somebody tries card after card on one card page; the provider tells of each."""
    answers = Answers(200, "thief@example.org", "", name_shown=False)
    started = await card_pages.start(scene.campaign.id, f"thief-{scene.campaign.id}", answers, BACKER)
    assert started.url is not None
    for _ in range(count):
        assert await world.control.fill_card_page(started.url, REFUSED) is None
    events = await world.gateway.list_events(business_now() - timedelta(hours=1), ["setup_intent.setup_failed"])
    for event in events:
        await webhooks.store(event, webhooks._as_payload(event))


async def test_a_campaign_that_is_hit_lets_one_connection_begin_a_few_pledges_and_officers_are_told_once(
    provider: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_limits, "HIT", 3)
    monkeypatch.setattr(card_limits, "WHILE_HIT", "2/hour")
    await office(Role.FUND_OFFICER, email="officer@example.org")
    hit, calm = await make.scene(provider), await make.scene(provider)
    await refused_cards(provider, hit, 2)
    assert not await card_limits.is_hit(hit.campaign.id)
    assert await card_limits.tell_officers() == 0
    await refused_cards(provider, hit, 1)
    assert await card_limits.is_hit(hit.campaign.id)
    assert not await card_limits.is_hit(calm.campaign.id)
    key = email_key("honest@example.org")
    for _ in range(2):
        await card_limits.refuse_pledge(hit.campaign.id, key, "192.0.2.1")
    with pytest.raises(TooOften) as refused:
        await card_limits.refuse_pledge(hit.campaign.id, key, "192.0.2.1")
    for words in ("Nothing was taken", "in an hour", "phone us on", "cash or cheque", "library desk"):
        assert words in refused.value.message, "a clear way on for honest people"
    await card_limits.refuse_pledge(hit.campaign.id, key, "192.0.2.2")
    await card_limits.refuse_pledge(calm.campaign.id, key, "192.0.2.1")
    assert [await card_limits.tell_officers() for _ in range(2)] == [1, 1]
    (mail,) = await Outbox.filter(name="payments/officers_cards_tested")
    assert mail.body["to"] == "officer@example.org"
    assert "3 cards were refused" in mail.body["text"]


async def test_officers_see_it_on_the_page_of_the_campaign(client: SiteClient, provider: World) -> None:
    scene = await make.scene(provider)
    await refused_cards(provider, scene, 3)
    person, _ = await staff(Role.FUND_OFFICER)
    await sign_in(client, person)
    page = await client.get(f"/staff/campaigns/{scene.campaign.id}/settlement")
    assert "3 cards refused on the card page of this project within the hour" in page.text


async def test_many_pledges_of_one_address_wait_until_tomorrow(
    provider: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_limits, "OF_ONE_ADDRESS", 2)
    scene = await make.scene(provider)
    for number in range(2):
        answers = Answers(500, "Kim+a@example.org" if number else "kim@example.org", "", name_shown=False)
        await card_pages.start(scene.campaign.id, f"kim-{number}", answers, BACKER)
    with pytest.raises(TooOften, match="tomorrow"):
        await card_limits.refuse_pledge(scene.campaign.id, email_key("kim@example.org"), "192.0.2.3")
    await card_limits.refuse_pledge(scene.campaign.id, email_key("ben@example.org"), "192.0.2.3")
    await scene.pass_time(hours=25)
    await card_limits.refuse_pledge(scene.campaign.id, email_key("kim@example.org"), "192.0.2.3")


async def test_card_after_card_on_one_pledge_waits_until_tomorrow(
    client: SiteClient, provider: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_limits, "OF_ONE_PLEDGE", 2)
    scene = await make.scene(provider)
    pledge = await scene.pledge(2_000)
    url = await card_pages.open_new_card_page(pledge)
    await provider.control.fill_card_page(url)
    await card_pages.refresh(await CardPage.get(pledge_id=pledge.id, purpose="new card"), BACKER)
    private = links.private_path(pledge)
    page = await client.get(private)
    answer = await page.submit(form=f"{private}/card", status=429)
    assert "Several cards were tried for this pledge today" in answer.main
    assert "phone us" in answer.main


async def test_confirming_again_and_again_with_the_bank_waits_an_hour(
    provider: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_limits, "CONFIRMED", "1/hour")
    scene = await make.scene(provider)
    pledge = await scene.pledge(2_000)
    await card_limits.refuse_confirming(pledge)
    with pytest.raises(TooOften, match="in an hour"):
        await card_limits.refuse_confirming(pledge)


async def test_one_card_makes_so_many_pledges_count_and_its_owner_is_told_what_to_do(
    client: SiteClient, provider: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROWDFUND_KENT_ONE_CARD_PLEDGES", "2")
    get_settings.cache_clear()
    scene = await make.scene(provider)
    card = family_number(77)
    made = [await scene.pledge(500, card) for _ in range(3)]
    assert [await make.status_of(pledge) for pledge in made] == ["active", "active", "expired"]
    assert (await make.mails_to(made[2])) == ["card_used_often"]
    text = await make.mail_text(made[2], "card_used_often")
    assert "another card now, or with this one tomorrow" in text
    page = await client.get(
        f"/pledges/{made[2].reference}/return?page={(await CardPage.get(pledge_id=made[2].id)).provider_id}"
    )
    assert "Many pledges were made with one card today" in page.main
    await make.rounds()
    assert (await provider.control.truth())["saved_cards"] == 2, "the card that is not used is let go of"
    assert (await scene.pledge(500, family_number(78))).status == "active"
    await scene.pass_time(hours=25)
    assert (await scene.pledge(500, card)).status == "active"
    await make.nothing_is_broken()


async def test_what_we_say_after_a_refused_card_is_what_we_say_after_none(client: SiteClient, provider: World) -> None:
    """Coming back from the card page: whoever typed a card that was refused reads what everybody reads who typed none."""
    scene = await make.scene(provider)
    said = []
    for number, card in ((1, REFUSED), (2, None)):
        answers = Answers(500, f"r{number}@example.org", "", name_shown=False)
        started = await card_pages.start(scene.campaign.id, f"r-{number}", answers, BACKER)
        assert started.url is not None
        if card is not None:
            assert await provider.control.fill_card_page(started.url, card) is None
        page = await CardPage.get(pledge_id=started.pledge.id)
        back = await client.get(f"/pledges/{started.pledge.reference}/return?page={page.provider_id}")
        said.append(back.main)
    assert said[0] == said[1]


async def test_why_a_bank_said_no_is_told_to_nobody(client: SiteClient, provider: World) -> None:
    """A stolen card, one without money and a wrong code read the same on our pages."""
    scene = await make.scene(provider, 20_000)
    await scene.pledge(18_000)
    pledge = await scene.pledge(2_000, make.DECLINES)
    await scene.collect()
    said = set()
    for code in ("stolen_card", "lost_card", "expired_card", "pickup_card", "fraudulent"):
        await ChargeAttempt.filter(pledge_id=pledge.id).update(decline_code=code)
        page = await client.get(f"{links.private_path(pledge)}/pay")
        assert not re.search("stolen|lost|expired|fraud|funds|code", page.main)
        said.add(page.main)
    assert len(said) == 1
    assert await Pledge.filter(id=pledge.id, status="failed").exists()
