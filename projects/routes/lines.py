"""The three lists of a project: costs, money already found, and help that is not money."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import to, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.references import new_token
from crowdfund_kent.settings import get_settings
from projects import queries, services
from projects.forms import CostForm, FoundForm, InKindForm, LineForm
from projects.kinds import CostKind
from projects.models import CostLine
from projects.planning import card_costs
from projects.routes.common import MEMBERS, Here, frozen, here, question, show
from projects.routes.tasks import onward
from projects.rules import MAY_PASS


@dataclass(frozen=True, slots=True)
class List:
    """A list in words. `go_on`: the button where there is no line."""

    key: str
    title: str
    lead: str
    add: str
    new: str
    another: str
    empty: str
    total: str
    go_on: str


LISTS: Final = {
    one.key: one
    for one in (
        List(
            "costs",
            "What it costs",
            "List everything that must be paid for, with or without the help of others.",
            "Add this cost",
            "Your first cost",
            "Another cost",
            "No costs yet.",
            "All costs",
            "Go on without costs for now",
        ),
        List(
            "other-funding",
            "Money you already have",
            "Money that is found for this project, from your funds, a grant or a sale. Your target is less by it.",
            "Add this money",
            "Money that is there",
            "More money",
            "Nothing yet.",
            "All money found",
            "We have none, go on",
        ),
        List(
            "in-kind",
            "Help that is not money",
            "Hours, rooms, goods or advice that somebody gives, with what they would have cost. They show how much your"
            " project is worth; your target does not change.",
            "Add this help",
            "Help that somebody gives",
            "More help",
            "Nothing yet.",
            "All help in pounds",
            "We have none, go on",
        ),
    )
}
FORMS: Final = {"costs": CostForm, "other-funding": FoundForm, "in-kind": InKindForm}
KEY_LENGTH: Final = 32
ON: Final = "on"  # the button that goes on to the next question


def _list(request: Request) -> List:
    found = LISTS.get(str(request.path_params["which"]))
    if found is None:
        raise NotFound
    return found


async def _form(request: Request, which: List, **initial: Any) -> LineForm:
    """The form of a list; the hours' rate is the site's."""
    form = await FORMS[which.key].of(request, **initial)
    if isinstance(form, InKindForm):
        form.rate_pence = get_settings().volunteer_hour_pence
    return form


def _empty(request: Request, which: List) -> LineForm:
    """The form for the next line. Its key is new with each page, so that one page sent twice is one line."""
    token = request.state.session.csrf_token
    return FORMS[which.key](None, token, key=new_token()[:KEY_LENGTH])


def _kind(form: LineForm) -> CostKind | None:
    return CostKind(form.kind.data) if isinstance(form, CostForm) else None


async def listing(request: Request) -> Response:
    """GET .../lists/{which}: the lines, their sum, what follows from them, and the form for one more."""
    which, at = _list(request), await here(request)
    return await _list_page(request, at, which, _empty(request, which) if at.is_editable else None)


async def _list_page(request: Request, at: Here, which: List, form: LineForm | None) -> Response:
    lines = await queries.lines_of(at.project.id)
    rows, settings = lines.of(which.key), get_settings()
    borne = at.campaign is not None and at.campaign.card_cost_borne_by == "group"
    return await show(
        request,
        "lines.html",
        at,
        form.response_status if form else 200,
        form=form,
        which=which,
        lines=rows,
        total_pence=sum(line.amount_pence for line in rows),
        figures=lines.figures,
        card_costs=card_costs(
            lines.figures.target_pence, rate_bp=settings.card_cost_bp, fixed_pence=settings.card_cost_fixed_pence
        )
        if borne
        else None,
        **await question(at, which.key),
    )


async def add(request: Request) -> Response:
    """GET and POST .../lists/{which}/add. "Go on" with nothing typed adds nothing; with a line typed, it adds that first."""
    which, at = _list(request), await here(request)
    if response := await frozen(request, at):
        return response
    if request.method == "GET":
        return to(f"{at.path}/lists/{which.key}")
    form = await _form(request, which)
    goes_on = (await request.form()).get("then") == ON
    if goes_on and form.is_empty and form.token_is_right:
        return await _nothing_more(request, at, which)
    if form.validate():
        work = partial(
            services.add_line,
            at.project.id,
            which.key,
            at.by,
            words=form.words.data,
            amount_pence=form.amount_pence,
            kind=_kind(form),
            form_key=(form.key.data or "")[:KEY_LENGTH] or None,
        )
        if await tried(form, work):
            return await onward(request, at, which.key) if goes_on else to(f"{at.path}/lists/{which.key}")
    return await _list_page(request, at, which, form)


async def _nothing_more(request: Request, at: Here, which: List) -> Response:
    """What may stay empty is not asked again."""
    lines = await queries.lines_of(at.project.id)
    if which.key in MAY_PASS and not lines.of(which.key):
        await services.pass_question(at.project.id, which.key, at.by)
    return await onward(request, at, which.key)


async def change(request: Request) -> Response:
    """GET and POST .../lists/{which}/{id}."""
    which, at = _list(request), await here(request)
    if response := await frozen(request, at):
        return response
    line = await services.line_of(at.project.id, which.key, path_id(request))
    initial = {"words": line.words, "amount": line.amount_pence}
    if isinstance(line, CostLine):
        initial["kind"] = line.kind
    form = await _form(request, which, **initial)
    if request.method == "POST" and form.validate():
        work = partial(
            services.change_line,
            at.project.id,
            which.key,
            line.id,
            at.by,
            words=form.words.data,
            amount_pence=form.amount_pence,
            kind=_kind(form),
        )
        if await tried(form, work):
            return to(f"{at.path}/lists/{which.key}")
    title = f"Change “{line.words}”"
    back = f"{at.path}/lists/{which.key}"
    return await show(
        request, "line.html", at, form.response_status, form=form, which=which, page_title=title, back=back
    )


async def remove(request: Request) -> Response:
    """GET and POST .../lists/{which}/{id}/remove: asks first. Sent twice, it is gone all the same."""
    which, at = _list(request), await here(request)
    if response := await frozen(request, at):
        return response
    back = f"{at.path}/lists/{which.key}"
    form = await ActionForm.of(request)
    try:
        line = await services.line_of(at.project.id, which.key, path_id(request))
    except NotFound:
        is_another = await queries.LISTS[which.key].exists(id=path_id(request))
        if request.method == "POST" and not is_another and form.validate():
            return to(back)
        raise
    if request.method == "POST" and form.validate():
        work = partial(services.remove_line, at.project.id, which.key, line.id, at.by)
        if await tried(form, work):
            return to(back)
    return await show(request, "line_remove.html", at, form.response_status, form=form, line=line, back=back)


BASE: Final = "/groups/{group}/projects/{project}/lists/{which}"
BOTH: Final = ("GET", "POST")
ROUTES = [
    page(BASE, listing, MEMBERS, name="project_list"),
    page(f"{BASE}/add", add, MEMBERS, name="project_list_add", methods=BOTH),
    page(f"{BASE}/{{id}}", change, MEMBERS, name="project_list_change", methods=BOTH),
    page(f"{BASE}/{{id}}/remove", remove, MEMBERS, name="project_list_remove", methods=BOTH),
]
