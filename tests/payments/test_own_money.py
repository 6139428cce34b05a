"""The council draws what it paid to backers from the provider, and puts in what costs took: by two people, to the penny."""

from datetime import timedelta

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Forbidden, Refused
from crowdfund_kent.wiring import compose_chart
from payments import accounts
from payments.books import reading
from payments.books.figures import Scope
from payments.own_money import services
from payments.own_money.kinds import Way
from payments.own_money.models import OwnMove
from payments.repayments import services as repayments
from payments.repayments.models import Repayment
from tests.accounts.make import sign_in, staff
from tests.client import SiteClient
from tests.payments import make
from tests.payments.test_repayments import failed, paid
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def repaid(provider: World) -> tuple[make.Scene, Repayment, Actor, Actor]:
    """The council's bank has paid a backer whose bank refused the refund."""
    scene, _, refund = await failed(provider)
    officer, approver = (await staff(Role.FUND_OFFICER))[1], (await staff(Role.FINANCE_APPROVER))[1]
    made = await repayments.confirm((await repayments.record(refund.id, paid(), officer)).id, approver)
    return scene, made, officer, approver


def moved(way: Way, pence: int, *ids: int, reference: str = "po_1", days: int = 0) -> services.Moved:
    return services.Moved(way, pence, reference, business_today() + timedelta(days=days), ids)


async def test_what_the_council_paid_is_drawn_once_and_the_statement_of_the_campaign_ends_at_nothing(
    provider: World,
) -> None:
    scene, made, officer, approver = await repaid(provider)
    pence, before = made.amount_pence, await ledger.balance(accounts.PROVIDER_BALANCE)
    for wrong, words in (
        (moved(Way.DRAWN, pence - 1, made.id), "and you entered"),
        (moved(Way.DRAWN, pence), "Choose what was drawn"),
        (moved(Way.ADDED, pence, made.id), "makes no repayment good"),
        (moved(Way.DRAWN, pence, made.id, days=1), "a day that has come"),
        (moved(Way.DRAWN, pence, made.id, reference=" "), "reference"),
    ):
        with pytest.raises(Refused, match=words):
            await services.record(wrong, officer)
    row = await services.record(moved(Way.DRAWN, pence, made.id), officer)
    with pytest.raises(Refused, match="Choose what was drawn"):
        await services.record(moved(Way.DRAWN, pence, made.id, reference="po_2"), officer)
    with pytest.raises(Forbidden):
        await services.confirm(row.id, officer)
    assert await ledger.balance(accounts.REPAID) == -pence
    await services.refuse(row.id, approver)
    row = await services.record(moved(Way.DRAWN, pence, made.id), approver)
    with pytest.raises(Refused, match="Two different people"):
        await services.confirm(row.id, approver)
    other = (await staff(Role.FINANCE_APPROVER))[1]
    for _ in range(2):
        await services.confirm(row.id, other)
    assert await ledger.balance(accounts.REPAID) == 0
    assert await ledger.balance(accounts.PROVIDER_BALANCE) == before - pence
    compose_chart()
    found = (await reading.read(Scope("campaign", scene.campaign.id), business_today(), business_today())).of
    assert next(line.after for line in found.accounts if line.account == accounts.REPAID) == 0
    await make.nothing_is_broken()


async def test_what_is_put_in_is_the_councils_and_a_movement_that_never_was_is_taken_back(provider: World) -> None:
    officer, approver = (await staff(Role.FUND_OFFICER))[1], (await staff(Role.FINANCE_APPROVER))[1]
    gone = await services.record(moved(Way.ADDED, 500), officer)
    with pytest.raises(Refused, match="recorded already"):
        await services.record(moved(Way.ADDED, 500), officer)
    with pytest.raises(Forbidden):
        await services.withdraw(gone.id, approver)
    await services.withdraw(gone.id, officer)
    made = await services.record(moved(Way.ADDED, 2_080), officer)
    await services.confirm(made.id, approver)
    assert await ledger.balance(accounts.PROVIDER_BALANCE) == 2_080
    assert await ledger.balance(accounts.ADDED) == -2_080
    await make.nothing_is_broken()
    assert provider.url


async def test_the_pages_record_and_confirm(provider: World, client: SiteClient) -> None:
    _, made, _, _ = await repaid(provider)
    recorder, _ = await staff(Role.FUND_OFFICER)
    await sign_in(client, recorder)
    page = await (await client.get("/staff/own-money")).follow("Record what was moved")
    wrong = await page.submit({"way": "drawn", "amount": "1", "reference": "po_1"}, status=422)
    assert any("Choose what was drawn" in error for error in wrong.errors)
    pounds = f"{made.amount_pence / 100:.2f}"
    sent: dict[str, str | int | bool | list[str] | tuple[str, bytes, str] | None] = {
        "way": "drawn",
        "repayments": [str(made.id)],
        "amount": pounds,
        "reference": "po_1",
    }
    await wrong.submit(sent, to="/staff/own-money")
    row = await OwnMove.get()
    one = await client.get(f"/staff/own-money/{row.id}")
    assert "finance approver who is somebody else" in one.main
    second, _ = await staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)  # another person, who holds both
    await sign_in(client, second)
    one = await client.get(f"/staff/own-money/{row.id}")
    await one.submit(form=f"/staff/own-money/{row.id}/confirm", to="/staff/own-money")
    assert "Nothing can be drawn" in (await client.get("/staff/own-money")).main
    assert (await OwnMove.get()).status == "confirmed"
