"""What the worker is made of: one function that runs an outbox row, and lines of the timetable that keep the time."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import structlog
from arq import cron, func
from arq.connections import RedisSettings
from arq.cron import CronJob
from arq.typing import WorkerCoroutine
from arq.worker import Function

from crowdfund_kent import clock, invariants, logs, mail, outbox, wiring
from crowdfund_kent.database import close_database, open_database
from crowdfund_kent.settings import get_settings

log = structlog.get_logger()


def queue_address() -> RedisSettings:
    """Where the queue is; arq's own default when nothing is set, so that the timetable can be read without one."""
    url = get_settings().redis_url
    return RedisSettings.from_dsn(url) if url else RedisSettings()


async def open_all() -> None:
    """Logs, chart of accounts, database and queue of this process, and the business clock."""
    logs.set_up()
    wiring.compose_chart()
    await open_database()
    await outbox.open_queue()
    await clock.refresh()


async def close_all() -> None:
    """Let go of them."""
    await outbox.close_queue()
    await close_database()


def runner(tasks: Mapping[str, outbox.Task]) -> Function:
    """The only job of the queue: run one row of the outbox. The row, not the queue, says whether it is done."""

    async def run_outbox_row(_context: dict[str, Any], row_id: int) -> None:
        await outbox.run_row(row_id, tasks, mail.send)

    return func(cast(WorkerCoroutine, run_outbox_row), name=outbox.RUN, max_tries=1)


def line(
    name: str,
    work: Callable[[], Awaitable[object]],
    *,
    hour: int | set[int] | None = None,
    minute: int | set[int] | None = None,
    second: int | set[int] = 0,
    timeout: int | None = None,
) -> CronJob:
    """One line of the timetable (UTC). However many workers run, each time is kept once. `timeout` in seconds."""

    async def keep(_context: dict[str, Any]) -> None:
        await clock.refresh()
        await work()

    return cron(
        cast(WorkerCoroutine, keep), name=name, hour=hour, minute=minute, second=second, timeout=timeout, max_tries=1
    )


async def check() -> None:
    """Prove every invariant and keep the outcome, for health and the operator."""
    findings = await wiring.run_all_checks()
    await invariants.note(findings)
    for finding in findings:
        if finding.count:
            log.error("a rule is broken", rule=finding.rule, count=finding.count, offenders=finding.offenders)
