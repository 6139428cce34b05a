"""Cash and cheques beside cards and match: to the penny at the verdict, at settlement, and as at any day."""

from datetime import timedelta

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.clock import business_today
from crowdfund_kent.models import Outbox
from evaluation.figures import figures_as_at
from payments import settlement
from pledges.gifts.kinds import Return, Wish
from pledges.gifts.states import Cause
from pledges.models import OfflineGift
from pledges.totals import totals
from tests.payments import make
from tests.pledges import gift_make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def test_gifts_cards_and_match_meet_the_target_to_the_penny_and_are_settled(provider: World) -> None:
    scene, desk = await make.scene(provider, 10_000), await gift_make.desk()
    await scene.pledge(3_001)
    await scene.match(4_000)
    gift = await desk.take(scene.campaign, amount_pence=2_999)
    assert (await totals(scene.campaign.id)).raised_pence == 7_001
    assert (await figures_as_at(business_today())).crowd_pledged_pence == 3_001
    await scene.later(days=1)
    await desk.count(gift)
    today = await figures_as_at(business_today())
    assert (today.crowd_pledged_pence, today.backers) == (6_000, 2)
    before = await figures_as_at(business_today() - timedelta(days=1))
    assert (before.crowd_pledged_pence, before.backers) == (3_001, 1)  # counted since: figures of that day stay
    await desk.bank(gift)
    await scene.collect()
    campaign = await scene.now()
    assert (campaign.status, campaign.raised_pence) == ("settled", 10_000)
    found = await settlement.secured(campaign.id)
    assert (found.collected_pence, found.match_pence, found.gifts_pence, found.total_pence) == (
        3_001,
        4_000,
        2_999,
        10_000,
    )
    await desk.hand_on(campaign)
    assert await ledger.balance("bank for gifts") == 0
    assert await ledger.balance(f"gifts held:campaign:{campaign.id}") == 0
    await make.nothing_is_broken()


async def test_a_penny_less_and_the_target_is_missed_and_cash_goes_back(provider: World) -> None:
    scene, desk = await make.scene(provider, 10_000), await gift_make.desk()
    await scene.pledge(7_000)
    gift = await desk.counted(scene.campaign, amount_pence=2_999, email="ada@example.org", address="")
    await scene.close()
    campaign = await scene.now()
    assert (campaign.status, campaign.raised_pence) == ("unsuccessful", 9_999)
    assert await Outbox.filter(name="gifts/missed", unique_key=f"gift-missed-{gift.id}").count() == 1
    await desk.give_back(gift, Cause.MISSED)
    found = await totals(campaign.id)
    assert (found.raised_pence, found.gifts_pence) == (9_999, 2_999)  # what stood at the verdict
    assert await ledger.balance(f"gifts held:campaign:{campaign.id}") == 0
    await make.nothing_is_broken()


async def test_a_gift_received_in_time_holds_the_verdict_until_it_is_counted(provider: World) -> None:
    scene, desk = await make.scene(provider, 10_000), await gift_make.desk()
    await scene.pledge(8_000)
    await scene.later(days=39)
    gift = await desk.take(scene.campaign)
    await scene.later(days=2)
    assert await scene.status() == "closing"
    await scene.later(hours=10)
    assert await scene.status() == "closing"
    await desk.count(gift)
    await make.rounds()
    campaign = await scene.now()
    assert (campaign.status, campaign.raised_pence) == ("successful", 10_000)
    await make.nothing_is_broken()


async def test_a_gift_that_nobody_counts_holds_it_no_longer_than_three_days_and_goes_back(provider: World) -> None:
    scene, desk = await make.scene(provider, 10_000), await gift_make.desk()
    await scene.pledge(8_000)
    gift = await desk.take(scene.campaign)
    await scene.close()
    assert await scene.status() == "closing"
    await scene.later(hours=72)
    campaign = await scene.now()
    assert (campaign.status, campaign.raised_pence) == ("unsuccessful", 8_000)
    with pytest.raises(Exception, match="goes back to its giver"):
        await desk.count(gift)
    await desk.give_back(gift, Cause.MISSED)
    assert not (await OfflineGift.get(id=gift.id)).at_verdict
    await make.nothing_is_broken()


async def test_when_cards_fail_cash_goes_back_too_or_to_the_group(provider: World) -> None:
    scene, desk = await make.scene(provider, 10_000), await gift_make.desk()
    await scene.pledge(6_000, make.DECLINES)
    back = await desk.counted(scene.campaign)
    on = await desk.counted(scene.campaign, name="Ben Cole", wish=Wish.TO_GROUP)
    await desk.bank(back, on)
    await scene.collect()
    await scene.later(days=15)
    campaign = await scene.now()
    assert campaign.status == "collapsed"
    await desk.give_back(await OfflineGift.get(id=back.id), Cause.COLLAPSED, Return.CHEQUE)
    await desk.hand_on(campaign)
    assert await ledger.balance("bank for gifts") == 0
    await make.nothing_is_broken()
