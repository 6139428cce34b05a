"""The request desk of officers.

/staff/requests, .../new                                         every request with its clock; one is recorded
/staff/requests/{reference}                                      one; .../scope, .../meant, .../answer, .../refuse
/staff/requests/{reference}/prepare, .../release, .../publish    built by one person, let go by another, made public
/staff/requests/{reference}/bundle.zip                           the file
"""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import may_act, page, require_role, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.forms import SiteForm
from crowdfund_kent.templating import render
from panel.forms.requests import AnswerForm, ClarifiedForm, RecordForm, RefuseForm, ScopeForm
from panel.kinds import Refusal
from panel.models import InformationRequest, Round
from panel.queries import requests as queries
from panel.queries.disclosing import Scope, scope_of, scope_words
from panel.routes.common import BOTH
from panel.services import requests as services
from panel.states import Request as Status
from projects.models import Group

READERS: Final = (Role.FUND_OFFICER, Role.FINANCE_APPROVER)
BASE: Final = "/staff/requests"
TONES: Final = {
    Status.RECEIVED: "wait",
    Status.UNCLEAR: "quiet",
    Status.ANSWERED: "yes",
    Status.REFUSED: "no",
}


async def listing(request: Request) -> Response:
    """GET /staff/requests: what there is and how late, for officers of one fund too. Only those of the site go on."""
    context = {
        "requests": await queries.requests(),
        "tones": TONES,
        "may_record": await may_act(request.state.actor, Role.FUND_OFFICER),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "panel/requests/list.html", context)


async def record(request: Request) -> Response:
    """GET and POST /staff/requests/new."""
    await _may_read(request)
    form = await RecordForm.of(request)
    if request.method == "POST" and form.validate():
        made: list[InformationRequest] = []

        async def work() -> None:
            asked = services.Asked(
                form.asker.data, form.contact.data, form.words.data, form.title.data, form.received.data
            )
            made.append(await services.receive(asked, request.state.actor))

        if await tried(form, work, "received"):
            return await done(request, path_of(made[0]), "Recorded. The clock runs")
    return render(request, "panel/requests/record.html", {"form": form}, form.response_status)


async def show(request: Request) -> Response:
    """GET /staff/requests/{reference}: the clock, the sections to read, and what comes next."""
    found = await request_here(request)
    actor = request.state.actor
    sections = await queries.sections_of(found) if found.status in services.OPEN else []
    names = await names_of([found.handler_id, found.prepared_by_id, found.answered_by_id])
    unread = [(one, queries.unread(found, one)) for one in sections]
    rows = await queries.redactions_of(found)
    context = {
        "request_": found,
        "listed": queries.listed_of(found),
        "tone": TONES[Status(found.status)],
        "scope": await scope_words(scope_of(found.scope)),
        "sections": unread,
        "unread": sum(number for _, number in unread),
        "redactions": len(rows),
        "handler": names[found.handler_id],
        "prepared_by": names[found.prepared_by_id],
        "answered_by": names[found.answered_by_id],
        "open": found.status in services.OPEN,
        "may_write": actor.role == Role.FUND_OFFICER,
        "may_release": actor.role != Role.AUDITOR and actor.person_id not in await services.makers(found),
        "path": path_of(found),
        "form": await SiteForm.of(request),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "panel/requests/show.html", context)


async def scope(request: Request) -> Response:
    """GET and POST /staff/requests/{reference}/scope."""
    found = await request_here(request)
    now = scope_of(found.scope)
    form = await ScopeForm.of(
        request, rounds=[str(one) for one in now.rounds], group=str(now.group or ""), first=now.first, last=now.last
    )
    rounds = await Round.all().order_by("-pitch_by", "-id").limit(40).select_related("fund")
    form.rounds.choices = [(str(one.id), f"{one.fund.name}, {one.name}") for one in rounds]
    groups = await Group.filter(projects__pitches__submitted_at__not_isnull=True).distinct().order_by("name", "id")
    form.group.choices = [(str(one.id), one.name) for one in groups]
    if request.method == "POST" and form.validate():
        chosen = Scope(
            tuple(sorted(int(one) for one in form.rounds.data or [])),
            int(form.group.data) if form.group.data else None,
            form.first.data,
            form.last.data,
        )
        if await tried(form, partial(services.choose, found.id, chosen, request.state.actor), "rounds"):
            return await done(request, path_of(found), "Chosen. Read what was collected")
    return _form(request, found, form, "scope")


async def meant(request: Request) -> Response:
    """GET and POST /staff/requests/{reference}/meant: we asked what they mean; then, that they said so."""
    found = await request_here(request)
    actor, path = request.state.actor, path_of(found)
    if found.status == Status.UNCLEAR:
        clarified = await ClarifiedForm.of(request)
        if request.method == "POST" and clarified.validate():
            work = partial(services.clarify, found.id, clarified.words.data, clarified.on.data, actor)
            if await tried(clarified, work, "on"):
                return await done(request, path, "Recorded. The clock begins anew")
        return _form(request, found, clarified, "clarified")
    form = await SiteForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.ask_what_is_meant, found.id, actor)
        if await tried(form, work):
            return await done(request, path, "Recorded. The clock stands until they answer")
    return _form(request, found, form, "meant")


async def answer(request: Request) -> Response:
    """GET and POST /staff/requests/{reference}/answer."""
    found = await request_here(request)
    form = await AnswerForm.of(request, answer=found.answer)
    if request.method == "POST" and form.validate():
        work = partial(services.write_answer, found.id, form.answer.data, request.state.actor)
        if await tried(form, work, "answer"):
            return await done(request, path_of(found), "Saved")
    return _form(request, found, form, "answer")


async def refuse(request: Request) -> Response:
    """GET and POST /staff/requests/{reference}/refuse."""
    found = await request_here(request)
    form = await RefuseForm.of(request)
    if request.method == "POST" and form.validate():
        because = Refusal(form.because.data)
        work = partial(services.refuse, found.id, because, form.answer.data, request.state.actor)
        if await tried(form, work, "answer"):
            return await done(request, path_of(found), "Refused")
    return _form(request, found, form, "refuse")


async def prepare(request: Request) -> Response:
    """GET and POST /staff/requests/{reference}/prepare: the schedule of what is left out, then the button."""
    found = await request_here(request)
    form = await SiteForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.prepare, found.id, request.state.actor)
        if await tried(form, work):
            return await done(request, path_of(found), "Prepared. Another person looks at it and lets it go")
    bundle = await queries.bundle_of(found)
    return _form(request, found, form, "prepare", public=bundle.public)


async def release(request: Request) -> Response:
    """GET and POST /staff/requests/{reference}/release."""
    found = await request_here(request)
    form = await SiteForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.release, found.id, request.state.actor)
        if await tried(form, work):
            return await done(request, path_of(found), "Answered. Send the file to the asker")
    return _form(request, found, form, "release")


async def publish(request: Request) -> Response:
    """POST /staff/requests/{reference}/publish: one tap; the same again takes it down."""
    found = await request_here(request)
    form = await SiteForm.of(request)
    public = found.published_at is None
    if form.validate():
        await services.publish(found.id, request.state.actor, public=public)
        return await done(request, path_of(found), "Published" if public else "Taken down")
    return await done(request, path_of(found), "Nothing was changed. Try again")


async def download(request: Request) -> Response:
    """GET /staff/requests/{reference}/bundle.zip."""
    found = await request_here(request)
    return as_file(found, await queries.content_of(found), {"Cache-Control": "private, no-store"})


def as_file(found: InformationRequest, content: bytes, headers: dict[str, str]) -> Response:
    """The bundle, to be kept. Its name says the reference and nothing else."""
    named = {"Content-Disposition": f'attachment; filename="{found.reference}.zip"'}
    return Response(content, media_type="application/zip", headers=headers | named)


async def request_here(request: Request) -> InformationRequest:
    """The request of the path, for officers and finance approvers of the whole site; an auditor reads all.

    Forbidden to who has an interest in what it is about.
    """
    await _may_read(request)
    found = await queries.request_by_reference(str(request.path_params["reference"]))
    if request.state.actor.role != Role.AUDITOR:
        await services.refuse_interested(found, request.state.actor)
    return found


async def _may_read(request: Request) -> None:
    actor = request.state.actor
    if actor.role != Role.AUDITOR:
        await require_role(actor, *READERS)


def path_of(found: InformationRequest) -> str:
    """Its staff page."""
    return f"{BASE}/{found.reference}"


def _form(request: Request, found: InformationRequest, form: SiteForm, name: str, **more: Any) -> Response:
    context = {"form": form, "request_": found, "path": path_of(found), **more}
    return render(request, f"panel/requests/{name}.html", context, form.response_status)


_READ: Final = staff(*READERS)
_WRITE: Final = staff(Role.FUND_OFFICER)
_ONE: Final = f"{BASE}/{{reference}}"
ROUTES: Final[list[Route]] = [
    page(BASE, listing, _READ, name="staff_requests"),
    page(f"{BASE}/new", record, _WRITE, name="staff_request_record", methods=BOTH),
    page(_ONE, show, _READ, name="staff_request"),
    page(f"{_ONE}/scope", scope, _WRITE, name="staff_request_scope", methods=BOTH),
    page(f"{_ONE}/meant", meant, _WRITE, name="staff_request_meant", methods=BOTH),
    page(f"{_ONE}/answer", answer, _WRITE, name="staff_request_answer", methods=BOTH),
    page(f"{_ONE}/refuse", refuse, _WRITE, name="staff_request_refuse", methods=BOTH),
    page(f"{_ONE}/prepare", prepare, _WRITE, name="staff_request_prepare", methods=BOTH),
    page(f"{_ONE}/release", release, _READ, name="staff_request_release", methods=BOTH),
    page(f"{_ONE}/publish", publish, _WRITE, name="staff_request_publish", methods=("POST",)),
    page(f"{_ONE}/bundle.zip", download, _READ, name="staff_request_bundle"),
]
