"""From the last pledge to the paid payout, and back again, while workers are killed: each payment is sent on once.

Truth is what the sandbox sent: what it charged less its own fees, payment by payment. `make drill` prints a line for each.
"""

import pytest
from redis.asyncio import Redis

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.settings import get_settings
from payments import refund_proposals
from payments.models import Refund
from payments.sandbox.faults import FaultKind
from pledges.models import Pledge
from tests.drills.conftest import Staged
from tests.drills.stage import Stage
from tests.pledges import pot_make
from tests.sandbox import World

pytestmark = pytest.mark.drill
TRANSFER = "/v1/transfers"
POINTS = ("before the transfer", "after the transfer", "transfer committed")
BACK = ("before the reversal", "after the reversal", "reversal committed", "before the refund", "after the refund")


async def begun(drill: Stage) -> None:
    """Everybody is charged, and the worker dies when the payout had begun and no transfer was decided."""
    await drill.killed(drill.start("before payouts:1"), 180)
    assert (await drill.scene.world.control.truth())["transfers"] == 0


async def paid(drill: Stage) -> None:
    """A worker that lives makes the rest."""
    drill.start()
    await drill.is_paid()
    await drill.end()


@pytest.mark.parametrize("point", POINTS)
async def test_killed_between_the_last_pledge_and_the_paid_payout(staged: Staged, point: str) -> None:
    async with staged(f"payout; killed before payouts, then {point}", 36, account=True) as drill:
        await begun(drill)
        await drill.killed_again_and_again((point,), 9, pump_concurrency=4)
        await paid(drill)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (FaultKind.DROP_AFTER, "answers lost"),
        (FaultKind.ERROR_AFTER, "500s stored, and done"),
        (FaultKind.LIMITED, "429s"),
    ],
)
async def test_a_provider_in_trouble_amid_transfers(staged: Staged, world: World, kind: FaultKind, words: str) -> None:
    async with staged(f"payout; {words}; killed", 24, account=True) as drill:
        await begun(drill)
        await world.control.add_fault(kind, method="POST", path=TRANSFER, count=24, probability=0.4, seed=7)
        await drill.killed_again_and_again(("after the transfer", "before the transfer"), 6)
        await paid(drill)


@pytest.mark.parametrize(
    ("kind", "words"), [(FaultKind.DROP_AFTER, "answers lost"), (FaultKind.ERROR_AFTER, "500s stored")]
)
async def test_transfers_go_on_25_hours_later_when_keys_are_forgotten(
    staged: Staged, world: World, kind: FaultKind, words: str
) -> None:
    async with staged(f"payout; {words}; killed; resumed 25 hours later", 24, account=True) as drill:
        await begun(drill)
        await world.control.add_fault(kind, method="POST", path=TRANSFER, count=20, probability=0.7)
        await drill.killed_again_and_again(("after the transfer",), 4, pump_concurrency=4)
        await world.control.clear_faults()
        await drill.scene.pass_time(hours=25)
        await drill.killed_again_and_again(("before the transfer", "transfer committed"), 2, pump_concurrency=4)
        await paid(drill)


async def test_two_workers_amid_transfers_and_a_queue_that_forgets(staged: Staged) -> None:
    async with staged("payout; two workers, both killed; queue flushed", 36, account=True) as drill:
        await begun(drill)
        queue = Redis.from_url(get_settings().redis_url)
        for number in range(4):
            pair = [
                drill.start(f"{POINTS[(number + side) % len(POINTS)]}:{1 + side}", pump_concurrency=2)
                for side in range(2)
            ]
            await drill.killed(pair[0])
            # the other one dies at its own point or wherever it is
            if pair[1].status() is None:
                drill.kill(pair[1])
            else:
                await drill.killed(pair[1])
            await queue.flushall()
        await queue.aclose()
        await paid(drill)


async def test_refunds_after_the_payout_come_from_the_group_once(staged: Staged, world: World) -> None:
    """Two officers give half of the payments back: transfers are reversed first, then the cards get their money."""
    async with staged("refunds after the payout; answers lost; killed", 30, account=True) as drill:
        worker = drill.start()
        await drill.is_paid()
        drill.kill(worker)
        officer = await pot_make.person("Officer", Role.FUND_OFFICER)
        approver = await pot_make.person("Approver", Role.FINANCE_APPROVER)
        for pledge in drill.pledges[:15]:
            proposal = await refund_proposals.ask_refund(pledge.id, officer, "They were told another purpose.")
            await refund_proposals.agree(proposal.id, approver)
        for path in (f"{TRANSFER}/*/reversals", "/v1/refunds"):
            await world.control.add_fault(FaultKind.DROP_AFTER, method="POST", path=path, count=6, probability=0.5)
        for point in BACK:
            await drill.killed_again_and_again((point,), 2, pump_concurrency=2)
        drill.start()

        async def all_back() -> bool:
            truth = await world.control.truth()
            back = await Pledge.filter(status="refunded").count()
            return truth["refunds"] == back == 15 and not await Refund.exclude(status="succeeded").exists()

        await drill.until(all_back, 120)
        line = await drill.end()
        assert (line.refunds, line.taken_back) == (15, 15)
        assert (await world.control.truth())["transferred_twice"] == []
