"""What reviewers of the card side found: refunds and disputes that meet, holds, hands in the provider's dashboard."""

from dataclasses import replace

import pytest

from crowdfund_kent import outbox
from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import PROVIDER, Actor
from crowdfund_kent.clock import business_today, real_now
from crowdfund_kent.errors import Refused
from crowdfund_kent.models import Outbox
from evaluation.facts import facts
from evaluation.scope import Scope
from payments import attempts, refund_proposals, refunds, settlement, statements
from payments.apply import apply
from payments.disputes.models import Dispute
from payments.gateway import ChargeOutcome, PayoutAnswer
from payments.gateway.transport import Transport
from payments.holds import services as holds
from payments.models import ChargeAttempt, Refund
from payments.payouts import bank_failures, paying, reversals
from payments.payouts import tasks as payouts
from payments.payouts.models import Recipient, Reversal, Transfer
from payments.payouts.states import Payout as Status
from payments.reconciling import queries as reconciling
from payments.reconciling import services as reconciler
from payments.repayments import services as repayments
from payments.repayments.kinds import How
from payments.sandbox.faults import FaultKind
from payments.taken_back import queries as taken_back
from payments.taken_back import services as deciding
from payments.webhooks import fetch_missed
from pledges.models import Pledge
from projects.queries import group_id_of
from tests.payments import make
from tests.payments.make import Scene
from tests.payments.payouts.make import books, nothing_but, payout_of, sent, settled
from tests.payments.sandbox.api import save_card
from tests.projects import make as projects
from tests.sandbox import World
from worker import JOBS

pytestmark = pytest.mark.usefixtures("db")
LOST_FEE = 2_000


async def two() -> tuple[Actor, Actor]:
    return await projects.staff(Role.FUND_OFFICER), await projects.staff(Role.FINANCE_APPROVER)


async def agreed(pledge: Pledge, pence: int | None = None) -> tuple[Actor, Actor]:
    """Two people agree to a refund."""
    officer, finance = await two()
    proposal = await refund_proposals.ask_refund(pledge.id, officer, "They ask.", pence)
    await refund_proposals.agree(proposal.id, finance)
    return officer, finance


async def payment(pledge: Pledge) -> ChargeAttempt:
    return await ChargeAttempt.get(pledge_id=pledge.id, status="succeeded")


async def told() -> None:
    await fetch_missed()
    await make.rounds()


async def disputed(provider: World, pledge: Pledge, pence: int | None = None) -> str:
    return await provider.control.dispute(str((await payment(pledge)).payment_intent), amount_pence=pence)


async def decided(provider: World, dispute: str, *, won: bool) -> None:
    await provider.control.decide_dispute(dispute, won=won)
    await told()


async def can_receive(provider: World, scene: Scene) -> None:
    await make.ready_account(provider, await group_id_of(scene.campaign.id))
    await make.rounds()


async def reconciles(scene: Scene) -> None:
    await reconciler.reconcile(scene.campaign.id)
    assert await reconciling.open_differences(scene.campaign.id) == 0
    await make.nothing_is_broken()


@pytest.mark.parametrize(
    ("heard", "won"),
    [
        ("after", True),
        ("before", False),
        pytest.param("before", True, marks=pytest.mark.drill),
        pytest.param("after", False, marks=pytest.mark.drill),
    ],
)
async def test_a_refund_that_meets_a_dispute_waits_for_it_and_goes_once_it_is_won(
    provider: World, heard: str, won: bool
) -> None:
    """Heard of before the refund goes out, or by the provider's refusal of it."""
    scene, (first, _) = await settled(provider, (4_000, 60_000), account=False)
    await agreed(first)
    dispute = await disputed(provider, first)
    if heard == "before":
        await fetch_missed()
        await make.rounds()
    else:
        await refunds.work((await Refund.get(pledge_id=first.id)).id)
    waiting = await Refund.filter(pledge_id=first.id).order_by("-id").first()
    assert waiting is not None
    assert (waiting.status, waiting.next_at) == ("intended", None)
    assert "payments/refund_failed" not in await make.mails_to(first)
    await can_receive(provider, scene)
    assert await sent(scene) == [60_000 - 920], "nobody else waits for that bank"
    await decided(provider, dispute, won=won)
    found = await Refund.filter(pledge_id=first.id, status="succeeded").count()
    assert (found, await make.status_of(first)) == ((1, "refunded") if won else (0, "charged back"))
    assert await books(scene) == nothing_but(provider=-80 - LOST_FEE, card_costs=80, losses=LOST_FEE)
    await reconciles(scene)


async def test_a_bank_that_only_asks_takes_nothing_and_giving_back_answers_it(provider: World) -> None:
    scene, (first, second) = await settled(provider, (4_000, 60_000), account=False)
    asked = await provider.control.dispute(str((await payment(first)).payment_intent), inquiry=True)
    other = await provider.control.dispute(str((await payment(second)).payment_intent), inquiry=True)
    await told()
    assert [await make.status_of(one) for one in (first, second)] == ["collected", "collected"]
    assert (await settlement.secured(scene.campaign.id)).collected_pence == 64_000
    await agreed(first)
    await make.rounds()
    assert await make.status_of(first) == "refunded"
    await can_receive(provider, scene)
    assert await sent(scene) == [], "nothing is sent on while a bank asks about it"
    for dispute in (asked, other):
        await decided(provider, dispute, won=True)
        row = await Dispute.get(provider_dispute=dispute)
        assert (row.status, row.provider_status, row.fee_pence) == ("won", "warning_closed", 0)
    assert await sent(scene) == [60_000 - 920]
    assert await books(scene) == nothing_but(provider=-80, card_costs=80)
    await reconciles(scene)


async def test_a_lost_dispute_of_a_part_leaves_the_rest_to_the_group(provider: World) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000), account=False)
    dispute = await disputed(provider, first, 1_500)
    await told()
    await decided(provider, dispute, won=False)
    pledge = await Pledge.get(id=first.id)
    assert (pledge.status, pledge.refunded_pence) == ("collected", 1_500)
    assert [(one.given_back, one.total_pence) for one in await statements.of_pledge(pledge.id)] == [
        (False, 4_000),
        (True, 1_500),
    ]
    assert await statements.paid_back(pledge.id) == 1_500
    async with facts(Scope.of(business_today())) as tables:
        rows = await tables.execute_query_dict("SELECT given_back_pence FROM ev_pledge WHERE id = $1", [pledge.id])
    assert rows == [{"given_back_pence": 1_500}], "figures of the programme leave it out too"
    assert (await settlement.secured(scene.campaign.id)).collected_pence == 62_500
    await can_receive(provider, scene)
    assert await sent(scene) == [4_000 - 80 - 1_500, 60_000 - 920]
    assert await books(scene) == nothing_but(provider=-LOST_FEE, losses=LOST_FEE)
    await reconciles(scene)


@pytest.mark.parametrize(("asked", "rest"), [(None, 2_500), pytest.param(1_000, 1_000, marks=pytest.mark.drill)])
async def test_a_lost_dispute_of_a_part_voids_only_what_no_longer_fits(
    provider: World, asked: int | None, rest: int
) -> None:
    """The provider refunds nothing of a payment once a bank has won, so the rest is paid another way."""
    scene, (first, _) = await settled(provider, (4_000, 60_000), account=False)
    officer, finance = await agreed(first, asked)
    dispute = await disputed(provider, first, 1_500)
    await told()
    await decided(provider, dispute, won=False)
    rows = await Refund.filter(pledge_id=first.id).exclude(status="void")
    assert [(row.amount_pence, row.status) for row in rows] == [(rest, "failed")]
    made = await repayments.record(rows[0].id, repayments.Paid(How.TRANSFER, "CFK 7F3K", business_today()), officer)
    await repayments.confirm(made.id, finance)
    pledge = await Pledge.get(id=first.id)
    assert pledge.refunded_pence == 1_500 + rest
    assert pledge.status == ("refunded" if rest == 2_500 else "collected")
    await reconciles(scene)


async def test_a_dispute_of_a_second_payment_is_not_the_pledges(provider: World) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000), account=False)
    own = await payment(first)
    second = await second_payment(provider, first, own)
    dispute = await provider.control.dispute(str(second.payment_intent))
    await told()
    assert (await Dispute.get(provider_dispute=dispute)).withdrawn_pence == 4_000
    assert await make.status_of(first) == "collected"
    assert (await settlement.secured(scene.campaign.id)).collected_pence == 64_000
    await decided(provider, dispute, won=False)
    pledge = await Pledge.get(id=first.id)
    assert (pledge.status, pledge.refunded_pence) == ("collected", 0)
    assert [row.status for row in await Refund.filter(attempt_id=second.id)] == ["void"]
    await make.nothing_is_broken()


async def second_payment(provider: World, pledge: Pledge, own: ChargeAttempt) -> ChargeAttempt:
    """A request that was given up, and that the provider carried out all the same; its refund does not get through."""
    await provider.control.add_fault(FaultKind.DROP_BEFORE, method="POST", path="/v1/refunds", count=None)
    saved = await save_card(provider, reference=pledge.reference)
    asked = replace(
        attempts.request_of(own),
        attempt_number=2,
        customer=str(saved.customer),
        payment_method=str(saved.payment_method),
        key="given-up",
    )
    row = await ChargeAttempt.create(
        status="void",
        pledge_id=pledge.id,
        number=2,
        key=f"charge-{pledge.reference}-2",
        amount_pence=own.amount_pence,
        parameters={**own.parameters, "attempt_number": 2, "key": f"charge-{pledge.reference}-2",
                    "customer": saved.customer},
        intended_at=own.intended_at,
        sent_at=own.intended_at,
    )  # fmt: skip
    await ChargeAttempt.Event.create(
        subject_id=row.id, old="", new="intended", cause="created", effective_at=real_now(), recorded_at=real_now()
    )
    await ChargeAttempt.Event.create(
        subject_id=row.id, old="intended", new="void", cause="void", effective_at=real_now(), recorded_at=real_now()
    )
    answer = await provider.gateway.charge(asked)
    assert answer.outcome is ChargeOutcome.SUCCEEDED
    await attempts.apply_charge(answer, PROVIDER)
    await make.rounds()
    await provider.control.clear_faults()
    return await ChargeAttempt.get(id=row.id)


async def test_a_held_transfer_does_not_keep_a_backers_money(provider: World) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000), account=False)
    officer, finance = await two()
    await make.ready_account(provider, await group_id_of(scene.campaign.id))
    await paying.work(scene.campaign.id)
    row = await Transfer.get(attempt__pledge_id=first.id)
    hold = await holds.place(f"transfer:{row.id}", "A neighbour rang.", officer)
    await holds.confirm(hold.id, finance)
    await make.rounds()
    assert await sent(scene) == [60_000 - 920]
    await agreed(first, 1_000)
    await make.rounds()
    assert (await Refund.get(pledge_id=first.id)).status == "succeeded"
    assert await sent(scene) == [60_000 - 920], "and it stays held"
    await holds.propose_release(hold.id, "It was about another group.", officer)
    await holds.release(hold.id, finance)
    await make.rounds()
    assert await sent(scene) == [4_000 - 80 - 1_000, 60_000 - 920]
    assert (await Transfer.get(id=row.id)).code == "not due"
    await reconciles(scene)


@pytest.mark.drill
async def test_a_held_transfer_of_unknown_outcome_is_looked_for_and_never_sent(provider: World) -> None:
    scene, (first, second) = await settled(provider, (4_000, 60_000), account=False)
    officer, _ = await two()
    await make.ready_account(provider, await group_id_of(scene.campaign.id))
    await provider.control.add_fault(FaultKind.DROP_AFTER, method="POST", path="/v1/transfers", count=1)
    await provider.control.add_fault(FaultKind.DROP_BEFORE, method="POST", path="/v1/transfers", count=1, skip=1)
    await paying.work(scene.campaign.id)
    await payouts.transfer_pump()
    rows = await Transfer.filter(payout__campaign_id=scene.campaign.id).order_by("id")
    assert [row.status for row in rows] == ["unknown", "unknown"]
    await holds.place(f"payout:{(await payout_of(scene)).id}", "A neighbour rang.", officer)
    await scene.later(hours=2)
    states = {row.attempt_id: row.status for row in await Transfer.filter(payout__campaign_id=scene.campaign.id)}
    assert sorted(states.values()) == ["succeeded", "unknown"]
    lost = first if states[(await payment(first)).id] == "unknown" else second
    await agreed(lost, 500)
    await make.rounds()
    assert (await Refund.get(pledge_id=lost.id)).status == "succeeded"


async def by_hand(provider: World, transfer: Transfer, pence: int) -> None:
    """Somebody reverses a transfer in the provider's dashboard."""
    hand = Transport(provider.api_key, provider.url, 10, 0, 1)
    number = str(transfer.provider_transfer)
    await hand.call(lambda client: client.v1.transfers.reversals.create(number, {"amount": pence}))
    hand.close()


async def test_what_was_taken_back_by_hand_is_sent_again_by_two_people(provider: World) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000))
    officer, finance = await two()
    transfer = await Transfer.get(attempt__pledge_id=first.id)
    await by_hand(provider, transfer, 3_920)
    await told()
    assert await sent(scene) == [3_920, 60_000 - 920], "nothing is sent again by itself"
    row = await Reversal.get(transfer_id=transfer.id)
    assert (await taken_back.how_many_open(), (await taken_back.taken_back())[0].due_pence) == (1, 3_920)
    member = Actor((await projects.owner_of(await group_id_of(scene.campaign.id))).person_id, Role.FUND_OFFICER)
    await StaffRole.create(person_id=member.person_id, role=Role.FUND_OFFICER, granted_at=real_now())
    with pytest.raises(Refused, match="in the group"):
        await deciding.propose(row.id, sends=True, why="It is ours.", by=member)
    made = await deciding.propose(row.id, sends=True, why="It was the wrong payment.", by=finance)
    with pytest.raises(Refused, match="Two different people"):
        await deciding.agree(made.id, finance)
    await deciding.agree(made.id, Actor((await projects.staff(Role.FINANCE_APPROVER)).person_id, Role.FINANCE_APPROVER))
    await make.rounds()
    assert await sent(scene) == [3_920, 3_920, 60_000 - 920]
    assert (await payout_of(scene)).status == Status.PAID
    assert await books(scene) == nothing_but()
    assert await taken_back.how_many_open() == 0
    with pytest.raises(Refused, match="Nothing of this payment"):
        await deciding.propose(row.id, sends=True, why="Once more.", by=officer)
    await reconciles(scene)


@pytest.mark.drill
async def test_what_was_taken_back_by_hand_may_stay_here_and_is_explained(provider: World) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000))
    officer, finance = await two()
    transfer = await Transfer.get(attempt__pledge_id=first.id)
    await by_hand(provider, transfer, 1_000)
    await told()
    row = await Reversal.get(transfer_id=transfer.id)
    made = await deciding.propose(row.id, sends=False, why="It is for the backer, by cheque.", by=officer)
    await deciding.agree(made.id, finance)
    await make.rounds()
    assert await sent(scene) == [3_920, 60_000 - 920]
    assert [one.words for one in await taken_back.taken_back()] == ["Stays here"]
    assert (await books(scene))["held"] == 1_000
    await reconciles(scene)


async def test_a_reversal_by_hand_while_ours_is_open_is_heard_of_at_once(provider: World) -> None:
    scene, (first, _) = await settled(provider, (4_000, 60_000))
    transfer = await Transfer.get(attempt__pledge_id=first.id)
    await agreed(first, 1_000)
    ours = await Reversal.get(transfer_id=transfer.id)
    await by_hand(provider, transfer, 700)
    await fetch_missed()
    for event in await Outbox.filter(kind="job", name="apply_provider_event", done_at=None):
        await outbox.run_row(event.id, JOBS, make.no_mail)
    assert (await Reversal.get(id=ours.id)).status == "intended", "the pump has not come to it yet"
    await make.rounds()
    assert (await Reversal.get(id=ours.id)).status == "succeeded"
    await scene.later(minutes=2)
    hand = await Reversal.get(transfer_id=transfer.id, reason=reversals.BY_HAND)
    assert (hand.amount_pence, (await Transfer.get(id=transfer.id)).reversed_pence) == (700, 1_700)
    await reconciles(scene)


async def test_who_gains_does_not_ask_the_groups_account_again(provider: World) -> None:
    scene, (_, second) = await settled(provider)
    officer, _ = await two()
    await scene.later(days=12)  # the group's account is empty
    await refund_proposals.refund_part(second.id, 500, refunds.UNSPENT, officer, source="unspent_share:2")
    await make.rounds()
    owner = await projects.owner_of(await group_id_of(scene.campaign.id))
    await StaffRole.create(person_id=owner.person_id, role=Role.FUND_OFFICER, granted_at=real_now())
    with pytest.raises(Refused, match="in the group"):
        await reversals.again(second.id, Actor(owner.person_id, Role.FUND_OFFICER))
    await reversals.again(second.id, officer)


async def test_a_groups_bank_sends_money_back_and_its_owners_hear_what_to_do(provider: World) -> None:
    scene, _ = await settled(provider)
    group_id = await group_id_of(scene.campaign.id)
    row = await Recipient.get(group_id=group_id)
    await provider.control.decide_account(str(row.account), "complete", account_number="11111113")
    await two()
    await scene.pass_time(days=12)
    answer = PayoutAnswer(
        "po_1", row.account, "failed", 9_810, "gbp", real_now(), failure_code="account_closed"
    )  # as its webhook carries it
    for _ in range(2):
        await apply(answer, PROVIDER)
    (failure,) = await bank_failures.open_failures(group_id)
    assert (failure.amount_pence, failure.why) == (9_810, "The bank account has been closed.")
    mail = await Outbox.filter(name="payments/group_bank_failed").first()
    assert mail is not None
    assert "The money is safe" in str(mail.body["text"])
    assert await Outbox.filter(name="payments/bank_failed").exists()
    assert (await Recipient.get(id=row.id)).status == "restricted"
    assert not await Outbox.filter(name="payments/group_account_not_ready").exists(), "one letter about one thing"
    await provider.control.decide_account(str(row.account), "complete", account_number="00012345")
    await scene.later(days=1)
    assert await bank_failures.open_failures(group_id) == []
