"""Refunds by two people: not for what is owed already, nor by ending a campaign for everybody."""

import pytest

from crowdfund_kent.audit import PROVIDER
from crowdfund_kent.errors import Refused
from payments import refund_proposals, refunds
from payments.models import ChargeAttempt, Refund
from tests.payments import make
from tests.payments.test_refund_proposals import two
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def test_what_the_bank_did_not_take_back_is_not_agreed_to_once_more_for_nothing(provider: World) -> None:
    """The books know one refund a payment and reason: a second agreement would move nothing, and officers would not know."""
    scene = await make.scene(provider, 10_000)
    first, _ = await scene.pledge(2_000, card=make.REFUND_FAILS), await scene.pledge(10_000)
    await scene.collect()
    officer, approver = await two()
    proposal = await refund_proposals.ask_refund(first.id, officer, "Asked for.")
    await refund_proposals.agree(proposal.id, approver)
    await make.rounds()
    await scene.pass_time(minutes=2)
    refund, attempt = await Refund.get(pledge_id=first.id), await ChargeAttempt.get(pledge_id=first.id)
    found = await provider.gateway.look_for_refund(str(attempt.payment_intent), first.reference, refund.key)
    assert found is not None
    await refunds.apply_refund(found, PROVIDER)
    assert (await make.status_of(first), (await Refund.get(id=refund.id)).status) == ("collected", "failed")
    with pytest.raises(Refused, match="pay it another way"):
        await refund_proposals.ask_refund(first.id, officer, "Once more.")


async def test_a_refund_while_cards_are_charged_does_not_end_the_campaign_for_everybody(provider: World) -> None:
    """Even if all the others paid, too little would be left."""
    scene = await make.scene(provider, 10_000)
    first, small, _ = await scene.pledge(5_000), await scene.pledge(1_000), await scene.pledge(4_000, make.NO_MONEY)
    await scene.collect()
    assert await scene.status() == "collecting"
    officer, approver = await two()
    with pytest.raises(Refused, match="ruling 14"):
        await refund_proposals.ask_refund(first.id, officer, "Asked for.")
    proposal = await refund_proposals.ask_refund(small.id, officer, "Asked for.")
    assert (await refund_proposals.agree(proposal.id, approver)).status == "agreed"
