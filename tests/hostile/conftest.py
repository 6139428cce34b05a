"""The world is made once a run, committed: each module works on a copy, each request on its own, as it is in life."""

from collections.abc import AsyncIterator
from copy import deepcopy

import httpx2
import pytest_asyncio
from starlette.applications import Starlette

from local.postgres import LocalPostgres
from tests.conftest import fresh_database, keep
from tests.hostile.browser import browser
from tests.hostile.world import World, build


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def built(server: LocalPostgres, template: str) -> tuple[str, World]:
    """One of everything, and the name of the database that holds it."""
    async with fresh_database(server, template) as url:
        made = await build()
        return await keep(server, url, "ck_hostile_world"), made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def module_database(server: LocalPostgres, built: tuple[str, World]) -> AsyncIterator[str]:
    """A copy of the world, in place of an empty database."""
    async with fresh_database(server, built[0]) as url:
        yield url


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(module_database: str, built: tuple[str, World]) -> World:
    """Its rows, for this module alone: some change what they hold."""
    return deepcopy(built[1])


@pytest_asyncio.fixture(loop_scope="session")
async def web(app: Starlette, world: World) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that follows no rule."""
    async with browser(app) as made:
        yield made
