"""A target that is missed: everybody is told, nobody is charged."""

import pytest

from tests.journeys import deciding
from tests.journeys.conftest import Arrives
from tests.journeys.house import House
from tests.journeys.looking import Looks
from tests.journeys.pledging import Resident
from tests.journeys.seeding import OFFICER, open_campaign

pytestmark = pytest.mark.journey
OWNER = "robin@example.org"


async def test_target_missed(house: House, arrives: Arrives, looks: Looks) -> None:
    campaign = await open_campaign("A warmer hall", 400, OWNER)
    before = await house.charged()
    project, title = f"/projects/{campaign.project.slug}", campaign.project.title
    esme = Resident(await arrives("esme"))
    officer, owner = await arrives("officer"), await arrives("owner")

    await esme.pledges(project, "25")
    await officer.opens("/account")
    await officer.signs_in_by_code(OFFICER)
    assert campaign.last_day is not None
    await deciding.lets_deadline_pass(officer, campaign.last_day)
    await esme.visitor.opens_mail(esme.email, f"{title} did not meet its target")
    await esme.visitor.reads("Nobody is charged.", "Nothing was taken and nothing will be.")
    await esme.visitor.opens(project)
    await esme.visitor.reads("£25")
    await esme.visitor.does_not_read("Back this project")
    await esme.visitor.opens(f"{project}/pledge")
    await esme.visitor.is_at("You can’t pledge to this project now")
    await owner.opens_mail(OWNER, "You did not meet your target")
    await owner.opens("/account")
    await owner.signs_in_by_link(OWNER)
    await owner.follows(title)
    await owner.reads("Begin a new campaign")

    assert await house.charged(before) == (0, 0)
    await house.is_sound()
    looks.found_no_fault()
