"""Finance pays a group: prepared by one, approved and exported by another, paid by a statement; the group reads it on a phone."""

import csv
from pathlib import Path

import pytest

from crowdfund_kent import clock
from payments.match_payments.models import MatchPayment
from pledges.models import MatchPledge
from projects.models import Group
from tests.journeys import counting
from tests.journeys.conftest import Arrives
from tests.journeys.house import House
from tests.journeys.looking import Looks
from tests.journeys.seeding import APPROVER, OFFICER, SECOND, owed_campaign
from tests.journeys.visitor import Visitor
from tests.payments.council.make import Entry, camt

pytestmark = pytest.mark.journey
TREASURER = "halls@example.org"
TITLE = "A lift for the village hall"


async def test_paying(house: House, arrives: Arrives, looks: Looks, tmp_path: Path) -> None:
    match = await owed_campaign(TITLE, TREASURER, 200)
    group = await Group.get(name=f"Friends of {TITLE}")
    officer, approver, second = await arrives("officer"), await arrives("approver"), await arrives("second approver")
    treasurer = await arrives("treasurer", phone=True)

    await treasurer.opens("/account")
    await treasurer.signs_in_by_code(TREASURER)
    await treasurer.opens(f"/groups/{group.slug}")
    await treasurer.follows("What the council pays you")
    await treasurer.reads("What the council pays", TITLE, "All of it", "£200.00", "the account that ends in")
    await treasurer.does_not_read("12345678")

    await officer.opens("/account")
    await officer.signs_in_by_code(OFFICER)
    await officer.follows("Payments to groups")
    await officer.presses("Prepare the schedule")
    await officer.reads("There is a problem", "Choose what to pay")
    await officer.ticks(f"£200.00 to {group.name}")
    await officer.presses("Prepare the schedule")
    await officer.reads("Prepared. A finance approver approves it", "Reserves", "Public Health")
    schedule = str(await officer.page.locator("h1").text_content()).strip()
    # one person alone pays nobody
    assert await officer.page.get_by_role("button", name="Approve").count() == 0

    await approver.opens("/account")
    await approver.signs_in_by_code(APPROVER)
    await approver.follows("Payments to groups to approve")
    await approver.follows(schedule.removeprefix("Schedule "))
    await approver.reads("£200.00", TITLE)
    await approver.follows("Approve", exact=True)
    await approver.presses("Approve")
    await approver.reads("Approved. It can go to the finance system now")
    reference, amount = await _takes_the_file(approver, tmp_path)
    assert (amount, (await MatchPayment.get(reference=reference)).amount_pence) == ("200.00", 20_000)

    await treasurer.opens(f"/groups/{group.slug}/council-money")
    await treasurer.reads(reference, "On its way")

    await clock.refresh()
    statement = tmp_path / "statement.xml"
    statement.write_bytes(camt(Entry(-20_000, reference), Entry(-1_250, words="Charges")))
    # who approved a payment is not the only one to say that the bank paid it
    await second.opens("/account")
    await second.signs_in_by_code(SECOND)
    await second.follows("Bank statements")
    await second.follows("Import a statement")
    await second.presses("Import")
    await second.reads("There is a problem", "Choose the file")
    await second.gives_file("The statement", statement)
    await second.presses("Import")
    await second.reads("2 new lines, 1 matched by themselves", "Charges")
    await approver.opens("/staff/match-payments")
    await approver.follows(schedule.removeprefix("Schedule "))
    await approver.reads(reference, "Paid, ")

    await treasurer.opens(f"/groups/{group.slug}/council-money")
    await treasurer.reads(reference, "Paid", "Nothing is to come now")
    assert (await MatchPledge.get(id=match.id)).status == "paid"
    counting.hold("An officer and two finance approvers, one payment and its statement", officer, approver, second)
    counting.hold("A treasurer, from what is owed to what is paid, on a phone", treasurer)
    await house.is_sound()
    looks.found_no_fault()


async def _takes_the_file(approver: Visitor, folder: Path) -> tuple[str, str]:
    """The file for the finance system: the reference and the amount of the one payment in it."""
    async with approver.page.expect_download() as coming:
        await approver.page.get_by_role("button", name="Take the file to the finance system").click()
    kept = folder / "payments.csv"
    await (await coming.value).save_as(kept)
    rows = list(csv.DictReader(kept.read_text("utf-8-sig").splitlines()))
    assert {(row["sort code"], row["account number"]) for row in rows} == {("30-96-34", "12345678")}
    assert sorted(row["source"] for row in rows) == ["Public Health", "Reserves"]
    (found,) = {(row["payment reference"], row["payment amount"]) for row in rows}
    return found
