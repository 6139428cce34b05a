""" "You said, we did": for everybody, and for the officers who keep it."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent import etags
from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import may_act, page, path_id, public, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done
from crowdfund_kent.errors import NotFound
from crowdfund_kent.templating import render, short_day
from crowdfund_kent.words import queries, services
from crowdfund_kent.words.forms import SaidForm
from crowdfund_kent.words.models import SaidDone

LIST: Final = "/staff/you-said"
OFFICERS: Final = staff(Role.FUND_OFFICER)


async def show(request: Request) -> Response:
    """GET /you-said."""
    entries = await queries.said_and_done()
    tag = etags.etag(request, *(f"{one.id} {one.changed_at.isoformat()}" for one in entries))
    if (same := etags.unchanged(request, tag)) is not None:
        return same
    return render(request, "words/you_said.html", {"entries": entries}, headers=etags.headers(tag))


async def entries_page(request: Request) -> Response:
    """GET /staff/you-said: also what is not shown."""
    entries = await queries.said_and_done(hidden=True)
    names = await names_of(one.by_id for one in entries)
    rows = [
        [
            {"text": one.said, "href": f"{LIST}/{one.id}", "small": one.did},
            short_day(one.done_on),
            {"text": "", "tag": "Shown" if one.shown else "Hidden", "tone": "yes" if one.shown else "quiet"},
            names[one.by_id] if one.by_id else "",
        ]
        for one in entries
    ]
    context = {
        "rows": rows,
        "may_write": await may_act(request.state.actor, Role.FUND_OFFICER),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "words/staff_said.html", context)


async def add(request: Request) -> Response:
    """GET and POST /staff/you-said/new."""
    return await _edit(request, await SaidForm.of(request, shown=True), None)


async def change(request: Request) -> Response:
    """GET and POST /staff/you-said/{id}."""
    entry = await SaidDone.get_or_none(id=path_id(request))
    if entry is None:
        raise NotFound
    form = await SaidForm.of(request, said=entry.said, did=entry.did, done_on=entry.done_on, shown=entry.shown)
    return await _edit(request, form, entry.id)


async def _edit(request: Request, form: SaidForm, entry_id: int | None) -> Response:
    if request.method == "POST" and form.validate():
        await services.save_said(
            request.state.actor,
            said=form.said.data,
            did=form.did.data,
            done_on=form.done_on.data,
            shown=form.shown.data,
            entry_id=entry_id,
        )
        return await done(request, LIST, "It is kept")
    context = {"form": form, "is_new": entry_id is None}
    return render(request, "words/staff_said_edit.html", context, status=form.response_status)


ROUTES = [
    page("/you-said", show, public, name="you_said"),
    page(LIST, entries_page, OFFICERS, name="staff_said"),
    page(f"{LIST}/new", add, OFFICERS, name="staff_said_new", methods=("GET", "POST")),
    page(LIST + "/{id}", change, OFFICERS, name="staff_said_edit", methods=("GET", "POST")),
]
