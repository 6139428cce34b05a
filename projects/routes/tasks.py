"""A project while its group writes it: the task list, the way from one question to the next, preview and sending it."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts.access import page
from crowdfund_kent.accounts.routes.account import name_first
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.clock import business_today
from crowdfund_kent.settings import get_settings
from projects import planning, queries, raised, readability, rules, services
from projects.forms import SubmitForm
from projects.kinds import MemberRole
from projects.routes.common import MEMBERS, OWNERS, Here, here, project_path, show, shown_of

PATHS: Final = {"costs": "lists/costs", "other-funding": "lists/other-funding", "in-kind": "lists/in-kind"}
LIST: Final = "list"  # the second button of each question
NOW_PAPERS: Final = "Saved. Every question is answered: now the papers"
ALL_ANSWERED: Final = "Saved. Every question is answered: look at your page, then send it"


def address_of(at: Here, step: rules.Step) -> str:
    """Where a task is done."""
    if step.key == "group":
        return f"/groups/{at.group.slug}/details"
    return f"{at.path}/{PATHS.get(step.key, step.key)}"


async def onward(request: Request, at: Here, key: str) -> Response:
    """After a save: to the next open question, or to the list where that button was pressed. The address follows the title."""
    changed = await queries.project_with_group(at.project.id)
    path = project_path(at.group.slug, changed.slug)
    campaign = await queries.newest_campaign(changed.id)
    wants_list = request.method == "POST" and (await request.form()).get("then") == LIST
    if wants_list or not queries.is_editable(campaign):
        return to(path)
    steps = await queries.steps_of(changed, campaign)
    following = rules.next_open(steps, key)
    if following is None and any(step.key == "papers" and step.is_open for step in steps):
        return await done(request, f"{path}/papers", NOW_PAPERS)
    if following is None:
        return await done(request, path, ALL_ANSWERED)
    moved = Here(at.group, changed, campaign, at.member, at.by)
    return to(address_of(moved, following))


async def next_question(request: Request) -> Response:
    """GET .../next?after=costs: the next open question after that one."""
    at = await here(request)
    after = request.query_params.get("after", "")
    return await onward(request, at, after if after in rules.QUESTIONS else "")


async def task_list(request: Request, at: Here) -> Response:
    """What is left and which rule asks for it, then what is answered."""
    steps = await queries.steps_of(at.project, at.campaign)
    lines = await queries.lines_of(at.project.id)
    following = rules.next_open(steps, "")
    questions = [step for step in steps if step.number is not None]
    return await show(
        request,
        "tasks.html",
        at,
        left=[(step, address_of(at, step)) for step in steps if step.is_open],
        answered=[(step, address_of(at, step)) for step in steps if not step.is_open],
        answered_count=sum(not step.is_open for step in questions),
        total=len(questions),
        following=(following, address_of(at, following)) if following else None,
        figures=lines.figures,
        ready=not any(step.problem for step in steps),
        messages=await queries.messages_of(at.campaign.id) if at.campaign else [],
        next_steps=await raised.next_steps(at.campaign.id, at.member.person_id) if at.campaign else [],
        days=days_of(at),
        is_helper=at.member.role == MemberRole.HELPER,
        owners=await queries.owners(at.group.id),
        helpers=await queries.helpers(at.group.id),
    )


def days_of(at: Here) -> planning.Days | None:
    """The days that follow from the last day, where one is set."""
    if at.campaign is None or at.campaign.last_day is None:
        return None
    settings = get_settings()
    return planning.days(
        at.campaign.last_day,
        business_today(),
        queries.limits(),
        first_charge_hours=settings.first_charge_delay_hours,
        collection_days=settings.collection_days,
    )


async def everything(at: Here) -> dict[str, Any]:
    """All that was written, as the pages show it that come before a decision."""
    lines = await queries.lines_of(at.project.id)
    return {"lines": lines, "figures": lines.figures, "shown": shown_of(at), "days": days_of(at)}


async def preview(request: Request) -> Response:
    """GET .../preview: how the page will look, from the working text, with advice on how easily it reads."""
    at = await here(request)
    advice = readability.advice(at.project.story) if at.is_editable else ()
    return await show(request, "preview.html", at, advice=advice, **await everything(at))


async def submit(request: Request) -> Response:
    """GET and POST .../submit: everything on one page, what is missing with links, and the owner's word."""
    at = await here(request)
    if at.campaign is None or not at.is_editable:
        # sent twice, or from an old page: the first time counted
        return to(at.path)
    # officers ask for a person, not for an address
    if request.method == "GET" and (response := name_first(request)):
        return response
    steps = await queries.steps_of(at.project, at.campaign)
    form = await SubmitForm.of(request)
    if (
        request.method == "POST"
        and form.validate()
        and await tried(form, partial(services.submit, at.campaign.id, at.by))
    ):
        return await done(request, at.path, "Sent. An officer will check it and write to you.")
    missing = [(step, address_of(at, step)) for step in steps if step.problem]
    context = await everything(at)
    return await show(request, "submit.html", at, form.response_status, form=form, missing=missing, **context)


BASE: Final = "/groups/{group}/projects/{project}"
ROUTES = [
    page(f"{BASE}/next", next_question, MEMBERS, name="project_next"),
    page(f"{BASE}/preview", preview, MEMBERS, name="project_preview"),
    page(f"{BASE}/submit", submit, OWNERS, name="campaign_submit", methods=("GET", "POST")),
]
