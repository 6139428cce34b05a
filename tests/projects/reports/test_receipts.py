"""Receipts and pictures of a report: files within limits, with words and consent, gone when their time is over."""

from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from crowdfund_kent import storage
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import NotFound
from crowdfund_kent.models import Outbox
from projects import given_files, uploads
from projects import queries as queries_of_projects
from projects.models import Delivery
from projects.reports import queries, retention
from projects.reports.kinds import Shown
from projects.reports.models import Receipt, Report, ReportLine, ReportMessage
from projects.reports.services import answering, pictures, receipts, sending, writing
from tests.projects import make, papers
from tests.projects import reporting as reports
from tests.projects.reports.make import begun, costed, mails, refused

pytestmark = pytest.mark.usefixtures("db")


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
    assert (await storage.read(given_files.page_key(paper, 1)))[:4] == b"RIFF"
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
