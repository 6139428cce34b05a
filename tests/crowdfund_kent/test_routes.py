"""Every route says who may use it, and a walk as every role finds nothing else (design rule: deny by default)."""

import re
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from crowdfund_kent.accounts import access, sessions
from crowdfund_kent.accounts.models import Person, Session, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import real_now
from crowdfund_kent.references import hash_of
from crowdfund_kent.wiring import site_routes

ADDRESS = "http://testserver"


def path_of(route: Route) -> str:
    """The path with something plausible in each place; nothing that exists."""
    return re.sub(r"\{[^}]*:int\}", "999999", re.sub(r"\{[^}:]*\}", "999999", route.path))


@pytest_asyncio.fixture
async def visitor(app: Starlette, db: None) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=ADDRESS) as browser:
        yield browser


async def session_of(role: Role | None) -> str:
    """A cookie for a person who holds `role` (or none)."""
    person = await Person.create(email=f"{(role or 'nobody').replace(' ', '-')}@example.org", created_at=real_now())
    if role is not None:
        await StaffRole.create(person=person, role=role, granted_at=real_now())
    token = f"token-of-{(role or 'nobody').replace(' ', '-')}"
    await Session.create(
        token_hash=hash_of(token),
        csrf_token="csrf",
        person=person,
        data={},
        created_at=real_now(),
        seen_at=real_now(),
        expires_at=real_now().replace(year=real_now().year + 1),
    )
    return token


def test_a_route_that_declares_nothing_is_refused() -> None:
    async def bare(request: object) -> PlainTextResponse:
        return PlainTextResponse("")

    with pytest.raises(ValueError, match="does not declare"):
        access.declared([Route("/bare", bare, name="bare")])


def test_every_route_declares_who_may_use_it() -> None:
    assert len(access.declared(site_routes())) > 40


async def test_a_visitor_without_a_session_reaches_nothing_that_is_not_public(visitor: httpx2.AsyncClient) -> None:
    open_to_all = {access.public.words, access.public_form.words, access.machine.words, access.local_only.words}
    for route in site_routes():
        words = access.declared([route])[route.name].words
        if words in open_to_all or "{" in words:
            continue
        answer = (
            await visitor.get(path_of(route)) if "GET" in (route.methods or ()) else await visitor.post(path_of(route))
        )
        at_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
        assert at_sign_in or answer.status_code in {403, 404}, f"{route.path}: {answer.status_code}"
        visitor.cookies.clear()


@pytest.mark.parametrize("role", [None, *Role], ids=str)
async def test_each_role_reaches_staff_pages_of_its_own_only(visitor: httpx2.AsyncClient, role: Role | None) -> None:
    visitor.headers["Cookie"] = f"{sessions.COOKIE}={await session_of(role)}"
    for route in site_routes():
        rule = access.declared([route])[route.name]
        if not rule.roles:
            continue
        methods = route.methods or set()
        if "GET" in methods:
            status = (await visitor.get(path_of(route))).status_code
            allowed = role in rule.roles
            assert (status != 403) if allowed else (status == 403), f"{role} at GET {route.path}: {status}"
        if "POST" in methods and role is Role.AUDITOR:
            status = (await visitor.post(path_of(route))).status_code
            assert status == 403, f"an auditor wrote at {route.path}: {status}"


async def test_public_pages_begin_no_session_and_set_no_cookie(visitor: httpx2.AsyncClient) -> None:
    for route in site_routes():
        if access.declared([route])[route.name] is access.public and "{" not in route.path:
            answer = await visitor.get(route.path)
            assert "set-cookie" not in answer.headers, route.path
            assert answer.status_code in {200, 304}, f"{route.path}: {answer.status_code}"
