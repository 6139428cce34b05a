"""Who may use a route, declared beside it: page(path, endpoint, access). What declares nothing is refused at start-up."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from crowdfund_kent import kept_forms
from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.queries import roles_of
from crowdfund_kent.accounts.roles import Role, in_force
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import BadRequest, Forbidden, NotFound, NotSignedIn
from crowdfund_kent.settings import get_settings

Endpoint = Callable[[Request], Awaitable[Response]]
Check = Callable[[Request], Awaitable[None]]
Choice = TypeVar("Choice")
READS = frozenset({"GET", "HEAD"})
SEE_OTHER = 303


@dataclass(frozen=True)
class Access:
    """A rule with its words. `check` raises NotSignedIn, Forbidden or NotFound; after it request.state.actor is set.

    `begins_session`: the page holds a form, so a browser without a session gets one here.
    """

    words: str
    check: Check
    begins_session: bool = True
    roles: Collection[Role] = field(default_factory=frozenset)


async def _anybody(request: Request) -> None:
    request.state.actor = Actor(None, "visitor")


async def _signed_in(request: Request) -> None:
    session = request.state.session
    if session is None or session.person_id is None:
        raise NotSignedIn
    request.state.actor = Actor(session.person_id, "person")


async def _local_only(request: Request) -> None:
    if get_settings().is_production:
        raise NotFound
    await _anybody(request)


public = Access("everybody", _anybody, begins_session=False)
public_form = Access("everybody, with a session for the form", _anybody)
machine = Access("a machine that signs its requests", _anybody, begins_session=False)
signed_in = Access("people who signed in", _signed_in)
local_only = Access("anybody, in local mode only", _local_only)


def staff(*roles: Role) -> Access:
    """Staff who hold one of `roles` for any fund, and auditors, who read every staff page and write nothing.

    request.state.actor acts in the first of `roles` that the person holds. Services check the fund with require_role().
    """

    async def check(request: Request) -> None:
        await _signed_in(request)
        person_id = request.state.session.person_id
        held = in_force(Role(grant.role) for grant in await roles_of(person_id))
        mine = [role for role in roles if role in held and role is not Role.AUDITOR]
        if mine:
            request.state.actor = Actor(person_id, mine[0])
        elif Role.AUDITOR not in held:
            raise Forbidden("This page is for staff: " + ", ".join(roles) + ". Ask an administrator for the role.")
        elif request.method not in READS:
            raise Forbidden("An auditor reads all and writes nothing. Nothing was saved.")
        else:
            request.state.actor = Actor(person_id, Role.AUDITOR)

    return Access("staff: " + ", ".join(roles), check, roles=frozenset({*roles, Role.AUDITOR}))


def both(first: Access, second: Access) -> Access:
    """Both rules; the actor is that of `second`."""

    async def check(request: Request) -> None:
        await first.check(request)
        await second.check(request)

    return Access(f"{first.words}; {second.words}", check, second.begins_session, second.roles)


def page(
    path: str,
    endpoint: Endpoint,
    access: Access,
    *,
    name: str,
    methods: Sequence[str] = ("GET",),
) -> Route:
    """A route that declares who may use it. POST needs the session's form token, checked by the page's SiteForm."""

    has_page = "GET" in methods

    async def answer(request: Request) -> Response:
        await access.check(request)
        if not access.begins_session:
            return await endpoint(request)
        # after the check: a visitor who may not come in leaves no row
        token = (await sessions.begin(request)).csrf_token
        response = await endpoint(request)
        if request.method == "POST":
            await kept_forms.look_after(request, has_page, token, response.status_code == SEE_OTHER)
        return response

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        # public pages carry tags and travel compressed; these two kinds are for search engines too
        request.state.is_public, request.state.is_listed = access is public, access in (public, public_form)
        try:
            return await answer(request)
        except NotSignedIn as error:
            if request.method == "POST":
                error.back = await kept_forms.keep(request, has_page)
            raise
        finally:
            await request.close()  # files that came with a form, also where the page asked for none

    route = Route(path, guarded, methods=list(methods), name=name)
    route.access = access  # type: ignore[attr-defined]
    return route


def declared(routes: Sequence[BaseRoute]) -> dict[str, Access]:
    """Route name -> access for every route; ValueError for one that declares nothing (the static mount excepted)."""
    found: dict[str, Access] = {}
    for route in routes:
        if isinstance(route, Mount) and route.name == "static":
            continue
        access = getattr(route, "access", None)
        if not isinstance(access, Access) or not isinstance(route, Route):
            raise ValueError(f"route {getattr(route, 'path', route)} does not declare who may use it")
        if route.name in found:
            raise ValueError(f"two routes are named {route.name}")
        found[route.name] = access
    return found


async def require_role(by: Actor, *roles: Role, fund_id: int | None = None) -> None:
    """Forbidden unless the person holds one of `roles` now, for this fund or for the site.

    An administrator's money-moving roles do not count, should the table ever hold both.
    """
    if by.person_id is None:
        raise Forbidden
    grants = await roles_of(by.person_id)
    held = in_force(Role(grant.role) for grant in grants)
    for grant in grants:
        if grant.role in roles and grant.role in held and grant.fund_id in (None, fund_id):
            return
    raise Forbidden("Your account does not hold the role that this needs: " + " or ".join(roles) + ".")


async def may_act(by: Actor, *roles: Role) -> bool:
    """Whether require_role() would let them, for the site: what a page offers."""
    try:
        await require_role(by, *roles)
    except Forbidden:
        return False
    return True


def path_id(request: Request, name: str = "id") -> int:
    """A whole number from the path, or BadRequest."""
    text = str(request.path_params[name])
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise BadRequest("The address is not complete.")
    return int(text)


def path_choice(request: Request, choices: Mapping[str, Choice], name: str = "act") -> Choice:
    """What stands for a word of the path, or NotFound."""
    found = choices.get(str(request.path_params.get(name)))
    if found is None:
        raise NotFound
    return found
