"""What machines are told about the site."""

from datetime import timedelta

import pytest

from crowdfund_kent import audit, health, outbox
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import real_now
from crowdfund_kent.models import CheckRun, Outbox
from tests.client import SiteClient


async def ready(client: SiteClient, status: int = 200) -> dict[str, object]:
    response = await client.http.get("/health/ready")
    assert response.status_code == status
    assert response.headers["cache-control"] == "no-store"
    assert "set-cookie" not in response.headers
    found: dict[str, object] = response.json()
    return found


async def test_a_process_that_answers_is_alive(client: SiteClient) -> None:
    response = await client.http.get("/health/live")
    assert response.json() == {"status": "ok"}


async def test_ready_when_nothing_waits_and_the_last_check_was_good(client: SiteClient) -> None:
    await CheckRun.create(ran_at=real_now(), broken=0, findings=[])
    found = await ready(client)
    assert found["status"] == "ok"
    assert found["queue"] is True
    assert found["problems"] == []


async def test_a_site_without_a_worker_serves_and_says_so(client: SiteClient) -> None:
    past = real_now() - timedelta(days=3)
    await CheckRun.create(ran_at=past, broken=2, findings=[])
    await outbox.job("something")
    await Outbox.all().update(due_at=past)
    await outbox.job("hopeless")
    await Outbox.filter(name="hopeless").update(attempts=outbox.MOST_ATTEMPTS, due_at=past)
    found = await ready(client)
    assert found["status"] == "degraded"
    assert found["outbox_waiting"] == 1
    assert found["outbox_given_up"] == 1
    assert found["problems"] == [
        "e-mails and jobs are late: is a worker running?",
        "1 e-mails or jobs were given up: see `crowdfund-kent check`",
        "the last check is old: is a worker running?",
        "2 rules are broken: run `crowdfund-kent check`",
    ]


async def test_jobs_that_are_not_due_yet_are_not_late(client: SiteClient) -> None:
    await outbox.job("later", delay=timedelta(days=1))
    found = await ready(client)
    assert found["outbox_waiting"] == 0
    assert found["outbox_oldest_seconds"] is None
    assert found["problems"] == ["no check has run"]


async def test_the_sealers_lag_is_told(client: SiteClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await audit.record("tested", "test:1", SYSTEM)
    later = real_now() + timedelta(minutes=3)
    monkeypatch.setattr(health, "real_now", lambda: later)
    found = await ready(client)
    assert found["unsealed"] == 1
    assert "the record is not being sealed: is a worker running?" in found["problems"]  # type: ignore[operator]
    await audit.seal()
    assert (await ready(client))["unsealed"] == 0


async def test_without_the_queue_the_site_still_serves(client: SiteClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused() -> None:
        raise ConnectionError("no queue")

    monkeypatch.setattr(outbox, "open_queue", refused)
    found = await ready(client)
    assert found["queue"] is False
    assert "the queue does not answer; the sweeper sends later" in found["problems"]  # type: ignore[operator]


async def test_without_the_database_it_does_not(client: SiteClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(sql: str) -> None:
        raise ConnectionError("no database")

    monkeypatch.setattr(health, "fetch", refused)
    found = await ready(client, 503)
    assert found["status"] == "unavailable"
    assert found["problems"] == ["the database does not answer"]
    response = await client.http.get("/metrics")
    assert "crowdfund_kent_database 0.0" in response.text


async def test_metrics_are_numbers_and_names_without_people(client: SiteClient) -> None:
    await outbox.email("test", to="kim@example.org", subject="Hello", text="Text")
    response = await client.http.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    lines = dict(line.rsplit(" ", 1) for line in response.text.splitlines() if not line.startswith("#"))
    assert lines["crowdfund_kent_database"] == "1.0"
    assert lines["crowdfund_kent_outbox_waiting"] == "1.0"
    assert "process_resident_memory_bytes" in lines
    assert "kim@" not in response.text
