"""A backer asks for their money back before the payout: one officer proposes, another person agrees."""

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import Forbidden, Refused
from payments import refund_proposals, settlement
from payments.models import Refund, RefundProposal
from payments.payouts import collapsing
from payments.payouts.models import CollapseProposal
from pledges.models import Pledge
from projects.models import Member, Project
from tests.accounts.make import sign_in, staff
from tests.client import SiteClient
from tests.payments import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def settled(provider: World, *pence: int, target_pence: int = 10_000) -> tuple[make.Scene, list[Pledge]]:
    """A campaign that is settled, and its backers' pledges."""
    scene = await make.scene(provider, target_pence)
    pledges = [await scene.pledge(amount, cover=amount == pence[0]) for amount in pence]
    await scene.collect()
    assert await scene.status() == "settled"
    return scene, pledges


async def two() -> tuple[Actor, Actor]:
    """A fund officer and a finance approver."""
    return (await staff(Role.FUND_OFFICER))[1], (await staff(Role.FINANCE_APPROVER))[1]


async def test_two_people_give_a_payment_back_and_the_backer_is_told(provider: World) -> None:
    scene, (first, _) = await settled(provider, 2_000, 10_000)
    officer, approver = await two()
    for _ in range(2):
        proposal = await refund_proposals.ask_refund(first.id, officer, "They gave to the wrong project.")
    assert await RefundProposal.all().count() == 1
    for _ in range(2):
        await refund_proposals.agree(proposal.id, approver)
    await make.rounds()
    assert await make.status_of(first) == "refunded"
    truth = await provider.control.truth()
    assert (truth["refunds"], truth["refunded_pence"]) == (1, first.charge_pence)
    assert (await settlement.secured(scene.campaign.id)).collected_pence == 10_000
    assert await scene.status() == "settled"
    text = await make.mail_text(first, "payments/refunded")
    assert "You asked for your money back. We have given back all of the £20.51" in text
    await make.nothing_is_broken()


async def test_nobody_decides_alone_and_roles_are_kept(provider: World) -> None:
    _, (first, second) = await settled(provider, 2_000, 10_000)
    officer, approver = await two()
    both, as_both = await staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    proposal = await refund_proposals.ask_refund(first.id, as_both, "Asked for.")
    with pytest.raises(Refused, match="somebody else decides"):
        await refund_proposals.agree(proposal.id, Actor(both.id, Role.FINANCE_APPROVER))
    with pytest.raises(Forbidden):
        await refund_proposals.agree(proposal.id, officer)
    with pytest.raises(Forbidden):
        await refund_proposals.ask_refund(second.id, approver, "Asked for.")
    with pytest.raises(Forbidden):
        await refund_proposals.withdraw(proposal.id, officer)
    await refund_proposals.withdraw(proposal.id, as_both)
    again = await refund_proposals.ask_refund(first.id, officer, "Asked for.")
    assert (await refund_proposals.refuse(again.id, approver)).status == "refused"
    assert await Refund.all().count() == 0


async def test_who_made_the_pledge_or_runs_the_group_does_neither(provider: World) -> None:
    scene, (first, second) = await settled(provider, 2_000, 10_000)
    officer, _ = await two()
    own, as_own = await staff(Role.FUND_OFFICER, email=first.email)
    with pytest.raises(Refused, match="your own address"):
        await refund_proposals.ask_refund(first.id, as_own, "Mine.")
    project = await Project.get(id=scene.campaign.project_id)
    await Member.create(
        group_id=project.group_id, person_id=officer.person_id, role="editor", created_at=scene.campaign.created_at
    )
    with pytest.raises(Refused, match="in the group"):
        await refund_proposals.ask_refund(second.id, officer, "Asked for.")
    assert own.email == first.email


async def test_what_would_take_the_campaign_under_its_threshold_is_decided_for_the_whole_campaign(
    provider: World,
) -> None:
    _, (first, second) = await settled(provider, 2_000, 9_000)
    officer, approver = await two()
    everything = await refund_proposals.ask_refund(second.id, officer, "Asked for.")
    assert isinstance(everything, CollapseProposal)
    await collapsing.withdraw(everything.id, officer)
    proposal = await refund_proposals.ask_refund(first.id, officer, "Asked for.")
    await refund_proposals.agree(proposal.id, approver)
    with pytest.raises(Refused, match="on its way back already"):
        await refund_proposals.ask_refund(first.id, officer, "Once more.")


async def test_what_was_never_charged_is_not_given_back(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    pledge = await scene.pledge(2_000)
    officer, _ = await two()
    with pytest.raises(Refused, match="nothing to give back"):
        await refund_proposals.ask_refund(pledge.id, officer, "Asked for.")


async def test_the_pages_lead_from_a_reference_to_the_agreement(provider: World, client: SiteClient) -> None:
    _, (first, _) = await settled(provider, 2_000, 10_000)
    (clerk, _), (approver, _) = await staff(Role.FUND_OFFICER), await staff(Role.FINANCE_APPROVER)
    await sign_in(client, clerk)
    page = await client.get("/staff/pledges")
    page = await page.submit({"reference": "P-2222-2222"}, status=422)
    assert page.errors == ["We know no pledge of this reference. Check it letter by letter"]
    page = await client.get(
        "/staff/pledges", params={"reference": first.reference.lower()}, to=f"/staff/pledges/{first.id}"
    )
    assert "£20.51" in page.main
    assert str(first.email) not in page.html
    page = await page.follow("Propose a refund")
    page = await page.submit({"why": "Given to the wrong project"}, to=f"/staff/pledges/{first.id}")
    assert "A finance approver decides" in page.main
    await sign_in(client, approver)
    page = await client.get("/staff/refunds")
    assert page.rows("To decide")[0][0] == first.reference
    page = await page.follow(first.reference)
    page = await page.submit(form="agree", to="/staff/refunds")
    assert "Agreed: the money goes back to the card" in page.main
    await make.rounds()
    assert await make.status_of(first) == "refunded"
