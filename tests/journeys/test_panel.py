"""A panel's way, walked by everybody who has a part in it: group, members, a reserve, an officer, a signatory, and readers."""

from datetime import timedelta

import pytest

from crowdfund_kent import clock
from panel.models import Decision, Pitch, Round
from pledges.models import MatchPledge
from tests.journeys import counting
from tests.journeys.conftest import Arrives
from tests.journeys.house import House
from tests.journeys.looking import Looks
from tests.journeys.panelling import (
    ELSE,
    QUESTION,
    WHY,
    Panel,
    arrives_as,
    crowd,
    kcc_adds,
    seat_panel,
    until,
)
from tests.journeys.seeding import OFFICER, open_campaign
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
RAMP, LIGHTS = "A ramp to the bandstand", "Lanterns for Long Lane"
OWNER = "olive@example.org"
BARRED = "My sister looks after its lanterns."


async def asks(owner: Visitor) -> None:
    """From the project's own page: one question a page, then everything once more, then sent."""
    await owner.opens("/account")
    await owner.follows(RAMP)
    await owner.follows("Ask NHS for a match")
    await owner.presses("Begin")
    await owner.is_at("How much do you ask for?")
    await owner.reads("As it stands today at most £1,000", "65%")
    await owner.types("How much do you ask for?", "1,2OO")
    await owner.presses("Save and continue")
    await owner.reads("There is a problem")
    await owner.types("How much do you ask for?", "1,200")
    await owner.presses("Save and continue")
    await owner.types("Why should public money help?", "The bandstand has nine steps, and no way round them.")
    await owner.presses("Save and continue")
    await owner.presses("Save and continue")
    await owner.reads("Enter an answer to this question")
    await owner.types(QUESTION, "People who stopped walking to the park walk there again.")
    await owner.presses("Save and continue")
    await owner.is_at("Check your request and send it")
    await owner.reads("£1,200", "nine steps", "Your backers have done their part")
    await owner.presses("Send it to NHS")
    await owner.reads("Tick the box to say that this is true")
    await owner.ticks("This is true")
    await owner.presses("Send it to NHS")
    await owner.reads("Sent. NHS decides by")


async def declares_and_scores(member: Visitor, points: str, barred_from: str = "") -> None:
    """One choice a group; then the papers and a sheet for the ramp, first without its reason."""
    await member.follows("Say which groups you have an interest in")
    await member.presses("Declare")
    await member.reads("There is a problem")
    for title in (RAMP, LIGHTS):
        said = "Family or a close friend runs it or gains by it" if title == barred_from else "None"
        await member.picks(f"Your interest in Friends of {title}", said)
        if title == barred_from:
            await member.page.locator("section").filter(has_text=title).get_by_role("textbox").fill(BARRED)
            member.fields += 1
    await member.presses("Declare")
    await member.reads("Your interests are declared")
    await member.follows(RAMP)
    await member.reads("nine steps", "The most it could be today")
    await member.follows("Score it")
    await scores(member, points)


async def scores(member: Visitor, points: str) -> None:
    """One sheet, for the ramp."""
    await member.reads("This note may be released to the public", "shown here once yours is given")
    for name in ("Benefit", "Legacy"):
        group = member.page.get_by_role("group", name=name)
        await group.get_by_label(points, exact=True).check()
        member.fields += 1
    await member.types("Your reason for the whole pitch", WHY)
    await member.presses("Give these scores")
    if points == "5":
        await member.reads("Enter why you gave 5 for Benefit")
        for name in ("Benefit", "Legacy"):
            await member.types(f"Why, for {name}", "The papers show it.")
        await member.presses("Give these scores")
    await member.reads(f"Your scores are given: {RAMP}")


async def finds_it_shut(member: Visitor, panel: Panel, pitch: Pitch) -> None:
    """By address, as somebody does who was sent a link."""
    for path in (f"{panel.list}/pitches/{pitch.reference}", f"{panel.list}/pitches/{pitch.reference}/score"):
        answer = await member.page.goto(member.site + path)
        assert answer is not None
        assert answer.status == 403
        await member.look()
        await member.reads("family")
        await member.does_not_read("Prevention", "£800")


async def calls_the_reserve(officer: Visitor, panel: Panel) -> None:
    """Where the quorum of one pitch would fail, and only then."""
    await officer.opens(panel.path)
    await officer.reads(f"{LIGHTS} lacks 1 member for its quorum")
    await officer.follows("call a reserve")
    await officer.reads("1 pitch can’t be decided")
    await officer.follows("Call Rae Malik")
    await officer.presses("Call this reserve")
    await officer.reads("Enter why the reserve is called")
    await officer.types("Why is the reserve called?", "A member has an interest in one project.")
    await officer.presses("Call this reserve")
    await officer.reads("Rae Malik is called, and told by e-mail")
    await officer.does_not_read("can’t be decided")


async def opens_the_meeting(officer: Visitor, panel: Panel) -> None:
    """Begins it and records who is there."""
    await officer.opens(f"{panel.path}/meeting")
    await officer.is_at(f"Who has scored: {panel.round.name}")
    await officer.follows("Begin the meeting")
    await officer.presses("Begin the meeting")
    for name in ("Hugh Penrose", "Ann Tilley", "Ben Osei", "Rae Malik"):
        await officer.ticks(name)
    await officer.picks("Who chairs?", "Hugh Penrose, chair")
    await officer.presses("Record who is there")
    await officer.reads("Who is there is recorded")


async def recommends(officer: Visitor, panel: Panel) -> None:
    """All that was asked for is refused: the funds together may not add more than 65%. A part is put to the vote."""
    await officer.opens(f"{panel.path}/meeting")
    await officer.reads("The ranking beside the pot", "£3,000.00 is left in the pot")
    await officer.follows(RAMP)
    await officer.follows("Put a recommendation to the vote")
    await officer.chooses("Award what was asked for")
    await officer.types("Reasons", WHY)
    await officer.types("What else was thought of", ELSE)
    await officer.types("Words to the group", "Tell us in autumn who comes again.")
    await officer.presses("Put it to the vote")
    await officer.reads("The most is £1,000, because of", "65%", "£1,200 can't be given")
    await officer.chooses("Award a part of it")
    await officer.types("How much, for a part?", "1,000")
    await officer.presses("Put it to the vote")
    await officer.reads("Put to the vote", "£1,000.00", "0 of 3 votes")


async def votes(member: Visitor, panel: Panel) -> None:
    """On their own device, once."""
    await member.opens(f"{panel.list}/meeting")
    await member.follows(RAMP)
    await member.reads("Your vote is waited for", WHY)
    await member.chooses("For")
    await member.presses("Give my vote")
    await member.reads(f"Your vote is given: {RAMP}", "you voted: for")


async def records_a_hand(officer: Visitor, panel: Panel) -> None:
    """The chair has no device."""
    await officer.opens(officer.page.url)
    await officer.page.get_by_text("Record a raised hand").click()
    await officer.picks("Whose vote?", "Public health lead")
    await officer.chooses("For")
    await officer.presses("Record the vote")
    await officer.reads("The vote is recorded", "3 for, 0 against, 0 abstained")
    for page in ("pack", "minutes"):
        await officer.opens(f"{panel.path}/{page}")
        await officer.reads(RAMP)


async def signs(signatory: Visitor, panel: Panel) -> None:
    """The whole list, which is read first; then the record of each decision."""
    await signatory.opens(f"{panel.path}/meeting")
    await signatory.follows("Check the list, then sign")
    await signatory.reads("£1,800.00 would be set aside from £3,000.00", "NHS/26/00007", "can be signed")
    await signatory.presses("Sign the list")
    await signatory.reads("The list is signed", "award in part")
    await signatory.follows(RAMP)
    await signatory.reads("Alternatives rejected", ELSE, "3 for, 0 against, 0 abstained")


async def accepts(owner: Visitor) -> None:
    """By the e-mail; with the fund's terms. Then what the panel said, five working days before everybody reads it."""
    await owner.follows_mail(OWNER, "NHS offers to add £1,000", "/offers/")
    await owner.reads("keep the receipts")
    await owner.presses("Accept £1,000")
    await owner.reads("Tick that your group accepts the fund’s terms")
    await owner.ticks("We accept these terms")
    await owner.presses("Accept £1,000")
    await owner.reads("NHS now adds £1,000")
    await owner.opens("/account")
    await owner.follows(RAMP)
    await owner.follows("Read what NHS decided")
    await owner.reads("Until then it is only yours", WHY, "ask somebody who took no part")


async def reads_the_record(reader: Visitor, panel: Panel, match: MatchPledge) -> None:
    """Who sat, what was scored, why, how much, and from a sum to what it was made from."""
    await reader.opens("/rounds")
    await reader.follows(panel.round.name)
    await reader.reads("Resident of Ashford", "Benefit", "family", WHY, "£1,000.00", "£800.00", "reserve")
    await reader.does_not_read("Ann Tilley", "Ben Osei", BARRED)
    await reader.opens(f"/awards/{match.reference}")
    await reader.reads("Director of Population Health", "NHS/26/00007", ELSE, "3 for, 0 against")
    await reader.opens(f"/rounds/{panel.round.slug}/minutes")
    await reader.reads(RAMP)


async def test_panel(house: House, arrives: Arrives, looks: Looks) -> None:
    ramp = await open_campaign(RAMP, 4_000, OWNER)
    lights = await open_campaign(LIGHTS, 3_000, "lena@example.org")
    await crowd(house, ramp, 250, 300)
    await crowd(house, lights, 200, 150)
    await kcc_adds(ramp, 1_600)
    panel = await seat_panel("healthy-neighbourhoods", "Healthy Neighbourhoods", 3_000)

    owner = await arrives_as(arrives, "owner", OWNER, phone=True)
    await asks(owner)
    asked = await Pitch.get(campaign_id=ramp.id)
    other = await panel.pitch(lights, 800)

    await until(house, clock.business_today() + timedelta(days=1))
    ann = await arrives_as(arrives, "ann", panel.email("ann"))
    ben = await arrives_as(arrives, "ben", panel.email("ben"), phone=True)
    await ann.follows_mail(panel.email("ann"), "2 pitches to read and score", f"/panel/{panel.round.slug}")
    await declares_and_scores(ann, "5")
    await ben.opens("/panel")
    await declares_and_scores(ben, "4", barred_from=LIGHTS)
    await finds_it_shut(ben, panel, other)
    await panel.declares(panel.chair)
    chair = await arrives_as(arrives, "chair", panel.email("chair"))
    await chair.opens(f"{panel.list}/pitches/{asked.reference}/score")
    await scores(chair, "3")
    await panel.scores(other, panel.ann, 4)
    await panel.scores(other, panel.chair, 4)

    officer = await arrives_as(arrives, "officer", OFFICER)
    await calls_the_reserve(officer, panel)
    rae = await arrives_as(arrives, "rae", panel.email("rae"), phone=True)
    await rae.follows_mail(panel.email("rae"), "You are called to the panel", f"/panel/{panel.round.slug}")
    await panel.declares(panel.rae)
    await panel.scores(other, panel.rae, 3)
    await opens_the_meeting(officer, panel)
    await recommends(officer, panel)
    await votes(ann, panel)
    await votes(ben, panel)
    await records_a_hand(officer, panel)
    await panel.carries(other, 800)

    signatory, reader = await arrives_as(arrives, "signatory", panel.email("signatory")), await arrives("reader")
    await signs(signatory, panel)
    await accepts(owner)
    match = await MatchPledge.get(campaign_id=ramp.id, fund_id=panel.fund.id)
    await reader.opens(f"/funds/{panel.fund.slug}")
    await reader.reads("£3,000.00", "£1,000.00", "£800.00", "£1,200.00")
    answer = await reader.page.goto(f"{house.url}/rounds/{panel.round.slug}")
    assert answer is not None
    assert answer.status == 404
    found = await Round.get(id=panel.round.id)
    assert found.publish_on is not None
    await until(house, found.publish_on)
    await reads_the_record(reader, panel, match)

    assert await Decision.filter(pitch_id=asked.id, amount_pence=100_000).exists()
    counting.hold("A group, from its project’s page to what a fund adds", owner)
    counting.hold("A member of a panel, two requests", ann)
    counting.hold("A member of a panel who is barred from one of two", ben)
    counting.hold("An officer, from a reserve to the votes", officer)
    counting.hold("A signatory, one list", signatory)
    await house.is_sound()
    looks.found_no_fault()
