"""Shares of unspent money: not of money on its way back, not twice, not too much, and not by one officer for two."""

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER, PROVIDER, Actor
from crowdfund_kent.errors import Refused
from payments import refund_proposals, refunds
from payments.models import ChargeAttempt, Refund
from payments.shares_back import services as shares_back
from pledges import turning
from pledges.models import Pledge, UnspentShare
from projects import services
from projects.kinds import TurnKind
from projects.models import Delivery, DeliveryTurn, Group
from tests.accounts.make import staff
from tests.payments import make
from tests.payments.test_delivery import group_and_owner
from tests.payments.test_refund_proposals import settled, two
from tests.projects import make as projects
from tests.projects import reporting
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def owner_of(scene: make.Scene) -> Actor:
    group: Group = (await group_and_owner(scene.campaign.id))[0]
    return await projects.owner_of(group)


async def delivery_of(scene: make.Scene) -> Delivery:
    return await Delivery.get(campaign_id=scene.campaign.id)


async def agreed(scene: make.Scene, kind: TurnKind, pence: int) -> DeliveryTurn:
    """Asked by an owner, proposed and agreed by two officers."""
    one, other = (await staff(Role.FUND_OFFICER))[1], (await staff(Role.FUND_OFFICER))[1]
    by, delivery = await owner_of(scene), await delivery_of(scene)
    turn = await turning.ask(delivery.id, kind, by, reason="It is so.", purpose="A bench.", unspent_pence=pence)
    await turning.propose(turn.id, one, rule="Ruling 18", unspent_pence=pence)
    return await turning.agree(turn.id, other)


async def give_back(pledge: Pledge) -> None:
    officer, approver = await two()
    proposal = await refund_proposals.ask_refund(pledge.id, officer, "Given to the wrong project.")
    await refund_proposals.agree(proposal.id, approver)


async def due_to(*pledges: Pledge) -> list[int]:
    """What is due back to each, of all decisions together."""
    rows = await UnspentShare.filter(pledge_id__in=[one.id for one in pledges])
    return [sum(row.amount_pence for row in rows if row.pledge_id == one.id) for one in pledges]


async def test_who_gets_everything_back_gets_no_share_of_it_too(provider: World) -> None:
    """Also while the provider has not answered yet: the pledge still says collected."""
    scene, (first, second) = await settled(provider, 2_000, 10_000)
    await give_back(first)
    assert await make.status_of(first) == "collected"
    turn = await agreed(scene, TurnKind.ENDING, 6_000)
    assert turn.received_pence == 10_000
    assert await due_to(first, second) == [0, 6_000]


async def test_a_refund_that_the_bank_sent_back_makes_no_share_that_nobody_counted(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    first, second = await scene.pledge(2_000, card=make.REFUND_FAILS), await scene.pledge(10_000)
    await scene.collect()
    await give_back(first)
    await make.rounds()
    assert await make.status_of(first) == "refunded"
    turn = await agreed(scene, TurnKind.PURPOSE, 10_000)
    await scene.pass_time(minutes=2)
    refund, attempt = await Refund.get(pledge_id=first.id), await ChargeAttempt.get(pledge_id=first.id)
    found = await provider.gateway.look_for_refund(str(attempt.payment_intent), first.reference, refund.key)
    assert found is not None
    await refunds.apply_refund(found, PROVIDER)
    assert await make.status_of(first) == "collected"
    assert await turning.take_share_back(turn.id, second.id, BACKER) == 10_000
    assert await turning.take_share_back(turn.id, first.id, BACKER) == 0


async def test_what_is_due_back_is_not_left_a_second_time(provider: World) -> None:
    scene, (first, second) = await settled(provider, 2_000, 10_000)
    turn = await agreed(scene, TurnKind.PURPOSE, 12_000)
    assert await turning.take_share_back(turn.id, first.id, BACKER) == 2_000
    with pytest.raises(Refused, match="due back to this backer"):
        await refund_proposals.ask_refund(first.id, (await two())[0], "All of it, please.")
    by, delivery = await owner_of(scene), await delivery_of(scene)
    with pytest.raises(Refused, match="as it stands now"):  # what could not be agreed is not asked
        await turning.ask(delivery.id, TurnKind.PURPOSE, by, reason="Again.", purpose="A tree.", unspent_pence=1)
    with pytest.raises(Refused, match=r"came in: £100\.00"):
        await turning.ask(delivery.id, TurnKind.ENDING, by, reason="It fell down.", unspent_pence=10_001)
    await agreed(scene, TurnKind.ENDING, 9_000)
    assert await due_to(first, second) == [2_000, 9_000]
    await make.nothing_is_broken()


async def test_money_left_after_the_end_is_shared_once(provider: World) -> None:
    scene, (first, second) = await settled(provider, 2_000, 10_000)
    by, delivery = await owner_of(scene), await delivery_of(scene)
    await services.start(delivery.id, by)
    await reporting.deliver(delivery.id, "It stands.", 0, by)
    await agreed(scene, TurnKind.UNSPENT, 12_000)
    with pytest.raises(Refused, match="More can’t be left"):
        await turning.ask(delivery.id, TurnKind.UNSPENT, by, reason="And more.", unspent_pence=1)
    assert await due_to(first, second) == [2_000, 10_000]


async def test_what_is_left_is_looked_at_again_when_it_is_agreed(provider: World) -> None:
    """Money that went back meanwhile is not there for another purpose."""
    scene, (first, second) = await settled(provider, 2_000, 10_000)
    by, delivery = await owner_of(scene), await delivery_of(scene)
    one, other = (await staff(Role.FUND_OFFICER))[1], (await staff(Role.FUND_OFFICER))[1]
    turn = await turning.ask(
        delivery.id, TurnKind.PURPOSE, by, reason="Closed.", purpose="A bench.", unspent_pence=12_000
    )
    await turning.propose(turn.id, one, rule="Same people", unspent_pence=12_000)
    await give_back(first)
    with pytest.raises(Refused, match="More can’t be left"):
        await turning.agree(turn.id, other)
    await turning.send_back(turn.id, other, "Look again.")
    await turning.propose(turn.id, one, rule="Same people", unspent_pence=10_000)
    await turning.agree(turn.id, other)
    assert await turning.take_share_back(turn.id, second.id, BACKER) == 10_000


async def test_an_officer_who_asked_for_a_group_does_not_propose_the_answer(provider: World) -> None:
    scene, _ = await settled(provider, 2_000, 10_000)
    asks, proposes, agrees = [(await staff(Role.FUND_OFFICER))[1] for _ in range(3)]
    turn = await turning.ask(
        (await delivery_of(scene)).id, TurnKind.ENDING, asks, reason="Nobody answers.", unspent_pence=0
    )
    with pytest.raises(Refused, match="Ask a colleague"):
        await turning.propose(turn.id, asks, rule="Ours", unspent_pence=0)
    await turning.propose(turn.id, proposes, rule="Ours", unspent_pence=0)
    assert (await turning.agree(turn.id, agrees)).status == "agreed"


async def test_who_got_a_share_or_a_part_back_shares_in_what_is_left_later(provider: World) -> None:
    scene, (first, second) = await settled(provider, 2_000, 10_000, target_pence=8_000)
    by, delivery = await owner_of(scene), await delivery_of(scene)
    await services.start(delivery.id, by)
    await reporting.deliver(delivery.id, "It stands.", 0, by)
    officer, approver = await two()
    part = await refund_proposals.ask_refund(second.id, officer, "Too much was given.", 4_000)
    await refund_proposals.agree(part.id, approver)
    await agreed(scene, TurnKind.UNSPENT, 4_000)  # of 2000 and 6000
    assert await due_to(first, second) == [1_000, 3_000]
    given = await shares_back.propose(scene.campaign.id, "Nobody needs it.", officer)
    await shares_back.agree(given.id, approver)
    await make.rounds()
    await make.rounds()
    turn = await agreed(scene, TurnKind.UNSPENT, 2_000)
    assert turn.received_pence == 4_000
    assert await due_to(first, second) == [1_500, 4_500]
    await make.nothing_is_broken()
