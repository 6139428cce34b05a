"""What went on to a group, came back, or was disputed, beside the provider's records; fees and the books themselves."""

import pytest

from crowdfund_kent.database import execute
from payments.disputes.models import Dispute
from payments.models import ChargeAttempt
from payments.payouts.models import CardFee, Reversal, Transfer
from payments.reconciling.kinds import Thing, What
from payments.reconciling.models import Difference, Reconciliation
from payments.reconciling.queries import is_reconciled
from tests.payments import make
from tests.payments.payouts.make import settled
from tests.payments.reconciling.make import only
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def test_a_campaign_that_was_paid_agrees_to_the_penny_and_is_looked_at_for_fourteen_nights_more(
    provider: World,
) -> None:
    scene, _ = await settled(provider, (4_000, 6_000), cover=True)
    assert await Transfer.filter(status="succeeded").count() == 2
    await scene.later(days=1)
    newest = await Reconciliation.filter(done_at__isnull=False).order_by("-day").first()
    assert newest is not None
    assert newest.read == 4  # two charges, two transfers
    assert await Difference.all().count() == 0
    await Reconciliation.filter(campaign_id=scene.campaign.id, done_at=None).delete()
    await execute("UPDATE payout SET paid_at = paid_at + interval '9 days'")
    await make.rounds()
    assert await Reconciliation.filter(campaign_id=scene.campaign.id).count() >= 16


async def test_a_dispute_and_a_reversal_that_no_webhook_told_of_are_applied(provider: World) -> None:
    scene, (first, second) = await settled(provider)
    attempt = await ChargeAttempt.get(pledge_id=first.id)
    await provider.control.dispute(attempt.payment_intent or "")
    sent = await Transfer.get(attempt__pledge_id=second.id)
    by_hand = await provider.gateway.reverse_transfer(
        transfer=sent.provider_transfer or "", amount_pence=500, pledge_reference="", key="by hand"
    )
    assert by_hand.reversal is not None
    await scene.later(days=1)
    dispute = await Dispute.get(attempt_id=attempt.id)
    assert (dispute.status, dispute.withdrawn_pence, dispute.fee_pence) == ("open", 4_000, 2_000)
    assert (await Transfer.get(id=sent.id)).reversed_pence == 500
    assert await Reversal.filter(transfer_id=sent.id).count() == 1
    assert await Difference.filter(status="open").count() == 0
    await scene.later(days=10)  # nobody answered: lost
    assert (await Dispute.get(id=dispute.id)).status == "lost"
    assert await Difference.filter(status="open").count() == 0
    await make.nothing_is_broken()


async def test_money_sent_on_behind_our_back_is_found(provider: World) -> None:
    from payments.gateway import TransferRequest

    scene, (first, _) = await settled(provider)
    sent = await Transfer.get(attempt__pledge_id=first.id)
    attempt = await ChargeAttempt.get(pledge_id=first.id)
    made = await provider.gateway.transfer(
        TransferRequest(first.reference, 9, attempt.charge or "", sent.account, 1, f"campaign-{scene.campaign.id}", "x")
    )
    await scene.later(days=1)
    found = await only()
    assert (found.thing, found.what, found.subject) == (Thing.TRANSFER, What.NOT_HERE, made.transfer)
    assert (found.pledge, found.theirs["pence"]) == (first.reference, 1)


async def test_another_fee_than_the_providers_is_found(provider: World) -> None:
    scene, (first, _) = await settled(provider)
    await execute(
        "UPDATE card_fee SET fee_pence = fee_pence + 1 WHERE attempt_id IN (SELECT id FROM charge_attempt"
        " WHERE pledge_id = $1)",
        first.id,
    )
    await scene.later(days=1)
    found = await only()
    assert (found.thing, found.what) == (Thing.FEE, What.DIFFERS)
    assert found.ours["pence"] - found.theirs["pence"] == 1
    fee = await CardFee.get(attempt__pledge_id=first.id)
    await CardFee.filter(id=fee.id).update(fee_pence=found.theirs["pence"])
    await scene.later(days=1)
    assert (await only()).status == "agreed"
    assert await is_reconciled(scene.campaign.id)


async def test_books_that_do_not_stand_where_the_providers_do_are_found(provider: World) -> None:
    from crowdfund_kent import ledger
    from crowdfund_kent.database import transaction
    from payments import accounts

    scene, (first, _) = await settled(provider)
    attempt = await ChargeAttempt.get(pledge_id=first.id)
    async with transaction():
        await ledger.post(
            "a slip",
            f"charge_attempt:{attempt.id}",
            [(accounts.PROVIDER_BALANCE, 7), (accounts.held_for_campaign(scene.campaign.id), -7)],
        )
    await scene.later(days=1)
    found = await only()
    assert (found.thing, found.what, found.subject) == (Thing.BOOKS, What.DIFFERS, f"campaign:{scene.campaign.id}")
    assert found.ours["pence"] - found.theirs["pence"] == 7
