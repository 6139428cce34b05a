"""The cover of the card cost is charged and given back with its pledge, and stands apart in the books (ruling 9)."""

import pytest

from crowdfund_kent.audit import PROVIDER
from payments import accounts, refunds, settlement, statements
from payments.models import ChargeAttempt, Refund
from pledges.models import Pledge
from projects.states import Campaign as Status
from tests.payments import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def books(scene: make.Scene) -> tuple[int, int, int]:
    """At the provider, held for the group, and for the card cost: pence above nothing."""
    campaign_id = scene.campaign.id
    held = await make.before_costs(accounts.held_for_campaign(campaign_id))
    cover = await make.before_costs(accounts.card_cost_cover(campaign_id))
    return await make.before_costs(accounts.PROVIDER_BALANCE), -held, -cover


async def test_pledge_and_cover_are_one_charge_and_the_cover_is_secured_for_nobody(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    covered, plain = await scene.pledge(5_000, cover=True), await scene.pledge(5_000)
    assert covered.cover_pence == 97  # ceil(50.20 / 0.985) - 50
    await scene.collect()
    attempt = await ChargeAttempt.get(pledge_id=covered.id)
    assert (attempt.amount_pence, attempt.cover_pence) == (5_097, 97)
    assert attempt.parameters["amount_pence"] == 5_097
    assert (await provider.control.truth())["charged_pence"] == 10_097
    assert (await settlement.secured(scene.campaign.id)).collected_pence == 10_000
    assert await scene.status() == Status.SETTLED
    assert await books(scene) == (10_097, 10_000, 97)
    text = await make.mail_text(covered, "payments/collected")
    for words in ("Your pledge: £50.00", "Card cost that you added: £0.97", "Charged in all: £50.97"):
        assert words in text
    assert "Card cost" not in await make.mail_text(plain, "payments/collected")
    await make.nothing_is_broken()


async def test_everything_goes_back_when_too_little_is_collected(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    covered = await scene.pledge(5_000, cover=True)
    await scene.pledge(5_000, card=make.DECLINES)
    await scene.collect()
    await scene.later(days=15)
    assert await scene.status() == Status.COLLAPSED
    pledge = await Pledge.get(id=covered.id)
    assert (pledge.status, pledge.refunded_pence) == ("refunded", 5_000)
    refund = await Refund.get(pledge_id=covered.id)
    assert (refund.amount_pence, refund.cover_pence) == (5_097, 97)
    truth = await provider.control.truth()
    assert (truth["charged_pence"], truth["refunded_pence"]) == (5_097, 5_097)
    assert await books(scene) == (0, 0, 0)
    assert "all of your £50.97 (£50 and £0.97 for the card cost) back" in await make.mail_text(
        covered, "payments/collapsed"
    )
    assert await statements.paid_back(covered.id) == 5_097
    told = [(one.given_back, one.pledge_pence, one.cover_pence) for one in await statements.of_pledge(covered.id)]
    assert told == [(False, 5_000, 97), (True, 5_000, 97)]
    await make.nothing_is_broken()


async def test_a_refund_that_fails_days_later_brings_the_cover_back_into_the_books(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    covered = await scene.pledge(5_000, card=make.REFUND_FAILS, cover=True)
    await scene.pledge(5_000, card=make.DECLINES)
    await scene.collect()
    await scene.later(days=15)
    assert await books(scene) == (0, 0, 0)
    refund, attempt = await Refund.get(pledge_id=covered.id), await ChargeAttempt.get(pledge_id=covered.id)
    await scene.pass_time(minutes=2)
    found = await provider.gateway.look_for_refund(str(attempt.payment_intent), covered.reference, refund.key)
    assert found is not None
    await refunds.apply_refund(found, PROVIDER)
    assert (await Pledge.get(id=covered.id)).refunded_pence == 0
    assert await books(scene) == (5_097, 5_000, 97)
    await make.nothing_is_broken()
