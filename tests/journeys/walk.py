"""`scripts/walk`: every page that links lead to, as a visitor and as each person of the demo."""

import asyncio
import os
import sys
import tempfile
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

from playwright.async_api import Browser, async_playwright
from starlette.routing import Match, Route

from crowdfund_kent.settings import get_settings
from crowdfund_kent.wiring import site_routes
from local.clone import VAR, Running
from local.demo import PEOPLE
from local.demo.people import OWNERS
from tests.journeys.looking import Known, Looks, browser_on_path, launch_options
from tests.journeys.visitor import Visitor, arrive

EACH: Final = 2  # pages of one kind that one person looks at
NOT_BY_WALKING: Final = ("/sign-out", "/static/", "/pictures/", "/illustrations/")


@dataclass
class Walk:
    """One person's way through the site."""

    visitor: Visitor
    routes: list[Route]
    seen: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)

    async def goes(self, *starts: str) -> None:
        """From these pages along every link."""
        waiting = deque(starts)
        while waiting:
            path = waiting.popleft()
            kind = self._kind(path)
            if path in self.seen or kind is None or self.kinds[kind] >= EACH:
                continue
            self.seen.add(path)
            self.kinds[kind] += 1
            await self.visitor.opens(path)
            hrefs = await self.visitor.page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
            waiting.extend(self._own(href) for href in hrefs if href.startswith(self.visitor.site))

    def _own(self, href: str) -> str:
        found = urlsplit(urljoin(self.visitor.site, href))
        return found.path + (f"?{found.query}" if found.query else "")

    def _kind(self, path: str) -> str | None:
        """The route that answers, or None for what is no page."""
        if path.startswith(NOT_BY_WALKING) or path.endswith(".json"):
            return None
        scope = {"type": "http", "method": "GET", "path": path.partition("?")[0]}
        return next((route.path for route in self.routes if route.matches(scope)[0] is Match.FULL), None)


async def walk(address: str, browser: Browser, folder: Path) -> int:
    """Everybody walks. Returns how many faults were found. `folder`: for what was read already."""
    routes, kinds, faults = site_routes(), set[str](), 0
    others = [(f"owner {owner.name.split()[0]}", owner.email) for owner in OWNERS[1:]]
    for role, email in [("visitor", ""), *PEOPLE, *others]:
        name = role.replace(" ", "-").partition("-(")[0]
        (folder / name).mkdir()
        looks = Looks(browser, name, Known(folder / name))
        visitor = await arrive(browser, address, role.split()[0], looks)
        if email:
            await visitor.opens("/sign-in?next=/account")
            await visitor.signs_in_by_code(email)
        way = Walk(visitor, routes)
        await way.goes(*(["/account"] if email else ["/", "/local/"]))
        kinds |= set(way.kinds)
        faults += len(looks.faults)
        print(f"{role}: {looks.pages} pages, {len(looks.faults)} faults", flush=True)  # noqa: T201
        await visitor.page.context.close()
    missed = sorted({route.path for route in routes if "GET" in (route.methods or ())} - kinds)
    print("No link led to: " + ", ".join(missed))  # noqa: T201
    return faults


async def main(folder: str, address: str | None = None) -> int:
    """Looks, and says what is wrong."""
    running = Running.read(VAR)
    if address is None and running is None:
        print("Start `make run` first.", file=sys.stderr)  # noqa: T201
        return 2
    chromium = browser_on_path()
    if chromium is None:
        print("Install chromium first: `apt-get install chromium-headless-shell`.", file=sys.stderr)  # noqa: T201
        return 2
    os.environ["JOURNEY_PICTURES"] = folder
    os.environ["CROWDFUND_KENT_MODE"] = "local"
    get_settings.cache_clear()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options(chromium))
        with tempfile.TemporaryDirectory() as read:
            faults = await walk(address or (running.address if running else ""), browser, Path(read))
        await browser.close()
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        sys.exit("Usage: scripts/walk FOLDER [ADDRESS]")
    sys.exit(asyncio.run(main(*sys.argv[1:])))
