"""The pace of calls: shared, never faster than asked whatever happens to the bucket, and never a stop."""

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from crowdfund_kent import outbox
from crowdfund_kent.settings import Mode, Settings, get_settings
from payments import pace

RATE = 25


@pytest.fixture
async def paced(committed: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[pytest.MonkeyPatch]:
    """A pace that nobody has used yet."""
    monkeypatch.setenv("CROWDFUND_KENT_CALLS_A_SECOND", str(RATE))
    get_settings.cache_clear()
    monkeypatch.setattr(pace, "AHEAD", 0.4)
    monkeypatch.setattr(pace, "_away_until", 0.0)
    monkeypatch.setattr(pace, "_alone", {})
    monkeypatch.setattr(pace, "_too_fast", {})
    await (await outbox.open_queue()).flushdb()
    yield monkeypatch
    await outbox.close_queue()
    monkeypatch.undo()
    get_settings.cache_clear()


async def turns(lanes: int, seconds: float) -> list[float]:
    """When `lanes`, all at once, had their turns for so long."""
    had: list[float] = []
    ends = time.monotonic() + seconds

    async def lane() -> None:
        while time.monotonic() < ends:
            await pace.turn(pace.CHARGE)
            had.append(time.monotonic())

    await asyncio.gather(*(lane() for _ in range(lanes)))
    return sorted(had)


def most_in_a_second(had: list[float]) -> int:
    return max(sum(first <= moment < first + 1 for moment in had) for first in had)


async def test_many_lanes_together_keep_the_pace_and_use_it(paced: pytest.MonkeyPatch) -> None:
    had = await turns(16, 1.5)
    assert most_in_a_second(had) <= RATE + pace.SAVED_UP
    assert len(had) >= RATE * 1.0 - 2  # the first 0.4 seconds are the pause of a bucket that is not there yet
    gaps = [later - earlier for earlier, later in pairwise(had)]
    assert sorted(gaps)[len(gaps) // 2] > 0.5 / RATE, "turns come one by one, not in bursts"


async def test_a_bucket_that_is_lost_again_and_again_makes_nobody_faster(paced: pytest.MonkeyPatch) -> None:
    async def flush() -> None:
        queue = await outbox.open_queue()
        for _ in range(6):
            await asyncio.sleep(0.25)
            await queue.flushdb()

    had, _ = await asyncio.gather(turns(16, 1.5), flush())
    assert most_in_a_second(had) <= RATE + pace.SAVED_UP


async def test_without_redis_the_work_goes_on_slowly(paced: pytest.MonkeyPatch) -> None:
    paced.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    get_settings.cache_clear()
    await outbox.close_queue()
    paced.setattr(pace, "AHEAD", 0.2)
    had = await turns(8, 0.5)
    alone = get_settings().calls_a_second_alone
    assert len(had) >= alone, "it goes on"
    assert min(later - earlier for earlier, later in pairwise(had)) > 0.9 / alone


async def test_too_fast_holds_every_worker_back_and_longer_each_time(paced: pytest.MonkeyPatch) -> None:
    await pace.turn(pace.CHARGE)
    for _ in range(2):
        await pace.heard(pace.CHARGE, too_fast=True)
    paced.setattr(pace, "_alone", {})  # another worker knows of it from the bucket alone
    paced.setattr(pace, "_too_fast", {})
    began = time.monotonic()
    await pace.turn(pace.CHARGE)
    assert time.monotonic() - began >= 0.9  # the second time: from 1 second, at least half of it by chance
    await pace.turn(pace.REFUND)  # another endpoint has a limit of its own
    await pace.heard(pace.CHARGE, too_fast=False)
    assert pace._too_fast == {}


async def test_no_pace_is_for_tests_and_benchmarks_only(paced: pytest.MonkeyPatch) -> None:
    paced.setenv("CROWDFUND_KENT_CALLS_A_SECOND", "0")
    get_settings.cache_clear()
    began = time.monotonic()
    for _ in range(3 * RATE):
        await pace.turn(pace.CHARGE)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("broken", "needed"),
    [
        ({"job_timeout_seconds": 44}, "JOB_TIMEOUT_SECONDS must be at least .* 45$"),
        ({"lease_seconds": 84}, "LEASE_SECONDS must be at least .* 85$"),
        ({"stripe_timeout_seconds": 41}, "JOB_TIMEOUT_SECONDS must be"),
        ({"calls_a_second": 26}, "less than or equal to 25"),
    ],
)
def test_a_site_whose_times_do_not_agree_does_not_start(broken: dict[str, int], needed: str) -> None:
    with pytest.raises(ValueError, match=needed.replace("$", "")):
        Settings(mode=Mode.LOCAL, **broken)  # type: ignore[arg-type]


def test_the_times_as_they_are_agree() -> None:
    assert Settings(mode=Mode.LOCAL).lease_seconds >= 60 + 25
