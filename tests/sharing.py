"""A database for one module after the other, where no test leaves anything: to make one, and to teach its connection all
statements anew, is most of what a small module costs.
"""

import os
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Final

import pytest

from crowdfund_kent.database import fetch

MODULES: Final = 30  # then another: what was rolled back still fills its tables' files
_HELD: Final = ("module", "package", "session")


def rolls_back(module: pytest.Item | pytest.Collector, items: list[pytest.Item]) -> bool:
    """Whether each test of the module that has the database has it by `db`, and no fixture holds it for longer than a test."""
    for item in items:
        if item.getparent(pytest.Module) is not module or "module_database" not in item.fixturenames:  # type: ignore[attr-defined]
            continue
        if "db" not in item.fixturenames or "committed" in item.fixturenames:  # type: ignore[attr-defined]
            return False
        found = item._fixtureinfo  # type: ignore[attr-defined]
        if "module_database" in found.argnames:
            return False
        for name, definitions in found.name2fixturedefs.items():
            if (
                name != "module_database"
                and definitions[-1].scope in _HELD
                and "module_database" in definitions[-1].argnames
            ):
                return False
    return True


class Shared:
    """Lent to one module after the other. `make` makes one and opens it; `reopen` and `shut`: this process's connection to it."""

    def __init__(
        self,
        make: Callable[[], AbstractAsyncContextManager[str]],
        reopen: Callable[[str], Awaitable[None]],
        shut: Callable[[], Awaitable[None]],
    ) -> None:
        self._make, self._reopen, self._shut = make, reopen, shut
        self._stack = AsyncExitStack()
        self._lent, self._url, self._is_open, self._are_there = 0, "", False, ""

    async def lend(self) -> str:
        """Its address, and it is open."""
        if self._lent == MODULES:
            await self.close()
        self._lent += 1
        if not self._url:
            self._url = await self._stack.enter_async_context(self._make())
            self._are_there = await _ask_what_is_there()
        else:
            # a fixture of another module may have opened one of its own meanwhile
            is_open = self._is_open and os.environ["DATABASE_URL"] == self._url
            await self._reopen("" if is_open else self._url)
        self._is_open = True
        return self._url

    async def take_back(self) -> None:
        """Where something was committed after all, the next module gets another."""
        if await fetch(self._are_there):
            await self.close()

    async def rest(self) -> None:
        """Another database is opened now."""
        if self._is_open:
            await self._shut()
        self._is_open = False

    async def close(self) -> None:
        """Away with it; the next module gets another."""
        await self._stack.aclose()
        self._lent, self._url, self._is_open = 0, "", False


async def _ask_what_is_there() -> str:
    """A query for the tables that hold rows, of those that hold none now."""
    tables = await fetch("SELECT relname AS name FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY 1")
    one = "SELECT '{name}' AS name WHERE EXISTS (SELECT FROM \"{name}\")"
    every = [one.format(name=table["name"]) for table in tables]
    filled = {row["name"] for row in await fetch(" UNION ALL ".join(every))}
    return " UNION ALL ".join(one.format(name=table["name"]) for table in tables if table["name"] not in filled)
