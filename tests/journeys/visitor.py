"""Somebody with a browser of their own, who reads pages and acts on them as people do: by words, not by addresses."""

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import quote

from playwright.async_api import Browser, Locator, Page, expect

from tests.journeys.looking import DESK, PHONE, Looks
from tests.reading import read_html

PATIENCE_SECONDS: Final = 30
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass
class Visitor:
    """One person, one browser context. Counts what the journey costs them: pages read, fields filled, mails opened."""

    name: str
    page: Page
    site: str
    looks: Looks
    script: bool
    phone: bool = False
    pages: int = 0
    fields: int = 0
    mails: int = 0

    # going somewhere: each looks at the page it comes to

    async def opens(self, path: str) -> None:
        """Types an address."""
        await self.page.goto(path if path.startswith("http") else self.site + path)
        await self.look()

    async def follows(self, words: str, *, exact: bool = False) -> None:
        """The first link with these words (it may look like a button), of the page's own part if there is one."""
        wanted = re.compile(rf"^\s*{re.escape(words)}\s*$") if exact else words
        here = self.page.locator("main a").filter(has_text=wanted)
        links = here if await here.count() else self.page.locator("a").filter(has_text=wanted)
        await self._goes(links.first.click)

    async def presses(self, words: str, *, within: str | None = None, exact: bool = True) -> None:
        """The button with these words (or some of them, if not `exact`); `within`: the form that has this text."""
        place = self.page.locator("form").filter(has_text=within) if within else self.page
        await self._goes(place.get_by_role("button", name=words, exact=exact).click)

    async def goes_back(self) -> None:
        """The browser's back button."""
        await self._goes(self.page.go_back)

    async def _goes(self, act: Callable[[], Awaitable[object]]) -> None:
        async with self.page.expect_navigation():
            await act()
        await self.look()

    async def look(self) -> None:
        """What is asked of every page."""
        self.pages += 1
        await self.looks.at(self.page, self.name, script=self.script, phone=self.phone)

    # writing

    async def types(self, label: str, text: str) -> None:
        """Into the field of that label."""
        self.fields += 1
        await self.page.get_by_role("textbox", name=label).fill(text)

    async def chooses(self, *labels: str) -> None:
        """Radios and ticks."""
        for label in labels:
            self.fields += 1
            await self.page.get_by_label(label, exact=True).check()

    async def ticks(self, label: str) -> None:
        """A box whose label begins so."""
        self.fields += 1
        await self.page.get_by_label(label).first.check()

    async def picks(self, label: str, words: str) -> None:
        """From a list."""
        self.fields += 1
        await self.page.get_by_label(label).select_option(label=words)

    async def types_day(self, day: date) -> None:
        """Day, month and year: one field to whoever fills it in."""
        self.fields += 1
        for label, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            await self.page.get_by_label(label, exact=True).fill(str(number))

    async def gives_file(self, label: str, file: Path) -> None:
        """Chooses a file of their own."""
        self.fields += 1
        await self.page.get_by_label(label).set_input_files(file)

    # reading

    async def reads(self, *texts: str) -> None:
        """The page says all of this."""
        for text in texts:
            await expect(self.page.locator("body")).to_contain_text(text)

    async def does_not_read(self, *texts: str) -> None:
        """The page says none of this."""
        for text in texts:
            await expect(self.page.locator("body")).not_to_contain_text(text)

    async def is_at(self, heading: str) -> None:
        """The page's heading."""
        await expect(self.page.locator("h1")).to_have_text(heading)

    async def waits_for(self, path: str, text: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Until the worker has done it: the address is asked as this visitor, and opened when it says so."""
        until = time.monotonic() + seconds
        while text not in (said := await self._says(path)):
            assert time.monotonic() < until, f"{path} does not say “{text}”:\n{said}"
            await self.page.wait_for_timeout(100)
        await self.opens(path)
        await self.reads(text)

    async def _says(self, path: str) -> str:
        """The words that an address answers now."""
        answer = await self.page.request.get(self.site + path)
        return " ".join(body.text for body in read_html(await answer.text()).all("body"))

    async def today(self) -> date:
        """The business day, as every page of a demonstration says."""
        said = await self.page.locator(".ck-demo").inner_text()
        found = re.search(r"(\d+) (\w+) (\d{4})", said)
        assert found, said
        return date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1]))

    # e-mail

    async def opens_mail(self, email: str, subject: str) -> Locator:
        """The newest e-mail with that subject, in the demonstration's inbox. The inbox is no page of the journey."""
        self.mails += 1
        self.pages -= 1
        await self.waits_for(f"/local/inbox?to={quote(email)}", subject)
        return self.page.get_by_role("article").filter(has=self.page.get_by_role("heading", name=subject)).first

    async def follows_mail(self, email: str, subject: str, part: str) -> None:
        """The link in that e-mail whose address holds `part`."""
        mail = await self.opens_mail(email, subject)
        await self._goes(mail.get_by_role("link").filter(has_text=part).first.click)

    async def signs_in_by_link(self, email: str) -> None:
        """Asks for the e-mail, opens its link and presses the button: from a page that asks to sign in."""
        await self.types("e-mail address", email)
        await self.presses("Send me a link and a code")
        await self.is_at("Check your e-mail")
        await self.follows_mail(email, "Sign in", "/sign-in/link/")
        await self.presses("Sign in")

    async def signs_in_by_code(self, email: str) -> None:
        """Asks for the e-mail, reads the six figures and types them."""
        await self.types("e-mail address", email)
        await self.presses("Send me a link and a code")
        mail = await self.opens_mail(email, "Sign in")
        found = re.search(r"Code: (\d{3} \d{3})", await mail.inner_text())
        assert found
        await self.opens("/sign-in/code")
        await self.types("Code", found[1])
        await self.presses("Sign in")

    async def saves_card(self, number: str) -> None:
        """On the payment provider's page."""
        await self.is_at("Save your card")
        await self.types("Card number", number)
        await self.types("Expiry date", "08 / 40")
        await self.types("Security code", "123")
        await self.types("Name on card", self.name.title())
        await self.presses("Save card")


async def arrive(
    browser: Browser, site: str, name: str, looks: Looks, *, script: bool = True, phone: bool = False
) -> Visitor:
    """A newcomer: no cookie, nothing remembered. With a `phone`: what they do, they do on a narrow screen, by touch."""
    context = await browser.new_context(
        viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
        has_touch=phone,
        locale="en-GB",
        timezone_id="Europe/London",
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    page = await context.new_page()
    looks.listen(page)
    return Visitor(name, page, site, looks, script, phone)
