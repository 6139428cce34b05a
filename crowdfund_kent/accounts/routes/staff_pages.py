"""Staff and their roles: administrators write, auditors read."""

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import landing, sessions, staff
from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.accounts.access import staff as staff_only
from crowdfund_kent.accounts.forms import EVERY_FUND, GrantForm
from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.queries import called, names_of, staff_now
from crowdfund_kent.accounts.roles import ABOUT, Role
from crowdfund_kent.answering import done, to
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import Conflict, NotFound, Refused
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.templating import render

LIST = "/staff/people"
administrator = staff_only(Role.ADMINISTRATOR)


async def _scope_names() -> dict[int, str]:
    return {scope.id: scope.name for scope in await landing.scopes()}


async def show_people(request: Request) -> Response:
    """GET /staff/people: every role that somebody holds now."""
    rows = await staff_now()
    names = await names_of(row.granted_by_id for row in rows)
    context = {
        "rows": rows,
        "givers": {row.id: names[row.granted_by_id] if row.granted_by_id else "the operator" for row in rows},
        "scopes": await _scope_names(),
        "may_write": request.state.actor.role == Role.ADMINISTRATOR,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "accounts/staff.html", context)


async def grant_role(request: Request) -> Response:
    """GET and POST /staff/people/grant."""
    form = await GrantForm.of(request, fund=EVERY_FUND)
    scopes = await landing.scopes()
    form.fund.choices = [(EVERY_FUND, "Every fund"), *((str(scope.id), scope.name) for scope in scopes)]
    if request.method == "POST" and form.validate():
        by: Actor = request.state.actor
        try:
            await staff.grant(form.email.data, Role(form.role.data), form.fund_id, by)
        except Refused as error:
            form.refuse(error.message)
        else:
            return await done(request, LIST, f"{form.email.data} is now {form.role.data}.")
    return render(request, "accounts/grant.html", {"form": form, "about": ABOUT}, status=form.response_status)


async def end_role(request: Request) -> Response:
    """GET and POST /staff/people/<role's id>/end: asks, then ends."""
    row = await StaffRole.get_or_none(id=path_id(request)).prefetch_related("person")
    if row is None:
        raise NotFound
    if row.ended_at is not None:
        raise Conflict("This role has ended already.")
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        try:
            await staff.end(row.id, request.state.actor)
        except Refused as error:
            form.refuse(error.message)
        else:
            await sessions.flash(request, f"{called(row.person)} is no longer {row.role}.")
            own_last = row.person_id == request.state.actor.person_id
            return to("/account" if own_last else LIST)
    where = (await _scope_names()).get(row.fund_id, "") if row.fund_id is not None else "every fund"
    context = {"form": form, "row": row, "called": called(row.person), "where": where}
    return render(request, "accounts/end_role.html", context, status=form.response_status)


ROUTES = [
    page(LIST, show_people, administrator, name="staff_people"),
    page(f"{LIST}/grant", grant_role, administrator, name="staff_grant", methods=("GET", "POST")),
    page(LIST + "/{id}/end", end_role, administrator, name="staff_end", methods=("GET", "POST")),
]
