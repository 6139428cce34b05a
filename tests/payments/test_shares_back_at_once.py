"""Many agree to give shares back at once, on connections of their own: each share has one way back."""

import asyncio
from collections.abc import Awaitable

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.errors import SiteError
from payments.models import Refund
from payments.shares_back import giving, services
from payments.shares_back.kinds import Hand
from payments.shares_back.models import ShareBack, SharesBack
from pledges.models import UnspentShare
from projects.models import Delivery, DeliveryTurn
from tests.accounts.make import staff
from tests.pledges import gift_make, pot_make

pytestmark = pytest.mark.usefixtures("committed")


async def shared(desk: gift_make.Desk) -> int:
    """A campaign whose two givers by hand are due a share each, as two officers had decided. Its id."""
    campaign = await pot_make.live_campaign(100_000)
    gifts = [
        await desk.counted(campaign, amount_pence=2_000, name=name, address=address)
        for name, address in (("Ada Reed", "1 Hill"), ("Ben Cole", "2 Hill"))
    ]
    now, today = business_now(), business_today()
    delivery = await Delivery.create(
        status="delivered", campaign_id=campaign.id, start_by=today, finish_by=today, report_by=today, created_at=now
    )
    turn = await DeliveryTurn.create(
        status="agreed",
        delivery_id=delivery.id,
        kind="money that is left",
        reason="It was cheaper.",
        unspent_pence=1_000,
        asked_by_id=999_001,
        asked_at=now,
        rule="Ruling 18",
        proposed_by_id=999_002,
        proposed_at=now,
        decided_by_id=999_003,
        decided_at=now,
        received_pence=4_000,
        kept_pence=0,
    )
    for gift in gifts:
        await UnspentShare.create(turn_id=turn.id, gift_id=gift.id, paid_in_pence=2_000, amount_pence=500)
    return int(campaign.id)


async def at_once(*tries: Awaitable[object]) -> int:
    """How many went through; the others were refused with words of ours. Anything else fails the test."""
    found = await asyncio.gather(*tries, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException) and not isinstance(one, SiteError):
            raise one
    return sum(not isinstance(one, BaseException) for one in found)


async def test_two_who_agree_at_once_and_one_with_two_roles_give_each_share_one_way_back() -> None:
    desk = await gift_make.desk()
    campaign_id = await shared(desk)
    both = (await staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER))[1]
    others = [(await staff(Role.FINANCE_APPROVER))[1] for _ in range(2)]
    proposals = (services.propose(campaign_id, "It has ended.", both) for _ in range(3))
    assert await at_once(*proposals) == 1
    made = await SharesBack.get()

    # who proposed it, with the other role
    tries = [services.agree(made.id, both) for _ in range(2)]
    assert await at_once(*tries) == 0
    assert (await SharesBack.get()).status == "proposed"

    # two approvers, twice each, while a third refuses it
    third = (await staff(Role.FINANCE_APPROVER))[1]
    tries = [services.agree(made.id, others[turn % 2]) for turn in range(4)]
    await at_once(*tries, services.refuse(made.id, third))
    made = await SharesBack.get()
    rows = await ShareBack.all()
    assert len(rows) == (2 if made.status == "agreed" else 0)
    if made.status == "refused":  # the third was quicker: it is proposed anew
        made = await services.propose(campaign_id, "It has ended.", both)
        assert await at_once(*(services.agree(made.id, one) for one in others)) == 2  # twice is no error
        rows = await ShareBack.all()
    assert sorted(row.share_id for row in rows) == sorted([one.id for one in await UnspentShare.all()])
    assert {row.status for row in rows} == {"due"}

    # one share by hand: entered once, confirmed once, by another
    hands = [giving.enter(rows[0].id, Hand.CASH, "the blue book", desk.taker) for _ in range(3)]
    assert await at_once(*hands) == 1
    assert await at_once(giving.confirm(rows[0].id, desk.taker), giving.withdraw(rows[0].id, third)) <= 1
    row = await ShareBack.get(id=rows[0].id)
    assert row.status in ("entered", "due")
    if row.status == "due":
        await giving.enter(row.id, Hand.CASH, "the blue book", desk.taker)
    assert await at_once(*(giving.confirm(row.id, desk.counter) for _ in range(3))) == 1
    assert (await ShareBack.get(id=row.id)).status == "given"
    assert await Refund.all().count() == 0
