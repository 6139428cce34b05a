"""Before anything: five questions without signing in, one answer; and a call from an officer for whoever would rather talk."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent import limits
from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, public, public_form
from crowdfund_kent.accounts.contacts import NamedOfficer, named_officer
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.answering import to
from crowdfund_kent.cases import services as cases
from crowdfund_kent.cases.kinds import ABOUT, Kind, Way
from crowdfund_kent.cases.models import Case
from crowdfund_kent.errors import Refused
from crowdfund_kent.limits import TooOften, network_of
from crowdfund_kent.references import new_token
from crowdfund_kent.templating import last_day, render
from projects import eligibility, queries
from projects.eligibility import QUESTIONS
from projects.forms.start import CallForm, form_of
from projects.models import Group
from projects.routes.common import MEMBERS, group_here, group_path
from projects.scheme import scheme_now

START: Final = "/start"
PATH: Final = f"{START}/questions"
SEE_OTHER: Final = 303
CALLS_OF_ONE_NETWORK: Final = "10/hour"  # a library desk may ask for several
ASKED: Final = "call"  # the session's key for the call that was asked for


async def ask(request: Request) -> Response:
    """GET /start/questions?thing=none&place=...: the next question, or the answer. The address holds it all."""
    asked, scheme = request.query_params, await scheme_now()
    answers = {one.key: asked[one.key] for one in QUESTIONS if asked.get(one.key)}
    sent = next((one for one in QUESTIONS if one.key == asked.get("asked")), None)
    wanted = next((one for one in QUESTIONS if one.key == asked.get("change")), None)
    known = {question.key for question, _ in eligibility.chosen(answers, scheme)}
    question = wanted or eligibility.next_question(answers, scheme)
    if question is None:
        return await _answer(request, answers, scheme)
    missed = sent is question and question.key not in known
    options = list(eligibility.options_of(question, scheme))
    form = form_of(question, options, answers.get(question.key), missed)
    place = QUESTIONS.index(question)
    others = {key: value for key, value in answers.items() if key != question.key}
    before = QUESTIONS[place - 1] if place else None
    context = {
        "form": form,
        "question": question,
        "number": place + 1,
        "total": len(QUESTIONS),
        "others": others,
        "back": address(answers, change=before.key) if before else "/start",
    }
    return render(request, "projects/start_question.html", context, form.response_status)


def address(answers: dict[str, str], **more: str) -> str:
    """The address of these answers."""
    return f"{PATH}?{urlencode(answers | more)}"


async def _answer(request: Request, answers: dict[str, str], scheme: eligibility.Scheme) -> Response:
    found = eligibility.answer(answers, scheme)
    given = [
        (question.short, option.words, address(answers, change=question.key))
        for question, option in eligibility.chosen(answers, scheme)
    ]
    kept = {key: value for key, value in answers.items() if key in {"who", "place"}}
    context = {
        "answer": found,
        "given": given,
        "officer": await named_officer(),
        "begin": f"/groups/new?{urlencode(kept)}",
    }
    return render(request, "projects/start_answer.html", context)


async def call(request: Request) -> Response:
    """GET and POST /start/call: for whoever has not signed in."""
    form = await CallForm.of(request, key=new_token())
    page_of = Asking("", "/start", "Start a project", await named_officer(), f"{START}/call/asked")
    return await _call_page(request, form, page_of, None)


async def call_asked(request: Request) -> Response:
    """GET /start/call/asked: when we ring, once."""
    return await _asked_page(request, "/start", "Start a project", f"{START}/call")


async def group_call(request: Request) -> Response:
    """GET and POST /groups/{group}/call: by a member, about the group or one of its projects."""
    group = await group_here(request)
    person: Person = request.state.session.person
    subject, where = await _about(group, request.query_params)
    form = await CallForm.of(request, key=new_token(), name=person.name, phone=person.phone)
    officer = await queries.officer_of(group.id)
    return await _call_page(
        request, form, Asking(subject, where, "Go back", officer, f"{group_path(group.slug)}/call/asked"), person
    )


async def group_call_asked(request: Request) -> Response:
    """GET /groups/{group}/call/asked."""
    group = await group_here(request)
    return await _asked_page(request, group_path(group.slug), group.name, f"{group_path(group.slug)}/call")


async def _about(group: Group, asked: QueryParams) -> tuple[str, str]:
    """The subject of a case, and the page it is about: a project's newest campaign where one is named."""
    for project, campaign in await queries.projects_of(group.id):
        if project.slug == asked.get("project") and campaign is not None:
            return f"campaign:{campaign.id}", f"{group_path(group.slug)}/projects/{project.slug}"
    return f"group:{group.id}", group_path(group.slug)


@dataclass(frozen=True)
class Asking:
    """A page that asks for a call: what it is about, where its reader came from, and where they go."""

    subject: str
    back: str
    back_words: str
    officer: NamedOfficer
    then: str


async def _call_page(request: Request, form: CallForm, asking: Asking, person: Person | None) -> Response:
    """One page for both: the promise stands on it, and the same form sent twice asks for one call."""
    status = None
    if request.method == "POST" and form.validate():
        try:
            await _open_call(request, form, asking, person)
            return to(asking.then)
        except Refused as error:
            form.refuse(error.message, "phone")
        except TooOften as error:
            form.refuse(error.message)
            status = error.status
    context = {"form": form, "asking": asking, "within": ABOUT[Kind.CALL].within}
    return render(request, "projects/call.html", context, status or form.response_status)


async def _open_call(request: Request, form: CallForm, asking: Asking, person: Person | None) -> None:
    network = network_of(request)
    if not await limits.allows(CALLS_OF_ONE_NETWORK, "call", network):
        raise TooOften(f"Many calls were asked for from your network. Ring us instead: {asking.officer.phone}.")
    case = await cases.open_case(
        Kind.CALL,
        text=form.about.data or "Please call me.",
        by=request.state.actor,
        subject=asking.subject,
        page=asking.back,
        name=form.name.data,
        email=(person.email or "") if person else "",
        phone=form.phone.data,
        when=form.when.data or "",
        way=Way.PHONE,
        person_id=person.id if person else None,
        form_key=f"call:{form.key.data}" if form.key.data else None,
    )
    await sessions.keep(request, **{ASKED: case.id})


async def _asked_page(request: Request, back: str, back_words: str, again: str) -> Response:
    case = await Case.get_or_none(id=request.state.session.data.get(ASKED, 0))
    if case is None:
        return to(again)
    context = {"case": case, "by": last_day(case.due_at), "back": back, "back_words": back_words}
    return render(request, "projects/call_asked.html", context)


BOTH: Final = ("GET", "POST")
ROUTES = [
    page(PATH, ask, public, name="start_questions"),
    page("/start/call", call, public_form, name="start_call", methods=BOTH),
    page("/start/call/asked", call_asked, public_form, name="start_call_asked"),
    page("/groups/{group}/call", group_call, MEMBERS, name="group_call", methods=BOTH),
    page("/groups/{group}/call/asked", group_call_asked, MEMBERS, name="group_call_asked"),
]
