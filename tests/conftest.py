"""One PostgreSQL and one Valkey for a run; a migrated template; each test in a transaction, or each module a database."""

import asyncio
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from tortoise import Tortoise
from tortoise.transactions import in_transaction
from xdist.scheduler import LoadFileScheduling

os.environ["CROWDFUND_KENT_MODE"] = "test"
os.environ["CROWDFUND_KENT_SECRET_KEY"] = "a key for tests only"
os.environ["CROWDFUND_KENT_SITE_URL"] = "http://testserver"
os.environ["CROWDFUND_KENT_CALLS_A_SECOND"] = "0"  # tests do not wait for the provider's pace, but for those about it
os.environ["CROWDFUND_KENT_DATABASE_STATEMENTS"] = "2000"  # each module asks all the rules, again and again
os.environ["CROWDFUND_KENT_ONE_CARD_PLEDGES"] = "0"  # everybody's card is the same here

from crowdfund_kent import clock, database, outbox
from crowdfund_kent.settings import get_settings
from local.postgres import DATABASE, LocalPostgres
from local.valkey import LocalValkey
from tests import quick
from tests.client import SiteClient
from tests.sharing import Shared, rolls_back

quick.prepare()

pytest_plugins = ["tests.sandbox", "tests.endings"]
ROOT = Path(__file__).parent.parent
TEMPLATE = "ck_template"
SERVER: Final = {
    "max_connections": "320",  # 256 at once on a pot, each on a connection of its own
    # tables are small and statements are many: to plan them costs more than to run them, and nobody watches the server
    "plan_cache_mode": "force_generic_plan",
    "update_process_title": "off",
    "track_activities": "off",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make drill` runs every drill; `make test` a sample."""
    parser.addoption("--all-drills", action="store_true", default=False, help="run every drill, not only the sample")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest begins first. Drills beyond the sample wait for --all-drills."""
    items.sort(key=lambda item: quick.longest_first(item.path))
    if config.getoption("--all-drills"):
        return
    later = [item for item in items if item.get_closest_marker("drill")]
    config.hook.pytest_deselected(items=later)
    items[:] = [item for item in items if item not in later]


class Shares(LoadFileScheduling):  # type: ignore[misc]
    """How the processes of a run share its tests."""

    def _split_scope(self, nodeid: str) -> str:
        return quick.belongs_to(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shares | None:
    """For `make test`; the drills are handed out one by one."""
    return Shares(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """All is loaded."""
    quick.spare_the_collector()


def copy_migrated_cluster(to: Path) -> None:
    """A stopped cluster with the migrated template in it, made once for these migrations and kept in var/."""
    made_by = [*sorted((ROOT / "crowdfund_kent" / "migrations").glob("0*.py")), ROOT / "local" / "postgres.py"]
    kept = quick.KEPT / hashlib.sha256(b"".join(path.read_bytes() for path in made_by)).hexdigest()[:16]
    quick.KEPT.mkdir(parents=True, exist_ok=True)
    with (quick.KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / "done").exists():
            for old in quick.KEPT.glob("*/done"):
                shutil.rmtree(old.parent, ignore_errors=True)
            shutil.rmtree(kept, ignore_errors=True)
            with LocalPostgres(kept, fast=True) as postgres:
                asyncio.run(_make_template(postgres))
            (kept / "done").touch()
        subprocess.run(["cp", "-a", "--reflink=auto", str(kept), str(to)], check=True)
    (to / "port").unlink(missing_ok=True)


async def _make_template(server: LocalPostgres) -> None:
    await _make(server, TEMPLATE)
    await database.migrate(server.url(TEMPLATE))


class OnSocket(LocalPostgres):
    """Reached by a unix socket in its own folder: half the work of a query over TCP."""

    LONGEST: Final = 100  # of a socket's path, which systems limit

    @property
    def socket_folder(self) -> Path | None:
        """None where its name would be too long: then TCP serves."""
        return self._data if len(str(self._data / ".s.PGSQL.65535")) <= self.LONGEST else None

    def url(self, database: str = DATABASE) -> str:
        folder = self.socket_folder
        over_tcp = urlsplit(super().url(database))
        if folder is None:
            return over_tcp.geturl()
        login = over_tcp.netloc.rpartition("@")[0]
        return f"postgres://{login}@/{database}?host={folder}&port={over_tcp.port}"


@pytest.fixture(scope="session", autouse=True)
def chart_of_accounts() -> None:
    """As in every process of the site."""
    from crowdfund_kent.wiring import compose_chart

    compose_chart()


@pytest.fixture(scope="session")
def server() -> Iterator[LocalPostgres]:
    """A PostgreSQL of this run, without the safety that tests do not need."""
    with tempfile.TemporaryDirectory(prefix="ck-pg-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "pg"
        copy_migrated_cluster(copy)
        with (copy / "data" / "postgresql.conf").open("a") as settings:
            settings.writelines(f"{name} = {value}\n" for name, value in SERVER.items())
            if (sockets := OnSocket(copy).socket_folder) is not None:
                settings.write(f"unix_socket_directories = '{sockets}'\n")
        with OnSocket(copy, fast=True) as postgres:
            yield postgres


@pytest.fixture(scope="session")
def valkey() -> Iterator[LocalValkey]:
    """A queue of this run."""
    with tempfile.TemporaryDirectory(prefix="ck-valkey-") as folder, LocalValkey(Path(folder)) as queue:
        yield queue


@pytest_asyncio.fixture(scope="session")
async def template(server: LocalPostgres, valkey: LocalValkey) -> str:
    """The name of a migrated database that others are copied from. In all of them it is late morning."""
    os.environ["DATABASE_URL"] = server.url(TEMPLATE)
    connection = await asyncpg.connect(server.url(TEMPLATE))
    await connection.execute("INSERT INTO clock_offset (id, offset_seconds) VALUES (1, $1)", quick.seconds_to_morning())
    await connection.close()
    os.environ["REDIS_URL"] = valkey.url()
    get_settings.cache_clear()
    return TEMPLATE


async def _make(server: LocalPostgres, name: str, template: str | None = None) -> None:
    connection = await asyncpg.connect(server.url("postgres"))
    try:
        # in memory copied files cost 12 ms, copied pages 26; on a disk both about 100
        await connection.execute(
            f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}" STRATEGY FILE_COPY' if template else "")
        )
    finally:
        await connection.close()


async def _drop(server: LocalPostgres, name: str) -> None:
    connection = await asyncpg.connect(server.url("postgres"))
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


async def keep(server: LocalPostgres, url: str, name: str) -> str:
    """What stands in the database at `url`, kept as `name` for modules that begin with a copy. Ends its connections."""
    await outbox.close_queue()
    await Tortoise.close_connections()
    await _make(server, name, urlsplit(url).path.lstrip("/"))
    return name


@asynccontextmanager
async def fresh_database(server: LocalPostgres, template: str) -> AsyncIterator[str]:
    """A database of its own, opened for this process and named in DATABASE_URL; gone afterwards."""
    name = f"ck_{uuid4().hex[:12]}"
    await _make(server, name, template)
    url = server.url(name)
    await open_for_module(url)
    try:
        yield url
    finally:
        await close_for_module()
        await _drop(server, name)


async def open_for_module(url: str) -> None:
    """In this process and for those that it starts. Without an address: what is open already, for another module."""
    if url:
        await close_for_module()  # the shared one may be open still
        os.environ["DATABASE_URL"] = url
    get_settings.cache_clear()
    if url:
        await database.open_database(url)
    await clock.refresh()
    await (await outbox.open_queue()).flushdb()  # what earlier modules asked for names rows of their own databases


async def close_for_module() -> None:
    await outbox.close_queue()
    await Tortoise.close_connections()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_database(server: LocalPostgres, template: str) -> AsyncIterator[Shared]:
    """For modules whose tests all roll back."""
    shared = Shared(lambda: fresh_database(server, template), open_for_module, close_for_module)
    yield shared
    await shared.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def module_database(
    request: pytest.FixtureRequest, server: LocalPostgres, template: str, shared_database: Shared
) -> AsyncIterator[str]:
    """One a module, or one for many where nothing written stays. Tests that commit ask for `committed`, others for `db`."""
    if rolls_back(request.node, request.session.items):
        yield await shared_database.lend()
        await shared_database.take_back()
    else:
        await shared_database.rest()
        async with fresh_database(server, template) as url:
            yield url


class RolledBack(Exception):
    """Ends a test's transaction."""


@pytest.fixture
def broken_transaction() -> Iterator[list[Exception]]:
    """What was wrong at the end of a test's transaction. Told here: a `db` that raises would not let its connection go."""
    told: list[Exception] = []
    yield told
    if told:
        raise told[0]


@pytest_asyncio.fixture(loop_scope="session")
async def db(module_database: str, broken_transaction: list[Exception]) -> AsyncIterator[None]:
    """A transaction that ends by proving its deferred constraints, then rolls back."""
    with contextlib.suppress(RolledBack):
        async with in_transaction() as connection:
            await clock.refresh()
            yield
            try:
                await connection.execute_query("SET CONSTRAINTS ALL IMMEDIATE")
            except Exception as error:
                broken_transaction.append(error)
            raise RolledBack
    await clock.refresh()


@pytest_asyncio.fixture(loop_scope="session")
async def committed(module_database: str, server: LocalPostgres, template: str) -> AsyncIterator[str]:
    """For workers, second connections and the outbox: what is written stays until the module's end. The address."""
    await clock.refresh()
    yield module_database


@pytest.fixture
def app(module_database: str) -> Starlette:
    """The site on this module's database."""
    from crowdfund_kent.app import create_app

    site = create_app()
    site.state.database_is_open = True
    return site


@pytest_asyncio.fixture(loop_scope="session")
async def client(app: Starlette, db: None) -> AsyncIterator[SiteClient]:
    """A visitor with one cookie jar, inside the test's transaction."""
    visitor = SiteClient(app)
    try:
        yield visitor
    finally:
        await visitor.close()
