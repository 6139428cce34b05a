"""How often something may be asked for, counted in the queue's Redis.

A limit is a courtesy to the mail server, not a lock: when Redis does not answer nothing is refused, so that people
can still sign in. What must hold without Redis is counted in PostgreSQL (accounts/sign_in.py).
"""

from functools import lru_cache
from typing import Final

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from crowdfund_kent.errors import SiteError
from crowdfund_kent.settings import get_settings

log = structlog.get_logger()
_SOCKET_SECONDS: Final = 1.0


class TooOften(SiteError):
    """Asked too often; the message says when to try again."""

    status = 429


@lru_cache(maxsize=1)
def _limiter(redis_url: str) -> MovingWindowRateLimiter:
    storage = RedisStorage(
        "async+" + redis_url,
        wrap_exceptions=True,
        implementation="redispy",  # the client that arq brings
        key_prefix="crowdfund-kent",
        socket_timeout=_SOCKET_SECONDS,
        socket_connect_timeout=_SOCKET_SECONDS,
    )
    return MovingWindowRateLimiter(storage)


@lru_cache
def _item(limit: str) -> RateLimitItem:
    return parse(limit)


async def allows(limit: str, name: str, whose: str) -> bool:
    """Count one use of `name` by `whose` against `limit`, such as "30/hour"; False when it is used up.

    True when Redis is not set up or does not answer. `whose` is a network address or a hash, never personal text.
    """
    if not get_settings().redis_url:
        return True
    try:
        return await _limiter(get_settings().redis_url).hit(_item(limit), name, whose)
    except Exception as error:
        log.warning("limits not counted; nothing is refused", name=name, error=str(error))
        return True
