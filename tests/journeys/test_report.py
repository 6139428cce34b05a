"""A treasurer reports with receipts on a phone, stops and comes back; an owner's word sends it, an officer accepts it."""

from pathlib import Path

import pytest

from tests.journeys import counting
from tests.journeys.conftest import Arrives
from tests.journeys.house import House, environment
from tests.journeys.looking import Looks
from tests.journeys.seeding import OFFICER, asked_how_it_went, funded_campaign
from tests.journeys.story import draw_picture

pytestmark = pytest.mark.journey
TREASURER = "treasurer@example.org"


async def test_treasurer_reports_with_receipts(house: House, arrives: Arrives, looks: Looks, tmp_path: Path) -> None:
    treasurer, officer, neighbour = await arrives("treasurer", phone=True), await arrives("officer"), await arrives("n")
    campaign = await funded_campaign("A winter room", TREASURER)
    photo = draw_picture(tmp_path)

    await treasurer.opens("/account")
    await treasurer.signs_in_by_code(TREASURER)
    await treasurer.follows(campaign.project.title, exact=True)
    await treasurer.follows("Write your final report")
    await treasurer.follows("Begin with: What came of it")
    await treasurer.types("What came of it?", "The room is warm. Forty people come on Tuesdays.")
    await treasurer.presses("Save and go on")
    await treasurer.is_at("Chairs")
    await treasurer.types("How much did it cost?", "180")
    await treasurer.presses("Save and go on")
    await treasurer.reads("Say why it cost less than the £300 that was planned")
    await treasurer.types("If it differs from the plan: why?", "The shop gave us a discount.")
    await treasurer.presses("Save and go on")
    await treasurer.is_at("Receipts for: Chairs")
    await treasurer.gives_file("Choose a receipt or take a photograph", photo)
    await treasurer.presses("Save and go on")
    await treasurer.reads("The receipt is saved", "Only officers see it")
    # stops here, and comes back another day
    await treasurer.opens("/account")
    await treasurer.follows(campaign.project.title, exact=True)
    await treasurer.follows("Write your final report")
    await treasurer.reads("3 of 7 questions are answered")
    await treasurer.follows("Go on with: Something that was not in the plan")
    await treasurer.types("How much did it cost?", "0")
    await treasurer.presses("Save and go on")
    await treasurer.types("How many people did it reach?", "40")
    await treasurer.presses("Save and go on")
    await treasurer.types("How many hours did volunteers give?", "120")
    await treasurer.presses("Save and go on")
    await treasurer.is_at("Pictures")
    await treasurer.gives_file("Choose a picture", photo)
    await treasurer.types("What does the picture show?", "New chairs around a long table")
    await treasurer.chooses("Yes, adults")
    await treasurer.presses("Save the picture")
    await treasurer.reads("Ask everybody in the picture first")
    await treasurer.gives_file("Choose a picture", photo)
    await treasurer.types("Who is in it?", "Two of our members")
    await treasurer.ticks("Everybody in it agreed")
    await treasurer.presses("Save the picture")
    await treasurer.follows("Go on")
    await treasurer.follows("Check everything and send it")
    await treasurer.reads("£180.00", "The shop gave us a discount.")
    await treasurer.presses("Send it")
    await treasurer.reads("With an officer")

    await officer.opens("/account")
    await officer.signs_in_by_code(OFFICER)
    await officer.follows("Reports of funded projects")
    await officer.follows(campaign.project.title)
    await officer.reads("Planned £300.00, spent £180.00.", "The shop gave us a discount.", "Two of our members")
    await officer.follows("Accept it")
    await officer.presses("Accept")
    await officer.reads("Accepted")

    await neighbour.opens(f"/projects/{campaign.project.slug}")
    await neighbour.reads("What came of it", "Forty people come on Tuesdays.", "What it was spent on", "£180.00")
    await neighbour.does_not_read("Two of our members", "steps.jpg")

    counting.hold("A treasurer reports with receipts, on a phone", treasurer)

    # weeks later, on the bus: the link in the e-mail, saved half way, and sent
    rider = await arrives("rider", phone=True)
    with environment(CROWDFUND_KENT_SITE_URL=house.url):
        await asked_how_it_went(campaign)
    subject = "How it went, looking back"
    await rider.follows_mail(TREASURER, subject, "/surveys/")
    await rider.types("Is there anything else that we should know?", "The kettle was the best of it.")
    await rider.presses("Save and come back later")
    await rider.reads("Saved. Come back by the same link")
    await rider.follows_mail(TREASURER, subject, "/surveys/")
    await rider.presses("Send")
    await rider.reads("There is a problem", "Choose an answer: Was what we asked of you in keeping with the money?")
    await rider.chooses("It was about right")
    await rider.presses("Send")
    await rider.reads("We have your answers", "It was about right", "The kettle was the best of it.")
    await rider.follows("Questions about you")
    await rider.chooses("45 to 64")
    await rider.presses("Send")
    await rider.reads("This was sent already")
    await officer.opens("/staff/evaluation/surveys")
    await officer.reads("A winter room", "answered")
    await officer.follows("Groups, when it is over")
    await officer.reads("The kettle was the best of it.", "shown once the round is over")
    counting.hold("A group says how it went, on a phone", rider)
    await house.is_sound()
    looks.found_no_fault()
