"""A worker that stops for a while and goes on: what another one did meanwhile is not undone, and not done twice."""

from typing import Any

import pytest

from crowdfund_kent.audit import BACKER
from crowdfund_kent.database import execute
from payments import attempts, card_pages, closing, pump
from payments.gateway import ChargeAnswer
from payments.models import CardPage, ChargeAttempt, Collection
from payments.sandbox.faults import FaultKind
from pledges.models import Pledge
from tests.payments import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")
CHARGE = "/v1/payment_intents"


async def due(provider: World, card: str = make.OK) -> tuple[make.Scene, Pledge]:
    """A pledge whose collection has begun and which nobody has tried to charge yet."""
    scene = await make.scene(provider, 2_000)
    pledge = await scene.pledge(2_000, card)
    await scene.close()
    await scene.pass_time(hours=49)
    assert await closing.begin_collecting(scene.campaign.id) == 1
    return scene, pledge


async def charges(scene: make.Scene) -> int:
    return int((await scene.world.control.truth())["charges"])


async def new_card(scene: make.Scene, pledge: Pledge, card: str = make.OK) -> None:
    """The backer saves another card on the provider's page."""
    url = await card_pages.open_new_card_page(pledge)
    assert await scene.world.control.fill_card_page(url, card) is not None
    page = await CardPage.filter(pledge_id=pledge.id).order_by("-number").first()
    assert page is not None
    await card_pages.refresh(page, BACKER)


async def test_an_attempt_that_was_given_up_meanwhile_is_not_sent(provider: World) -> None:
    scene, pledge = await due(provider)
    attempt = await attempts.intend(pledge.id)
    assert attempt is not None  # and here this worker stops for two weeks
    await scene.later(days=15)
    assert await make.status_of(pledge) == "dropped"
    assert await attempts.send(attempt) is None
    assert await charges(scene) == 0
    assert await make.attempts_of(pledge) == [(1, "void")]


async def test_an_attempt_that_went_out_meanwhile_is_not_given_up(provider: World) -> None:
    scene, pledge = await due(provider)
    seen = await attempts.intend(pledge.id)
    assert seen is not None
    assert await attempts.send(seen) is not None  # by another worker, whose answer is on its way
    await attempts.void(seen)
    assert await make.attempts_of(pledge) == [(1, "intended")]
    await make.rounds()
    assert await make.status_of(pledge) == "collected"
    assert await charges(scene) == 1


async def test_a_plan_that_is_out_of_date_makes_no_further_attempt(
    provider: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, pledge = await due(provider, make.DECLINES)
    await make.rounds()
    await scene.pass_time(days=3)
    collection = await Collection.get(pledge_id=pledge.id)
    real = pump._cancel
    faster = [pump.work_on]

    async def cancel(row: Collection, attempt: ChargeAttempt | None) -> ChargeAnswer | None:
        found = await real(row, attempt)
        if faster:
            await faster.pop()(row.id)
        return found

    monkeypatch.setattr(pump, "_cancel", cancel)
    await pump.work_on(collection.id)
    assert await make.attempts_of(pledge) == [(1, "declined"), (2, "declined")]
    await scene.later(days=1)
    assert await make.attempts_of(pledge) == [(1, "declined"), (2, "declined")]


async def test_a_charge_of_which_only_the_note_is_missing_that_it_went_out_is_looked_for_after_a_day(
    provider: World,
) -> None:
    scene, pledge = await due(provider)
    await provider.control.add_fault(FaultKind.DROP_AFTER, method="POST", path=CHARGE)
    await make.rounds()
    assert await charges(scene) == 1
    # two workers had it at once, and the one that was told "too fast" took the note back
    await execute("UPDATE charge_attempt SET sent_at = NULL WHERE pledge_id = $1", pledge.id)
    await scene.later(hours=25)
    assert await make.attempts_of(pledge) == [(1, "succeeded")]
    assert await charges(scene) == 1


@pytest.mark.parametrize(
    ("card", "kind", "found"),
    [
        (make.OK, FaultKind.DROP_AFTER, ["succeeded"]),
        (make.OK, FaultKind.DROP_BEFORE, ["succeeded"]),
        (make.DECLINES, FaultKind.DROP_AFTER, ["declined", "succeeded"]),
    ],
)
async def test_another_card_given_while_an_outcome_is_unknown_is_charged_only_if_the_first_was_not(
    provider: World, card: str, kind: FaultKind, found: list[str]
) -> None:
    scene, pledge = await due(provider, card)
    await provider.control.add_fault(kind, method="POST", path=CHARGE)
    await make.rounds()
    assert await make.attempts_of(pledge) == [(1, "unknown")]
    await new_card(scene, await Pledge.get(id=pledge.id))
    await scene.later(minutes=2)
    assert [status for _, status in await make.attempts_of(pledge)] == found
    truth: dict[str, Any] = await provider.control.truth()
    assert (truth["charges"], truth["charged_twice"]) == (1, [])
    assert await scene.status() == "settled"
    await make.nothing_is_broken()


async def test_a_payment_that_is_unknown_for_two_weeks_is_collected_when_it_turns_out_to_have_been_made(
    provider: World,
) -> None:
    scene, pledge = await due(provider)
    await provider.control.add_fault(FaultKind.DROP_AFTER, method="POST", path=CHARGE)
    await provider.control.add_fault(FaultKind.DROP_BEFORE, method="GET", path=CHARGE, count=None)
    await make.rounds()
    await scene.later(days=15)
    assert await make.attempts_of(pledge) == [(1, "unknown")]
    assert await scene.status() == "collecting"
    await provider.control.clear_faults()
    await scene.later(hours=2)
    assert await make.attempts_of(pledge) == [(1, "succeeded")]
    assert await scene.status() == "settled"
    assert await charges(scene) == 1
    await make.nothing_is_broken()
