"""A pause moves the last day: backers are told, and may go, before anything is taken (ruling 15)."""

from datetime import timedelta

import pytest

from crowdfund_kent.audit import BACKER
from crowdfund_kent.models import Outbox
from pledges import pledging
from projects import services
from projects.models import LetterToPost
from tests.payments import make
from tests.pledges import gift_make
from tests.projects.make import officer
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")
ASKED = "A neighbour asks who owns the land."


async def test_each_backer_is_told_of_the_pause_and_of_the_later_day_with_a_way_out(provider: World) -> None:
    scene = await make.scene(provider)
    stays, goes = await scene.pledge(), await scene.pledge()
    before = scene.campaign.last_day
    assert before is not None
    by = await officer()
    await services.suspend(scene.campaign.id, by, ASKED)
    await make.rounds()
    await make.rounds()
    assert await make.mails_to(stays) == ["receipt", "paused"]
    assert ASKED not in await make.mail_text(stays, "paused")  # what an officer wrote to the group
    await scene.later(days=3)
    await services.resume(scene.campaign.id, by)
    await make.rounds()
    after = (await scene.now()).last_day
    assert after is not None
    assert after - before >= timedelta(days=3)
    assert await make.mails_to(stays) == ["receipt", "paused", "resumed"]
    told = await make.mail_text(stays, "resumed")
    assert f"{after.day} {after:%B %Y}" in told
    assert f"/pledges/{stays.reference}/" in told
    await pledging.cancel(goes.id, BACKER)
    assert await make.status_of(goes) == "cancelled"
    assert await make.status_of(stays) == "active"


async def test_a_second_pause_is_told_again(provider: World) -> None:
    scene = await make.scene(provider)
    backer = await scene.pledge()
    by = await officer()
    for _ in range(2):
        await services.suspend(scene.campaign.id, by, ASKED)
        await make.rounds()
        await scene.later(days=1)
        await services.resume(scene.campaign.id, by)
        await make.rounds()
    assert await make.mails_to(backer) == ["receipt", "paused", "resumed", "paused", "resumed"]


async def test_opening_tells_nobody_and_the_receipt_named_the_rule_before(provider: World) -> None:
    scene = await make.scene(provider)
    backer = await scene.pledge()
    assert "at most 28 days" in await make.mail_text(backer, "receipt")
    await make.rounds()
    assert await make.mails_to(backer) == ["receipt"]


async def test_a_cancelled_campaign_says_why_to_its_backers(provider: World) -> None:
    scene = await make.scene(provider)
    backer = await scene.pledge()
    await services.cancel(scene.campaign.id, await officer(), "Our leader has moved away. Thank you all.")
    await make.rounds()
    assert await make.status_of(backer) == "released"
    assert "Our leader has moved away. Thank you all." in await make.mail_text(backer, "released")


async def test_a_paused_campaign_lets_a_backer_go_at_once_as_its_mail_says(provider: World) -> None:
    scene = await make.scene(provider)
    backer = await scene.pledge()
    await services.suspend(scene.campaign.id, await officer(), ASKED)
    await make.rounds()
    assert "cancel your pledge, also now" in await make.mail_text(backer, "paused")
    await pledging.cancel(backer.id, BACKER)
    assert await make.status_of(backer) == "cancelled"


async def test_givers_of_cash_are_told_of_the_pause_and_of_its_end_by_mail_or_letter(provider: World) -> None:
    scene, desk = await make.scene(provider), await gift_make.desk()
    by_mail = await desk.take(scene.campaign, email="ada@example.org", address="")
    by_letter = await desk.take(scene.campaign)
    by = await officer()
    await services.suspend(scene.campaign.id, by, ASKED)
    await make.rounds()
    await make.rounds()
    mail = await Outbox.get(name="gifts/paused")
    letter = await LetterToPost.get(name="gifts/paused")
    for words in (str(mail.body["text"]), letter.text):
        assert "at most 28 days" in words
        assert ASKED not in words
    assert by_mail.reference in str(mail.body["text"])
    assert by_letter.reference in letter.text
    await scene.later(days=3)
    await services.resume(scene.campaign.id, by)
    await make.rounds()
    assert await Outbox.filter(name="gifts/resumed").count() == 1
    day = (await scene.now()).last_day
    assert day is not None
    assert f"{day.day} {day:%B %Y}" in (await LetterToPost.get(name="gifts/resumed")).text
