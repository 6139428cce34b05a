"""What a group writes about a project: one question a page, saved at each step."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page
from crowdfund_kent.forms import SiteForm
from crowdfund_kent.settings import Mode, get_settings
from projects import queries, services, words
from projects.forms import (
    LastDayForm,
    ObjectiveForm,
    PlaceForm,
    StoryForm,
    SummaryForm,
    TitleForm,
    TooMuchForm,
)
from projects.routes.common import MEMBERS, Here, frozen, here, project_path, show, to, tried
from projects.states import Campaign as Status


@dataclass(frozen=True)
class Step:
    """One question: its form, where its first value comes from, and how it is saved."""

    key: str
    form: type[SiteForm]
    field_name: str
    initial: Callable[[Here], dict[str, Any]]
    save: Callable[[Here, Any], Awaitable[Any]]
    template: str = "step.html"


def _words(name: str, form: type[SiteForm]) -> Step:
    return Step(
        name,
        form,
        name,
        lambda at: {name: getattr(at.project, name)},
        lambda at, given: services.save_project(at.project.id, at.by, **{name: given[name].data}),
    )


STEPS: Final = (
    _words("title", TitleForm),
    _words("summary", SummaryForm),
    Step(
        "place",
        PlaceForm,
        "place",
        lambda at: {"place": at.project.place, "district_code": at.project.district_code},
        lambda at, given: services.save_project(
            at.project.id, at.by, place=given["place"].data, district_code=given["district_code"].data
        ),
        template="place.html",
    ),
    Step(
        "last-day",
        LastDayForm,
        "last_day",
        lambda at: {"last_day": at.campaign.last_day if at.campaign else None},
        lambda at, given: services.save_plan(at.project.id, at.by, last_day=given["last_day"].data),
        template="last_day.html",
    ),
    Step(
        "too-much",
        TooMuchForm,
        "if_too_much",
        lambda at: {"if_too_much": at.campaign.if_too_much if at.campaign else ""},
        lambda at, given: services.save_plan(at.project.id, at.by, if_too_much=given["if_too_much"].data),
    ),
)


async def _ask(step: Step, request: Request) -> Response:
    """GET and POST of one step; afterwards back to the task list, whose address follows the title."""
    at = await here(request)
    planning = step.key == "last-day" and at.campaign is not None and at.campaign.status == Status.APPROVED
    if not planning and (response := await frozen(request, at)):
        return response
    form = await step.form.of(request, **step.initial(at))
    if (
        request.method == "POST"
        and form.validate()
        and await tried(form, partial(step.save, at, form), step.field_name)
    ):
        changed = await queries.project_with_group(at.project.id)
        return to(project_path(at.group.slug, changed.slug))
    return await show(
        request,
        step.template,
        at,
        form.response_status,
        form=form,
        field_name=step.field_name,
        limits=queries.limits(),
        back=at.path,
        back_words=at.project.title,
    )


def _route(step: Step) -> Route:
    async def ask(request: Request) -> Response:
        return await _ask(step, request)

    return page(
        f"/groups/{{group}}/projects/{{project}}/{step.key}",
        ask,
        MEMBERS,
        name=f"project_{step.key.replace('-', '_')}",
        methods=("GET", "POST"),
    )


async def story(request: Request) -> Response:
    """GET and POST .../story; the button "Preview" shows how it will look, and saves nothing."""
    at = await here(request)
    if response := await frozen(request, at):
        return response
    form = await StoryForm.of(request, story=at.project.story)
    preview = None
    if request.method == "POST" and form.validate():
        if (await request.form()).get("preview"):
            preview = form.story.data
        elif await tried(form, partial(services.save_project, at.project.id, at.by, story=form.story.data), "story"):
            return to(at.path)
    return await show(request, "story.html", at, form.response_status, form=form, preview=preview)


async def objective(request: Request) -> Response:
    """GET and POST .../objective: one of the officers' list."""
    at = await here(request)
    if response := await frozen(request, at):
        return response
    chosen = str(at.project.objective_id) if at.project.objective_id else None
    form = await ObjectiveForm.of(request, objective=chosen)
    form.objective.hint = words.OUR_OBJECTIVES if get_settings().mode is Mode.LOCAL else None
    form.objective.choices = [(one.id, one.name[:1].upper() + one.name[1:]) for one in await queries.objectives()]
    if request.method == "POST" and form.validate():
        chosen_id = int(form.objective.data)
        work = partial(services.save_project, at.project.id, at.by, objective_id=chosen_id)
        if await tried(form, work, "objective"):
            return to(at.path)
    return await show(
        request,
        "step.html",
        at,
        form.response_status,
        form=form,
        field_name="objective",
        back=at.path,
        back_words=at.project.title,
    )


BASE: Final = "/groups/{group}/projects/{project}"
ROUTES = [
    *(_route(step) for step in STEPS),
    page(f"{BASE}/story", story, MEMBERS, name="project_story", methods=("GET", "POST")),
    page(f"{BASE}/objective", objective, MEMBERS, name="project_objective", methods=("GET", "POST")),
]
