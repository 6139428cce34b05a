"""A helped launch: a librarian writes with two people; one confirms by a code, one signs on paper. The helper decides nothing."""

from pathlib import Path

import pytest

from tests.journeys import counting
from tests.journeys import story as acts
from tests.journeys.conftest import Arrives
from tests.journeys.house import House
from tests.journeys.looking import Looks
from tests.journeys.seeding import HELPER, OFFICER, helped_draft

pytestmark = pytest.mark.journey
IDA = "ida@example.org"


async def test_helped_launch(house: House, arrives: Arrives, looks: Looks, tmp_path: Path) -> None:
    helper, ida, officer = await arrives("helper"), await arrives("ida", phone=True), await arrives("officer")
    by_code = await helped_draft("Lanterns along the lane", "Ida Moss", IDA)
    on_paper = await helped_draft("A bench for the stop", "Bram Wold", "")

    await helper.opens("/account")
    await helper.signs_in_by_code(HELPER)
    await helper.follows("Help a group")
    await helper.follows("Begin with somebody")
    await helper.types("Their first and last name", "Nell Pike")
    await helper.presses("Save and continue")
    await helper.reads("Enter an e-mail address, a telephone number or a postal address")
    await helper.goes_back()
    await helper.opens("/staff/helping")
    await helper.follows(by_code.project.title, exact=True)
    await helper.does_not_read("Check everything and send it")
    await helper.follows("Let Ida Moss check it and confirm")
    await helper.reads("Your helper can’t confirm it for you")
    await helper.presses("Send the code to", exact=False)
    mail = await ida.opens_mail(IDA, "Confirm “Lanterns along the lane”")
    code = (await mail.inner_text()).partition("Code: ")[2][:7]
    await helper.types("The code from the e-mail", code)
    await helper.ticks("I have looked at everything")
    await helper.presses("Confirm and send it")
    await helper.reads("Confirmed and sent")

    await helper.opens("/staff/helping")
    await helper.follows(on_paper.project.title, exact=True)
    await helper.follows("Let Bram Wold check it and confirm")
    await helper.reads("No owner of this group has an e-mail address, so they confirm on paper.")
    await helper.follows("See the page to print")
    reference = await helper.page.locator(".ck-sign__reference").inner_text()
    await helper.reads("Signature of Bram Wold", "who has decided nothing")

    await officer.opens("/account")
    await officer.signs_in_by_code(OFFICER)
    await officer.follows("Help a group")
    await officer.follows(on_paper.project.title, exact=True)
    await officer.follows("Record the signed paper")
    await officer.types("Reference on the paper", reference)
    await officer.chooses("Bram Wold")
    await officer.types_day(await officer.today())
    await officer.gives_file("Picture or scan of the signed page", acts.draw_picture(tmp_path))
    await officer.presses("Record it", exact=False)
    await officer.reads("Recorded", reference)
    await officer.opens("/staff/campaigns")
    await officer.reads(by_code.project.title, on_paper.project.title)

    counting.hold("A helper at a library desk, with a code and on paper", helper)
    counting.hold("A person who is helped, with a code", ida)
    await house.is_sound()
    looks.found_no_fault()
