"""Somebody asks how a round was decided: an officer collects and reads, a second person lets it go, everybody can read it."""

import io
import zipfile

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from panel.queries import requests as requests_read
from panel.services import requests
from panel.services.signing import sign_round
from tests.journeys import counting
from tests.journeys.conftest import Arrives
from tests.journeys.house import House
from tests.journeys.looking import Looks
from tests.journeys.panelling import Panel, arrives_as, panel_at_meeting
from tests.journeys.seeding import OFFICER, SECOND_OFFICER
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
SENSITIVE = "The treasurer is ill this winter."


async def answers(officer: Visitor, panel: Panel, asker: str) -> str:
    """Recorded, collected, read, words left out, prepared. Returns the reference."""
    await officer.opens("/staff/requests")
    await officer.follows("Record a request")
    await officer.types("What is it about, in a few words?", "Awards of Green Corners")
    await officer.types("What was asked, in their words?", "How did you decide about the corners? Send me all of it.")
    await officer.types("Who asks?", asker)
    await officer.types("Where does the answer go?", "asker@example.org")
    await officer.types_day(await officer.today())
    await officer.presses("Record it", exact=False)
    await officer.reads("Recorded. The clock runs", "20 working days left")
    reference = officer.page.url.rpartition("/")[2]
    await officer.follows("Change", exact=False)
    await officer.ticks(f"{panel.fund.name}, {panel.round.name}")
    await officer.presses("Collect it")
    await officer.reads("Chosen. Read what was collected", "not read as they stand now")
    await officer.follows("A corner with a pear tree")
    await officer.reads(SENSITIVE)
    await officer.follows("Leave something out")
    await officer.types("Which words are left out?", SENSITIVE)
    await officer.presses("Leave it out")
    await officer.reads("Choose an exemption")
    await officer.ticks("Leave these words out everywhere in the answer")
    await officer.ticks("Section 40: personal information")
    await officer.types("Why?", "It would say who is ill.")
    await officer.presses("Leave it out")
    await officer.reads("Left out")
    await officer.presses("I have read all of this", exact=False)
    await officer.reads("Read: ")
    await read_the_rest(reference)
    await officer.opens(f"/staff/requests/{reference}/answer")
    await officer.types("What do we answer?", "All that we hold. Words that say who is ill are left out.")
    await officer.presses("Save")
    await officer.reads("Everything is read")
    await officer.follows("Prepare the answer")
    await officer.presses("Prepare it")
    await officer.reads("Prepared. Another person looks at it", "Somebody who neither prepared it")
    return reference


async def read_the_rest(reference: str) -> None:
    """The other sections, one like the first."""
    found = await requests_read.request_by_reference(reference)
    by = Actor((await Person.get(email=OFFICER)).id, Role.FUND_OFFICER)
    for section in await requests_read.sections_of(found):
        await requests.have_read(found.id, {one.key: one.digest for one in section.all}, by)


async def test_request_for_information(house: House, arrives: Arrives, looks: Looks) -> None:
    panel, (pitch,) = await panel_at_meeting(
        house, "green-corners", "Green Corners", 2_000, ("A corner with a pear tree", 500)
    )
    await panel.carries(pitch, 500, f"The tree is for those who wait. {SENSITIVE}")
    await sign_round(panel.round.id, panel.signatory)
    officer, second = await arrives_as(arrives, "officer", OFFICER), await arrives_as(arrives, "second", SECOND_OFFICER)
    reference = await answers(officer, panel, "Quentin Asher")
    await officer.opens(f"/staff/requests/{reference}/release")
    await officer.presses("Let it go")
    await officer.reads("There is a problem")
    await second.opens(f"/staff/requests/{reference}")
    await second.follows("Let the answer go")
    await second.presses("Let it go")
    await second.reads("Answered. Send the file to the asker")
    await second.presses("Publish it")
    await second.reads("Published", "Public since")
    reader = await arrives("reader", phone=True)
    await reader.opens("/requests")
    await reader.follows("Awards of Green Corners")
    await reader.reads("All that we hold", "What was left out", "section 40")
    await reader.does_not_read("Quentin", "asker@example.org", SENSITIVE)
    got = await reader.page.request.get(f"{house.url}/requests/{reference}/bundle.zip")
    with zipfile.ZipFile(io.BytesIO(await got.body())) as file:
        held = b"".join(file.read(one) for one in file.namelist()).decode("utf-8", "replace")
    assert "The tree is for those who wait" in held
    for kept in (SENSITIVE, "Quentin", "asker@example.org", "Ann Tilley"):
        assert kept not in held
    counting.hold("An officer, one request for information", officer)
    counting.hold("A second person, one answer to let go", second)
    await house.is_sound()
    looks.found_no_fault()
