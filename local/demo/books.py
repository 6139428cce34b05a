"""The books of the demo: years that are closed, days that were kept, a journal, a sample, and a period that waits."""

from datetime import date, timedelta
from typing import Final

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.wiring import compose_chart
from evaluation.evidence import sample
from local.demo.people import SECOND_APPROVER, acting, person
from local.demo.stage import Stage
from payments.books import closing, daily, journal, rules

PILOT: Final = date(2021, 3, 1)
SEED: Final = "the demo's audit"


async def play(stage: Stage) -> None:
    """Today: two finance approvers closed everything up to the last 31 March; the last month waits for the second."""
    compose_chart()
    first = await acting(Role.FINANCE_APPROVER)
    second = Actor((await person(SECOND_APPROVER)).id, Role.FINANCE_APPROVER)
    today = business_today()
    year_end = rules.year_end(today)
    await daily.keep_days()
    for number, account in enumerate(journal.coded(), 1):
        await journal.set_code(account.prefix, "DEMO-61234", f"44{number:02d}", first)
    period = await closing.propose(year_end, f"The years up to 31 March {year_end.year}", first)
    await closing.close(period.id, second)
    await journal.make(today - timedelta(days=1), second)
    await sample.draw("match paid", PILOT, year_end, 10, SEED, first)
    last_month = today.replace(day=1) - timedelta(days=1)
    if last_month > year_end:
        await closing.propose(last_month, f"{last_month:%B %Y}", second)
    await stage.work()
