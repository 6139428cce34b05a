"""Whole pence: what people type, how it is shown, and shares that sum exactly."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowdfund_kent.money import (
    AmountError,
    parse_amount,
    pounds,
    pounds_exact,
    ratio_bp,
    share,
    split_pence,
    whole_pounds,
)

FACTS: dict[str, Any] = json.loads((Path(__file__).parent.parent / "data" / "allocation.json").read_text())


@pytest.mark.parametrize(
    ("typed", "pence"),
    [
        ("1000", 100_000),
        ("1,000", 100_000),
        ("£1,000.00", 100_000),
        (" 20 ", 2000),
        ("£ 12.50", 1250),
        ("1 000", 100_000),
        ("2", 200),
        ("10,000", 1_000_000),
    ],
)
def test_amounts_that_people_type(typed: str, pence: int) -> None:
    assert parse_amount(typed, least_pence=200, most_pence=1_000_000) == pence


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Enter an amount in pounds, like 20 or 12.50"),
        ("   ", "Enter an amount in pounds, like 20 or 12.50"),
        ("0", "Enter £2 or more"),
        ("1.99", "Enter £2 or more"),
        ("1.999", "Enter pounds and pence with two figures after the point, like 12.50"),
        ("12.5", "Enter pounds and pence with two figures after the point, like 12.50"),
        ("-5", "Enter an amount above nothing, like 20, without a minus sign"),
        ("1e9", "Enter an amount using figures 0 to 9, like 20 or 1,000.00"),
        ("٢٠", "Enter an amount using figures 0 to 9, like 20 or 1,000.00"),
        ("２０", "Enter an amount using figures 0 to 9, like 20 or 1,000.00"),
        ("1,00", "Enter an amount using figures 0 to 9, like 20 or 1,000.00"),
        ("twenty", "Enter an amount using figures 0 to 9, like 20 or 1,000.00"),
        ("20 euros", "Enter an amount using figures 0 to 9, like 20 or 1,000.00"),
        ("10000.01", "Enter £10,000 or less, or ask us about a larger amount"),
    ],
)
def test_what_is_refused_says_what_to_type_instead(typed: str, told: str) -> None:
    with pytest.raises(AmountError) as refused:
        parse_amount(typed, least_pence=200, most_pence=1_000_000)
    assert refused.value.message == told


@given(st.integers(min_value=1, max_value=10**10))
def test_an_amount_that_is_shown_can_be_typed_again(pence: int) -> None:
    assert parse_amount(pounds(pence)) == pence
    assert parse_amount(pounds_exact(pence)) == pence


@pytest.mark.parametrize("case", FACTS["rounding"], ids=lambda case: case["name"])
def test_rounding(case: dict[str, Any]) -> None:
    assert split_pence(case["total"], case["weights"]) == case["split"]


@given(
    st.integers(min_value=0, max_value=10**9),
    st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=12).filter(any),
)
def test_a_split_sums_exactly_and_no_part_is_a_penny_off_its_share(total: int, weights: list[int]) -> None:
    parts = split_pence(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert 0 <= part - total * weight // sum(weights) <= 1


def test_nothing_can_be_split_by_no_weight() -> None:
    with pytest.raises(ValueError, match="weights"):
        split_pence(100, [0, 0])


def test_shares_round_down_and_ratios_half_up() -> None:
    assert share(999, 5000) == 499
    assert whole_pounds(123_456) == 123_400
    assert ratio_bp(55_000_000, 13_000_000) == 42_308
    assert ratio_bp(1, 0) is None


def test_how_amounts_are_shown() -> None:
    assert pounds(123_450) == "£1,234.50"
    assert pounds(123_400) == "£1,234"
    assert pounds_exact(123_400) == "£1,234.00"
    assert pounds(-5) == "−£0.05"
