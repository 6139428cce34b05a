"""The group's pages of its requests to funds: which rounds are open, one question a page, check and send, take back, again.

/groups/{group}/pitches                              rounds that are open, and what was asked
/groups/{group}/pitches/new/{round}/{project}        begin
/groups/{group}/pitches/{reference}                  where it stands, what is left, progress of the crowd
.../amount, /why, /questions/{id}, /check            its pages
.../withdraw, /again                                 take back; the same again in a later round
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.money import pounds
from crowdfund_kent.templating import day, render
from panel import asking
from panel.asking import Step
from panel.forms.pitches import AgainForm, AmountForm, SendForm, WhyForm, answer_form
from panel.models import Pitch, Round
from panel.queries import pitches as queries
from panel.routes.common import BOTH, GENERATED, calculator_rows
from panel.services import pitches as services
from panel.states import Pitch as Status
from pledges.models import FundQuestion
from projects import queries as projects
from projects.kinds import MemberRole
from projects.models import Group, Project
from projects.routes.common import MEMBERS, OWNERS, group_here

LIST: Final = "list"  # the second button of each question
MEANING: Final = {
    Status.DRAFT: ("Being written", "wait"),
    Status.SUBMITTED: ("Sent", "plain"),
    Status.AWARDED: ("Money is offered", "yes"),
    Status.DECLINED: ("Not this time", "no"),
    Status.DEFERRED: ("Put off to a later round", "wait"),
    Status.WITHDRAWN: ("Taken back", "quiet"),
    Status.LAPSED: ("Not sent in time", "quiet"),
}


async def listing(request: Request) -> Response:
    """GET /groups/{group}/pitches."""
    group = await group_here(request)
    by_round: dict[int, dict[str, Any]] = {}
    for one in await queries.chances(group.id):
        place = by_round.setdefault(one.round.id, {"round": one.round, "chances": []})
        place["chances"].append(one)
    context: dict[str, Any] = {
        "rounds": list(by_round.values()),
        "pitches": await queries.pitches_of_group(group.id),
        "meaning": MEANING,
        "title_of": queries.title_of,
        "path_of": queries.path_of,
    }
    return await _render(request, "list.html", group, None, None, 200, **context)


async def begin(request: Request) -> Response:
    """GET and POST /groups/{group}/pitches/new/{round}/{project}: what it is, and the button that begins it."""
    group = await group_here(request)
    round_ = await queries.round_by_slug(str(request.path_params["round"]))
    project = await projects.project_of_group(group.id, str(request.path_params["project"]))
    campaign = await queries.campaign_for(project.id)
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        made: list[Pitch] = []

        async def work() -> None:
            made.append(await services.begin(round_.id, project.id, request.state.actor))

        if await tried(form, work):
            return to(f"{_path(group, made[0])}/amount" if made[0].asked_pence is None else _path(group, made[0]))
    context = {
        "form": form,
        "round": round_,
        "fund": round_.fund,
        "not_now": await queries.why_not(round_, project, campaign),
        "questions": await FundQuestion.filter(fund_id=round_.fund_id, retired_at=None).count(),
    }
    return await _render(request, "new.html", group, project, None, form.response_status, **context)


async def show(request: Request) -> Response:
    """GET /groups/{group}/pitches/{reference}."""
    pitch = await pitch_here(request)
    context = await _facts(pitch)
    if pitch.status == Status.DRAFT:
        found = await queries.steps_of(pitch)
        return await _page(request, pitch, "draft.html", steps=found, ready=_ready(found), **context)
    again = pitch.status in asking.COMES_AGAIN and await services.may_come_again(pitch)
    award = await pitch.award.select_related("match_pledge") if pitch.status == Status.AWARDED else None  # type: ignore[attr-defined]
    return await _page(
        request,
        pitch,
        "sent.html",
        asked=await queries.asked_of(pitch),
        may_come_again=again,
        offer=award.match_pledge if award else None,
        **context,
    )


async def amount(request: Request) -> Response:
    """GET and POST .../amount: beside it the most by the calculator today, and which rule binds."""
    pitch = await _draft(request)
    if pitch is None:
        return await _closed(request)
    form = await AmountForm.of(request, amount=pitch.asked_pence or await _first_amount(pitch))

    async def save(by: Any) -> None:
        await services.save(pitch.id, by, asked_pence=form.amount.data)

    context = await _facts(pitch)
    context["largest"] = await queries.largest_pence(pitch.round.fund_id)
    return await _question(request, pitch, "amount", form, save, "amount.html", field="amount", **context)


async def _first_amount(pitch: Pitch) -> int | None:
    """What the group said already of how much it would like, where it named an amount."""
    wanted = pitch.campaign.match_wanted_pence if pitch.campaign else None
    found = await queries.weighed(pitch)
    if not wanted or found is None:
        return None
    return min(wanted, found.most.pence) or None


async def why(request: Request) -> Response:
    """GET and POST .../why."""
    pitch = await _draft(request)
    if pitch is None:
        return await _closed(request)
    form = await WhyForm.of(request, why=pitch.why)

    async def save(by: Any) -> None:
        await services.save(pitch.id, by, why=form.why.data)

    return await _question(request, pitch, "why", form, save, "question.html", field="why", most_words=asking.WHY_WORDS)


async def question(request: Request) -> Response:
    """GET and POST .../questions/{id}: one of the fund's own."""
    pitch = await _draft(request)
    if pitch is None:
        return await _closed(request)
    asked = next((one for one in await queries.questions_of(pitch) if one.id == path_id(request)), None)
    if asked is None:
        raise NotFound
    form = await answer_form(asked).of(request, answer=(await queries.answers_of(pitch.id)).get(asked.id, ""))

    async def save(by: Any) -> None:
        await services.answer(pitch.id, asked.id, form["answer"].data or "", by)

    key = f"questions/{asked.id}"
    return await _question(
        request, pitch, key, form, save, "question.html", field="answer", most_words=asked.most_words
    )


async def check(request: Request) -> Response:
    """GET and POST .../check: everything on one page, what is missing with links, and an owner's word."""
    pitch = await _draft(request)
    if pitch is None:
        return await _closed(request)
    form = await SendForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.submit, pitch.id, request.state.actor)
        if await tried(form, work):
            funder = pitch.round.fund.funder.short_name
            sent = f"Sent. {funder} decides by {day(pitch.round.decide_by)} and writes to you"
            return await done(request, queries.path_of(pitch), sent)
    found = await queries.steps_of(pitch)
    context = await _facts(pitch)
    return await _page(
        request,
        pitch,
        "check.html",
        form.response_status,
        form=form,
        asked=await queries.asked_of(pitch),
        missing=[one for one in found if one.problem],
        not_now=await queries.why_not(pitch.round, pitch.project, await queries.campaign_for(pitch.project_id)),
        content=await queries.content_for(pitch),
        **context,
    )


async def withdraw(request: Request) -> Response:
    """GET and POST .../withdraw: an owner takes it back until the list is signed."""
    pitch = await pitch_here(request)
    path = queries.path_of(pitch)
    if pitch.status == Status.WITHDRAWN:
        return await done(request, path, "You have taken it back")
    if pitch.status != Status.SUBMITTED:
        return await done(request, path, "It can’t be taken back now")
    form = await ActionForm.of(request)
    work = partial(services.withdraw, pitch.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, path, "You have taken it back. Nobody decides about it any more")
    return await _page(request, pitch, "withdraw.html", form.response_status, form=form)


async def again(request: Request) -> Response:
    """GET and POST .../again: the same answers in a later round, to be looked at and sent."""
    pitch = await pitch_here(request)
    if not await services.may_come_again(pitch):
        return await done(request, queries.path_of(pitch), "This request can’t be sent again: begin a new one instead")
    rounds = [
        one for one in await queries.open_rounds() if one.fund_id == pitch.round.fund_id and one.id != pitch.round_id
    ]
    form = await AgainForm.of(request, round=str(rounds[0].id) if rounds else None)
    form.round.choices = [(one.id, one.name, _days(one)) for one in rounds]
    if request.method == "POST" and form.validate():
        made: list[Pitch] = []

        async def work() -> None:
            made.append(await services.come_again(pitch.id, int(form.round.data), request.state.actor))

        if await tried(form, work):
            path = f"/groups/{pitch.project.group.slug}/pitches/{made[0].reference}"
            return await done(request, path, "Your answers are here. Look at them, change what you like, then send it")
    return await _page(request, pitch, "again.html", form.response_status, form=form, rounds=rounds)


def _days(round_: Round) -> str:
    return f"Ask by {day(round_.pitch_by)}, decided by {day(round_.decide_by)}"


# shared -------------------------------------------------------------------------------------------------------


async def pitch_here(request: Request) -> Pitch:
    """The request of the path; another group's is NotFound."""
    found = await queries.pitch_by_reference(str(request.path_params["reference"]))
    if found.project.group_id != request.state.member.group_id:
        raise NotFound
    return found


async def _draft(request: Request) -> Pitch | None:
    """The same while it can be written; None once it was sent or its round is closed."""
    pitch = await pitch_here(request)
    return pitch if pitch.status == Status.DRAFT else None


async def _closed(request: Request) -> Response:
    """Sent twice, or from an old page: to where it stands."""
    pitch = await pitch_here(request)
    words = "It is sent" if pitch.status == Status.SUBMITTED else "This can’t be changed now"
    return await done(request, queries.path_of(pitch), words)


def _ready(found: list[Step]) -> bool:
    return all(one.is_done for one in found)


async def _question(
    request: Request,
    pitch: Pitch,
    key: str,
    form: SiteForm,
    save: Callable[[Any], Awaitable[None]],
    template: str,
    *,
    field: str,
    **context: Any,
) -> Response:
    """One question: saved, then the next one; once all was answered before, back to the page that shows everything."""
    before = await queries.steps_of(pitch)
    path = queries.path_of(pitch)
    if request.method == "POST" and form.validate() and await tried(form, partial(save, request.state.actor), field):
        if (await request.form()).get("then") == LIST:
            return to(path)
        following = None if _ready(before) else asking.after(before, key)
        return to(f"{path}/{following.key}" if following else f"{path}/check")
    number = [one.key for one in before].index(key) + 1
    given = {"form": form, "field_name": field, "step": {"number": number}, "total": len(before), **context}
    return await _page(request, pitch, template, form.response_status, **given)


async def _facts(pitch: Pitch) -> dict[str, Any]:
    """How far the crowd is, and the most that the fund could add as it stands now."""
    found = await queries.weighed(pitch)
    return {
        "progress": queries.progress_in(pitch, found),
        "most": found.most if found else None,
        "rows": calculator_rows(found.most) if found else [],
        "target_pence": found.terms.target_pence if found else await queries.target_of(pitch),
        "crowd": None if found is None or pitch.round.fund.without_crowd else found.totals,
        "exclusions": found.fund_rules.exclusions if found else [],
        "meaning": MEANING[Status(pitch.status)],
    }


async def _page(request: Request, pitch: Pitch, template: str, status: int = 200, **context: Any) -> Response:
    given = {
        "pitch": pitch,
        "round": pitch.round,
        "fund": pitch.round.fund,
        "title": queries.title_of(pitch),
        "path": queries.path_of(pitch),
        "pounds": pounds,
        **context,
    }
    return await _render(request, template, pitch.project.group, pitch.project, pitch.round, status, **given)


async def _render(
    request: Request,
    template: str,
    group: Group,
    project: Project | None,
    round_: Round | None,
    status: int = 200,
    **context: Any,
) -> Response:
    shown = round_ or context.get("round")
    generated = group.generated or (shown is not None and shown.generated)
    given = {
        "group": group,
        "project": project,
        "funder": shown.fund.funder.short_name if shown is not None else "",
        "officer": await projects.officer_of(group.id),
        "is_owner": request.state.member.role == MemberRole.OWNER,
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if generated else None,
        **context,
    }
    return render(request, f"panel/pitches/{template}", given, status)


def _path(group: Group, pitch: Pitch) -> str:
    return f"/groups/{group.slug}/pitches/{pitch.reference}"


BASE: Final = "/groups/{group}/pitches/{reference}"
ROUTES: Final[list[Route]] = [
    page("/groups/{group}/pitches", listing, MEMBERS, name="group_pitches"),
    page("/groups/{group}/pitches/new/{round}/{project}", begin, MEMBERS, name="group_pitch_begin", methods=BOTH),
    page(BASE, show, MEMBERS, name="group_pitch"),
    page(f"{BASE}/amount", amount, MEMBERS, name="group_pitch_amount", methods=BOTH),
    page(f"{BASE}/why", why, MEMBERS, name="group_pitch_why", methods=BOTH),
    page(f"{BASE}/questions/{{id}}", question, MEMBERS, name="group_pitch_question", methods=BOTH),
    page(f"{BASE}/check", check, MEMBERS, name="group_pitch_check", methods=BOTH),
    page(f"{BASE}/withdraw", withdraw, OWNERS, name="group_pitch_withdraw", methods=BOTH),
    page(f"{BASE}/again", again, MEMBERS, name="group_pitch_again", methods=BOTH),
]
