"""Shares that wait or are not owed: for a job, an empty account, a payment or a cheque that went back."""

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute
from crowdfund_kent.errors import Refused
from crowdfund_kent.models import Outbox
from crowdfund_kent.settings import get_settings
from payments.gateway.transport import Transport
from payments.match_payments.tasks import look_after_council_money
from payments.models import Refund
from payments.payouts import reversals
from payments.payouts.models import Recipient, Transfer
from payments.shares_back import accounts, giving, queries, services
from payments.shares_back import waiting as empty
from payments.shares_back.kinds import Hand
from payments.shares_back.models import ShareBack
from pledges.gifts.kinds import Way
from pledges.models import OfflineGift, Pledge, UnspentShare
from projects.queries import group_id_of
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.payments import make
from tests.payments.ended import ended
from tests.payments.payouts.make import books, nothing_but
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


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
