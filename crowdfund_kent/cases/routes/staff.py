"""Officers answer cases: the queue with its clocks, one page a case, and a page for each thing that can be done."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import may_act, page, staff
from crowdfund_kent.accounts.queries import called, names_of
from crowdfund_kent.answering import done
from crowdfund_kent.audit import Actor
from crowdfund_kent.cases import queries, rules, services, subjects
from crowdfund_kent.cases.forms import HOW, NOBODY, AnswerForm, CloseForm, NoteForm, PersonForm
from crowdfund_kent.cases.kinds import ABOUT, Kind, Outcome, Way
from crowdfund_kent.cases.models import Case, CaseEvent
from crowdfund_kent.cases.queries import ANSWERERS, Which
from crowdfund_kent.cases.states import WAITS_FOR_US
from crowdfund_kent.cases.states import Case as Status
from crowdfund_kent.clock import business_now, day_ends, london_day
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.mail.bounces import came_back
from crowdfund_kent.templating import last_day, plural, render, short_day, time_of_day, until

LIST: Final = "/staff/cases"
ONE: Final = LIST + "/{reference}"
OFFICERS: Final = staff(*ANSWERERS)
BOTH: Final = ("GET", "POST")
PARTS: Final = {
    Which.WAITING: "Open",
    Which.LATE: "Late",
    Which.MINE: "Mine",
    Which.NOBODYS: "Nobody’s yet",
    Which.CLOSED: "Closed",
}
VERB: Final = {"answer": "to answer", "settle": "to settle it"}


def clock_words(case: Case, now: datetime) -> dict[str, str]:
    """What the clock says, as a cell: until when, and what is to be done until then."""
    found = rules.standing(case.status, case.due_at, case.settle_by, now)
    if found.due_at is None:
        return {"text": "", "tag": case.outcome.capitalize() or "Answered", "tone": "quiet"}
    verb = VERB[found.what]
    if found.is_late:
        if not found.days_late:
            return {"text": "", "tag": "Late", "tone": "no", "small": f"{verb}, by {short_day(last_day(found.due_at))}"}
        late = f"{plural(found.days_late, 'day')} late"
        return {"text": "", "tag": late, "tone": "no", "small": f"{verb}, in working days"}
    if found.is_today:
        by = "today" if found.due_at == day_ends(london_day(now)) else f"today by {time_of_day(found.due_at)}"
        return {"text": "", "tag": by.capitalize(), "tone": "wait", "small": verb}
    return {"text": f"By {short_day(last_day(found.due_at))}", "small": verb}


async def queue(request: Request) -> Response:
    """GET /staff/cases?part=: what is due first comes first."""
    by: Actor = request.state.actor
    part = request.query_params.get("part", Which.WAITING)
    which = Which(part) if part in set(Which) else Which.WAITING
    cases, counts, now = await queries.queue(which, by), await queries.counts(by), business_now()
    names = await names_of(case.assigned_id for case in cases)
    rows = [
        [
            {"text": case.reference, "href": f"{LIST}/{case.reference}", "small": case.page or case.name},
            clock_words(case, now),
            ABOUT[Kind(case.kind)].name,
            short_day(case.opened_at),
            names[case.assigned_id] if case.assigned_id else "Nobody yet",
        ]
        for case in cases
    ]
    context = {
        "rows": rows,
        "heading": PARTS[which],
        "tabs": [(f"{words} ({counts[one]})", f"{LIST}?part={one}") for one, words in PARTS.items()],
        "here": f"{LIST}?part={which}",
        "late": counts[Which.LATE],
        "most": queries.MOST_LISTED,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "cases/staff_queue.html", context)


async def _case(request: Request) -> Case:
    return await queries.for_officer(request.path_params["reference"], request.state.actor)


async def show(request: Request) -> Response:
    """GET and POST /staff/cases/{reference}: everything about it; POST answers."""
    case = await _case(request)
    form = await AnswerForm.of(request, way=case.answer_way)
    ways = [one for one in HOW if one is not Way.EMAIL or case.email]
    form.way.choices = [(one, HOW[one]) for one in ways]
    if request.method == "POST" and form.validate():
        try:
            await services.answer(case.id, request.state.actor, form.text.data, Way(form.way.data), form.closes_with)
        except Refused as error:
            form.refuse(error.message)
        else:
            sent = "Your answer is on its way" if form.way.data == Way.EMAIL else "Your answer is on record"
            return await done(request, LIST, f"{case.reference}: {sent}")
    return await _page(request, case, "staff_case.html", form)


async def _page(request: Request, case: Case, template: str, form: SiteForm, **more: Any) -> Response:
    by: Actor = request.state.actor
    messages = await queries.messages_of(case.id, notes=True)
    history = await CaseEvent.filter(subject_id=case.id).order_by("id")
    ids = [case.assigned_id, case.about_id, *(one.by_id for one in messages), *(one.by_id for one in history)]
    names = await names_of(ids)
    refusal = rules.why_not_answer(
        by.person_id,
        asked_by=case.person_id,
        about=case.about_id,
        answered=await queries.answered_by(case.id),
        second=case.second_at is not None,
    )
    context = {
        "case": case,
        "about": ABOUT[Kind(case.kind)],
        "clock": clock_words(case, business_now()),
        "due": until(case.due_at) if case.status in WAITS_FOR_US else "",
        "settle": until(case.settle_by) if case.settle_by and case.status != Status.CLOSED else "",
        "messages": messages,
        "history": history,
        "names": {one: names[one] for one in ids if one is not None},
        "staff_page": subjects.staff_page(case.subject),
        "may_write": await may_act(by, *ANSWERERS),
        "refusal": refusal,
        "came_back": (await came_back([case.email])).get(case.email) if case.email else None,
        "form": form,
        "flash": await sessions.take_flash(request),
        **more,
    }
    return render(request, f"cases/{template}", context, status=form.response_status)


async def _do(
    request: Request,
    case: Case,
    form: SiteForm,
    template: str,
    work: Callable[[], Awaitable[Any]],
    said: str,
    **more: Any,
) -> Response:
    """A page that asks for one thing and does it."""
    if request.method == "POST" and form.validate():
        try:
            await work()
        except Refused as error:
            form.refuse(error.message)
        else:
            return await done(request, f"{LIST}/{case.reference}", said)
    return await _page(request, case, template, form, **more)


async def note(request: Request) -> Response:
    """GET and POST /staff/cases/{reference}/note."""
    case = await _case(request)
    form = await NoteForm.of(request)
    by = request.state.actor
    return await _do(
        request, case, form, "staff_note.html", lambda: services.note(case.id, by, form.text.data), "Your note is kept"
    )


async def close(request: Request) -> Response:
    """GET and POST /staff/cases/{reference}/close."""
    case = await _case(request)
    if case.status == Status.CLOSED:
        raise NotFound("This case is closed already.")
    form = await CloseForm.of(request)

    async def work() -> None:
        await services.close(case.id, request.state.actor, Outcome(form.outcome.data))

    return await _do(request, case, form, "staff_close.html", work, "It is closed")


async def reopen(request: Request) -> Response:
    """GET and POST /staff/cases/{reference}/reopen."""
    case = await _case(request)
    if case.status != Status.CLOSED:
        raise NotFound("This case is open.")
    form = await ActionForm.of(request)
    by = request.state.actor
    return await _do(
        request,
        case,
        form,
        "staff_reopen.html",
        lambda: services.reopen(case.id, by),
        "It is open again, with its clock",
    )


async def assign(request: Request) -> Response:
    """GET and POST /staff/cases/{reference}/assign."""
    case = await _case(request)
    by: Actor = request.state.actor
    form = await PersonForm.of(request, person=str(case.assigned_id or NOBODY))
    others = [one for one in await queries.answerers() if one.id not in {case.about_id, case.person_id}]
    form.person.choices = [
        *((one.id, f"{called(one)} (you)" if one.id == by.person_id else called(one)) for one in others),
        (NOBODY, "Nobody: back to everybody"),
    ]
    return await _do(
        request,
        case,
        form,
        "staff_assign.html",
        lambda: services.assign(case.id, by, form.person_id),
        "It is given",
    )


async def say_about(request: Request) -> Response:
    """GET and POST /staff/cases/{reference}/about: which officer it is about."""
    case = await _case(request)
    by: Actor = request.state.actor
    form = await PersonForm.of(request, person=str(case.about_id or NOBODY))
    others = [one for one in await queries.answerers() if one.id != by.person_id]
    form.person.choices = [*((one.id, called(one)) for one in others), (NOBODY, "None of these people")]
    return await _do(
        request,
        case,
        form,
        "staff_about.html",
        lambda: services.say_about(case.id, by, form.person_id),
        "That is kept",
    )


ROUTES = [
    page(LIST, queue, OFFICERS, name="staff_cases"),
    page(ONE, show, OFFICERS, name="staff_case", methods=BOTH),
    page(ONE + "/note", note, OFFICERS, name="staff_case_note", methods=BOTH),
    page(ONE + "/close", close, OFFICERS, name="staff_case_close", methods=BOTH),
    page(ONE + "/reopen", reopen, OFFICERS, name="staff_case_reopen", methods=BOTH),
    page(ONE + "/assign", assign, OFFICERS, name="staff_case_assign", methods=BOTH),
    page(ONE + "/about", say_about, OFFICERS, name="staff_case_about", methods=BOTH),
]
