"""Equality monitoring: who answers, in numbers only. Wholly optional, after the answers, and apart from them.

A sheet adds one to a counter for each question. It makes no row, no event and no audit row, and it has no time: nothing in the
database leads from a sheet to whoever sent it, to what they answered, or to a campaign (domain.md, section 4).
"""

from collections.abc import Mapping
from datetime import date

from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import NotFound, Refused
from evaluation.surveys import links, queries
from evaluation.surveys.models import AboutYouUsed, SurveyRound
from evaluation.surveys.questionnaires import ABOUT_YOU, NOT_SAID

USED = "You have sent this already, or its time is over. Thank you."


async def is_open(ticket: str) -> bool:
    """Whether a sheet can still be sent with this ticket. NotFound for one that we did not make."""
    round_id, number = links.read_ticket(ticket)
    row = await SurveyRound.get_or_none(id=round_id)
    if row is None:
        raise NotFound
    return _takes(row, business_today()) and not await AboutYouUsed.filter(hash=number).exists()


def _takes(row: SurveyRound, today: date) -> bool:
    return row.closed_at is None and today <= row.last_day


async def send(ticket: str, given: Mapping[str, str | None]) -> None:
    """Count one sheet. What was left out counts as "prefer not to say". Refused the second time, or after the round."""
    round_id, number = links.read_ticket(ticket)
    async with transaction():
        row = await _round(round_id)
        rows = await fetch(
            "INSERT INTO survey_about_you_used (hash) VALUES ($1) ON CONFLICT DO NOTHING RETURNING hash", number
        )
        if not rows:
            raise Refused(USED, rule="once")
        await _count(row.id, given)


async def enter(round_id: int, given: Mapping[str, str | None], by: Actor) -> None:
    """A fund officer enters a sheet that came on paper: at most as many as there are answers on paper in the round."""
    await require_role(by, Role.FUND_OFFICER)
    async with transaction():
        row = await _round(round_id)
        if row.paper_sheets >= await queries.paper_answers(row.id):
            raise Refused("No more sheets than answers on paper can be entered for this round.", rule="sheets")
        await SurveyRound.filter(id=row.id).update(paper_sheets=row.paper_sheets + 1)
        await _count(row.id, given)


async def _round(round_id: int) -> SurveyRound:
    """Locked: counters of one round are added to one after the other, and never after it closed."""
    row = await SurveyRound.filter(id=round_id).select_for_update().first()
    if row is None:
        raise NotFound
    if not _takes(row, business_today()):
        raise Refused(USED, rule="closed")
    return row


async def _count(round_id: int, given: Mapping[str, str | None]) -> None:
    for question in ABOUT_YOU:
        answer = given.get(question.key)
        await execute(
            "INSERT INTO survey_about_you (round_id, question, answer, count) VALUES ($1, $2, $3, 1)"
            " ON CONFLICT (round_id, question, answer) DO UPDATE SET count = survey_about_you.count + 1",
            round_id,
            question.key,
            answer if answer in question.names else NOT_SAID,
        )
