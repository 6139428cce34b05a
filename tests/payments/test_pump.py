"""The pump with real commits: lanes, leases, two pumps at once, and what it leaves for the next one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from crowdfund_kent import outbox
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import execute
from crowdfund_kent.models import Outbox
from crowdfund_kent.settings import get_settings
from payments import attempts, closing, pump, waking
from payments.models import ChargeAttempt, Collection
from payments.provider import use_gateway
from payments.sandbox.faults import FaultKind
from pledges.models import Pledge
from projects.tasks import close_due
from tests.payments import make
from tests.sandbox import World

CHARGE = "/v1/payment_intents"


@pytest.fixture
async def collecting(committed: str, world: World) -> AsyncIterator[make.Scene]:
    """A campaign of eight pledges that are due to be charged now."""
    with use_gateway(world.gateway):
        scene = await make.scene(world, 8 * 500)
        for _ in range(8):
            await scene.pledge(500)
        await scene.pass_time(days=41)
        await close_due()
        assert await closing.decide(scene.campaign.id)
        await scene.pass_time(hours=49)
        assert await closing.begin_collecting(scene.campaign.id) == 8
        await execute("UPDATE outbox SET done_at = now() WHERE done_at IS NULL")
        yield scene
        # what is left of this campaign is nothing to the next test
        await execute("UPDATE collection SET done_at = now(), next_at = NULL WHERE campaign_id = $1", scene.campaign.id)


async def statuses(scene: make.Scene) -> set[str]:
    return {pledge.status for pledge in await Pledge.filter(campaign_id=scene.campaign.id)}


async def test_several_pumps_at_once_charge_each_pledge_once(collecting: make.Scene) -> None:
    await asyncio.gather(*(pump.pump() for _ in range(4)))
    assert await statuses(collecting) == {"collected"}
    truth = await collecting.world.control.truth()
    assert (truth["charges"], truth["charged_twice"]) == (8, [])
    sent = [row for row in await collecting.world.control.log() if (row["method"], row["path"]) == ("POST", CHARGE)]
    assert len(sent) == 8


async def test_a_row_under_a_lease_is_left_alone_until_it_ends(collecting: make.Scene) -> None:
    held = await Collection.filter(campaign_id=collecting.campaign.id).first()
    assert held is not None
    await Collection.filter(id=held.id).update(leased_until=real_now() + timedelta(seconds=60), lease="somebody else")
    await pump.pump()
    assert await ChargeAttempt.filter(pledge_id=held.pledge_id).count() == 0
    assert (await collecting.world.control.truth())["charges"] == 7
    await Collection.filter(id=held.id).update(leased_until=real_now() - timedelta(seconds=1))
    await pump.pump()
    assert await statuses(collecting) == {"collected"}


async def test_when_its_time_is_up_the_pump_asks_for_itself_again(
    collecting: make.Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROWDFUND_KENT_PUMP_WORK_SECONDS", "0")
    get_settings.cache_clear()
    await pump.pump()
    assert (await collecting.world.control.truth())["charges"] == 0
    assert await Outbox.filter(name="pump", done_at=None).count() == 1
    monkeypatch.undo()
    get_settings.cache_clear()
    await pump.pump()
    assert await statuses(collecting) == {"collected"}
    assert await Outbox.filter(name="pump", done_at=None).count() == 1


async def test_one_rows_trouble_is_not_the_others(collecting: make.Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    unlucky = await Pledge.filter(campaign_id=collecting.campaign.id).first()
    assert unlucky is not None
    real = attempts.intend

    async def intend(pledge_id: int, *, after: int) -> ChargeAttempt | None:
        if pledge_id == unlucky.id:
            raise RuntimeError("a fault of ours")
        return await real(pledge_id, after=after)

    monkeypatch.setattr(attempts, "intend", intend)
    await pump.pump()
    assert await make.status_of(unlucky) == "collecting"
    assert (await collecting.world.control.truth())["charges"] == 7


async def test_too_fast_slows_the_lanes_down_and_loses_nothing(collecting: make.Scene) -> None:
    await collecting.world.control.add_fault(FaultKind.LIMITED, method="POST", path=CHARGE, count=6)
    began = real_now()
    await pump.pump()
    assert real_now() - began >= timedelta(seconds=0.5)
    await collecting.pass_time(minutes=1)
    await pump.pump()
    assert await statuses(collecting) == {"collected"}
    truth = await collecting.world.control.truth()
    assert (truth["charges"], truth["charged_twice"]) == (8, [])
    assert {attempt.number for attempt in await ChargeAttempt.filter(pledge__campaign_id=collecting.campaign.id)} == {1}


async def test_the_campaigns_first_attempt_is_noted_once(collecting: make.Scene) -> None:
    before = business_now()
    await pump.pump()
    first = (await collecting.now()).first_attempt_at
    assert first is not None
    assert first >= before
    earliest = min(a.intended_at for a in await ChargeAttempt.filter(pledge__campaign_id=collecting.campaign.id))
    assert first <= earliest


async def test_one_waiting_job_is_enough(committed: str) -> None:
    await execute("UPDATE outbox SET done_at = now() WHERE done_at IS NULL")
    for _ in range(5):
        await waking.wake("settle_campaign", 7)
    await waking.wake("settle_campaign", 8)
    assert await Outbox.filter(name="settle_campaign", done_at=None).count() == 2
    await Outbox.filter(name="settle_campaign", body=[7]).update(attempts=waking.STILL_FRESH + 1)
    await waking.wake("settle_campaign", 7)  # the old one waits for minutes
    assert await Outbox.filter(name="settle_campaign", done_at=None).count() == 3
    assert await outbox.due_rows() != []
