"""What a group writes about a project: one question a page, saved at each step, then on to the next open one."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page
from crowdfund_kent.answering import to, tried
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import SiteForm
from crowdfund_kent.geography import is_district
from crowdfund_kent.money import pounds
from crowdfund_kent.settings import Mode, get_settings
from projects import asked, match_days, planning, queries, readability, services, story
from projects import words as told
from projects.forms import (
    ChildrenForm,
    LastDayForm,
    MatchForm,
    ObjectiveForm,
    PermissionForm,
    PlaceForm,
    StoryForm,
    StoryPartForm,
    SummaryForm,
    TitleForm,
    TooMuchForm,
    WhoForm,
)
from projects.queries.papers import papers_limits
from projects.routes.common import BEGUN, MEMBERS, Here, frozen, here, question, show
from projects.routes.tasks import days_of, onward
from projects.states import Campaign as Status

BOTH: Final = ("GET", "POST")


@dataclass(frozen=True)
class Step:
    """One question: its form, where its first value comes from, and how it is saved."""

    key: str
    form: type[SiteForm]
    field_name: str
    initial: Callable[[Here], dict[str, Any]]
    save: Callable[[Here, Any], Awaitable[Any]]
    template: str = "step.html"


def _words(key: str, form: type[SiteForm], *names: str, template: str = "step.html") -> Step:
    """A question whose answers are words of the project, each in a field of the same name."""

    async def save(at: Here, given: Any) -> Any:
        return await services.save_project(at.project.id, at.by, **{name: given[name].data or "" for name in names})

    return Step(key, form, names[0], lambda at: {name: getattr(at.project, name) for name in names}, save, template)


def _plan(key: str, form: type[SiteForm], name: str, template: str = "step.html") -> Step:
    """A question whose answer stands on the campaign."""

    async def save(at: Here, given: Any) -> Any:
        return await services.save_plan(at.project.id, at.by, **{name: given[name].data})

    return Step(key, form, name, lambda at: {name: getattr(at.campaign, name) if at.campaign else None}, save, template)


async def _save_last_day(at: Here, given: Any) -> Any:
    plan = {"last_day": given.last_day.data} | ({"match_wanted_pence": 0} if given.no_match.data else {})
    return await services.save_plan(at.project.id, at.by, **plan)


def _last_day(at: Here) -> dict[str, Any]:
    campaign = at.campaign
    return {"last_day": campaign.last_day, "no_match": campaign.match_wanted_pence == 0} if campaign else {}


STEPS: Final = (
    _words("title", TitleForm, "title"),
    _words("summary", SummaryForm, "summary"),
    _words("place", PlaceForm, "place", "district_code", template="place.html"),
    _words("who", WhoForm, "who"),
    _words("permission", PermissionForm, "permission", "permission_words", template="permission.html"),
    _words("children", ChildrenForm, "with_children"),
    Step("last-day", LastDayForm, "last_day", _last_day, _save_last_day, "last_day.html"),
    _plan("too-much", TooMuchForm, "if_too_much"),
)


async def _ask(step: Step, request: Request) -> Response:
    """GET and POST of one step."""
    at = await here(request)
    planned = step.key == "last-day" and at.campaign is not None and at.campaign.status == Status.APPROVED
    if not planned and (response := await frozen(request, at)):
        return response
    form = await step.form.of(request, **_remembered(request, step.initial(at)))
    if (
        request.method == "POST"
        and form.validate()
        and await tried(form, partial(step.save, at, form), step.field_name)
    ):
        return await onward(request, at, step.key)
    return await show(
        request,
        step.template,
        at,
        form.response_status,
        form=form,
        field_name=step.field_name,
        limits=queries.limits(),
        **await question(at, step.key),
        **(await _day_help(at) if step.key == "last-day" else {}),
    )


def _remembered(request: Request, initial: dict[str, Any]) -> dict[str, Any]:
    """The district that somebody chose before they signed in need not be chosen again."""
    if initial.get("district_code") == "":
        begun = str(request.state.session.data.get(BEGUN, ""))
        return initial | {"district_code": begun if is_district(begun) else ""}
    return initial


async def _day_help(at: Here) -> dict[str, Any]:
    """The days that follow from the last day, or from a usual one, and when funds that fit decide."""
    today, settings = business_today(), get_settings()
    usual = planning.usual_last_day(today)
    example = planning.days(
        usual,
        today,
        queries.limits(),
        first_charge_hours=settings.first_charge_delay_hours,
        collection_days=settings.collection_days,
    )
    wanted = at.campaign.match_wanted_pence if at.campaign else None
    funds = await match_days.match_days(
        at.project.id, wanted or None
    )  # also where none is wanted, to say what is missed
    return {
        "example": usual,
        "days": days_of(at) or example,
        "fund_days": funds,
        "may_wait": match_days.may_wait(funds),
    }


def _route(step: Step) -> Route:
    async def ask(request: Request) -> Response:
        return await _ask(step, request)

    name = f"project_{step.key.replace('-', '_')}"
    return page(f"{BASE}/{step.key}", ask, MEMBERS, name=name, methods=BOTH)


async def match(request: Request) -> Response:
    """GET and POST .../match: about how much they would like KCC to add, with the papers that each answer asks for."""
    at = await here(request)
    if response := await frozen(request, at):
        return response
    choices = await _match_choices(at)
    form = await MatchForm.of(request, match=_match_chosen(at, [value for value, _, _ in choices]))
    form.match.choices = choices
    if request.method == "POST" and form.validate():
        work = partial(services.save_plan, at.project.id, at.by, match_wanted_pence=int(form.match.data))
        if await tried(form, work, "match"):
            return await onward(request, at, "match")
    return await show(request, "match.html", at, form.response_status, form=form, **await question(at, "match"))


def _match_chosen(at: Here, offered: Sequence[str]) -> str | None:
    """What was answered; more than the target can be is the most of it."""
    wanted = at.campaign.match_wanted_pence if at.campaign else None
    if wanted is None:
        return None
    return str(wanted) if str(wanted) in offered else offered[-1]


async def _match_choices(at: Here) -> list[tuple[str, str, str]]:
    """No, then the sums at which more papers are asked, as far as the target goes. Each says what it asks for."""
    lines, limits = await queries.lines_of(at.project.id), papers_limits()
    target = lines.figures.target_pence
    steps = [one for one in (limits.small_pence, limits.middle_pence) if target <= 0 or one < target]
    most = next((one for one in (limits.small_pence, limits.middle_pence) if 0 < target <= one), None)
    found = [(0, "No, only neighbours"), *((one, f"Yes, up to {pounds(one)}") for one in steps)]
    found.append((most or get_settings().most_match_wanted_pence, "Yes, as much as a fund can add" if steps else "Yes"))
    made, before = [], ""
    for pence, words in found:
        facts = queries.facts_of(at.project, lines, pence)
        titles = "; ".join(one.title[:1].lower() + one.title[1:] for one in asked.asked_of(facts, limits))
        made.append(
            (str(pence), words, "The same papers" if titles == before else f"We ask for: {titles}" if titles else "")
        )
        before = titles
    return made


async def story_text(request: Request) -> Response:
    """GET and POST .../story: one text; "Preview" shows how it will look, and saves nothing.

    While some of the four short questions are open, they come first.
    """
    at = await here(request)
    if response := await frozen(request, at):
        return response
    parts = story.parts_of(at.project.story)
    left = [one.key for one in story.PROMPTS if parts is not None and not parts[one.key]]
    if request.method == "GET" and left and "text" not in request.query_params:
        return to(f"{at.path}/story/{left[0]}")
    form = await StoryForm.of(request, story=at.project.story)
    unsaved = None
    if request.method == "POST" and form.validate():
        if (await request.form()).get("preview"):
            unsaved = form.story.data
        elif await tried(form, partial(services.save_project, at.project.id, at.by, story=form.story.data), "story"):
            return await onward(request, at, "story")
    return await show(
        request,
        "story.html",
        at,
        form.response_status,
        form=form,
        unsaved=unsaved,
        parts=parts,
        advice=readability.advice(unsaved or at.project.story),
        **await question(at, "story"),
    )


async def story_part(request: Request) -> Response:
    """GET and POST .../story/{part}: one of four short questions; the answers are put together into the one text."""
    at = await here(request)
    prompt = story.prompt_of(str(request.path_params["part"]))
    if prompt is None:
        raise NotFound
    if response := await frozen(request, at):
        return response
    parts = story.parts_of(at.project.story)
    if parts is None:
        return to(f"{at.path}/story")
    form = await StoryPartForm.of(request, answer=parts[prompt.key])
    form.answer.label.text, form.answer.hint = prompt.question, prompt.hint
    if request.method == "POST" and form.validate():
        text = story.compose(parts | {prompt.key: form.answer.data})
        if await tried(form, partial(services.save_project, at.project.id, at.by, story=text), "answer"):
            following = story.next_prompt(prompt.key)
            wants_list = (await request.form()).get("then")
            if following is None or wants_list:
                return await onward(request, at, "story")
            return to(f"{at.path}/story/{following.key}")
    place = [one.key for one in story.PROMPTS].index(prompt.key) + 1
    return await show(
        request,
        "story_part.html",
        at,
        form.response_status,
        form=form,
        place=place,
        places=len(story.PROMPTS),
        **await question(at, "story"),
    )


async def objective(request: Request) -> Response:
    """GET and POST .../objective: one of the officers' list."""
    at = await here(request)
    if response := await frozen(request, at):
        return response
    chosen = str(at.project.objective_id) if at.project.objective_id else None
    form = await ObjectiveForm.of(request, objective=chosen)
    form.objective.hint = told.OUR_OBJECTIVES if get_settings().mode is Mode.LOCAL else None
    form.objective.choices = [(one.id, one.name[:1].upper() + one.name[1:]) for one in await queries.objectives()]
    if request.method == "POST" and form.validate():
        chosen_id = int(form.objective.data)
        work = partial(services.save_project, at.project.id, at.by, objective_id=chosen_id)
        if await tried(form, work, "objective"):
            return await onward(request, at, "objective")
    return await show(
        request,
        "step.html",
        at,
        form.response_status,
        form=form,
        field_name="objective",
        **await question(at, "objective"),
    )


BASE: Final = "/groups/{group}/projects/{project}"
ROUTES = [
    *(_route(step) for step in STEPS),
    page(f"{BASE}/match", match, MEMBERS, name="project_match", methods=BOTH),
    page(f"{BASE}/story", story_text, MEMBERS, name="project_story", methods=BOTH),
    page(f"{BASE}/story/{{part}}", story_part, MEMBERS, name="project_story_part", methods=BOTH),
    page(f"{BASE}/objective", objective, MEMBERS, name="project_objective", methods=BOTH),
]
