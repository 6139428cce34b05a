"""An accepted report: shown to all but before an election, hidden, and kept as it was."""

from datetime import timedelta

import pytest
from asyncpg import CheckViolationError, RaiseError

from crowdfund_kent.clock import business_today
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.models import Outbox
from crowdfund_kent.wiring import run_all_checks
from pledges import turning
from projects.kinds import HideReason, TurnKind
from projects.models import Delivery
from projects.reports import queries
from projects.reports.services import answering
from projects.services.moderation import add_quiet_period
from tests.projects import make
from tests.projects.reports.make import mails, refused, sent

pytestmark = pytest.mark.usefixtures("db")


async def test_an_open_question_about_the_project_is_answered_first() -> None:
    report, owner = await sent()
    await turning.ask(report.delivery_id, TurnKind.ENDING, owner, reason="The pool closed.")
    await refused(answering.accept(report.id, 1, await make.officer()), "Answer that first")


async def test_before_an_election_it_is_held_and_it_can_be_hidden() -> None:
    officer = await make.officer()
    report, _ = await sent()
    today = business_today()
    await add_quiet_period(today, today + timedelta(5), "Local elections", officer)
    await answering.accept(report.id, 600_000, officer)
    delivery = await Delivery.get(id=report.delivery_id)
    assert (delivery.status, delivery.end_note) == ("delivered", "")
    assert await queries.public_of(delivery.campaign_id) is None
    assert not await Outbox.filter(name="tell_backers_of_delivery").exists()
    for _ in range(2):
        await answering.let_through(report.id, officer)
    assert (await Delivery.get(id=delivery.id)).end_note == "The steps stand."
    assert await Outbox.filter(name="tell_backers_of_delivery").count() == 1
    await answering.hide(report.id, HideReason.PERSONAL, officer)
    assert await queries.public_of(delivery.campaign_id) is None
    assert "personal details" in (await mails("report_hidden"))[0]
    await answering.show_again(report.id, officer)
    assert await queries.public_of(delivery.campaign_id) is not None
    broken = {one.rule for one in await run_all_checks() if one.count}
    assert not {rule for rule in broken if "report" in rule or "delivery" in rule}


async def test_the_database_keeps_an_accepted_report_as_it_was() -> None:
    report, _ = await sent()
    await answering.accept(report.id, 600_000, await make.officer())
    for sql in (
        "UPDATE report SET people_reached = 9 WHERE id = $1",
        "UPDATE report_line SET spent_pence = 9 WHERE report_id = $1",
        "UPDATE report SET accepted_by_id = sent_by_id WHERE id = $1",
    ):
        with pytest.raises((RaiseError, CheckViolationError)):
            async with transaction():
                await execute(sql, report.id)
