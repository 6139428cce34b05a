"""Residents charged while workers are killed, answers lost and machines restarted: in the end each once, and the books say so.

The sample runs in `make test`, everything in `make drill`, which prints a line for each. Truth is what the sandbox charged.
"""

import asyncio
import os
from functools import partial

import pytest
from redis.asyncio import Redis

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import close_database, open_database
from crowdfund_kent.errors import SiteError
from crowdfund_kent.settings import get_settings
from local.postgres import LocalPostgres
from payments.models import Telling
from payments.sandbox.faults import FaultKind
from pledges.models import Pledge
from projects import services
from projects.models import Project
from tests.drills.conftest import Staged
from tests.drills.processes import Part
from tests.drills.stage import Stage
from tests.payments import make
from tests.pledges import pot_make
from tests.projects.make import owner_of
from tests.sandbox import World

CHARGE = "/v1/payment_intents"
POINTS = ("after the row", "before the call", "after the call", "after commit")


async def test_a_worker_killed_again_and_again_charges_once_and_pays_once(staged: Staged) -> None:
    async with staged("sample: killed amid charges and transfers", 12, account=True) as drill:
        await drill.killed_again_and_again(("after the call", "after commit"), 2)
        await drill.killed_again_and_again(("after the transfer", "transfer committed"), 2)
        drill.start()
        await drill.is_paid()
        await drill.end()


@pytest.mark.drill
@pytest.mark.parametrize("point", POINTS)
async def test_killed_at(staged: Staged, point: str) -> None:
    async with staged(f"killed {point}", 64 if point == "after commit" else 36) as drill:
        await drill.killed_again_and_again((point,), 15, pump_concurrency=4)
        drill.start()
        await drill.reaches("settled")
        await drill.end()


@pytest.mark.drill
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (FaultKind.DROP_BEFORE, "connections broken"),
        (FaultKind.DROP_AFTER, "answers lost"),
        (FaultKind.ERROR_BEFORE, "500s, nothing done"),
        (FaultKind.ERROR_AFTER, "500s stored, and done"),
        (FaultKind.LIMITED, "429s"),
    ],
)
async def test_a_provider_in_trouble(staged: Staged, world: World, kind: FaultKind, words: str) -> None:
    async with staged(f"{words}; killed", 32) as drill:
        await world.control.add_fault(kind, method="POST", path=CHARGE, count=40, probability=0.4, seed=7)
        await drill.killed_again_and_again(("after the call", "before the call"), 9)
        drill.start()
        await drill.reaches("settled", 120)
        await drill.end()


@pytest.mark.drill
@pytest.mark.parametrize(
    ("kind", "words"), [(FaultKind.DROP_AFTER, "answers lost"), (FaultKind.ERROR_AFTER, "500s stored")]
)
async def test_resumed_25_hours_later_when_keys_are_forgotten(
    staged: Staged, world: World, kind: FaultKind, words: str
) -> None:
    async with staged(f"{words}; killed; resumed 25 hours later", 40) as drill:
        await world.control.add_fault(kind, method="POST", path=CHARGE, count=30, probability=0.7)
        await drill.killed_again_and_again(("after the call",), 6)
        await world.control.clear_faults()
        await drill.scene.pass_time(hours=25)
        await drill.killed_again_and_again(("after commit", "after the row"), 4)
        drill.start()
        await drill.reaches("settled")
        await drill.end()


@pytest.mark.drill
async def test_a_queue_that_forgets_everything(staged: Staged) -> None:
    async with staged("queue flushed at each kill", 40) as drill:
        queue = Redis.from_url(get_settings().redis_url)
        for number in range(8):
            await drill.killed(drill.start(f"{POINTS[number % len(POINTS)]}:2"))
            await queue.flushall()
        drill.start()
        await asyncio.sleep(1)
        await queue.flushall()
        await queue.aclose()
        await drill.reaches("settled")
        await drill.end()


@pytest.mark.drill
async def test_two_workers_at_once(staged: Staged) -> None:
    async with staged("two workers, both killed", 44) as drill:
        for number in range(8):
            pair = [drill.start(f"{POINTS[(number + side) % len(POINTS)]}:{2 + side}") for side in range(2)]
            await drill.killed(pair[0])
            # the other one dies at its own point or wherever it is
            if pair[1].status() is None:
                drill.kill(pair[1])
            else:
                await drill.killed(pair[1])
        for _ in range(2):
            drill.start()
        await drill.reaches("settled")
        await drill.end()


@pytest.mark.drill
async def test_two_workers_keep_the_pace_together_and_the_provider_never_says_too_fast(
    staged: Staged, world: World
) -> None:
    """The sandbox refuses more than 25 a second, as the provider does; the shared pace is 20, though the bucket is lost."""
    async with staged("two workers at 20 a second of 25; bucket lost four times; killed", 80) as drill:
        await world.control.set_limits({CHARGE: 25})
        queue = Redis.from_url(get_settings().redis_url)
        for _ in range(2):
            pair = [drill.start(calls_a_second=20) for _ in range(2)]
            before = await Pledge.filter(status="collected").count()
            await drill.until(partial(_collected, min(before + 20, 80)), 90)
            await queue.flushdb()
            await asyncio.sleep(1)
            await queue.flushdb()
            for part in pair:
                drill.kill(part)
        await queue.aclose()
        for _ in range(2):
            drill.start(calls_a_second=20)
        await drill.reaches("settled")
        asked = [row for row in await world.control.log() if (row["method"], row["path"]) == ("POST", CHARGE)]
        assert [row for row in asked if row["status"] == 429] == []
        at = sorted(row["at"] for row in asked)
        assert max(sum(first <= moment < first + 1 for moment in at) for first in at) <= 25
        await drill.end()


@pytest.mark.drill
async def test_from_the_deadline_to_the_settlement_killed_at_each_step(staged: Staged) -> None:
    async with staged("killed from deadline to settlement; deadline job twice", 40, decided=False) as drill:
        await drill.killed(drill.start("after the verdict:1"))
        pair = [drill.start("between chunks of telling:1") for _ in range(2)]  # the deadline's jobs run twice
        await drill.until(lambda: _any_ended(pair), 60)
        for part in pair:
            if part.status() is None:
                drill.kill(part)
            else:
                await drill.killed(part)
        worker = drill.start("before pledges are collected:1")
        await drill.until(_all_told, 60)  # the two days begin when everybody knows
        await drill.scene.pass_time(hours=50)
        await drill.killed(worker)
        await drill.killed(drill.start("after the settlement:1"))
        drill.start()
        await drill.reaches("settled")
        await drill.end()


async def _all_told() -> bool:
    return not await Telling.filter(done_at=None).exists()


async def _any_ended(parts: list[Part]) -> bool:
    return any(part.status() is not None for part in parts)


@pytest.mark.drill
@pytest.mark.parametrize("ahead", [3600, -3600])
async def test_a_machine_whose_clock_is_an_hour_wrong(staged: Staged, ahead: int) -> None:
    words = "fast" if ahead > 0 else "slow"
    async with staged(f"a worker's clock an hour {words}, beside a right one", 40) as drill:
        for number in range(6):
            wrong = drill.start(f"{POINTS[number % len(POINTS)]}:2", clock=ahead, pump_concurrency=2)
            right = drill.start(pump_concurrency=2)
            await drill.until(partial(_died_or, drill, wrong, "settled"), 90)
            for part in (wrong, right):
                drill.kill(part)
            if await drill.scene.status() == "settled":
                break
        drill.start(clock=ahead)
        await drill.reaches("settled")
        campaign = await drill.scene.now()
        assert campaign.first_attempt_at is not None
        assert campaign.collecting_from is not None
        assert campaign.collecting_from <= campaign.first_attempt_at <= business_now(), (
            "nobody is charged before the day announced, whatever a machine thinks"
        )
        await drill.end()


async def _died_or(drill: Stage, part: Part, status: str) -> bool:
    return part.status() is not None or await drill.scene.status() == status


@pytest.mark.drill
async def test_postgresql_dies_and_starts_again(staged: Staged, server: LocalPostgres) -> None:
    async with staged("PostgreSQL killed amid charges and started again, five times; killed", 60) as drill:
        for number in range(5):
            worker = drill.start(pump_concurrency=2)
            enough = 8 * (number + 1)
            await drill.until(partial(_collected, enough), 90)
            await close_database()
            server.stop()  # at once, as when the machine fails
            server.start()
            await open_database(os.environ["DATABASE_URL"])
            if number % 2:  # every other worker goes on with connections that broke
                drill.kill(worker)
        drill.start()
        await drill.reaches("settled")
        await drill.end()


async def _collected(count: int) -> bool:
    return await Pledge.filter(status="collected").count() >= count


@pytest.mark.drill
async def test_a_cancellation_amid_charges_is_refused(staged: Staged) -> None:
    """By its owner, who could until the deadline, and by an officer: money was taken on the word that the target was met."""
    async with staged("a cancellation tried at each kill", 40) as drill:
        campaign = await drill.scene.now()
        project = await Project.get(id=campaign.project_id)
        owner = await owner_of(project.group_id)
        officer = await pot_make.person("Officer", Role.FUND_OFFICER)
        for number in range(6):
            await drill.killed(drill.start(f"{POINTS[number % len(POINTS)]}:2", pump_concurrency=2))
            for who in (owner, officer):
                with pytest.raises(SiteError):
                    await services.cancel(campaign.id, who, "We changed our minds.")
            assert await drill.scene.status() == "collecting"
        drill.start()
        await drill.reaches("settled")
        await drill.end()


@pytest.mark.drill
@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ((), "webhooks"),
        ((FaultKind.WEBHOOK_DUPLICATE, FaultKind.WEBHOOK_REORDER), "webhooks twice and out of order"),
        ((FaultKind.WEBHOOK_DELAY,), "webhooks late"),
    ],
)
async def test_webhooks_tell_what_answers_did_not(
    staged: Staged, world: World, kinds: tuple[FaultKind, ...], words: str
) -> None:
    """Every answer is lost: what became of a charge comes by webhook, to a site that is killed amid storing it."""
    async with staged(f"{words}; all answers lost; site killed", 40) as drill:
        site = drill.site("webhook before commit:2")
        url = f"http://127.0.0.1:{site.port}/webhooks/stripe"
        await world.control.add_webhook_endpoint(url, world.webhook_secret, retry_seconds=0.2)
        await world.control.add_fault(FaultKind.DROP_AFTER, method="POST", path=CHARGE, count=None)
        for kind in kinds:
            await world.control.add_fault(kind, count=60, probability=0.5, seed=3, seconds=1)
        drill.start()
        for number in range(8):
            await drill.killed(site)
            place = ("between event row and job", "webhook before commit")[number % 2]
            if number == 7:
                place = "nowhere"
            site = drill.site(f"{place}:{2 + number % 2}", site.port)
        await world.control.clear_faults()
        await drill.reaches("settled")
        await drill.end()


@pytest.mark.drill
@pytest.mark.parametrize("point", ["before the refund", "after the refund"])
async def test_a_collapse_gives_everything_back_once(staged: Staged, world: World, point: str) -> None:
    cards = (make.OK, make.OK, make.OK, make.OK, make.DECLINES)
    async with staged(f"collapse; refunds' answers lost; killed {point}", 40, cards) as drill:
        await world.control.add_fault(FaultKind.DROP_AFTER, method="POST", path="/v1/refunds", count=8, probability=0.5)
        worker = drill.start()

        async def all_tried() -> bool:
            states = {pledge.status for pledge in await Pledge.filter(campaign_id=drill.scene.campaign.id)}
            return states == {"collected", "failed"}

        await drill.until(all_tried, 60)
        drill.kill(worker)
        await drill.scene.pass_time(days=15)
        await drill.killed(drill.start("after the settlement:1"))
        await drill.killed(drill.start("between chunks of refunds:1"))
        await drill.killed_again_and_again((point,), 10)
        drill.start()
        await drill.reaches("collapsed")

        async def all_back() -> bool:
            truth = await world.control.truth()
            return truth["refunded_pence"] == truth["charged_pence"] and not await Pledge.exists(status="collected")

        await drill.until(all_back, 60)
        line = await drill.end(32)
        assert line.refunds == 32


@pytest.mark.drill
async def test_with_the_real_lease_a_killed_workers_rows_wait_and_no_longer(staged: Staged) -> None:
    async with staged("the real lease of 90 seconds", 20) as drill:
        await drill.killed(drill.start("after the call:3", lease_seconds=90))
        drill.start(lease_seconds=90)
        await asyncio.sleep(20)
        left = [pledge for pledge in drill.pledges if await make.status_of(pledge) == "collecting"]
        assert left, "rows under a lease were taken before it ended"
        await drill.reaches("settled", 150)
        await drill.end()
