"""Money that is on its way back to a backer is the backer's, whatever becomes of the way."""

import pytest

from crowdfund_kent.audit import BACKER, PROVIDER
from payments import accounts, attempts, pump, refunds, settlement
from payments.gateway import ChargeAnswer, ChargeOutcome, RefundAnswer, RefundOutcome
from payments.models import ChargeAttempt, Refund
from payments.queries import progress
from payments.sandbox.faults import FaultKind
from pledges.models import Pledge
from tests.payments import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def paid_after_let_off(provider: World, match_pence: int = 0) -> tuple[make.Scene, Pledge]:
    """£89.99 collected of a target of £100, and £10.01 of a backer who was let off and paid all the same."""
    scene = await make.scene(provider, 10_000)
    await scene.pledge(8_999)
    odd = await scene.pledge(1_001, make.ASKS_BANK)
    if match_pence:
        await scene.match(match_pence)
    await scene.collect()
    attempt = await ChargeAttempt.get(pledge_id=odd.id)
    assert attempt.payment_intent is not None
    answer = await provider.gateway.confirm_on_session(attempt.payment_intent, "http://127.0.0.1/back", "visit")
    assert answer.next_action_url is not None
    await attempts.let_off(odd.id, BACKER)
    await provider.control.answer_bank(answer.next_action_url)
    return scene, odd


def failed(refund: Refund, pledge: Pledge) -> RefundAnswer:
    """The bank could not take it."""
    return RefundAnswer(
        RefundOutcome.FAILED,
        refund=f"re_{refund.id}",
        amount_pence=refund.amount_pence,
        currency="gbp",
        pledge_reference=pledge.reference,
        key=refund.key,
    )


async def test_a_refund_that_failed_does_not_make_the_money_the_groups(provider: World) -> None:
    scene, odd = await paid_after_let_off(provider)
    found = await provider.gateway.read_charge(str((await ChargeAttempt.get(pledge_id=odd.id)).payment_intent))
    await attempts.apply_charge(found, BACKER)
    refund = await Refund.get(pledge_id=odd.id)
    await refunds.apply_refund(failed(refund, odd), PROVIDER)
    assert await make.status_of(odd) == "collected"
    assert (await settlement.secured(scene.campaign.id)).total_pence == 8_999
    await make.rounds()
    assert await scene.status() == "collapsed"


async def test_who_was_let_off_does_not_hear_that_their_money_goes_to_the_group(provider: World) -> None:
    scene, odd = await paid_after_let_off(provider, match_pence=1)
    await provider.control.add_fault(FaultKind.DROP_BEFORE, method="POST", path="/v1/refunds", count=None)
    await make.rounds()
    assert await make.status_of(odd) == "collected"
    assert await scene.status() == "settled"
    assert "payments/settled" not in await make.mails_to(odd)
    assert (await progress(scene.campaign.id)).collected == 1


async def test_a_second_payment_whose_refund_failed_is_not_given_back_by_the_books_twice(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    await scene.pledge(4_000)
    twice = await scene.pledge(2_000, make.NO_MONEY)
    await scene.pledge(4_000, make.DECLINES)
    await scene.collect()
    await scene.later(days=3)
    for attempt in await ChargeAttempt.filter(pledge_id=twice.id).order_by("number"):
        late = ChargeAnswer(
            ChargeOutcome.SUCCEEDED,
            payment_intent=attempt.payment_intent,
            charge=f"ch_{attempt.id}",
            amount_pence=2_000,
            currency="gbp",
            pledge_reference=twice.reference,
            attempt_number=attempt.number,
            customer=attempt.parameters["customer"],
        )
        await attempts.apply_charge(late, PROVIDER)
    second = await Refund.get(pledge_id=twice.id)
    assert second.reason == refunds.TWICE
    await refunds.apply_refund(failed(second, twice), PROVIDER)
    await scene.pass_time(days=12)
    await pump.pump()
    assert await settlement.settle(scene.campaign.id) == "collapsed"
    for refund in await Refund.filter(pledge_id=twice.id, status="intended"):
        told = RefundAnswer(
            RefundOutcome.SUCCEEDED,
            refund=f"re_{refund.id}",
            amount_pence=2_000,
            currency="gbp",
            pledge_reference=twice.reference,
            key=refund.key,
        )
        await refunds.apply_refund(told, PROVIDER)
    assert (await Pledge.get(id=twice.id)).refunded_pence == 2_000
    held = await make.before_costs(accounts.held_for_campaign(scene.campaign.id))
    assert held == -(4_000 + 2_000)  # the first backer's, on its way; and the second payment, for officers to pay back
