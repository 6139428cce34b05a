"""What officers do with a report: ask back, accept, let through or hide what everybody reads, give more time.

Never by somebody who is or was in the group, nor by whoever sent it.
"""

from datetime import date, timedelta

from crowdfund_kent import audit, events, outbox
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from projects import letters
from projects import queries as projects
from projects.access import was_ever_member
from projects.kinds import HideReason
from projects.models import Campaign, Delivery, DeliveryTurn
from projects.queries import posts
from projects.reports import queries, rules
from projects.reports.kinds import ReportKind
from projects.reports.models import Report, ReportMessage, ReportMoreTime
from projects.reports.services import asking
from projects.reports.services.sending import MESSAGE_LONGEST
from projects.reports.states import MoreTime
from projects.reports.states import Report as Status
from projects.services.delivery import DELIVERED_JOB
from projects.states import OPEN_TURNS, RUNNING


async def outside_officer(delivery: Delivery, by: Actor) -> None:
    """A fund officer who never had a place in the group."""
    await require_role(by, Role.FUND_OFFICER)
    if await was_ever_member(by.person_id, await projects.group_id_of(delivery.campaign_id)):
        raise Forbidden("You are or were a member of this group. Another officer must do this.")


async def _locked(report_id: int, by: Actor) -> tuple[Report, Delivery]:
    report, delivery = await queries.for_update(report_id)
    await outside_officer(delivery, by)
    return report, delivery


async def ask_back(report_id: int, words: str, by: Actor) -> Report:
    """The group is asked something, and writes again; it has some days at least."""
    text = words.strip()[:MESSAGE_LONGEST]
    if not text:
        raise Refused("Enter what the group should add or put right.", rule="message")
    async with transaction():
        report, delivery = await _locked(report_id, by)
        refuse_same_person(by, report.sent_by_id, what="send a report and answer it")
        due_by = max(report.due_by, business_today() + timedelta(days=queries.limits().again_days))
        await events.move(report, "asked back", by, due_by=due_by)
        message = await ReportMessage.create(report_id=report.id, text=text, by_id=by.person_id, at=business_now())
        await audit.record("report asked back", f"report:{report.id}", by)
        campaign = await Campaign.get(id=delivery.campaign_id)
        about = f"report-{report.id}-message-{message.id}"
        await letters.tell_owners("report_asked_back", campaign, about=about, report=report, words=text)
    return report


async def accept(report_id: int, received_pence: int, by: Actor) -> Report:
    """An officer accepts it; with the final one the project is delivered, and every backer who wants to hear is told.

    `received_pence` is all cash received, read under the delivery's lock by the caller: this package does not know pledges.
    What was not spent is asked about by itself (ruling 18). Twice by the same officer is once.
    """
    async with transaction():
        report, delivery = await _locked(report_id, by)
        if report.status == Status.ACCEPTED and report.accepted_by_id == by.person_id:
            return report
        refuse_same_person(by, report.sent_by_id, what="send a report and accept it")
        final = report.kind == ReportKind.FINAL
        if final:
            await _refuse_open_turn(delivery)
        quiet = final and await posts.quiet_now() is not None
        now = business_now()
        await events.move(
            report,
            "accepted",
            by,
            amount_pence=report.spent_pence,
            accepted_at=now,
            accepted_by_id=by.person_id,
            received_pence=received_pence,
            held_at=now if quiet else None,
        )
        await audit.record("report accepted", f"report:{report.id}", by, amount_pence=report.spent_pence)
        campaign = await Campaign.get(id=delivery.campaign_id)
        if final:
            await _deliver(report, delivery, campaign, by)
        else:
            about = f"report-{report.id}-accepted"
            await letters.tell_owners("report_accepted", campaign, about=about, report=report)
    return report


async def _deliver(report: Report, delivery: Delivery, campaign: Campaign, by: Actor) -> None:
    """The end of a delivery follows from its accepted report: there is no other way to it."""
    shown = report.held_at is None
    await events.move(
        delivery,
        "delivered",
        by,
        amount_pence=report.spent_pence,
        end_note=report.came_of_it if shown else "",
        spent_pence=report.spent_pence,
        finished_at=business_now(),
    )
    await audit.record("delivery done", f"delivery:{delivery.id}", by, amount_pence=report.spent_pence)
    await asking.lapse(delivery.id, by)
    if shown:
        await _tell_backers(delivery)
    unspent_pence = max(0, (report.received_pence or 0) - (report.spent_pence or 0))
    await letters.tell_owners("delivered", campaign, about="delivered", unspent_pence=unspent_pence, shown=shown)


async def _tell_backers(delivery: Delivery) -> None:
    await outbox.job(DELIVERED_JOB, delivery.id, "", unique_key=f"{DELIVERED_JOB}:{delivery.id}")


async def _refuse_open_turn(delivery: Delivery) -> None:
    if delivery.status not in RUNNING:
        raise Conflict("This project is over already. Load its page again.")
    if await DeliveryTurn.filter(delivery_id=delivery.id, status__in=OPEN_TURNS).exists():
        raise Refused(
            "The group asked something about this project that is not answered yet. Answer that first.",
            rule="one thing",
        )


# what everybody reads -----------------------------------------------------------------------------------------


async def let_through(report_id: int, by: Actor) -> Report:
    """What was held before an election is shown, and backers hear of it."""
    async with transaction():
        report, delivery = await _accepted(report_id, by)
        if report.held_at is None:
            return report
        await Report.filter(id=report.id).update(held_at=None)
        await audit.record("report let through", f"report:{report.id}", by)
        if report.hidden_at is None:
            await _show(report, delivery, by, "report shown")
            await _tell_backers(delivery)
    return report


async def hide(report_id: int, reason: HideReason, by: Actor) -> Report:
    """Words and pictures go from every page; figures and receipts stay as they are."""
    async with transaction():
        report, delivery = await _accepted(report_id, by)
        if report.hidden_at is not None:
            return report
        await Report.filter(id=report.id).update(hidden_at=business_now(), hidden_by_id=by.person_id, hidden_for=reason)
        await audit.record("report hidden", f"report:{report.id}", by, reason=str(reason))
        await Delivery.filter(id=delivery.id).update(end_note="")
        await events.note(delivery, "report hidden", by)
        campaign = await Campaign.get(id=delivery.campaign_id)
        hidden = await events.note(report, "hidden", by)
        await letters.tell_owners("report_hidden", campaign, about=f"report-{report.id}-{hidden}", reason=str(reason))
    return report


async def show_again(report_id: int, by: Actor) -> Report:
    """It was hidden by mistake, or the group put it right with an officer."""
    async with transaction():
        report, delivery = await _accepted(report_id, by)
        if report.hidden_at is None:
            return report
        await Report.filter(id=report.id).update(hidden_at=None, hidden_by_id=None, hidden_for="")
        await audit.record("report shown again", f"report:{report.id}", by)
        if report.held_at is None:
            await _show(report, delivery, by, "report shown")
    return report


async def _accepted(report_id: int, by: Actor) -> tuple[Report, Delivery]:
    report, delivery = await _locked(report_id, by)
    if report.status != Status.ACCEPTED or report.kind != ReportKind.FINAL:
        raise NotFound
    return report, delivery


async def _show(report: Report, delivery: Delivery, by: Actor, cause: str) -> None:
    await Delivery.filter(id=delivery.id).update(end_note=report.came_of_it)
    await events.note(delivery, cause, by)


# more time ----------------------------------------------------------------------------------------------------


async def grant(request_id: int, by: Actor) -> ReportMoreTime:
    """The group has until the day that it asked for."""
    return await _answer_more_time(request_id, by, "granted", "")


async def refuse_more_time(request_id: int, by: Actor, words: str) -> ReportMoreTime:
    """The day stays, for the reason that the group reads."""
    if not words.strip():
        raise Refused("Enter a message that says why.", rule="message")
    return await _answer_more_time(request_id, by, "refused", words.strip()[:MESSAGE_LONGEST])


async def _answer_more_time(request_id: int, by: Actor, cause: str, words: str) -> ReportMoreTime:
    async with transaction():
        found = await ReportMoreTime.get_or_none(id=request_id)
        if found is None:
            raise NotFound
        report, delivery = await _locked(found.report_id, by)
        request = await ReportMoreTime.select_for_update().get(id=request_id)
        if request.status == str(MoreTime(cause)) and request.answered_by_id == by.person_id:
            return request
        refuse_same_person(by, request.asked_by_id, what="ask for more time and give it")
        await events.move(request, cause, by, answer=words, answered_by_id=by.person_id, answered_at=business_now())
        await audit.record(f"more time {cause}", f"report_more_time:{request.id}", by)
        if cause == "granted":
            await asking.later_day(report, request.new_due_by, by)
        campaign = await Campaign.get(id=delivery.campaign_id)
        about = f"more-time-{request.id}"
        await letters.tell_owners(f"more_time_{cause}", campaign, about=about, report=report, request=request)
    return request


def more_time_problem(report: Report, new_due_by: date) -> str | None:
    """Why this day can't be asked for, or None."""
    return rules.more_time_problem(new_due_by, report.due_by, business_today(), queries.limits())
