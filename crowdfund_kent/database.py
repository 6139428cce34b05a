"""The one database: its Tortoise configuration, migrations, and transactions that retry and send after commit."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.connection import get_connection
from tortoise.exceptions import OperationalError
from tortoise.migrations.api.migrate import migrate as tortoise_migrate
from tortoise.transactions import in_transaction

from crowdfund_kent.quick_migrations import tables_only
from crowdfund_kent.settings import get_settings

T = TypeVar("T")

# ONE app: separate Tortoise apps break migrations that cross packages.
MODEL_MODULES: Final = [
    "crowdfund_kent.models",
    "crowdfund_kent.accounts.models",
    "crowdfund_kent.personal.models",
    "crowdfund_kent.mail.models",
    "crowdfund_kent.cases.models",
    "crowdfund_kent.words.models",
    "projects.models",
    "projects.reports.models",
    "pledges.models",
    "panel.models",
    "payments.models",
    "payments.books.models",
    "payments.gift_aid.models",
    "payments.reconciling.models",
    "payments.bank_details.models",
    "payments.subsidy.models",
    "payments.match_payments.models",
    "payments.recoveries.models",
    "payments.own_money.models",
    "payments.shares_back.models",
    "payments.repayments.models",
    "payments.bank_statements.models",
    "payments.holds.models",
    "payments.disputes.models",
    "payments.payouts.models",
    "payments.taken_back.models",
    "evaluation.models",
    "evaluation.evidence.models",
    "evaluation.surveys.models",
]
MIGRATION_LOCK: Final = 7_205_759
_after_commit: ContextVar[list[Callable[[], Awaitable[None]]] | None] = ContextVar("after_commit", default=None)


def tortoise_config(url: str, pool: int | None = None) -> dict[str, Any]:
    """TORTOISE_ORM for a postgres:// address; `?host=/folder` names a unix socket."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    size = pool or get_settings().database_pool
    credentials: dict[str, Any] = {
        "host": query.get("host") or parts.hostname or "127.0.0.1",
        "port": parts.port or int(query.get("port", 5432)),
        "user": unquote(parts.username or query.get("user", "postgres")),
        "password": unquote(parts.password) if parts.password else None,
        "database": unquote(parts.path.lstrip("/")),
        "minsize": 1,
        "maxsize": size,
        "statement_cache_size": get_settings().database_statements,
        "server_settings": {"timezone": "UTC"},
        "reset": _as_it_is,
    }
    return {
        "connections": {"default": {"engine": "tortoise.backends.asyncpg", "credentials": credentials}},
        "apps": {
            "models": {
                "models": MODEL_MODULES,
                "default_connection": "default",
                "migrations": "crowdfund_kent.migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


async def _as_it_is(_connection: asyncpg.Connection) -> None:
    """How a connection goes back to the pool, once what was left open is rolled back.

    Locks and settings of ours end with their transaction (a test holds us to it), so nothing of a session is left to
    undo. asyncpg's own way would be four statements more after every query.
    """


async def open_database(url: str | None = None, pool: int | None = None) -> None:
    """Connect. Also visible to tasks that did not inherit this context (lifespan, worker start-up)."""
    await Tortoise.init(config=tortoise_config(url or get_settings().database_url, pool), _enable_global_fallback=True)


async def close_database() -> None:
    """Close every connection of this process."""
    await Tortoise.close_connections()


async def migrate(url: str | None = None) -> None:
    """Bring the schema up to date, one process at a time (advisory lock)."""
    address = url or get_settings().database_url
    lock = await asyncpg.connect(address)
    try:
        await lock.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        with tables_only():
            await tortoise_migrate(config=tortoise_config(address, 2), app_labels=["models"])
        await Tortoise.close_connections()
    finally:
        await lock.close()


@asynccontextmanager
async def transaction() -> AsyncIterator[BaseDBAsyncClient]:
    """One transaction; nested, a savepoint. What after_commit() was given runs once the outermost has committed."""
    if _after_commit.get() is not None:
        async with in_transaction() as connection:
            yield connection
        return
    callbacks: list[Callable[[], Awaitable[None]]] = []
    token = _after_commit.set(callbacks)
    try:
        async with in_transaction() as connection:
            yield connection
    finally:
        _after_commit.reset(token)
    for callback in callbacks:
        await callback()


@asynccontextmanager
async def one_moment() -> AsyncIterator[BaseDBAsyncClient]:
    """A transaction to read in: each statement sees what was committed when it began, and nothing that others commit
    meanwhile. Inside another transaction: that one as it is.
    """
    nested = isinstance(get_connection("default"), TransactionalDBClient)
    async with transaction() as connection:
        if not nested:
            await connection.execute_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield connection


@asynccontextmanager
async def joined() -> AsyncIterator[None]:
    """For one statement with its after_commit(): the surrounding transaction() as it is, without a savepoint; else its own."""
    if _after_commit.get() is not None:
        yield
        return
    async with transaction():
        yield


def after_commit(callback: Callable[[], Awaitable[None]]) -> None:
    """Run `callback` when the surrounding transaction() has committed; never when it rolls back."""
    callbacks = _after_commit.get()
    if callbacks is None:
        raise RuntimeError("after_commit() needs a surrounding transaction()")
    callbacks.append(callback)


async def retrying(work: Callable[[], Awaitable[T]], attempts: int = 5) -> T:
    """Run `work` (which opens its own transaction) again when PostgreSQL reports a serialisation failure or deadlock."""
    for attempt in range(1, attempts + 1):
        try:
            return await work()
        except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, OperationalError) as error:
            again = isinstance(error, asyncpg.SerializationError | asyncpg.DeadlockDetectedError) or isinstance(
                error.__cause__, asyncpg.SerializationError | asyncpg.DeadlockDetectedError
            )
            if not again or attempt == attempts:
                raise
            await asyncio.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311 - jitter, not a secret
    raise AssertionError("unreachable")


async def fetch(sql: str, *values: Any) -> list[dict[str, Any]]:
    """Rows of a query on the current connection (the transaction's, inside one)."""
    rows = await get_connection("default").execute_query_dict(sql, list(values))
    return [dict(row) for row in rows]


async def execute(sql: str, *values: Any) -> int:
    """Run a statement on the current connection; returns the number of rows it touched."""
    count, _ = await get_connection("default").execute_query(sql, list(values))
    return count
