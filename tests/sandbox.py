"""A payment sandbox for tests: one process for the session, a world of its own for each test.

Listed in pytest_plugins of tests/conftest.py. Fixtures: `sandbox_url`, `world`.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import pytest

from payments.gateway import Gateway
from payments.sandbox.control import SandboxControl
from tests import quick

ROOT = Path(__file__).parent.parent
WEBHOOK_SECRET = "whsec_for_tests_only"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class SandboxProcess:
    """A sandbox that can be killed and started again on the same port and state."""

    def __init__(self, state: Path, port: int | None = None) -> None:
        self.state = state
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "CROWDFUND_KENT_MODE"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "payments.sandbox", "--port", str(self.port), "--state", str(self.state)],
            cwd=ROOT,
            env=environment,
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"the payment sandbox ended with {self._process.returncode}")
            try:
                with urllib.request.urlopen(f"{self.url}/_sandbox/health", timeout=1):
                    return
            except (URLError, OSError):
                time.sleep(0.03)
        self.kill()
        raise RuntimeError("the payment sandbox did not start within 20 seconds")

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, nothing is closed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(10)
            self._process = None


@dataclass(frozen=True)
class World:
    """One secret key at the sandbox."""

    url: str
    api_key: str
    webhook_secret: str
    control: SandboxControl
    gateway: Gateway


def new_world(url: str, *, timeout: float = 10, max_network_retries: int = 0, concurrency: int = 8) -> World:
    """Close its gateway at the end. No retries by the SDK unless asked: their pauses are real."""
    api_key = f"sk_test_{secrets.token_hex(12)}"
    gateway = Gateway(
        api_key,
        WEBHOOK_SECRET,
        url,
        timeout=timeout,
        max_network_retries=max_network_retries,
        concurrency=concurrency,
    )
    return World(url, api_key, WEBHOOK_SECRET, SandboxControl(url, api_key), gateway)


@pytest.fixture(scope="session")
def sandbox_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    sandbox = SandboxProcess(tmp_path_factory.mktemp("payment-sandbox") / "state.sqlite")
    sandbox.start()
    yield sandbox.url
    sandbox.stop()


def set_clock(world: World, seconds_ahead: int) -> None:
    """As SandboxControl does it, for who can't wait for a coroutine."""
    asked = urllib.request.Request(
        f"{world.url}/_sandbox/clock",
        json.dumps({"offset_seconds": seconds_ahead}).encode(),
        {"Authorization": f"Bearer {world.api_key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=10):
        pass


@pytest.fixture
def world(sandbox_url: str, request: pytest.FixtureRequest) -> Iterator[World]:
    """A fresh account at the payment provider: `world.gateway`, `world.control`. With a database, on the business clock."""
    found = new_world(sandbox_url)
    if "module_database" in request.fixturenames:
        set_clock(found, quick.seconds_to_morning())
    yield found
    found.gateway.close()
