"""Pages of words: each is there, is sound, and says only what the site does."""

import re

import pytest

from crowdfund_kent.pages import GLOSSARY, REVIEW_DUE, REVIEWED, ROUTES
from tests.client import SiteClient

PAGES = [route.path for route in ROUTES if "{" not in route.path]
# words of officers' and committee pages; the glossary is where they are explained
OFFICERS_WORDS = re.compile(r"\b(leverage|accrual|earmark\w*|awards?|VCSE|social sector)\b", re.IGNORECASE)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_of_words_is_there_for_everybody_without_a_cookie(client: SiteClient, path: str) -> None:
    page = await client.get(path)
    assert len(page.main) > 300
    assert "set-cookie" not in page.headers
    assert "no-store" not in page.headers["cache-control"]
    if path != "/glossary":
        assert OFFICERS_WORDS.search(page.main) is None


async def test_the_footer_leads_to_pages_that_are_there(client: SiteClient) -> None:
    page = await client.get("/how-it-works")
    links = [link.attrs["href"] for link in page.root.all("footer")[0].all("a")]
    inside = [link for link in links if link.startswith("/")]
    assert len(inside) == 9
    for link in inside:
        await client.get(link)


async def test_the_fees_page_works_out_ten_pounds(client: SiteClient) -> None:
    page = await client.get("/fees")
    assert "of £10, that is 35p" in page.main
    assert page.rows("Where £10 goes when the target is met") == [
        ["Your card is charged", "£10.00"],
        ["Fee of Crowdfund Kent", "£0.00"],
        ["Card cost: 1.5% of £10 and 20p", "£0.35"],
        ["The group receives", "£9.65"],
    ]


async def test_the_accessibility_statement_has_what_the_regulations_ask(client: SiteClient) -> None:
    said = (await client.get("/accessibility")).main
    for part in ("partially compliant", "Known problems", "another format", "03000 000 000", "enforces", "prepared on"):
        assert part in said
    assert (REVIEW_DUE - REVIEWED).days <= 366


async def test_the_glossary_is_in_order_and_explains_the_four_measures(client: SiteClient) -> None:
    words = [word for word, _ in GLOSSARY]
    assert words == sorted(words, key=str.lower)
    assert {"Project value", "Target", "Raised", "Secured"} <= set((await client.get("/glossary")).summary)


async def test_an_address_that_is_not_there_says_what_to_do(client: SiteClient) -> None:
    page = await client.get("/no-such-page", status=404)
    assert page.h1 == "Page not found"
    assert "03000 000 000" in page.main
