"""From the deadline to the verdict: who is counted, who is let go, and that nobody is charged without a success."""

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER, SYSTEM
from crowdfund_kent.models import Outbox
from payments import card_pages, closing
from payments.models import CardPage, ChargeAttempt, Collection
from payments.tasks import find_lost
from pledges import pots
from pledges.accounts import backers, pledged
from pledges.models import FundingSource, MatchPledge, Pledge
from pledges.pledging import Answers
from projects import services
from projects.tasks import close_due
from tests.payments import make
from tests.pledges import pot_make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def test_a_met_target_freezes_what_was_raised_and_waits_two_days(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    pledge = await scene.pledge(6_000)
    match = await scene.match(4_000)
    await scene.close()
    campaign = await scene.now()
    assert campaign.status == "successful"
    assert campaign.raised_pence == 10_000
    assert campaign.collecting_from is not None
    assert campaign.decided_at is not None
    assert (campaign.collecting_from - campaign.decided_at).total_seconds() == 48 * 3600
    assert (await MatchPledge.get(id=match.id)).status == "confirmed"
    assert await make.mails_to(pledge) == ["receipt", "payments/target_met"]
    await scene.later(hours=47)
    assert await scene.status() == "successful"
    assert (await provider.control.truth())["charges"] == 0


async def test_a_missed_target_releases_everything_and_nobody_is_charged(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    pledges = [await scene.pledge(3_000) for _ in range(3)]
    match = await scene.match(999)
    await scene.close()
    campaign = await scene.now()
    assert (campaign.status, campaign.raised_pence) == ("unsuccessful", 9_999)
    assert {await make.status_of(pledge) for pledge in pledges} == {"released"}
    assert (await MatchPledge.get(id=match.id)).status == "released"
    source = await FundingSource.get()
    assert (source.pledged_pence, source.confirmed_pence) == (0, 0)
    assert await ledger.balance(pledged(campaign.id)) == 0
    assert await ledger.balance(backers()) == 0
    for pledge in pledges:
        assert await make.mails_to(pledge) == ["receipt", "released"]
    told = [row.name for row in await Outbox.filter(kind="email", name__startswith="payments/group")]
    assert told == ["payments/group_target_missed"]
    await scene.later(days=30)
    truth = await provider.control.truth()
    assert (truth["charges"], truth["declines"], truth["saved_cards"]) == (0, 0, 0)
    assert await ChargeAttempt.all().count() == 0
    await make.nothing_is_broken()


async def test_what_is_only_offered_at_the_verdict_does_not_count_and_is_let_go(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    await scene.pledge(9_999)
    fund = await pot_make.fund(5_000)
    offer = await pots.take_exact(fund.id, 5_000, pots.Offer(scene.campaign.id, {}), SYSTEM)
    await scene.close()
    assert await scene.status() == "unsuccessful"
    assert (await MatchPledge.get(id=offer.id)).status == "released"


async def test_a_pledge_whose_card_is_being_saved_holds_the_verdict_for_half_an_hour(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    await scene.pledge(2_000)
    answers = Answers(5_000, "slow@example.org", "", name_shown=False)
    slow = (await card_pages.start(scene.campaign.id, "slow", answers, BACKER)).pledge
    await CardPage.filter(pledge_id=slow.id).update(status="complete")  # its answer is on the way
    await scene.close()
    assert await scene.status() == "closing"
    await scene.later(minutes=29)
    assert await scene.status() == "closing"
    await scene.later(minutes=2)
    assert await scene.status() == "successful"
    assert await make.status_of(slow) == "expired"
    assert (await scene.now()).raised_pence == 2_000


async def test_open_card_pages_are_closed_at_the_provider_when_the_deadline_comes(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    answers = Answers(5_000, "slow@example.org", "", name_shown=False)
    started = await card_pages.start(scene.campaign.id, "slow", answers, BACKER)
    await scene.close()
    assert await make.status_of(started.pledge) == "expired"
    assert await scene.status() == "unsuccessful"
    assert started.url is not None
    assert await provider.control.fill_card_page(started.url) is None
    assert await Pledge.filter(status="active").count() == 0


async def test_a_verdict_is_given_once(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    await scene.pledge(2_000)
    await scene.pass_time(days=41)
    await close_due()
    assert [await closing.decide(scene.campaign.id) for _ in range(3)] == [True, False, False]
    assert await Outbox.filter(name="payments/target_met").count() == 1


async def test_the_sweeper_finds_a_verdict_that_no_job_asks_for(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    await scene.pledge(2_000)
    await scene.pass_time(days=41)
    await close_due()
    await Outbox.filter(kind="job").delete()
    await find_lost()
    assert [row.name for row in await Outbox.filter(kind="job")] == ["decide_campaign"]
    await make.rounds()
    assert await scene.status() == "successful"


async def test_collecting_begins_with_a_row_for_each_active_pledge_whatever_the_chunk(
    provider: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "CHUNK", 2)
    scene = await make.scene(provider, 2_000)
    pledges = [await scene.pledge(2_000) for _ in range(5)]
    await scene.close()
    await scene.pass_time(hours=49)
    assert await closing.begin_collecting(scene.campaign.id) == 5
    assert await closing.begin_collecting(scene.campaign.id) == 0
    assert await Collection.all().count() == 5
    assert {await make.status_of(pledge) for pledge in pledges} == {"collecting"}
    assert await Outbox.filter(name="pump").count() == 1


async def test_a_target_met_by_match_alone_is_settled_without_a_charge(provider: World) -> None:
    scene = await make.scene(provider, 5_000)
    await scene.match(5_000)
    await scene.collect()
    assert await scene.status() == "settled"
    assert (await provider.control.truth())["charges"] == 0
    await make.nothing_is_broken()


async def test_a_cancelled_campaign_lets_everybody_go(provider: World) -> None:
    scene = await make.scene(provider, 5_000)
    pledge = await scene.pledge(5_000)
    match = await scene.match(1_000)
    officer = await pot_make.person("Officer", Role.FUND_OFFICER)
    await services.cancel(scene.campaign.id, officer, "The hall burned down.")
    await make.rounds()
    assert await scene.status() == "cancelled"
    assert await make.status_of(pledge) == "released"
    assert (await MatchPledge.get(id=match.id)).status == "released"
    assert (await provider.control.truth())["saved_cards"] == 0
    await make.nothing_is_broken()
