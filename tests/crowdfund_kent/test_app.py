"""What every answer has, whatever happens: headers, a request id, a page that says what to do."""

import httpx2
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from crowdfund_kent import app as site
from crowdfund_kent import wiring
from crowdfund_kent.accounts.access import page, public
from tests.client import SiteClient


async def crash(request: Request) -> Response:
    raise RuntimeError("a fault of ours")


@pytest.fixture
def app(module_database: str, monkeypatch: pytest.MonkeyPatch) -> Starlette:
    real = wiring.site_routes()
    monkeypatch.setattr(wiring, "site_routes", lambda: [*real, page("/crash", crash, public, name="crash")])
    built = site.create_app()
    built.state.database_is_open = True
    return built


async def test_a_fault_of_ours_has_a_page_with_a_number_to_tell_us(client: SiteClient) -> None:
    page = await client.get("/crash", status=500)
    assert "Nothing you have saved is lost" in page.main
    answer = await client.http.get("/crash")
    assert answer.headers["x-request-id"] in answer.text
    assert "fault of ours" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_an_unknown_address_says_what_to_do(client: SiteClient) -> None:
    page = await client.get("/no-such-page", status=404)
    assert "check it" in page.main


async def test_a_wrong_method_is_no_fault(client: SiteClient) -> None:
    answer = await client.http.delete("/how-it-works")
    assert answer.status_code == 405
    assert "Go back" in answer.text


async def test_a_body_that_is_too_large_is_told_so_on_a_page(client: SiteClient) -> None:
    answer = await client.http.post("/sign-in", content=b"x" * 20_000_000)
    assert answer.status_code == 413
    assert "larger than 10 MB" in answer.text
    assert "<h1" in answer.text


async def test_every_answer_has_the_headers_and_no_cookie_on_public_pages(client: SiteClient) -> None:
    answer: httpx2.Response = await client.http.get("/how-it-works")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "public, max-age=0, must-revalidate"


async def test_a_request_with_a_session_is_private(client: SiteClient) -> None:
    await client.get("/sign-in")
    answer = await client.http.get("/how-it-works")
    assert answer.headers["cache-control"] == "private, no-store"


async def test_whoever_goes_while_sending_is_no_fault(app: Starlette) -> None:
    """Somebody presses twice, or a line drops: the browser hangs up in the middle of what it sends."""
    parts: list[Message] = [
        {"type": "http.request", "body": b"what=The+pict", "more_body": True},
        {"type": "http.disconnect"},
    ]
    answers: list[Message] = []

    async def receive() -> Message:
        return parts.pop(0)

    async def send(message: Message) -> None:
        answers.append(message)

    headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", b"400")]
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": "/wrong", "raw_path": b"/wrong",
        "query_string": b"", "root_path": "", "headers": headers, "client": ("127.0.0.1", 1), "server": ("testserver", 80),
    }  # fmt: skip
    with structlog.testing.capture_logs() as logs:
        await app(scope, receive, send)
    assert (parts, answers, logs) == ([], [], [])
