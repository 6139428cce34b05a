"""Officers take the public page of a project down, and put it back: the reason first, then a page that says what follows."""

from functools import partial
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.forms import ActionForm, RadiosField, SiteForm, TextAreaField, TextField
from crowdfund_kent.templating import render
from projects import queries, services
from projects.kinds import TakenDown
from projects.models import Project
from projects.routes.moved import GONE

OFFICERS: Final = staff(Role.FUND_OFFICER)
LISTING: Final = "/staff/taken-down"
REASONS: Final = {
    TakenDown.ASKED: "The group asks for it",
    TakenDown.RIGHTS: "Somebody’s rights: a picture, a text, a name",
    TakenDown.HARM: "Somebody could come to harm",
    TakenDown.RULES: "It is against the rules of the scheme",
    TakenDown.MISTAKE: "It was put up by mistake",
}


class AddressForm(SiteForm):
    """Which page: its address as it is copied from the browser, or the last part of it."""

    address = TextField("Address of the project’s page", missing="Enter the address of the page", longest=300)


class ReasonForm(SiteForm):
    """Why. A GET form: the answer is part of the next page's address."""

    kind = RadiosField(
        "Why is the page taken down?",
        choices=[(str(kind), words) for kind, words in REASONS.items()],
        missing="Choose the reason that everybody is told",
    )


class NoteForm(SiteForm):
    """What colleagues should know."""

    note = TextAreaField("Note for officers (you can leave this empty)", longest=300, rows=3)


async def listing(request: Request) -> Response:
    """GET and POST /staff/taken-down: what is down, and which page to take down next."""
    form = await AddressForm.of(request)
    if request.method == "POST" and form.validate():
        slug = urlsplit(form.address.data.strip()).path.rstrip("/").removeprefix("/projects/").split("/")[0]
        found = await Project.get_or_none(slug=slug[:100])
        if found is not None:
            return to(f"/staff/projects/{found.id}/take-down")
        form.refuse(
            "There is no project at this address. Copy it from its page, or its old address may have moved", "address"
        )
    context = {
        "form": form,
        "projects": await queries.taken_down(),
        "reasons": {str(kind): words for kind, words in REASONS.items()},
        "may_write": request.state.actor.role != Role.AUDITOR,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "projects/taken_down.html", context, form.response_status)


async def take_down(request: Request) -> Response:
    """GET .../take-down asks why; with ?kind= it says what follows, and POST does it."""
    project = await _project(request)
    reason = ReasonForm.of_query(request)
    campaign = await queries.newest_campaign(project.id)
    hindered = services.what_hinders(project, campaign) if campaign else ""
    if hindered and request.method == "POST":
        raise Refused(hindered, rule="nobody pays unseen")
    if hindered or not request.query_params or not reason.validate():
        context = {"form": reason, "project": project, "campaign": campaign, "hindered": hindered}
        return render(request, "projects/take_down_why.html", context, reason.response_status)
    kind = TakenDown(reason.kind.data)
    form = await NoteForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.take_down, project.id, kind, form.note.data, request.state.actor)
        if await tried(form, work):
            return await done(request, LISTING, f"Taken down: {project.title}")
    context = {"form": form, "project": project, "reason": REASONS[kind], "told": GONE[kind]}
    return render(request, "projects/take_down.html", context, form.response_status)


async def put_back(request: Request) -> Response:
    """GET and POST .../put-back: asks first."""
    project = await _project(request)
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.put_back, project.id, request.state.actor)
        if await tried(form, work):
            return await done(request, LISTING, f"Put back: {project.title}")
    if project.taken_down_at is None:
        raise Refused("This page is not taken down.", rule="taken down")
    context = {"form": form, "project": project, "reason": REASONS[TakenDown(project.taken_down_kind)]}
    return render(request, "projects/put_back.html", context, form.response_status)


async def _project(request: Request) -> Project:
    found = await Project.get_or_none(id=path_id(request)).select_related("group")
    if found is None or await queries.public_project_of(found.slug) is None:
        raise NotFound
    return found


ROUTES = [
    page(LISTING, listing, OFFICERS, name="staff_taken_down", methods=("GET", "POST")),
    page("/staff/projects/{id}/take-down", take_down, OFFICERS, name="staff_take_down", methods=("GET", "POST")),
    page("/staff/projects/{id}/put-back", put_back, OFFICERS, name="staff_put_back", methods=("GET", "POST")),
]
