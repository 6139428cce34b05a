"""A resident, from a poster's QR code to a changed card, all on a phone."""

import io

import pytest
import zxingcpp
from PIL import Image

from tests.journeys import counting
from tests.journeys.conftest import Arrives
from tests.journeys.house import House
from tests.journeys.looking import Looks
from tests.journeys.pledging import ORDINARY, OTHER, Resident
from tests.journeys.seeding import open_campaign

pytestmark = pytest.mark.journey


async def test_poster(house: House, arrives: Arrives, looks: Looks) -> None:
    campaign = await open_campaign("A kettle for the cricket hut", 400, "kit@example.org")
    poster, iris = await arrives("printer"), Resident(await arrives("iris", phone=True))
    await poster.page.goto(f"{house.url}/projects/{campaign.project.slug}/poster/a4")
    shot = Image.open(io.BytesIO(await poster.page.screenshot(full_page=True)))
    (code,) = zxingcpp.read_barcodes(shot)
    assert code.text == f"{house.url}/projects/{campaign.project.slug}"

    me = iris.visitor
    await me.opens(code.text)
    await me.follows("Back this project")
    await me.types("Another amount", "20")
    await me.presses("Continue")
    await me.types("E-mail address", iris.email)
    await me.types("Your name", iris.name)
    await me.chooses("A person")
    await me.presses("Continue")
    await me.ticks("Add £0.51")
    await me.presses("Go to the card page")
    await me.saves_card(ORDINARY)
    await me.is_at("Thank you. Your pledge counts")
    await iris.opens_private_page("£20", campaign.project.title)
    await me.presses("Use another card")
    await me.saves_card(OTHER)
    await me.opens_mail(iris.email, "new card")
    await me.opens("/pledges")
    await me.signs_in_by_code(iris.email)
    await me.reads(campaign.project.title, "£20")

    counting.hold("A resident, from a poster's QR code to a changed card", me)
    await house.is_sound()
    looks.found_no_fault()
