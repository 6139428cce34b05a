"""What a drill needs: residents with saved cards, worker processes that die at named points, and the truth at the end."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crowdfund_kent.clock import refresh
from crowdfund_kent.database import execute, fetch
from crowdfund_kent.ledger import balance
from crowdfund_kent.wiring import run_all_checks
from payments import accounts, closing
from payments.payouts.models import Payout
from payments.provider import use_gateway
from pledges.models import Pledge
from projects.tasks import close_due
from tests.drills.processes import Nursery, Part
from tests.drills.table import Line
from tests.payments import make
from tests.payments.make import before_costs
from tests.sandbox import World

AT_ONCE = 8
PENCE = 500
# what our rows say of each pledge: payments, transfers, and how much of it is with the group
_OURS = """
SELECT p.reference, (SELECT count(*) FROM charge_attempt a WHERE a.pledge_id = p.id AND a.status = 'succeeded') AS charges,
  count(t.id) AS transfers, coalesce(sum(t.amount_pence - t.reversed_pence), 0)::bigint AS pence
FROM pledge p LEFT JOIN charge_attempt x ON x.pledge_id = p.id
LEFT JOIN transfer t ON t.attempt_id = x.id AND t.status IN ('succeeded', 'reversed') GROUP BY p.id"""


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

    async def is_paid(self, seconds: float = 120) -> None:
        """Wait until the payout is."""
        await self.until(self._paid, seconds)

    async def _paid(self) -> bool:
        return await Payout.exists(campaign_id=self.scene.campaign.id, status="paid")

    async def end(self, collected: int | None = None) -> Line:
        """The provider's truth, our rows and our books tell the same, and every rule of `check` holds.

        `collected`: how many pledges are, or were before a collapse; all of them where not told.
        """
        for part in self.parts:
            part.stop()
        count = len(self.pledges) if collected is None else collected
        truth = await self.scene.world.control.truth()
        theirs = {
            reference: (found["charges"], found["transfers"], found["transferred_pence"] - found["reversed_pence"])
            for reference, found in truth["pledges"].items()
        }
        ours = {row["reference"]: (row["charges"], row["transfers"], row["pence"]) for row in await fetch(_OURS)}
        nothing = (0, 0, 0)
        paid = await self._paid()
        line = Line(
            name=self.name,
            kills=self.kills,
            pledges=len(self.pledges),
            collected=await Pledge.filter(status__in=["collected", "refunded"]).count(),
            charges=truth["charges"],
            twice=len(truth["charged_twice"]) + len(truth["transferred_twice"]),
            lost=sum(theirs.get(one, nothing) != ours.get(one, nothing) for one in theirs.keys() | ours.keys()),
            refunds=truth["refunds"],
            transfers=truth["transfers"],
            taken_back=truth["reversals"],
            ledger=await self._balanced(truth, paid=paid),
            broken=[found.rule for found in await run_all_checks() if found.count],
        )
        self.lines.append(line)
        assert (line.collected, line.charges, line.twice, line.lost) == (count, count, 0, 0), line
        assert truth["charged_pence"] == count * PENCE
        assert line.transfers == (count if paid else 0), line
        if paid:  # net of the real fees, and all of it with the group
            assert truth["transferred_pence"] == truth["charged_pence"] - truth["fees_pence"]
            received = sum(account["received_pence"] for account in truth["accounts"].values())
            assert received == truth["transferred_pence"]
        assert line.ledger, line
        assert line.broken == [], line
        return line

    async def _balanced(self, truth: dict[str, Any], *, paid: bool) -> bool:
        """What the provider has of ours stands in our books, card costs apart unless all were booked for a payout."""
        if (await fetch("SELECT coalesce(sum(amount_pence), 0)::bigint AS sum FROM ledger_line"))[0]["sum"]:
            return False
        held = accounts.held_for_campaign(self.scene.campaign.id)
        kept: int = truth["charged_pence"] - truth["refunded_pence"]
        if not paid:
            return await before_costs(accounts.PROVIDER_BALANCE) == kept and await before_costs(held) == -kept
        there: int = kept - truth["fees_pence"] - truth["transferred_pence"] + truth["reversed_pence"]
        return await balance(accounts.PROVIDER_BALANCE) == there and await balance(held) == 0


async def _true(value: bool) -> bool:
    return value


@asynccontextmanager
async def stage(
    name: str,
    world: World,
    folder: Path,
    nursery: Nursery,
    residents: int,
    cards: Sequence[str] = (make.OK,),
    *,
    account: bool = False,
) -> AsyncIterator[Stage]:
    """A live campaign that met its target by `residents` pledges of £5 each, on the day after its last.

    `account`: its group has one at the provider, so the payout follows the settlement.
    """
    with use_gateway(world.gateway):
        await refresh()
        scene = await make.scene(world, residents * PENCE, account=account)
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
