"""`make run`: the database, the queue, the payment sandbox, the site and its worker, until Ctrl-C."""

import asyncio
import os
import shutil
from pathlib import Path

from local.clone import ROOT, VAR, Running, lock_clone, running, settings_of
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
    if os.environ.get("CROWDFUND_KENT_MODE", "local") == "production":
        raise LocalPartError("This starts demo data and a payment sandbox. It does not run with production's settings.")
    lock = lock_clone(var)
    while lock is None:
        if found := running(var):
            say(f"Crowdfund Kent already runs at {found.address}")
            return 0
        lock = lock_clone(var)
    note = var / "run.json"
    note.unlink(missing_ok=True)
    try:
        with Supervisor(var / "log", ROOT) as supervisor:
            started = start_all(supervisor, var, port)
            started.note(var)
            greet(started.address)
            supervisor.wait(lambda: False)
    except Stopped:
        say("\nStopped. The data stays, and `make run` goes on from there.")
    finally:
        note.unlink(missing_ok=True)
        os.close(lock)
    return 0


def start_all(supervisor: Supervisor, var: Path, port: int | None) -> Running:
    """Starts every part in its turn. DATABASE_URL and REDIS_URL, where set, win over servers of our own."""
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

    def part(name: str, *command: str, stop_seconds: float = 10) -> Part:
        return Part(name, python("-m", *command), environment, stop_seconds)

    state = var / "sandbox.sqlite3"
    sandbox = part("payment sandbox", "payments.sandbox", "--port", str(payments_port), "--state", str(state))
    supervisor.start(sandbox)
    say("  the tables")
    supervisor.complete(part("tables", "crowdfund_kent.cli", "migrate", "--quiet"))
    supervisor.wait_for_port(sandbox, payments_port, READY_SECONDS)
    asyncio.run(_tell_webhook_address(environment))
    say("  the demo data")
    if first:
        unfinished.touch()
    supervisor.complete(part("demo data", "crowdfund_kent.cli", "demo"))
    if first:
        unfinished.replace(made)
    say("  the site and its worker")
    listen = ("--host", LOOPBACK, "--port", str(site_port), "--timeout-graceful-shutdown", "3")
    plain = ("--no-access-log", "--no-server-header", "--no-proxy-headers")
    site = part("site", "uvicorn", "crowdfund_kent.app:create_app", "--factory", *listen, *plain)
    supervisor.start(site)
    supervisor.start(part("worker", "crowdfund_kent.cli", "worker"))
    supervisor.wait_for_page(site, site_port, "/", READY_SECONDS)
    return Running(os.getpid(), environment["CROWDFUND_KENT_SITE_URL"], environment)


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
