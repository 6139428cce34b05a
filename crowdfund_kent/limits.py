"""How often something may be asked for, counted in the queue's Redis.

A limit is a courtesy to the mail server, not a lock: when Redis does not answer nothing is refused, so that people
can still sign in. What must hold without Redis is counted in PostgreSQL (accounts/sign_in.py).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import ConnectionPool
from starlette.requests import Request

from crowdfund_kent.errors import SiteError
from crowdfund_kent.settings import get_settings

log = structlog.get_logger()
_SOCKET_SECONDS: Final = 1.0


class TooOften(SiteError):
    """Asked too often; the message says when to try again."""

    status = 429


@asynccontextmanager
async def _limiter(redis_url: str) -> AsyncIterator[MovingWindowRateLimiter]:
    # a connection a use: people sign in seldom, and nothing is left open for the queue's end to find
    pool = ConnectionPool.from_url(
        redis_url, socket_timeout=_SOCKET_SECONDS, socket_connect_timeout=_SOCKET_SECONDS, max_connections=2
    )
    try:
        storage = RedisStorage(
            "async+" + redis_url,
            implementation="redispy",  # the client that arq brings
            key_prefix="crowdfund-kent",
            connection_pool=pool,  # type: ignore[arg-type]  # documented, but its annotation leaves it out
        )
        yield MovingWindowRateLimiter(storage)
    finally:
        await pool.disconnect()


@lru_cache
def _item(limit: str) -> RateLimitItem:
    return parse(limit)


def network_of(request: Request) -> str:
    """Whose use is counted: the address, or of IPv6 the /64 that one connection has to itself (RFC 6177)."""
    host = request.client.host if request.client else "unknown"
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, 64), strict=False))


async def allows(limit: str, name: str, whose: str) -> bool:
    """Count one use of `name` by `whose` against `limit`, such as "30/hour"; False when it is used up.

    True when Redis is not set up or does not answer. `whose` is a network address or a hash, never personal text.
    """
    if not get_settings().redis_url:
        return True
    try:
        async with _limiter(get_settings().redis_url) as limiter:
            return await limiter.hit(_item(limit), name, whose)
    except Exception as error:
        log.warning("limits not counted; nothing is refused", name=name, error=str(error))
        return True
