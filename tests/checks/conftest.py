"""The small world is made once a run; each module works on a copy of it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from local.postgres import LocalPostgres
from payments.provider import use_gateway
from tests import quick
from tests.checks import world
from tests.conftest import fresh_database, keep
from tests.sandbox import new_world, set_clock


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sound(
    server: LocalPostgres, template: str, sandbox_url: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The name of a database with the small world in it, nobody connected to it."""
    provider = new_world(sandbox_url)
    set_clock(provider, quick.seconds_to_morning())
    async with fresh_database(server, template) as url:
        with use_gateway(provider.gateway):
            await world.build(provider, tmp_path_factory.mktemp("history"))
        kept = await keep(server, url, "ck_sound_world")
    provider.gateway.close()
    return kept


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def module_database(server: LocalPostgres, sound: str) -> AsyncIterator[str]:
    """A copy of the small world, in place of an empty database."""
    async with fresh_database(server, sound) as url:
        yield url
