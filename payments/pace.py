"""The pace of calls to the provider: one token bucket an endpoint, in the queue's Redis, shared by all workers.

The provider takes 25 calls a second for each endpoint (docs.stripe.com/rate-limits); a worker waits here for its turn, and
people on card pages keep the rest. Redis decides nothing about money: rows and keys do, and without it the work goes on.

A bucket that is not there (flushed, expired, another Redis) may have been emptied a moment ago, so it begins with a pause:
nobody holds a turn further than AHEAD away, and the pause is as long. When Redis does not answer, each process goes at a
slow pace of its own. A lost bucket is slow, never fast.
"""

import asyncio
import hashlib
import random
import time
from collections.abc import Awaitable
from functools import lru_cache
from typing import Any, Final
from weakref import WeakKeyDictionary

import structlog

from crowdfund_kent import outbox
from crowdfund_kent.settings import get_settings
from payments.rules import wait_when_limited

CHARGE: Final = "charge"
CANCEL: Final = "cancel charge"
READ: Final = "read charge"
LOOK: Final = "list charges"
REFUND: Final = "refund"
LOOK_FOR_REFUND: Final = "list refunds"
DETACH: Final = "detach card"
TRANSFER: Final = "transfer"
REVERSE: Final = "reverse transfer"

AHEAD: Final = 1.0  # seconds: the furthest turn that is given away
SAVED_UP: Final = 2  # turns that a pause leaves over: as much as the limit's rest bears
KEPT: Final = 120  # seconds a bucket that nobody asks is remembered
PATIENCE: Final = 3.0  # seconds Redis has to answer: a machine that is busy with charges is not one whose Redis is away
AWAY: Final = 5.0  # seconds without asking a Redis that did not
# in microseconds of the one clock that all workers share, Redis' own: the next free turn. Answers how long to wait for the
# turn that is given, or, below 0, how long to wait before asking again.
_TURN: Final = """
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local every, ahead, saved, kept = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local free = tonumber(redis.call('GET', KEYS[1]) or now + ahead)
if free < now - saved * every then free = now - saved * every end
if free > now + ahead then return now + ahead - free - every end
redis.call('SET', KEYS[1], string.format('%.0f', free + every), 'PX', kept)
return math.max(free - now, 0)"""
_HOLD_BACK: Final = """
local t = redis.call('TIME')
local until_then = t[1] * 1000000 + t[2] + tonumber(ARGV[1])
local free = tonumber(redis.call('GET', KEYS[1]) or 0)
if free < until_then then redis.call('SET', KEYS[1], string.format('%.0f', until_then), 'PX', ARGV[2]) end
return 0"""
log = structlog.get_logger()
_alone: dict[str, float] = {}
_too_fast: dict[str, int] = {}
_away_until = 0.0
_lines: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Lock]] = WeakKeyDictionary()


@lru_cache
def _account(api_key: str) -> str:
    """The limit is the account's: which one, without its key."""
    return hashlib.sha256(api_key.encode()).hexdigest()[:16]


def _bucket(endpoint: str) -> str:
    account = _account(get_settings().stripe_api_key.get_secret_value())
    return f"crowdfund-kent:pace:{account}:{endpoint}"


async def turn(endpoint: str) -> None:
    """Wait until one more call to `endpoint` may go out. Hold no transaction open meanwhile."""
    settings = get_settings()
    if not settings.calls_a_second:
        return
    every = 1 / settings.calls_a_second
    async with _line(endpoint):  # one of this process asks at a time, the others queue behind it
        wait = await _ask(endpoint, every)
        while wait is not None and wait < 0:
            await asyncio.sleep(-wait)
            wait = await _ask(endpoint, every)
        if wait is None:
            wait = _wait_alone(endpoint)
    await asyncio.sleep(wait)


def _line(endpoint: str) -> asyncio.Lock:
    lines = _lines.setdefault(asyncio.get_running_loop(), {})
    return lines.setdefault(endpoint, asyncio.Lock())


async def heard(endpoint: str, *, too_fast: bool) -> None:
    """What the provider said to a call. "Too fast" holds all workers back from this endpoint: longer each time in a row."""
    if not too_fast:
        _too_fast.pop(endpoint, None)
        return
    _too_fast[endpoint] = _too_fast.get(endpoint, 0) + 1
    wait = wait_when_limited(_too_fast[endpoint], random.random()).total_seconds()  # noqa: S311 - jitter
    _alone[endpoint] = max(_alone.get(endpoint, 0.0), time.monotonic() + wait)
    if get_settings().calls_a_second:
        await _redis(_HOLD_BACK, endpoint, round(wait * 1e6), KEPT * 1000)


async def _ask(endpoint: str, every: float) -> float | None:
    """Seconds to wait for our turn; below 0, before asking again; None when Redis does not say."""
    found = await _redis(_TURN, endpoint, round(every * 1e6), round(AHEAD * 1e6), SAVED_UP, KEPT * 1000)
    return None if found is None else found / 1e6


async def _redis(script: str, endpoint: str, *values: int) -> int | None:
    global _away_until  # noqa: PLW0603 - one connection pool a process
    if not get_settings().redis_url or time.monotonic() < _away_until:
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            queue = await outbox.open_queue()
            words = [_bucket(endpoint), *(str(value) for value in values)]
            answer: Awaitable[Any] = queue.eval(script, 1, *words)  # type: ignore[assignment]  # declared for both clients
            return int(await answer)
    except Exception as error:
        _away_until = time.monotonic() + AWAY
        log.warning("the shared pace is away; going slowly", endpoint=endpoint, error=type(error).__name__)
        return None


def _wait_alone(endpoint: str) -> float:
    """This process's own slow turn: settings.calls_a_second_alone, from a full second after the last shared one."""
    now = time.monotonic()
    free = max(_alone.get(endpoint, now + AHEAD), now)
    _alone[endpoint] = free + 1 / get_settings().calls_a_second_alone
    return free - now
