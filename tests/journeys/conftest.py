"""A house, a browser and people, for journeys. Started once, ended by process id."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from local.postgres import LocalPostgres
from local.valkey import LocalValkey
from tests.conftest import fresh_database
from tests.endings import NO_BROWSER
from tests.journeys.house import House, environment, open_house
from tests.journeys.looking import Known, Looks, browser_on_path, launch_options
from tests.journeys.seeding import seed
from tests.journeys.visitor import Visitor, arrive

QUEUE_DATABASE: Final = 7  # of the run's Valkey: a worker of ours must not take other tests' jobs
Arrives = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Debian's browser is."""
    found = browser_on_path()
    if found is not None:
        return found
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(NO_BROWSER)
    pytest.skip(NO_BROWSER)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def house(
    chromium: str,
    server: LocalPostgres,
    template: str,
    valkey: LocalValkey,
    sandbox_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[House]:
    """The site, its worker and the sandbox, with a fund and two who work for it."""
    async with AsyncExitStack() as stack:
        queue = valkey.url(QUEUE_DATABASE)
        stack.enter_context(environment(REDIS_URL=queue))
        url = await stack.enter_async_context(fresh_database(server, template))
        await seed()
        folder = tmp_path_factory.mktemp("house")
        yield await stack.enter_async_context(open_house(folder, url, queue, sandbox_url))


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """One browser; each visitor has a context of their own."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(**launch_options(chromium))
        yield started
        await started.close()


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """What axe has read already, in this process or in another of this run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "known-shapes"
    folder.mkdir(exist_ok=True)
    return Known(folder)


@pytest_asyncio.fixture(loop_scope="session")
async def looks(browser: Browser, known: Known, request: pytest.FixtureRequest) -> AsyncIterator[Looks]:
    """What is asked of every page of this journey."""
    kept = Looks(browser, request.node.name.removeprefix("test_"), known)
    yield kept
    await kept.close()


@pytest_asyncio.fixture(loop_scope="session")
async def arrives(browser: Browser, house: House, looks: Looks) -> AsyncIterator[Arrives]:
    """`await arrives("wren")`: a newcomer with a browser of their own."""
    visitors = []

    async def newcomer(name: str, *, script: bool = True, phone: bool = False) -> Visitor:
        visitors.append(await arrive(browser, house.url, name, looks, script=script, phone=phone))
        return visitors[-1]

    yield newcomer
    # what is printed is shown with a journey that failed
    for visitor in visitors:
        print(f"--- {visitor.name} at {visitor.page.url}\n{await visitor.page.locator('body').inner_text()}")  # noqa: T201
        await visitor.page.context.close()
    print(house.ends_of_logs())  # noqa: T201
