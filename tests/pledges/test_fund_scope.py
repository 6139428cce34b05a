"""Other numbers by place and size of group: the first listed variant that fits counts."""

from types import SimpleNamespace
from typing import Any

import pytest

from pledges.fund_scope import (
    BadShape,
    Numbers,
    Variant,
    all_numbers,
    decided_between_rounds,
    numbers_for,
    variants_of,
    why_not,
)
from pledges.kinds import PlaceKind

SMALL = Variant("Small groups", most_income_pence=1_000_000, least_backers=8, max_share_bp=6000)
COAST = Variant("The coast", place=PlaceKind.COASTAL, least_raised_bp=500)
SMALL_COAST = Variant("Small groups by the sea", PlaceKind.COASTAL, 1_000_000, least_backers=5)


def rules(*variants: Variant) -> Any:
    """Rules of the pilot's fund with variants, as a row has them."""
    return SimpleNamespace(
        max_share_bp=5000,
        max_amount_pence=2_000_000,
        combined_share_bp=6500,
        least_backers=20,
        least_raised_bp=1000,
        variants=[one.as_stored() for one in variants],
    )


@pytest.mark.parametrize(
    ("variants", "places", "income", "named", "share", "backers", "raised"),
    [
        ((), ("coastal",), 100, "", 5000, 20, 1000),
        ((SMALL, COAST), (), None, "", 5000, 20, 1000),
        ((SMALL, COAST), (), 1_000_000, "Small groups", 6000, 8, 1000),
        ((SMALL, COAST), (), 1_000_001, "", 5000, 20, 1000),
        ((SMALL, COAST), ("coastal",), None, "The coast", 5000, 20, 500),
        ((SMALL, COAST), ("rural", "coastal"), 0, "Small groups", 6000, 8, 1000),
        ((COAST, SMALL), ("rural", "coastal"), 0, "The coast", 5000, 20, 500),
        ((SMALL_COAST, SMALL), ("rural",), 5, "Small groups", 6000, 8, 1000),
        ((SMALL_COAST, SMALL), (PlaceKind.COASTAL,), 5, "Small groups by the sea", 5000, 5, 1000),
        ((SMALL_COAST,), ("coastal",), None, "", 5000, 20, 1000),
    ],
)
def test_the_first_listed_variant_that_fits_counts(
    variants: tuple[Variant, ...],
    places: tuple[str, ...],
    income: int | None,
    named: str,
    share: int,
    backers: int,
    raised: int,
) -> None:
    assert numbers_for(rules(*variants), places, income) == (
        Numbers(share, 2_000_000, 6500, backers, raised),
        named,
    )


def test_a_number_of_nought_is_a_number_and_not_a_gap() -> None:
    none_first = Variant("Nobody first", place=PlaceKind.DEPRIVED, least_backers=0, least_raised_bp=0)
    found, _ = numbers_for(rules(none_first), ["deprived"])
    assert (found.least_backers, found.least_raised_bp) == (0, 0)


def test_all_numbers_begin_with_those_of_the_rules() -> None:
    assert [one.least_backers for one in all_numbers(rules(SMALL, SMALL_COAST))] == [20, 8, 5]


def test_what_is_stored_is_read_back() -> None:
    variants = (SMALL, COAST, SMALL_COAST)
    assert variants_of([one.as_stored() for one in variants]) == variants


@pytest.mark.parametrize(
    "stored",
    [
        {"name": "Nowhere", "place": "moon", "least_backers": 5},
        {"name": "For nobody", "least_backers": 5},
        {"name": "Nothing differs", "place": "rural"},
        {"name": "", "place": "rural", "least_backers": 5},
        {"name": "Too much", "place": "rural", "max_share_bp": 10_001},
        {"name": "Less than none", "place": "rural", "least_backers": -1},
        {"name": "Half", "place": "rural", "least_backers": 0.5},
        {"name": "Truth", "place": "rural", "least_backers": True},
        {"name": "Another key", "place": "rural", "least_backers": 5, "combined_share_bp": 9000},
        {"place": "rural", "least_backers": 5},
        {"name": "x" * 61, "place": "rural", "least_backers": 5},
    ],
)
def test_what_could_not_have_been_typed_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(BadShape):
        variants_of([stored])


def test_a_sound_variant_is_not_found_wanting() -> None:
    assert why_not(SMALL_COAST) is None


@pytest.mark.parametrize(
    ("limit", "amount", "allowed"),
    [(None, 10**9, True), (0, 1, False), (500_000, 500_000, True), (500_000, 500_001, False)],
)
def test_small_awards_may_be_decided_between_rounds(limit: int | None, amount: int, allowed: bool) -> None:
    assert decided_between_rounds(limit, amount) is allowed
