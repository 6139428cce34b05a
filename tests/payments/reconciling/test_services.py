"""A campaign beside the provider's records: found, kept once, closed by agreement or by a person."""

from datetime import timedelta

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute
from crowdfund_kent.errors import Forbidden, Refused
from crowdfund_kent.models import AuditRow, Outbox
from payments import refund_proposals
from payments.models import ChargeAttempt, Refund
from payments.reconciling import services
from payments.reconciling.kinds import Thing, What
from payments.reconciling.models import Difference, Reconciliation
from payments.reconciling.queries import is_reconciled, open_differences
from projects.models import Member, Project
from tests.accounts.make import staff
from tests.payments import make
from tests.payments.reconciling.make import NOBODY, charge_behind_our_back, only, settled
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def test_a_run_is_compared_soon_and_on_every_night_and_both_sides_agree(provider: World) -> None:
    scene, _ = await settled(provider)
    rows = await Reconciliation.filter(campaign_id=scene.campaign.id).order_by("day")
    assert len(rows) == 15
    assert [row.done_at is not None for row in rows] == [True] + [False] * 14
    assert rows[0].read == 2
    assert await is_reconciled(scene.campaign.id)
    await scene.later(days=1)
    done = await Reconciliation.filter(campaign_id=scene.campaign.id, done_at__isnull=False).count()
    assert done == 2
    # five days without a worker: one reading answers for all of them
    await scene.pass_time(days=5)
    before = len(await provider.control.log())
    await make.rounds()
    calls = [row["path"] for row in (await provider.control.log())[before:]]
    assert calls.count("/v1/charges") == 1
    assert await Reconciliation.filter(campaign_id=scene.campaign.id, done_at__isnull=False).count() == 7
    await scene.later(days=9)
    assert not await Reconciliation.filter(done_at=None).exists()
    assert await Difference.all().count() == 0
    await make.nothing_is_broken()


async def test_a_charge_that_we_never_asked_for_blocks_and_is_kept_once(provider: World) -> None:
    _, finance = await staff(Role.FINANCE_APPROVER)
    scene, _ = await settled(provider)
    charge = await charge_behind_our_back(provider, scene.campaign.id)
    await scene.later(days=1)
    found = await only(campaign_id=scene.campaign.id)
    assert (found.thing, found.what, found.subject, found.pledge) == (Thing.CHARGE, What.NOT_HERE, charge, NOBODY)
    assert found.ours is None
    assert (found.theirs["pence"], found.theirs["word"]) == (1_500, "succeeded")
    assert await open_differences(scene.campaign.id) == 1
    assert not await is_reconciled(scene.campaign.id)
    await scene.later(days=1)
    again = await only(campaign_id=scene.campaign.id)
    assert (again.id, again.seen) == (found.id, 2)
    mails = await Outbox.filter(kind="email", name="reconciling/differences")
    assert len(mails) == 1
    assert NOBODY in mails[0].body["text"]
    assert "1 difference of this campaign is open" in mails[0].body["text"]
    await services.explain(found.id, finance, "A test of the till; given back by hand.")
    assert await is_reconciled(scene.campaign.id)
    await scene.later(days=1)
    # what a person explained is not asked again as long as it stays as it was
    assert (await only(campaign_id=scene.campaign.id)).status == "explained"
    assert await AuditRow.filter(act="difference explained", subject=f"difference:{found.id}").count() == 1
    await make.nothing_is_broken()


async def test_a_lost_answer_is_applied_and_is_no_difference(provider: World) -> None:
    scene, (first, _) = await settled(provider, 2_000, 10_000)
    officer, approver = (await staff(Role.FUND_OFFICER))[1], (await staff(Role.FINANCE_APPROVER))[1]
    await provider.control.add_fault("drop_after", path="/v1/refunds", count=1)
    proposal = await refund_proposals.ask_refund(first.id, officer, "Gave twice.")
    await refund_proposals.agree(proposal.id, approver)
    await make.rounds()
    assert (await Refund.get(pledge_id=first.id)).status == "unknown"
    await services.look_now(scene.campaign.id, officer)
    await services.reconcile(scene.campaign.id)
    assert (await Refund.get(pledge_id=first.id)).status == "succeeded"
    assert await make.status_of(first) == "refunded"
    assert await Difference.all().count() == 0


async def test_a_refund_made_on_the_providers_own_page_is_found(provider: World) -> None:
    scene, (first, _) = await settled(provider)
    attempt = await ChargeAttempt.get(pledge_id=first.id)
    made = await provider.gateway.refund(
        charge_or_intent=attempt.payment_intent or "", amount_pence=700, pledge_reference="", key="by hand"
    )
    await scene.later(days=1)
    found = await only()
    assert (found.thing, found.what, found.subject) == (Thing.REFUND, What.NOT_HERE, made.refund)
    assert (found.pledge, found.theirs["pence"]) == (first.reference, 700)


async def test_what_is_booked_and_not_there_is_found_and_closes_when_both_agree(provider: World) -> None:
    scene, (first, _) = await settled(provider)
    attempt = await ChargeAttempt.get(pledge_id=first.id)
    await execute("UPDATE charge_attempt SET charge = 'ch_lost', amount_pence = 4001 WHERE id = $1", attempt.id)
    await scene.later(days=1)
    found = {(one.thing, one.what, one.subject) for one in await Difference.all()}
    assert found == {("charge", "not there", "ch_lost"), ("charge", "not here", attempt.charge)}
    await execute("UPDATE charge_attempt SET charge = $2 WHERE id = $1", attempt.id, attempt.charge)
    await scene.later(days=1)
    lost, moved = await Difference.all().order_by("id")
    still = moved if moved.subject == attempt.charge else lost
    assert (still.status, still.what, still.ours["pence"], still.theirs["pence"]) == ("open", "differs", 4_001, 4_000)
    await execute("UPDATE charge_attempt SET amount_pence = 4000 WHERE id = $1", attempt.id)
    await scene.later(days=1)
    assert {one.status for one in await Difference.all()} == {"agreed"}
    assert await is_reconciled(scene.campaign.id)
    await make.nothing_is_broken()


async def test_a_difference_that_a_person_explained_opens_anew_when_it_changes(provider: World) -> None:
    _, finance = await staff(Role.FINANCE_APPROVER)
    scene, (first, _) = await settled(provider)
    attempt = await ChargeAttempt.get(pledge_id=first.id)
    await execute("UPDATE charge_attempt SET amount_pence = 4001 WHERE id = $1", attempt.id)
    await scene.later(days=1)
    await services.explain((await only()).id, finance, "A penny, known.")
    await execute("UPDATE charge_attempt SET amount_pence = 4002 WHERE id = $1", attempt.id)
    await scene.later(days=1)
    assert [one.status for one in await Difference.all().order_by("id")] == ["explained", "open"]


async def test_a_provider_that_does_not_answer_is_asked_again_later(provider: World) -> None:
    scene, _ = await settled(provider)
    await provider.control.add_fault("error_before", path="/v1/transfers", method="GET", count=1)
    await scene.later(days=1)
    row = await Reconciliation.filter(done_at=None).order_by("day").first()
    assert row is not None
    assert row.leased_until is None
    assert row.next_at > business_now()
    await scene.later(minutes=11)
    assert await Reconciliation.filter(done_at__isnull=False).count() == 2


async def test_a_reading_that_another_worker_does_is_left_to_it(provider: World) -> None:
    scene, _ = await settled(provider)
    await scene.pass_time(days=1)
    await execute("UPDATE reconciliation SET leased_until = now() + interval '5 minutes' WHERE done_at IS NULL")
    before = len(await provider.control.log())
    await services.reconcile(scene.campaign.id)
    assert len(await provider.control.log()) == before
    assert scene.campaign.id not in await services.due()


async def test_who_may_close_a_difference(provider: World) -> None:
    scene, (first, _) = await settled(provider, 2_000, 10_000)
    officer, decided = (await staff(Role.FUND_OFFICER))[1], (await staff(Role.FINANCE_APPROVER))[1]
    member, in_group = await staff(Role.FINANCE_APPROVER)
    _, free = await staff(Role.FINANCE_APPROVER)
    await refund_proposals.refuse((await refund_proposals.ask_refund(first.id, officer, "Asked.")).id, decided)
    project = await Project.get(id=scene.campaign.project_id)
    await Member.create(
        group_id=project.group_id, person_id=member.id, role="owner", created_at=business_now() - timedelta(days=90)
    )
    await charge_behind_our_back(provider, scene.campaign.id)
    await scene.later(days=1)
    found = await only()
    with pytest.raises(Refused, match="Enter why"):
        await services.explain(found.id, free, "  ")
    with pytest.raises(Forbidden):
        await services.explain(found.id, officer, "Mine.")
    with pytest.raises(Refused, match="Two different people"):
        await services.explain(found.id, decided, "I decided.")
    with pytest.raises(Forbidden, match="in the group"):
        await services.explain(found.id, in_group, "Ours.")
    for _ in range(2):
        closed = await services.explain(found.id, free, "Given back by hand.")
    assert (closed.status, closed.closed_by_id) == ("explained", free.person_id)
    assert await make.status_of(first) == "collected"


async def test_a_campaign_that_collapsed_is_compared_with_all_that_went_back(provider: World) -> None:
    scene = await make.scene(provider)
    for amount in (4_000, 3_000):
        await scene.pledge(amount)
    await scene.pledge(3_000, make.DECLINES)
    await scene.collect()
    for day in (3, 7, 13, 15):
        await scene.later(days=day - (0 if day == 3 else {7: 3, 13: 7, 15: 13}[day]))
    assert await scene.status() == "collapsed"
    await scene.later(days=1)
    newest = await Reconciliation.filter(done_at__isnull=False).order_by("-day").first()
    assert newest is not None
    assert newest.read >= 4 + 2  # each try at the card that declines, and two payments with their refunds
    assert await Difference.all().count() == 0
    await make.nothing_is_broken()
