"""E-mails that came back: from delivery reports and from Notify's receipts, each counted once, none with an address kept."""

from collections.abc import Awaitable
from functools import partial
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from typer.testing import CliRunner

from crowdfund_kent import cli
from crowdfund_kent.mail import bounces, choices
from crowdfund_kent.mail.kinds import Topic
from crowdfund_kent.mail.models import MailBounce
from crowdfund_kent.mail.reports import read
from crowdfund_kent.settings import get_settings

KIM = "kim@example.org"


def report(to: str = KIM, status: str = "5.1.1", action: str = "failed", extra: str = "") -> bytes:
    """What a mail server sends back, as RFC 3464 has it."""
    return (
        "From: MAILER-DAEMON@mx.example.net\r\n"
        "To: crowdfund@example.org\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you.\r\n\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.net\r\nArrival-Date: Sat, 21 Nov 2026 09:00:00 +0000\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\n{extra}Action: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user kim@example.org\r\n\r\n"
        "--B\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: Your pledge\r\nTo: kim@example.org\r\n\r\n--B--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (report(), [(KIM, "5.1.1")]),
        (report(status="5.2.2 (mailbox full)"), [(KIM, "5.2.2")]),
        (report("new@example.org", extra="Original-Recipient: rfc822;KIM@example.org\r\n"), [(KIM, "5.1.1")]),
        (report("<kim@example.org>"), [(KIM, "5.1.1")]),
        (report(action="delayed", status="4.4.7"), []),
        (report(action="delivered", status="2.0.0"), []),
        (report("x400; /G=Kim/"), []),
        (report("nobody at all"), []),
        (report(status="strange"), [(KIM, "")]),
        (b"From: kim@example.org\r\nSubject: Re: Your pledge\r\n\r\nThank you!\r\n", []),
        (b"", []),
        (b"\xff\xfe\x00 not a message", []),
    ],
)
def test_a_delivery_report_names_who_was_not_reached(content: bytes, expected: list[tuple[str, str]]) -> None:
    assert [(one.email, one.status) for one in read(content).failures] == expected


def test_an_mbox_holds_several_reports_and_other_mail() -> None:
    line = b"From MAILER-DAEMON Sat Nov 21 09:00:00 2026\r\n"
    found = read(
        line + report() + line + b"Subject: Hello\r\n\r\nHello\r\n" + line + report("ben@example.org", "4.2.2")
    )
    assert [(one.email, one.status) for one in found.failures] == [(KIM, "5.1.1"), ("ben@example.org", "4.2.2")]
    assert found.others == 1
    assert len({one.source for one in found.failures}) == 2
    assert found.failures[0].at is not None
    assert found.failures[0].at.isoformat() == "2026-11-21T09:00:00+00:00"


@pytest.mark.parametrize(
    ("status", "hard"),
    [
        ("5.1.1", True),
        ("5.1.10", True),
        ("5.2.1", True),
        ("", True),
        ("5.2.2", False),
        ("5.7.1", False),
        ("5.4.4", False),
    ],
)
def test_only_an_address_that_does_not_exist_is_hard(status: str, hard: bool) -> None:
    assert bounces.is_hard(status) is hard


async def test_the_same_report_counts_once_and_topics_stop_until_the_address_is_proved(db: None) -> None:
    assert str(await bounces.note_reports(report())).startswith("1 failed deliveries noted, 1 of them")
    again = await bounces.note_reports(report())
    assert (again.new, again.known) == (0, 1)
    assert set(await bounces.came_back([KIM, "ben@example.org"])) == {KIM}
    assert not await choices.wants(KIM, Topic.UPDATES)
    row = await MailBounce.get()
    assert not [value for value in vars(row).values() if "kim" in str(value)]
    assert await bounces.forget("Kim@Example.org") == 1
    assert await bounces.came_back([KIM]) == {}
    assert await choices.wants(KIM, Topic.UPDATES)


async def test_the_command_reads_a_file_and_what_is_piped_in(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bytes] = []

    def work(job: partial[Awaitable[object]]) -> str:
        told.append(job.args[0])
        return "noted"

    monkeypatch.setattr(cli, "in_database", work)
    file = tmp_path / "report.eml"
    file.write_bytes(report())
    runner = CliRunner()
    assert runner.invoke(cli.app, ["bounces", str(file)]).output == "noted\n"
    assert runner.invoke(cli.app, ["bounces", "-"], input=report("ben@example.org")).exit_code == 0
    assert told == [report(), report("ben@example.org")]
    assert runner.invoke(cli.app, ["bounces", str(tmp_path / "none")]).exit_code == 2


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CROWDFUND_KENT_NOTIFY_CALLBACK_TOKEN", "notify-tells")
    get_settings.cache_clear()
    return "Bearer notify-tells"


@pytest.fixture(autouse=True)
def settings_again() -> None:
    get_settings.cache_clear()


async def test_notifys_receipts_are_taken_from_who_knows_the_token(app: Starlette, db: None, secret: str) -> None:
    told = {
        "id": "740e5834-3a29-46b4-9a6f-16142fde533a",
        "reference": "12",
        "to": KIM,
        "status": "permanent-failure",
        "created_at": "2026-11-21T09:00:00.000000Z",
        "completed_at": "2026-11-21T09:00:05.000000Z",
        "sent_at": None,
        "notification_type": "email",
    }
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://testserver") as notify:

        async def tells(facts: object, token: str = secret) -> int:
            answer = await notify.post("/mail/receipts", json=facts, headers={"Authorization": token})
            return answer.status_code

        for wrong in ("", "Bearer", "Bearer other", "Basic notify-tells"):
            assert await tells(told, wrong) == 403
        assert await tells({"status": "permanent-failure"}) == 422
        assert await tells(told | {"status": "sent-into-space"}) == 422
        assert await MailBounce.all().count() == 0
        assert [await tells(told), await tells(told)] == [200, 200]
        assert [(row.hard, row.channel) for row in await MailBounce.all()] == [(True, "notify")]
        assert set(await bounces.came_back([KIM])) == {KIM}
        assert await tells(told | {"id": "2", "status": "delivered"}) == 200
        assert await bounces.came_back([KIM]) == {}
        assert await tells(told | {"id": "3", "status": "temporary-failure"}) == 200
        assert await bounces.came_back([KIM]) == {}


async def test_without_a_token_in_the_settings_no_receipts_are_taken(app: Starlette, db: None) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://testserver") as notify:
        answer = await notify.post("/mail/receipts", json={}, headers={"Authorization": "Bearer "})
        assert answer.status_code == 404
