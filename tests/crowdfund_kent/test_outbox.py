"""What a transaction decided is done after it commits: once, later, or again after a failure; never without it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from crowdfund_kent import outbox
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import transaction
from crowdfund_kent.models import Outbox
from crowdfund_kent.settings import get_settings

pytestmark = pytest.mark.usefixtures("committed")


class Done:
    """What tasks were called with, and what was mailed."""

    def __init__(self) -> None:
        self.calls: list[Any] = []
        self.mails: list[Any] = []

    async def task(self, *args: Any) -> None:
        self.calls.append(args)

    async def send(self, body: dict[str, Any]) -> None:
        self.mails.append(body)


@pytest.fixture(autouse=True)
async def empty(committed: str) -> None:
    await Outbox.all().delete()


async def test_a_job_is_done_once() -> None:
    done = Done()
    await outbox.job("task", 7, "words")
    (row_id,) = await outbox.due_rows()
    assert await outbox.run_row(row_id, {"task": done.task}, done.send)
    assert not await outbox.run_row(row_id, {"task": done.task}, done.send)
    assert done.calls == [(7, "words")]


async def test_what_a_failed_transaction_decided_is_never_sent() -> None:
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await outbox.email("hello", to="a@example.org", subject="Hello", text="...")
            1 / 0  # noqa: B018 - the failure
    assert await outbox.due_rows() == []


async def test_a_unique_key_is_used_once() -> None:
    await outbox.email("receipt", to="a@example.org", subject="One", text="...", unique_key="receipt:1")
    await outbox.email("receipt", to="a@example.org", subject="Two", text="...", unique_key="receipt:1")
    assert [row.body["subject"] for row in await Outbox.all()] == ["One"]


async def test_a_failure_keeps_the_row_and_puts_it_off() -> None:
    async def fails() -> None:
        raise ConnectionError("the provider is away")

    await outbox.job("fails")
    (row_id,) = await outbox.due_rows()
    with pytest.raises(ConnectionError):
        await outbox.run_row(row_id, {"fails": fails}, Done().send)
    row = await Outbox.get(id=row_id)
    assert row.done_at is None
    assert row.last_error == "ConnectionError: the provider is away"
    assert row.due_at > real_now()
    assert await outbox.due_rows(real_now() + timedelta(hours=1)) == [row_id]


async def test_a_row_that_a_dead_worker_claimed_is_due_again_after_its_lease() -> None:
    await outbox.job("task")
    await Outbox.all().update(claimed_until=real_now() + timedelta(seconds=30))
    assert await outbox.due_rows() == []
    await Outbox.all().update(claimed_until=real_now() - timedelta(seconds=1))
    assert len(await outbox.due_rows()) == 1


async def test_two_workers_at_one_row_do_it_once() -> None:
    done = Done()
    await outbox.job("task")
    (row_id,) = await outbox.due_rows()
    ran = await asyncio.gather(*(outbox.run_row(row_id, {"task": done.task}, done.send) for _ in range(8)))
    assert ran.count(True) == 1
    assert len(done.calls) == 1


async def test_the_sweeper_wakes_what_a_flushed_queue_lost() -> None:
    await outbox.job("task")
    queue = await outbox.open_queue()
    await queue.flushdb()
    assert await queue.queued_jobs() == []
    assert await outbox.sweep() == 1
    assert [job.function for job in await queue.queued_jobs()] == [outbox.RUN]


async def test_what_a_long_queue_holds_is_not_told_again_before_it_runs_dry() -> None:
    queue = await outbox.open_queue()
    await queue.flushdb()
    for number in range(outbox.MANY + 1):
        await outbox.job("task", number)
    assert await outbox.sweep() == 0
    assert len(await queue.queued_jobs()) == outbox.MANY + 1
    await queue.zpopmin(queue.default_queue_name)  # one of them was lost
    assert await outbox.sweep() == outbox.MANY + 1


async def test_jobs_for_later_do_not_hide_what_the_queue_lost() -> None:
    queue = await outbox.open_queue()
    for number in range(outbox.MANY + 1):
        await outbox.job("task", number)
    await queue.flushdb()
    for _ in range(outbox.MANY + 1):
        await queue.enqueue_job("later", _defer_by=timedelta(hours=1))
    assert await outbox.sweep() == outbox.MANY + 1


async def test_bodies_go_after_their_time() -> None:
    done = Done()
    await outbox.email("hello", to="a@example.org", subject="Hello", text="...")
    (row_id,) = await outbox.due_rows()
    await outbox.run_row(row_id, {}, done.send)
    assert done.mails[0]["to"] == "a@example.org"
    assert await outbox.purge() == 0
    await Outbox.all().update(done_at=real_now() - timedelta(days=get_settings().body_keep_days + 1))
    assert await outbox.purge() == 1
    assert (await Outbox.get(id=row_id)).body is None


async def test_a_queue_that_is_away_costs_no_time_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    await outbox.close_queue()
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    get_settings.cache_clear()
    begun = real_now()
    await outbox.job("task")
    assert real_now() - begun < timedelta(seconds=1)
    monkeypatch.undo()
    get_settings.cache_clear()
    assert len(await outbox.due_rows()) == 1


async def test_what_was_given_up_is_tried_again_when_an_operator_says_so() -> None:
    done = Done()
    await outbox.job("task")
    await Outbox.all().update(attempts=outbox.MOST_ATTEMPTS)
    assert await outbox.due_rows() == []
    assert await outbox.retry_given_up() == 1
    (row_id,) = await outbox.due_rows()
    assert await outbox.run_row(row_id, {"task": done.task}, done.send)
    assert await outbox.retry_given_up() == 0
