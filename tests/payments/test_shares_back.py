"""Shares of unspent money go back: one proposes for the whole campaign, another agrees, cards and hands follow (ruling 18)."""

from dataclasses import dataclass
from typing import Any

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute
from crowdfund_kent.errors import Conflict, Forbidden, Refused
from crowdfund_kent.models import Outbox
from crowdfund_kent.settings import get_settings
from evaluation.evidence import segregation
from payments import refund_proposals
from payments.gateway.transport import Transport
from payments.match_payments.tasks import look_after_council_money
from payments.models import Refund, RefundProposal
from payments.payouts import reversals
from payments.payouts.models import Recipient, Transfer
from payments.recoveries import services as recoveries
from payments.sandbox.cards import family_number
from payments.shares_back import accounts, giving, queries, services
from payments.shares_back import waiting as empty
from payments.shares_back.kinds import Hand
from payments.shares_back.models import ShareBack, SharesBack
from pledges.gifts.kinds import Way, Wish
from pledges.models import OfflineGift, Pledge, UnspentShare
from projects.kinds import TurnKind
from projects.models import Member
from projects.queries import group_id_of
from tests.accounts.make import sign_in, staff
from tests.client import Page, SiteClient
from tests.payments import make
from tests.payments.payouts.make import books, nothing_but
from tests.payments.test_shares_once import agreed as turn_agreed
from tests.pledges import gift_make
from tests.projects import make as projects
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


@dataclass
class Ended:
    """A project that ended with half of its £200 left, and who acts."""

    scene: make.Scene
    desk: gift_make.Desk
    officer: Actor
    approver: Actor
    owner: Actor

    async def standings(self) -> list[tuple[str, str]]:
        """How each share stands."""
        (made,) = await SharesBack.filter(status="agreed")
        return [("card" if one.by_card else "hand", one.words) for one in await queries.standings(made.id)]

    async def propose(self) -> SharesBack:
        return await services.propose(self.scene.campaign.id, "The project has ended.", self.officer)


async def ended(provider: World, unspent_pence: int = 10_003, **given: Any) -> Ended:
    """£40 and £60 by card, £30 and £10 by hand (the last to be kept), £60 of a fund: paid out, and half is left."""
    scene, desk = await make.scene(provider, 20_000, account=True), await gift_make.desk()
    for number, pence in enumerate((4_000, 6_000)):
        await scene.pledge(pence, family_number(number + 1))
    await scene.match(6_000)
    back = await desk.counted(scene.campaign, amount_pence=3_000, email="ada@example.org", **given)
    kept = await desk.counted(
        scene.campaign, amount_pence=1_000, wish=Wish.TO_GROUP, name="Ben Cole", address="1 Hill", **given
    )
    await desk.bank(back, kept)
    await scene.collect()
    await scene.later(minutes=20)
    assert await scene.status() == "settled"
    await desk.hand_on(await scene.now())
    await turn_agreed(scene, TurnKind.ENDING, unspent_pence)
    group_id = await group_id_of(scene.campaign.id)
    officer, approver = (await staff(Role.FUND_OFFICER))[1], (await staff(Role.FINANCE_APPROVER))[1]
    return Ended(scene, desk, officer, approver, await projects.owner_of(group_id))


def offered(page: Page, path: str) -> bool:
    """Whether the page has a link that begins so."""
    return any(address.startswith(path) for link in page.links for address in link)


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


async def test_a_job_that_dies_goes_on_and_waits_for_the_groups_account(provider: World) -> None:
    one = await ended(provider)
    made = await one.propose()
    await services.agree(made.id, one.approver)
    await execute("UPDATE outbox SET done_at = now() WHERE name = $1", services.JOB)  # lost with its queue
    await one.scene.later(days=12)  # the provider pays the account on: nothing is left in it
    assert await giving.give_due() == 2
    assert await giving.give_due() == 0
    await giving.give_shares_back(made.id)
    await make.rounds()
    assert [row.status for row in await Refund.all()] == ["intended", "intended"]
    assert (await one.standings())[0] == ("card", "Waits until the group’s account gives it back")
    await make.nothing_is_broken()


async def test_shares_wait_for_an_empty_account_and_go_by_themselves_once_it_holds_enough(provider: World) -> None:
    one = await ended(provider)
    await one.scene.later(days=12)  # the account has paid all of it to the group's bank
    made = await one.propose()
    await services.agree(made.id, one.approver)
    await make.rounds()
    for _ in range(2):
        await look_after_council_money()
        await make.rounds()
    assert await empty.waiting(made.id) == (2, 7_145)
    assert ("card", "Waits until the group’s account gives it back") in await one.standings()
    group_id = await group_id_of(one.scene.campaign.id)
    mails = await Outbox.filter(kind="email", name="payments/shares_wait")
    assert len(mails) == len({row.body["to"] for row in mails}) >= 3, "owners and officers, once"
    assert not await Outbox.filter(name__in=["payments/refund_waits", "payments/group_taken_back"]).exists()
    await put_in(provider, await Recipient.get(group_id=group_id), 4_500)  # enough for one of them
    await one.scene.later(hours=2)
    await look_after_council_money()
    await make.rounds()
    assert await empty.waiting(made.id) == (1, 4_287)
    await put_in(provider, await Recipient.get(group_id=group_id), 4_000)
    await one.scene.later(hours=2)
    await look_after_council_money()
    await make.rounds()
    assert await empty.waiting(made.id) == (0, 0)
    assert (await provider.control.truth())["refunded_pence"] == 2_858 + 4_287
    assert await Outbox.filter(kind="email", name="payments/shares_wait").count() == len(mails)
    assert await books(one.scene) == nothing_but()
    await make.nothing_is_broken()


async def put_in(provider: World, recipient: Recipient, pence: int) -> None:
    """The group has money in its account at the provider again."""
    await provider.control.top_up(pence)
    hand = Transport(provider.api_key, provider.url, 10, 0, 1)
    to = {"amount": pence, "currency": "gbp", "destination": str(recipient.account)}
    await hand.call(lambda client: client.v1.transfers.create(to))  # type: ignore[arg-type]
    hand.close()


async def test_a_payment_whose_bank_took_it_back_is_owed_no_share(provider: World) -> None:
    one = await ended(provider)
    made = await one.propose()
    await services.agree(made.id, one.approver)
    first, second = await Pledge.all().order_by("id")
    await Pledge.filter(id=first.id).update(status="disputed")
    await Pledge.filter(id=second.id).update(refunded_pence=5_000)  # by hand, at the provider
    await giving.give_due()
    rows = {row.share_id: row for row in await ShareBack.all()}
    shares = {row.pledge_id: row for row in await UnspentShare.filter(pledge_id__not_isnull=True)}
    assert rows[shares[first.id].id].status == "due"
    assert (await Refund.get(pledge_id=second.id)).amount_pence == 1_000
    assert await giving.give_due() == 0  # not before an hour has gone by
    await Pledge.filter(id=first.id).update(status="charged back")
    await ShareBack.filter(status="due", share_id=shares[first.id].id).update(next_at=real_now())
    await giving.give_due()
    assert (await ShareBack.get(share_id=shares[first.id].id)).status == "ended"


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


async def test_of_a_cheque_that_bounced_no_share_is_given(provider: World) -> None:
    one = await ended(provider, way=Way.CHEQUE, cheque_number="000321")
    back, kept = await OfflineGift.all().order_by("-amount_pence")
    await one.desk.bounced(kept)
    made = await one.propose()
    await services.agree(made.id, one.approver)
    rows = {row.share_id: row for row in await ShareBack.all()}
    shares = {row.gift_id: row.id for row in await UnspentShare.filter(gift_id__not_isnull=True)}
    assert rows[shares[kept.id]].status == "ended"
    due = rows[shares[back.id]]
    await one.desk.bounced(back)  # the bank was slow
    with pytest.raises(Refused, match="did not pay this cheque"):
        await giving.enter(due.id, Hand.CASH, "signed in the book", one.owner)
    await look_after_council_money()
    await look_after_council_money()
    assert (await ShareBack.get(id=due.id)).status == "ended"
    assert await ledger.balance(accounts.due_by_hand(one.scene.campaign.id)) == 0
    await make.nothing_is_broken()


async def test_where_nearly_all_is_left_the_programme_bears_the_card_cost_as_the_page_says(
    client: SiteClient, provider: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await ended(provider, 13_990)  # of £140.00
    shares = [row.amount_pence for row in await UnspentShare.filter(pledge_id__not_isnull=True).order_by("id")]
    reached = [row.amount_pence for row in await Transfer.all().order_by("attempt_id")]
    bears = sum(share - there for share, there in zip(shares, reached, strict=True))
    assert (shares, min(share - there for share, there in zip(shares, reached, strict=True)) > 0) == (
        [3_997, 5_995],
        True,
    )
    assert await queries.card_costs(await queries.due(one.scene.campaign.id)) == bears
    await sign_in(client, await Person.get(id=one.officer.person_id))
    page = await client.get(f"/staff/shares-back/campaigns/{one.scene.campaign.id}/propose")
    assert page.summary["Of it card costs that the programme bears"] == f"£{bears / 100:.2f}"
    made = await one.propose()
    await sign_in(client, await Person.get(id=one.approver.person_id))
    page = await client.get(f"/staff/shares-back/{made.id}/agree")
    assert page.summary["Of it card costs that the programme bears"] == f"£{bears / 100:.2f}"
    low = get_settings().model_copy(update={"loss_limit_pence": bears - 1})
    monkeypatch.setattr(reversals, "get_settings", lambda: low)
    await services.agree(made.id, one.approver)
    await make.rounds()
    assert sorted([row.status for row in await Refund.all()]) == ["intended", "succeeded"]  # together they are above it
    mail = await Outbox.filter(name__contains="refund_waits").first()
    assert mail is not None
    assert "the limit of the programme's losses is reached" in mail.body["text"]
    monkeypatch.undo()
    await reversals.again((await Refund.get(status="intended")).pledge_id, one.approver)
    await make.rounds()
    assert (await provider.control.truth())["refunded_pence"] == 3_997 + 5_995
    assert await books(one.scene) == nothing_but(losses=bears, provider=-bears)
    await make.nothing_is_broken()
