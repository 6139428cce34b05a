"""/account: what a person can do here, by what they are; and their name, asked once where it is needed."""

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import landing, sessions
from crowdfund_kent.accounts.access import page, signed_in
from crowdfund_kent.accounts.forms import NameForm
from crowdfund_kent.accounts.landing import LandingLink, Link, register_link
from crowdfund_kent.accounts.models import Person, StaffRole
from crowdfund_kent.accounts.queries import roles_of
from crowdfund_kent.accounts.roles import ABOUT, Role, in_force
from crowdfund_kent.accounts.rules import own_path
from crowdfund_kent.answering import to
from crowdfund_kent.audit import Actor
from crowdfund_kent.templating import plural, render


def name_first(request: Request) -> Response | None:
    """To the page that asks for the name, and back; None when the person has given it.

    For routes whose page shows the person's name to others: `if response := name_first(request): return response`.
    """
    if request.state.session.person.name:
        return None
    here = request.url.path + (f"?{request.url.query}" if request.url.query and request.method == "GET" else "")
    return to(f"/account/name?next={quote(here, safe='')}")


async def ask_name(request: Request) -> Response:
    """GET and POST /account/name."""
    person: Person = request.state.session.person
    form = await NameForm.of(request, name=person.name, next=own_path(request.query_params.get("next")))
    if request.method == "POST" and form.validate():
        person.name = form.name.data
        await person.save(update_fields=["name"])
        return to(own_path(form.next.data))
    return render(request, "accounts/name.html", {"form": form}, status=form.response_status)


async def _links(request: Request, role: Role, person_id: int) -> list[dict[str, Any]]:
    actor = Actor(person_id, role)
    made: list[dict[str, Any]] = []
    for link in landing.links_of(role):
        waiting = await link.count(actor) if link.count is not None else None
        note = "" if waiting is None else "nothing waits" if waiting == 0 else plural(waiting, "waits", "wait")
        shown = Link(link.words, str(request.app.url_path_for(link.route_name)), note)
        made.append({"link": shown, "about": link.about, "waiting": bool(waiting)})
    return made


def _held(grants: list[StaffRole], scopes: dict[int, str]) -> list[tuple[Role, str]]:
    """Roles in the order of the enum, each once, with what they are limited to."""
    counted = in_force(Role(grant.role) for grant in grants)
    reach: dict[Role, list[str]] = {}
    for grant in grants:
        name = scopes.get(grant.fund_id, "") if grant.fund_id is not None else ""
        reach.setdefault(Role(grant.role), []).append(name)
    return [(role, "" if "" in reach[role] else ", ".join(reach[role])) for role in Role if role in counted]


async def show(request: Request) -> Response:
    """GET /account."""
    person: Person = request.state.session.person
    grants = await roles_of(person.id)
    scopes = {scope.id: scope.name for scope in await landing.scopes()} if grants else {}
    roles = [
        {"role": role, "where": where, "about": ABOUT[role], "links": await _links(request, role, person.id)}
        for role, where in _held(grants, scopes)
    ]
    context = {
        "person": person,
        "roles": roles,
        "sections": await landing.sections_of(person.id),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "accounts/account.html", context)


ROUTES = [
    page("/account", show, signed_in, name="account"),
    page("/account/name", ask_name, signed_in, name="account_name", methods=("GET", "POST")),
]

for _role in (Role.ADMINISTRATOR, Role.AUDITOR):
    register_link(LandingLink(_role, "Staff and their roles", "staff_people", about="Who may do what, since when."))
    register_link(
        LandingLink(_role, "The record", "staff_audit", about="Who did what, sealed so that it can't change.")
    )
