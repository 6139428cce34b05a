"""That what is asked of every page can say no."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.journeys.looking import Known, Looks

pytestmark = pytest.mark.journey
PAGE = """<!doctype html><html lang="en"><head><title>A page</title><style>p { background: #fff; color: #111 }
 .pale { color: #bbb } .dark p { background: #222 } .small { font-size: 14px } .small.grey { color: #767676 }
 .on { background: #eee }</style></head><body><main><h1>A page</h1>%s</main></body></html>"""


async def _faults(browser: Browser, folder: Path, *bodies: str) -> list[str]:
    looks = Looks(browser, "looking", Known(folder))
    page = await browser.new_page()
    for body in bodies:
        await page.set_content(PAGE % body)
        await looks.at(page, "somebody")
    await page.close()
    return looks.faults


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('<p class="pale">Too pale to read</p>', "color-contrast"),
        ('<div class="dark"><p>Black on black</p></div>', "color-contrast"),
        ('<div class="on"><span class="small grey">Nearly enough, but not on grey</span></div>', "color-contrast"),
        ('<form><input name="a"></form>', "label"),
        ("<h4>After the first heading</h4>", "heading-order"),
        ('<p style="width: 700px">On a phone</p>', "wider than 360 px"),
    ],
)
async def test_a_fault_is_found(browser: Browser, tmp_path: Path, body: str, rule: str) -> None:
    assert any(rule in fault for fault in await _faults(browser, tmp_path, "<p>All is well</p>", body))


async def test_what_is_right_has_no_fault(browser: Browser, tmp_path: Path) -> None:
    right = '<p>Dark on white</p><p class="small grey">Just enough on white</p><label>Name <input></label>'
    assert await _faults(browser, tmp_path, right, right + "<p>Again</p>") == []
