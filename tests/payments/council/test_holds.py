"""What a fund pays is held: nothing of it is prepared, approved or exported before two people release it."""

import re

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.errors import Refused
from payments import holding
from payments.holds import services as holds
from payments.match_payments import services as paying
from payments.match_payments.due import due
from payments.match_payments.holding import ENDING
from payments.match_payments.models import MatchPayment
from payments.payouts import collapsing
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.payments.council import make

pytestmark = pytest.mark.usefixtures("db")


async def test_a_hold_stops_preparing_approving_and_exporting_until_two_people_release_it() -> None:
    holding.compose()
    one, who = await make.owed(), await make.people()
    await make.ready(one, who)
    subject = f"match_pledge:{one.match.id}"
    first = await paying.prepare([one.match.id], who.officer)
    hold = await holds.place(subject, "A neighbour rang.", who.officer)
    with pytest.raises(Refused, match="Held"):
        await paying.approve(first.id, who.approver)
    assert await paying.cancel_unsound() == 1
    assert [row.status for row in await MatchPayment.all()] == ["cancelled"]
    with pytest.raises(Refused, match="Held"):
        await paying.prepare([one.match.id], who.officer)
    with pytest.raises(Refused, match="Two different people"):
        await holds.confirm(hold.id, who.officer)
    await holds.confirm(hold.id, who.approver)
    await holds.propose_release(hold.id, "It was about another group.", who.officer)
    with pytest.raises(Refused, match="Two different people"):
        await holds.release(hold.id, who.officer)
    assert (await due([one.match.id]))[0].missing
    await holds.release(hold.id, who.approver)
    second = await paying.prepare([one.match.id], who.officer)
    await paying.approve(second.id, who.approver)
    again = await holds.place(subject, "Another call.", who.officer)
    with pytest.raises(Refused, match="Held"):
        await paying.export_file(second.id, who.approver)
    await holds.lift(again.id, who.approver)
    await paying.export_file(second.id, who.approver)
    await holds.place(subject, "Too late for the file, but not for its copy.", who.officer)
    with pytest.raises(Refused, match="held now"):
        await paying.export_file(second.id, who.approver)
    await make.nothing_is_broken()


async def test_an_officer_holds_it_from_the_list(client: SiteClient) -> None:
    holding.compose()
    one, who = await make.owed(), await make.people()
    await make.ready(one, who)
    await sign_in(client, await Person.get(id=who.officer.person_id))
    page = await client.get("/staff/match-payments")
    page = await page.follow("Hold it")
    page = await page.submit({"why": "A neighbour rang"}, to=re.compile(r"/staff/payment-holds/\d+"))
    page = await client.get("/staff/match-payments")
    assert "Held: see the payments that are held" in page.main
    with pytest.raises(Refused, match="Held"):
        await paying.prepare([one.match.id], who.officer)


async def test_while_everybody_may_get_their_money_back_no_fund_pays_and_what_went_out_is_waited_for() -> None:
    who, one = await make.people(), await make.owed(200_001)
    await make.ready(one, who)
    proposal = await collapsing.propose(one.campaign.id, "The land was sold.", who.officer)
    (found,) = await due([one.match.id])
    assert found.missing == (ENDING,)
    await collapsing.withdraw(proposal.id, who.officer)
    await make.exported(who, one)
    with pytest.raises(Refused, match="on its way through the bank"):
        await collapsing.propose(one.campaign.id, "The land was sold.", who.officer)
