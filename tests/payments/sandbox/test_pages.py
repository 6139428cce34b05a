"""The hosted pages: what a backer sees, types and gets told."""

import re

import pytest

from payments.gateway import CardPageStatus
from payments.sandbox import cards
from tests.payments.sandbox.api import ALWAYS_AUTHENTICATES, AUTHENTICATES, Raw, api, open_page, request_for, save_card
from tests.sandbox import World

GOOD = {
    "email": "backer@example.org",
    "card_number": "4242 4242 4242 4242",
    "expiry": "08 / 40",
    "cvc": "123",
    "name": "A Backer",
}


async def _page(world: World, url: str, form: dict[str, str] | None = None) -> Raw:
    return await api(world, "GET" if form is None else "POST", url.removeprefix(world.url), form)


def _reads_well(page: Raw) -> None:
    """One h1 that begins the title, a language, labels for fields, no script, no inline style, ids used once."""
    html = page.body
    (heading,) = re.findall(r"<h1>(.*?)</h1>", html)
    assert re.search(r"<title>(.*?)</title>", html)[1].startswith(heading)  # type: ignore[index]
    assert '<html lang="en-GB">' in html
    assert 'name="viewport"' in html
    assert "<script" not in html
    assert "style=" not in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    fields = re.findall(r'<input id="([^"]+)"', html)
    assert fields == re.findall(r'<label for="([^"]+)"', html)
    for target in re.findall(r'aria-describedby="([^"]*)"', html):
        assert set(target.split()) <= set(ids)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


async def test_the_card_page_says_that_it_is_a_sandbox_and_lists_test_cards(world: World) -> None:
    page = await open_page(world)
    shown = await _page(world, page.url or "")
    assert shown.status == 200
    _reads_well(shown)
    for words in (
        "Payment sandbox",
        "No real card, no money",
        "Charged only if the target is met.",
        "4000 0027 6000 3184",
    ):
        assert words in shown.body
    assert 'href="http://localhost/cancelled"' in shown.body
    style = await api(world, "GET", "/page.css")
    assert (style.status, style.headers["content-type"]) == (200, "text/css; charset=utf-8")


async def test_a_customer_with_an_email_address_is_not_asked_for_it(world: World) -> None:
    customer = await world.gateway.create_customer(pledge_reference="P-1", key="c", email="known@example.org")
    page = await open_page(world, customer=customer)
    shown = await _page(world, page.url or "")
    _reads_well(shown)
    assert "known@example.org" in shown.body
    assert 'name="email"' not in shown.body


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("email", "nobody", "Enter an email address in the correct format"),
        ("card_number", "", "Enter a card number"),
        ("card_number", "4242424242424241", "Check the card number"),
        ("card_number", "4111111111111111", "Use one of the test cards"),
        ("expiry", "13/40", "Enter an expiry date, like"),
        ("expiry", "01/20", "Enter an expiry date in the future"),
        ("cvc", "12", "Enter the 3 or 4 figure security code"),
        ("name", " ", "Enter the name on the card"),
    ],
)
async def test_each_mistake_is_told_beside_its_field_and_nothing_is_saved(
    world: World, field: str, typed: str, told: str
) -> None:
    page = await open_page(world)
    shown = await _page(world, page.url or "", GOOD | {field: typed})
    assert shown.status == 422
    _reads_well(shown)
    assert f'<a href="#{field}">{told}' in shown.body.replace("&#39;", "'")
    assert f'id="{field}-error"' in shown.body
    assert "4242 4242 4242 4242" not in re.findall(r'<input id="card_number".*?>', shown.body, re.DOTALL)[0]
    assert (await world.gateway.read_card_page(page.id)).status is CardPageStatus.OPEN
    assert (await world.control.truth())["saved_cards"] == 0


@pytest.mark.parametrize(
    "card", [card for card in cards.CARDS if card.saving == "decline"], ids=lambda card: card.number
)
async def test_a_card_that_can_not_be_saved_leaves_the_page_open_for_another(
    world: World, card: cards.TestCard
) -> None:
    page = await open_page(world)
    shown = await _page(world, page.url or "", GOOD | {"card_number": card.number})
    assert shown.status == 422
    _reads_well(shown)
    assert "Use another card" in shown.body
    failed = (await api(world, "GET", f"/v1/setup_intents/{page.setup_intent}")).body
    assert failed["status"] == "requires_payment_method"
    error = failed["last_setup_error"]
    assert (error["code"], error.get("decline_code")) == (card.code, card.decline_code)
    assert await world.control.fill_card_page(page.url or "") == f"http://localhost/back?page={page.id}"


@pytest.mark.parametrize("card", [card for card in cards.CARDS if card.saving == "ok"], ids=lambda card: card.number)
async def test_a_card_that_can_be_saved_is_saved_at_once(world: World, card: cards.TestCard) -> None:
    saved = await save_card(world, card.number)
    assert (saved.usable, saved.last4, saved.brand) == (True, card.last4, card.brand)


async def test_the_bank_asks_and_the_card_is_saved(world: World) -> None:
    page = await open_page(world)
    sent = await _page(world, page.url or "", GOOD | {"card_number": AUTHENTICATES})
    assert sent.status == 303
    bank = sent.headers["location"]
    shown = await _page(world, bank)
    _reads_well(shown)
    assert "Complete authentication" in shown.body
    back = await world.control.answer_bank(bank)
    assert back == f"http://localhost/back?page={page.id}"
    # the back button leads to a page that says so, and changes nothing
    assert (await _page(world, bank)).status == 404
    assert (await _page(world, bank, {"answer": "fail"})).status == 404
    assert (await world.gateway.read_card_page(page.id)).status is CardPageStatus.COMPLETE


async def test_a_failed_authentication_leads_back_to_the_card_page(world: World) -> None:
    page = await open_page(world)
    bank = (await _page(world, page.url or "", GOOD | {"card_number": ALWAYS_AUTHENTICATES})).headers["location"]
    sent = await _page(world, bank, {"answer": "fail"})
    assert (sent.status, sent.headers["location"]) == (303, page.url)
    shown = await _page(world, page.url or "")
    _reads_well(shown)
    assert 'value="backer@example.org"' not in shown.body
    assert "backer@example.org" in shown.body
    assert "Your bank could not confirm that it is you" in shown.body
    failed = (await api(world, "GET", f"/v1/setup_intents/{page.setup_intent}")).body
    assert failed["last_setup_error"]["code"] == "setup_intent_authentication_failure"
    again = await _page(world, page.url or "", GOOD)
    assert again.headers["location"] == f"http://localhost/back?page={page.id}"


async def test_a_second_click_saves_no_second_card(world: World) -> None:
    page = await open_page(world)
    for _ in range(2):
        sent = await _page(world, page.url or "", GOOD)
        assert (sent.status, sent.headers["location"]) == (303, f"http://localhost/back?page={page.id}")
    assert (await world.control.truth())["saved_cards"] == 1


async def test_a_page_is_over_when_its_time_is_up(world: World) -> None:
    page = await open_page(world)
    await world.control.set_clock(2 * 3600 + 1)
    for form in (None, GOOD):
        shown = await _page(world, page.url or "", form)
        assert shown.status == 410
        _reads_well(shown)
        assert "This page has expired" in shown.body
    done = await world.gateway.read_card_page(page.id)
    assert (done.status, done.url) == (CardPageStatus.EXPIRED, None)
    kinds = [event["type"] for event in (await api(world, "GET", "/v1/events")).body["data"]]
    assert kinds[:2] == ["checkout.session.expired", "setup_intent.canceled"]
    assert kinds.count("checkout.session.expired") == 1


async def test_an_unknown_page_is_not_found(world: World) -> None:
    shown = await _page(world, f"{world.url}/c/pay/cs_test_nothing")
    assert shown.status == 404
    _reads_well(shown)


async def test_a_card_past_its_date_is_declined_when_charged(world: World) -> None:
    page = await open_page(world)
    await _page(world, page.url or "", GOOD | {"expiry": "12/27"})
    card = await world.gateway.read_saved_card(page.setup_intent or "")
    await world.control.set_clock(2 * 366 * 24 * 3600)
    answer = await world.gateway.charge(request_for(card))
    assert (answer.outcome, answer.code) == ("declined", "expired_card")


@pytest.mark.parametrize("index", [0, 1, 999_999])
def test_a_family_of_cards_that_differ(index: int) -> None:
    number = cards.family_number(index)
    found = cards.find(number)
    assert found is not None
    assert (found.saving, found.charging, len(number)) == ("ok", "ok", 16)


def test_every_listed_number_has_a_right_check_digit() -> None:
    assert all(cards.has_check_digit(card.number) for card in cards.CARDS)
    assert cards.find("4111111111111111") is None
