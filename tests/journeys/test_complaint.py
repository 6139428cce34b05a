"""A complaint to its end: from the foot of a project's page, answered, not content, looked at by somebody else, closed."""

import pytest

from tests.journeys import counting
from tests.journeys.conftest import Arrives
from tests.journeys.house import House
from tests.journeys.looking import Looks
from tests.journeys.seeding import OFFICER, SECOND_OFFICER, open_campaign

pytestmark = pytest.mark.journey
FAY = "fay@example.org"


async def test_complaint(house: House, arrives: Arrives, looks: Looks) -> None:
    campaign = await open_campaign("Sails for the regatta", 400, "ash@example.org")
    fay, officer, second = await arrives("fay", phone=True), await arrives("officer"), await arrives("second")

    await fay.opens(f"/projects/{campaign.project.slug}")
    await fay.follows("Something is wrong here")
    await fay.presses("Send")
    await fay.reads("Write what is wrong")
    await fay.types("What is wrong?", "The picture shows my garden, and nobody asked me.")
    await fay.chooses("By e-mail")
    await fay.types("Your e-mail address", FAY)
    await fay.presses("Send")
    await fay.reads("Your reference is")
    reference = (await fay.page.locator("h1").inner_text()).rpartition(" ")[2]

    await officer.opens("/account")
    await officer.signs_in_by_code(OFFICER)
    await officer.follows("Complaints and questions")
    await officer.follows(reference)
    await officer.reads("my garden", f"/projects/{campaign.project.slug}")
    await officer.types("Your answer", "The group says that it is the common. We leave the picture.")
    await officer.picks("Does this settle it?", "Yes: nothing to put right")
    await officer.chooses("I send this by e-mail")
    await officer.presses("Answer")

    await fay.follows_mail(FAY, reference, "/cases/")
    await fay.follows("I am not content")
    await fay.types("What is missing", "It is my garden: the deeds say so.")
    await fay.presses("Send it to somebody else")
    await officer.opens("/staff/cases")
    await officer.follows(reference)
    await officer.does_not_read("Does this settle it?")

    await second.opens("/account")
    await second.signs_in_by_code(SECOND_OFFICER)
    await second.follows("Complaints and questions")
    await second.follows(reference)
    await second.types("Your answer", "You are right. The group has changed its picture, and says sorry.")
    await second.picks("Does this settle it?", "Yes: put right")
    await second.chooses("I send this by e-mail")
    await second.presses("Answer")
    await fay.follows_mail(FAY, reference, "/cases/")
    await fay.reads("This is closed. The outcome: put right.", "If you are still not content")

    counting.hold("Somebody to whom something is wrong, to the end", fay)
    counting.hold("An officer, one complaint", officer)
    await house.is_sound()
    looks.found_no_fault()
