"""The charging of a campaign is held: nobody is charged or given up meanwhile, and the time does not count."""

import pytest

from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from payments import holding
from payments.holds import services as holds
from payments.holds.models import PaymentHold
from payments.holds.queries import is_held
from projects import services
from projects.models import Campaign
from projects.queries import group_id_of
from tests.payments import make
from tests.projects import make as projects
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def two() -> tuple[Actor, Actor]:
    return await projects.staff(Role.FUND_OFFICER), await projects.staff(Role.FINANCE_APPROVER)


async def release(hold: PaymentHold, first: Actor, second: Actor) -> None:
    await holds.confirm(hold.id, second)
    await holds.propose_release(hold.id, "All is well.", first)
    await holds.release(hold.id, second)


async def test_while_charging_is_held_nobody_is_charged_dropped_or_settled(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    good, poor = await scene.pledge(9_500), await scene.pledge(500, make.NO_MONEY)
    officer, finance = await two()
    await scene.collect()
    assert await make.status_of(good) == "collected"
    subject = f"collection:{scene.campaign.id}"
    hold = await holds.place(subject, "A neighbour rang.", officer)
    assert (await holds.place(subject, "Twice.", officer)).id == hold.id
    before = await make.attempts_of(poor)
    await scene.later(days=20)
    assert (await make.attempts_of(poor), await scene.status()) == (before, "collecting")
    await release(hold, officer, finance)
    await make.rounds()
    assert await make.status_of(poor) == "failed", "the two weeks go on where they stopped"
    await scene.later(days=7)
    await scene.later(days=7)
    assert (await make.status_of(poor), await scene.status()) == ("dropped", "settled")
    await make.nothing_is_broken()


async def test_a_campaign_that_is_collected_is_not_cancelled_and_a_hold_is_offered(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    await scene.pledge(10_000, make.NO_MONEY)
    await scene.collect()
    owner = await projects.owner_of(await group_id_of(scene.campaign.id))
    with pytest.raises(Refused, match="hold the charging"):
        await services.cancel(scene.campaign.id, owner, "The wall fell down.")
    assert (await Campaign.get(id=scene.campaign.id)).status == "collecting"


async def test_who_may_hold_what() -> None:
    holding.compose()
    officer, finance = await two()
    with pytest.raises(NotFound):
        await holds.place("payout:999", "Why.", officer)
    with pytest.raises(NotFound):
        await holds.place("person:1", "Why.", officer)
    campaign = await projects.campaign()
    with pytest.raises(Refused, match="nothing of it is left"):
        await holds.place(f"collection:{campaign.id}", "Why.", officer)
    await Campaign.filter(id=campaign.id).update(status="collecting")
    with pytest.raises(Refused, match="Enter why"):
        await holds.place(f"collection:{campaign.id}", " ", officer)
    with pytest.raises(Forbidden):
        await holds.place(f"collection:{campaign.id}", "Why.", await projects.staff(Role.AUDITOR))
    owner = await projects.owner_of(await group_id_of(campaign.id))
    await StaffRole.create(person_id=owner.person_id, role=Role.FUND_OFFICER, granted_at=real_now())
    with pytest.raises(Refused, match="in the group"):
        await holds.place(f"collection:{campaign.id}", "Why.", Actor(owner.person_id, Role.FUND_OFFICER))
    hold = await holds.place(f"collection:{campaign.id}", "Why.", officer)
    assert await is_held(f"collection:{campaign.id}")
    assert (await holds.lift(hold.id, finance)).status == "lifted"
    assert not await is_held(f"collection:{campaign.id}")
