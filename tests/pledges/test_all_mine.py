"""My pledges: by signing in with the address. Years, and files that a spreadsheet opens safely."""

from datetime import date

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.csv_files import csv_text, harmless, pounds_cell
from crowdfund_kent.errors import NotFound
from payments.statements import Reckoning, year_from, year_of
from pledges import links
from tests.accounts.make import person, sign_in
from tests.client import SiteClient
from tests.pledges import make

pytestmark = pytest.mark.usefixtures("db")

YEARS = [
    (date(2026, 4, 5), "tax-2025", date(2025, 4, 6), date(2026, 4, 5), "Tax year 2025 to 2026"),
    (date(2026, 4, 6), "tax-2026", date(2026, 4, 6), date(2027, 4, 5), "Tax year 2026 to 2027"),
    (date(2026, 1, 1), "year-2026", date(2026, 1, 1), date(2026, 12, 31), "Calendar year 2026"),
    (date(2028, 2, 29), "year-2028", date(2028, 1, 1), date(2028, 12, 31), "Calendar year 2028"),
]


@pytest.mark.parametrize(("day", "key", "first", "last", "words"), YEARS, ids=str)
def test_a_day_is_in_one_tax_year_and_one_calendar_year(
    day: date, key: str, first: date, last: date, words: str
) -> None:
    year = year_of(day, Reckoning(key.partition("-")[0]))
    assert (year.key, year.first_day, year.last_day, year.words) == (key, first, last, words)
    assert year_from(key, date(2030, 1, 1)) == year


@pytest.mark.parametrize("key", ["tax-26", "tax-２０２５", "tax", "moon-2025", "year-1999", "year-2031", "tax-2030"])
def test_an_address_that_names_no_year_is_not_found(key: str) -> None:
    with pytest.raises(NotFound):
        year_from(key, date(2030, 1, 1))


TEXTS = [
    ("=1+1", "'=1+1"),
    (" =x", "' =x"),
    ("-2", "'-2"),
    ("@me", "'@me"),
    ("+44", "'+44"),
    ("Tea & cake", "Tea & cake"),
]


@pytest.mark.parametrize(("text", "safe"), TEXTS)
def test_no_text_becomes_a_formula_in_a_spreadsheet(text: str, safe: str) -> None:
    assert harmless(text) == safe
    assert pounds_cell(-1234) == "-12.34"
    assert csv_text(["a", "b"], [(text, 5)], money=["b"]).splitlines()[1].endswith(",0.05")


async def signed_in_backer(client: SiteClient, email: str) -> Person:
    backer = await person(email)
    await sign_in(client, backer)
    return backer


async def test_everything_pledged_with_the_address_is_listed_by_project_and_nothing_of_others(
    client: SiteClient,
) -> None:
    first, second = await make.campaign(title="Tidal pool steps"), await make.campaign(title="A kitchen for all")
    mine = [await make.pledge(campaign, email="kim@example.org", cover=True) for campaign in (first, first, second)]
    other = await make.pledge(first, email="kim+x@example.org")
    pending = await make.pledge(first, email="kim@example.org", active=False)
    await signed_in_backer(client, "kim@example.org")
    account = await client.get("/account")
    assert "3 pledges" in account.main
    page = await account.follow("My pledges")
    assert page.h1 == "My pledges"
    for pledge in mine:
        assert pledge.reference in page.main
        assert links.private_path(pledge) in page.html
    assert other.reference not in page.html
    assert pending.reference not in page.html
    assert page.main.index("A kitchen for all") < page.main.index("Tidal pool steps")
    assert "£20, and £0.51 for the card cost" in page.main
    assert page.headers["cache-control"] == "private, no-store"
    assert page.link("Choose which e-mails you get").endswith("/e-mails/" + page.link("Choose").rpartition("/")[2])


async def test_who_pledged_nothing_is_told_what_to_do(client: SiteClient) -> None:
    await signed_in_backer(client, "new@example.org")
    assert "No pledge was made with this address" in (await client.get("/pledges")).main
    assert "Your pledges" not in (await client.get("/account")).main
