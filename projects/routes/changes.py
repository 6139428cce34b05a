"""A group asks to change its running campaign: what, why, and one page with both sides before it is sent.

Routes compose: the rules of match funds are asked through pledges before a group sends a plan that would break them.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.settings import get_settings
from pledges import changing
from projects import change_rules, services
from projects.change_forms import BeginForm, DropForm, LaterDayForm, PlanCostForm, PlanLineForm, PlanWordsForm, WhyForm
from projects.kinds import ChangeKind, CostKind
from projects.models import CampaignChange
from projects.queries import changes as queries
from projects.routes.common import MEMBERS, OWNERS, Here, here, show
from projects.services.changes import CHANGEABLE
from projects.states import Campaign as CampaignStatus
from projects.states import Change as Status

LISTS: Final = {"costs": "What it costs", "other_funding": "Money you already have"}
BOTH: Final = ("GET", "POST")


async def _campaign(request: Request) -> Here:
    """The project of the path, once its campaign was open."""
    at = await here(request)
    if at.campaign is None or at.campaign.opened_at is None:
        raise NotFound
    return at


def _may_change(at: Here) -> bool:
    assert at.campaign is not None
    return at.is_owner and at.campaign.status in CHANGEABLE[ChangeKind.PLAN]


async def listing(request: Request) -> Response:
    """GET .../changes: what was asked, and the question what has to change."""
    at = await _campaign(request)
    return await _listing(request, at, await BeginForm.of(request))


async def _listing(request: Request, at: Here, form: BeginForm) -> Response:
    assert at.campaign is not None
    found = await queries.changes_of(at.campaign.id)
    return await show(
        request,
        "changes.html",
        at,
        form.response_status,
        form=form,
        changes=found,
        open_change=next((one for one in found if one.status in {Status.DRAFT, Status.ASKED}), None),
        may_change=_may_change(at),
        is_paused=at.campaign.status == CampaignStatus.SUSPENDED,
        was_extended=any(one.kind == ChangeKind.LAST_DAY and one.status == Status.AGREED for one in found),
    )


async def begin(request: Request) -> Response:
    """POST .../changes/begin."""
    at = await _campaign(request)
    assert at.campaign is not None
    form = await BeginForm.of(request)
    made: list[CampaignChange] = []

    async def work() -> None:
        made.append(await services.begin_change(at.campaign.id, ChangeKind(form.kind.data), at.by))  # type: ignore[union-attr]

    if form.validate() and await tried(form, work, "kind"):
        return to(f"{at.path}/changes/{made[0].id}")
    return await _listing(request, at, form)


async def one(request: Request) -> Response:
    """GET .../changes/{id}: what is written so far, or what became of it."""
    at, change = await _change(request)
    return await _show(request, at, change, "change.html", form=await ActionForm.of(request))


async def _change(request: Request) -> tuple[Here, CampaignChange]:
    at = await _campaign(request)
    assert at.campaign is not None
    return at, await queries.change_of_campaign(at.campaign.id, path_id(request))


async def _draft(request: Request) -> tuple[Here, CampaignChange]:
    """A change that is being written; a sent one is not written any more."""
    at, change = await _change(request)
    if change.status != Status.DRAFT:
        raise NotFound
    return at, change


async def _show(request: Request, at: Here, change: CampaignChange, template: str, **context: Any) -> Response:
    assert at.campaign is not None
    form: SiteForm = context["form"]
    return await show(
        request,
        template,
        at,
        form.response_status,
        change=change,
        path=f"{at.path}/changes/{change.id}",
        differences=await queries.differences_of(change),
        problem=await services.change_problem(change, at.campaign) if change.status == Status.DRAFT else None,
        longest_days=get_settings().extension_longest_days,
        **context,
    )


def _question(
    form_class: type[SiteForm],
    template: str,
    initial: Callable[[CampaignChange], dict[str, Any]],
    answers: Callable[[Any], dict[str, Any]],
    kinds: tuple[ChangeKind, ...],
    field: str | None = None,
) -> Callable[[Request], Awaitable[Response]]:
    """A page with one question of a change; afterwards back to the change."""

    async def ask(request: Request) -> Response:
        at, change = await _draft(request)
        if change.kind not in kinds:
            raise NotFound
        form = await form_class.of(request, **initial(change))
        if request.method == "POST" and form.validate():
            work = partial(services.write_change, change.id, at.by, **answers(form))
            if await tried(form, work, field):
                return to(f"{at.path}/changes/{change.id}")
        return await _show(request, at, change, template, form=form, field_name=field)

    return ask


last_day = _question(
    LaterDayForm,
    "change_day.html",
    lambda change: {"last_day": change.new_last_day},
    lambda form: {"new_last_day": form.last_day.data},
    (ChangeKind.LAST_DAY,),
    "last_day",
)
reason = _question(
    WhyForm,
    "change_why.html",
    lambda change: {"reason": change.reason},
    lambda form: {"reason": form.reason.data},
    tuple(ChangeKind),
    "reason",
)
words = _question(
    PlanWordsForm,
    "change_words.html",
    lambda change: {key: change.content.get(key, "") for key, _ in change_rules.WORDS},
    lambda form: {"words": {"summary": form.summary.data, "story": form.story.data}},
    (ChangeKind.PLAN,),
)


def _which(request: Request) -> str:
    which = str(request.path_params["which"]).replace("-", "_")
    if which not in LISTS:
        raise NotFound
    return which


async def lines(request: Request) -> Response:
    """GET .../changes/{id}/lists/{which}: a list of the plan as it would be."""
    which, (at, change) = _which(request), await _draft(request)
    return await _lines(request, at, change, which, await ActionForm.of(request), "change_lines.html")


async def _lines(
    request: Request, at: Here, change: CampaignChange, which: str, form: SiteForm, template: str, **more: Any
) -> Response:
    if change.content is None:
        raise NotFound
    return await _show(
        request,
        at,
        change,
        template,
        form=form,
        which=which,
        list_title=LISTS[which],
        list_path=f"{at.path}/changes/{change.id}/lists/{which.replace('_', '-')}",
        lines=list(change.content.get(which, ())),
        figures=change_rules.figures_of(change.content),
        **more,
    )


async def add_line(request: Request) -> Response:
    """GET and POST .../lists/{which}/add."""
    return await _line(request, None)


async def change_line(request: Request) -> Response:
    """GET and POST .../lists/{which}/{number}, from 1."""
    return await _line(request, path_id(request, "number") - 1)


async def _line(request: Request, number: int | None) -> Response:
    which, (at, change) = _which(request), await _draft(request)
    form_class = PlanCostForm if which == "costs" else PlanLineForm
    form = await form_class.of(request, **_values(change, which, number))
    if request.method == "POST" and form.validate():
        work = partial(
            services.put_line,
            change.id,
            which,
            number,
            at.by,
            words=form.words.data,
            amount_pence=form.amount.data,
            kind=CostKind(form.kind.data) if isinstance(form, PlanCostForm) else None,
            was=form.was.data,
        )
        if await tried(form, work):
            return to(f"{at.path}/changes/{change.id}/lists/{which.replace('_', '-')}")
    return await _lines(request, at, change, which, form, "change_line.html", is_new=number is None)


def _values(change: CampaignChange, which: str, number: int | None) -> dict[str, Any]:
    """What a line's form begins with; NotFound for a line that is not there."""
    if number is None:
        return {"was": ""}
    held = list((change.content or {}).get(which, ()))
    if not 0 <= number < len(held):
        raise NotFound
    line = held[number]
    values = {"was": line["words"], "words": line["words"], "amount": line["amount_pence"]}
    return values | ({"kind": line["kind"]} if "kind" in line else {})


async def drop_line(request: Request) -> Response:
    """GET and POST .../lists/{which}/{number}/remove: asks first."""
    which, (at, change) = _which(request), await _draft(request)
    number = path_id(request, "number") - 1
    values = _values(change, which, number)
    form = await DropForm.of(request, was=values["was"])
    if request.method == "POST" and form.validate():
        work = partial(services.drop_line, change.id, which, number, at.by, was=form.was.data or "")
        if await tried(form, work):
            return to(f"{at.path}/changes/{change.id}/lists/{which.replace('_', '-')}")
    return await _lines(request, at, change, which, form, "change_drop.html", line=values)


async def send(request: Request) -> Response:
    """GET and POST .../changes/{id}/send: both sides, what follows, and the button."""
    at, change = await _draft(request)
    form = await ActionForm.of(request)

    async def work() -> None:
        await changing.refuse_broken_match(change)
        await services.ask_change(change.id, at.by)

    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, f"{at.path}/changes", "Sent. An officer will look at it and write to you.")
    return await _show(request, at, change, "change_send.html", form=form)


async def withdraw(request: Request) -> Response:
    """GET and POST .../changes/{id}/withdraw."""
    at, change = await _change(request)
    if change.status not in {Status.DRAFT, Status.ASKED}:
        raise NotFound
    form = await ActionForm.of(request)
    work = partial(services.withdraw_change, change.id, at.by)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, f"{at.path}/changes", "Taken back. Nothing has changed.")
    return await _show(request, at, change, "change_withdraw.html", form=form)


BASE: Final = "/groups/{group}/projects/{project}/changes"
_LIST: Final = f"{BASE}/{{id}}/lists/{{which}}"
ROUTES: Final[list[Route]] = [
    page(BASE, listing, MEMBERS, name="changes"),
    page(f"{BASE}/begin", begin, OWNERS, name="change_begin", methods=("POST",)),
    page(f"{BASE}/{{id}}", one, MEMBERS, name="change"),
    page(f"{BASE}/{{id}}/last-day", last_day, OWNERS, name="change_last_day", methods=BOTH),
    page(f"{BASE}/{{id}}/reason", reason, OWNERS, name="change_reason", methods=BOTH),
    page(f"{BASE}/{{id}}/words", words, OWNERS, name="change_words", methods=BOTH),
    page(_LIST, lines, OWNERS, name="change_list"),
    page(f"{_LIST}/add", add_line, OWNERS, name="change_list_add", methods=BOTH),
    page(f"{_LIST}/{{number}}", change_line, OWNERS, name="change_list_line", methods=BOTH),
    page(f"{_LIST}/{{number}}/remove", drop_line, OWNERS, name="change_list_remove", methods=BOTH),
    page(f"{BASE}/{{id}}/send", send, OWNERS, name="change_send", methods=BOTH),
    page(f"{BASE}/{{id}}/withdraw", withdraw, OWNERS, name="change_withdraw", methods=BOTH),
]
