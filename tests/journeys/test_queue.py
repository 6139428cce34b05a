"""An officer clears a queue of ten: most are approved, one is refused, one asked, one given back, one looked at by two."""

import pytest

from tests.journeys import counting
from tests.journeys.conftest import Arrives
from tests.journeys.house import House
from tests.journeys.looking import Looks
from tests.journeys.seeding import OFFICER, SECOND_OFFICER, submitted_campaigns
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
TEN = 10


async def answers_all(officer: Visitor) -> None:
    """Each item of the checklist, and on to the decision."""
    items = officer.page.locator(".ck-check")
    for number in range(await items.count()):
        await items.nth(number).get_by_label("Checked", exact=True).check()
        officer.fields += 1


async def test_queue_of_ten(house: House, arrives: Arrives, looks: Looks) -> None:
    titles = await submitted_campaigns(TEN, large=TEN - 1)
    officer, second = await arrives("officer"), await arrives("second")
    await officer.opens("/account")
    await officer.signs_in_by_code(OFFICER)
    await officer.follows("Campaigns to check")
    for number, title in enumerate(titles):
        await officer.opens("/staff/campaigns")
        await officer.follows(title)
        await officer.presses("I take this one")
        if number == 0:
            await officer.follows("Refuse")
            await officer.chooses("The costs do not fit what is planned")
            await officer.types("Why, in your own words?", "Chairs for nine people cost a tenth of this.")
            await officer.presses("Read the letter first")
            await officer.is_at("Read this aloud before you send it")
            await officer.presses("Refuse it and send this")
            continue
        if number == 1:
            await officer.follows("Ask for changes")
            await officer.types("What must they change?", "Please say who owns the land.")
            await officer.presses("Ask for changes")
            continue
        await answers_all(officer)
        if number == TEN - 1:
            await officer.presses("Save and recommend it")
            await officer.presses("Recommend it", exact=False)
            continue
        await officer.presses("Save and approve")
        await officer.ticks("What I said of each item is true")
        await officer.presses("Approve the campaign")
        await officer.reads(f"Approved: {title}")
    await second.opens("/account")
    await second.signs_in_by_code(SECOND_OFFICER)
    await second.opens("/staff/campaigns")
    await second.follows(titles[-1])
    await second.reads("recommends it")
    await second.follows("I agree: approve")
    await second.ticks("What I said of each item is true")
    await second.presses("Approve the campaign")
    await second.reads(f"Approved: {titles[-1]}")

    counting.hold("An officer, a queue of ten", officer)
    counting.hold("A second officer, a large target", second)
    await house.is_sound()
    looks.found_no_fault()
