"""A resident who sees little and uses no mouse: 400% zoom, keys alone. And what they find afterwards.

That the same pages need no script is proved by tests/pledges, whose client has none.
"""

import re
from dataclasses import dataclass
from typing import Final

import pytest

from crowdfund_kent.audit import Actor
from projects.kinds import HelpKind
from projects.models import Member
from projects.services.help_wanted import ask_for_help
from tests.journeys.conftest import Arrives
from tests.journeys.house import House
from tests.journeys.looking import Looks
from tests.journeys.pledging import ORDINARY
from tests.journeys.seeding import open_campaign
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
ZOOMED: Final = {"width": 320, "height": 256}  # a window of 1280 x 1024 at 400%
MOST_TABS: Final = 60


@dataclass
class Keys:
    """A keyboard at a zoomed window."""

    visitor: Visitor

    async def at(self, name: str) -> None:
        """Tab on until what has the focus is called so."""
        page = self.visitor.page
        for _ in range(MOST_TABS):
            await page.keyboard.press("Tab")
            here = page.locator(":focus")
            if await here.count() and name in await self._name():
                box = await here.bounding_box()
                assert box is not None, f"{name} has the focus and can't be seen"
                return
        raise AssertionError(f"{MOST_TABS} tabs and no {name!r} on {page.url}")

    async def _name(self) -> str:
        found = await self.visitor.page.evaluate(
            "() => { const one = document.activeElement;"
            " return [...(one.labels || [])].map(label => label.textContent).join(' ') || one.textContent || ''; }"
        )
        return " ".join(str(found).split())

    async def types(self, name: str, text: str) -> None:
        """Into the field of that name."""
        await self.at(name)
        await self.visitor.page.keyboard.type(text)

    async def ticks(self, name: str) -> None:
        """A box or a radio."""
        await self.at(name)
        await self.visitor.page.keyboard.press("Space")

    async def enters(self, name: str) -> None:
        """Follows a link or presses a button, and finds nothing wider than the window on the next page."""
        await self.at(name)
        async with self.visitor.page.expect_navigation():
            await self.visitor.page.keyboard.press("Enter")
        await self.fits()

    async def fits(self) -> None:
        """No page scrolls sideways; a table does so in its own box."""
        page = self.visitor.page
        room, width = await page.evaluate(
            "() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]"
        )
        assert width <= room, f"{page.url} is {width} px wide in {room}"


async def test_giving(house: House, arrives: Arrives, looks: Looks) -> None:
    campaign = await open_campaign("A bench for the bowling green", 300, "robin@example.org")
    owner = await Member.get(group_id=campaign.project.group_id)
    await ask_for_help(
        campaign.project_id, Actor(owner.person_id, "owner"), kind=HelpKind.HOURS, words="Digging", how_many=12
    )
    opal = await arrives("opal")
    keys = Keys(opal)
    await opal.page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    await opal.page.goto(f"{house.url}/projects/{campaign.project.slug}/pledge")
    await keys.fits()
    await keys.types("Another amount", "10")
    await keys.enters("Continue")
    await keys.types("E-mail address", "opal@example.org")
    await keys.types("Your name", "Opal Marsh")
    await keys.ticks("A person")
    await keys.enters("Continue")
    await opal.is_at("Check your answers")
    await keys.enters("Add dedication")
    await keys.types("What would you like your dedication to say?", "In memory of Jean Marsh")
    await keys.enters("Continue")
    await keys.ticks("Add £0.36 to cover the card cost, so that the group gets your whole £10")
    await keys.enters("Go to the card page")
    await opal.reads("£10.36 (£10 and £0.36 for the card cost)")
    await opal.look()  # the provider's page is not ours: from here on a desk
    await opal.saves_card(ORDINARY)
    await opal.is_at("Thank you. Your pledge counts")
    await opal.reads("£10.36 (£10 and £0.36 for the card cost)")

    await opal.page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    await opal.page.goto(f"{house.url}/projects/{campaign.project.slug}")
    await opal.reads("In memory of Jean Marsh", "0 hours promised of 12")
    await keys.enters("Offer hours")
    await keys.types("How many hours can you give?", "3")
    await keys.types("Your name", "Opal Marsh")
    await keys.types("E-mail address", "opal@example.org")
    await keys.enters("Send my offer")
    await opal.is_at("Look in your inbox")
    await opal.follows_mail("opal@example.org", "Confirm your offer of help to", "/help-offers/H-")
    await keys.enters("Yes, this is me: send my offer")
    await opal.reads("The group has your offer")

    await opal.opens("/pledges")
    await opal.signs_in_by_code("opal@example.org")
    await opal.is_at("My pledges")
    await opal.reads("£10, and £0.36 for the card cost")
    await opal.follows("See or change it")
    assert re.search(r"/pledges/P-\w{4}-\w{4}/\w+$", opal.page.url)
    await house.is_sound()
    looks.found_no_fault()
