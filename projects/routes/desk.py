"""The officer's checking desk: the queue, one campaign with its checklist and documents, and what is done before deciding.

routes/officers.py decides. Documents are read by officers without a part in the campaign and by auditors, and by nobody else.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import Forbidden, NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.geography import DISTRICTS
from crowdfund_kent.mail.bounces import came_back
from crowdfund_kent.templating import plural, render
from projects import pictures, queries, raised, services, words
from projects.forms.officers import AskForm, DeskForm, FundingForm, QueueForm, RecommendForm, SendBackForm
from projects.kinds import CheckItem
from projects.models import Campaign, CampaignEvent, Evidence, Project
from projects.queries.desk import Desk, desk_of
from projects.queries.desk_history import history_of
from projects.queries.hints import hints_for
from projects.queries.queue import Waiting, Waits, Who, next_for, of_whom, queue
from projects.reports.queries import overdue_of_group
from projects.routes.common import GENERATED
from projects.routes.file_pages import original_file, page_picture, texts_of
from projects.services.guarding import conflict_of
from projects.states import CAMPAIGN
from projects.states import Campaign as Status

OFFICERS: Final = staff(Role.FUND_OFFICER)
BASE: Final = "/staff/campaigns"
NAMES: Final = {one.code: one.name for one in DISTRICTS}
# a document of a stranger: nothing in it runs, nothing is guessed, and it is saved, not shown
HEADINGS: Final = (
    (Waits.OFFICER, "To check"),
    (Waits.SECOND, "For a second officer"),
    (Waits.ANSWER, "Asked, waiting for the group’s answer"),
    (Waits.CHANGES, "Given back, waiting for the group’s changes"),
    (Waits.OPENING, "Approved, not open yet"),
    (Waits.PAUSED, "Paused"),
    (Waits.OPEN, "Open"),
)


async def show_queue(request: Request) -> Response:
    """GET /staff/campaigns: what waits for whom, the oldest first; filters in the address."""
    by: Actor = request.state.actor
    form = QueueForm.of_query(request)
    rows = await queue(form.chosen("district"))
    mine = next_for(rows, by.person_id)
    shown = of_whom(rows, Who(form.chosen("who")), by.person_id)
    wanted = {one for one in Waits if one.name.lower() == form.chosen("waits")} or set(Waits)
    sections = [(waits, heading, [_row(one) for one in shown if one.waits is waits]) for waits, heading in HEADINGS]
    context = {
        "form": form,
        "sections": [one for one in sections if one[0] in wanted],
        "to_check": sum(one.waits in {Waits.OFFICER, Waits.SECOND} for one in rows),
        "late": sum(one.is_late for one in rows),
        "next": mine if by.role == Role.FUND_OFFICER else None,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "projects/officer_queue.html", context)


def _row(one: Waiting) -> list[Any]:
    wanted = {None: "Not asked", 0: "None"}.get(one.match_wanted_pence)
    sought = min(one.match_wanted_pence or 0, one.target_pence)
    return [
        {"text": one.title, "href": f"{BASE}/{one.id}", "small": one.group_name},
        NAMES.get(one.district_code, ""),
        one.target_pence,
        wanted or sought,
        {"text": plural(one.days, "working day") if one.days else "today", "late": one.is_late},
        one.taken_by,
    ]


async def find(request: Request) -> Campaign:
    """The campaign of {id}, submitted at least once; drafts are the group's own."""
    found = await Campaign.get_or_none(id=path_id(request)).select_related("project__group", "version")
    if found is None or not await CampaignEvent.filter(subject_id=found.id, new=Status.SUBMITTED).exists():
        raise NotFound
    return found


async def facts(request: Request, campaign: Campaign) -> dict[str, Any]:
    """What every page about a campaign on the desk shows."""
    by: Actor = request.state.actor
    project = await queries.project_with_group(campaign.project_id)
    lines = await queries.lines_of(project.id)
    content = services.content_of(project, lines) if campaign.version is None else dict(campaign.version.content)
    reads_only = by.role == Role.AUDITOR
    conflict = None if reads_only else await conflict_of(by.person_id, campaign, project.group_id)
    return {
        "campaign": campaign,
        "project": project,
        "group": project.group,
        "content": content,
        "lines": lines,
        "figures": campaign.version or lines.figures,
        "desk": await desk_of(campaign, project, lines, by.person_id),
        "meaning": words.meaning(campaign.status),
        "conflict": conflict,
        "me": by.person_id,
        "may": set() if conflict or reads_only else {cause for old, cause in CAMPAIGN if old == campaign.status},
        "path": f"{BASE}/{campaign.id}",
        "generated_notice": GENERATED if project.generated or project.group.generated else None,
    }


async def show(request: Request) -> Response:
    """GET /staff/campaigns/{id}: the checklist by rule, what the group gave beside each item, and what happened."""
    return await show_campaign(request, await find(request))


async def show_campaign(request: Request, campaign: Campaign, form: DeskForm | None = None) -> Response:
    """The desk page, also with what could not be saved."""
    given = await facts(request, campaign)
    found: Desk = given["desk"]
    form = form or DeskForm(None, request.state.session.csrf_token, True, **_held(found))
    quiet = [line for line in found.lines if not (line.entry.needed or line.papers or line.said or line.questions)]
    members = await queries.members_of(campaign.project.group_id)
    context = {
        **given,
        "form": form,
        "asked_lines": [line for line in found.lines if line not in quiet],
        "quiet_lines": quiet,
        "answered": sum(line.said is not None for line in found.lines if line not in quiet),
        "fields": {item: (answer, note) for item, answer, note in form.items()},
        "shown": pictures.shown(given["content"]["picture"]),
        "members": members,
        "came_back": await came_back([one.person.email for one in members if one.person.email]),
        "messages": await queries.messages_of(campaign.id),
        "checks": await queries.checks_of(campaign.id),
        "hints": [] if given["conflict"] else await hints_for(campaign.project_id),
        "overdue": await overdue_of_group(campaign.project.group_id),
        "funding_words": await queries.funding_words_of(campaign.id),
        "history": await history_of(campaign),
        "texts": {} if given["conflict"] else await _texts(found),
        "raised_pence": await raised.raised_pence(campaign.id) if campaign.opened_at else None,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "projects/officer_campaign.html", context, form.response_status)


def _held(found: Desk) -> dict[str, str]:
    """Answers that hold, and the notes of those that have to be given again."""
    values = {}
    for line in found.lines:
        name = line.entry.item.name.lower()
        if line.said:
            values[name] = str(line.said.answer)
        if told := line.said or line.before:
            values[f"{name}_note"] = told.note
    return values


async def _texts(found: Desk) -> dict[int, str]:
    """The words of documents that have no pictures, by the paper's id."""
    papers = [one for line in found.lines for given in line.papers for one in given.evidence if one.has_text]
    return await texts_of(papers)


async def answers(request: Request) -> Response:
    """POST .../answers: keep what was answered; on to the next item, or to the decision."""
    campaign = await find(request)
    form = await DeskForm.of(request)
    work = partial(services.save_answers, campaign.id, request.state.actor, form.answers() if form.validate() else {})
    if not form.problems and await tried(form, work):
        then = str((await request.form()).get("then", ""))
        if then in {"approve", "recommend"}:
            return to(f"{BASE}/{campaign.id}/{then}")
        at = f"item-{then}" if then in {one.name.lower() for one in CheckItem} else "decide"
        return to(f"{BASE}/{campaign.id}#{at}")
    return await show_campaign(request, campaign, form)


def _post(key: str, work: Callable[[int, Actor], Awaitable[Any]], told: str) -> Route:
    """POST .../{key}: a button that does one thing to who has taken a campaign."""

    async def act(request: Request) -> Response:
        campaign = await find(request)
        form = await ActionForm.of(request)
        if form.validate() and await tried(form, partial(work, campaign.id, request.state.actor)):
            return await done(request, f"{BASE}/{campaign.id}", told)
        shown = DeskForm(
            None, request.state.session.csrf_token, True, **_held((await facts(request, campaign))["desk"])
        )
        shown.validate()
        for problem in form.problems:
            shown.refuse(problem["text"])
        return await show_campaign(request, campaign, shown)

    return page(
        f"{BASE}/{{id}}/{key}", act, OFFICERS, name=f"staff_campaign_{key.replace('-', '_')}", methods=("POST",)
    )


def item_of(request: Request) -> CheckItem:
    """The item of {item}, as its name in small letters; NotFound for another."""
    key = str(request.path_params["item"])
    found = next((one for one in CheckItem if one.name.lower() == key), None)
    if found is None:
        raise NotFound
    return found


async def _small(
    request: Request, campaign: Campaign, template: str, form: SiteForm, more: Mapping[str, Any] | None = None
) -> Response:
    given = await facts(request, campaign)
    if given["conflict"]:
        raise Forbidden(given["conflict"])
    return render(request, f"projects/{template}", {**given, "form": form, **(more or {})}, form.response_status)


async def ask(request: Request) -> Response:
    """GET and POST .../ask/{item}: a question to the group."""
    campaign, item = await find(request), item_of(request)
    form = await AskForm.of(request)
    work = partial(services.ask, campaign.id, request.state.actor, item, form.text.data or "")
    if request.method == "POST" and form.validate() and await tried(form, work, "text"):
        return await done(request, f"{BASE}/{campaign.id}", "The group is asked, by e-mail and on its page")
    questions = [one for one in await queries.questions_of(campaign.id) if one.item == item]
    return await _small(request, campaign, "officer_ask.html", form, {"item": item, "questions": questions})


async def recommend(request: Request) -> Response:
    """GET and POST .../recommend: to a second officer."""
    campaign = await find(request)
    form = await RecommendForm.of(request)
    work = partial(services.recommend, campaign.id, request.state.actor, form.words.data or "")
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await on_to_next(request, campaign, f"A second officer is asked to look: {campaign.project.title}")
    return await _small(request, campaign, "officer_recommend.html", form)


async def send_back(request: Request) -> Response:
    """GET and POST .../send-back: the second officer does not agree, or the first takes it back."""
    campaign = await find(request)
    form = await SendBackForm.of(request)
    work = partial(services.send_back, campaign.id, request.state.actor, form.words.data or "")
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await on_to_next(request, campaign, f"Sent back: {campaign.project.title}")
    return await _small(request, campaign, "officer_send_back.html", form)


async def funding(request: Request) -> Response:
    """GET and POST .../funding/{project}: an officer's word on a hint."""
    campaign = await find(request)
    other = await Project.get_or_none(id=path_id(request, "project")).select_related("group")
    if other is None or other.id == campaign.project_id:
        raise NotFound
    form = await FundingForm.of(request)
    if request.method == "POST" and form.validate():
        distinct = form.distinct.data == "yes"
        work = partial(
            services.word_on_funding,
            campaign.id,
            request.state.actor,
            other.id,
            distinct=distinct,
            words=form.words.data,
        )
        if await tried(form, work):
            return await done(request, f"{BASE}/{campaign.id}#item-double", "Your word is kept")
    return await _small(request, campaign, "officer_funding.html", form, {"other": other})


async def on_to_next(request: Request, campaign: Campaign, told: str) -> Response:
    """After a decision: the next of the queue, so that ten are cleared without going back to the list."""
    rows = await queue()
    following = next_for(rows, request.state.actor.person_id, after=campaign.id)
    if following is None:
        return await done(request, BASE, f"{told}. Nothing else waits for you")
    return await done(request, f"{BASE}/{following.id}", f"{told}. This is the next one")


async def _paper(request: Request) -> Evidence:
    """The paper of {paper}, for an officer without a part in the campaign, or an auditor."""
    campaign = await find(request)
    by: Actor = request.state.actor
    if by.role != Role.AUDITOR and (conflict := await conflict_of(by.person_id, campaign, campaign.project.group_id)):
        raise Forbidden(conflict)
    found = await Evidence.get_or_none(id=path_id(request, "paper"), project_id=campaign.project_id, file_gone_at=None)
    if found is None or found.key is None:
        raise NotFound
    return found


async def paper_page(request: Request) -> Response:
    """GET .../papers/{paper}/{number}.webp: one page as a picture that we drew."""
    return await page_picture(request, await _paper(request))


async def original(request: Request) -> Response:
    """GET .../papers/{paper}/original: the file as it was sent, to be saved."""
    return await original_file(await _paper(request))


BOTH: Final = ("GET", "POST")
ROUTES = [
    page(BASE, show_queue, OFFICERS, name="staff_campaigns"),
    page(f"{BASE}/{{id}}", show, OFFICERS, name="staff_campaign"),
    page(f"{BASE}/{{id}}/answers", answers, OFFICERS, name="staff_campaign_answers", methods=("POST",)),
    _post("take", services.take, "You have taken this one"),
    _post("take-over", services.take_over, "You have taken this one over"),
    _post("give-back", services.give_back, "It waits for whoever takes it next. Your answers are kept"),
    page(f"{BASE}/{{id}}/ask/{{item}}", ask, OFFICERS, name="staff_campaign_ask", methods=BOTH),
    page(f"{BASE}/{{id}}/recommend", recommend, OFFICERS, name="staff_campaign_recommend", methods=BOTH),
    page(f"{BASE}/{{id}}/send-back", send_back, OFFICERS, name="staff_campaign_send_back", methods=BOTH),
    page(f"{BASE}/{{id}}/funding/{{project}}", funding, OFFICERS, name="staff_campaign_funding", methods=BOTH),
    page(f"{BASE}/{{id}}/papers/{{paper}}/original", original, OFFICERS, name="staff_paper_original"),
    page(f"{BASE}/{{id}}/papers/{{paper}}/{{number}}.webp", paper_page, OFFICERS, name="staff_paper_page"),
]
