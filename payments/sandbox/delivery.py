"""Sends webhooks in the background: signed, repeated with growing pauses, for three days.

Source: docs.stripe.com/webhooks#retries, docs.stripe.com/webhooks#verify-manually.
"""

import asyncio
import contextlib
import http.client
import json
import sqlite3
import time
from urllib.parse import urlsplit

from stripe import WebhookSignature

from payments.sandbox.store import Store
from payments.sandbox.world import World, settle_due

AT_ONCE = 4
TIMEOUT = 10.0  # seconds for an endpoint to answer
GIVE_UP = 3 * 24 * 3600.0
LONGEST_PAUSE = 600.0
LOOKS_EVERY = 1.0  # seconds: what the clock brings to worlds that nobody asks (a request sees to its own)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_loopback(url: str) -> bool:
    found = urlsplit(url)
    return found.scheme == "http" and found.hostname in LOOPBACK


def post(url: str, secret: str, payload: str) -> tuple[int | None, str]:
    """One delivery: the status, or None with the reason. Signed with the real time, which receivers compare."""
    found = urlsplit(url)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": WebhookSignature.generate_signature_header(payload, secret),
        "User-Agent": "Stripe/1.0 (payment sandbox)",
    }
    path = found.path + (f"?{found.query}" if found.query else "")
    connection = http.client.HTTPConnection(found.hostname or "", found.port or 80, timeout=TIMEOUT)
    try:
        connection.request("POST", path or "/", body=payload.encode(), headers=headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        return None, type(error).__name__
    else:
        return answer.status, str(answer.status)
    finally:
        connection.close()


class Deliverer:
    """Wakes when a request queued something, and each second for what the clock brings."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._looked = 0.0

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def wake(self) -> None:
        self._wake.set()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            self._settle()
            due = self._store.all(
                "SELECT d.id, d.attempts, d.made, d.due, e.url, e.secret, e.connect_secret, e.retry_seconds, o.body, o.account "
                "FROM deliveries d "
                "JOIN endpoints e ON e.id = d.endpoint JOIN objects o ON o.id = d.event "
                "WHERE d.state = 'waiting' AND d.due <= ? ORDER BY d.due, d.id LIMIT ?",
                time.time(), AT_ONCE,
            )  # fmt: skip
            if due:
                await asyncio.gather(*(self._deliver(row) for row in due))
                continue
            nearest = self._store.one("SELECT min(due) AS due FROM deliveries WHERE state = 'waiting'")
            pause = LOOKS_EVERY
            if nearest is not None and nearest["due"] is not None:
                pause = min(pause, max(0.0, nearest["due"] - time.time()))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    def _settle(self) -> None:
        if time.monotonic() - self._looked < LOOKS_EVERY:
            return
        self._looked = time.monotonic()
        worlds = self._store.all(
            "SELECT w.id FROM worlds w WHERE EXISTS "
            "(SELECT 1 FROM objects o WHERE o.world = w.id AND o.due <= ? + w.offset_seconds)",
            int(time.time()),
        )
        for row in worlds:
            with self._store.transaction():
                settle_due(World(self._store, row["id"], base_url=""))

    async def _deliver(self, row: sqlite3.Row) -> None:
        payload = json.dumps(json.loads(row["body"]), indent=2)
        # at Stripe events of connected accounts go to an endpoint of their own, with a secret of its own
        secret = (row["connect_secret"] if row["account"] else None) or row["secret"]
        status, answer = await asyncio.to_thread(post, row["url"], secret, payload)
        attempts = row["attempts"] + 1
        pause = min(row["retry_seconds"] * 2 ** (attempts - 1), LONGEST_PAUSE)
        if status is not None and 200 <= status < 300:
            state = "delivered"
        elif time.time() + pause - row["made"] > GIVE_UP:
            state = "given up"
        else:
            state = "waiting"
        self._store.run(
            "UPDATE deliveries SET state = ?, attempts = ?, answer = ?, due = ? WHERE id = ?",
            state, attempts, answer, time.time() + pause if state == "waiting" else row["due"], row["id"],
        )  # fmt: skip
