"""The main job, by the pages alone: from a group's idea to a settled campaign."""

from pathlib import Path

import pytest

from tests.journeys import counting, deciding
from tests.journeys import story as acts
from tests.journeys.conftest import Arrives
from tests.journeys.house import House
from tests.journeys.looking import Looks
from tests.journeys.pledging import ASKS_BANK, ORDINARY, OTHER, Resident
from tests.journeys.seeding import FUND, OFFICER, SIGNATORY

pytestmark = pytest.mark.journey
OWNER = "wren@example.org"


async def test_story(house: House, arrives: Arrives, looks: Looks, tmp_path: Path) -> None:
    story, before = acts.Story(), await house.charged()
    owner, officer, signatory = await arrives("owner", phone=True), await arrives("officer"), await arrives("signatory")

    await acts.asks_before_anything(owner)
    await owner.signs_in_by_link(OWNER)
    await acts.makes_a_group(owner, story)
    await acts.writes_a_project(owner, story, tmp_path)
    await acts.submits(owner, "Wren Hollis")
    await officer.opens("/account")
    await officer.signs_in_by_code(OFFICER)
    await acts.asks_for_changes(officer, story)
    await acts.mends(owner, story, OWNER)
    await acts.approves(officer, story)
    await acts.opens(owner, story, OWNER)
    counting.hold("A volunteer, from the five questions to live", owner)

    ada, ben, cleo, dale = [
        Resident(await arrives(name, script=name != "ben")) for name in ("ada", "ben", "cleo", "dale")
    ]
    await ada.fills_in(story.path, "150", shown=True)
    await ada.visitor.presses("Go to the card page")
    await ada.visitor.goes_back()
    await ada.visitor.presses("Go to the card page")
    await ada.visitor.saves_card(ORDINARY)
    await ada.visitor.is_at("Thank you. Your pledge counts")
    await ada.visitor.opens(f"{story.path}/pledge")
    await ada.visitor.is_at("You have pledged already")
    await ben.fills_in(story.path, "80")
    await ben.clicks_twice()
    await ben.visitor.saves_card(ASKS_BANK)
    await ben.visitor.presses("Complete authentication")
    await ben.visitor.is_at("Thank you. Your pledge counts")
    await cleo.pledges(story.path, "20")
    await cleo.opens_private_page("£20", story.title)
    await cleo.cancels()
    await ada.opens_private_page("£150", story.title)
    await ada.changes_to("200")

    await deciding.proposes(officer, story.title, "200")
    await signatory.opens("/account")
    await signatory.signs_in_by_code(SIGNATORY)
    await deciding.signs(signatory, story.title, "200")
    await acts.reads_the_bar(ada.visitor, story, crowd="£280", offered="£200", needed="£220")
    await acts.accepts(owner, OWNER, "£200")
    await acts.reads_the_bar(ada.visitor, story, crowd="£280", match="£200", needed="£20")
    await dale.pledges(story.path, "20", OTHER)

    await deciding.lets_deadline_pass(officer, story.last_day)
    await owner.opens_mail(OWNER, "You met your target")
    await ada.visitor.opens_mail(ada.email, "The target is met")
    await deciding.lets_first_charge_come(officer, story.last_day)
    await owner.opens_mail(OWNER, "The money is secured")
    for resident, amount in ((ada, "£200"), (ben, "£80"), (dale, "£20")):
        await resident.visitor.opens_mail(resident.email, f"We have charged {amount}")
        await resident.visitor.opens_mail(resident.email, "It goes ahead")
    await cleo.visitor.opens_mail(cleo.email, "is cancelled")
    await cleo.visitor.does_not_read("We have charged")

    await acts.reads_what_came_of_it(owner, story)
    await officer.opens("/account")
    await officer.follows("Collections")
    await officer.follows(story.title)
    await ben.visitor.opens("/figures")
    await ben.visitor.reads("£200", "Overall project value", "£1,000.50", "left out", "fewer than five backers")
    await ben.visitor.opens("/evaluation")
    await ben.visitor.reads("Real records", "£200.00", "£1,000.50", "Officers have not written a summary")
    await ben.visitor.opens(f"/funds/{FUND}")
    await ben.visitor.reads("Confirmed", "£200.00")
    for path in ("/", "/projects", "/funds", "/open-data", "/evaluation/questions"):
        await ben.visitor.opens(path)

    assert await house.charged(before) == (3, 30_000)
    await house.is_sound()
    looks.found_no_fault()
