"""Workers and sites of a drill, made by the nursery and killed at named points."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from crowdfund_kent.drill import KILL_AT
from tests.sandbox import World, free_port

ROOT = Path(__file__).parent.parent.parent
QUICK = {
    "lease_seconds": 1,
    "outbox_sweep_seconds": 1,
    "stripe_network_retries": 0,
    "calls_a_second": 0,
    "pump_concurrency": 8,
}


class Nursery:
    """The process that makes the others. Begin it once a run, when the queue's address is known."""

    def __init__(self) -> None:
        environment = os.environ | {f"CROWDFUND_KENT_{name.upper()}": str(value) for name, value in QUICK.items()}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.drills.nursery"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()

    def _read(self) -> dict[str, Any]:
        out: IO[str] | None = self._process.stdout
        assert out is not None
        answer: dict[str, Any] = json.loads(out.readline())
        return answer

    def ask(self, **words: Any) -> dict[str, Any]:
        """One question, one answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return self._read()

    def close(self) -> None:
        """Everything it made ends too."""
        self._process.kill()
        with self._process:  # closes its pipes
            self._process.wait(10)


class Part:
    """A worker or a site; `kill_at` as crowdfund_kent/drill.py reads it, `clock` how many seconds its machine is ahead."""

    def __init__(
        self,
        nursery: Nursery,
        world: World,
        log: Path,
        *,
        kind: str = "worker",
        kill_at: str | None = None,
        clock: int = 0,
        port: int = 0,
        settings: Mapping[str, int] | None = None,
    ) -> None:
        environment = {
            "DATABASE_URL": os.environ["DATABASE_URL"],
            "REDIS_URL": os.environ["REDIS_URL"],
            "STRIPE_API_KEY": world.api_key,
            "STRIPE_WEBHOOK_SECRET": world.webhook_secret,
            "STRIPE_BASE_URL": world.url,
            **{f"CROWDFUND_KENT_{name.upper()}": str(value) for name, value in {**QUICK, **(settings or {})}.items()},
        }
        if kill_at is not None:
            environment[KILL_AT] = kill_at
        self.port = port or (free_port() if kind == "site" else 0)
        self._nursery = nursery
        self.pid: int = nursery.ask(do="start", kind=kind, env=environment, log=str(log), port=self.port, clock=clock)[
            "pid"
        ]

    def status(self, seconds: float = 0) -> int | None:
        """How it ended, below 0 by a signal; None while it runs."""
        found: int | None = self._nursery.ask(do="wait", pid=self.pid, seconds=seconds)["status"]
        return found

    @property
    def was_killed(self) -> bool:
        """Whether it met its point."""
        return self.status() == -signal.SIGKILL

    def kill(self) -> None:
        """SIGKILL now."""
        if self.status() is None:
            os.kill(self.pid, signal.SIGKILL)
            self.status(10)

    def stop(self) -> None:
        """An orderly end."""
        if self.status() is None:
            os.kill(self.pid, signal.SIGTERM)
            if self.status(10) is None:
                self.kill()
