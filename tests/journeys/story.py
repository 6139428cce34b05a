"""The acts of the main story, each by the pages alone."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw
from playwright.async_api import expect

from tests.journeys.visitor import Visitor

TITLE: Final = "Tidal pool steps for every body"
GROUP: Final = "Hopbine Pool Friends"


@dataclass
class Story:
    """What several people speak of."""

    title: str = TITLE
    group: str = GROUP
    last_day: date = date.min

    @property
    def path(self) -> str:
        """The public page."""
        return f"/projects/{self.slug}"

    @property
    def slug(self) -> str:
        """The last part of the project's address."""
        return self.title.lower().replace(" ", "-")


def draw_picture(folder: Path) -> Path:
    """A photograph of the steps, nearly."""
    picture = Image.new("RGB", (1600, 1000), "#9cc3d5")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 560, 1600, 1000), fill="#22577a")
    for step in range(6):
        pen.rectangle((500 + 60 * step, 480 + 70 * step, 1100 - 60 * step, 1000), fill=("#c9c2ae", "#a49d8a")[step % 2])
    file = folder / "steps.jpg"
    picture.save(file)
    return file


async def asks_before_anything(owner: Visitor) -> None:
    """Five plain questions without signing in, and one answer."""
    await owner.opens("/start")
    await owner.follows("Can my project be here?")
    await owner.presses("Continue")
    await owner.reads("Choose one, or “None of these”")
    await owner.chooses("None of these")
    await owner.presses("Continue")
    await owner.picks("Where will it happen?", "Thanet")
    await owner.presses("Continue")
    for answer in ("A group, club or association", "£250 to £1,000", "In three months to a year"):
        await owner.chooses(answer)
        await owner.presses("Continue")
    await owner.is_at("Yes, your project can be here")
    await owner.reads("What we will ask you for", "How long it takes")
    await owner.follows("Sign in and start")


async def makes_a_group(owner: Visitor, story: Story) -> None:
    """From the five questions to the first question about the project. What they asked is filled in."""
    await owner.is_at("Your group")
    await owner.presses("Save and continue")
    await owner.reads("Enter the name of your group")
    await owner.types("What is your group called?", story.group)
    await owner.presses("Save and continue")
    await owner.types("What does your group do", "We look after the tidal pool and swim in it all year.")
    await owner.types("Charity number", "12")
    await owner.presses("Save and continue")
    await owner.reads("There is a problem")
    await owner.types("Charity number", "")
    await owner.presses("Save and continue")
    await owner.is_at("What is your project called?")


async def writes_a_project(owner: Visitor, story: Story, folder: Path) -> None:
    """One question a page, each leading to the next, until nothing is left to do."""
    await owner.types("What is your project called?", story.title)
    await owner.presses("Save and continue")
    await _begins(owner)
    await _costs(owner)
    await _people_and_money(owner)
    await _shows_a_picture(owner, folder)
    await _tells_the_story(owner)
    await _plans(owner, story)
    await _gives_papers(owner, folder)
    await owner.opens("/account")
    await owner.follows(story.title)
    await owner.reads("15 of 15 questions are answered")
    await owner.does_not_read("To do")
    await owner.follows("See how it looks")
    await owner.reads("Handrails in and out of the sea", story.group)
    await owner.goes_back()


async def _begins(owner: Visitor) -> None:
    await owner.reads("Question 2 of 15")
    await owner.types("Your project in one sentence", "Handrails in and out of the sea, for swimmers of every age.")
    await owner.presses("Save and continue")
    await owner.types("Place", "Walpole Bay, Margate")
    await owner.presses("Save and continue")


async def _costs(owner: Visitor) -> None:
    await owner.is_at("What it costs")
    for what, amount, lasts in (("Two handrails", "400", "Yes"), ("Welder, two days", "2OO", "No")):
        await owner.types("What do you need to pay for?", what)
        await owner.types("What does it cost?", amount)
        await owner.chooses(lasts)
        await owner.presses("Add this cost")
    await owner.reads("There is a problem")
    await owner.types("What does it cost?", "200.50")
    await owner.presses("Add this cost")
    await owner.reads("£600.50")
    await owner.presses("That is everything, go on")


async def _people_and_money(owner: Visitor) -> None:
    await owner.types("Who runs the project", "Nine swimmers, one of them a welder. We have kept the pool since 2011.")
    await owner.presses("Save and continue")
    await owner.types("Where does it come from?", "Bake sale")
    await owner.types("Amount", "100.50")
    await owner.presses("Add this money")
    await owner.presses("That is everything, go on")
    await owner.types("What is it, and who gives it?", "40 hours of our own work")
    await owner.types("Or: what would it have cost?", "400")
    await owner.presses("Add this help")
    await owner.reads("£500", "£1,000.50")
    await owner.presses("That is everything, go on")
    await owner.chooses("Yes")
    await owner.presses("Save and continue")
    await owner.chooses("I am not sure")
    await owner.presses("Save and continue")
    await owner.chooses("No")
    await owner.presses("Save and continue")


async def _shows_a_picture(owner: Visitor, folder: Path) -> None:
    await owner.gives_file("Choose a picture", draw_picture(folder))
    await owner.types("What does the picture show?", "Worn concrete steps that lead into the pool")
    await owner.presses("Save the picture")
    await owner.reads("The picture is saved")
    await owner.follows("Go on with this picture")


async def _tells_the_story(owner: Visitor) -> None:
    await owner.is_at("What happens now?")
    await owner.types("What happens now?", "The steps are worn and green.")
    await owner.presses("Save and continue")
    await owner.is_at("What will you do?")
    await owner.follows("Write it as one text instead")
    await owner.types(
        "Tell the story of your project",
        "The steps are worn and green. People who can't use a ladder are shut out of the sea.\n\n"
        "- Rails that stay\n- Grips that hold\n\n<script>alert(1)</script> We do the work ourselves.",
    )
    await owner.presses("Preview")
    await owner.reads("How it will look")
    await owner.presses("Save and continue")
    await owner.chooses("Health and wellbeing")
    await owner.presses("Save and continue")


async def _plans(owner: Visitor, story: Story) -> None:
    await owner.types_day(await owner.today() - timedelta(days=3))
    await owner.presses("Save and continue")
    await owner.reads("There is a problem")
    story.last_day = await owner.today() + timedelta(days=50)
    await owner.types_day(story.last_day)
    await owner.presses("Save and continue")
    await owner.types("If you raise more than you need", "A bench beside the pool, and then its upkeep.")
    await owner.presses("Save and continue")


async def _gives_papers(owner: Visitor, folder: Path) -> None:
    """What a campaign with up to £1,000 of public money is asked for."""
    await owner.is_at("Papers for the officer")
    await owner.follows("Begin with")
    await owner.is_at("Somebody who knows you")
    await owner.types("Their name", "Dr Ada Quill")
    await owner.types("How do they know you?", "Our doctor")
    await owner.types("Their telephone number", "01843 000 000")
    await owner.ticks("They know that an officer may ring")
    await owner.presses("Save and go on")
    await owner.ticks("We will write three sentences")
    await owner.presses("Save and go on")
    await owner.gives_file("Choose a file or take a photograph", draw_picture(folder))
    await owner.presses("Save and go on")
    await owner.types("Or say it in words", "The district council, we think. We have written to it.")
    await owner.presses("Save and go on")
    await owner.reads("Nothing more is asked")


async def submits(owner: Visitor, name: str | None = None) -> None:
    """An owner's word, after reading everything once more. `name`: given when the site asks for it."""
    await owner.follows("Check everything and send it")
    if name is not None:
        await owner.types("What is your name?", name)
        await owner.presses("Save and continue")
    await owner.is_at("Check your campaign and send it")
    await owner.presses("Send it to be checked")
    await owner.reads("Confirm that the page is true")
    await owner.ticks("The page is true")
    await owner.presses("Send it to be checked")
    await owner.reads("Sent. An officer will check it")


async def asks_for_changes(officer: Visitor, story: Story) -> None:
    """The officer reads everything and sends it back."""
    await officer.follows("Campaigns to check")
    await officer.follows(story.title)
    await officer.reads("Welder, two days", story.group)
    await officer.follows("Ask for changes")
    await officer.types("What must they change?", "Please say who owns the steps.")
    await officer.presses("Ask for changes")
    await officer.reads("The group was asked for changes")


async def mends(owner: Visitor, story: Story, email: str) -> None:
    """By the link in the e-mail: read what to change, change it, send it again."""
    await owner.follows_mail(email, "Please change something", "/groups/")
    await owner.reads("Please say who owns the steps.")
    await owner.follows("Story")
    story_field = owner.page.get_by_label("Tell the story of your project")
    await story_field.fill(
        await story_field.input_value() + "\n\nThe steps belong to the district council, which agrees."
    )
    await owner.presses("Save and continue")
    await submits(owner)


async def approves(officer: Visitor, story: Story) -> None:
    """Each item of the checklist answered, as the public will read it."""
    await officer.opens("/account")
    await officer.follows("Campaigns to check")
    await officer.follows(story.title)
    await officer.reads("which agrees")
    await officer.presses("I take this one")
    await officer.presses("Save and approve")
    await officer.reads("Before you can approve it")
    await officer.goes_back()
    items = officer.page.locator(".ck-check")
    for number in range(await items.count()):
        await items.nth(number).get_by_label("Checked", exact=True).check()
    quotes = items.filter(has_text="Quotes or prices for the larger costs")
    await quotes.get_by_label("Not checked", exact=True).check()
    await quotes.get_by_role("textbox").fill("The shop did not answer the telephone.")
    await officer.presses("Save and approve")
    await officer.reads("Not checked")
    await officer.ticks("What I said of each item is true")
    await officer.presses("Approve the campaign")
    await officer.reads(f"Approved: {story.title}")


async def opens(owner: Visitor, story: Story, email: str) -> None:
    """The group sets up the account to which its money is paid, at the provider, and opens its own campaign."""
    await owner.follows_mail(email, "Approved", "/groups/")
    await owner.reads("Set up the account to which the money is paid first")
    await owner.follows("Who receives the money")
    await owner.follows("Set up the account for payouts")
    await owner.presses("Begin at Stripe")
    await owner.types("Name of the group", "Friends of the Pool")
    await owner.chooses("A charity or other non-profit", "All is in order")
    await owner.types("First name", "Wren")
    await owner.types("Last name", "Hollis")
    await owner.types("Sort code", "10-88-00")
    await owner.types("Account number", "00012345")
    await owner.ticks("I agree to the terms of the payment provider")
    await owner.presses("Finish")
    await owner.reads("Money can be paid to your group")
    await owner.follows_mail(email, "Approved", "/groups/")
    await owner.follows("Open the campaign")
    await owner.presses("Open the campaign")
    await owner.reads("Your campaign is open")


async def accepts(owner: Visitor, email: str, amount: str) -> None:
    """The group takes what KCC adds, from the e-mail."""
    await owner.follows_mail(email, "offers to add", "/offers/")
    await owner.reads("There is no contract to sign")
    await owner.presses(f"Accept {amount}")
    await owner.reads("It counts from now on")


async def reads_the_bar(
    visitor: Visitor, story: Story, *, crowd: str, needed: str, match: str = "", offered: str = ""
) -> None:
    """Colours and words of the public page say the same."""
    await visitor.opens(story.path)
    bar, key = visitor.page.locator(".ck-panel .ck-bar"), visitor.page.locator(".ck-panel .ck-key")
    await expect(bar.locator(".ck-fill--crowd")).to_have_count(1)
    await expect(bar.locator(".ck-fill--match")).to_have_count(1 if match else 0)
    await expect(bar.locator(".ck-stripes")).to_have_count(1 if offered else 0)
    for words, amount in (("backers", crowd), ("Kent County Council", match), ("not accepted yet", offered)):
        if amount:
            await expect(key.get_by_role("listitem").filter(has_text=words)).to_contain_text(amount)
    await expect(key.get_by_role("listitem").filter(has_text="Still needed")).to_contain_text(needed)


async def reads_what_came_of_it(owner: Visitor, story: Story) -> None:
    """The group's page says what is paid out; the public page, that it goes ahead."""
    await owner.opens("/account")
    await owner.follows(story.title)
    await owner.follows("See your payout", exact=False)
    await owner.reads("Payout of", "Sent to the account")
    await owner.goes_back()
    await owner.follows("See how far the pledges are collected")
    await owner.reads("3 of 3 card pledges were collected", "The payout to the group follows")
    await owner.goes_back()
    await owner.follows("See the public page")
    await owner.reads(story.title)
