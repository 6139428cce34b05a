"""The figures as a page: the pledged total beside the project value, marked as generated, on any past day."""

from datetime import timedelta

import pytest

from crowdfund_kent.clock import business_today
from tests.client import SiteClient


async def test_before_anything_happened_there_is_nothing_and_nothing_is_divided(client: SiteClient) -> None:
    page = await client.get("/figures/2021-03-01")
    assert "none yet" in page.main
    assert "Generated records" not in page.text


async def test_choosing_a_day_leads_to_its_own_address(client: SiteClient) -> None:
    page = await client.get(
        "/figures", params={"day-day": "24", "day-month": "6", "day-year": "2021"}, to="/figures/2021-06-24"
    )
    assert "24 June 2021" in page.main


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (("31", "2", "2021"), "real"),
        (("1", "1", "2020"), "on or after 1 March 2021"),
        (("", "", ""), "Enter a day"),
    ],
)
async def test_a_day_that_can_not_be_shown_says_why(client: SiteClient, day: tuple[str, str, str], told: str) -> None:
    sent = dict(zip(("day-day", "day-month", "day-year"), day, strict=True))
    page = await client.get("/figures", params=sent, status=422)
    assert any(told in error for error in page.errors), page.errors


async def test_tomorrow_is_refused(client: SiteClient) -> None:
    day = business_today() + timedelta(days=1)
    sent = {"day-day": str(day.day), "day-month": str(day.month), "day-year": str(day.year)}
    page = await client.get("/figures", params=sent, status=422)
    assert any("today or a day before" in error for error in page.errors)
    await client.get(f"/figures/{day.isoformat()}", status=404)
