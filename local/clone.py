"""Where this clone keeps its local data, what is running in it, and the settings its parts share."""

import json
import os
import secrets
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from local.postgres import LocalPostgres
from local.processes import LOOPBACK, LocalPartError, remembered_port, try_lock, write_private

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
START_SECONDS = 120


@dataclass(frozen=True)
class Running:
    """What `make run` in this clone has started."""

    process: int
    address: str
    environment: dict[str, str]

    def note(self, var: Path) -> None:
        """Writes the note for other processes; it holds passwords, so only the owner may read it."""
        fresh = var / "run.json.new"
        write_private(fresh, json.dumps(asdict(self)))
        fresh.replace(var / "run.json")

    @classmethod
    def read(cls, var: Path) -> Self | None:
        try:
            return cls(**json.loads((var / "run.json").read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None


def lock_clone(var: Path) -> int | None:
    """The lock of the one `make run` of this clone, or None while another holds it."""
    var.mkdir(parents=True, exist_ok=True)
    return try_lock(var / "run.lock")


def running(var: Path = VAR) -> Running | None:
    """What runs in this clone, or None. Waits while it is starting.

    Raises LocalPartError when it does not get ready.
    """
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        lock = lock_clone(var)
        if lock is not None:
            os.close(lock)
            return None
        if found := Running.read(var):
            return found
        time.sleep(0.2)
    raise LocalPartError("`make run` of this clone is starting but does not get ready. Stop it and start it again.")


def kept_secret(file: Path) -> str:
    """A random secret made once, readable by its owner only."""
    if not file.exists():
        write_private(file, f"{secrets.token_hex(24)}\n")
    return file.read_text(encoding="utf-8").strip()


def settings_of(var: Path, *, site_port: int, payments_port: int, database_url: str, redis_url: str) -> dict[str, str]:
    """The environment of every part in local mode. Card payments go to the sandbox on `payments_port`."""
    return {
        "CROWDFUND_KENT_MODE": "local",
        "CROWDFUND_KENT_SITE_URL": f"http://{LOOPBACK}:{site_port}",
        "CROWDFUND_KENT_SECRET_KEY": kept_secret(var / "secret-key"),
        "CROWDFUND_KENT_STORAGE_FOLDER": str(var / "storage"),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "STRIPE_API_KEY": f"sk_test_{kept_secret(var / 'payments-key')}",
        "STRIPE_WEBHOOK_SECRET": f"whsec_{kept_secret(var / 'webhook-key')}",
        "STRIPE_BASE_URL": f"http://{LOOPBACK}:{payments_port}",
        "CROWDFUND_KENT_ONE_CARD_PLEDGES": "0",  # everybody's card here is the same test card
    }


def is_configured(environment: MutableMapping[str, str]) -> bool:
    """True where an operator has set the site up (production, a test): then nothing is assumed."""
    return "CROWDFUND_KENT_MODE" in environment or "CROWDFUND_KENT_SECRET_KEY" in environment


@contextmanager
def database_of_this_clone(var: Path = VAR) -> Iterator[dict[str, str]]:
    """The settings for a command: of the running `make run`, or of the clone's PostgreSQL, started for the command.

    DATABASE_URL in the environment wins over both. The schema of a database started here is brought up to date by
    the caller.
    """
    if found := running(var):
        yield found.environment | _chosen("DATABASE_URL", "REDIS_URL")
        return
    # The site and the sandbox do not run: their ports are those they will have.
    ports = {"site_port": remembered_port(var / "site.port"), "payments_port": remembered_port(var / "payments.port")}
    redis_url = os.environ.get("REDIS_URL", "")
    if given := os.environ.get("DATABASE_URL"):
        yield settings_of(var, **ports, database_url=given, redis_url=redis_url)
        return
    with LocalPostgres(var / "postgres") as postgres:
        yield settings_of(var, **ports, database_url=postgres.url(), redis_url=redis_url)


def _chosen(*names: str) -> dict[str, str]:
    return {name: os.environ[name] for name in names if os.environ.get(name)}
