"""Whole stories of money, each ending in books that reconcile with what the provider has."""

import pytest

from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.errors import Refused
from crowdfund_kent.models import Outbox
from payments import refund_proposals, refunds
from payments.disputes.models import Dispute
from payments.gateway.transport import Transport
from payments.holds import services as holds
from payments.models import ChargeAttempt, Refund
from payments.payouts import collapsing, paying, queries
from payments.payouts.models import CardFee, CollapseProposal, Reversal, Transfer
from payments.payouts.states import Payout as Status
from payments.sandbox.cards import family_number, premium_number
from payments.webhooks import fetch_missed
from pledges.models import Pledge
from projects import receiving, services
from projects.models import Campaign, Group, GroupHosting
from projects.queries import group_id_of
from tests.payments import make
from tests.payments.make import Scene
from tests.payments.payouts.make import books, nothing_but, payout_of, sent, settled
from tests.projects import make as projects
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def two() -> tuple[Actor, Actor]:
    return await projects.staff(Role.FUND_OFFICER), await projects.staff(Role.FINANCE_APPROVER)


async def told(_scene: Scene) -> None:
    """What no webhook brought is fetched from the provider's list, and applied."""
    await fetch_missed()
    await make.rounds()


async def disputed(provider: World, scene: Scene, pledge: Pledge, pence: int | None = None) -> str:
    attempt = await ChargeAttempt.get(pledge_id=pledge.id, status="succeeded")
    assert attempt.payment_intent is not None
    number = await provider.control.dispute(attempt.payment_intent, amount_pence=pence)
    await told(scene)
    return number


async def decided(provider: World, scene: Scene, dispute: str, *, won: bool) -> None:
    await provider.control.decide_dispute(dispute, won=won)
    await told(scene)


async def empty_account(provider: World, scene: Scene) -> None:
    """The provider pays the group's balance on to its bank: nothing is left to take back."""
    await scene.later(days=12)


async def test_each_payment_is_sent_on_net_of_its_real_fee(provider: World) -> None:
    scene, _ = await settled(provider)
    assert (await payout_of(scene)).status == Status.PAID
    assert await sent(scene) == [4_000 - 80, 6_000 - 110]
    assert await books(scene) == nothing_but()
    names = [row.name for row in await Outbox.filter(kind="email")]
    assert names.count("payments/group_paid_out") == 1, "one mail a campaign, not one a pledge"
    await paying.work(scene.campaign.id)
    await make.rounds()
    assert len(await sent(scene)) == 2, "doing it again sends nothing"
    await make.nothing_is_broken()


async def test_three_kinds_of_card_cost_three_real_fees_and_the_cover_pays_first(provider: World) -> None:
    cards = (family_number(1), premium_number(), "4000002500000003")
    scene, pledges = await settled(provider, (4_000, 6_000, 8_000), cover=True, cards=cards)
    fees = [(await CardFee.get(attempt__pledge_id=one.id)).fee_pence or 0 for one in pledges]
    assert fees == [81, 136, 224], "1.5%, 1.9% and 2.5% of the whole charge, and 20p each"
    assert await sent(scene) == [one.charge_pence - fee for one, fee in zip(pledges, fees, strict=True)]
    assert await books(scene) == nothing_but()
    await make.nothing_is_broken()


async def test_where_the_programme_pays_the_card_cost_the_group_gets_all_of_it(provider: World) -> None:
    scene, _ = await settled(provider, borne_by="programme")
    assert await sent(scene) == [4_000, 6_000]
    assert await books(scene) == nothing_but(provider=-190, card_costs=190)
    await make.nothing_is_broken()


async def test_a_payout_waits_for_the_account_and_a_host_receives(provider: World) -> None:
    scene, _ = await settled(provider, account=False)
    payout = await payout_of(scene)
    assert payout.status == Status.WAITING
    assert await paying.waits_for(payout) == ["The group’s account at the payment provider is not ready."]
    group, hall = await Group.get(id=await group_id_of(scene.campaign.id)), await projects.group(name="Village Hall")
    hosting = await GroupHosting.create(
        status="agreed",
        group_id=group.id,
        host_id=hall.id,
        asked_by_id=(await projects.owner_of(group)).person_id,
        asked_at=real_now(),
        answered_by_id=(await projects.owner_of(hall)).person_id,
    )
    receiving.ask(queries.something_is_due)
    with pytest.raises(Refused, match="still due"):
        await services.end_host(hosting.id, await projects.owner_of(hall))
    await make.ready_account(provider, hall.id)
    await make.rounds()
    assert {row.group_id for row in await Transfer.filter(payout_id=payout.id)} == {hall.id}
    assert (await payout_of(scene)).status == Status.PAID
    assert await books(scene) == nothing_but()
    assert (await services.end_host(hosting.id, await projects.owner_of(hall))).status == "ended"


async def test_a_held_payout_sends_nothing_and_no_single_person_lets_it_go(provider: World) -> None:
    scene, _ = await settled(provider, account=False)
    officer, finance = await two()
    payout = await payout_of(scene)
    hold = await holds.place(f"payout:{payout.id}", "A neighbour rang.", officer)
    await make.ready_account(provider, await group_id_of(scene.campaign.id))
    await make.rounds()
    assert await sent(scene) == []
    for act in (holds.confirm, holds.lift):
        with pytest.raises(Refused, match="Two different people"):
            await act(hold.id, officer)
    await holds.confirm(hold.id, finance)
    await holds.propose_release(hold.id, "It was about another group.", finance)
    with pytest.raises(Refused, match="Two different people"):
        await holds.release(hold.id, finance)
    await holds.release(hold.id, officer)
    await make.rounds()
    assert await sent(scene) == [3_920, 5_890]
    await make.nothing_is_broken()


async def test_everybody_gets_their_money_back_before_the_payout_by_two_people(provider: World) -> None:
    scene, pledges = await settled(provider, account=False)
    officer, finance = await two()
    proposal = await collapsing.propose(scene.campaign.id, "The land was sold.", officer)
    with pytest.raises(Refused, match="Two different people"):
        await collapsing.agree(proposal.id, Actor((await _also_finance(officer)).person_id, Role.FINANCE_APPROVER))
    await collapsing.agree(proposal.id, finance)
    await make.rounds()
    assert [await make.status_of(one) for one in pledges] == ["refunded", "refunded"]
    assert (await scene.status(), (await payout_of(scene)).status) == ("collapsed", Status.CANCELLED)
    assert await books(scene) == nothing_but(provider=-190, card_costs=190)
    await make.nothing_is_broken()


async def _also_finance(by: Actor) -> Actor:
    await StaffRole.create(person_id=by.person_id, role=Role.FINANCE_APPROVER, granted_at=real_now())
    return by


async def test_a_refund_that_would_leave_too_little_becomes_a_proposal_for_all(provider: World) -> None:
    scene, (first, _) = await settled(provider, account=False)
    officer, _ = await two()
    proposal = await refund_proposals.ask_refund(first.id, officer, "They ask.")
    assert isinstance(proposal, CollapseProposal)
    assert "everybody gets their money back" in " ".join(await paying.waits_for(await payout_of(scene)))


async def test_a_part_goes_back_before_the_payout_and_the_group_gets_the_rest(provider: World) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000), account=False)
    officer, finance = await two()
    proposal = await refund_proposals.ask_refund(first.id, officer, "A penny too many.", 1_000)
    await refund_proposals.agree(proposal.id, finance)
    await make.rounds()
    assert await make.status_of(first) == "collected"
    await make.ready_account(provider, await group_id_of(scene.campaign.id))
    await make.rounds()
    assert await sent(scene) == [4_000 - 80 - 1_000, 60_000 - 920]
    assert await books(scene) == nothing_but()
    await make.nothing_is_broken()


async def test_after_the_payout_the_group_gives_back_what_it_got_and_the_fee_is_lost(provider: World) -> None:
    scene, (first, _) = await settled(provider)
    officer, finance = await two()
    proposal = await refund_proposals.ask_refund(first.id, officer, "They were told another purpose.")
    await refund_proposals.agree(proposal.id, finance)
    await make.rounds()
    assert await make.status_of(first) == "refunded"
    assert await books(scene) == nothing_but(provider=-80, losses=80)
    assert (await payout_of(scene)).status == Status.PAID
    await make.nothing_is_broken()


async def test_what_the_group_no_longer_has_is_the_programmes_loss(provider: World) -> None:
    scene, (first, _) = await settled(provider)
    officer, finance = await two()
    await empty_account(provider, scene)
    await provider.control.top_up(100_000)
    proposal = await refund_proposals.ask_refund(first.id, officer, "They were told another purpose.")
    await refund_proposals.agree(proposal.id, finance)
    await make.rounds()
    assert (await Reversal.all().first()).code == "balance_insufficient"  # type: ignore[union-attr]
    assert await make.status_of(first) == "refunded"
    assert await books(scene) == nothing_but(provider=-4_000, losses=4_000)
    await make.nothing_is_broken()


async def test_a_share_of_unspent_money_waits_for_the_group_and_is_never_the_programmes(provider: World) -> None:
    scene, (first, second) = await settled(provider)
    officer, _ = await two()
    back = await refund_proposals.refund_part(first.id, 500, refunds.UNSPENT, officer, source="unspent_share:1")
    again = await refund_proposals.refund_part(first.id, 500, refunds.UNSPENT, officer, source="unspent_share:1")
    assert again.id == back.id
    await make.rounds()
    assert (await Refund.get(id=back.id)).status == "succeeded"
    assert await books(scene) == nothing_but()
    await empty_account(provider, scene)
    late = await refund_proposals.refund_part(second.id, 500, refunds.UNSPENT, officer, source="unspent_share:2")
    await make.rounds()
    assert (await Refund.get(id=late.id)).status == "intended"
    # of shares one letter tells of all of a decision (shares_back/waiting.py)
    assert not await Outbox.filter(name="payments/refund_waits").exists()


@pytest.mark.parametrize("won", [True, False])
async def test_a_dispute_before_the_payout_leaves_that_payment_out_until_it_is_decided(
    provider: World, won: bool
) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000), account=False)
    dispute = await disputed(provider, scene, first)
    assert await make.status_of(first) == "disputed"
    await make.ready_account(provider, await group_id_of(scene.campaign.id))
    await make.rounds()
    assert await sent(scene) == [60_000 - 920]
    await decided(provider, scene, dispute, won=won)
    row = await Dispute.get(provider_dispute=dispute)
    if won:
        assert await sent(scene) == [3_920, 60_000 - 920]
        assert await books(scene) == nothing_but(provider=-row.fee_pence, losses=row.fee_pence)
    else:
        assert await make.status_of(first) == "charged back"
        assert await books(scene) == nothing_but(provider=-80 - row.fee_pence, card_costs=80, losses=row.fee_pence)
    assert (await payout_of(scene)).status == Status.PAID
    await make.nothing_is_broken()


async def test_a_dispute_lost_after_the_payout_comes_from_the_group_where_it_has_it(provider: World) -> None:
    scene, (first, _) = await settled(provider)
    dispute = await disputed(provider, scene, first)
    await decided(provider, scene, dispute, won=False)
    row = await Dispute.get(provider_dispute=dispute)
    assert row.fee_pence == 2_000
    assert await make.status_of(first) == "charged back"
    assert await books(scene) == nothing_but(provider=-80 - 2_000, losses=80 + 2_000)
    await make.nothing_is_broken()


async def test_where_the_threshold_hangs_on_a_dispute_everything_waits(provider: World) -> None:
    scene, (_, second) = await settled(provider, account=False)
    dispute = await disputed(provider, scene, second)
    await make.ready_account(provider, await group_id_of(scene.campaign.id))
    await make.rounds()
    assert await sent(scene) == []
    assert "Only £40.00 is secured" in (await paying.waits_for(await payout_of(scene)))[0]
    await decided(provider, scene, dispute, won=True)
    assert await sent(scene) == [3_920, 5_890]
    await make.nothing_is_broken()


async def test_a_payment_that_was_given_back_and_is_disputed_too_is_lost_once(provider: World) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000), account=False)
    officer, finance = await two()
    proposal = await refund_proposals.ask_refund(first.id, officer, "Asked for.")
    await refund_proposals.agree(proposal.id, finance)
    await make.rounds()
    dispute = await disputed(provider, scene, first, 4_000)
    await decided(provider, scene, dispute, won=False)
    row = await Dispute.get(provider_dispute=dispute)
    assert await make.status_of(first) == "refunded"
    found = await books(scene)
    assert (found["card costs"], found["losses"]) == (80, row.fee_pence + row.withdrawn_pence)
    await make.nothing_is_broken()


async def test_a_refund_made_by_hand_is_booked_and_finance_is_told(provider: World) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000), account=False)
    await two()
    attempt = await ChargeAttempt.get(pledge_id=first.id)
    hand = Transport(provider.api_key, provider.url, 10, 0, 1)  # the dashboard knows no key of ours
    await hand.call(
        lambda client: client.v1.refunds.create({"payment_intent": str(attempt.payment_intent), "amount": 1_500})
    )
    hand.close()
    await told(scene)
    row = await Refund.get(pledge_id=first.id)
    assert (row.reason, row.status, row.amount_pence) == (refunds.BY_HAND, "succeeded", 1_500)
    assert await Outbox.filter(name="payments/by_hand").exists()
    assert (await Campaign.get(id=scene.campaign.id)).status == "settled"
    await make.nothing_is_broken()
