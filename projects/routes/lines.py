"""The three lists of a project: costs, money already found, and help that is not money."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from projects import queries, services
from projects.forms import CostForm, LineForm
from projects.kinds import CostKind
from projects.models import CostLine
from projects.routes.common import MEMBERS, Here, frozen, here, show, to, tried


@dataclass(frozen=True, slots=True)
class List:
    """A list in words."""

    key: str
    title: str
    lead: str
    add: str
    new: str
    empty: str
    total: str


LISTS: Final = {
    one.key: one
    for one in (
        List(
            "costs",
            "What it costs",
            "List everything that must be paid for, with or without the help of others.",
            "Add a cost",
            "Add a cost",
            "No costs yet.",
            "All costs",
        ),
        List(
            "other-funding",
            "Money you already have",
            "Money that is found for this project, from your funds, a grant or a sale. Your target is less by it.",
            "Add money",
            "Add money that you already have",
            "Nothing yet. You can leave this empty.",
            "All money found",
        ),
        List(
            "in-kind",
            "Help that is not money",
            "Hours, rooms, goods or advice that somebody gives, with what they would have cost. They show how much your"
            " project is worth; your target does not change.",
            "Add help",
            "Add help that is not money",
            "Nothing yet. You can leave this empty.",
            "All help in pounds",
        ),
    )
}


def _list(request: Request) -> List:
    found = LISTS.get(str(request.path_params["which"]))
    if found is None:
        raise NotFound
    return found


def _form(which: List) -> type[LineForm]:
    return CostForm if which.key == "costs" else LineForm


def _kind(form: LineForm) -> CostKind | None:
    return CostKind(form.kind.data) if isinstance(form, CostForm) else None


async def listing(request: Request) -> Response:
    """GET .../lists/{which}: the lines, their sum, and what follows from them."""
    which, at = _list(request), await here(request)
    lines = await queries.lines_of(at.project.id)
    rows = lines.of(which.key)
    return await show(
        request,
        "lines.html",
        at,
        which=which,
        lines=rows,
        total_pence=sum(line.amount_pence for line in rows),
        figures=lines.figures,
    )


async def add(request: Request) -> Response:
    """GET and POST .../lists/{which}/add."""
    which, at = _list(request), await here(request)
    if response := await frozen(request, at):
        return response
    form = await _form(which).of(request)
    if request.method == "POST" and form.validate():
        work = partial(
            services.add_line,
            at.project.id,
            which.key,
            at.by,
            words=form.words.data,
            amount_pence=form.amount.data,
            kind=_kind(form),
        )
        if await tried(form, work):
            return to(f"{at.path}/lists/{which.key}")
    return await _line_page(request, at, which, form, which.new)


async def change(request: Request) -> Response:
    """GET and POST .../lists/{which}/{id}."""
    which, at = _list(request), await here(request)
    if response := await frozen(request, at):
        return response
    line = await services.line_of(at.project.id, which.key, path_id(request))
    initial = {"words": line.words, "amount": line.amount_pence}
    if isinstance(line, CostLine):
        initial["kind"] = line.kind
    form = await _form(which).of(request, **initial)
    if request.method == "POST" and form.validate():
        work = partial(
            services.change_line,
            at.project.id,
            which.key,
            line.id,
            at.by,
            words=form.words.data,
            amount_pence=form.amount.data,
            kind=_kind(form),
        )
        if await tried(form, work):
            return to(f"{at.path}/lists/{which.key}")
    return await _line_page(request, at, which, form, f"Change “{line.words}”")


async def remove(request: Request) -> Response:
    """GET and POST .../lists/{which}/{id}/remove: asks first."""
    which, at = _list(request), await here(request)
    if response := await frozen(request, at):
        return response
    line = await services.line_of(at.project.id, which.key, path_id(request))
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.remove_line, at.project.id, which.key, line.id, at.by)
        if await tried(form, work):
            return to(f"{at.path}/lists/{which.key}")
    back = f"{at.path}/lists/{which.key}"
    return await show(request, "line_remove.html", at, form.response_status, form=form, line=line, back=back)


async def _line_page(request: Request, at: Here, which: List, form: LineForm, title: str) -> Response:
    back = f"{at.path}/lists/{which.key}"
    return await show(
        request, "line.html", at, form.response_status, form=form, which=which, page_title=title, back=back
    )


BASE: Final = "/groups/{group}/projects/{project}/lists/{which}"
BOTH: Final = ("GET", "POST")
ROUTES = [
    page(BASE, listing, MEMBERS, name="project_list"),
    page(f"{BASE}/add", add, MEMBERS, name="project_list_add", methods=BOTH),
    page(f"{BASE}/{{id}}", change, MEMBERS, name="project_list_change", methods=BOTH),
    page(f"{BASE}/{{id}}/remove", remove, MEMBERS, name="project_list_remove", methods=BOTH),
]
