"""Pages of words: each is there, is sound, and says only what the site does."""

import re

import pytest

from crowdfund_kent.words.catalogue import PAGES
from crowdfund_kent.words.facts import REVIEW_DUE, REVIEWED
from tests.client import SiteClient

PATHS = ["/start", "/you-said", *(one.path for one in PAGES)]
# words of officers' and committee pages; the glossary is where they are explained
OFFICERS_WORDS = re.compile(r"\b(leverage|accrual|earmark\w*|awards?|VCSE|social sector)\b", re.IGNORECASE)


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_of_words_is_there_for_everybody_without_a_cookie(client: SiteClient, path: str) -> None:
    page = await client.get(path)
    assert len(page.main) > (100 if path == "/you-said" else 300)
    assert "set-cookie" not in page.headers
    assert "no-store" not in page.headers["cache-control"]
    if path != "/glossary":
        assert OFFICERS_WORDS.search(page.main) is None
    assert "{{" not in page.text


async def test_every_link_of_every_page_of_words_leads_somewhere(client: SiteClient) -> None:
    known: set[str] = set()
    for path in PATHS:
        page = await client.get(path)
        links = {address.partition("#")[0] for _, address in page.links if address.startswith("/")}
        for link in links - known:
            await client.get(link, to=re.compile(r"/sign-in\?next=.*") if link == "/account" else None)
        known |= links
    assert {"/wrong", "/complaints/new", "/formats/new", "/contact", "/check/mail", "/call", "/start"} <= known


async def test_the_fees_page_works_out_ten_pounds_in_every_case(client: SiteClient) -> None:
    page = await client.get("/fees")
    assert "of £10, that is 35p" in page.main
    assert page.rows("Where £10 goes when the target is met") == [
        ["Your card is charged", "£10.00"],
        ["Fee of Crowdfund Kent", "£0.00"],
        ["Card cost: 1.5% of £10 and 20p", "£0.35"],
        ["The group receives", "£9.65"],
    ]
    assert page.rows("Where £10 goes when you cover the card cost")[1:3] == [
        ["What you add for the card cost", "£0.36"],
        ["Your card is charged", "£10.36"],
    ]
    assert page.rows("when it is refunded")[-1] == ["You get back", "£10.00"]


async def test_the_accessibility_statement_has_what_the_regulations_ask(client: SiteClient) -> None:
    said = (await client.get("/accessibility")).main
    for part in ("partially compliant", "Known problems", "another format", "03000 000 000", "enforces", "prepared on"):
        assert part in said
    assert (REVIEW_DUE - REVIEWED).days <= 366


async def test_the_glossary_is_in_order_and_explains_the_four_measures(client: SiteClient) -> None:
    words = list((await client.get("/glossary")).summary)
    assert words == sorted(words, key=str.lower)
    assert {"Project value", "Target", "Raised", "Secured"} <= set(words)


async def test_an_address_that_is_not_there_says_what_to_do(client: SiteClient) -> None:
    page = await client.get("/no-such-page", status=404)
    assert page.h1 == "Page not found"
    assert "03000 000 000" in page.main
