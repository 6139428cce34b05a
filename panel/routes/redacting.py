"""Where an officer reads everything that an answer may hold, and leaves out what the law lets out.

/staff/requests/{reference}/read/{part}          a section, item by item, as it is and as it would go
/staff/requests/{reference}/leave-out/{item}     words of an item, all of it, or words everywhere
/staff/requests/{reference}/left-out             what officers left out, each to be put back
"""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import SiteForm
from crowdfund_kent.templating import render
from panel.forms.requests import LeaveOutForm
from panel.kinds import Exemption, HoldKind
from panel.queries import requests as queries
from panel.redacting import EVERYWHERE, Section
from panel.routes.common import BOTH
from panel.routes.requests import BASE, READERS, path_of, request_here
from panel.services import requests as services
from panel.services.holds import held

_EVERYWHERE: Final = "everywhere"  # in an address


async def read(request: Request) -> Response:
    """GET and POST /staff/requests/{reference}/read/{part}: the button says that these items were read as they are."""
    found = await request_here(request)
    if found.status not in services.OPEN:
        raise NotFound
    section = await queries.section_of(found, str(request.path_params["part"]))
    form = await SiteForm.of(request)
    if request.method == "POST" and form.validate():
        sent = (await request.form()).get("seen")
        if sent == _seen(section):
            seen = {one.key: one.digest for one in section.all}
            if await tried(form, partial(services.have_read, found.id, seen, request.state.actor)):
                return await done(request, path_of(found), f"Read: {section.title.label}")
        else:
            form.refuse("Something here was changed meanwhile. Read it again.")
    (part,) = await queries.parts_of(found, [section])
    context = {
        "form": form,
        "request_": found,
        "section": section,
        "part": part,
        "seen": _seen(section),
        "hints": await queries.hints_of(found, section),
        "unread": queries.unread(found, section),
        "path": path_of(found),
        "sealed": await _is_sealed(section),
        "may_write": request.state.actor.role == Role.FUND_OFFICER,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "panel/requests/read.html", context, form.response_status)


async def _is_sealed(section: Section) -> bool:
    """Whether it is the record of a pitch that is with auditors."""
    kind, _, number = section.key.partition(":")
    hold = await held(int(number)) if kind == "pitch" else None
    return hold is not None and hold.kind == HoldKind.AUDIT


def _seen(section: Section) -> str:
    return "".join(one.digest[:4] for one in section.all)


async def leave_out(request: Request) -> Response:
    """GET and POST /staff/requests/{reference}/leave-out/{item}."""
    found = await request_here(request)
    key = str(request.path_params["item"])
    section, item = (None, None) if key == _EVERYWHERE else await queries.item_of(found, key)
    back = f"{path_of(found)}/read/{section.key}" if section else f"{path_of(found)}/left-out"
    form = await LeaveOutForm.of(request, words=request.query_params.get("words", ""))
    if request.method == "POST" and form.validate():
        whole = EVERYWHERE if item is None or form.everywhere.data else item.key
        work = partial(
            services.leave_out,
            found.id,
            whole,
            form.words.data or "",
            Exemption(form.exemption.data),
            form.reason.data,
            request.state.actor,
        )
        if await tried(form, work, "words"):
            return await done(request, back, "Left out")
    context = {"form": form, "request_": found, "item": item, "back": back}
    return render(request, "panel/requests/leave_out.html", context, form.response_status)


async def left_out(request: Request) -> Response:
    """GET and POST /staff/requests/{reference}/left-out: the list; POST puts one back."""
    found = await request_here(request)
    form = await SiteForm.of(request)
    path = f"{path_of(found)}/left-out"
    if request.method == "POST" and form.validate():
        number = str((await request.form()).get("id", ""))
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            raise NotFound
        if await tried(form, partial(services.put_back, found.id, int(number), request.state.actor)):
            return await done(request, path, "Put back")
    context = {
        "form": form,
        "request_": found,
        "rows": await queries.redactions_of(found),
        "may_write": request.state.actor.role == Role.FUND_OFFICER and found.status in services.OPEN,
        "path": path_of(found),
        "everywhere": EVERYWHERE,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "panel/requests/left_out.html", context, form.response_status)


_ONE: Final = f"{BASE}/{{reference}}"
_READ: Final = staff(*READERS)
_WRITE: Final = staff(Role.FUND_OFFICER)
ROUTES: Final[list[Route]] = [
    page(f"{_ONE}/read/{{part}}", read, _READ, name="staff_request_read", methods=BOTH),
    page(f"{_ONE}/leave-out/{{item}}", leave_out, _WRITE, name="staff_request_leave_out", methods=BOTH),
    page(f"{_ONE}/left-out", left_out, _READ, name="staff_request_left_out", methods=BOTH),
]
