"""Money after the settlement where two things meet: a hold and the worker, a dispute and a charge, a refund and a hand."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import PROVIDER, SYSTEM, Actor
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.errors import Forbidden, Refused
from crowdfund_kent.models import Outbox
from payments import apply, attempts, refund_proposals, refunds
from payments.disputes.models import Dispute
from payments.gateway import RefundAnswer, RefundOutcome
from payments.gateway.transport import Transport
from payments.holds import services as holds
from payments.models import ChargeAttempt, Refund
from payments.payouts import collapsing, paying, transfers
from payments.payouts.models import Payout, Reversal, Transfer
from payments.payouts.states import Payout as Status
from payments.provider import gateway
from payments.refunds_by_hand import BY_HAND
from payments.webhooks import fetch_missed
from pledges.models import MatchPledge, Pledge
from projects.models import Group, GroupHosting
from projects.queries import group_id_of
from tests.payments import make
from tests.payments.make import Scene
from tests.payments.payouts.make import books, nothing_but, payout_of, sent, settled
from tests.projects import make as projects
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def two() -> tuple[Actor, Actor]:
    return await projects.staff(Role.FUND_OFFICER), await projects.staff(Role.FINANCE_APPROVER)


async def by_hand(provider: World, work: Callable[[Any], Any]) -> None:
    """In the provider's dashboard, which knows no key of ours."""
    hand = Transport(provider.api_key, provider.url, 10, 0, 1)
    await hand.call(work)
    hand.close()


async def refunded_by_hand(provider: World, pledge: Pledge, pence: int) -> None:
    attempt = await ChargeAttempt.get(pledge_id=pledge.id)
    asked = {"payment_intent": str(attempt.payment_intent), "amount": pence}
    await by_hand(provider, lambda client: client.v1.refunds.create(asked))


async def host_of(scene: Scene) -> tuple[Group, Actor]:
    """A village hall that receives for the group, and its owner, who is a finance approver too."""
    hall = await projects.group(name="Village Hall")
    owner = await projects.owner_of(hall)
    group = await Group.get(id=await group_id_of(scene.campaign.id))
    await GroupHosting.create(
        status="agreed",
        group_id=group.id,
        host_id=hall.id,
        asked_by_id=(await projects.owner_of(group)).person_id,
        asked_at=real_now(),
        answered_by_id=owner.person_id,
    )
    return hall, await as_finance(owner)


async def as_finance(by: Actor) -> Actor:
    await StaffRole.create(person_id=by.person_id, role=Role.FINANCE_APPROVER, granted_at=real_now())
    return Actor(by.person_id, Role.FINANCE_APPROVER)


async def test_who_gains_by_it_does_not_decide_in_the_group_or_in_its_host(provider: World) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000), account=False)
    _, host = await host_of(scene)
    officer, finance = await two()
    own = await as_finance(await projects.owner_of(await group_id_of(scene.campaign.id)))
    hold = await holds.place(f"payout:{(await payout_of(scene)).id}", "A neighbour rang.", officer)
    back = await refund_proposals.ask_refund(first.id, officer, "They ask.")
    everything = await collapsing.propose(scene.campaign.id, "The land was sold.", officer)
    for by in (own, host):
        acts: list[Awaitable[Any]] = [
            holds.lift(hold.id, by),
            refund_proposals.refuse(back.id, by),
            refund_proposals.agree(back.id, by),
            collapsing.refuse(everything.id, by),
            collapsing.agree(everything.id, by),
        ]
        for act in acts:
            with pytest.raises((Refused, Forbidden), match="You are, or were, in the group"):
                await act
    assert (await refund_proposals.refuse(back.id, finance)).status == "refused"


async def test_a_proposal_to_give_it_all_back_can_be_refused_once_a_fund_has_paid(provider: World) -> None:
    scene, _ = await settled(provider, account=False)
    match = await scene.match(1_000)
    officer, finance = await two()
    proposal = await collapsing.propose(scene.campaign.id, "The land was sold.", officer)
    await MatchPledge.filter(id=match.id).update(status="paid", paid_pence=match.amount_pence)
    with pytest.raises(Refused, match="has paid its match"):
        await collapsing.agree(proposal.id, finance)
    assert (await collapsing.refuse(proposal.id, finance)).status == "refused"
    assert "everybody gets" not in " ".join(await paying.waits_for(await payout_of(scene)))


async def test_backers_are_not_told_that_payments_failed_where_two_people_ended_it(provider: World) -> None:
    scene, (first, _) = await settled(provider, account=False)
    officer, finance = await two()
    proposal = await collapsing.propose(scene.campaign.id, "The land was sold.", officer)
    await collapsing.agree(proposal.id, finance)
    await make.rounds()
    text = await make.mail_text(first, "payments/collapsed")
    assert "failed" not in text
    assert "before anything was paid to the group" in text
    group = await Outbox.filter(kind="email", name="payments/group_collapsed").first()
    assert group is not None
    assert "could not be collected" not in str(group.body["text"])
    assert "Too little" not in str(group.body["subject"])


@pytest.mark.parametrize("what", ["refund", "transfer"])
async def test_a_hold_stops_what_the_worker_has_taken_up_already(
    provider: World, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000), account=False)
    officer, finance = await two()
    row: Refund | Transfer
    module: Any = refunds if what == "refund" else transfers
    if what == "refund":
        proposal = await refund_proposals.ask_refund(first.id, officer, "They ask.")
        await refund_proposals.agree(proposal.id, finance)
        row = await Refund.get(pledge_id=first.id)
    else:
        account = await make.ready_account(provider, await group_id_of(scene.campaign.id))
        payout = await payout_of(scene)
        await Payout.filter(id=payout.id).update(status="sending")
        attempt = await ChargeAttempt.get(pledge_id=first.id)
        made = await transfers.intend(payout, attempt.id, account)
        assert made is not None
        row = made
    note: Any = module._note_sent

    async def held_meanwhile(*args: Any) -> Any:
        await holds.place(f"{what}:{row.id}", "A neighbour rang.", officer)
        return await note(*args)

    monkeypatch.setattr(module, "_note_sent", held_meanwhile)
    await module.work(row.id)
    assert (await type(row).get(id=row.id)).sent_at is None


async def test_a_dispute_that_comes_before_the_answer_of_its_charge(provider: World) -> None:
    """The worker died after the charge; the bank's word, and then the charge, are applied."""
    scene = await make.scene(provider, 4_000)
    pledge = await scene.pledge(4_000)
    await scene.close()
    lost: list[Any] = []

    async def drop(answer: Any, _by: Actor) -> None:
        lost.append(answer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attempts, "apply_charge", drop)
        await scene.later(hours=48, minutes=1)
    assert (await make.status_of(pledge), len(lost)) == ("collecting", 1)
    number = await provider.control.dispute(lost[0].payment_intent)
    await apply.apply(await gateway().read_dispute(number), PROVIDER)
    assert await make.status_of(pledge) == "disputed"
    await provider.control.decide_dispute(number, won=False)
    await apply.apply(await gateway().read_dispute(number), PROVIDER)
    assert await make.status_of(pledge) == "charged back"
    await fetch_missed()
    await make.rounds()
    row = await Dispute.get(provider_dispute=number)
    assert (await books(scene))["losses"] == row.fee_pence
    await make.nothing_is_broken()


@pytest.mark.parametrize("first_pence", [1_500, 4_000])
async def test_a_refund_by_hand_before_ours_leaves_the_rest_to_ours(provider: World, first_pence: int) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000), account=False)
    officer, finance = await two()
    proposal = await refund_proposals.ask_refund(first.id, officer, "They ask.")
    await refund_proposals.agree(proposal.id, finance)
    await refunded_by_hand(provider, first, first_pence)
    refused = await Refund.get(pledge_id=first.id)
    if first_pence == 1_500:
        await refunds.work(refused.id)  # the provider has not got so much any more, and we have not heard why
    await fetch_missed()
    await scene.later(days=1)
    rows = await Refund.filter(pledge_id=first.id, status="succeeded").order_by("amount_pence")
    assert [(row.amount_pence, row.cover_pence) for row in rows] == [
        (pence, 0) for pence in (1_500, 2_500, 4_000) if (first_pence == 4_000) == (pence == 4_000)
    ]
    assert await make.status_of(first) == "refunded"
    assert (await Refund.get(id=refused.id)).status == "void"
    assert (await books(scene))["losses"] == 0
    await make.ready_account(provider, await group_id_of(scene.campaign.id))
    await make.rounds()
    assert await books(scene) == nothing_but(provider=-80, card_costs=80)
    await make.nothing_is_broken()


async def test_what_a_refused_refund_stood_in_the_way_of_is_sent_on(provider: World) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000), account=False)
    account = await make.ready_account(provider, await group_id_of(scene.campaign.id))
    attempt = await ChargeAttempt.get(pledge_id=first.id)
    payout = await payout_of(scene)
    refund = await Refund.create(  # a part, agreed to while the account said no to this payment
        status="intended",
        pledge_id=first.id,
        attempt_id=attempt.id,
        number=1,
        key="refund-hand-made",
        amount_pence=1_000,
        reason=refunds.UNSPENT,
        source="unspent_share:1",
        created_at=business_now(),
        next_at=None,
    )
    await Payout.filter(id=payout.id).update(status="sending")
    await make.rounds()
    assert account.account
    assert (await payout_of(scene)).status == Status.PAID
    assert await sent(scene) == [60_000 - 920]
    no = RefundAnswer(
        RefundOutcome.FAILED,
        amount_pence=1_000,
        currency="gbp",
        payment_intent=attempt.payment_intent,
        pledge_reference=first.reference,
        key=refund.key,
    )
    await refunds.apply_refund(no, SYSTEM)
    await make.rounds()
    assert await sent(scene) == [4_000 - 80 - 1_000, 60_000 - 920], "what is owed to the backer stays here"
    assert (await payout_of(scene)).status == Status.PAID


async def test_a_refund_that_waits_goes_once_the_money_was_taken_back_by_hand(provider: World) -> None:
    scene, (_, second) = await settled(provider)
    officer, _ = await two()
    await scene.later(days=12)  # the group's account is empty
    late = await refund_proposals.refund_part(second.id, 500, refunds.UNSPENT, officer, source="unspent_share:2")
    await make.rounds()
    assert (await Refund.get(id=late.id)).next_at is None
    transfer = await Transfer.get(attempt__pledge_id=second.id)
    await provider.control.top_up(100_000)
    row = await Reversal.get(transfer_id=transfer.id)
    assert row.status == "failed"
    answer = await gateway().look_for_transfer(transfers.request_of(transfer))
    assert answer is not None
    await apply.apply(replace(answer, reversed_pence=500), PROVIDER)
    assert (await Reversal.get(transfer_id=transfer.id, reason=BY_HAND)).amount_pence == 500
    await make.rounds()
    assert (await Refund.get(id=late.id)).status == "succeeded"
    assert (await books(scene))["losses"] == 0


async def test_who_was_paid_hears_that_it_was_taken_back_whoever_receives_today(provider: World) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000), account=False)
    hall, _ = await host_of(scene)
    await make.ready_account(provider, hall.id)
    await make.rounds()
    await GroupHosting.filter(host_id=hall.id).update(status="ended")
    officer, finance = await two()
    proposal = await refund_proposals.ask_refund(first.id, officer, "They ask.")
    await refund_proposals.agree(proposal.id, finance)
    await make.rounds()
    mails = await Outbox.filter(kind="email", name="payments/group_taken_back")
    assert {"Village Hall" in str(mail.body["text"]) for mail in mails} == {True}
    assert len(mails) == 2
