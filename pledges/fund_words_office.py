"""Officers' pages of a fund's own words: its questions, frozen once answered, and its dated terms."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.clock import business_today
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.templating import render
from pledges import fund_words, rounds_ahead
from pledges.fund_office import BOTH, OFFICERS, READ, READERS, form_page, fund_of, held_roles, office_path
from pledges.fund_queries import generated_notice
from pledges.fund_words_forms import QuestionForm, TermsForm
from pledges.models import MatchFund


def questions_path(fund: MatchFund) -> str:
    """The list of a fund's questions."""
    return f"{office_path(fund)}/questions"


def terms_path(fund: MatchFund) -> str:
    """The history of a fund's terms."""
    return f"{office_path(fund)}/terms"


async def questions(request: Request) -> Response:
    """GET /staff/funds/{slug}/questions: those asked now, in their order, and those retired."""
    fund = await fund_of(request, *READERS)
    listed = await fund_words.questions_of(fund.id, retired=True)
    context = {
        "fund": fund,
        "path": questions_path(fund),
        "back": office_path(fund),
        "questions": [one for one in listed if one.retired_at is None],
        "retired": [one for one in listed if one.retired_at is not None],
        "answered": await rounds_ahead.answered([one.id for one in listed]),
        "may_write": Role.FUND_OFFICER in await held_roles(request, fund),
        "most": fund_words.MOST_QUESTIONS,
        "flash": await sessions.take_flash(request),
        "generated_notice": generated_notice([fund]),
    }
    return render(request, "funds/office_questions.html", context)


async def add_question(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/questions/new."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    form = await QuestionForm.of(request, most_words=150, needed=True)
    if request.method == "POST" and form.validate():
        work = partial(fund_words.add_question, fund.id, form.asked(), request.state.actor)
        if await tried(form, work, "words"):
            return await done(request, questions_path(fund), "The question is added")
    return form_page(request, "office_question.html", fund, form, title="Add a question", back=questions_path(fund))


async def change_question(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/questions/{id}: as long as nobody has answered it."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    found = await fund_words.question(fund.id, path_id(request))
    form = await QuestionForm.of(
        request, words=found.words, hint=found.hint, most_words=found.most_words, needed=found.needed
    )
    if request.method == "POST" and form.validate():
        work = partial(fund_words.change_question, fund.id, found.id, form.asked(), request.state.actor)
        if await tried(form, work, "words"):
            return await done(request, questions_path(fund), "The question is changed")
    return form_page(request, "office_question.html", fund, form, title="Change a question", back=questions_path(fund))


async def retire_question(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/questions/{id}/retire: asks first."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    found = await fund_words.question(fund.id, path_id(request))
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        await fund_words.retire_question(fund.id, found.id, request.state.actor)
        return await done(request, questions_path(fund), "The question is retired")
    answers = (await rounds_ahead.answered([found.id])).get(found.id, 0)
    return form_page(
        request,
        "office_question_retire.html",
        fund,
        form,
        question=found,
        answers=answers,
        back=questions_path(fund),
    )


async def move_question(request: Request) -> Response:
    """POST /staff/funds/{slug}/questions/{id}/up."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    found = await fund_words.question(fund.id, path_id(request))
    form = await ActionForm.of(request)
    if not form.validate():
        return await done(request, questions_path(fund), "The page had expired, so nothing was changed")
    await fund_words.move_question_up(fund.id, found.id, request.state.actor)
    return await done(request, questions_path(fund), "The order is changed")


async def terms(request: Request) -> Response:
    """GET /staff/funds/{slug}/terms: those in force, those to come and those before."""
    fund = await fund_of(request, *READERS)
    today = business_today()
    now = await fund_words.terms_on(fund.id, today)
    context = {
        "fund": fund,
        "path": terms_path(fund),
        "back": office_path(fund),
        "history": await fund_words.terms_history(fund.id),
        "now": now,
        "today": today,
        "may_write": Role.FUND_OFFICER in await held_roles(request, fund),
        "flash": await sessions.take_flash(request),
        "generated_notice": generated_notice([fund]),
    }
    return render(request, "funds/office_terms.html", context)


async def write_terms(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/terms/new: POST shows how they look, and asks before they are recorded."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    today = business_today()
    now = await fund_words.terms_on(fund.id, today)
    form = await TermsForm.of(request, applies_from=today, body=now.body if now else "")
    then = (await request.form()).get("then") if request.method == "POST" else None
    if request.method == "POST" and form.validate() and then != "back":
        if then != "record":
            return form_page(request, "office_terms_preview.html", fund, form, back=terms_path(fund))
        work = partial(fund_words.set_terms, fund.id, form.body.data, form.applies_from.data, request.state.actor)
        if await tried(form, work, "applies_from"):
            return await done(request, terms_path(fund), "The new terms are recorded")
    return form_page(request, "office_terms_new.html", fund, form, back=terms_path(fund))


BASE: Final = "/staff/funds/{slug}"
ONE: Final = BASE + "/questions/{id}"
ROUTES: Final[list[Route]] = [
    page(f"{BASE}/questions", questions, READ, name="staff_fund_questions"),
    page(f"{BASE}/questions/new", add_question, OFFICERS, name="staff_fund_question_new", methods=BOTH),
    page(ONE, change_question, OFFICERS, name="staff_fund_question_change", methods=BOTH),
    page(f"{ONE}/retire", retire_question, OFFICERS, name="staff_fund_question_retire", methods=BOTH),
    page(f"{ONE}/up", move_question, OFFICERS, name="staff_fund_question_up", methods=("POST",)),
    page(f"{BASE}/terms", terms, READ, name="staff_fund_terms"),
    page(f"{BASE}/terms/new", write_terms, OFFICERS, name="staff_fund_terms_new", methods=BOTH),
]
