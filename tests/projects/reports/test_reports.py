"""Reports over the database: sent once, accepted by somebody of no part in it, reminded of once, seen where it matters."""

from collections.abc import Awaitable
from datetime import date, timedelta
from typing import Any

import pytest
from asyncpg import CheckViolationError, RaiseError
from tortoise.exceptions import IntegrityError

from crowdfund_kent import clock, storage
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.models import Outbox
from crowdfund_kent.wiring import run_all_checks
from pledges import reporting, turning
from projects import paper_acts, services, uploads
from projects import queries as queries_of_projects
from projects.kinds import HideReason, MemberRole, PaperAct, TurnKind
from projects.models import Campaign, Delivery, Group, Member
from projects.reports import queries, retention
from projects.reports.kinds import ReportKind, Shown
from projects.reports.models import Receipt, Report, ReportLine, ReportMessage
from projects.reports.services import answering, asking, more_time, pictures, receipts, sending, writing
from projects.services.moderation import add_quiet_period
from projects.states import Campaign as Status
from tests.projects import make, papers
from tests.projects import reporting as reports

pytestmark = pytest.mark.usefixtures("db")
WHOLE = 600_000


async def funded(other_pence: int = 0, title: str = "Tidal pool steps") -> tuple[Delivery, Actor]:
    """A settled campaign's delivery, begun, and an owner of its group."""
    project = await make.project(title=title, cost_pence=600_000)
    campaign = await make.campaign(Status.LIVE, project)
    await Campaign.filter(id=campaign.id).update(status=Status.SETTLED, settled_at=business_now())
    delivery = await services.begin_delivery(await Campaign.get(id=campaign.id))
    owner = await make.owner_of(project.group_id)
    await services.start(delivery.id, owner)
    if other_pence:
        await execute("ALTER TABLE project_version DISABLE TRIGGER USER")
        await execute(
            "UPDATE project_version SET other_funding_pence = $2, target_pence = cost_pence - $2 WHERE id = $1",
            campaign.version_id,
            other_pence,
        )
    return delivery, owner


async def begun(public_pence: int = WHOLE) -> tuple[Report, Actor]:
    """A final report that is asked."""
    delivery, owner = await funded()
    return await sending.finish_work(delivery.id, business_today(), public_pence, owner), owner


async def sent(public_pence: int = WHOLE) -> tuple[Report, Actor]:
    """One that an officer can read."""
    report, owner = await begun(public_pence)
    await reports.write(report.id, "The steps stand.", 600_000, owner)
    return await sending.send(report.id, owner), owner


async def refused(work: Awaitable[Any], match: str) -> None:
    with pytest.raises(Refused, match=match):
        await work


async def mails(name: str) -> list[str]:
    return [one.body["text"] for one in await Outbox.filter(kind="email", name=f"projects/{name}").order_by("id")]


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


async def costed(report: Report, owner: Actor) -> tuple[int, int]:
    """The report's id and a cost on which something was spent."""
    await writing.say_cost(report.id, 0, 600_000, owner)
    return report.id, 0


async def test_receipts_are_files_and_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    report, owner = await begun()
    with pytest.raises(NotFound):  # nothing was spent yet: no receipt is asked
        await receipts.add_receipt(report.id, 0, papers.pdf("Steel"), owner)
    place = await costed(report, owner)
    await writing.say_without_receipt(*place, "It rained on it.", owner)
    for content, words in ((b"", "empty"), (b"MZ" + bytes(90), "can’t read"), (papers.bomb(), "unpacks")):
        await refused(receipts.add_receipt(*place, content, owner, name="till.pdf"), words)
    assert not await Receipt.all().exists()
    first = await receipts.add_receipt(*place, papers.picture(), owner, name="till.jpg")
    again = await receipts.add_receipt(*place, papers.picture(), owner, name="till.jpg")
    assert (first.id, (await ReportLine.get(report_id=report.id, number=0)).without_receipt) == (again.id, "")
    paper = await receipts.add_receipt(*place, papers.pdf("Steel"), owner, name="steel.pdf")
    await receipts.prepare_receipt(paper.id)
    paper = await Receipt.get(id=paper.id)
    assert len(paper.page_sizes) == 1
    assert (await storage.read(receipts.page_key(paper, 1)))[:4] == b"RIFF"
    await receipts.remove_receipt(report.id, paper.id, owner)
    await receipts.forget_receipt(paper.id)
    await receipts.forget_receipt(first.id)  # not taken back: nothing happens
    assert [one.file_gone_at is None for one in await Receipt.all().order_by("id")] == [True, False]
    monkeypatch.setattr(queries_of_projects, "upload_limits", lambda: uploads.Limits(8_000_000, 1, 80_000_000))
    await refused(receipts.add_receipt(*place, papers.pdf("Tea"), owner), "1 file")


async def test_what_an_officer_has_read_is_kept_when_the_group_takes_it_back() -> None:
    report, owner = await begun()
    receipt = await receipts.add_receipt(*await costed(report, owner), papers.picture(), owner)
    await reports.write(report.id, "The steps stand.", 600_000, owner)
    await sending.send(report.id, owner)
    await answering.ask_back(report.id, "Is it the right one?", await make.officer())
    await receipts.remove_receipt(report.id, receipt.id, owner)
    assert not await Outbox.filter(name=receipts.FORGET).exists()
    assert "Is it the right one?" in (await mails("report_asked_back"))[0]
    await writing.say_without_receipt(report.id, 0, "We lost the right one.", owner)
    await sending.send(report.id, owner, message="We looked again.")
    assert [one.from_group for one in await ReportMessage.all().order_by("id")] == [False, True]


async def test_pictures_need_words_and_consent_and_go_at_once() -> None:
    report, owner = await begun()
    photo = papers.picture()
    add = pictures.add_picture
    await refused(add(report.id, photo, "", owner, shows=Shown.NOBODY), "Describe the picture")
    await refused(add(report.id, photo, "Steps", owner, shows=Shown.ADULTS, who="Us"), "Ask everybody")
    await refused(add(report.id, photo, "Steps", owner, shows=Shown.ADULTS, agreed=True), "Say who")
    await refused(
        add(report.id, photo, "Steps", owner, shows=Shown.CHILDREN, who="A", agreed=True), "parent or guardian"
    )
    one = await add(report.id, photo, "Steps", owner, shows=Shown.CHILDREN, who="Ann", agreed=True, parents_agreed=True)
    with pytest.raises(IntegrityError):
        async with transaction():
            await execute("UPDATE report_picture SET parents_agreed = false WHERE id = $1", one.id)
    await reports.write(report.id, "The steps stand.", 600_000, owner)
    await answering.accept((await sending.send(report.id, owner)).id, 600_000, await make.officer())
    campaign_id = (await Delivery.get(id=report.delivery_id)).campaign_id
    found = await queries.public_of(campaign_id)
    assert found is not None
    assert [shown.picture.alt for shown in found.pictures] == ["Steps"]
    await pictures.remove_picture(report.id, one.id, owner)
    found = await queries.public_of(campaign_id)
    assert found is not None
    assert not found.pictures


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
        assert await queries.overdue_at(business_now()) == 1
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


async def test_receipts_go_after_six_years() -> None:
    report, owner = await begun()
    await receipts.add_receipt(*await costed(report, owner), papers.picture(), owner, name="till.jpg")
    await reports.write(report.id, "The steps stand.", 600_000, owner)
    await sending.send(report.id, owner)
    await answering.ask_back(report.id, "Which shop?", await make.officer())
    await sending.send(report.id, owner, message="The one in Deal.")
    await answering.accept(report.id, 600_000, await make.officer())
    later = business_now() + timedelta(days=365 * 8)
    assert await retention.due(business_now()) == 0
    assert await retention.let_go(later) == 3
    assert await retention.let_go(later) == 0
    receipt = await Receipt.get()
    await receipts.forget_receipt(receipt.id)
    assert (await Receipt.get()).file_gone_at is not None
    assert (await Report.get(id=report.id)).came_of_it == "The steps stand."


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
