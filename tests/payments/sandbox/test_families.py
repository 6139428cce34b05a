"""Cards that fail, cost more or are many: each decline code that the site knows can be provoked when it is charged."""

import pytest

from payments import rules
from payments.gateway import ChargeOutcome
from payments.sandbox import cards
from tests.payments.sandbox.api import request_for, save_card
from tests.sandbox import World

OURS = {"card_gone"}  # the site's own word


def test_each_code_that_stops_at_once_has_its_cards() -> None:
    assert set(cards.DECLINE_CODES) >= rules.STOP_AT_ONCE - OURS
    assert len(set(cards.DECLINE_CODES)) == len(cards.DECLINE_CODES) < 100


@pytest.mark.parametrize("code", cards.DECLINE_CODES)
def test_a_number_of_a_family_is_a_card_of_its_code(code: str) -> None:
    first, second = cards.declining_number(code), cards.declining_number(code, 1)
    assert first != second
    for number in (first, second):
        found = cards.find(number)
        assert found is not None
        assert (found.decline_code, found.saving, found.charging) == (code, "ok", "decline")


def test_numbers_beyond_the_families_are_no_cards() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        cards.declining_number("no_such_code")
    beyond = next(number for digit in range(10) if cards.has_check_digit(number := f"424242439900000{digit}"))
    assert cards.find(beyond) is None


@pytest.mark.parametrize(
    ("code", "error", "advice"),
    [
        ("lost_card", "card_declined", "do_not_try_again"),
        ("expired_card", "expired_card", None),
        ("issuer_not_available", "card_declined", "try_again_later"),
        ("do_not_honor", "card_declined", None),
    ],
)
async def test_it_saves_and_is_declined_with_its_code(world: World, code: str, error: str, advice: str | None) -> None:
    answer = await world.gateway.charge(request_for(await save_card(world, cards.declining_number(code, 7))))
    assert (answer.outcome, answer.decline_code, answer.code, answer.advice_code) == (
        ChargeOutcome.DECLINED,
        code,
        error,
        advice,
    )
