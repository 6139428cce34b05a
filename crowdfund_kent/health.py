"""For machines: is this process alive, can it serve, and how far behind is what runs in the background.

/health/ready answers 503 only when the database does not answer: without the queue pages still work and nothing is
lost, so a balancer must not take the site away. What an operator should look at is named under "problems".
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from crowdfund_kent import outbox
from crowdfund_kent.accounts.access import machine, page
from crowdfund_kent.cases.queries import late_count
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.models import CheckRun
from crowdfund_kent.settings import get_settings

OUTBOX_LATE: Final = timedelta(minutes=5)
SEALER_LATE: Final = timedelta(minutes=2)
CHECK_LATE: Final = timedelta(hours=26)
UNAVAILABLE: Final = 503
NO_STORE: Final = {"Cache-Control": "no-store"}
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Health:
    """What was found. Ages in whole seconds; None where there is nothing to be old."""

    database: bool
    queue: bool | None  # None where no queue is set up
    outbox_waiting: int = 0
    outbox_given_up: int = 0
    outbox_oldest_seconds: int | None = None
    unsealed: int = 0
    unsealed_oldest_seconds: int | None = None
    check_ran_seconds_ago: int | None = None
    check_broken: int | None = None
    cases_late: int = 0

    @property
    def problems(self) -> list[str]:
        """In words for an operator; empty when all is well."""
        if not self.database:
            return ["the database does not answer"]
        found = {
            "the queue does not answer; the sweeper sends later": self.queue is False,
            "e-mails and jobs are late: is a worker running?": _late(self.outbox_oldest_seconds, OUTBOX_LATE),
            f"{self.outbox_given_up} e-mails or jobs were given up: see `crowdfund-kent check`": self.outbox_given_up
            > 0,
            "the record is not being sealed: is a worker running?": _late(self.unsealed_oldest_seconds, SEALER_LATE),
            "no check has run": self.check_ran_seconds_ago is None,
            "the last check is old: is a worker running?": _late(self.check_ran_seconds_ago, CHECK_LATE),
            f"{self.cases_late} people wait longer for an answer than we promised: see /staff/cases": self.cases_late
            > 0,
            f"{self.check_broken} rules are broken: run `crowdfund-kent check`": bool(self.check_broken),
        }
        return [words for words, so in found.items() if so]


def _late(seconds: int | None, most: timedelta) -> bool:
    return seconds is not None and seconds > most.total_seconds()


async def _answers(ask: Callable[[], Awaitable[Any]]) -> bool:
    try:
        await ask()
    except Exception as error:
        log.warning("health: no answer", error=str(error))
        return False
    return True


async def _queue_answers() -> bool | None:
    if not get_settings().redis_url:
        return None

    async def ping() -> None:
        await (await outbox.open_queue()).ping()

    return await _answers(ping)


async def examine() -> Health:
    """Ask the database and the queue."""
    queue = await _queue_answers()
    if not await _answers(lambda: fetch("SELECT 1")):
        return Health(database=False, queue=queue)
    now = real_now()
    waiting = await fetch(
        "SELECT count(*) FILTER (WHERE attempts < $2) AS waiting, count(*) FILTER (WHERE attempts >= $2) AS given_up,"
        " min(due_at) FILTER (WHERE attempts < $2) AS oldest FROM outbox WHERE done_at IS NULL AND due_at <= $1",
        now,
        outbox.MOST_ATTEMPTS,
    )
    unsealed = await fetch(
        "SELECT count(*) AS n, min(a.at) AS oldest FROM audit_row a"
        " WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.audit_row_id = a.id)"
    )
    last = await CheckRun.all().order_by("-id").first()
    return Health(
        database=True,
        queue=queue,
        outbox_waiting=waiting[0]["waiting"],
        outbox_given_up=waiting[0]["given_up"],
        outbox_oldest_seconds=_age(waiting[0]["oldest"], now),
        unsealed=unsealed[0]["n"],
        unsealed_oldest_seconds=_age(unsealed[0]["oldest"], now),
        check_ran_seconds_ago=_age(last.ran_at, now) if last else None,
        check_broken=last.broken if last else None,
        cases_late=await late_count(),
    )


def _age(then: datetime | None, now: datetime) -> int | None:
    return None if then is None else max(0, round((now - then).total_seconds()))


async def live(_: Request) -> Response:
    """GET /health/live: the process answers. Asks nothing else, so that a slow database does not restart it."""
    return JSONResponse({"status": "ok"}, headers=NO_STORE)


async def ready(_: Request) -> Response:
    """GET /health/ready: ok, degraded (serves, but an operator should look), or 503."""
    found = await examine()
    status = "unavailable" if not found.database else "degraded" if found.problems else "ok"
    body = {"status": status, "problems": found.problems, **asdict(found)}
    return JSONResponse(body, UNAVAILABLE if not found.database else 200, headers=NO_STORE)


async def metrics(_: Request) -> Response:
    """GET /metrics: for Prometheus. Numbers only; the operator's proxy keeps it from the public."""
    found = await examine()
    registry = CollectorRegistry()
    for name, value in asdict(found).items():
        if value is not None:
            Gauge(f"crowdfund_kent_{name}", f"See /health/ready: {name}", registry=registry).set(int(value))
    body = generate_latest(REGISTRY) + generate_latest(registry)
    return Response(body, media_type=CONTENT_TYPE_LATEST, headers=NO_STORE)


ROUTES = [
    page("/health/live", live, machine, name="health_live"),
    page("/health/ready", ready, machine, name="health_ready"),
    page("/metrics", metrics, machine, name="metrics"),
]
