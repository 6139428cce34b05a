"""What a group writes into a report, one answer at a time: any member, until it is sent."""

from typing import Any, Final

from crowdfund_kent.audit import Actor
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.money import pounds
from projects import queries as projects
from projects.access import require_member
from projects.models import Delivery
from projects.reports import queries, rules
from projects.reports.models import Report, ReportLine
from projects.reports.rules import Ask
from projects.reports.states import WRITABLE

LONGEST: Final = 4_000
REASON_LONGEST: Final = 1_000
SENT: Final = "It is sent, so nothing can be changed, unless an officer asks you something."


async def for_writer(report_id: int, by: Actor) -> tuple[Report, Delivery]:
    """The report, locked after its delivery, for any member of the group: NotFound to others, Refused once it is sent."""
    report, delivery = await queries.for_update(report_id)
    await require_member(by, await projects.group_id_of(delivery.campaign_id))
    if report.status not in WRITABLE:
        raise Refused(SENT, rule="sent")
    return report, delivery


async def refuse_unasked(report: Report, ask: Ask, number: int | None = None) -> None:
    """Only what is asked is taken: nobody gives an officer more to read than the sum is worth."""
    found = await queries.whole(report)
    if not any(one.ask is ask and one.number == number for one in found.questions):
        raise NotFound


async def _answer(report_id: int, ask: Ask, by: Actor, **given: Any) -> None:
    async with transaction():
        report, _ = await for_writer(report_id, by)
        await refuse_unasked(report, ask)
        await Report.filter(id=report.id).update(**given)


async def say_what(report_id: int, words: str, by: Actor) -> None:
    """What came of it, or how far it is."""
    await _answer(report_id, Ask.WHAT, by, came_of_it=_words(words, "Enter what came of it, in about three sentences."))


async def say_learnt(report_id: int, words: str, by: Actor) -> None:
    """What the group would do again, and what not."""
    await _answer(report_id, Ask.LEARNT, by, learnt=_words(words, "Enter what you learnt, in a few sentences."))


async def say_people(report_id: int, number: int, by: Actor) -> None:
    """How many people it reached."""
    await _answer(report_id, Ask.PEOPLE, by, people_reached=_not_below(number))


async def say_hours(report_id: int, number: int, by: Actor) -> None:
    """How many hours volunteers gave."""
    await _answer(report_id, Ask.HOURS, by, volunteer_hours=_not_below(number))


async def say_total(report_id: int, pence: int, by: Actor) -> None:
    """What everything cost, where one sum is asked."""
    await _answer(report_id, Ask.TOTAL, by, total_pence=_not_below(pence))


async def say_other(report_id: int, pence: int, by: Actor) -> None:
    """How much of it was paid with money that was found before the campaign."""
    async with transaction():
        report, _ = await for_writer(report_id, by)
        await refuse_unasked(report, Ask.OTHER)
        found = await queries.whole(report)
        problem = rules.other_problem(_not_below(pence), found.level, found.as_lines, found.given)
        if problem:
            raise Refused(f"{problem}.", rule="other money")
        await Report.filter(id=report.id).update(other_pence=pence)


async def say_cost(report_id: int, number: int, spent_pence: int, by: Actor, *, reason: str = "") -> ReportLine:
    """What one cost came to; with the reason where it differs from the plan by more than the settings let pass."""
    async with transaction():
        report, _ = await for_writer(report_id, by)
        await refuse_unasked(report, Ask.COST, number)
        line = await ReportLine.get(report_id=report.id, number=number)
        found = await queries.whole(report)
        old = next(one for one in found.as_lines if one.number == number)
        new = rules.Line(number, old.words, old.planned_pence, _not_below(spent_pence), reason, is_extra=old.is_extra)
        if report.kind == "final" and rules.needs_reason(new, queries.limits()) and not reason.strip():
            raise Refused(_why(new), rule="reason")
        line.spent_pence, line.reason = spent_pence, reason.strip()[:REASON_LONGEST]
        await line.save(update_fields=["spent_pence", "reason"])
    return line


def _why(line: rules.Line) -> str:
    if line.is_extra:
        return "Say what it was for."
    more = "more" if (line.spent_pence or 0) > line.planned_pence else "less"
    return f"Say why it cost {more} than the {pounds(line.planned_pence)} that was planned."


async def say_without_receipt(report_id: int, number: int, words: str, by: Actor) -> None:
    """Why there is no receipt for a cost."""
    text = _words(words, "Say why you have no receipt.", REASON_LONGEST)
    async with transaction():
        report, _ = await for_writer(report_id, by)
        await refuse_unasked(report, Ask.RECEIPTS, number)
        await ReportLine.filter(report_id=report.id, number=number).update(without_receipt=text)


def _words(words: str, otherwise: str, longest: int = LONGEST) -> str:
    text = words.strip()
    if not text:
        raise Refused(otherwise, rule="words")
    if len(text) > longest:
        raise Refused(f"Use {longest:,} characters or fewer.", rule="words")
    return text


def _not_below(number: int) -> int:
    if number < 0:
        raise Refused("Enter 0 or more.", rule="number")
    return number
