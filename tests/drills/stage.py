"""What a drill needs: residents with saved cards, worker processes that die at named points, and the truth at the end."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from crowdfund_kent.clock import refresh
from crowdfund_kent.database import execute, fetch
from crowdfund_kent.wiring import run_all_checks
from payments import accounts, closing
from payments.provider import use_gateway
from pledges.models import Pledge
from projects.tasks import close_due
from tests.drills.processes import Nursery, Part
from tests.payments import make
from tests.payments.make import before_costs
from tests.sandbox import World

AT_ONCE = 8
PENCE = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One drill of the table. `twice` and `lost` by the provider's own record, pledge by pledge."""

    name: str
    kills: int
    pledges: int
    collected: int
    charges: int
    twice: int
    lost: int
    refunds: str
    ledger: bool
    broken: list[str]

    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        numbers = (self.kills, self.pledges, self.collected, self.charges, self.twice, self.lost)
        balanced = "balanced" if self.ledger else "NOT BALANCED"
        return (self.name, *(str(number) for number in numbers), self.refunds, balanced, str(len(self.broken)))


@dataclass
class Stage:
    """One campaign whose backers are to be charged, and the workers that do it."""

    name: str
    scene: make.Scene
    pledges: list[Pledge]
    log: Path
    nursery: Nursery
    parts: list[Part] = field(default_factory=list)
    kills: int = 0
    lines: list[Line] = field(default_factory=list)

    def start(self, kill_at: str | None = None, *, clock: int = 0, **settings: int) -> Part:
        """A worker; `kill_at` as crowdfund_kent/drill.py reads it."""
        return self._add(
            Part(self.nursery, self.scene.world, self.log, kill_at=kill_at, clock=clock, settings=settings)
        )

    def site(self, kill_at: str | None = None, port: int = 0) -> Part:
        """A site that takes webhooks."""
        return self._add(Part(self.nursery, self.scene.world, self.log, kind="site", kill_at=kill_at, port=port))

    def _add(self, part: Part) -> Part:
        self.parts.append(part)
        return part

    async def killed(self, part: Part, seconds: float = 120) -> None:
        """Wait until it met its point; time moves on, so that unknown outcomes are asked about."""
        await self.until(lambda: _true(part.status() is not None), seconds)
        assert part.was_killed, (
            f"it ended with {part.status()} instead of being killed:\n{self.log.read_text()[-3000:]}"
        )
        self.kills += 1

    def kill(self, part: Part) -> None:
        """SIGKILL wherever it is."""
        part.kill()
        assert part.was_killed
        self.kills += 1

    async def killed_again_and_again(self, points: Sequence[str], times: int, **settings: int) -> None:
        """A worker killed at its nth pass of a point, the next one at its own, and so on, `times` in all."""
        for number in range(times):
            nth = 1 + number % 3
            await self.killed(self.start(f"{points[number % len(points)]}:{nth}", **settings))

    async def reaches(self, status: str, seconds: float = 90) -> None:
        """Wait until the campaign has this status and every card is let go of."""

        async def there() -> bool:
            if await self.scene.status() != status:
                return False
            truth = await self.scene.world.control.truth()
            return bool(truth["saved_cards"] == 0)

        await self.until(there, seconds)

    async def until(self, done: Callable[[], Awaitable[bool]], seconds: float) -> None:
        """Wait for `done`; each second is ten minutes of business time."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            moves = time.monotonic() + 1
            while time.monotonic() < moves:
                if await done():
                    return
                await asyncio.sleep(0.05)
            await self.scene.pass_time(minutes=10)
        raise AssertionError(
            f"not reached within {seconds} seconds; the campaign is {await self.scene.status()}"
            f"\n{self.log.read_text()[-3000:]}"
        )

    async def end(self, collected: int | None = None) -> Line:
        """The provider's truth, our rows and our books tell the same, and every rule of `check` holds.

        `collected`: how many pledges are, or were before a collapse; all of them where not told.
        """
        for part in self.parts:
            part.stop()
        count = len(self.pledges) if collected is None else collected
        truth = await self.scene.world.control.truth()
        theirs = {reference: found["charges"] for reference, found in truth["pledges"].items() if found["charges"]}
        rows = await fetch(
            "SELECT p.reference, count(*) AS count FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id"
            " WHERE a.status = 'succeeded' GROUP BY p.reference"
        )
        ours = {row["reference"]: row["count"] for row in rows}
        campaign = self.scene.campaign.id
        held = truth["charged_pence"] - truth["refunded_pence"]
        balanced = (
            await before_costs(accounts.PROVIDER_BALANCE) == held
            and await before_costs(accounts.held_for_campaign(campaign)) == -held
            and not (await fetch("SELECT coalesce(sum(amount_pence), 0)::bigint AS sum FROM ledger_line"))[0]["sum"]
        )
        line = Line(
            name=self.name,
            kills=self.kills,
            pledges=len(self.pledges),
            collected=await Pledge.filter(status__in=["collected", "refunded"]).count(),
            charges=truth["charges"],
            twice=len(truth["charged_twice"]),
            lost=sum(theirs.get(one, 0) != ours.get(one, 0) for one in theirs.keys() | ours.keys()),
            refunds=str(truth["refunds"]),
            ledger=balanced,
            broken=[found.rule for found in await run_all_checks() if found.count],
        )
        self.lines.append(line)
        assert (line.collected, line.charges, line.twice, line.lost) == (count, count, 0, 0), line
        assert truth["charged_pence"] == count * PENCE
        assert line.ledger, line
        assert line.broken == [], line
        return line


async def _true(value: bool) -> bool:
    return value


@asynccontextmanager
async def stage(
    name: str, world: World, folder: Path, nursery: Nursery, residents: int, cards: Sequence[str] = (make.OK,)
) -> AsyncIterator[Stage]:
    """A live campaign that met its target by `residents` pledges of £5 each, on the day after its last."""
    with use_gateway(world.gateway):
        await refresh()
        scene = await make.scene(world, residents * PENCE)
        gate = asyncio.Semaphore(AT_ONCE)

        async def resident(number: int) -> Pledge:
            async with gate:
                return await scene.pledge(PENCE, cards[number % len(cards)])

        pledges = await asyncio.gather(*(resident(number) for number in range(residents)))
        assert {pledge.status for pledge in pledges} == {"active"}
        await scene.pass_time(days=41)
        log = folder / "parts.log"
        log.touch()
        set_up = Stage(name, scene, list(pledges), log, nursery)
        try:
            yield set_up
        finally:
            for part in set_up.parts:
                part.kill()


async def ready_to_charge(drill: Stage) -> None:
    """The verdict was given and told, and two days have gone by: cards may be charged from now on."""
    await close_due()
    assert await closing.decide(drill.scene.campaign.id)
    await drill.scene.pass_time(hours=48, minutes=1)
    # receipts and good news are not what is drilled
    await execute("UPDATE outbox SET done_at = now() WHERE kind = 'email'")
