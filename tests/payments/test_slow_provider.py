"""A lease that ends while its worker still waits for the provider: two workers on one pledge, one payment."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import refresh
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.settings import get_settings
from payments import closing, pump, refunds
from payments.models import ChargeAttempt, Refund
from payments.provider import use_gateway
from payments.sandbox.faults import FaultKind
from pledges import pledging
from pledges.models import Pledge
from projects.tasks import close_due
from tests.payments import make
from tests.sandbox import World

CHARGE = "/v1/payment_intents"
SLOW = 0.6


@pytest.fixture
async def due(
    committed: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[make.Scene, Pledge]]:
    """One pledge that is due to be charged, and leases that end at once."""
    monkeypatch.setenv("CROWDFUND_KENT_LEASE_SECONDS", "0")
    monkeypatch.setenv("CROWDFUND_KENT_PUMP_CONCURRENCY", "1")
    monkeypatch.setenv("CROWDFUND_KENT_PUMP_WORK_SECONDS", "1")
    get_settings.cache_clear()
    await refresh()
    with use_gateway(world.gateway):
        scene = await make.scene(world, 500)
        pledge = await scene.pledge(500)
        await scene.pass_time(days=41)
        await close_due()
        assert await closing.decide(scene.campaign.id)
        await scene.pass_time(hours=49)
        assert await closing.begin_collecting(scene.campaign.id) == 1
        yield scene, pledge
    await execute("UPDATE collection SET done_at = now(), next_at = NULL")
    monkeypatch.undo()
    get_settings.cache_clear()


async def a_little_later(work: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(SLOW / 3)
    await work()


@pytest.mark.parametrize("kind", [None, FaultKind.DROP_AFTER, FaultKind.ERROR_AFTER])
async def test_a_second_worker_meets_the_first_ones_call_and_makes_none_of_its_own(
    due: tuple[make.Scene, Pledge], kind: FaultKind | None
) -> None:
    scene, pledge = due
    await scene.world.control.add_fault(FaultKind.SLOW, method="POST", path=CHARGE, seconds=SLOW)
    if kind is not None:
        await scene.world.control.add_fault(kind, method="POST", path=CHARGE)
    await asyncio.gather(pump.pump(), a_little_later(pump.pump))
    await scene.pass_time(minutes=5)
    await pump.pump()
    assert await make.attempts_of(pledge) == [(1, "succeeded")]
    truth = await scene.world.control.truth()
    assert (truth["charges"], truth["charged_twice"]) == (1, [])
    sent = [row for row in await scene.world.control.log() if (row["method"], row["path"]) == ("POST", CHARGE)]
    assert len({row["key"] for row in sent}) == 1


async def test_a_refund_that_two_workers_ask_for_is_one(due: tuple[make.Scene, Pledge]) -> None:
    scene, pledge = due
    await pump.pump()
    async with transaction():
        locked = await pledging.lock(pledge.id)
        await refunds.ask(locked, await ChargeAttempt.get(pledge_id=pledge.id), refunds.COLLAPSED, SYSTEM)
    await scene.world.control.add_fault(FaultKind.SLOW, method="POST", path="/v1/refunds", seconds=SLOW)
    await asyncio.gather(pump.refund_pump(), a_little_later(pump.refund_pump))
    await scene.pass_time(minutes=5)
    await pump.refund_pump()
    assert [one.status for one in await Refund.filter(pledge_id=pledge.id)] == ["succeeded"]
    truth = await scene.world.control.truth()
    assert (truth["refunds"], truth["refunded_pence"]) == (1, 500)
