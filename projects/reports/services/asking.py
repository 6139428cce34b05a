"""Which report is asked, when; who is reminded; what falls overdue, and what is not asked any more."""

from datetime import date, timedelta
from typing import Final

from crowdfund_kent import audit, events
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, business_today, london_day
from crowdfund_kent.database import transaction
from projects import letters
from projects.asked import Level
from projects.models import Campaign, Delivery, ProjectVersion
from projects.reports import queries, rules
from projects.reports.kinds import ReportKind
from projects.reports.models import Report, ReportLine, ReportMoreTime
from projects.reports.states import OPEN, WRITABLE, MoreTime
from projects.reports.states import Report as Status

NOT_ASKED: Final = "not asked any more"


async def ask(
    delivery: Delivery, kind: ReportKind, due_by: date, public_pence: int, by: Actor, *, told: bool = True
) -> Report:
    """Ask for a report of a delivery that the caller holds locked; the one that is there, if there is one.

    `public_pence`: the public money of the project, which the caller reads (this package does not know pledges): it decides
    how much is asked, now and for good. The costs are those of the campaign's frozen plan. `told`: write to the owners.
    """
    there = await Report.filter(delivery_id=delivery.id, kind=kind).exclude(status=Status.LAPSED).first()
    if there is not None:
        return there
    campaign = await Campaign.get(id=delivery.campaign_id)
    assert campaign.version_id is not None  # a campaign that settled was approved
    level = rules.level_of(public_pence, queries.limits())
    report = await Report.create(
        status=Status.ASKED,
        delivery_id=delivery.id,
        kind=kind,
        level=level,
        public_pence=public_pence,
        version_id=campaign.version_id,
        due_by=due_by,
        asked_at=business_now(),
    )
    if level is not Level.SMALL:
        await _plan(report, await ProjectVersion.get(id=campaign.version_id))
    await events.begin(report, by)
    await audit.record("report asked", f"report:{report.id}", by, delivery_id=delivery.id, kind=str(kind))
    if told:
        await letters.tell_owners("report_asked", campaign, about=f"report-{report.id}-asked", report=report)
    return report


async def _plan(report: Report, version: ProjectVersion) -> None:
    """A row for each frozen cost, and one for what nobody planned."""
    planned = [(str(line["words"]), int(line["amount_pence"])) for line in version.content.get("costs", [])]
    await ReportLine.bulk_create(
        ReportLine(report_id=report.id, number=number, words=words, planned_pence=pence)
        for number, (words, pence) in enumerate([*planned, (rules.NOT_PLANNED, 0)])
    )


async def ask_interim(campaign_id: int, public_pence: int, by: Actor = SYSTEM) -> Report | None:
    """A fund pays the rest on an interim report: ask for it at once. None where there is nothing to report on any more."""
    async with transaction():
        delivery = await Delivery.select_for_update().get_or_none(campaign_id=campaign_id)
        if delivery is None or delivery.finished_at is not None or await _final(delivery.id) is not None:
            return None
        limits = queries.limits()
        middle = delivery.start_by + (delivery.finish_by - delivery.start_by) / 2
        due = max(middle, business_today() + timedelta(days=limits.interim_days))
        return await ask(delivery, ReportKind.INTERIM, min(due, delivery.report_by), public_pence, by)


async def _final(delivery_id: int) -> Report | None:
    return await Report.filter(delivery_id=delivery_id, kind=ReportKind.FINAL).exclude(status=Status.LAPSED).first()


async def what_is_due(delivery: Delivery, public_pence: int) -> tuple[ReportKind, date] | None:
    """The report that the day asks of a running delivery, and its last day; None for none, or where it is asked already."""
    kinds = {report.kind for report in await queries.reports_of(delivery.id)}
    if ReportKind.FINAL in kinds:
        return None
    today, limits = business_today(), queries.limits()
    if today > delivery.finish_by or delivery.work_done_on is not None:
        return ReportKind.FINAL, delivery.report_by
    level = rules.level_of(public_pence, limits)
    first = rules.interim_on(london_day(delivery.created_at), delivery.finish_by, level, limits)
    if first is None or today < first or ReportKind.INTERIM in kinds:
        return None
    return ReportKind.INTERIM, max(first, today) + timedelta(days=limits.interim_days)


async def ask_what_is_due(delivery_id: int, public_pence: int) -> Report | None:
    """Ask for it. Safe to run twice."""
    async with transaction():
        delivery = await Delivery.select_for_update().get(id=delivery_id)
        due = await what_is_due(delivery, public_pence) if delivery.finished_at is None else None
        return None if due is None else await ask(delivery, due[0], due[1], public_pence, SYSTEM)


async def remind() -> None:
    """Remind of what is due soon and what is due; call overdue what stays away after fair notice. Safe to run twice."""
    limits, today = queries.limits(), business_today()
    near = today + timedelta(days=limits.soon_days)
    rows = await Report.filter(status__in=[Status.ASKED, Status.ASKED_BACK], due_by__lte=near).order_by("id")
    for row in rows:
        async with transaction():
            report, delivery = await queries.for_update(row.id)
            if (report.status, report.due_by) != (row.status, row.due_by):
                continue
            campaign = await Campaign.get(id=delivery.campaign_id)
            waits = await queries.open_more_time(report.id) is not None
            if rules.is_overdue(report.due_by, today, limits) and not waits:
                await events.move(report, "fell overdue", SYSTEM)
                await audit.record("report overdue", f"report:{report.id}", SYSTEM)
                await _tell("report_overdue", report, campaign)
            elif today >= report.due_by:
                await _tell("report_due", report, campaign)
            elif report.status == Status.ASKED:
                await _tell("report_soon", report, campaign)


async def _tell(name: str, report: Report, campaign: Campaign) -> None:
    """Once for each day that a report was due by."""
    about = f"report-{report.id}-{report.due_by}"
    limits = queries.limits()
    overdue_from = report.due_by + timedelta(days=limits.notice_days)
    await letters.tell_owners(name, campaign, about=about, report=report, overdue_from=overdue_from)


async def lapse(delivery_id: int, by: Actor, *, kinds: tuple[ReportKind, ...] = tuple(ReportKind)) -> None:
    """Reports of these kinds are not asked any more: the project ended, or another report says it. Under the delivery's lock.

    With both kinds also what an officer has not answered yet; with one, only what the group has not sent.
    """
    which = OPEN if len(kinds) > 1 else WRITABLE
    found = Report.select_for_update().filter(delivery_id=delivery_id, kind__in=kinds, status__in=which)
    for report in await found.order_by("id"):
        await events.move(report, NOT_ASKED, by)
        await audit.record("report not asked any more", f"report:{report.id}", by)
        await no_more_time_needed(report, by)


async def no_more_time_needed(report: Report, by: Actor) -> None:
    """A request for more time that nobody answered is answered by what happened."""
    waits = await ReportMoreTime.select_for_update().get_or_none(report_id=report.id, status=MoreTime.ASKED)
    if waits is not None:
        await events.move(waits, "not needed any more", by)
        await audit.record("more time not needed", f"report_more_time:{waits.id}", by)


async def follow_later_end(delivery: Delivery, by: Actor) -> None:
    """The project takes longer, so its final report is due later. Under the delivery's lock."""
    report = await Report.select_for_update().get_or_none(
        delivery_id=delivery.id, kind=ReportKind.FINAL, status__in=WRITABLE
    )
    if report is not None and report.due_by < delivery.report_by:
        await later_day(report, delivery.report_by, by)


async def later_day(report: Report, due_by: date, by: Actor) -> None:
    """Another last day; an overdue report is not overdue any more."""
    if report.status == Status.OVERDUE:
        await events.move(report, "later day", by, due_by=due_by)
    else:
        await Report.filter(id=report.id).update(due_by=due_by)
        report.due_by = due_by
        await events.note(report, "later day", by)
    await audit.record("report later", f"report:{report.id}", by)
