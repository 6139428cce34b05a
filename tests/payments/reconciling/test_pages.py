"""Officers see both sides; a finance approver closes with a reason."""

import pytest

from crowdfund_kent.accounts.roles import Role
from tests.accounts.make import sign_in, staff
from tests.client import SiteClient
from tests.payments import make
from tests.payments.reconciling.make import NOBODY, charge_behind_our_back, only, settled
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def test_both_sides_stand_on_a_page_and_a_finance_approver_closes_with_a_reason(
    client: SiteClient, provider: World
) -> None:
    scene, _ = await settled(provider)
    await charge_behind_our_back(provider, scene.campaign.id)
    await scene.later(days=1)
    found = await only()
    officer, _ = await staff(Role.FUND_OFFICER)
    await sign_in(client, officer)
    page = await client.get("/staff/differences")
    assert "A card was charged that we have not booked" in page.text
    page = await client.get(f"/staff/differences/{found.id}")
    assert page.h1 == "A card was charged that we have not booked"
    for words in ("£15.00", "Nothing", NOBODY, "A finance approver closes it"):
        assert words in page.text
    page = await page.submit(form="look", to="/staff/differences")
    assert "compared again in a moment" in page.text
    await make.rounds()
    assert (await only()).seen == 2

    finance, _ = await staff(Role.FINANCE_APPROVER)
    await sign_in(client, finance)
    page = await client.get(f"/staff/differences/{found.id}")
    page = await page.submit({"why": ""}, form="close", status=422)
    assert "Enter why the two sides differ" in page.text
    page = await page.submit({"why": "A test of the till; given back by hand."}, form="close", to="/staff/differences")
    assert "Closed with a reason" in page.text
    page = await client.get(f"/staff/differences/{found.id}")
    assert "A test of the till" in page.text
    assert "Close with this reason" not in page.text
