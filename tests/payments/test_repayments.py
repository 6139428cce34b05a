"""A refund that the bank did not take: paid another way, recorded by one person and confirmed by another."""

from datetime import timedelta

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import PROVIDER, Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Forbidden, Refused
from payments import accounts, refund_proposals, refunds, settlement
from payments.bank_statements import services as statements
from payments.bank_statements.models import BankLine
from payments.landing import LINKS
from payments.models import ChargeAttempt, Refund
from payments.repayments import services
from payments.repayments.kinds import How
from payments.repayments.models import Repayment
from pledges.models import Pledge
from tests.accounts.make import sign_in, staff
from tests.client import SiteClient
from tests.payments import make
from tests.payments.council import make as council
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def failed(provider: World) -> tuple[make.Scene, Pledge, Refund]:
    """A settled campaign, one backer of which asked for the money back, and whose bank sent it back again."""
    scene = await make.scene(provider, 10_000)
    pledge = await scene.pledge(2_000, card=make.REFUND_FAILS, cover=True)
    await scene.pledge(10_000)
    await scene.collect()
    officer, approver = (await staff(Role.FUND_OFFICER))[1], (await staff(Role.FINANCE_APPROVER))[1]
    await refund_proposals.agree((await refund_proposals.ask_refund(pledge.id, officer, "Asked.")).id, approver)
    await make.rounds()
    await scene.pass_time(minutes=2)
    refund = await Refund.get(pledge_id=pledge.id)
    intent = (await ChargeAttempt.get(pledge_id=pledge.id)).payment_intent
    assert intent is not None
    found = await provider.gateway.look_for_refund(intent, pledge.reference, refund.key)
    assert found is not None
    await refunds.apply_refund(found, PROVIDER)
    refund = await Refund.get(id=refund.id)
    assert refund.status == "failed"
    return scene, pledge, refund


def paid(how: How = How.TRANSFER, words: str = "CFK 7F3K", days: int = 0) -> services.Paid:
    return services.Paid(how, words, business_today() + timedelta(days=days))


async def waiting(by: Actor) -> int:
    """The number beside the link on the landing page."""
    link = next(one for one in LINKS if one.route_name == "office_failed_refunds")
    assert link.count is not None
    return await link.count(by)


async def test_it_is_recorded_and_confirmed_and_books_pledge_and_backer_follow(provider: World) -> None:
    scene, pledge, refund = await failed(provider)
    assert "did not take it" in await make.mail_text(pledge, "payments/refund_failed")
    officer, approver = (await staff(Role.FUND_OFFICER))[1], (await staff(Role.FINANCE_APPROVER))[1]
    assert (await waiting(officer), await waiting(approver)) == (1, 1)
    at_provider, secured = await ledger.balance(accounts.PROVIDER_BALANCE), await settlement.secured(scene.campaign.id)
    for _ in range(2):
        made = await services.record(refund.id, paid(), officer)
    assert await Repayment.all().count() == 1
    assert (await waiting(officer), await waiting(approver)) == (0, 1)
    await make.nothing_is_broken()
    for _ in range(2):
        await services.confirm(made.id, approver)
    assert (await Refund.get(id=refund.id)).status == "repaid"
    assert await make.status_of(pledge) == "refunded"
    assert await ledger.balance(accounts.REPAID) == -refund.amount_pence
    assert await ledger.balance(accounts.PROVIDER_BALANCE) == at_provider, "there it still lies"
    assert await settlement.secured(scene.campaign.id) == secured
    assert await waiting(approver) == 0
    text = await make.mail_text(pledge, "payments/paid_another_way")
    assert "by bank transfer" in text
    assert "CFK 7F3K" in text
    await make.rounds()
    await make.nothing_is_broken()
    answer = await provider.gateway.look_for_refund(
        str((await ChargeAttempt.get(pledge_id=pledge.id)).payment_intent), pledge.reference, refund.key
    )
    assert answer is not None
    await refunds.apply_refund(answer, PROVIDER)
    assert (await Refund.get(id=refund.id)).status == "repaid", "the provider's old word changes nothing"


async def test_nobody_does_it_alone_or_for_themselves_and_what_was_refused_is_recorded_again(provider: World) -> None:
    _, pledge, refund = await failed(provider)
    both, as_officer = await staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    approver = (await staff(Role.FINANCE_APPROVER))[1]
    own = (await staff(Role.FINANCE_APPROVER, email=pledge.email))[1]
    with pytest.raises(Refused, match="your own address"):
        await services.record(refund.id, paid(), own)
    with pytest.raises(Refused, match="Enter a day"):
        await services.record(refund.id, paid(days=1), as_officer)
    with pytest.raises(Refused, match="Enter the reference"):
        await services.record(refund.id, paid(words=" "), as_officer)
    made = await services.record(refund.id, paid(), as_officer)
    with pytest.raises(Refused, match="Two different people"):
        await services.confirm(made.id, Actor(both.id, Role.FINANCE_APPROVER))
    with pytest.raises(Refused, match="your own address"):
        await services.confirm(made.id, own)
    with pytest.raises(Forbidden):
        await services.confirm(made.id, (await staff(Role.FUND_OFFICER))[1])
    with pytest.raises(Forbidden):
        await services.withdraw(made.id, approver)
    await services.refuse(made.id, approver)
    again = await services.record(refund.id, paid(How.CHEQUE, "000123"), as_officer)
    await services.withdraw(again.id, as_officer)
    last = await services.record(refund.id, paid(How.CHEQUE, "000124"), as_officer)
    await services.confirm(last.id, approver)
    with pytest.raises(Refused, match="nothing to give back"):
        await refund_proposals.ask_refund(pledge.id, as_officer, "Once more.")
    await make.nothing_is_broken()


async def test_the_pages_lead_from_the_list_to_the_second_person(provider: World, client: SiteClient) -> None:
    _, pledge, refund = await failed(provider)
    (clerk, _), (approver, _) = await staff(Role.FUND_OFFICER), await staff(Role.FINANCE_APPROVER)
    await sign_in(client, clerk)
    page = await client.get("/staff/failed-refunds")
    assert page.rows("To pay another way")[0][0] == pledge.reference
    page = await page.follow(pledge.reference)
    page = await page.submit({}, status=422)
    assert len(page.errors) == 3
    today = business_today()
    typed = {"how": "bank transfer", "bank_reference": "CFK 7F3K"}
    day = {"paid_on-day": str(today.day), "paid_on-month": str(today.month), "paid_on-year": str(today.year)}
    page = await page.submit({**typed, **day}, to=f"/staff/failed-refunds/{refund.id}")
    assert "A finance approver, who is somebody else, confirms it" in page.main
    await sign_in(client, approver)
    page = await client.get("/staff/failed-refunds")
    assert page.rows("To confirm")[0][0] == pledge.reference
    page = await page.follow(pledge.reference)
    page = await page.submit(form="confirm", to="/staff/failed-refunds")
    assert page.rows("Paid back")[0][0] == pledge.reference
    assert page.rows("Paid back")[0][3] == "No line named"
    page = await client.get(f"/staff/failed-refunds/{refund.id}")
    assert "Paid another way" in page.main
    assert "is what two people say, and no more" in page.main
    by = Actor(approver.id, Role.FINANCE_APPROVER)
    await statements.take_in(council.camt(council.Entry(-refund.amount_pence, "CFK 7F3K")), by)
    page = await client.get(f"/staff/failed-refunds/{refund.id}")
    line = await BankLine.get(reference="CFK 7F3K")
    page = await page.submit(form=f"line-{line.id}", to=f"/staff/failed-refunds/{refund.id}")
    assert "The bank statement shows it" in page.main
    assert (await client.get("/staff/failed-refunds")).rows("Paid back")[0][3].startswith("Line of")
    await make.nothing_is_broken()
