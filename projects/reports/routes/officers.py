"""Officers: which reports wait, spend by cost beside its receipts, and their answers.

/staff/reports                       what waits, what is overdue
/staff/reports/{id}                  one report; .../receipts/{receipt}/...: its papers
/staff/reports/{id}/ask-back, accept, show, hide, show-again
/staff/reports/more-time/{id}        a request for more time: give it, or say why not
"""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.queries import called, people_by_id
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import Forbidden, NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.templating import day, render
from pledges import reporting, turning
from projects.access import was_ever_member
from projects.forms import MessageForm
from projects.kinds import HideReason
from projects.models import Campaign
from projects.reports import queries, rules
from projects.reports.forms import AskBackForm, HideReportForm
from projects.reports.kinds import ReportKind
from projects.reports.models import Receipt, Report, ReportMessage, ReportMoreTime
from projects.reports.routes.pictures import picture_of
from projects.reports.services import answering
from projects.reports.services.more_time import request_of
from projects.reports.states import MoreTime
from projects.reports.states import Report as Status
from projects.reports.words import MEANINGS
from projects.routes.common import GENERATED
from projects.routes.file_pages import original_file, page_picture, texts_of

OFFICERS: Final = staff(Role.FUND_OFFICER)
BASE: Final = "/staff/reports"
BOTH: Final = ("GET", "POST")


async def listing(request: Request) -> Response:
    """GET /staff/reports."""
    waits = await queries.waiting_for_officers()
    overdue = await queries.overdue()
    context = {
        "sent": [[_link(one, one.delivery.campaign), one.kind.capitalize(), day(one.sent_at)] for one in waits["sent"]],
        "more_time": [
            [
                {
                    "text": one.report.delivery.campaign.project.title,
                    "href": f"{BASE}/more-time/{one.id}",
                    "small": one.report.delivery.campaign.project.group.name,
                },
                f"{one.new_due_by.day} {one.new_due_by:%b %Y}",
                day(one.asked_at),
            ]
            for one in waits["more_time"]
        ],
        "held": [[_link(one, one.delivery.campaign), day(one.accepted_at)] for one in waits["held"]],
        "overdue": [
            [
                {"text": one.title, "href": f"{BASE}/{one.report_id}"},
                one.kind.capitalize(),
                f"{one.due_by.day} {one.due_by:%b %Y}",
            ]
            for one in overdue
        ],
        "flash": await sessions.take_flash(request),
    }
    return render(request, "projects/reports/officer_list.html", context)


def _link(report: Report, campaign: Campaign) -> dict[str, str]:
    return {
        "text": campaign.project.title,
        "href": f"{BASE}/{report.id}",
        "small": campaign.project.group.name,
    }


async def _find(request: Request) -> Report:
    found = await Report.get_or_none(id=path_id(request)).select_related("delivery__campaign__project__group")
    if found is None:
        raise NotFound
    return found


def _project(report: Report) -> Any:
    return report.delivery.campaign.project


async def _reads(request: Request, report: Report) -> bool:
    """Receipts are for officers without a part in the group, and for auditors."""
    by: Actor = request.state.actor
    return by.role == Role.AUDITOR or not await was_ever_member(by.person_id, _project(report).group_id)


async def _page(request: Request, report: Report, template: str, form: SiteForm | None = None, **more: Any) -> Response:
    by: Actor = request.state.actor
    project = _project(report)
    whole = await queries.whole(report)
    reads = await _reads(request, report)
    is_member = await was_ever_member(by.person_id, project.group_id)
    received = await turning.received(report.delivery.campaign_id)
    messages = await ReportMessage.filter(report_id=report.id).order_by("id")
    limits = queries.limits()
    context = {
        "report": report,
        "whole": whole,
        "project": project,
        "group": project.group,
        "campaign": report.delivery.campaign,
        "delivery": report.delivery,
        "standing": MEANINGS[Status(report.status)],
        "costs": [
            (
                line,
                as_line,
                whole.receipts_of(line),
                whole.kind is ReportKind.FINAL and rules.needs_reason(as_line, limits),
            )
            for line, as_line in zip(whole.lines, whole.as_lines, strict=True)
            if line.planned_pence or line.spent_pence
        ],
        "texts": await _texts(whole) if reads else {},
        "pictures": [(one, picture_of(one)) for one in whole.pictures],
        "received_pence": report.received_pence if report.received_pence is not None else received.total_pence,
        "messages": messages,
        "names": {key: called(one) for key, one in (await people_by_id(one.by_id for one in messages)).items()},
        "reads": reads,
        "is_member": is_member,
        "may": _may(report, by, is_member=is_member),
        "path": f"{BASE}/{report.id}",
        "form": form,
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if project.generated or project.group.generated else None,
        **more,
    }
    return render(request, f"projects/reports/{template}", context, form.response_status if form is not None else 200)


def _may(report: Report, by: Actor, *, is_member: bool) -> set[str]:
    if is_member or by.role == Role.AUDITOR:
        return set()
    if report.status == Status.SENT and by.person_id != report.sent_by_id:
        return {"accept", "ask-back"}
    if report.status == Status.ACCEPTED and report.kind == ReportKind.FINAL:
        return {"show-again" if report.hidden_at else "hide"} | ({"show"} if report.held_at else set())
    return set()


async def _texts(whole: queries.Whole) -> dict[int, str]:
    """The words of documents that have no pictures, by the receipt's id."""
    found = [one for line in whole.lines for one in whole.receipts_of(line) if one.has_text]
    return await texts_of(found)


async def show(request: Request) -> Response:
    """GET /staff/reports/{id}."""
    return await _page(request, await _find(request), "officer_report.html")


async def ask_back(request: Request) -> Response:
    """GET and POST .../ask-back: words to the group."""
    report = await _find(request)
    form = await AskBackForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(answering.ask_back, report.id, form.words.data, request.state.actor)
        if await tried(form, work):
            return await done(request, BASE, "The group is asked")
    return await _page(request, report, "officer_ask_back.html", form)


async def accept(request: Request) -> Response:
    """GET and POST .../accept: what follows, and the button."""
    report = await _find(request)
    if report.status not in {Status.SENT, Status.ACCEPTED}:
        raise NotFound
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        if await tried(form, partial(reporting.accept, report.id, request.state.actor)):
            return await done(request, f"{BASE}/{report.id}", "Accepted. The group is told.")
        report = await _find(request)
    return await _page(request, report, "officer_accept.html", form)


async def let_through(request: Request) -> Response:
    """GET and POST .../show: what was held before an election."""
    report = await _find(request)
    if report.held_at is None:
        raise NotFound
    form = await ActionForm.of(request)
    work = partial(answering.let_through, report.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, f"{BASE}/{report.id}", "It is on the page of the project")
    words = ("Show it", "Everybody can read it from now on, and backers who want to hear of projects get it by e-mail.")
    return await _page(request, report, "officer_confirm.html", form, title=words[0], consequence=words[1])


async def hide(request: Request) -> Response:
    """GET and POST .../hide: words and pictures go from the pages."""
    report = await _find(request)
    form = await HideReportForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(answering.hide, report.id, HideReason(form.reason.data), request.state.actor)
        if await tried(form, work):
            return await done(request, f"{BASE}/{report.id}", "Hidden. The owners are told why.")
    return await _page(request, report, "officer_hide.html", form)


async def show_again(request: Request) -> Response:
    """GET and POST .../show-again."""
    report = await _find(request)
    if report.hidden_at is None:
        raise NotFound
    form = await ActionForm.of(request)
    work = partial(answering.show_again, report.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, f"{BASE}/{report.id}", "It is on the page of the project again")
    words = ("Show it again", "Everybody can read it from now on.")
    return await _page(request, report, "officer_confirm.html", form, title=words[0], consequence=words[1])


# more time ----------------------------------------------------------------------------------------------------


async def more_time(request: Request) -> Response:
    """GET and POST /staff/reports/more-time/{id}: the button gives it."""
    asked, report = await _asked(request)
    form = await ActionForm.of(request)
    work = partial(answering.grant, asked.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, BASE, "They have until then, and are told")
    return await _page(request, report, "officer_more_time.html", form, asked=asked)


async def refuse_more_time(request: Request) -> Response:
    """GET and POST .../more-time/{id}/refuse: why the day stays."""
    asked, report = await _asked(request)
    form = await MessageForm.of(request)
    form.message.label.text = "Why does the day stay?"
    if request.method == "POST" and form.validate():
        work = partial(answering.refuse_more_time, asked.id, request.state.actor, form.message.data)
        if await tried(form, work):
            return await done(request, BASE, "The day stays, and the group is told why")
    return await _page(request, report, "officer_more_time_refuse.html", form, asked=asked)


async def _asked(request: Request) -> tuple[ReportMoreTime, Report]:
    found, _ = await request_of(path_id(request))
    report = await Report.get(id=found.report_id).select_related("delivery__campaign__project__group")
    if found.status != MoreTime.ASKED:
        raise NotFound
    return found, report


# receipts -----------------------------------------------------------------------------------------------------


async def _receipt(request: Request) -> Receipt:
    """The receipt of {receipt}, of this report or of the interim one before it; for whoever may open it."""
    report = await _find(request)
    if not await _reads(request, report):
        raise Forbidden("You are or were a member of this group. Another officer must do this.")
    found = await Receipt.get_or_none(
        id=path_id(request, "receipt"), line__report__delivery_id=report.delivery_id, file_gone_at=None
    )
    if found is None:
        raise NotFound
    return found


async def receipt_page(request: Request) -> Response:
    """GET .../receipts/{receipt}/{number}.webp: one page as a picture that we drew."""
    return await page_picture(request, await _receipt(request))


async def original(request: Request) -> Response:
    """GET .../receipts/{receipt}/original: the file as it was sent, to be saved."""
    return await original_file(await _receipt(request))


ROUTES: Final[list[Route]] = [
    page(BASE, listing, OFFICERS, name="staff_reports"),
    page(f"{BASE}/more-time/{{id}}", more_time, OFFICERS, name="staff_more_time", methods=BOTH),
    page(f"{BASE}/more-time/{{id}}/refuse", refuse_more_time, OFFICERS, name="staff_more_time_refuse", methods=BOTH),
    page(f"{BASE}/{{id}}", show, OFFICERS, name="staff_report"),
    page(f"{BASE}/{{id}}/ask-back", ask_back, OFFICERS, name="staff_report_ask_back", methods=BOTH),
    page(f"{BASE}/{{id}}/accept", accept, OFFICERS, name="staff_report_accept", methods=BOTH),
    page(f"{BASE}/{{id}}/show", let_through, OFFICERS, name="staff_report_show", methods=BOTH),
    page(f"{BASE}/{{id}}/hide", hide, OFFICERS, name="staff_report_hide", methods=BOTH),
    page(f"{BASE}/{{id}}/show-again", show_again, OFFICERS, name="staff_report_show_again", methods=BOTH),
    page(f"{BASE}/{{id}}/receipts/{{receipt}}/original", original, OFFICERS, name="staff_receipt_original"),
    page(f"{BASE}/{{id}}/receipts/{{receipt}}/{{number}}.webp", receipt_page, OFFICERS, name="staff_receipt_page"),
]
