"""A card that fails when it is charged: its owner puts it right alone, by the link in the e-mail."""

import pytest

from tests.journeys import deciding
from tests.journeys.conftest import Arrives
from tests.journeys.house import House
from tests.journeys.looking import Looks
from tests.journeys.pledging import FAILS_WHEN_CHARGED, OTHER, Resident
from tests.journeys.seeding import OFFICER, open_campaign

pytestmark = pytest.mark.journey
OWNER = "kit@example.org"


async def test_declined_card(house: House, arrives: Arrives, looks: Looks) -> None:
    campaign = await open_campaign("A stage in two languages", 300, OWNER)
    before = await house.charged()
    project = f"/projects/{campaign.project.slug}"
    finn, gia = Resident(await arrives("finn")), Resident(await arrives("gia"))
    officer = await arrives("officer")

    await finn.pledges(project, "200", FAILS_WHEN_CHARGED)
    await gia.pledges(project, "100")
    await officer.opens("/account")
    await officer.signs_in_by_code(OFFICER)
    assert campaign.last_day is not None
    await deciding.lets_deadline_pass(officer, campaign.last_day)
    await gia.visitor.opens_mail(gia.email, "The target is met")
    await deciding.lets_first_charge_come(officer, campaign.last_day)
    await gia.visitor.opens_mail(gia.email, "We have charged £100")

    await finn.visitor.follows_mail(finn.email, "Your payment did not go through", "/pledges/P-")
    await finn.visitor.reads("Nothing was taken")
    await finn.visitor.follows("See what you can do")
    await finn.visitor.is_at("Your payment did not go through")
    await finn.visitor.presses("Use another card")
    await finn.visitor.saves_card(OTHER)
    await finn.visitor.is_at("Thank you. Your new card is saved")
    await finn.visitor.opens_mail(finn.email, "We have charged £200")
    await finn.visitor.opens_mail(finn.email, "It goes ahead")
    await officer.opens("/account")
    await officer.follows("Collections")
    await officer.follows(campaign.project.title)
    await officer.reads("£300.00", "2 of 2 pledges")

    assert await house.charged(before) == (2, 30_000)
    await house.is_sound()
    looks.found_no_fault()
