"""A report goes to the officers: sent by an owner, or on the owner's signed paper."""

import hashlib
import json
from datetime import date
from typing import Any, Final

from crowdfund_kent import audit, events
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, london_day
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.settings import get_settings
from projects import delivery_rules
from projects import queries as projects
from projects.access import require_member
from projects.kinds import MemberRole, PaperAct
from projects.models import Delivery
from projects.paper_acts import Choice
from projects.reports import queries
from projects.reports.kinds import ReportKind
from projects.reports.models import Report, ReportMessage
from projects.reports.services import asking
from projects.reports.states import WRITABLE
from projects.reports.states import Report as Status
from projects.services.delivery import for_owner
from projects.services.signing import require_paper
from projects.states import RUNNING
from projects.states import Delivery as DeliveryStatus

MESSAGE_LONGEST: Final = 2_000


async def finish_work(delivery_id: int, done_on: date, public_pence: int, by: Actor) -> Report:
    """An owner says that the work is done: its final report is asked now, and due some days later. Returns the report."""
    async with transaction():
        delivery = await for_owner(delivery_id, by)
        if delivery.status not in RUNNING:
            raise Refused("This project is over, so its days stay as they are.", rule="delivery")
        today = business_today()
        if not london_day(delivery.created_at) <= done_on <= today:
            raise Refused(
                "Enter the day on which it was done: today or before, since the money was there.", rule="done on"
            )
        return await _finish(delivery, done_on, public_pence, by)


async def _finish(delivery: Delivery, done_on: date, public_pence: int, by: Actor) -> Report:
    if delivery.begun_at is None:
        await events.move(delivery, "begun", by, begun_at=business_now())
        await audit.record("delivery begun", f"delivery:{delivery.id}", by)
    finish_by = min(delivery.finish_by, done_on)
    days: dict[str, Any] = {
        "work_done_on": done_on,
        "start_by": min(delivery.start_by, finish_by),
        "finish_by": finish_by,
        "report_by": delivery_rules.report_day(done_on, get_settings().delivery_report_days),
    }
    if delivery.status == DeliveryStatus.LATE:
        await events.move(delivery, "work done", by, **days)
    else:
        await Delivery.filter(id=delivery.id).update(**days)
        await events.note(delivery, "work done", by)
    await audit.record("delivery work done", f"delivery:{delivery.id}", by)
    delivery = await Delivery.get(id=delivery.id)
    await asking.lapse(delivery.id, by, kinds=(ReportKind.INTERIM,))
    report = await asking.ask(delivery, ReportKind.FINAL, delivery.report_by, public_pence, by, told=False)
    await asking.follow_later_end(delivery, by)
    return report


async def send(report_id: int, by: Actor, *, message: str = "") -> Report:
    """An owner sends it: everything asked is answered. Sent twice it is sent once. `message`: what they say to an officer."""
    async with transaction():
        report, delivery = await queries.for_update(report_id)
        await require_member(by, await projects.group_id_of(delivery.campaign_id), MemberRole.OWNER)
        if report.status == Status.SENT:
            return report  # a second click, or another owner at the same time
        return await _send(report, delivery, by, "sent", message)


async def _send(report: Report, delivery: Delivery, by: Actor, cause: str, message: str = "") -> Report:
    found = await queries.whole(report)
    if report.status in WRITABLE and found.missing:
        left = found.missing[0].title
        raise Refused(f"Something is still missing: {left[0].lower()}{left[1:]}.", rule="whole")
    if report.kind == ReportKind.FINAL and delivery.work_done_on is None:
        await _finish(delivery, business_today(), report.public_pence, by)
        report = await Report.get(id=report.id)
    spent = found.spent_pence
    now = business_now()
    await events.move(report, cause, by, amount_pence=spent, spent_pence=spent, sent_at=now, sent_by_id=by.person_id)
    await audit.record(f"report {cause}", f"report:{report.id}", by, amount_pence=spent)
    await asking.no_more_time_needed(report, by)
    if message.strip():
        text = message.strip()[:MESSAGE_LONGEST]
        await ReportMessage.create(report_id=report.id, text=text, from_group=True, by_id=by.person_id, at=now)
    return report


# on paper -----------------------------------------------------------------------------------------------------


async def paper_choices(campaign_id: int) -> list[Choice]:
    """What an owner may send on paper now: each report that is written to its end. Its words and sums are printed with it."""
    made = []
    found = Report.filter(delivery__campaign_id=campaign_id, status__in=WRITABLE).order_by("id")
    for report in await found:
        whole = await queries.whole(report)
        if not whole.missing:
            words = f"Send the {report.kind} report"
            made.append(Choice(PaperAct.REPORT, _subject(whole), words, _printed(whole)))
    return made


async def send_on_paper(_act: PaperAct, subject: str, by: Actor) -> Report:
    """By the officer who has just recorded the signed paper; worth nothing once a word of the report was changed."""
    await require_paper(by, PaperAct.REPORT, subject)
    number = subject.removeprefix("report:").partition(":")[0]
    async with transaction():
        report, delivery = await queries.for_update(int(number))
        if report.status not in WRITABLE or _subject(await queries.whole(report)) != subject:
            raise NotFound
        return await _send(report, delivery, by, "sent on paper")


def _printed(found: queries.Whole) -> tuple[tuple[str, str], ...]:
    report = found.report
    rows = [("What came of it", report.came_of_it)]
    rows += [
        (line.words, f"{pounds_exact(line.spent_pence or 0)}" + (f". {line.reason}" if line.reason else ""))
        for line in found.lines
        if line.planned_pence or line.spent_pence
    ]
    rows.append(("Paid from backers’ and funds’ money", pounds_exact(found.spent_pence)))
    if report.people_reached is not None:
        rows.append(("People it reached", f"{report.people_reached:,}"))
    if report.volunteer_hours is not None:
        rows.append(("Hours that volunteers gave", f"{report.volunteer_hours:,}"))
    if report.learnt:
        rows.append(("What we learnt", report.learnt))
    receipts = sum(len(found.receipts_of(line)) for line in found.lines)
    if found.lines:
        rows.append(("Receipts", str(receipts)))
    rows += [("A picture", one.picture.alt) for one in found.pictures]
    return tuple(rows)


def _subject(found: queries.Whole) -> str:
    """report:7:3f9c...: with a digest of all that was written, so that a signature is for exactly this."""
    report = found.report
    facts = [
        report.came_of_it,
        report.learnt,
        report.people_reached,
        report.volunteer_hours,
        report.total_pence,
        report.other_pence,
        report.no_pictures,
        [[one.number, one.spent_pence, one.reason, one.without_receipt] for one in found.lines],
        sorted(receipt.id for many in found.receipts.values() for receipt in many),
        [one.id for one in found.pictures],
    ]
    return f"report:{report.id}:{hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]}"
