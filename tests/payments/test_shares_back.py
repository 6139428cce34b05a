"""Shares of unspent money go back: one proposes for the whole campaign, another agrees, cards and hands follow (ruling 18)."""

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import real_now
from crowdfund_kent.errors import Conflict, Forbidden, Refused
from crowdfund_kent.models import Outbox
from evaluation.evidence import segregation
from payments import refund_proposals
from payments.models import Refund, RefundProposal
from payments.recoveries import services as recoveries
from payments.shares_back import accounts, giving, queries, services
from payments.shares_back.kinds import Hand
from payments.shares_back.models import ShareBack, SharesBack
from pledges.models import Pledge, UnspentShare
from projects.models import Member
from projects.queries import group_id_of
from tests.accounts.make import sign_in, staff
from tests.client import SiteClient
from tests.payments import make
from tests.payments.ended import ended, offered
from tests.payments.payouts.make import books, nothing_but
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def test_shares_go_back_to_cards_and_by_hand_to_the_penny(provider: World) -> None:
    one = await ended(provider)
    # of £140.00 that came in (the match is not paid yet): floor(10003 x n / 14000), 2 pence stay with the group
    assert [row.amount_pence for row in await UnspentShare.all().order_by("-amount_pence")] == [
        4_287,
        2_858,
        2_143,
        714,
    ]
    assert await recoveries.ask_missing() == 0
    (found,) = await queries.campaigns_due()
    assert (found.by_card, found.by_hand, found.amount_pence) == (2, 2, 10_002)
    made = await one.propose()
    with pytest.raises(Refused, match="waits already"):
        await one.propose()
    await services.agree(made.id, one.approver)
    await services.agree(made.id, one.approver)  # a second click
    assert await ShareBack.all().count() == 4
    assert await ledger.balance(accounts.due_by_hand(one.scene.campaign.id)) == -2_143
    await make.rounds()
    assert await one.standings() == [
        ("card", "Back on the card"),
        ("card", "Back on the card"),
        ("hand", "To be given"),
        ("hand", "Stays with the group, by the giver’s wish"),
    ]
    assert (await provider.control.truth())["refunded_pence"] == 2_858 + 4_287
    assert await books(one.scene) == nothing_but()
    assert [pledge.refunded_pence for pledge in await Pledge.all().order_by("id")] == [2_858, 4_287]
    names = await Outbox.filter(kind="email", name__in=["gifts/share_due", "payments/shares_back"]).order_by("name")
    assert [row.name for row in names] == ["gifts/share_due", "payments/shares_back"]
    assert "£21.43" in names[0].body["text"]
    assert "£71.45" in names[1].body["text"]
    await make.nothing_is_broken()

    due = await ShareBack.get(status="due")
    await giving.enter(due.id, Hand.CASH, "signed in the book", one.owner)
    with pytest.raises(Forbidden):
        await giving.confirm(due.id, one.owner)
    await giving.withdraw(due.id, one.owner)
    await giving.enter(due.id, Hand.CHEQUE, "000123", one.desk.counter)
    with pytest.raises(Refused, match="Two different people"):
        await giving.confirm(due.id, one.desk.counter)
    await giving.confirm(due.id, one.desk.taker)
    assert await ledger.balance(accounts.due_by_hand(one.scene.campaign.id)) == 0
    kept = await ShareBack.get(status="kept")
    await giving.ask_for(kept.id, one.officer)
    assert await ledger.balance(accounts.due_by_hand(one.scene.campaign.id)) == -714
    found_acts = await segregation.report(real_now().replace(year=2020), real_now().replace(year=2090))
    assert {item.subject.partition(":")[0] for item in found_acts} >= {"shares_back", "share_back"}
    assert not any(item.twice for item in found_acts if item.subject.startswith("share"))
    await make.nothing_is_broken()


async def test_the_rest_of_a_payment_can_go_back_once_its_share_is_back(provider: World) -> None:
    one = await ended(provider)
    made = await one.propose()
    first = (await Pledge.all().order_by("id"))[0]
    with pytest.raises(Refused, match="due back to this backer"):
        await refund_proposals.ask_refund(first.id, one.officer, "The backer asked.")
    await services.agree(made.id, one.approver)
    await make.rounds()
    asked = await refund_proposals.ask_refund(first.id, one.officer, "The backer asked.")
    assert isinstance(asked, RefundProposal)
    assert asked.amount_pence == 4_000 - 2_858
    await refund_proposals.agree(asked.id, one.approver)
    await make.rounds()
    pledge = await Pledge.get(id=first.id)
    assert (pledge.status, pledge.refunded_pence) == ("refunded", 4_000)
    await make.nothing_is_broken()


async def test_one_person_with_two_roles_a_member_and_a_backer_decide_nothing(provider: World) -> None:
    one = await ended(provider)
    both = (await staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER))[1]
    made = await services.propose(one.scene.campaign.id, "I want it all.", both)
    for act in (services.agree, services.refuse):
        with pytest.raises(Refused, match="Two different people"):
            await act(made.id, both)
    with pytest.raises(Forbidden):
        await services.agree(made.id, one.officer)  # no finance approver
    with pytest.raises(Forbidden):
        await services.withdraw(made.id, one.approver)
    group_id = await group_id_of(one.scene.campaign.id)
    member = (await staff(Role.FINANCE_APPROVER))[1]
    await Member.create(group_id=group_id, person_id=member.person_id, role="editor", created_at=real_now())
    with pytest.raises(Forbidden, match="in the group"):
        await services.agree(made.id, member)
    backer = (await staff(Role.FINANCE_APPROVER))[1]
    pledge = await Pledge.all().order_by("id").first()
    assert pledge is not None
    email = str((await Person.get(id=backer.person_id)).email)
    await Person.filter(id=backer.person_id).update(email=pledge.email)
    with pytest.raises(Refused, match="a share of it yourself"):
        await services.agree(made.id, backer)
    await Person.filter(id=backer.person_id).update(email=email)
    # somebody takes a share later: another sum than was proposed
    share = await UnspentShare.filter(pledge_id=pledge.id).first()
    assert share is not None
    await SharesBack.filter(id=made.id).update(amount_pence=made.amount_pence - 1)
    with pytest.raises(Conflict, match="More is due now"):
        await services.agree(made.id, backer)
    await services.withdraw(made.id, both)
    assert await ShareBack.all().count() == await Refund.all().count() == 0
    await one.propose()
    await services.refuse((await SharesBack.get(status="proposed")).id, one.approver)
    assert (await queries.campaigns_due())[0].amount_pence == 10_002


async def test_forged_forms_of_who_proposed_it_change_nothing(client: SiteClient, provider: World) -> None:
    """With both roles, at every address of the decision and of a share, and with a token of another page."""
    one = await ended(provider)
    both_person, both = await staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    made = await services.propose(one.scene.campaign.id, "I want it all.", both)
    await sign_in(client, both_person)
    path = f"/staff/shares-back/{made.id}"
    page = await client.get(path)
    assert not offered(page, f"{path}/agree")
    for act in ("agree", "refuse"):
        page = await client.get(f"{path}/{act}")
        page = await page.submit({}, status=422)
        assert "Two different people" in page.text
        await client.post(f"{path}/{act}", {}, status=422)  # without a token
    await client.get(f"{path}/pay", status=404)
    assert (await SharesBack.get()).status == "proposed"
    await services.agree(made.id, one.approver)
    due = await ShareBack.get(status="due", share__gift_id__not_isnull=True)
    page = await client.get(f"/staff/share-back/{due.id}/confirm")  # nobody has entered it
    await page.submit({}, status=409)
    page = await client.get(f"/staff/share-back/{due.id}/given")
    page = await page.submit({"how": "cash", "proof": "the blue book"}, to=path)
    assert not offered(page, f"/staff/share-back/{due.id}/confirm")  # who entered it is shown no way to confirm it
    page = await client.get(f"/staff/share-back/{due.id}/confirm")
    await page.submit({}, status=422)
    assert (await ShareBack.get(id=due.id)).status == "entered"


async def test_the_pages_of_officers_and_of_the_group(client: SiteClient, provider: World) -> None:
    one = await ended(provider)
    officer, _ = await staff(Role.FUND_OFFICER)
    await sign_in(client, officer)
    page = await client.get("/staff/shares-back")
    assert "£100.02" in page.text
    page = await client.get(f"/staff/shares-back/campaigns/{one.scene.campaign.id}/propose")
    page = await page.submit({"why": ""}, status=422)
    page = await page.submit({"why": "It has ended."}, to="/staff/shares-back")
    made = await SharesBack.get()
    page = await client.get(f"/staff/shares-back/{made.id}")
    assert "somebody" in page.text or "another person" in page.text
    member, as_member = await staff(Role.FINANCE_APPROVER)
    group_id = await group_id_of(one.scene.campaign.id)
    await Member.create(group_id=group_id, person_id=member.id, role="helper", created_at=real_now())
    auditor, _ = await staff(Role.AUDITOR)
    for nobody in (member, auditor):  # who may decide nothing sees no way to
        await sign_in(client, nobody)
        assert not offered(await client.get(f"/staff/shares-back/{made.id}"), f"/staff/shares-back/{made.id}/")
    assert as_member
    approver, _ = await staff(Role.FINANCE_APPROVER)
    await sign_in(client, approver)
    page = await client.get(f"/staff/shares-back/{made.id}/agree")
    await page.submit({}, to=f"/staff/shares-back/{made.id}")
    await make.rounds()
    page = await client.get(f"/staff/shares-back/{made.id}")
    assert "Back on the card" in page.text
    owner = await Person.get(id=one.owner.person_id)
    await sign_in(client, owner)
    campaign = await one.scene.now()
    await campaign.fetch_related("project__group")
    path = f"/groups/{campaign.project.group.slug}/projects/{campaign.project.slug}/given-back"
    page = await client.get(path)
    assert "£21.43" in page.text
    assert "Back so far" in page.text
    due = await ShareBack.get(status="due")
    kept = await ShareBack.get(status="kept")
    for nobody in (member, auditor):
        await sign_in(client, nobody)
        assert not offered(await client.get(f"/staff/shares-back/{made.id}"), "/staff/share-back/")
    await sign_in(client, officer)
    page = await client.get(f"/staff/shares-back/{made.id}")
    assert offered(page, f"/staff/share-back/{due.id}/given")
    assert offered(page, f"/staff/share-back/{kept.id}/asked-for")
    await sign_in(client, owner)
    page = await client.get(f"{path}/{due.id}")
    page = await page.submit({"how": "cash", "proof": ""}, status=422)
    await page.submit({"how": "cash", "proof": "In the blue book"}, to=path)
    await sign_in(client, approver)
    page = await client.get(f"/staff/shares-back/{made.id}")
    assert "was not given after all" in page.text
    page = await client.get(f"/staff/share-back/{due.id}/confirm")
    await page.submit({}, to=f"/staff/shares-back/{made.id}")
    assert (await ShareBack.get(id=due.id)).status == "given"
