"""The end of a collection: settled and to be paid out, or collapsed and given back."""

import pytest

from crowdfund_kent.audit import BACKER
from crowdfund_kent.clock import business_now
from crowdfund_kent.models import AuditRow, Outbox
from payments import accounts, attempts, settlement
from payments.models import ChargeAttempt, Refund
from payments.sandbox.faults import FaultKind
from pledges.models import FundingSource, MatchPledge, PledgeEvent
from projects.models import CampaignEvent
from tests.payments import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def test_enough_is_collected_and_the_campaign_is_settled(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    pledges = [await scene.pledge(3_000) for _ in range(2)]
    await scene.match(4_000)
    await scene.collect()
    campaign = await scene.now()
    assert campaign.status == "settled"
    assert campaign.settled_at is not None
    assert {await make.status_of(pledge) for pledge in pledges} == {"collected"}
    truth = await provider.control.truth()
    assert (truth["charges"], truth["charged_pence"], truth["charged_twice"]) == (2, 6_000, [])
    assert await make.before_costs(accounts.PROVIDER_BALANCE) == 6_000
    assert await make.before_costs(accounts.held_for_campaign(campaign.id)) == -6_000
    assert {match.status for match in await MatchPledge.all()} == {"confirmed"}
    found = await settlement.secured(campaign.id)
    assert (found.collected_pence, found.match_pence, found.total_pence) == (6_000, 4_000, 10_000)
    told = await Outbox.filter(name="payments/group_settled")
    assert len(told) == 1
    assert "Your payout follows" in told[0].body["text"]
    await make.nothing_is_broken()


async def test_short_cards_over_the_threshold_still_settle(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    await scene.pledge(9_000)
    lost = await scene.pledge(1_000, make.DECLINES)
    await scene.collect()
    assert await scene.status() == "collecting"
    await scene.later(days=13, hours=12)
    await scene.later(days=1)
    assert await make.status_of(lost) == "dropped"
    campaign = await scene.now()
    assert (campaign.status, campaign.raised_pence) == ("settled", 10_000)  # raised stays as the verdict froze it
    assert (await settlement.secured(campaign.id)).total_pence == 9_000
    await make.nothing_is_broken()


async def test_a_penny_under_the_threshold_collapses_and_everything_goes_back(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    paid = [await scene.pledge(2_499), await scene.pledge(2_500)]
    lost = await scene.pledge(1_001, make.DECLINES)
    match = await scene.match(4_000)
    await scene.collect()
    await scene.later(days=15)
    campaign = await scene.now()
    assert campaign.status == "collapsed"
    assert {await make.status_of(pledge) for pledge in paid} == {"refunded"}
    assert await make.status_of(lost) == "dropped"
    assert (await MatchPledge.get(id=match.id)).status == "released"
    assert (await FundingSource.get()).confirmed_pence == 0
    truth = await provider.control.truth()
    assert (truth["charged_pence"], truth["refunded_pence"]) == (4_999, 4_999)
    assert truth["saved_cards"] == 0
    assert await make.before_costs(accounts.PROVIDER_BALANCE) == 0
    assert await make.before_costs(accounts.held_for_campaign(campaign.id)) == 0
    assert "payments/collapsed" in await make.mails_to(paid[0])
    assert "payments/collapsed" not in await make.mails_to(lost)
    assert await Outbox.filter(name="payments/group_collapsed").count() == 1
    await make.nothing_is_broken()


async def test_a_payment_on_its_way_back_is_not_secured(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    await scene.pledge(8_999)
    odd = await scene.pledge(1_001, make.ASKS_BANK)
    await scene.collect()
    attempt = await ChargeAttempt.get(pledge_id=odd.id)
    assert attempt.payment_intent is not None
    answer = await provider.gateway.confirm_on_session(attempt.payment_intent, "http://127.0.0.1/back", "visit")
    assert answer.next_action_url is not None
    await attempts.let_off(odd.id, BACKER)
    await provider.control.answer_bank(answer.next_action_url)  # and then paid all the same, in another tab
    await make.rounds()
    assert await make.status_of(odd) == "refunded"
    assert await scene.status() == "collapsed"
    truth = await provider.control.truth()
    assert truth["charged_pence"] == truth["refunded_pence"] == 10_000
    await make.nothing_is_broken()


async def test_nothing_is_decided_while_the_provider_cannot_say_what_became_of_a_payment(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    await scene.pledge(9_500)
    pledge = await scene.pledge(500)
    await scene.close()
    await provider.control.add_fault(FaultKind.DROP_BEFORE, path="/v1/payment_intents*", count=None)
    await scene.later(hours=49)
    await scene.later(days=15)
    assert await scene.status() == "collecting"
    assert await make.attempts_of(pledge) == [(1, "unknown")]
    await provider.control.clear_faults()
    await scene.later(hours=2)
    assert await scene.status() == "collapsed"  # nothing was made at the provider, and two weeks are over
    assert (await provider.control.truth())["charges"] == 0
    await make.nothing_is_broken()


async def test_a_settlement_is_decided_once_and_leaves_its_reasons(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    await scene.pledge(10_000)
    await scene.collect()
    assert [await settlement.settle(scene.campaign.id) for _ in range(2)] == [None, None]
    assert await CampaignEvent.filter(subject_id=scene.campaign.id, new="settled").count() == 1
    reasons = (await AuditRow.get(act="settlement")).details
    assert reasons == {
        "pays_out": True,
        "collected_pence": 10_000,
        "match_pence": 0,
        "gifts_pence": 0,
        "target_pence": 10_000,
        "threshold_bp": 9_000,
    }


async def test_the_history_of_a_collected_pledge_tells_its_whole_way(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    pledge = await scene.pledge(2_000)
    await scene.collect()
    events = await PledgeEvent.filter(subject_id=pledge.id).order_by("id")
    assert [(event.cause, event.new) for event in events] == [
        ("created", "pending"),
        ("card saved", "active"),
        ("collection began", "collecting"),
        ("charged", "collected"),
    ]
    assert all(event.effective_at <= business_now() for event in events)


async def test_refunds_of_a_collapse_are_one_a_payment_however_often_it_is_asked(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    await scene.pledge(5_000)
    await scene.pledge(5_000, make.DECLINES)
    await scene.collect()
    await provider.control.add_fault(FaultKind.DROP_AFTER, path="/v1/refunds", method="POST")
    await scene.later(days=15)
    assert [refund.status for refund in await Refund.all()] == ["unknown"]
    await scene.later(days=2)
    assert [refund.status for refund in await Refund.all()] == ["succeeded"]
    truth = await provider.control.truth()
    assert (truth["refunds"], truth["refunded_pence"]) == (1, 5_000)
    await make.nothing_is_broken()
