"""A group asks for a later day for its report. Officers answer in answering.py."""

from datetime import date

from crowdfund_kent import audit, events
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound, Refused
from projects import queries as projects
from projects.access import require_member
from projects.kinds import MemberRole
from projects.reports import queries
from projects.reports.models import Report, ReportMoreTime
from projects.reports.services.answering import more_time_problem
from projects.reports.states import WRITABLE, MoreTime


async def ask_more_time(report_id: int, new_due_by: date, reason: str, by: Actor) -> ReportMoreTime:
    """An owner asks, with a reason; one request at a time. While it waits the report does not fall overdue."""
    if not reason.strip():
        raise Refused("Enter why you need more time.", rule="reason")
    async with transaction():
        report, delivery = await queries.for_update(report_id)
        await require_member(by, await projects.group_id_of(delivery.campaign_id), MemberRole.OWNER)
        if report.status not in WRITABLE:
            raise Refused("The report is sent, so you need no more time.", rule="sent")
        waits = await queries.open_more_time(report.id)
        if waits is not None:
            if waits.new_due_by == new_due_by and waits.asked_by_id == by.person_id:
                return waits
            raise Refused("You asked for more time already. Wait for the answer, or take it back.", rule="one thing")
        problem = more_time_problem(report, new_due_by)
        if problem:
            raise Refused(f"{problem}.", rule="later day")
        request = await ReportMoreTime.create(
            status=MoreTime.ASKED,
            report_id=report.id,
            new_due_by=new_due_by,
            reason=reason.strip(),
            asked_by_id=by.person_id,
            asked_at=business_now(),
        )
        await events.begin(request, by)
        await audit.record("more time asked", f"report_more_time:{request.id}", by, report_id=report.id)
    return request


async def take_back_more_time(report_id: int, by: Actor) -> None:
    """An owner needs no more time after all; without an open request nothing happens."""
    async with transaction():
        report, delivery = await queries.for_update(report_id)
        await require_member(by, await projects.group_id_of(delivery.campaign_id), MemberRole.OWNER)
        waits = await ReportMoreTime.select_for_update().get_or_none(report_id=report.id, status=MoreTime.ASKED)
        if waits is not None:
            await events.move(waits, "withdrawn", by)
            await audit.record("more time withdrawn", f"report_more_time:{waits.id}", by)


async def request_of(request_id: int) -> tuple[ReportMoreTime, Report]:
    """A request with its report; NotFound for none."""
    found = await ReportMoreTime.get_or_none(id=request_id).select_related("report")
    if found is None:
        raise NotFound
    return found, found.report
