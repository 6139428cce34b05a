"""Asking for work that rows say is due: one waiting job is enough, however many rows become due."""

import json
import time
from collections.abc import Callable
from typing import Any, Final

from crowdfund_kent import outbox
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.settings import get_settings

# A job that failed this often waits for minutes: it does not stand in the way of a fresh one.
STILL_FRESH: Final = 5


async def wake(task: str, *args: Any) -> None:
    """Ask for `task` unless a job for it waits or runs already.

    One that is just ending may miss a row: the sweeper (tasks.find_lost) asks again seconds later.
    """
    waiting = await fetch(
        "SELECT 1 FROM outbox WHERE kind = 'job' AND name = $1 AND body = $2::jsonb AND done_at IS NULL"
        " AND attempts <= $3 LIMIT 1",
        task,
        json.dumps(list(args)),
        STILL_FRESH,
    )
    if not waiting:
        await outbox.job(task, *args)


async def go_on_with(task: str) -> None:
    """Ask for the next job of a chain while the one before still runs, unless one waits that nobody has begun."""
    now = real_now()
    waiting = await fetch(
        "SELECT 1 FROM outbox WHERE kind = 'job' AND name = $1 AND done_at IS NULL AND due_at <= $2"
        " AND claimed_until IS NULL LIMIT 1",
        task,
        now,
    )
    if not waiting:
        await outbox.job(task)


def time_for_one_job() -> Callable[[], bool]:
    """Asked after each chunk: whether this job may go on, or has to ask for itself again (settings.pump_work_seconds)."""
    until = time.monotonic() + get_settings().pump_work_seconds
    return lambda: time.monotonic() < until
