"""What the timetable asks of surveys. Rows say what is due: run twice, late or never, nobody is asked twice."""

from collections.abc import Awaitable, Callable, Iterable
from random import SystemRandom
from typing import TypeVar

import structlog

from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.mail import Topic, choices
from evaluation.surveys import queries, services

AT_ONCE = 500  # one run of the timetable; the next one goes on
T = TypeVar("T")
log = structlog.get_logger()


async def look() -> None:
    """Close what is over, ask who is to be asked, bring to mind what is near its last day."""
    today = business_today()
    await _each(await queries.to_close(today), services.close)
    await services.close_rounds()
    await _each(await queries.groups_due(business_now()), services.invite)
    backers = await queries.backers_due(business_now())
    wanted = await choices.who_wants([one.email for one in backers if one.email], Topic.QUESTIONS)
    asked = [one for one in backers if not one.email or one.email in wanted][:AT_ONCE]
    # the order of invitations must tell nothing of whose they were, once nothing else does
    SystemRandom().shuffle(asked)
    await _each(asked, services.invite)
    await _each((await queries.to_remind(today))[:AT_ONCE], services.remind)


async def _each(rows: Iterable[T], step: Callable[[T], Awaitable[object]]) -> None:
    """One row's trouble is not the others': it is tried again the next time."""
    for row in rows:
        try:
            await step(row)
        except Exception:
            log.exception("survey put aside", step=step.__name__)
