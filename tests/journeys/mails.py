"""`scripts/mails`: a picture of each kind of e-mail that the running demo has written, at the width of a phone."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

from playwright.async_api import async_playwright

from crowdfund_kent.database import close_database, open_database
from crowdfund_kent.settings import get_settings
from local.clone import VAR, Running
from tests.journeys.looking import PHONE, launch_options


async def main(folder: str, part: str = "") -> int:
    """Saves <folder>/<template with a dash>.png for each example."""
    running = Running.read(VAR)
    chromium = shutil.which("chromium")
    if running is None or chromium is None:
        print("Start `make run` first, and install chromium.", file=sys.stderr)  # noqa: T201
        return 2
    os.environ.update(running.environment)
    get_settings.cache_clear()
    from local import mails

    Path(folder).mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - before anything else runs
    await open_database()
    found = await mails.examples()
    await close_database()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options(chromium))
        page = await browser.new_page(viewport={"width": PHONE["width"], "height": PHONE["height"]})
        for template, one in found.items():
            if part in template:
                await page.goto(f"{running.address}/local/mails/{abs(one.id)}")
                name = template.replace("/", "-")
                await page.locator("article").screenshot(path=f"{folder}/{name}.png")
        await browser.close()
    print(f"{sum(part in template for template in found)} pictures of {len(mails.templates())} kinds in {folder}")  # noqa: T201
    return 0


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        sys.exit("Usage: scripts/mails FOLDER [NAME]")
    sys.exit(asyncio.run(main(*sys.argv[1:])))
