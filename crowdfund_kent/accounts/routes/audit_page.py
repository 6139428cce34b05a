"""/staff/audit: who did what to which row, and its place in the sealed chain."""

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts.access import page, staff
from crowdfund_kent.accounts.forms import AuditForm
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.queries import AUDIT_PAGE, AuditEntry, AuditFilter, audit_entries, called, people_by_id
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import day_begins, day_ends
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import render

NOBODY = 0  # no person has this id: a filter for somebody unknown finds nothing


def detail(name: str, value: Any) -> str:
    """One detail in words: amounts in pounds, names without underscores."""
    if name.endswith("_pence") and isinstance(value, int):
        return f"{name.removesuffix('_pence').replace('_', ' ')} {pounds_exact(value)}"
    words = {True: "yes", False: "no", None: "none"}.get(value, value) if isinstance(value, bool | None) else value
    return f"{name.replace('_', ' ')} {words}"


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


async def show(request: Request) -> Response:
    """GET /staff/audit?subject=&person=&begins=&ends=&page="""
    form = AuditForm.of_query(request)
    number, wanted = _page_number(request), AuditFilter()
    if form.validate():
        person = await Person.get_or_none(email=form.person.data) if form.person.data else None
        wanted = AuditFilter(
            subject=form.subject.data or "",
            person_id=(person.id if person else NOBODY) if form.person.data else None,
            begins=day_begins(form.begins.data) if form.begins.data else None,
            ends=day_ends(form.ends.data) if form.ends.data else None,
        )
    entries, total = await audit_entries(wanted, number)
    people = await people_by_id(entry.person_id for entry in entries)
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "page" and value]
    context = {
        "form": form,
        "rows": [_row(entry, people) for entry in entries],
        "total": total,
        "number": number,
        "pages": max(1, -(-total // AUDIT_PAGE)),
        "address": "/staff/audit?" + (urlencode(kept) + "&" if kept else ""),
        "filtered": bool(kept),
    }
    return render(request, "accounts/audit.html", context, status=form.response_status)


def _row(entry: AuditEntry, people: dict[int, Person]) -> dict[str, Any]:
    person = people.get(entry.person_id) if entry.person_id is not None else None
    return {
        "entry": entry,
        "who": called(person) if entry.person_id is not None else "",
        "details": [detail(name, value) for name, value in entry.details.items() if value is not None],
    }


ROUTES = [page("/staff/audit", show, staff(Role.AUDITOR, Role.ADMINISTRATOR), name="staff_audit")]
