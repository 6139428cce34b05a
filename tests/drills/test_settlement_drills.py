"""A hundred residents, workers killed and answers lost: in the end each is charged once, and the books say so.

The sample runs in `make test`, everything in `make drill`. Truth is what the sandbox charged.
"""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from crowdfund_kent.settings import get_settings
from payments.sandbox.faults import FaultKind
from pledges.models import Pledge
from tests.drills.stage import stage
from tests.payments import make
from tests.sandbox import World

CHARGE = "/v1/payment_intents"
POINTS = ("before the call", "after the call", "after commit", "after the row")


@pytest.fixture
async def own_database(server, template):  # type: ignore[no-untyped-def]
    """A database of its own for each drill: rows are counted."""
    from tests.conftest import fresh_database

    async with fresh_database(server, template) as url:
        yield url


async def test_a_worker_killed_three_times_charges_a_hundred_residents_once_each(
    own_database: str, world: World, tmp_path: Path
) -> None:
    async with stage(world, tmp_path, 100) as drill:
        for point, nth in (("after the call", 20), ("before the call", 25), ("after commit", 30)):
            await drill.killed(drill.start(f"{point}:{nth}"))
        drill.start()
        await drill.reaches("settled")
        await drill.every_pledge_was_charged_once()


@pytest.mark.drill
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("nth", [1, 7, 40])
async def test_a_worker_killed_anywhere(own_database: str, world: World, tmp_path: Path, point: str, nth: int) -> None:
    async with stage(world, tmp_path, 60) as drill:
        await drill.killed(drill.start(f"{point}:{nth}"))
        drill.start()
        await drill.reaches("settled")
        await drill.every_pledge_was_charged_once()


@pytest.mark.drill
@pytest.mark.parametrize(
    "kind",
    [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.ERROR_BEFORE, FaultKind.ERROR_AFTER, FaultKind.LIMITED],
)
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_provider_in_trouble_and_a_worker_killed(
    own_database: str, world: World, tmp_path: Path, kind: FaultKind, seed: int
) -> None:
    async with stage(world, tmp_path, 60) as drill:
        await world.control.add_fault(kind, method="POST", path=CHARGE, count=60, probability=0.4, seed=seed)
        await drill.killed(drill.start("after the call:15"))
        await drill.killed(drill.start("before the call:15"))
        drill.start()
        await drill.reaches("settled", 120)
        await drill.every_pledge_was_charged_once()


@pytest.mark.drill
@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.ERROR_AFTER])
async def test_work_resumed_25_hours_later_when_keys_are_forgotten(
    own_database: str, world: World, tmp_path: Path, kind: FaultKind
) -> None:
    async with stage(world, tmp_path, 60) as drill:
        await world.control.add_fault(kind, method="POST", path=CHARGE, count=30, probability=0.7)
        await drill.killed(drill.start("after the call:35"))
        await world.control.clear_faults()
        await drill.scene.pass_time(hours=25)
        drill.start()
        await drill.reaches("settled")
        await drill.every_pledge_was_charged_once()


@pytest.mark.drill
async def test_a_queue_that_forgets_everything(own_database: str, world: World, tmp_path: Path) -> None:
    async with stage(world, tmp_path, 60) as drill:
        await drill.killed(drill.start("after the call:10"))
        queue = Redis.from_url(get_settings().redis_url)
        await queue.flushall()
        second = drill.start()
        await asyncio.sleep(3)
        second.kill()
        await queue.flushall()
        await queue.aclose()
        drill.start()
        await drill.reaches("settled")
        await drill.every_pledge_was_charged_once()


@pytest.mark.drill
async def test_three_workers_at_once_share_the_work(own_database: str, world: World, tmp_path: Path) -> None:
    async with stage(world, tmp_path, 100) as drill:
        first = drill.start()
        for _ in range(2):
            drill.start()

        # which of the three comes to which call is chance: the first one dies wherever it is by then
        async def under_way() -> bool:
            return await Pledge.filter(campaign_id=drill.scene.campaign.id, status="collected").count() >= 20

        await drill.until(under_way, 90)
        first.kill()
        await drill.reaches("settled")
        await drill.every_pledge_was_charged_once()


@pytest.mark.drill
async def test_a_collapse_gives_everything_back_once_though_the_worker_dies(
    own_database: str, world: World, tmp_path: Path
) -> None:
    cards = [make.OK, make.OK, make.OK, make.OK, make.DECLINES]
    async with stage(world, tmp_path, 40, cards) as drill:
        await world.control.add_fault(FaultKind.DROP_AFTER, method="POST", path="/v1/refunds", count=5)
        worker = drill.start("after the refund:10")

        async def all_tried() -> bool:
            states = {pledge.status for pledge in await Pledge.filter(campaign_id=drill.scene.campaign.id)}
            return states == {"collected", "failed"}

        await drill.until(all_tried, 90)
        await drill.scene.pass_time(days=15)
        await drill.killed(worker, 60)
        drill.start("before the refund:8")
        await drill.killed(drill.workers[-1])
        drill.start()
        await drill.reaches("collapsed")

        async def all_back() -> bool:
            truth = await world.control.truth()
            return bool(truth["refunded_pence"] == truth["charged_pence"])

        await drill.until(all_back, 60)
        truth = await world.control.truth()
        assert (truth["charges"], truth["refunds"], truth["charged_twice"]) == (32, 32, [])


@pytest.mark.drill
async def test_with_the_real_lease_a_killed_workers_rows_wait_a_minute_and_no_longer(
    own_database: str, world: World, tmp_path: Path
) -> None:
    async with stage(world, tmp_path, 20) as drill:
        await drill.killed(drill.start("after the call:3", lease_seconds=60))
        drill.start(lease_seconds=60)
        await asyncio.sleep(20)
        left = [pledge for pledge in drill.pledges if await make.status_of(pledge) == "collecting"]
        assert left, "rows under a lease were taken before it ended"
        await drill.reaches("settled", 120)
        await drill.every_pledge_was_charged_once()
