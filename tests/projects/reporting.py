"""Reports for tests: written to their end, sent by an owner, accepted by an officer of no part in the group."""

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from pledges import reporting
from projects.reports import queries
from projects.reports.models import Report
from projects.reports.rules import Ask
from projects.reports.services import pictures, sending, writing
from projects.reports.states import Report as Status
from tests.projects import make


async def whole(report_id: int) -> queries.Whole:
    """The report as it stands."""
    return await queries.whole(await Report.get(id=report_id))


async def write(report_id: int, words: str, spent_pence: int, by: Actor) -> None:
    """Answer everything that is asked; the first cost takes all that was spent, without receipts."""
    while missing := (await whole(report_id)).missing:
        asked = missing[0]
        number = asked.number or 0
        match asked.ask:
            case Ask.WHAT:
                await writing.say_what(report_id, words, by)
            case Ask.LEARNT:
                await writing.say_learnt(report_id, "Ask the mason first.", by)
            case Ask.COST:
                pence = 0 if number else spent_pence
                await writing.say_cost(report_id, number, pence, by, reason="It came to that.")
            case Ask.RECEIPTS:
                await writing.say_without_receipt(report_id, number, "The till had no paper.", by)
            case Ask.TOTAL:
                await writing.say_total(report_id, spent_pence, by)
            case Ask.OTHER:
                await writing.say_other(report_id, 0, by)
            case Ask.PEOPLE:
                await writing.say_people(report_id, 120, by)
            case Ask.HOURS:
                await writing.say_hours(report_id, 48, by)
            case Ask.PICTURES:
                await pictures.say_no_pictures(report_id, by)


async def accept(report: Report, officer: Actor | None = None) -> Report:
    """An officer accepts what was sent."""
    assert report.status == Status.SENT
    return await reporting.accept(report.id, officer or await make.staff(Role.FUND_OFFICER))


async def deliver(delivery_id: int, words: str, spent_pence: int, owner: Actor, officer: Actor | None = None) -> Report:
    """The work is done today, its report is written, sent and accepted."""
    report = await reporting.finish_work(delivery_id, business_today(), owner)
    await write(report.id, words, spent_pence, owner)
    return await accept(await sending.send(report.id, owner), officer)
