"""Jobs and e-mails are rows first, in the transaction that decided on them; they are sent after commit, swept if lost.

The queue only wakes a worker up. Whether work is done is told by `done_at` on the row: a flushed queue, a killed
worker or a lost message costs time, never work. A job may run twice: tasks look at rows before they act.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog
from arq import ArqRedis, create_pool
from arq.connections import RedisSettings
from arq.utils import timestamp_ms

from crowdfund_kent.clock import real_now, refresh
from crowdfund_kent.database import after_commit, execute, fetch, joined
from crowdfund_kent.logs import without_secrets
from crowdfund_kent.mail import choices
from crowdfund_kent.mail.codes import with_code
from crowdfund_kent.mail.faults import NotSendable
from crowdfund_kent.mail.kinds import Topic
from crowdfund_kent.mail.writing import with_choices
from crowdfund_kent.models import Outbox
from crowdfund_kent.settings import get_settings

Task = Callable[..., Awaitable[None]]
RUN: Final = "run_outbox_row"
MOST_ATTEMPTS: Final = 20
MANY: Final = 100  # rows due; more than workers have in hand, and a killed one's jobs stay in the queue for a while
FORGET: Final = "forget"  # in the body of an e-mail that names somebody who was erased: it is emptied once it was sent
log = structlog.get_logger()
_queue: ArqRedis | None = None


async def open_queue() -> ArqRedis:
    """Connect to the queue, once a process."""
    global _queue  # noqa: PLW0603 - one connection pool a process
    if _queue is None:
        settings = RedisSettings.from_dsn(get_settings().redis_url)
        # one try: what can't be told now is swept, and a resident does not wait for the queue
        opened = await create_pool(replace(settings, conn_retries=0))
        if _queue is None:
            _queue = opened
        else:  # two asked at once
            await opened.aclose()
    return _queue


async def close_queue() -> None:
    """Let go of the queue."""
    global _queue  # noqa: PLW0603
    if _queue is not None:
        await _queue.aclose()
        _queue = None


async def job(name: str, *args: Any, unique_key: str | None = None, delay: timedelta = timedelta()) -> None:
    """Ask for task `name` with JSON `args`. A `unique_key` that was used before asks for nothing more."""
    await _put("job", name, list(args), unique_key, delay)


async def email(
    name: str, *, to: str, subject: str, text: str, unique_key: str | None = None, topic: Topic | None = None
) -> bool:
    """One plain-text e-mail. `name` is its template's, for the record; `unique_key` keeps it from being sent twice.

    With a `topic`: no row and False where the reader does not want it or mail to them came back; else the text says
    where to choose, and the mail can be stopped in one click. Without one (money, sign-in, an answer) it always goes.
    """
    body: dict[str, Any] = {"to": to, "subject": subject, "text": text}
    if topic is not None:
        if not await choices.wants(to, topic):
            return False
        body |= choices.marks(to, topic) | {"text": with_choices(text, choices.choices_url(to))}
    body["text"] = with_code(body["text"], to)
    await _put("email", name, body, unique_key, timedelta())
    return True


async def _put(kind: str, name: str, body: Any, unique_key: str | None, delay: timedelta) -> None:
    async with joined():
        now = real_now()
        rows = await fetch(
            "INSERT INTO outbox (kind, name, body, unique_key, created_at, due_at, attempts)"
            " VALUES ($1, $2, $3::jsonb, $4, $5, $6, 0) ON CONFLICT (unique_key) DO NOTHING RETURNING id",
            kind,
            name,
            json.dumps(body),
            unique_key,
            now,
            now + delay,
        )
        if rows:
            after_commit(partial(_wake, [rows[0]["id"]], delay))


async def _wake(ids: list[int], delay: timedelta = timedelta()) -> None:
    """Tell the queue. When it can't be reached the sweeper will."""
    if not get_settings().redis_url:
        return
    try:
        queue = await open_queue()
        for row_id in ids:
            await queue.enqueue_job(RUN, row_id, _defer_by=delay or None)
    except Exception as error:
        log.warning("queue not reached; the sweeper will send", rows=ids, error=str(error))


async def sweep(limit: int = 500) -> int:
    """Wake every row that is due, not done and not being worked on. Run by cron every few seconds.

    Not while the queue still holds as much as is due: thousands of mails take minutes, and each that is told of again
    would be a job more that finds nothing to do. What the queue lost is told once it has run dry.
    """
    rows = await fetch(
        "SELECT id FROM outbox WHERE done_at IS NULL AND due_at <= $1 AND attempts < $3"
        " AND (claimed_until IS NULL OR claimed_until < $1) ORDER BY due_at LIMIT $2",
        real_now(),
        limit,
        MOST_ATTEMPTS,
    )
    if len(rows) > MANY and await _waiting() >= len(rows):
        return 0
    await _wake([row["id"] for row in rows])
    return len(rows)


async def _waiting() -> int:
    """How many jobs of now the queue holds, those that are under way among them; 0 when it can't be reached.

    A job for later says nothing of rows that are due: thousands of them would keep a lost one waiting as long.
    """
    try:
        queue = await open_queue()
        return int(await queue.zcount(queue.default_queue_name, "-inf", timestamp_ms()))
    except Exception:
        return 0


async def due_rows(now: datetime | None = None) -> list[int]:
    """Ids of rows that are due: what a test or a command runs without a queue."""
    rows = await fetch(
        "SELECT id FROM outbox WHERE done_at IS NULL AND due_at <= $1 AND attempts < $2"
        " AND (claimed_until IS NULL OR claimed_until < $3) ORDER BY id",
        now or real_now(),
        MOST_ATTEMPTS,
        real_now(),
    )
    return [row["id"] for row in rows]


async def run_row(row_id: int, tasks: Mapping[str, Task], send: Callable[[dict[str, Any]], Awaitable[None]]) -> bool:
    """Claim one row by a lease, do what it says, mark it done. False when it was done or is being worked on.

    An error keeps the row, counts the attempt and puts it off, longer each time; it is raised for the log.
    """
    now = real_now()
    claimed = await execute(
        "UPDATE outbox SET claimed_until = $2, attempts = attempts + 1 WHERE id = $1 AND done_at IS NULL"
        " AND (claimed_until IS NULL OR claimed_until < $3)",
        row_id,
        now + timedelta(seconds=get_settings().lease_seconds),
        now,
    )
    if not claimed:
        return False
    row = await Outbox.get(id=row_id)
    await refresh()
    try:
        if row.kind == "email":
            await send({**row.body, "id": row.id})
        else:
            await tasks[row.name](*row.body)
    except NotSendable as error:
        # trying again is of no use before somebody has mended it: `check` names the row, `crowdfund-kent retry` sends it
        await Outbox.filter(id=row_id).update(
            claimed_until=None, attempts=MOST_ATTEMPTS, last_error=without_secrets(f"NotSendable: {error}")[:500]
        )
        raise
    except Exception as error:
        wait = timedelta(seconds=min(2**row.attempts, 3600))
        await Outbox.filter(id=row_id).update(
            claimed_until=None,
            due_at=real_now() + wait,
            last_error=without_secrets(f"{type(error).__name__}: {error}")[:500],
        )
        raise
    await execute(
        "UPDATE outbox SET done_at = $2, claimed_until = NULL, last_error = NULL,"
        " body = CASE WHEN kind = 'email' AND body ? $3 THEN NULL ELSE body END WHERE id = $1",
        row_id,
        real_now(),
        FORGET,
    )
    return True


async def retry_given_up() -> int:
    """Give jobs and e-mails that failed MOST_ATTEMPTS times another round, once what stopped them is mended."""
    return await execute(
        "UPDATE outbox SET attempts = 0, due_at = $1, claimed_until = NULL WHERE done_at IS NULL AND attempts >= $2",
        real_now(),
        MOST_ATTEMPTS,
    )


async def purge() -> int:
    """Empty the bodies of rows done or given up longer ago than settings.body_keep_days (personal text goes)."""
    return await execute(
        "UPDATE outbox SET body = NULL WHERE body IS NOT NULL"
        " AND (done_at < $1 OR (done_at IS NULL AND attempts >= $2 AND due_at < $1))",
        real_now() - timedelta(days=get_settings().body_keep_days),
        MOST_ATTEMPTS,
    )
