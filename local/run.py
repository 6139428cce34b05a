"""`make run`: the database, the queue, the payment sandbox, the site and its worker, until Ctrl-C."""

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from local.clone import ROOT, VAR, Running, is_configured, lock_clone, running, settings_of
from local.postgres import LocalPostgres
from local.processes import LOOPBACK, LocalPartError, chosen_port, remembered_port
from local.supervisor import Part, Stopped, Supervisor, python
from local.valkey import LocalValkey

READY_SECONDS = 60
WEBHOOK_PATH = "/webhooks/stripe"


def say(text: str) -> None:
    """Prints at once, also into a pipe."""
    print(text, flush=True)


def run(port: int | None = None, var: Path = VAR) -> int:
    """Runs everything until Ctrl-C, SIGTERM or the end of a part. Returns the exit code.

    A second call in the same clone says where the first runs, and returns 0.
    Raises LocalPartError with what to do.
    """
    if is_configured(os.environ) and os.environ.get("CROWDFUND_KENT_MODE", "production") == "production":
        raise LocalPartError("This starts demo data and a payment sandbox. It does not run with production's settings.")
    lock = lock_clone(var)
    while lock is None:
        if found := running(var):
            say(f"Crowdfund Kent already runs at {found.address}")
            return 0
        lock = lock_clone(var)

    def until_stopped(supervisor: Supervisor) -> None:
        started = start_site(supervisor, prepare(supervisor, var, port))
        started.note(var)
        greet(started.address)
        supervisor.wait(lambda: False)

    _supervised(var, lock, until_stopped)
    return 0


def make_demo(var: Path = VAR) -> None:
    """Only the demo data, with the servers it needs for as long as it needs them."""
    lock = lock_clone(var)
    if lock is None:
        raise LocalPartError("`make run` of this clone is starting or stopping. Try again when it has.")
    _supervised(var, lock, lambda supervisor: prepare(supervisor, var, None))


def _supervised(var: Path, lock: int, work: Callable[[Supervisor], object]) -> None:
    """Runs `work` with what it starts, as the one of this clone; then all of it has stopped."""
    note = var / "run.json"
    note.unlink(missing_ok=True)
    try:
        with Supervisor(var / "log", ROOT) as supervisor:
            work(supervisor)
    except Stopped:
        say("\nStopped. The data stays, and `make run` goes on from there.")
    finally:
        note.unlink(missing_ok=True)
        os.close(lock)


def prepare(supervisor: Supervisor, var: Path, port: int | None) -> dict[str, str]:
    """Starts the servers, and makes the tables and the demo data. Returns the environment of every part.

    DATABASE_URL and REDIS_URL, where set, win over servers of our own.
    """
    database_url, redis_url = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    made, unfinished = var / "demo-made", var / "demo-unfinished"
    first = not database_url and not made.exists()
    if first and unfinished.exists():
        begin_again(var)
    say("Starting Crowdfund Kent" + (" for the first time: this takes up to a minute" if first else ""))
    site_port = chosen_port(var / "site.port", port)
    payments_port = remembered_port(var / "payments.port")
    if not database_url:
        say("  the database")
        postgres = LocalPostgres(var / "postgres")
        supervisor.enter("database", postgres)
        database_url = postgres.url()
    if not redis_url:
        valkey = LocalValkey(var / "valkey")
        supervisor.enter("queue", valkey)
        redis_url = valkey.url()
    environment = settings_of(
        var, site_port=site_port, payments_port=payments_port, database_url=database_url, redis_url=redis_url
    )
    listen = ("--port", str(payments_port), "--state", str(var / "sandbox.sqlite3"))
    sandbox = Part("payment sandbox", python("-m", "payments.sandbox", *listen), environment)
    supervisor.start(sandbox)
    say("  the tables")
    supervisor.complete(Part("tables", python("-m", "crowdfund_kent.cli", "migrate", "--quiet"), environment))
    supervisor.wait_for_port(sandbox, payments_port, READY_SECONDS)
    asyncio.run(_tell_webhook_address(environment))
    say("  the demo data")
    if first:
        unfinished.touch()
    without_pace = environment | {"CROWDFUND_KENT_CALLS_A_SECOND": "0"}  # weeks of charges are made in a moment
    supervisor.complete(Part("demo data", python("-m", "crowdfund_kent.cli", "demo"), without_pace))
    if first:
        unfinished.replace(made)
    return environment


def start_site(supervisor: Supervisor, environment: dict[str, str]) -> Running:
    """Starts the site and its worker, and returns when the home page is there."""
    say("  the site and its worker")
    address = environment["CROWDFUND_KENT_SITE_URL"]
    port = int(address.rpartition(":")[2])
    listen = ("--host", LOOPBACK, "--port", str(port), "--timeout-graceful-shutdown", "3")
    plain = ("--no-access-log", "--no-server-header", "--no-proxy-headers")
    command = python("-m", "uvicorn", "crowdfund_kent.app:create_app", "--factory", *listen, *plain)
    site = Part("site", command, environment)
    supervisor.start(site)
    supervisor.start(Part("worker", python("-m", "crowdfund_kent.cli", "worker"), environment))
    supervisor.wait_for_page(site, port, "/", READY_SECONDS)
    return Running(os.getpid(), address, environment)


def begin_again(var: Path) -> None:
    """Throws away what an interrupted first start has left. No site has run on it, so nothing of anybody's is in it."""
    for left in (var / "postgres", var / "storage"):
        shutil.rmtree(left, ignore_errors=True)
    for left in var.glob("sandbox.sqlite3*"):
        left.unlink()
    (var / "demo-unfinished").unlink()


async def _tell_webhook_address(environment: dict[str, str]) -> None:
    """Where the sandbox sends events; the site may have another port than last time, so no other address stays."""
    from payments.sandbox.control import SandboxControl

    sandbox = SandboxControl(environment["STRIPE_BASE_URL"], environment["STRIPE_API_KEY"])
    address = environment["CROWDFUND_KENT_SITE_URL"] + WEBHOOK_PATH
    await sandbox.add_webhook_endpoint(address, environment["STRIPE_WEBHOOK_SECRET"], alone=True)


def greet(address: str) -> None:
    """The one address, and how to sign in as each role."""
    from local.demo import PEOPLE

    width = max(len(role) for role, _ in PEOPLE)
    say(f"\nCrowdfund Kent runs at  {address}\n")
    say("To sign in, give one of these addresses. Every e-mail stays on this machine: the page says where it is.")
    for role, email in PEOPLE:
        say(f"  {role:<{width}}  {email}")
    say("\nCtrl-C stops it. The data stays in var/ until `make clean-data`.")
