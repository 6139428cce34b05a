"""A group writes its report: one question a page, saved at once; an owner sends it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from projects.reports import queries
from projects.reports.forms import AmountForm, CostForm, MoreTimeForm, NumberForm, SendForm, WordsForm
from projects.reports.kinds import ReportKind
from projects.reports.models import ReportMessage, ReportMoreTime
from projects.reports.routes.common import BASE, BOTH, Reporting, question_of, reporting, sent, show_page
from projects.reports.rules import Ask, Question
from projects.reports.services import more_time, sending, writing
from projects.reports.states import WRITABLE
from projects.routes.common import MEMBERS, OWNERS

Work = Callable[[], Awaitable[Any]]
LABELS: Final = {
    Ask.TOTAL: "How much did it cost in all?",
    Ask.OTHER: "How much of it was paid with other money?",
    Ask.PEOPLE: "How many people did it reach?",
    Ask.HOURS: "How many hours did volunteers give?",
    Ask.LEARNT: "What did you learn?",
}
HINTS: Final = {
    Ask.TOTAL: "Everything that you paid for the project. Keep the receipts.",
    Ask.OTHER: "Money that you had before the campaign, such as your own.",
    Ask.PEOPLE: "Everybody who used it or took part. A careful guess is fine.",
    Ask.HOURS: "All of them together: building, planning, serving tea. A careful guess is fine.",
    Ask.LEARNT: "What you would do again and what not, in a few sentences. Everybody can read it: other groups profit.",
}


async def overview(request: Request) -> Response:
    """GET .../report/{kind}: what is asked, what is left, what an officer wrote, and until when."""
    found = await reporting(request)
    asked = found.whole.questions
    return await show_page(
        request,
        found,
        "report.html",
        asked=asked,
        left=[one for one in asked if not one.done and not one.optional],
        following=next((one for one in asked if not one.done and not one.optional), None),
        messages=await ReportMessage.filter(report_id=found.report.id).order_by("id"),
        requests=await ReportMoreTime.filter(report_id=found.report.id).order_by("-id"),
    )


async def answer(request: Request) -> Response:
    """GET and POST .../report/{kind}/{key}: one question."""
    found = await reporting(request)
    asked = question_of(found, str(request.path_params["key"]))
    if asked.ask in {Ask.RECEIPTS, Ask.PICTURES}:
        raise NotFound
    if response := await sent(request, found):
        return response
    form, field = await _form(request, found, asked)
    if request.method == "POST" and form.validate() and await tried(form, _work(form, found, asked), field):
        return to((await reporting(request)).after(asked.key))
    line = next((one for one in found.whole.lines if one.number == asked.number), None)
    return await show_page(
        request,
        found,
        "question.html",
        form.response_status,
        form=form,
        asked=asked,
        line=line,
        number=found.whole.questions.index(asked) + 1,
    )


async def _form(request: Request, found: Reporting, asked: Question) -> tuple[SiteForm, str]:
    """The form of a question with what was answered before, and the field that a refusal is about."""
    report, form = found.report, None
    if asked.ask is Ask.WHAT:
        form = await WordsForm.of(request, words=report.came_of_it)
        if found.report.kind == ReportKind.INTERIM:
            form.words.label.text, form.words.missing = "How far is your project?", "Enter how far your project is"
        else:
            form.words.hint = (
                "About three sentences: what is there now, who it is for, and what changed."
                " Everybody who backed you reads it."
            )
        return form, "words"
    if asked.ask is Ask.LEARNT:
        form = await WordsForm.of(request, words=report.learnt)
        form.words.label.text, form.words.hint = LABELS[asked.ask], HINTS[asked.ask]
        form.words.missing = "Enter what you learnt"
        return form, "words"
    if asked.ask is Ask.COST:
        line = next(one for one in found.whole.lines if one.number == asked.number)
        cost = await CostForm.of(request, spent=line.spent_pence, reason=line.reason)
        return cost, "reason"
    if asked.ask in {Ask.TOTAL, Ask.OTHER}:
        held = report.total_pence if asked.ask is Ask.TOTAL else report.other_pence
        amount = await AmountForm.of(request, amount=held)
        amount.amount.label.text, amount.amount.hint = LABELS[asked.ask], HINTS[asked.ask]
        return amount, "amount"
    held = report.people_reached if asked.ask is Ask.PEOPLE else report.volunteer_hours
    number = await NumberForm.of(request, number=held)
    number.number.label.text, number.number.hint = LABELS[asked.ask], HINTS[asked.ask]
    return number, "number"


def _work(form: SiteForm, found: Reporting, asked: Question) -> Work:
    report_id, by = found.report.id, found.at.by
    if isinstance(form, WordsForm):
        say = writing.say_what if asked.ask is Ask.WHAT else writing.say_learnt
        return partial(say, report_id, form.words.data, by)
    if isinstance(form, CostForm):
        assert asked.number is not None
        return partial(
            writing.say_cost, report_id, asked.number, form.spent.data or 0, by, reason=form.reason.data or ""
        )
    if isinstance(form, AmountForm):
        pay = writing.say_total if asked.ask is Ask.TOTAL else writing.say_other
        return partial(pay, report_id, form.amount.data or 0, by)
    assert isinstance(form, NumberForm)
    count = writing.say_people if asked.ask is Ask.PEOPLE else writing.say_hours
    return partial(count, report_id, form.number.data or 0, by)


async def send(request: Request) -> Response:
    """GET and POST .../report/{kind}/send: everything once more, and the button. Owners only."""
    found = await reporting(request)
    if not found.may_write:
        return to(found.path)
    form = await SendForm.of(request)
    work = partial(sending.send, found.report.id, found.at.by, message=form.message.data or "")
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, found.path, "Sent. An officer reads it, and writes to you.")
    return await show_page(request, found, "send.html", form.response_status, form=form)


async def ask_more_time(request: Request) -> Response:
    """GET and POST .../report/{kind}/more-time: a later day, with the reason. Owners only."""
    found = await reporting(request)
    if found.report.status not in WRITABLE:
        return to(found.path)
    form = await MoreTimeForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(more_time.ask_more_time, found.report.id, form.new_due_by.data, form.reason.data, found.at.by)
        if await tried(form, work, "new_due_by"):
            return await done(request, found.path, "An officer answers you. Until then it is not overdue.")
    return await show_page(request, found, "more_time.html", form.response_status, form=form)


async def take_back_more_time(request: Request) -> Response:
    """POST .../report/{kind}/more-time/take-back."""
    found = await reporting(request)
    form = await ActionForm.of(request)
    if form.validate():
        await more_time.take_back_more_time(found.report.id, found.at.by)
        return await done(request, found.path, "Taken back")
    waits = await queries.open_more_time(found.report.id)
    return await show_page(request, found, "expired.html", form.response_status, form=form, waits=waits)


ROUTES: Final[list[Route]] = [
    page(BASE, overview, MEMBERS, name="report"),
    page(f"{BASE}/send", send, OWNERS, name="report_send", methods=BOTH),
    page(f"{BASE}/more-time", ask_more_time, OWNERS, name="report_more_time", methods=BOTH),
    page(
        f"{BASE}/more-time/take-back", take_back_more_time, OWNERS, name="report_more_time_take_back", methods=("POST",)
    ),
    page(f"{BASE}/{{key}}", answer, MEMBERS, name="report_question", methods=BOTH),
]
