"""The world is made once a module, committed: each request is on its own, as it is in life."""

from collections.abc import AsyncIterator

import httpx2
import pytest_asyncio
from starlette.applications import Starlette

from tests.hostile.browser import browser
from tests.hostile.world import World, build


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(module_database: str) -> World:
    """One of everything."""
    return await build()


@pytest_asyncio.fixture(loop_scope="session")
async def web(app: Starlette, world: World) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that follows no rule."""
    async with browser(app) as made:
        yield made
