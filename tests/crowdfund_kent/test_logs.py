"""Logs tell what went wrong, to whoever reads them: one JSON line, and nobody's name, address or key."""

import json
import logging
from datetime import timedelta

import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent import app as site
from crowdfund_kent import logs, outbox, wiring
from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.clock import real_now
from crowdfund_kent.models import Outbox
from crowdfund_kent.settings import get_settings
from tests.client import SiteClient


async def crash(request: Request) -> Response:
    address, key = "kim.reed@example.org", "a-key-nobody-may-see"
    raise RuntimeError(f"no such mailbox: <{address}>{key[:0]}")


@pytest.fixture
def app(module_database: str, monkeypatch: pytest.MonkeyPatch) -> Starlette:
    real = wiring.site_routes()
    monkeypatch.setattr(wiring, "site_routes", lambda: [*real, page("/pledges/P-1/{a}/b", crash, public, name="crash")])
    built = site.create_app()
    built.state.database_is_open = True
    return built


async def test_a_fault_is_logged_without_the_values_of_variables(
    client: SiteClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await client.http.get("/pledges/P-1/0123456789abcdef/b?to=kim.reed@example.org")
    assert answer.status_code == 500
    written = capsys.readouterr()
    line = json.loads(written.err.splitlines()[-1])
    assert line["event"] == "request failed"
    assert line["request_id"] == answer.headers["x-request-id"]
    assert "RuntimeError: no such mailbox" in line["exception"]
    assert line["path"] == "/pledges/P-1/…/b"
    for secret in ("kim.reed", "example.org", "a-key-nobody-may-see", "0123456789abcdef"):
        assert secret not in written.err + written.out


def test_what_libraries_log_is_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up()
    logging.getLogger("arq.worker").error("refused: kim.reed@example.org at /sign-in/link/Abc-123_x")
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert line["event"] == "refused: …@… at /sign-in/link/…"
    assert (line["level"], line["logger"]) == ("error", "arq.worker")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("(450, b'Mailbox full', 'kim@example.org')", "(450, b'Mailbox full', '…@…')"),
        ("duplicate key\nDETAIL:  Key (email)=(kim@example.org) already exists.", "duplicate key\nDETAIL …"),
        ("GET /pledges/P-7F3K-9Q2M/0a1b2c/pay", "GET /pledges/P-7F3K-9Q2M/…/pay"),
        ("/local/inbox?to=kim&page=2", "/local/inbox?to=…&page=…"),
        ("3 rows, 12 ms", "3 rows, 12 ms"),
    ],
)
def test_words_of_an_error_are_cleaned(text: str, left: str) -> None:
    assert logs.without_secrets(text) == left


def test_setting_up_twice_logs_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up()
    logs.set_up()
    structlog.get_logger().warning("once")
    logging.getLogger("x").warning("once")
    assert len(capsys.readouterr().err.splitlines()) == 2


async def test_a_mail_that_was_refused_leaves_no_address_behind(db: None) -> None:
    await outbox.email("x", to="kim@example.org", subject="s", text="t")
    row = await Outbox.all().order_by("-id").first()
    assert row is not None

    async def refuse(_: object) -> None:
        raise ConnectionError("550 no such user: kim@example.org")

    with pytest.raises(ConnectionError):
        await outbox.run_row(row.id, {}, refuse)
    kept = await Outbox.get(id=row.id)
    assert kept.last_error == "ConnectionError: 550 no such user: …@…"


async def test_an_e_mail_that_was_given_up_is_emptied_in_time_too(db: None) -> None:
    await outbox.email("x", to="kim@example.org", subject="s", text="t")
    await outbox.email("x", to="lee@example.org", subject="s", text="t")
    given_up, waits = await Outbox.all().order_by("-id").limit(2)
    long_ago = real_now() - timedelta(days=get_settings().body_keep_days + 1)
    await Outbox.filter(id__in=[given_up.id, waits.id]).update(created_at=long_ago, due_at=long_ago)
    await Outbox.filter(id=given_up.id).update(attempts=outbox.MOST_ATTEMPTS)
    assert await outbox.purge() == 1
    assert (await Outbox.get(id=given_up.id)).body is None
    assert (await Outbox.get(id=waits.id)).body is not None
