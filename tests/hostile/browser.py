"""A browser that follows no rule: it sends what it likes, to any route, as anybody."""

from collections.abc import Iterator
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.models import Person, Session
from crowdfund_kent.clock import real_now
from crowdfund_kent.references import hash_of, new_token
from crowdfund_kent.wiring import site_routes

ADDRESS = "http://testserver"
TOKEN = "the token of this session's forms"


def browser(app: Starlette) -> httpx2.AsyncClient:
    """Answers are looked at, never followed; a fault of ours is an answer, not an exception."""
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app, raise_app_exceptions=False), base_url=ADDRESS)


async def enter(web: httpx2.AsyncClient, person: Person | None, kept: dict[str, Any] | None = None) -> Session:
    """From now on the browser has a session, of `person` or of a visitor, with what was `kept`. Its forms' token is TOKEN."""
    token, now = new_token(), real_now()
    web.cookies.clear()
    web.headers["Cookie"] = f"{sessions.COOKIE}={token}"
    return await Session.create(
        token_hash=hash_of(token),
        csrf_token=TOKEN,
        person=person,
        data=kept or {},
        created_at=now,
        seen_at=now,
        expires_at=now.replace(year=now.year + 1),
    )


def leave(web: httpx2.AsyncClient) -> None:
    """No session any more."""
    web.cookies.clear()
    web.headers.pop("Cookie", None)


def routes(method: str) -> Iterator[Route]:
    """Every route that takes this method."""
    return (route for route in site_routes() if method in (route.methods or ()))
