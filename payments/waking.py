"""Asking for work that rows say is due: one waiting job is enough, however many rows become due."""

import json
from typing import Any, Final

from crowdfund_kent import outbox
from crowdfund_kent.database import fetch

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
