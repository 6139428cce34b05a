"""The whole site as `make run` starts it, without the demo: sandbox, site and worker, each a process of its own."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crowdfund_kent import clock
from crowdfund_kent.settings import get_settings
from crowdfund_kent.wiring import run_all_checks
from local.processes import LOOPBACK, dies_with_parent, end_of, stop
from payments.gateway import Gateway
from payments.sandbox.control import SandboxControl
from tests import quick
from tests.sandbox import WEBHOOK_SECRET, free_port, new_world

ROOT: Final = Path(__file__).parent.parent.parent
READY_SECONDS: Final = 40
QUICK: Final = {"outbox_sweep_seconds": 1, "stripe_network_retries": 0}
QUIET: Final = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"log": {"class": "logging.StreamHandler"}},
    "loggers": {"arq": {"handlers": ["log"], "level": "WARNING"}},
}
"""A worker that looks each second would fill its log with it."""


@dataclass(frozen=True)
class House:
    """Where the site is, and the sandbox that knows what was charged."""

    url: str
    sandbox: SandboxControl
    logs: Path
    gateway: Gateway
    """The site's account at the provider, for residents who are seeded."""

    async def charged(self, since: tuple[int, int] = (0, 0)) -> tuple[int, int]:
        """What the provider has charged, whatever we believe: how often, how many pence. Nobody was charged twice."""
        truth = await self.sandbox.truth()
        assert truth["charged_twice"] == []
        return truth["charges"] - since[0], truth["charged_pence"] - since[1]

    async def is_sound(self) -> None:
        """Every invariant holds over what the journeys have left."""
        await clock.refresh()
        assert [finding for finding in await run_all_checks() if finding.count] == []

    def ends_of_logs(self) -> str:
        """What site and worker said last, for a failed journey."""
        return "\n".join(f"--- {log.name}\n{end_of(log, 30)}" for log in sorted(self.logs.glob("*.log")))


@contextmanager
def environment(**names: str) -> Iterator[None]:
    """These names in the environment of this process and of those it starts; as before afterwards."""
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    get_settings.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        get_settings.cache_clear()


@asynccontextmanager
async def open_house(folder: Path, database_url: str, redis_url: str, sandbox_url: str) -> AsyncIterator[House]:
    """Site and worker on a free port, in local mode, with quick sweeps; both gone at the end."""
    port = free_port()
    world = new_world(sandbox_url)
    await world.control.set_clock(quick.seconds_to_morning())
    url = f"http://{LOOPBACK}:{port}"
    settings = {
        "CROWDFUND_KENT_MODE": "local",
        "CROWDFUND_KENT_SITE_URL": url,
        "CROWDFUND_KENT_STORAGE_FOLDER": str(folder / "storage"),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "STRIPE_API_KEY": world.api_key,
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_BASE_URL": sandbox_url,
        **{f"CROWDFUND_KENT_{name.upper()}": str(value) for name, value in QUICK.items()},
    }
    with ExitStack() as stack:
        stack.callback(world.gateway.close)
        house = House(url, world.control, folder, world.gateway)
        listen = ("--host", LOOPBACK, "--port", str(port), "--timeout-graceful-shutdown", "2", "--no-access-log")
        site = _start(stack, folder, settings, "site", "uvicorn", "crowdfund_kent.app:create_app", "--factory", *listen)
        quiet = ("--custom-log-dict", "tests.journeys.house.QUIET")
        _start(stack, folder, settings, "worker", "arq", "worker.WorkerSettings", *quiet)
        await world.control.add_webhook_endpoint(f"{url}/webhooks/stripe", WEBHOOK_SECRET)
        await _listens(port, site, house)
        yield house


def _start(
    stack: ExitStack, folder: Path, settings: dict[str, str], name: str, *module: str
) -> subprocess.Popen[bytes]:
    """A process that ends with the stack, and with us however we end."""
    log = stack.enter_context((folder / f"{name}.log").open("wb"))
    process = subprocess.Popen(
        dies_with_parent([sys.executable, "-m", *module], signal.SIGKILL),
        cwd=ROOT,
        env=os.environ | settings,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    stack.callback(stop, process, (signal.SIGTERM, 10))
    return process


async def _listens(port: int, site: subprocess.Popen[bytes], house: House) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and site.poll() is None:
        try:
            _, writer = await asyncio.open_connection(LOOPBACK, port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        await writer.wait_closed()
        return
    raise RuntimeError(f"the site did not start:\n{house.ends_of_logs()}")
