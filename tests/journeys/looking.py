"""What is asked of every page that a journey comes to, on a desk and on a phone."""

import asyncio
import hashlib
import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.async_api import Browser, ConsoleMessage, Page, Response, Route

from tests.journeys import contrast
from tests.journeys.pieces import PIECES

DESK: Final = {"width": 1280, "height": 900}
PHONE: Final = {"width": 360, "height": 740}
# what axe says of a page as a whole; the other rules are asked of elements
_OF_PAGES: Final = (
    "bypass", "document-title", "duplicate-id-aria", "empty-heading", "heading-order", "html-has-lang", "html-lang-valid",
    "landmark-banner-is-top-level", "landmark-complementary-is-top-level", "landmark-contentinfo-is-top-level",
    "landmark-main-is-top-level", "landmark-no-duplicate-banner", "landmark-no-duplicate-contentinfo",
    "landmark-no-duplicate-main", "landmark-one-main", "landmark-unique", "meta-refresh", "meta-viewport",
    "page-has-heading-one", "region", "skip-link",
)  # fmt: skip
# `resultTypes` spares axe the list of what is right
_SHORTLY: Final = {"resultTypes": ["violations"], "preload": False}
_PAGE: Final = _SHORTLY | {"runOnly": {"type": "rule", "values": _OF_PAGES}}
# axe leaves target-size, a rule of WCAG 2.2, off unless told; contrast is asked by itself
_ELEMENTS: Final = _SHORTLY | {"rules": {"target-size": {"enabled": True}, contrast.RULE: {"enabled": False}}}
_RUN_AXE: Final = f"""async ([places, options]) =>
  (await axe.run(places?.map(place => window.made[place]) ?? document, options)).violations.map({contrast.SAY})"""
# what is wider than the page and not in a box that scrolls by itself
_TOO_WIDE: Final = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > room + 1)
    .slice(0, 5).map(one => one.outerHTML.slice(0, 120));
}"""
_READ: Final = f"""() => ({{
  ...({PIECES})(), texts: ({contrast.KINDS})(), tooWide: ({_TOO_WIDE})(), hasAxe: 'axe' in window
}})"""
_EVERYTHING: Final = {"JOURNEY_EVERYTHING", "JOURNEY_PICTURES"}
_EXPECTED_STATUSES: Final = re.compile(r"the server responded with a status of (4\d\d|503)")


class Known:
    """What was read before, in this run: also by another process of it, through an empty file for each piece."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mine: set[tuple[str, str]] = set()

    def new_ones(self, what: str, pieces: list[str]) -> list[int]:
        """The places of those that nobody read before. Each is told as new once."""
        return [place for place, piece in enumerate(pieces) if self._is_new(what, piece)]

    def _is_new(self, what: str, piece: str) -> bool:
        if (what, piece) in self._mine:
            return False
        self._mine.add((what, piece))
        name = hashlib.sha256(f"{what}\0{piece}".encode()).hexdigest()
        try:
            (self.folder / name).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


@dataclass
class Looks:
    """Looks at pages and keeps what is wrong with them. Pictures go to the folder JOURNEY_PICTURES, if one is named.

    `known`: the pieces of pages that were read; all journeys of a run share them. With JOURNEY_EVERYTHING (or JOURNEY_PICTURES)
    in the environment every page is read whole in both widths, whatever is known.
    """

    browser: Browser
    journey: str
    known: Known
    faults: list[str] = field(default_factory=list)
    pages: int = 0
    _reader: Page | None = None
    _shown: str = ""

    def listen(self, page: Page) -> None:
        """Errors on the console (a refused script or style is one), scripts that fail, and parts that do not load."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._fault(page.url, f"script failed: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # a page that says 422 is told as an error too, and parts of pages are seen by _response
        if message.type in {"error", "warning"} and not _EXPECTED_STATUSES.search(message.text):
            self._fault(message.page.url if message.page else "", f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self._fault(response.url, f"status {response.status}")

    def _fault(self, where: str, what: str) -> None:
        text = f"{where}\n    {what}"
        if text not in self.faults:
            self.faults.append(text)
            print(text)  # noqa: T201 - pytest shows it when the journey stops halfway

    async def at(self, page: Page, who: str, *, script: bool = True, phone: bool = False) -> None:
        """Look at the page in its reader's width; in the other one too, and with axe, where it has something new.

        Without script, axe reads a copy of it in a window that has some.
        """
        self.pages += 1
        own, other = (PHONE, DESK) if phone else (DESK, PHONE)
        found = await page.evaluate(_READ)
        self._fits(page, found, own)
        new = {what: self._new(what, found[what]) for what in ("made", "wide", "order", "texts")}
        if not any(new.values()):
            return
        if not script:
            page = await self._copied(page, own)
            found = await page.evaluate(_READ)
        if not found["hasAxe"]:
            await page.evaluate(AXE_SCRIPT)
        await self._read(page, own, new)
        await self._picture(page, who, own["width"])
        await page.set_viewport_size(other)  # type: ignore[arg-type]
        found = await page.evaluate(_READ)
        self._fits(page, found, other)
        await self._read(page, other, new | {"texts": self._new("texts", found["texts"])})
        await self._picture(page, who, other["width"])
        await page.set_viewport_size(own)  # type: ignore[arg-type]

    def _new(self, what: str, pieces: list[str]) -> list[int]:
        return list(range(len(pieces))) if _EVERYTHING & os.environ.keys() else self.known.new_ones(what, pieces)

    def _fits(self, page: Page, found: dict[str, Any], size: dict[str, int]) -> None:
        for wide in found["tooWide"]:
            self._fault(page.url, f"wider than {size['width']} px: {wide}")

    async def _read(self, page: Page, size: dict[str, int], new: dict[str, list[int]]) -> None:
        """By axe: the texts that are painted, the elements that are made, and the whole that is ordered as none before."""
        said = await contrast.read(page, new["texts"]) if new["texts"] else []
        if new["made"]:
            said += await page.evaluate(_RUN_AXE, [new["made"], _ELEMENTS])
        if new["order"]:
            said += await page.evaluate(_RUN_AXE, [None, _PAGE])
        for violation in said:
            self._fault(page.url, f"axe at {size['width']} px: {violation}")

    async def _copied(self, page: Page, size: dict[str, int]) -> Page:
        if self._reader is None:
            context = await self.browser.new_context(viewport=DESK)  # type: ignore[arg-type]
            self._reader = await context.new_page()
            self.listen(self._reader)
        text, address = await page.content(), page.url

        async def give(route: Route) -> None:
            await route.fulfill(body=text, content_type="text/html; charset=utf-8")

        await self._reader.set_viewport_size(size)  # type: ignore[arg-type]
        await self._reader.route(address, give, times=1)
        await self._reader.goto(address)
        return self._reader

    async def _picture(self, page: Page, who: str, width: int) -> None:
        folder = os.environ.get("JOURNEY_PICTURES")
        if not folder:
            return
        words = re.sub(r"[^a-z0-9]+", "-", (await page.title()).lower())[:40].strip("-")
        path = Path(folder) / self.journey / f"{self.pages:03}-{who}-{words}-{width}.png"
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        await page.screenshot(path=path, full_page=True)

    def found_no_fault(self) -> None:
        """Ends a journey."""
        assert self.pages, "no page was looked at"
        assert not self.faults, f"{len(self.faults)} faults on {self.pages} pages:\n" + "\n".join(self.faults)

    async def close(self) -> None:
        """Let go of the window for copies."""
        if self._reader is not None:
            await self._reader.context.close()


# the first is ours, a process kept in reserve; the others are what Playwright leaves out too, since the last such flag counts
_WITHOUT: Final = (
    "SpareRendererForSitePerProcess", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose",
    "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch",
)  # fmt: skip


def browser_on_path() -> str | None:
    """Debian's chromium: the shell of it without windows (a quarter less work a page) before the whole."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


def launch_options(chromium: str) -> dict[str, Any]:
    """Debian's chromium as a test wants it: without a sandbox (root may run us), quiet on the network."""
    flags = (
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
        # fewer processes to start and to ask: a tenth less work a page
        "--in-process-gpu", "--enable-features=NetworkServiceInProcess2", f"--disable-features={','.join(_WITHOUT)}",
    )  # fmt: skip
    return {"executable_path": chromium, "args": list(flags)}
