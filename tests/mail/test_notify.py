"""GOV.UK Notify over real HTTP: what we ask, what each answer means, and what the outbox makes of it."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import aiosmtplib
import httpx2
import pytest
from pydantic import SecretStr

from crowdfund_kent import outbox
from crowdfund_kent.mail import NotSendable, Topic, bounces, choices, notify, send, sending, smtp
from crowdfund_kent.mail.keys import key_of
from crowdfund_kent.models import Outbox
from crowdfund_kent.settings import Mode, Settings, get_settings

KIM = "kim@example.org"
SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"


@dataclass
class Notify:
    """A small stand-in on this machine: keeps what it was asked, answers as it is told."""

    url: str
    status: int = 201
    errors: list[dict[str, str]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def service() -> Iterator[Notify]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            stand_in.asked.append({"path": self.path} | body)
            stand_in.tokens.append(self.headers["Authorization"])
            answer = {"id": "740e5834"} if stand_in.status == 201 else {"errors": stand_in.errors}
            self.send_response(stand_in.status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in = Notify(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield stand_in
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def production(service: Notify, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A production site that sends by Notify."""
    service.status, service.errors = 201, []
    service.asked.clear()
    service.tokens.clear()
    settings = get_settings().model_copy(
        update={
            "mode": Mode.PRODUCTION,
            "mail_channel": "notify",
            "notify_base_url": service.url,
            "notify_api_key": SecretStr(f"our_key-{SERVICE}-{SECRET}"),
            "notify_template_id": "f33517ff-2a88-4f6e-b855-c550268ce08a",
            "smtp_url": "smtp://mail.example.org",
        }
    )
    for module in (sending, notify, smtp):
        monkeypatch.setattr(module, "get_settings", lambda: settings)
    return settings


@pytest.fixture
def channel(service: Notify, production: Settings) -> Notify:
    """The stand-in that this site asks."""
    return service


def claims(token: str) -> dict[str, Any]:
    """What a JSON Web Token says, once its signature is found right."""
    head, facts, signature = token.removeprefix("Bearer ").split(".")
    made = hmac.new(SECRET.encode(), f"{head}.{facts}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=") == made
    return dict(json.loads(base64.urlsafe_b64decode(facts + "==")))


async def test_an_e_mail_is_one_request_with_our_row_as_its_reference(db: None, channel: Notify) -> None:
    await outbox.email("update", to=KIM, subject="News £5", text="Hello", topic=Topic.UPDATES)
    (row_id,) = await outbox.due_rows()
    assert await outbox.run_row(row_id, {}, send)
    [asked] = channel.asked
    assert asked == {
        "path": "/v2/notifications/email",
        "email_address": KIM,
        "template_id": "f33517ff-2a88-4f6e-b855-c550268ce08a",
        "personalisation": {"subject": "News £5", "body": asked["personalisation"]["body"]},
        "reference": str(row_id),
        "one_click_unsubscribe_url": choices.stop_url(KIM, Topic.UPDATES),
    }
    assert asked["personalisation"]["body"].startswith("Hello\n\nYou can choose")
    said = claims(channel.tokens[0])
    assert said["iss"] == SERVICE
    assert abs(said["iat"] - time.time()) < 30


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
async def test_what_is_not_about_the_e_mail_is_tried_again(db: None, channel: Notify, status: int) -> None:
    channel.status, channel.errors = status, [{"error": "RateLimitError", "message": "Exceeded rate limit"}]
    await outbox.email("receipt", to=KIM, subject="S", text="T")
    (row_id,) = await outbox.due_rows()
    with pytest.raises(notify.NotNow, match=f"{status}: RateLimitError Exceeded"):
        await outbox.run_row(row_id, {}, send)
    row = await Outbox.get(id=row_id)
    assert (row.done_at, row.attempts, row.claimed_until) == (None, 1, None)
    channel.status = 201
    assert await outbox.run_row(row_id, {}, send)


async def test_what_stays_wrong_is_given_up_at_once_and_named(db: None, channel: Notify) -> None:
    channel.status = 400
    channel.errors = [{"error": "BadRequestError", "message": "Template not found for kim@example.org"}]
    await outbox.email("receipt", to=KIM, subject="S", text="T")
    (row_id,) = await outbox.due_rows()
    with pytest.raises(NotSendable):
        await outbox.run_row(row_id, {}, send)
    row = await Outbox.get(id=row_id)
    assert (row.done_at, row.attempts) == (None, outbox.MOST_ATTEMPTS)
    assert row.last_error == "NotSendable: Notify answered 400: BadRequestError Template not found for …@…"
    assert await outbox.retry_given_up() == 1
    channel.status = 201
    assert await outbox.run_row(row_id, {}, send)


async def test_an_address_that_notify_does_not_take_is_a_bounce_and_done(db: None, channel: Notify) -> None:
    channel.status = 400
    channel.errors = [{"error": "ValidationError", "message": "email_address Not a valid email address"}]
    await outbox.email("receipt", to=KIM, subject="S", text="T")
    (row_id,) = await outbox.due_rows()
    assert await outbox.run_row(row_id, {}, send)
    assert set(await bounces.came_back([KIM])) == {KIM}


async def test_a_reader_who_said_no_after_the_row_was_written_gets_nothing(db: None, channel: Notify) -> None:
    await outbox.email("update", to=KIM, subject="S", text="T", topic=Topic.UPDATES)
    await choices.choose(key_of(KIM), Topic.UPDATES, False, "page")
    (row_id,) = await outbox.due_rows()
    assert await outbox.run_row(row_id, {}, send)
    assert channel.asked == []


async def test_a_service_that_is_away_is_asked_again(
    db: None, production: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = production.model_copy(update={"notify_base_url": "http://127.0.0.1:1"})
    monkeypatch.setattr(notify, "get_settings", lambda: away)
    with pytest.raises(httpx2.ConnectError):
        await send({"to": KIM, "subject": "S", "text": "T"})
    wrong = away.model_copy(update={"notify_api_key": SecretStr("not a key")})
    monkeypatch.setattr(notify, "get_settings", lambda: wrong)
    with pytest.raises(notify.NotNow, match="not a key of Notify"):
        await send({"to": KIM, "subject": "S", "text": "T"})


@pytest.mark.parametrize(
    ("code", "answer", "gone"),
    [
        (550, "5.1.1 no such user", True),
        (550, "5.7.1 not welcome", False),
        (550, "no", True),
        (450, "4.2.0 later", None),
    ],
)
async def test_a_mail_server_that_knows_no_such_reader_is_a_bounce(
    db: None, production: Settings, monkeypatch: pytest.MonkeyPatch, code: int, answer: str, gone: bool | None
) -> None:
    async def refuses(*_: object, **__: object) -> None:
        raise aiosmtplib.SMTPRecipientsRefused([aiosmtplib.SMTPRecipientRefused(code, answer, KIM)])

    by_smtp = production.model_copy(update={"mail_channel": "smtp"})
    monkeypatch.setattr(sending, "get_settings", lambda: by_smtp)
    monkeypatch.setattr(aiosmtplib, "send", refuses)
    body = {"to": KIM, "subject": "S", "text": "T", "id": 7}
    if gone is None:
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
            await send(body)
    else:
        await send(body)
    assert bool(await bounces.came_back([KIM])) is bool(gone)
