"""A later last day that a group asked for (ruling 15): told, asked, asked again, charged only with a yes; end to end."""

from datetime import timedelta

import pytest

from crowdfund_kent.audit import BACKER, Actor
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import Refused
from crowdfund_kent.models import AuditRow
from payments import card_pages, closing
from payments.models import CardPage
from pledges import agreeing, changing, pledging
from pledges.models import Pledge
from pledges.pledging import Answers
from pledges.totals import totals
from projects import services
from projects.kinds import ChangeKind
from projects.models import CampaignChange
from projects.queries import group_id_of
from projects.tasks import close_due
from tests.client import SiteClient
from tests.payments import make
from tests.projects.make import officer, owner_of
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")
WHY = "The printer lost our leaflets. We hand out new ones on Saturday."


async def owner(scene: make.Scene) -> Actor:
    return await owner_of(await group_id_of(scene.campaign.id))


async def asked(scene: make.Scene, days: int = 14) -> CampaignChange:
    """The group asks for so many days more."""
    by = await owner(scene)
    last_day = (await scene.now()).last_day
    assert last_day is not None
    change = await services.begin_change(scene.campaign.id, ChangeKind.LAST_DAY, by)
    await services.write_change(change.id, by, reason=WHY, new_last_day=last_day + timedelta(days=days))
    return await services.ask_change(change.id, by)


async def extended(scene: make.Scene, days: int = 14) -> CampaignChange:
    """An officer has agreed, and the worker has told everybody."""
    change = await changing.agree((await asked(scene, days)).id, await officer())
    await make.rounds()
    return change


async def test_only_those_who_say_yes_count_at_the_verdict_and_are_charged(provider: World) -> None:
    scene = await make.scene(provider, 5_000)
    says_yes, silent = await scene.pledge(4_000), await scene.pledge(3_000)
    first_day = scene.campaign.last_day
    await extended(scene)
    later = await scene.pledge(1_000)  # read the later day before pledging
    found = await totals(scene.campaign.id)
    assert (found.raised_pence, found.waiting_pence) == (8_000, 7_000)
    told = await make.mail_text(says_yes, "later_day")
    assert WHY in told
    assert first_day is not None
    assert f"{first_day.day} {first_day:%B %Y}" in told
    for way in ("yes", "cancel"):
        assert f"/pledges/{says_yes.reference}/" in told
        assert f"/{way}\n" in told
    assert await make.mails_to(later) == ["receipt"]
    await agreeing.say_yes(says_yes.id, BACKER)
    await agreeing.say_yes(says_yes.id, BACKER)  # a second click
    assert (await totals(scene.campaign.id)).waiting_pence == 3_000
    await scene.later(days=41)
    assert await scene.status() == "live"
    await scene.later(days=14)
    assert (await scene.status(), (await scene.now()).raised_pence) == ("successful", 5_000)
    assert await make.status_of(silent) == "released"
    assert await make.mails_to(silent) == ["receipt", "later_day", "not_agreed"]
    assert await make.mails_to(says_yes) == ["receipt", "later_day", "agreed", "payments/target_met"]
    found = await totals(scene.campaign.id)
    assert (found.crowd_pence, found.raised_pence, found.waiting_pence) == (5_000, 5_000, 0)
    verdict = await AuditRow.get(act="verdict")
    assert verdict.details["without_yes_pence"] == 3_000
    await scene.later(hours=49)
    assert {await make.status_of(says_yes), await make.status_of(later)} == {"collected"}
    assert await make.status_of(silent) == "released"
    assert (await provider.control.truth())["charges"] == 2
    await make.nothing_is_broken()


async def test_what_waits_for_a_yes_does_not_meet_the_target(provider: World) -> None:
    scene = await make.scene(provider, 5_000)
    backer = await scene.pledge(5_000)
    await extended(scene)
    await scene.later(days=56)
    assert (await scene.status(), (await scene.now()).raised_pence) == ("unsuccessful", 0)
    assert await make.mails_to(backer) == ["receipt", "later_day", "not_agreed"]
    assert (await provider.control.truth())["charges"] == 0


async def test_a_campaign_that_ends_early_within_the_first_day_needs_no_yes(provider: World) -> None:
    scene = await make.scene(provider, 5_000)
    backer = await scene.pledge(5_000)
    await extended(scene)
    await scene.later(days=3)
    assert await agreeing.may_be_charged_pence(scene.campaign.id) == 5_000
    await services.end_early(scene.campaign.id, await owner(scene), raised_pence=5_000)
    await make.rounds()
    assert await scene.status() == "successful"
    await scene.later(hours=49)
    assert await make.status_of(backer) == "collected"  # the target was met by the day that the pledge's words named


async def test_after_the_first_day_only_what_may_be_charged_can_end_it_early(provider: World) -> None:
    scene = await make.scene(provider, 5_000)
    await scene.pledge(3_000)
    await extended(scene)
    yes = await scene.pledge(2_000)
    await scene.later(days=42)
    assert (await totals(scene.campaign.id)).raised_pence == 5_000
    assert await agreeing.may_be_charged_pence(scene.campaign.id) == 2_000
    with pytest.raises(Refused, match="once its target is met"):
        pence = await agreeing.may_be_charged_pence(scene.campaign.id)
        await services.end_early(scene.campaign.id, await owner(scene), raised_pence=pence)
    assert await make.status_of(yes) == "active"


async def test_a_card_that_is_being_saved_meanwhile_waits_for_a_yes_too(provider: World) -> None:
    scene = await make.scene(provider, 5_000)
    answers = Answers(5_000, "slow@example.org", "Slow", name_shown=False)
    started = await card_pages.start(scene.campaign.id, "slow", answers, BACKER)
    await extended(scene)
    assert started.url is not None
    await provider.control.fill_card_page(started.url, make.OK)
    await card_pages.refresh(await CardPage.get(pledge_id=started.pledge.id), BACKER)
    await make.rounds()
    slow = await Pledge.get(id=started.pledge.id)
    assert slow.status == "active"
    assert await agreeing.asked_of(slow) is not None
    assert await make.mails_to(slow) == ["receipt", "later_day"]


async def test_backers_are_asked_again_a_week_before_each_day_and_once_each(provider: World) -> None:
    scene = await make.scene(provider, 5_000)
    silent, gone = await scene.pledge(2_000), await scene.pledge(2_000)
    await extended(scene, 20)
    assert await agreeing.remind() == 0
    await pledging.cancel(gone.id, BACKER)
    await scene.later(days=32)
    assert await agreeing.remind() == 0
    await scene.later(days=2)  # of 40 to the first: nine in the morning, seven days before it, is over
    assert [await agreeing.remind() for _ in range(3)] == [1, 0, 0]
    assert await make.mails_to(silent) == ["receipt", "later_day", "later_day_again"]
    await scene.later(days=20)
    assert [await agreeing.remind() for _ in range(3)] == [1, 0, 0]
    assert await make.mails_to(silent) == ["receipt", "later_day", "later_day_again", "later_day_again"]
    assert "later_day_again" not in await make.mails_to(gone)


async def test_the_private_page_asks_with_one_button_and_looking_changes_nothing(
    provider: World, client: SiteClient
) -> None:
    scene = await make.scene(provider, 5_000)
    backer = await scene.pledge(5_000)
    await extended(scene)
    told = await make.mail_text(backer, "later_day")
    (address,) = [line for line in told.splitlines() if line.endswith("/yes")]
    for _ in range(2):
        page = await client.get(address.removeprefix("http://testserver"))
    assert page.h1 == "Keep your pledge until the later day"
    assert (await Pledge.get(id=backer.id)).agreed_at is None
    back = await page.follow("Your pledge")
    assert "waits for your yes" in back.main
    page = await page.submit(to=back.path)
    assert "Thank you. Your pledge stands" in page.main
    assert "waits for your yes" not in page.main
    again = await client.get(address.removeprefix("http://testserver"), to=back.path)
    assert again.path == back.path
    page = await (await again.follow("Say which district you live in")).submit({"district": "E07000114"}, to=back.path)
    assert (await Pledge.get(id=backer.id)).district_code == "E07000114"


async def test_a_yes_after_the_deadline_comes_too_late(provider: World) -> None:
    scene = await make.scene(provider, 5_000)
    backer = await scene.pledge(5_000)
    await extended(scene)
    await scene.pass_time(days=56)
    with pytest.raises(Refused, match="last day of this campaign is over"):
        await agreeing.say_yes(backer.id, BACKER)
    await close_due()
    with pytest.raises(Refused):
        await agreeing.say_yes(backer.id, BACKER)


async def test_a_pause_after_a_later_day_asks_for_no_second_yes_and_cancelling_lets_all_go(provider: World) -> None:
    scene = await make.scene(provider, 5_000)
    backer, silent = await scene.pledge(5_000), await scene.pledge(2_000)
    await extended(scene)
    await agreeing.say_yes(backer.id, BACKER)
    by = await officer()
    await services.suspend(scene.campaign.id, by, "A neighbour asks.")
    await scene.later(days=3)
    await services.resume(scene.campaign.id, by)
    await make.rounds()
    assert await agreeing.asked_of(await Pledge.get(id=backer.id)) is None
    await services.cancel(scene.campaign.id, await owner(scene), "We found the money elsewhere. Thank you.")
    await make.rounds()
    assert (await make.mails_to(silent))[-1] == "released"  # as everybody else, and told why
    await make.nothing_is_broken()


async def test_closing_twice_lets_go_once(provider: World) -> None:
    scene = await make.scene(provider, 5_000)
    backer = await scene.pledge(4_000)
    await extended(scene)
    await scene.pledge(5_000)
    await scene.pass_time(days=56)
    await close_due()
    assert [await closing.decide(scene.campaign.id) for _ in range(3)] == [True, False, False]
    rows = await fetch("SELECT cause FROM pledge_event WHERE subject_id = $1 ORDER BY id", backer.id)
    assert [row["cause"] for row in rows] == ["created", "card saved", "no yes to the later day"]
