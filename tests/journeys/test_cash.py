"""A librarian takes £20 in cash on a phone, a second person counts it, and everybody sees it in a colour of its own."""

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from pledges.gifts.services.taking import open_desk
from tests.journeys import counting
from tests.journeys.conftest import Arrives
from tests.journeys.house import House
from tests.journeys.looking import Looks
from tests.journeys.seeding import HELPER, OFFICER, open_campaign

pytestmark = pytest.mark.journey


async def test_cash(house: House, arrives: Arrives, looks: Looks) -> None:
    campaign = await open_campaign("A shelter for the bus stop", 300, "kit@example.org")
    officer_row = await Person.get(email=OFFICER)
    desk = await open_desk("Deal Library", "Broad Street, Deal", Actor(officer_row.id, Role.FUND_OFFICER))
    project = f"/projects/{campaign.project.slug}"
    librarian, officer, anybody = (
        await arrives("librarian", phone=True),
        await arrives("officer"),
        await arrives("anybody"),
    )

    await anybody.opens(f"{project}/paper-form")
    await anybody.reads("takes no fee", desk.name)

    me = librarian
    await me.opens("/account")
    await me.signs_in_by_code(HELPER)
    await me.follows("Cash and cheques")
    await me.follows(campaign.project.title)
    await me.types("How much?", "20")
    await me.chooses("Cash")
    await me.types("Giver’s name", "Ada Reed")
    await me.types("Giver’s postcode", "CT14 6AB")
    await me.types("Giver’s address, if they have no e-mail", "1 Beach Street, Deal")
    await me.presses("Take it and print the receipt")
    await me.reads("£20.00", "Ada Reed, CT14 6AB", campaign.project.title)
    number = str(await me.page.locator("h1").text_content()).removeprefix("Receipt ").strip()

    await officer.opens("/account")
    await officer.signs_in_by_code(OFFICER)
    await officer.follows("Cash and cheques")
    await officer.follows(f"Count {number}")
    await officer.does_not_read("£20")
    await officer.types("How much did you count?", "20")
    await officer.types("What did you see?", "A £20 note with the receipt")
    await officer.presses("I counted this")
    await officer.reads(f"{number} is counted")

    await anybody.opens(project)
    await anybody.reads("and in cash and cheques", "£20", "1 backer")
    assert await anybody.page.locator(".ck-bar .ck-fill--gifts").count() == 1
    counting.hold("A librarian takes £20 in cash", me)
    await house.is_sound()
    looks.found_no_fault()
