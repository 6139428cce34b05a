"""When a report is asked, reminded of and overdue, and the interim one of an instalment."""

from datetime import timedelta

import pytest

from crowdfund_kent import clock
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_today
from pledges import reporting, turning
from projects import services
from projects.kinds import TurnKind
from projects.models import Delivery
from projects.reports import queries
from projects.reports.kinds import ReportKind
from projects.reports.models import Report
from projects.reports.services import answering, asking, more_time, receipts, sending
from tests.projects import make, papers
from tests.projects import reporting as reports
from tests.projects.reports.make import WHOLE, begun, costed, funded, mails, refused

pytestmark = pytest.mark.usefixtures("db")


async def test_it_is_reminded_of_once_each_and_falls_overdue_after_fair_notice() -> None:
    report, owner = await begun()
    campaign_id = (await Delivery.get(id=report.delivery_id)).campaign_id
    group_id = (await queries.campaign_of(report)).project.group_id
    told = []
    try:
        for days in (45, 46, 59, 60, 73, 74, 75, 76):
            await clock.play(timedelta(days=days))
            for _ in range(2):
                await reporting.look_at_reports()
            names = [name for name in ("soon", "due", "overdue") for _ in await mails(f"report_{name}")]
            told.append((days, len(names), (await Report.get(id=report.id)).status))
        assert told == [
            (45, 0, "asked"), (46, 1, "asked"), (59, 1, "asked"), (60, 2, "asked"),
            (73, 2, "asked"), (74, 2, "asked"), (75, 3, "overdue"), (76, 3, "overdue"),
        ]  # fmt: skip
        assert [one.campaign_id for one in await queries.overdue_of_group(group_id)] == [campaign_id]
        request = await more_time.ask_more_time(report.id, business_today() + timedelta(60), "The mason is ill.", owner)
        officer = await make.officer()
        await answering.grant(request.id, officer)
        await answering.grant(request.id, officer)
        assert not await queries.overdue_of_group(group_id)
        await clock.play(timedelta(days=140))
        await reporting.look_at_reports()
        assert len(await mails("report_due")) == 2  # of the new day
    finally:
        await clock.play(None)


async def test_while_more_time_is_asked_nothing_falls_overdue() -> None:
    report, owner = await begun()
    new = report.due_by + timedelta(days=30)
    request = await more_time.ask_more_time(report.id, new, "The mason is ill.", owner)
    await refused(more_time.ask_more_time(report.id, new + timedelta(1), "More.", owner), "already")
    try:
        await clock.play(timedelta(days=100))
        await reporting.look_at_reports()
        assert (await Report.get(id=report.id)).status == "asked"
        await answering.refuse_more_time(request.id, await make.officer(), "Send what you have.")
        await reporting.look_at_reports()
        assert (await Report.get(id=report.id)).status == "overdue"
        assert "Send what you have." in (await mails("more_time_refused"))[0]
    finally:
        await clock.play(None)


async def test_an_interim_report_is_asked_half_way_and_counts_for_an_instalment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delivery, owner = await funded()

    async def whole(_campaign_id: int) -> int:
        return WHOLE

    monkeypatch.setattr(reporting, "public_pence", whole)
    try:
        await clock.play(timedelta(days=150))
        await reporting.look_at_reports()
        assert not await Report.all().exists()
        await clock.play(timedelta(days=190))
        for _ in range(2):
            await reporting.look_at_reports()
        report = await Report.get(kind=ReportKind.INTERIM)
        assert len(await mails("report_asked")) == 1
        receipt = await receipts.add_receipt(*await costed(report, owner), papers.picture(), owner)
        await reports.write(report.id, "Half of the steps stand.", 1, owner)
        await sending.send(report.id, owner)
        assert await queries.interim_accepted_at(delivery.campaign_id) is None
        await answering.accept(report.id, 600_000, await make.officer())
        assert await queries.interim_accepted_at(delivery.campaign_id) is not None
        assert (await Delivery.get(id=delivery.id)).status == "under way"
        await clock.play(timedelta(days=370))
        await reporting.look_at_reports()
        final = await queries.whole(await Report.get(kind=ReportKind.FINAL))
        assert [one.id for one in final.receipts_of(final.lines[0])] == [receipt.id]
        await services.promise_later(delivery.id, business_today() + timedelta(30), owner)
        assert (await Report.get(id=final.report.id)).due_by == business_today() + timedelta(90)
    finally:
        await clock.play(None)


async def test_an_instalment_asks_at_once_and_an_end_asks_nothing_any_more() -> None:
    delivery, owner = await funded()
    report = await asking.ask_interim(delivery.campaign_id, WHOLE)
    again = await asking.ask_interim(delivery.campaign_id, WHOLE)
    assert report is not None
    assert again is not None
    assert report.id == again.id
    await more_time.ask_more_time(report.id, report.due_by + timedelta(9), "The mason is ill.", owner)
    one, two = await make.staff(Role.FUND_OFFICER), await make.staff(Role.FUND_OFFICER)
    turn = await turning.ask(delivery.id, TurnKind.ENDING, owner, reason="The pool closed.")
    await turning.propose(turn.id, one, rule="Nothing is left", unspent_pence=0)
    await turning.agree(turn.id, two)
    assert (await Report.get(id=report.id)).status == "lapsed"
    assert await queries.open_more_time(report.id) is None
    assert await asking.ask_interim(delivery.campaign_id, WHOLE) is None


async def test_a_fund_that_pays_in_parts_asks_for_an_interim_report_once(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery, _ = await funded()
    await reporting.look_at_reports()
    assert not await Report.all().exists()

    async def in_parts(_campaign_id: int) -> bool:
        return True

    monkeypatch.setattr(reporting, "pays_in_parts", in_parts)
    for _ in range(2):
        await reporting.look_at_reports()
    assert (await Report.get()).kind == ReportKind.INTERIM
    assert (await Report.get()).delivery_id == delivery.id
