"""A slow line, a line that drops, a script that never comes: nothing is done twice, and nothing typed is lost."""

import re
from typing import Final

import pytest
from playwright.async_api import CDPSession, Error, Page, Route, expect

from crowdfund_kent.cases.models import Case
from pledges.models import Pledge
from tests.journeys.conftest import Arrives
from tests.journeys.house import House
from tests.journeys.pledging import ORDINARY, Resident
from tests.journeys.seeding import open_campaign
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
# about what a phone gets at the edge of a village
SLOW: Final = {"offline": False, "latency": 70, "downloadThroughput": 200_000, "uploadThroughput": 50_000}
DATE: Final = "The page says that the work begins before the last day."
GARDEN: Final = "The picture shows my garden, and nobody asked me."


async def slow_line(page: Page) -> CDPSession:
    """From now on, this window's."""
    line = await page.context.new_cdp_session(page)
    await line.send("Network.enable")
    await line.send("Network.emulateNetworkConditions", SLOW)
    return line


async def without_scripts_and_styles(page: Page) -> None:
    """The page comes, and what it wants besides does not: so nothing of ours guards a button from a second press."""

    async def lost(route: Route) -> None:
        await route.abort("timedout")

    await page.route(re.compile(r"/static/"), lost)


async def presses_three_times(page: Page, name: str) -> None:
    """As somebody does who sees nothing happen; each press sends the form, and the last one's answer is shown."""
    await page.get_by_role("button", name=name).evaluate(
        "button => { for (const wait of [0, 60, 200]) setTimeout(() => button.click(), wait); }"
    )


async def saves_card(page: Page) -> None:
    """On the payment provider's page, whose looks are not ours."""
    for label, text in (
        ("Card number", ORDINARY), ("Expiry date", "08 / 40"), ("Security code", "123"), ("Name on card", "Ivy Marsh"),
    ):  # fmt: skip
        await page.get_by_label(label).fill(text)
    await page.get_by_role("button", name="Save card").click()


async def test_slow_network(house: House, arrives: Arrives) -> None:
    campaign = await open_campaign("A bus shelter with a roof", 400, "ash@example.org")
    await pledges_once(Resident(await arrives("ivy")), f"/projects/{campaign.project.slug}", campaign.id)
    await writes_once(await arrives("joe"), f"/projects/{campaign.project.slug}")


async def pledges_once(ivy: Resident, project: str, campaign_id: int) -> None:
    """Three presses, the back button, three more, and a reload of the page that thanks: one pledge."""
    page, site = ivy.visitor.page, ivy.visitor.site
    await slow_line(page)
    await without_scripts_and_styles(page)
    await page.goto(f"{site}{project}/pledge")
    await page.get_by_label("Another amount").fill("25")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("E-mail address").fill(ivy.email)
    await page.get_by_label("Your name", exact=True).fill(ivy.name)
    await page.get_by_label("A person", exact=True).check()
    await page.get_by_role("button", name="Continue").click()
    await presses_three_times(page, "Go to the card page")
    await expect(page).to_have_url(re.compile("/c/pay/"))
    await page.go_back()
    await ivy.visitor.is_at("Check your answers")
    await ivy.visitor.reads("£25", ivy.email)
    await presses_three_times(page, "Go to the card page")
    await expect(page).to_have_url(re.compile("/c/pay/"))
    await saves_card(page)
    await ivy.visitor.is_at("Thank you. Your pledge counts")
    await page.reload()
    await ivy.visitor.is_at("Thank you. Your pledge counts")
    [pledge] = await Pledge.filter(campaign_id=campaign_id)
    assert (pledge.status, pledge.amount_pence, pledge.email) == ("active", 2_500, ivy.email)
    await page.goto(f"{site}{project}/pledge")
    await ivy.visitor.is_at("You have pledged already")


async def writes_once(joe: Visitor, project: str) -> None:
    """The line drops while it is sent: the browser's reload sends it. What was refused stays in its boxes, and is sent once."""
    page = joe.page
    line = await slow_line(page)
    await page.goto(f"{joe.site}/wrong?page={project}")
    await page.get_by_label("What is wrong?").fill(GARDEN)
    await page.get_by_label("By e-mail", exact=True).check()
    await page.get_by_label("Your e-mail address").fill("joe@example.org")
    await line.send("Network.emulateNetworkConditions", SLOW | {"offline": True})
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        async with page.expect_navigation():
            await page.get_by_role("button", name="Send").click()
    await line.send("Network.emulateNetworkConditions", SLOW)
    await page.reload()
    await joe.reads("Your reference is", GARDEN)
    said = await page.locator("h1").inner_text()
    await page.reload()
    await joe.is_at(said)

    await page.goto(f"{joe.site}/wrong?page={project}")
    await page.get_by_label("What is wrong?").fill(DATE)
    await page.get_by_role("button", name="Send").click()
    await joe.reads("There is a problem")
    await page.reload()
    await joe.reads("There is a problem")
    assert await page.get_by_label("What is wrong?").input_value() == DATE
    await page.get_by_label("You need not tell me").check()
    await presses_three_times(page, "Send")
    await joe.reads("Your reference is", DATE)
    cases = await Case.filter(page=project).order_by("id")
    assert [case.email for case in cases] == ["joe@example.org", ""]
