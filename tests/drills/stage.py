"""What a drill needs: residents with saved cards, worker processes that die at named points, and the truth at the end."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from crowdfund_kent import ledger
from crowdfund_kent.clock import refresh
from crowdfund_kent.database import execute, fetch
from crowdfund_kent.drill import KILL_AT
from payments import accounts, closing
from payments.provider import use_gateway
from pledges.models import Pledge
from projects.tasks import close_due
from tests.payments import make
from tests.sandbox import World

ROOT = Path(__file__).parent.parent.parent
AT_ONCE = 8
PENCE = 500


class WorkerProcess:
    """`arq worker.WorkerSettings`, with a lease of a second unless told otherwise."""

    def __init__(self, world: World, log: IO[bytes], kill_at: str | None, **settings: int) -> None:
        chosen = {"lease_seconds": 1, "outbox_sweep_seconds": 1, "stripe_network_retries": 0, **settings}
        environment = os.environ | {
            "STRIPE_API_KEY": world.api_key,
            "STRIPE_WEBHOOK_SECRET": world.webhook_secret,
            "STRIPE_BASE_URL": world.url,
            **{f"CROWDFUND_KENT_{name.upper()}": str(value) for name, value in chosen.items()},
        }
        if kill_at is not None:
            environment[KILL_AT] = kill_at
        self.process = subprocess.Popen(
            [sys.executable, "-m", "arq", "worker.WorkerSettings"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )

    @property
    def was_killed(self) -> bool:
        """Whether it met its point."""
        return self.process.poll() == -signal.SIGKILL

    def kill(self) -> None:
        """SIGKILL now."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        """An orderly end."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()


@dataclass
class Stage:
    """One campaign whose backers are to be charged, and the workers that do it."""

    scene: make.Scene
    pledges: list[Pledge]
    log: IO[bytes]
    workers: list[WorkerProcess] = field(default_factory=list)

    def start(self, kill_at: str | None = None, **settings: int) -> WorkerProcess:
        """A worker; `kill_at` as crowdfund_kent/drill.py reads it."""
        worker = WorkerProcess(self.scene.world, self.log, kill_at, **settings)
        self.workers.append(worker)
        return worker

    async def killed(self, worker: WorkerProcess, seconds: float = 90) -> None:
        """Wait until the worker met its point; time moves on, so that unknown outcomes are asked about."""
        await self.until(lambda: _true(worker.process.poll() is not None), seconds)
        assert worker.was_killed, f"the worker ended with {worker.process.poll()} instead of being killed"

    async def reaches(self, status: str, seconds: float = 120) -> None:
        """Wait until the campaign has this status and every card is let go of."""

        async def there() -> bool:
            truth = await self.scene.world.control.truth()
            return await self.scene.status() == status and truth["saved_cards"] == 0

        await self.until(there, seconds)

    async def until(self, done: Any, seconds: float) -> None:
        """Wait for `done`; each second is ten minutes of business time."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            for _ in range(5):
                if await done():
                    return
                await asyncio.sleep(0.2)
            await self.scene.pass_time(minutes=10)
        raise AssertionError(f"not reached within {seconds} seconds; the campaign is {await self.scene.status()}")

    async def every_pledge_was_charged_once(self) -> None:
        """The provider's truth, our rows and our books tell the same."""
        truth = await self.scene.world.control.truth()
        count = len(self.pledges)
        assert truth["charged_twice"] == []
        assert (truth["charges"], truth["charged_pence"]) == (count, count * PENCE)
        rows = await fetch("SELECT status, count(*) AS count FROM pledge GROUP BY status")
        assert {row["status"]: row["count"] for row in rows} == {"collected": count}
        rows = await fetch("SELECT count(*) AS count FROM charge_attempt WHERE status = 'succeeded'")
        assert rows[0]["count"] == count
        assert await ledger.balance(accounts.PROVIDER_BALANCE) == count * PENCE
        assert await ledger.balance(accounts.held_for_campaign(self.scene.campaign.id)) == -count * PENCE
        await make.nothing_is_broken()


async def _true(value: bool) -> bool:
    return value


@asynccontextmanager
async def stage(world: World, folder: Path, residents: int, cards: list[str] | None = None) -> AsyncIterator[Stage]:
    """A campaign that met its target by `residents` pledges of £5 each, on the day from which cards are charged."""
    with use_gateway(world.gateway), (folder / "worker.log").open("wb") as log:
        await refresh()
        scene = await make.scene(world, residents * PENCE)
        gate = asyncio.Semaphore(AT_ONCE)

        async def resident(number: int) -> Pledge:
            async with gate:
                return await scene.pledge(PENCE, cards[number % len(cards)] if cards else make.OK)

        pledges = await asyncio.gather(*(resident(number) for number in range(residents)))
        assert {pledge.status for pledge in pledges} == {"active"}
        await scene.pass_time(days=41)
        await close_due()
        assert await closing.decide(scene.campaign.id)
        await scene.pass_time(hours=48, minutes=1)
        # receipts and good news are not what is drilled
        await execute("UPDATE outbox SET done_at = now() WHERE kind = 'email'")
        set_up = Stage(scene, list(pledges), log)
        try:
            yield set_up
        finally:
            for worker in set_up.workers:
                worker.stop()
