"""Refunds by two people, shares and hand-overs, by several people at the same moment: committed, a connection each."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from crowdfund_kent.accounts.models import Person, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER, Actor
from crowdfund_kent.errors import Refused, SiteError
from crowdfund_kent.personal import services as personal
from crowdfund_kent.personal.register import all_parts
from crowdfund_kent.wiring import compose_personal
from payments import refund_proposals
from payments.models import Refund, RefundProposal
from pledges import turning
from pledges.models import UnspentShare
from projects import services
from projects.kinds import MemberRole, TurnKind
from projects.models import Delivery, DeliveryTurn, Group, GroupHandOver, Member
from tests.accounts.make import staff
from tests.payments import make
from tests.payments.test_delivery import group_and_owner
from tests.payments.test_refund_proposals import settled
from tests.projects import make as projects
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("committed")
TIMES = 4


async def at_once(*works: Awaitable[Any]) -> int:
    """How many did it; whoever did not reads words of ours."""
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    faults = [one for one in outcomes if isinstance(one, BaseException) and not isinstance(one, SiteError)]
    assert not faults, faults
    return sum(not isinstance(one, BaseException) for one in outcomes)


async def several(role: Role) -> list[Actor]:
    return [(await staff(role))[1] for _ in range(TIMES)]


async def test_refunds_shares_and_groups_are_decided_once(provider: World) -> None:
    scene, (first, second) = await settled(provider, 2_000, 10_000)
    officers, approvers = await several(Role.FUND_OFFICER), await several(Role.FINANCE_APPROVER)

    assert await at_once(*(refund_proposals.ask_refund(first.id, one, "Asked for.") for one in officers)) == TIMES
    (proposal,) = await RefundProposal.all()
    await at_once(
        *(refund_proposals.agree(proposal.id, one) for one in approvers[:2]),
        refund_proposals.refuse(proposal.id, approvers[2]),
        refund_proposals.withdraw(proposal.id, Actor(proposal.proposed_by_id, Role.FUND_OFFICER)),
    )
    proposal = await RefundProposal.get(id=proposal.id)
    assert await Refund.all().count() == (proposal.status == "agreed")

    group = (await group_and_owner(scene.campaign.id))[0]
    by, delivery = await projects.owner_of(group), await Delivery.get(campaign_id=scene.campaign.id)
    asked = [
        turning.ask(delivery.id, TurnKind.PURPOSE, by, reason="Closed.", purpose="A bench.", unspent_pence=6_000)
        for _ in range(TIMES)
    ]
    assert await at_once(*asked) == 1
    turn = await DeliveryTurn.get(delivery_id=delivery.id)
    assert await at_once(*(turning.propose(turn.id, one, rule="18", unspent_pence=6_000) for one in officers)) == 1
    assert await at_once(*(turning.agree(turn.id, one) for one in officers)) == 1
    await at_once(*(turning.take_share_back(turn.id, second.id, BACKER) for _ in range(TIMES)))
    (share,) = await UnspentShare.all()
    turn = await DeliveryTurn.get(id=turn.id)
    assert turn.received_pence is not None
    assert share.amount_pence == 6_000 * 10_000 // turn.received_pence

    askers = [Actor((await projects.person()).id, "person") for _ in range(TIMES)]
    assert await at_once(*(services.ask_hand_over(group.id, "She moved.", one) for one in askers)) == 1
    row = await GroupHandOver.get(group_id=group.id)
    await scene.pass_time(days=20)
    later_officer = await StaffRole.create(
        person_id=row.to_person_id, role=Role.FUND_OFFICER, granted_at=scene.campaign.created_at
    )
    assert await at_once(*(services.propose_hand_over(row.id, one) for one in officers)) == 1
    with pytest.raises(Refused, match="an officer by now"):
        await services.hand_over(row.id, (await staff(Role.FUND_OFFICER))[1])
    await later_officer.delete()
    done = await at_once(*(services.hand_over(row.id, one) for one in officers), services.owner_answers(row.id, by))
    assert done == 1
    assert await Member.filter(group_id=group.id, role=MemberRole.OWNER, ended_at=None).count() == 1
    await make.rounds()
    await make.nothing_is_broken()


async def test_two_owners_who_are_erased_at_once_leave_one(committed: str) -> None:
    compose_personal()
    campaign = await projects.campaign()
    group = await Group.get(projects__campaigns__id=campaign.id)
    by = await projects.owner_of(group)
    await services.invite(group.id, "pip@example.org", MemberRole.OWNER, by)
    people = [await Person.get(id=by.person_id), await Person.get(email="pip@example.org")]
    both = [await personal.whose(person.id) for person in people]
    assert await at_once(*(personal.erase(all_parts(), one, Actor(one.person_id, "person")) for one in both)) == 1
    assert await Member.filter(group_id=group.id, role=MemberRole.OWNER, ended_at=None).count() == 1
