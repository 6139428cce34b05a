"""What the timetable asks of cases."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from crowdfund_kent import mail, outbox
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.cases import queries, rules, services
from crowdfund_kent.cases.kinds import ABOUT, Kind
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.settings import get_settings
from crowdfund_kent.working_days import is_working_day

DAYS_IN_YEAR: Final = 366


async def tell_late() -> None:
    """Each working day, every officer who answers cases gets the list of those that are late; none, no mail.

    References and clocks only. What is about an officer is not on their list. Run twice, it is sent once.
    """
    now, today = business_now(), business_today()
    if not is_working_day(today):
        return
    cases = await queries.late(now)
    for person in await queries.answerers():
        theirs = [case for case in cases if case.about_id != person.id]
        if not theirs or not person.email:
            continue
        rows = [
            (case.reference, ABOUT[Kind(case.kind)].name, rules.standing(case.status, case.due_at, case.settle_by, now))
            for case in theirs
        ]
        written = mail.write("cases/late.txt", rows=rows, page=f"{get_settings().site_url}/staff/cases?part=late")
        await outbox.email(
            "cases/late",
            to=person.email,
            subject=written.subject,
            text=written.text,
            unique_key=f"cases late:{today.isoformat()}:{person.id}",
        )


async def forget_old() -> None:
    """Empty cases that were closed longer ago than settings.case_keep_years. Nightly is enough."""
    before = business_now() - timedelta(days=DAYS_IN_YEAR * get_settings().case_keep_years)
    for case_id in await queries.closed_before(before):
        await services.forget(case_id, SYSTEM)


TASKS: Final[dict[str, Callable[..., Awaitable[None]]]] = {"tell_late_cases": tell_late, "forget_old_cases": forget_old}
