"""After the charge: receipt, statement of a year, and asking for the money back."""

import csv
import io

import pytest

from crowdfund_kent.cases.models import Case
from crowdfund_kent.clock import business_today
from payments.statements import Reckoning, Year, year_of
from pledges import links
from pledges.models import Pledge
from tests.accounts.make import person, sign_in
from tests.client import SiteClient
from tests.payments import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def test_receipt_statement_and_refund_request_after_a_charge(provider: World, client: SiteClient) -> None:
    scene = await make.scene(provider, 10_000)
    pledge = await scene.pledge(10_000, cover=True)
    private = links.private_path(pledge)
    await client.get(f"{private}/receipt", to=private)
    await client.get(f"{private}/refund", to=private)
    page = await client.get(private)
    assert "Your saved card is deleted by" in page.main
    await scene.collect()
    pledge = await Pledge.get(id=pledge.id)
    page = await client.get(private)
    assert page.summary["Charged in all"] == "£101.73"
    receipt = await page.follow("Receipt, to print or keep")
    assert [row[1:] for row in receipt.rows("What was charged")] == [
        ["Your pledge", "£100.00"],
        ["Card cost that you added", "£1.73"],
        ["Charged in all", "£101.73"],
    ]
    for words in (pledge.reference, "CROWDFUND KENT", "not a receipt for tax", "for the group"):
        assert words in receipt.main

    await sign_in(client, await person(str(pledge.email)))
    mine = await client.get("/pledges")
    today = business_today()
    tax = year_of(today, Reckoning.TAX)
    statement = await mine.follow(tax.words)
    ((_, about, charged, back),) = statement.rows("What was charged")
    assert f"{pledge.reference}, card ending 4242" in about
    assert (charged, back) == ("£101.73 £1.73 of it for the card cost", "")
    assert statement.summary["Charged to your cards"] == "£101.73"
    file = await client.http.get(f"/pledges/statements/{Year(Reckoning.CALENDAR, today.year).key}.csv")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff")))
    assert (row["Pledge"], row["Charged for the pledge"], row["Charged for the card cost"], row["Paid back"]) == (
        pledge.reference,
        "100.00",
        "1.73",
        "0.00",
    )
    await client.get("/pledges/statements/tax-1850", status=404)

    page = await (await client.get(private)).follow("Ask for your money back")
    page = await page.submit({}, status=422)
    assert page.errors == ["Enter why you would like your money back"]
    first = await page.submit({"why": "I gave to the wrong project."})
    again = await page.submit({"why": "I gave to the wrong project."})
    assert first.h1 == again.h1 == "You have asked for your money back"
    (case,) = await Case.all()
    assert (case.kind, case.subject, case.email) == ("refund", f"pledge:{pledge.id}", pledge.email)
    assert case.reference in first.main
