"""Answering by a private address, the sheet about whoever answered, the questions for everybody, and the officers' pages."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, public, public_form, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.small_numbers import LEAST
from crowdfund_kent.templating import render
from evaluation.surveys import about_you, links, queries, rules, services
from evaluation.surveys.forms import SurveyForm, form_of, initial
from evaluation.surveys.kinds import SurveyKind
from evaluation.surveys.models import SurveyInvitation
from evaluation.surveys.questionnaires import ABOUT_YOU, ALL, CURRENT
from evaluation.surveys.states import Invitation as Status

OFFICERS: Final = staff(Role.FUND_OFFICER)
PATH: Final = "/surveys/{reference}/{token}"
HERE: Final = "/staff/evaluation/surveys"
BOTH: Final = ("GET", "POST")
LATER: Final = "later"  # the value of the button that saves
KEPT: Final = "Saved. Come back by the same link, and send it when it is done."
THANKS: Final = "Thank you. We have your answers."


async def _invitation(request: Request) -> SurveyInvitation:
    return await links.by_private_link(request.path_params["reference"], request.path_params["token"])


async def _form(request: Request, row: SurveyInvitation, *, optional: bool = False) -> SurveyForm:
    questions = queries.questions_of(row)
    known = services.draft_of(row, await queries.answers_of(row.id))
    return await form_of(questions, optional=optional).of(request, **initial(known, questions))


async def show(request: Request) -> Response:
    """GET and POST /surveys/{reference}/{token}: the questions, until its last day; `then=later` saves without sending."""
    row = await _invitation(request)
    open_ = row.status != Status.LAPSED and rules.is_open(row.closes_on, business_today())
    if request.method == "GET" and (
        not open_ or (row.status == Status.ANSWERED and "change" not in request.query_params)
    ):
        return await _after(request, row, open_)
    later = request.method == "POST" and (await request.form()).get("then") == LATER
    form = await _form(request, row, optional=later)
    if request.method == "POST" and form.validate():
        work = partial(services.keep if later else services.answer, row.id, form.given())
        if await tried(form, work):
            return await done(request, links.path_of(row), KEPT if later else THANKS)
    context = {
        "form": form,
        "row": row,
        "path": links.path_of(row),
        "survey": queries.questionnaire_of(row),
        "is_backer": row.kind == SurveyKind.BACKER,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "surveys/questions.html", context, form.response_status)


async def _after(request: Request, row: SurveyInvitation, open_: bool) -> Response:
    given = await queries.answers_of(row.id)
    context = {
        "row": row,
        "path": links.path_of(row),
        "survey": queries.questionnaire_of(row),
        "told": [(one.words, _told(given.get(one.key), one.names)) for one in queries.questions_of(row)],
        "is_open": open_,
        "is_answered": row.status == Status.ANSWERED,
        "about_you": f"/about-you/{links.ticket_of(row)}"
        if row.status == Status.ANSWERED
        and not await queries.was_on_paper(row.id)  # the sheet came, or did not, on paper too
        and await about_you.is_open(links.ticket_of(row))
        else "",
        "flash": await sessions.take_flash(request),
    }
    return render(request, "surveys/answered.html", context)


def _told(value: list[str] | str | None, names: Any) -> str:
    if not value:
        return "Nothing"
    return value if isinstance(value, str) else ", ".join(names[key] for key in value)


async def decline(request: Request) -> Response:
    """GET and POST /surveys/{reference}/{token}/no: they would rather not; asks first."""
    row = await _invitation(request)
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate() and await tried(form, partial(services.decline, row.id)):
        return await done(request, links.path_of(row), "We will not ask about this again.")
    context = {"form": form, "row": row, "path": links.path_of(row)}
    return render(request, "surveys/decline.html", context, form.response_status)


async def paper(request: Request) -> Response:
    """GET /surveys/{reference}/{token}/paper: the same to print."""
    row = await _invitation(request)
    return _print(request, row, links.path_of(row))


def _print(request: Request, row: SurveyInvitation, back: str) -> Response:
    context = {
        "row": row,
        "survey": queries.questionnaire_of(row),
        "questions": queries.questions_of(row),
        "about_you": ABOUT_YOU,
        "back": back,
    }
    return render(request, "surveys/paper.html", context)


async def sheet(request: Request) -> Response:
    """GET and POST /about-you/{ticket}: equality monitoring, wholly optional. The ticket leads to no answer."""
    ticket = str(request.path_params["ticket"])
    if request.method == "GET" and not await about_you.is_open(ticket):
        return render(request, "surveys/about_you.html", {"form": None, "flash": await sessions.take_flash(request)})
    form = await form_of(ABOUT_YOU, optional=True).of(request)
    if request.method == "POST" and form.validate():
        chosen = {key: str(value) for key, value in form.given().items()}
        if await tried(form, partial(about_you.send, ticket, chosen)):
            return await done(request, f"/about-you/{ticket}", "Thank you.")
    context = {"form": form, "flash": await sessions.take_flash(request)}
    return render(request, "surveys/about_you.html", context, form.response_status)


async def questions(request: Request) -> Response:
    """GET /evaluation/questions: every question that we ask, word for word."""
    context = {
        "surveys": list(CURRENT.values()),
        "older": [one for one in ALL.values() if one is not CURRENT[one.kind]],
    }
    return render(request, "surveys/all_questions.html", context | {"about_you": ABOUT_YOU})


async def overview(request: Request) -> Response:
    """GET /staff/evaluation/surveys: rounds with their response, and the groups that were asked."""
    context = {
        "rounds": await queries.rounds(business_today()),
        "rows": await queries.group_invitations(),
        "by_post": await queries.backers_by_post(business_today()),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "surveys/office.html", context)


async def show_round(request: Request) -> Response:
    """GET /staff/evaluation/surveys/rounds/{id}: how often each answer was chosen, and what was written."""
    round_id = path_id(request)
    line = next((one for one in await queries.rounds(business_today()) if one.id == round_id), None)
    if line is None:
        raise NotFound
    context = {
        "line": line,
        "survey": ALL[line.kind, line.version],
        # who has answered is on the page before: what one of them chose must not be on this one, nor what came since yesterday
        "counted": await queries.counted(round_id) if not line.is_open and line.answered >= LEAST else None,
        "enough": LEAST,
        "words": await queries.words_in(round_id),
        "papers": await queries.paper_answers(round_id) if line.is_open else 0,
        "may_write": request.state.actor.role != Role.AUDITOR,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "surveys/office_round.html", context)


async def enter_sheet(request: Request) -> Response:
    """GET and POST /staff/evaluation/surveys/rounds/{id}/about-you: a sheet that came on paper."""
    row = await queries.round_or_none(path_id(request))
    if row is None:
        raise NotFound
    form = await form_of(ABOUT_YOU, optional=True).of(request)
    if request.method == "POST" and form.validate():
        chosen = {key: str(value) for key, value in form.given().items()}
        if await tried(form, partial(about_you.enter, row.id, chosen, request.state.actor)):
            return await done(request, f"{HERE}/rounds/{row.id}", "Counted. Destroy the sheet now.")
    return render(request, "surveys/office_sheet.html", {"form": form, "row": row}, form.response_status)


async def _on_paper(request: Request) -> SurveyInvitation:
    row = await queries.one(path_id(request))
    if row is None:
        raise NotFound
    return row


async def print_paper(request: Request) -> Response:
    """GET /staff/evaluation/surveys/{id}/paper: to print for a group, or for a backer without e-mail."""
    return _print(request, await _on_paper(request), HERE)


async def enter(request: Request) -> Response:
    """GET and POST /staff/evaluation/surveys/{id}/enter: what a group or a backer filled in on paper."""
    row = await _on_paper(request)
    if row.status not in (Status.ASKED, Status.DECLINED) or not rules.is_open(row.closes_on, business_today()):
        return to(HERE)
    form = await form_of(queries.questions_of(row)).of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.answer_on_paper, row.id, form.given(), request.state.actor)
        if await tried(form, work):
            return await done(request, HERE, "Entered")
    context = {"form": form, "row": row, "survey": queries.questionnaire_of(row)}
    return render(request, "surveys/office_enter.html", context, form.response_status)


ROUTES: Final[list[Route]] = [
    page(PATH, show, public_form, name="survey", methods=BOTH),
    page(f"{PATH}/no", decline, public_form, name="survey_decline", methods=BOTH),
    page(f"{PATH}/paper", paper, public_form, name="survey_paper"),
    page("/about-you/{ticket}", sheet, public_form, name="about_you", methods=BOTH),
    page("/evaluation/questions", questions, public, name="evaluation_questions"),
    page(HERE, overview, OFFICERS, name="staff_surveys"),
    page(f"{HERE}/rounds/{{id}}", show_round, OFFICERS, name="staff_survey_round"),
    page(f"{HERE}/rounds/{{id}}/about-you", enter_sheet, OFFICERS, name="staff_survey_sheet", methods=BOTH),
    page(f"{HERE}/{{id}}/paper", print_paper, OFFICERS, name="staff_survey_paper"),
    page(f"{HERE}/{{id}}/enter", enter, OFFICERS, name="staff_survey_enter", methods=BOTH),
]
