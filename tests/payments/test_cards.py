"""Saved cards are let go of within a day once their pledge is final, and a check proves it."""

import pytest

from crowdfund_kent.audit import BACKER
from crowdfund_kent.clock import business_now
from crowdfund_kent.invariants import run
from payments import card_pages, cards
from payments.checks import RULES
from payments.models import CardPage, SavedCard
from payments.sandbox.faults import FaultKind
from pledges import pledging
from pledges.models import Pledge
from tests.payments import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")
DETACH = "/v1/payment_methods/*/detach"


async def new_card(scene: make.Scene, pledge: Pledge, card: str = make.OK) -> None:
    """The backer saves another card on the provider's page."""
    url = await card_pages.open_new_card_page(pledge)
    assert await scene.world.control.fill_card_page(url, card) is not None
    page = await CardPage.filter(pledge_id=pledge.id).order_by("-number").first()
    assert page is not None
    await card_pages.refresh(page, BACKER)


async def kept_too_long() -> list[str]:
    found = await run([rule for rule in RULES if rule.name == "saved cards are let go"])
    return found[0].offenders


async def test_a_collected_pledges_card_is_removed_and_the_page_can_tell_when(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    pledge = await scene.pledge(2_000)
    assert (await provider.control.truth())["saved_cards"] == 1
    await scene.collect()
    assert (await provider.control.truth())["saved_cards"] == 0
    found = await Pledge.get(id=pledge.id)
    assert found.card_removed_at is not None
    assert found.card_removed_at <= business_now()
    assert found.card_last4 == "4242"


async def test_a_cancelled_pledges_card_is_removed(provider: World) -> None:
    scene = await make.scene(provider)
    pledge = await scene.pledge(2_000)
    await pledging.cancel(pledge.id, BACKER)
    await make.rounds()
    assert (await provider.control.truth())["saved_cards"] == 0
    assert (await Pledge.get(id=pledge.id)).card_removed_at is not None


async def test_a_card_that_another_one_replaced_is_removed_at_once_and_the_new_one_stays(provider: World) -> None:
    scene = await make.scene(provider)
    pledge = await scene.pledge(2_000)
    await new_card(scene, pledge, "5555555555554444")
    await make.rounds()
    assert (await provider.control.truth())["saved_cards"] == 1
    assert (await Pledge.get(id=pledge.id)).card_removed_at is None
    current = await SavedCard.get(pledge_id=pledge.id, replaced_at=None)
    assert current.detached_at is None


async def test_a_new_card_is_tried_at_once_after_a_decline(provider: World) -> None:
    scene = await make.scene(provider, 12_000)
    await scene.pledge(10_000)
    pledge = await scene.pledge(2_000, make.DECLINES)
    await scene.collect()
    assert await make.status_of(pledge) == "failed"
    await new_card(scene, await Pledge.get(id=pledge.id))
    await make.rounds()
    assert await make.status_of(pledge) == "collected"
    assert await make.attempts_of(pledge) == [(1, "declined"), (2, "succeeded")]
    assert await scene.status() == "settled"
    await make.nothing_is_broken()


async def test_a_new_card_takes_the_place_of_one_that_waits_for_its_bank(provider: World) -> None:
    scene = await make.scene(provider, 12_000)
    await scene.pledge(10_000)
    pledge = await scene.pledge(2_000, make.ASKS_BANK)
    await scene.collect()
    await new_card(scene, await Pledge.get(id=pledge.id))
    await make.rounds()
    assert await make.attempts_of(pledge) == [(1, "void"), (2, "succeeded")]
    truth = await provider.control.truth()
    assert truth["payment_intents"] == {"succeeded": 2, "canceled": 1}
    assert truth["pledges"][pledge.reference]["charges"] == 1
    await make.nothing_is_broken()


async def test_the_check_names_a_card_that_stays_for_more_than_a_day(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    await scene.pledge(2_000)
    await provider.control.add_fault(FaultKind.ERROR_BEFORE, path=DETACH, count=None)
    await scene.close()
    await scene.pass_time(hours=48, minutes=1)
    for _ in range(3):
        await _one_round()
    assert (await provider.control.truth())["saved_cards"] == 1
    assert await kept_too_long() == []
    await scene.pass_time(hours=25)
    card = await SavedCard.get(detached_at=None)
    assert await kept_too_long() == [f"saved_card {card.id}"]
    await provider.control.clear_faults()
    assert await cards.detach_cards() == 1
    assert await kept_too_long() == []


async def _one_round() -> None:
    from crowdfund_kent import outbox
    from payments.tasks import find_lost
    from worker import JOBS

    await find_lost()
    for row_id in await outbox.due_rows():
        await outbox.run_row(row_id, JOBS, make.no_mail)


async def test_the_customer_is_deleted_after_two_weeks_and_not_before(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    await scene.pledge(2_000)
    await scene.collect()
    await scene.pass_time(days=13, hours=23)
    assert await cards.delete_customers() == 0
    await scene.pass_time(hours=2)
    assert await cards.delete_customers() == 1
    assert await cards.delete_customers() == 0
    assert (await provider.control.truth())["customers"] == 0
