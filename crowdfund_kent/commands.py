"""What commands share: the database that they find or start, a job in it, and an error that says what to do."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

DATE_FORMAT = "%Y-%m-%d"


class CommandError(Exception):
    """The command cannot work; the message says what to do."""


@contextmanager
def with_database(*, migrated: bool = True) -> Iterator[None]:
    """Sets the environment from which get_settings() reads; starts this clone's database when nothing else is there.

    An environment that an operator has set up is left as it is. `migrated`: bring the schema of this clone's own
    database up to date first; that of an operator changes by `crowdfund-kent migrate` only.
    """
    from local.clone import database_of_this_clone, is_configured

    if is_configured(os.environ):
        if not os.environ.get("DATABASE_URL"):
            raise CommandError("Set DATABASE_URL to the address of the database: postgres://user:password@host/name.")
        yield
        return
    given = bool(os.environ.get("DATABASE_URL"))
    with database_of_this_clone() as settings:
        os.environ.update(settings)
        if migrated and not given:
            from crowdfund_kent.database import migrate as bring_up_to_date

            asyncio.run(bring_up_to_date())
        yield


def in_database(job: Callable[[], Awaitable[T]]) -> T:
    """Runs `job` with the database open."""

    async def connected() -> T:
        from crowdfund_kent import clock
        from crowdfund_kent.database import close_database, open_database

        await open_database()
        try:
            await clock.refresh()
            return await job()
        finally:
            await close_database()

    with with_database():
        return asyncio.run(connected())
