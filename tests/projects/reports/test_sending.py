"""Sending a report: what it needs, who may, once, by page or on paper; the delivery ends by it."""

from datetime import date, timedelta
from typing import Any

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.errors import Forbidden, NotFound
from crowdfund_kent.models import Outbox
from crowdfund_kent.wiring import run_all_checks
from projects import paper_acts, services
from projects.kinds import MemberRole, PaperAct
from projects.models import Campaign, Delivery, Group, Member
from projects.reports import queries
from projects.reports.models import Report, ReportLine
from projects.reports.services import answering, more_time, receipts, sending, writing
from tests.projects import make, papers
from tests.projects import reporting as reports
from tests.projects.reports.make import WHOLE, begun, costed, funded, mails, refused, sent

pytestmark = pytest.mark.usefixtures("db")


async def test_the_delivery_ends_by_its_report_and_by_nothing_else() -> None:
    report, owner = await begun()
    delivery = await Delivery.get(id=report.delivery_id)
    assert (delivery.status, delivery.report_by) == ("under way", business_today() + timedelta(days=60))
    await refused(sending.send(report.id, owner), "still missing: what came of it")
    await reports.write(report.id, "The steps stand.", 599_999, owner)
    report = await sending.send(report.id, owner)
    assert (await Delivery.get(id=delivery.id)).status == "under way"
    officer = await make.officer()
    await answering.accept(report.id, 600_000, officer)
    await answering.accept(report.id, 600_000, officer)  # a second click
    delivery = await Delivery.get(id=delivery.id)
    assert (delivery.status, delivery.spent_pence, delivery.end_note) == ("delivered", 599_999, "The steps stand.")
    assert await Outbox.filter(kind="job", name="tell_backers_of_delivery").count() == 1
    assert "£0.01 was not spent" in (await mails("delivered"))[0]
    assert [one.volunteer_hours for one in await queries.reported()] == [48]
    assert await queries.interim_accepted_at(delivery.campaign_id) == report.accepted_at or business_now()
    broken = {one.rule for one in await run_all_checks() if one.count}
    assert not {rule for rule in broken if "report" in rule or "delivery" in rule}


async def test_only_what_is_asked_is_taken_and_only_until_it_is_sent() -> None:
    report, owner = await begun(100_000)
    with pytest.raises(NotFound):
        await writing.say_cost(report.id, 0, 1, owner)
    with pytest.raises(NotFound):
        await writing.say_learnt(report.id, "Much.", owner)
    await reports.write(report.id, "The steps stand.", 600_000, owner)
    await sending.send(report.id, owner)
    await refused(writing.say_total(report.id, 1, owner), "It is sent")
    await refused(more_time.ask_more_time(report.id, business_today() + timedelta(90), "Why.", owner), "is sent")


async def test_a_cost_that_differs_is_explained_and_other_money_is_no_more_than_the_costs() -> None:
    delivery, owner = await funded(other_pence=100_000)
    report = await sending.finish_work(delivery.id, business_today(), WHOLE, owner)
    await refused(writing.say_cost(report.id, 0, 700_000, owner), "Say why it cost more than the £6,000")
    last = await ReportLine.filter(report_id=report.id).order_by("-number").first()
    assert last is not None
    await refused(writing.say_cost(report.id, last.number, 1, owner), "what it was for")
    await reports.write(report.id, "The steps stand.", 550_000, owner)
    await refused(writing.say_other(report.id, 550_001, owner), "more than everything cost")
    await writing.say_other(report.id, 100_000, owner)
    assert (await sending.send(report.id, owner)).spent_pence == 450_000


async def test_others_and_forged_numbers_get_nothing() -> None:
    """A stranger, another group's owner, an officer of the group, the owner who is an officer, a helper who sends."""
    report, owner = await sent()
    stranger = Actor((await make.person("kit@example.org")).id, "group owner")
    other, other_owner = await begun()
    other_receipt = await receipts.add_receipt(*await costed(other, other_owner), papers.pdf("Steel"), other_owner)
    for by in (stranger, other_owner):
        with pytest.raises(NotFound):
            await writing.say_what(report.id, "Ours.", by)
        with pytest.raises(NotFound):
            await sending.send(report.id, by)
    with pytest.raises(NotFound):
        await receipts.remove_receipt(other.id, 999_999, other_owner)
    mine, owner_too = await begun()
    with pytest.raises(NotFound):
        await receipts.remove_receipt(mine.id, other_receipt.id, owner_too)
    with pytest.raises(NotFound):
        await writing.say_what(999_999, "Nobody's.", owner)
    group = await Group.get(projects__campaigns__delivery__id=report.delivery_id)
    officer = await make.staff(Role.FUND_OFFICER)
    assert officer.person_id is not None
    await Member.create(
        group_id=group.id, person_id=officer.person_id, role=MemberRole.HELPER, created_at=business_now()
    )
    await Member.filter(person_id=officer.person_id).update(ended_at=business_now())
    for work in (answering.accept(report.id, 1, officer), answering.ask_back(report.id, "Why?", officer)):
        with pytest.raises(Forbidden, match="Another officer"):
            await work
    with pytest.raises(Forbidden):
        await answering.accept(report.id, 1, await make.staff(Role.AUDITOR))
    helper = await make.person("helper@example.org")
    await Member.create(group_id=group.id, person_id=helper.id, role=MemberRole.HELPER, created_at=business_now())
    with pytest.raises(Forbidden):
        await sending.send(report.id, Actor(helper.id, "group helper"))


async def test_on_paper_one_changed_word_makes_a_signature_worthless() -> None:
    report, owner = await begun()
    campaign_id = (await Delivery.get(id=report.delivery_id)).campaign_id
    assert not await sending.paper_choices(campaign_id)
    await reports.write(report.id, "The steps stand.", 600_000, owner)
    paper_acts.offer(sending.paper_choices, sending.send_on_paper, PaperAct.REPORT)
    (choice,) = await sending.paper_choices(campaign_id)
    assert ("What came of it", "The steps stand.") in choice.about
    campaign = await Campaign.get(id=campaign_id)
    officer = await make.staff(Role.FUND_OFFICER)
    reference = await services.signing.reference_of(campaign, choice)
    await writing.say_what(report.id, "The steps stand, nearly.", owner)
    assert owner.person_id is not None

    async def record(one: Any, said: str) -> None:
        await services.signing.record_paper(
            campaign_id,
            one,
            officer,
            reference=said,
            person_id=owner.person_id or 0,
            signed_on=business_today(),
            content=papers.picture(),
        )

    with pytest.raises(NotFound):
        await record(choice, reference)
    (choice,) = await sending.paper_choices(campaign_id)
    await record(choice, await services.signing.reference_of(campaign, choice))
    report = await Report.get(id=report.id)
    assert (report.status, report.sent_by_id) == ("sent", officer.person_id)
    await refused(answering.accept(report.id, 600_000, officer), "Ask a colleague")
    await answering.accept(report.id, 600_000, await make.officer())


async def test_the_work_is_done_on_a_day_that_can_be() -> None:
    delivery, owner = await funded()
    for day in (business_today() + timedelta(1), date(2020, 1, 1)):
        await refused(sending.finish_work(delivery.id, day, WHOLE, owner), "today or before")
    report = await sending.finish_work(delivery.id, business_today(), WHOLE, owner)
    assert (await sending.finish_work(delivery.id, business_today(), WHOLE, owner)).id == report.id
    await services.promise_later(delivery.id, business_today() + timedelta(40), owner)
    assert (await Delivery.get(id=delivery.id)).work_done_on is None
