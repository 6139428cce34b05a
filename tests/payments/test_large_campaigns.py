"""Decisions are short transactions: what they mean for each backer is done in chunks, and found again after a crash."""

from collections.abc import Iterator

import pytest

from crowdfund_kent.audit import BACKER
from crowdfund_kent.clock import real_now
from crowdfund_kent.models import Outbox
from crowdfund_kent.settings import get_settings
from payments import closing, settlement, tellings
from payments.models import Collection, Refund, Telling
from payments.tasks import find_lost
from pledges.models import Pledge
from projects.tasks import close_due
from tests.payments import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


class Killed(BaseException):
    """The worker ends here; what was committed stays."""


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    for place in ("payments.tellings.CHUNK", "payments.settlement.CHUNK", "pledges.services.BATCH"):
        monkeypatch.setattr(place, 2)
    yield monkeypatch
    get_settings.cache_clear()


def dies_at(monkeypatch: pytest.MonkeyPatch, module: str, place: str, nth: int = 1) -> None:
    """A SIGKILL, as near as one process comes to it: nothing after the point runs."""
    passes = 0

    def point(name: str) -> None:
        nonlocal passes
        passes += name == place
        if name == place and passes == nth:
            raise Killed

    monkeypatch.setattr(f"{module}.point", point)


async def closing_scene(world: World, target_pence: int, pledges: int = 5) -> tuple[make.Scene, list[Pledge]]:
    scene = await make.scene(world, target_pence)
    made = [await scene.pledge(2_000) for _ in range(pledges)]
    await scene.pass_time(days=41)
    await close_due()
    return scene, made


async def jobs() -> set[str]:
    return {row.name for row in await Outbox.filter(kind="job", done_at=None)}


async def test_a_verdict_survives_a_crash_before_and_amid_telling(
    provider: World, small_chunks: pytest.MonkeyPatch
) -> None:
    scene, made = await closing_scene(provider, 10_000)
    dies_at(small_chunks, "payments.closing", "after the verdict")
    with pytest.raises(Killed):
        await closing.decide(scene.campaign.id)
    assert await scene.status() == "successful"
    assert await Outbox.filter(name="payments/target_met").count() == 0
    dies_at(small_chunks, "payments.tellings", "between chunks of telling", 2)
    with pytest.raises(Killed):
        await closing.after_verdict(scene.campaign.id)
    assert await Outbox.filter(name="payments/target_met").count() == 4
    # nobody is charged before everybody has known for two days
    await scene.pass_time(hours=49)
    small_chunks.setattr("payments.tellings.point", lambda _name: None)
    await Outbox.filter(kind="job").update(done_at=real_now())
    await find_lost()
    assert "tell_backers" in await jobs()
    assert await closing.begin_collecting(scene.campaign.id) == 0
    await make.rounds()
    assert await Outbox.filter(name="payments/target_met").count() == 5
    assert await scene.status() == "successful", "told late, so charged later"
    await scene.later(hours=48, minutes=1)
    assert {await make.status_of(pledge) for pledge in made} == {"collected"}
    assert (await provider.control.truth())["charges"] == 5
    await make.nothing_is_broken()


async def test_a_missed_target_lets_go_in_chunks_and_what_was_raised_stays_frozen(
    provider: World, small_chunks: pytest.MonkeyPatch
) -> None:
    scene, made = await closing_scene(provider, 50_000)
    dies_at(small_chunks, "pledges.services", "between chunks of release", 2)
    with pytest.raises(Killed):
        await closing.decide(scene.campaign.id)
    statuses = sorted([await make.status_of(pledge) for pledge in made])
    assert statuses == ["active", "released", "released", "released", "released"]
    campaign = await scene.now()
    assert (campaign.status, campaign.raised_pence) == ("unsuccessful", 10_000)
    await make.nothing_is_broken()  # half done is a state like any other
    small_chunks.setattr("pledges.services.point", lambda _name: None)
    await Outbox.filter(kind="job").update(done_at=real_now())
    await find_lost()
    assert "after_verdict" in await jobs()
    await make.rounds()
    assert {await make.status_of(pledge) for pledge in made} == {"released"}
    assert await Outbox.filter(name="released").count() == 5
    assert (await scene.now()).raised_pence == 10_000
    await make.nothing_is_broken()


async def test_a_job_that_has_no_time_left_asks_for_itself(provider: World, small_chunks: pytest.MonkeyPatch) -> None:
    scene, made = await closing_scene(provider, 50_000)
    small_chunks.setenv("CROWDFUND_KENT_PUMP_WORK_SECONDS", "0")
    get_settings.cache_clear()
    assert await closing.decide(scene.campaign.id)
    assert await Pledge.filter(status="released").count() == 2
    assert "after_verdict" in await jobs()
    assert not await closing.after_verdict(scene.campaign.id)
    assert not await closing.after_verdict(scene.campaign.id)
    assert await closing.after_verdict(scene.campaign.id)
    assert {await make.status_of(pledge) for pledge in made} == {"released"}


async def test_a_collapse_gives_back_in_chunks_and_goes_on_after_a_crash(
    provider: World, small_chunks: pytest.MonkeyPatch
) -> None:
    scene = await make.scene(provider, 10_000)
    made = [await scene.pledge(2_000, card) for card in (make.OK, make.OK, make.OK, make.DECLINES, make.DECLINES)]
    await scene.collect()
    await scene.pass_time(days=15)
    dies_at(small_chunks, "payments.settlement", "between chunks of refunds")
    with pytest.raises(Killed):
        await make.rounds()
    assert await scene.status() == "collapsed"
    assert await Refund.all().count() == 2
    small_chunks.setattr("payments.settlement.point", lambda _name: None)
    await Outbox.filter(kind="job").update(done_at=real_now())
    await find_lost()
    assert {"give_all_back", "refund_pump"} <= await jobs()
    await make.rounds()
    assert [await make.status_of(pledge) for pledge in made] == ["refunded"] * 3 + ["dropped"] * 2
    truth = await provider.control.truth()
    assert (truth["refunds"], truth["refunded_pence"]) == (3, truth["charged_pence"])
    assert await Outbox.filter(name="payments/collapsed").count() == 3
    assert await settlement.give_all_back(scene.campaign.id)
    assert await Refund.all().count() == 3
    await make.nothing_is_broken()


async def test_a_settlement_tells_everybody_once_though_the_worker_dies(
    provider: World, small_chunks: pytest.MonkeyPatch
) -> None:
    scene, _ = await closing_scene(provider, 10_000)
    dies_at(small_chunks, "payments.settlement", "after the settlement")
    with pytest.raises(Killed):
        await make.rounds()
        await scene.later(hours=48, minutes=1)
    assert await scene.status() == "settled"
    small_chunks.setattr("payments.settlement.point", lambda _name: None)
    dies_at(small_chunks, "payments.tellings", "between chunks of telling")
    with pytest.raises(Killed):
        await make.rounds()
    small_chunks.setattr("payments.tellings.point", lambda _name: None)
    await find_lost()
    for telling in await Telling.filter(what=tellings.SETTLED):
        assert await tellings.tell(telling.id)
        assert await tellings.tell(telling.id)
    assert await Outbox.filter(name="payments/settled").count() == 5
    assert await Collection.filter(done_at=None).count() == 0
    await make.nothing_is_broken()


async def test_a_card_on_its_way_at_the_verdict_expires_though_the_worker_dies(
    provider: World, small_chunks: pytest.MonkeyPatch
) -> None:
    from payments import card_pages
    from payments.models import CardPage
    from pledges.pledging import Answers

    scene = await make.scene(provider, 2_000)
    await scene.pledge(2_000)
    answers = Answers(5_000, "slow@example.org", "", name_shown=False)
    slow = (await card_pages.start(scene.campaign.id, "slow", answers, BACKER)).pledge
    await CardPage.filter(pledge_id=slow.id).update(status="complete")  # its answer is on the way
    await scene.pass_time(days=41)
    await close_due()
    await scene.pass_time(minutes=31)
    dies_at(small_chunks, "payments.closing", "after the verdict")
    with pytest.raises(Killed):
        await closing.decide(scene.campaign.id)
    assert await make.status_of(slow) == "pending"
    await make.nothing_is_broken()
    small_chunks.setattr("payments.closing.point", lambda _name: None)
    await make.rounds()
    assert await make.status_of(slow) == "expired"
