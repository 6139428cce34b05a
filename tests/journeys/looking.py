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

DESK: Final = {"width": 1280, "height": 900}
PHONE: Final = {"width": 360, "height": 740}
WIDTHS: Final = (DESK, PHONE)
# axe leaves target-size, a rule of WCAG 2.2, off unless told; `resultTypes` spares it the list of what is right
_ALL_RULES: Final = {
    "resultTypes": ["violations"],
    "preload": False,
    "rules": {"target-size": {"enabled": True}, contrast.RULE: {"enabled": False}},  # asked by itself
}
# what these say follows from sizes and places; what the others say, from elements, whether they are shown, and their colours
_LAYOUT_RULES: Final = {
    **_ALL_RULES,
    "runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]},
}
_RUN_AXE: Final = f"async options => (await axe.run(document, options)).violations.map({contrast.SAY})"
# each element's state, of the header (which shows a menu or a row of links) and of all the rest
_SHOWN: Final = """() => {
  const shown = {header: '', rest: ''};
  for (const one of document.querySelectorAll('body *')) {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const state = !one.checkVisibility({visibilityProperty: true, opacityProperty: true}) ? 0 : [
      box.width > 1 && box.height > 1, style.color, style.backgroundColor, style.backgroundImage, style.position,
      parseFloat(style.fontSize) >= (style.fontWeight >= 700 ? 18.66 : 24), style.textDecorationLine];
    shown[one.closest('header') ? 'header' : 'rest'] += state + ';';
  }
  return [shown.header, shown.rest];
}"""
# what is wider than the page and not in a box that scrolls by itself
_TOO_WIDE: Final = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > room + 1)
    .slice(0, 5).map(one => one.outerHTML.slice(0, 120));
}"""
# what kinds of elements stand in what: axe says the same of a list of two and of a list of five
_SHAPE: Final = """() => {
  const kinds = new Set();
  const enter = (one, above) => {
    const attributes = [...one.attributes].filter(a => /^(class|type|role|aria-|tabindex|autocomplete|lang|hidden)/.test(a.name))
      .map(a => a.name + '=' + a.value.replace(/[0-9]+/g, '0'));
    const kind = above + '>' + one.tagName + attributes.join(',');
    kinds.add(kind);
    for (const below of one.children) enter(below, kind);
  };
  enter(document.documentElement, '');
  return [...kinds].sort().join('\\n');
}"""
_EXPECTED_STATUSES: Final = re.compile(r"the server responded with a status of (4\d\d|503)")


class Known:
    """What was read before, in this run: also by another process of it, through an empty file for each text."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def is_new(self, *texts: str) -> bool:
        """True once for these texts together."""
        name = hashlib.sha256("\0".join(texts).encode()).hexdigest()
        try:
            (self.folder / name).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


@dataclass
class Looks:
    """Looks at pages and keeps what is wrong with them. Pictures go to the folder JOURNEY_PICTURES, if one is named.

    `known`: the shapes of pages that axe has read; all journeys of a run share them.
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
        """Look at the page in both widths, and leave it in that of its reader.

        Without script, axe reads a copy of it in a window that has some.
        """
        self.pages += 1
        is_new = self.known.is_new(await page.evaluate(_SHAPE))
        sizes = WIDTHS if phone else WIDTHS[::-1]
        for size in sizes:
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            for wide in await page.evaluate(_TOO_WIDE):
                self._fault(page.url, f"wider than {size['width']} px: {wide}")
            if script:
                await self._read(page, size["width"], first=size is sizes[0], is_new=is_new)
            await self._picture(page, who, size["width"])
        if is_new and not script:
            copy = await self._copied(page)
            for size in sizes:
                await copy.set_viewport_size(size)  # type: ignore[arg-type]
                await self._read(copy, size["width"], first=size is sizes[0], is_new=True)

    async def _read(self, page: Page, width: int, *, first: bool, is_new: bool) -> None:
        """By axe, where there is something that it has not read: on any page, texts that are painted as none before."""
        texts = await contrast.new_kinds(page, self.known.is_new)
        if (texts or is_new) and not await page.evaluate("'axe' in window"):
            await page.evaluate(AXE_SCRIPT)
        if texts:
            for violation in await contrast.read(page, texts):
                self._fault(page.url, f"axe at {width} px: {violation}")
        if is_new:
            await self._read_shape(page, width, first=first)

    async def _read_shape(self, page: Page, width: int, *, first: bool) -> None:
        """With every rule in the first width, and in the second where something else is shown than in the first."""
        header, rest = await page.evaluate(_SHOWN)
        new_header = self.known.is_new("header", str(width), header)
        everything = first or new_header or rest != self._shown
        self._shown = rest
        for violation in await page.evaluate(_RUN_AXE, _ALL_RULES if everything else _LAYOUT_RULES):
            self._fault(page.url, f"axe at {width} px: {violation}")

    async def _copied(self, page: Page) -> Page:
        if self._reader is None:
            context = await self.browser.new_context(viewport=DESK)  # type: ignore[arg-type]
            self._reader = await context.new_page()
            self.listen(self._reader)
        text, address = await page.content(), page.url

        async def give(route: Route) -> None:
            await route.fulfill(body=text, content_type="text/html; charset=utf-8")

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
