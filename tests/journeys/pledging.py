"""What residents do: pledge, come back by their private link, change, cancel."""

import re
from dataclasses import dataclass
from typing import Final

from tests.journeys.visitor import Visitor

ORDINARY: Final = "4242 4242 4242 4242"
OTHER: Final = "5555 5555 5555 4444"
ASKS_BANK: Final = "4000 0025 0000 3155"
FAILS_WHEN_CHARGED: Final = "4000 0000 0000 0341"


@dataclass(frozen=True)
class Resident:
    """Somebody with a browser and an e-mail address."""

    visitor: Visitor

    @property
    def name(self) -> str:
        """As they give it."""
        return f"{self.visitor.name.title()} Marsh"

    @property
    def email(self) -> str:
        """Theirs alone."""
        return f"{self.visitor.name}@example.org"

    async def fills_in(self, project: str, amount: str, *, shown: bool = False) -> None:
        """From the project's page to the page that asks to check. `project`: its address."""
        me = self.visitor
        await me.opens(project)
        await me.follows("Back this project")
        await me.types("Another amount", amount)
        await me.presses("Continue")
        await me.is_at("Who is pledging?")
        await me.types("E-mail address", self.email)
        await me.types("Your name", self.name)
        if shown:
            await me.chooses("Show this name on the project's page")
        await me.chooses("A person")
        await me.presses("Continue")
        await me.is_at("Check your answers")
        await me.reads("Your card is saved now and charged", "only if the target is met", "CROWDFUND KENT")

    async def pledges(self, project: str, amount: str, card: str = ORDINARY, *, shown: bool = False) -> None:
        """All the way to the page that thanks."""
        await self.fills_in(project, amount, shown=shown)
        await self.visitor.presses("Go to the card page")
        await self.visitor.saves_card(card)
        await self.visitor.is_at("Thank you. Your pledge counts")

    async def clicks_twice(self) -> None:
        """On the button that leads to the card page."""
        page = self.visitor.page
        await page.get_by_role("button", name="Go to the card page").dblclick(no_wait_after=True)
        await page.wait_for_url(re.compile("/c/pay/"))
        await self.visitor.look()

    async def opens_private_page(self, amount: str, title: str) -> None:
        """By the link in the receipt."""
        await self.visitor.follows_mail(self.email, f"Your pledge of {amount} to {title}", "/pledges/P-")
        await self.visitor.is_at(f"Your pledge to “{title}”")

    async def changes_to(self, amount: str) -> None:
        """On the private page."""
        await self.visitor.follows("Change the amount")
        await self.visitor.types("Amount", amount)
        await self.visitor.presses("Save the change")
        await self.visitor.reads(f"Your pledge is now £{amount}")

    async def cancels(self) -> None:
        """On the private page."""
        await self.visitor.follows("Cancel this pledge")
        await self.visitor.presses("Cancel my pledge")
        await self.visitor.reads("Your pledge is cancelled. Nothing was taken")
