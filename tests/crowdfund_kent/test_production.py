"""The site as an operator runs it: nothing of local/ is there, cookies and headers are those of https."""

import os
from collections.abc import Iterator

import httpx2
import pytest
from starlette.applications import Starlette

from crowdfund_kent.app import create_app
from crowdfund_kent.settings import get_settings
from crowdfund_kent.wiring import site_routes
from tests.hostile.browser import browser

pytestmark = pytest.mark.usefixtures("db")
PRODUCTION = {
    "CROWDFUND_KENT_MODE": "production",
    "CROWDFUND_KENT_CALLS_A_SECOND": "20",
    "CROWDFUND_KENT_SITE_URL": "https://crowdfund.example",
    "CROWDFUND_KENT_BANK_KEYS": "test:" + "A" * 43 + "=",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "STRIPE_API_KEY": "sk_test_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
    "STRIPE_BASE_URL": "",
    "SMTP_URL": "smtp://127.0.0.1:1",
}


@pytest.fixture
def app(module_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Starlette]:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    assert os.environ["DATABASE_URL"]
    get_settings.cache_clear()
    made = create_app()
    made.state.database_is_open = True
    yield made
    get_settings.cache_clear()


def test_no_route_of_a_local_run_is_there(app: Starlette) -> None:
    routes = site_routes()
    assert len(routes) > 80
    for route in routes:
        assert not route.path.startswith("/local")
        assert not route.name.startswith("local")
        assert not getattr(route.endpoint, "__module__", "").startswith("local")


async def test_the_inbox_and_the_clock_are_not_there(app: Starlette) -> None:
    async with browser(app) as web:
        for path in ("/local", "/local/", "/local/inbox", "/local/clock", "/_sandbox/health", "/c/pay/cs_1"):
            assert (await web.get(path)).status_code == 404, path
            assert (await web.post(path)).status_code == 404, path


async def test_a_session_is_kept_by_this_host_over_tls_only(app: Starlette) -> None:
    async with browser(app) as web:
        answer = await web.get("/sign-in")
        cookie = answer.headers["set-cookie"]
        name, _, value = cookie.partition("=")
        assert name == "__Host-ck_session"
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(value.split("; "))
        assert "Domain" not in cookie
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        assert answer.headers["cache-control"] == "private, no-store"
        # a cookie under the other name, which a neighbouring host could plant, opens nothing
        planted = value.split(";")[0]
        page = await web.get("/sign-in", headers={"Cookie": f"ck_session={planted}"})
        assert "set-cookie" in page.headers
        kept = await web.get("/sign-in", headers={"Cookie": f"__Host-ck_session={planted}"})
        assert "set-cookie" not in kept.headers


async def test_what_machines_ask_tells_nothing_personal(app: Starlette) -> None:
    async with browser(app) as web:
        for path in ("/health/live", "/health/ready", "/metrics"):
            answer = await web.get(path)
            assert "@" not in answer.text
            assert "set-cookie" not in answer.headers


async def test_a_database_that_is_away_is_a_page_and_no_traceback(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: str) -> None:
        raise ConnectionRefusedError("127.0.0.1:5432")

    monkeypatch.setattr("crowdfund_kent.accounts.sessions.load", away)
    async with browser(app) as web:
        answer: httpx2.Response = await web.get("/account", headers={"Cookie": "__Host-ck_session=x"})
    assert answer.status_code == 500
    assert "tell us this number" in answer.text
    assert "127.0.0.1" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
