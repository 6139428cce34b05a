"""Pages of groups and officers about accounts, payouts, holds and disputes."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import PROVIDER
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import Refused
from payments import refund_proposals
from payments.disputes.services import apply_dispute
from payments.gateway import PayoutAnswer
from payments.models import ChargeAttempt
from payments.payouts import recipients
from payments.payouts.bank_failures import apply_payout
from payments.payouts.models import Recipient, Transfer
from payments.payouts.reversals import apply_reversed
from projects import services
from projects.models import Campaign, Group, Project
from projects.queries import group_id_of
from projects.states import Campaign as CampaignStatus
from tests.accounts.make import sign_in, staff
from tests.client import SiteClient
from tests.payments.payouts.make import payout_of, settled
from tests.projects import make as projects
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def test_a_group_is_ready_before_its_campaign_opens(provider: World, client: SiteClient) -> None:
    owner = await projects.person()
    group = await projects.group(owner, ready=False)
    campaign = await projects.campaign(CampaignStatus.APPROVED, await projects.project(group))
    by = await projects.owner_of(group)
    with pytest.raises(Refused, match="Set up the account"):
        await services.open_campaign(campaign.id, by)
    await sign_in(client, owner)
    page = await client.get(f"/groups/{group.slug}/account")
    assert "Not begun" in page.text
    assert "Sort code and account number" in page.text
    link = await page.leave({}, form="go", to=re.compile(".*"))
    row = await Recipient.get(group_id=group.id)
    assert urlsplit(link).netloc == urlsplit(provider.url).netloc
    assert await provider.control.fill_onboarding(link, outcome="still_due") is not None
    await client.get(f"/groups/{group.slug}/account/back", to=f"/groups/{group.slug}/account")
    page = await client.get(f"/groups/{group.slug}/account")
    assert "What the provider still asks for" in page.text
    assert row.account is not None
    await provider.control.decide_account(row.account, "complete")
    await recipients.read(row.id)
    assert (await Group.get(id=group.id)).payouts_ready_at is not None
    assert (await services.open_campaign(campaign.id, by)).status == CampaignStatus.LIVE
    await provider.control.decide_account(row.account, "refused")
    await recipients.read(row.id)
    assert (await Recipient.get(id=row.id)).status == "restricted"
    assert (await Campaign.get(id=campaign.id)).status == CampaignStatus.LIVE, "what is open goes on"


async def test_a_group_reads_each_payment_and_takes_it_as_a_file(provider: World, client: SiteClient) -> None:
    scene, _ = await settled(provider)
    campaign = await Campaign.get(id=scene.campaign.id)
    group = await Group.get(id=(await Project.get(id=campaign.project_id)).group_id)
    by = await projects.owner_of(group)
    await sign_in(client, await Person.get(id=by.person_id))
    page = await client.get(f"/groups/{group.slug}/campaigns/{campaign.id}/payout")
    assert "£39.20" in page.text
    assert "£98.10" in page.text
    assert "P-" not in page.html.split("<main")[1], "no reference leads to a backer"
    file = (await client.http.get(f"/groups/{group.slug}/campaigns/{campaign.id}/payout.csv")).text
    assert "40.00,0.00,40.00,0.80,0.00,0.00,39.20,Sent" in file


async def test_officers_hold_a_payout_and_propose_to_give_it_all_back(provider: World, client: SiteClient) -> None:
    scene, (first, _) = await settled(provider, account=False)
    payout = await payout_of(scene)
    officer, _ = await staff(Role.FUND_OFFICER)
    finance, _ = await staff(Role.FINANCE_APPROVER)
    await sign_in(client, officer)
    page = await client.get(f"/staff/payouts/{payout.id}")
    assert "account at the payment provider is not ready" in page.text
    page = await client.get(f"/staff/payment-holds/new/payout/{payout.id}")
    await page.submit({"why": "A neighbour rang."}, to=re.compile(r"/staff/payment-holds/\d+"))
    await sign_in(client, finance)
    listing = await client.get("/staff/payment-holds")
    assert "The payout of" in listing.text
    assert "Placed" in listing.text
    await sign_in(client, officer)
    page = await client.get(f"/staff/pledges/{first.id}/refund")
    await page.submit({"why": "They ask.", "part": ""}, to=f"/staff/payouts/{payout.id}")
    assert "proposed to give everything back" in (await client.get(f"/staff/payouts/{payout.id}")).text
    assert "Payouts" in (await client.get("/staff/payouts")).text


async def test_officers_read_by_when_a_dispute_is_answered(provider: World, client: SiteClient) -> None:
    scene, (first, _) = await settled(provider)
    attempt = await ChargeAttempt.get(pledge_id=first.id)
    assert attempt.payment_intent is not None
    number = await provider.control.dispute(attempt.payment_intent)
    officer, by = await staff(Role.FUND_OFFICER)
    await apply_dispute(await provider.gateway.read_dispute(number), by)
    await sign_in(client, officer)
    page = await client.get("/staff/disputes")
    assert first.reference in page.text
    assert "They did not" not in page.text
    page = await client.get("/staff/disputes/" + page.html.split('href="/staff/disputes/')[1].split('"')[0])
    assert "£20.00, borne by the programme" in page.text
    with pytest.raises(Refused, match="Nothing of this pledge is with us"):
        await refund_proposals.ask_refund(first.id, by, "Asked for.")
    assert await group_id_of(scene.campaign.id)


async def test_what_was_taken_back_by_hand_and_a_bank_that_sends_money_back_have_their_pages(
    provider: World, client: SiteClient
) -> None:
    scene, (first, _) = await settled(provider)
    transfer = await Transfer.get(attempt__pledge_id=first.id)
    answer = await provider.gateway.read_transfer(str(transfer.provider_transfer))
    await apply_reversed(replace(answer, reversed_pence=1_000), PROVIDER)
    (clerk, _), (approver, _) = await staff(Role.FUND_OFFICER), await staff(Role.FINANCE_APPROVER)
    await sign_in(client, clerk)
    page = await client.get("/staff/taken-back")
    assert page.rows("Taken back")[0][2:] == ["£10.00", "To decide"]
    page = await page.follow(first.reference)
    assert "£10.00" in page.main
    page = await page.submit({}, status=422)
    assert len(page.errors) == 2
    path = urlsplit(page.url).path
    page = await page.submit({"what": "stay", "why": "It is for the backer."}, to=path)
    assert "a finance approver who is somebody else decides" in page.main
    await sign_in(client, approver)
    page = await client.get(path)
    page = await page.submit(form="agree", to=path)
    assert "Agreed" in page.text
    assert (await client.get("/staff/taken-back")).rows("Taken back")[0][3] == "Stays here"

    group = await Group.get(id=await group_id_of(scene.campaign.id))
    row = await Recipient.get(group_id=group.id)
    await apply_payout(
        PayoutAnswer("po_1", row.account, "failed", 9_810, "gbp", business_now(), failure_code="no_account"), PROVIDER
    )
    page = await client.get("/staff/payouts")
    assert page.rows("Sent back by the group’s bank")[0][2:] == [
        "The bank found no account with this number and name.",
        "£98.10",
    ]
    owner = await Person.get(id=(await projects.owner_of(group)).person_id)
    await sign_in(client, owner)
    page = await client.get(f"/groups/{group.slug}/account")
    assert "Your bank sent £98.10 back" in page.main
    assert "The money is safe" in page.main
