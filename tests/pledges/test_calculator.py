"""What a match may be at most, which rule binds, and how an amount falls on sources."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowdfund_kent.money import split_pence
from pledges.calculator import Bound, Terms, eligible_base, most, share_by_left
from tests.pledges.pot_make import facts


def terms(**changes: int) -> Terms:
    """A pilot fund and a target of £10,000, nothing raised."""
    usual = {
        "target_pence": 1_000_000,
        "eligible_base_pence": 1_000_000,
        "max_share_bp": 5000,
        "max_amount_pence": 2_000_000,
        "combined_share_bp": 6500,
        "other_public_pence": 0,
        "pot_available_pence": 20_000_000,
        "raised_pence": 0,
    }
    return Terms(**(usual | changes))


@pytest.mark.parametrize("case", facts()["calculator"], ids=lambda case: case["name"])
def test_the_facts_hold(case: dict[str, Any]) -> None:
    found = most(
        Terms(
            target_pence=case["base_target"],
            eligible_base_pence=case["eligible_base"],
            max_share_bp=case["max_share_bp"],
            max_amount_pence=case["max_amount"],
            combined_share_bp=case["combined_bp"],
            other_public_pence=case["other_public"],
            pot_available_pence=case["pot_available"],
            raised_pence=case["raised"],
        )
    )
    assert (found.pence, found.binds) == (case["most"], case["binds"])


@pytest.mark.parametrize("case", facts()["sources"], ids=lambda case: case["name"])
def test_an_award_falls_on_sources_by_what_is_left_in_each(case: dict[str, Any]) -> None:
    left = list(case["left"])
    for award, expected in zip(case["awards"], case["split"], strict=True):
        parts = share_by_left(left, award)
        assert parts == expected
        left = [have - part for have, part in zip(left, expected, strict=True)]


@pytest.mark.parametrize("case", facts()["rounding"], ids=lambda case: case["name"])
def test_pennies_are_never_lost_in_sharing(case: dict[str, Any]) -> None:
    assert split_pence(case["total"], case["weights"]) == case["split"]


def test_sources_that_hold_too_little_share_nothing() -> None:
    assert share_by_left([60, 40], 101) is None
    assert share_by_left([], 1) is None
    assert share_by_left([60, 40], 0) == [0, 0]


def test_all_terms_are_told_in_the_order_of_the_formula_with_their_pence_and_words() -> None:
    found = most(
        terms(other_public_pence=120_000, raised_pence=231_000, target_pence=650_000, eligible_base_pence=650_000)
    )
    assert [(str(name), pence) for name, _, pence in found.terms] == [
        ("max_share", 325_000),
        ("max_amount", 2_000_000),
        ("combined_share", 302_500),
        ("pot", 20_000_000),
        ("gap", 419_000),
    ]
    assert found.binds is Bound.COMBINED_SHARE
    assert found.terms[0].words == "Half of the target of £6,500"
    assert (
        found.terms[2].words == "65% of the target, for all public money together, less £1,200 from other public bodies"
    )
    assert found.as_stored()["terms"][2] == {
        "name": "combined_share",
        "words": found.terms[2].words,
        "pence": 302_500,
    }


def test_a_share_that_is_no_half_is_told_in_percent() -> None:
    words = [most(terms(max_share_bp=bp)).terms[0].words for bp in (4000, 3350, 3333)]
    assert words == [f"{share} of the target of £10,000" for share in ("40%", "33.5%", "33.33%")]


def test_a_revenue_only_fund_names_the_running_costs() -> None:
    base = eligible_base(1_000_000, 600_000, revenue_only=True)
    assert base == 600_000
    assert "£6,000 of running costs" in most(terms(eligible_base_pence=base)).terms[0].words
    assert eligible_base(1_000_000, 600_000, revenue_only=False) == 1_000_000
    assert eligible_base(1_000_000, 1_400_000, revenue_only=True) == 1_000_000


def test_all_public_money_at_its_share_already_leaves_nothing() -> None:
    found = most(terms(other_public_pence=650_000))
    assert (found.pence, found.binds) == (0, Bound.COMBINED_SHARE)


POUNDS = st.integers(0, 5_000_000)


@given(
    target=st.integers(1, 5_000_000),
    base=POUNDS,
    share_bp=st.integers(0, 10_000),
    largest=POUNDS,
    combined=st.integers(0, 10_000),
    other=POUNDS,
    pot=POUNDS,
    raised=POUNDS,
)
def test_the_most_is_whole_pounds_within_every_term_and_a_pound_more_breaks_the_one_that_binds(
    target: int, base: int, share_bp: int, largest: int, combined: int, other: int, pot: int, raised: int
) -> None:
    found = most(Terms(target, min(base, target), share_bp, largest, combined, other, pot, raised))
    assert found.pence >= 0
    assert found.pence % 100 == 0
    binding = next(term for term in found.terms if term.name is found.binds)
    assert all(found.pence <= max(0, term.pence) for term in found.terms)
    assert found.pence + 100 > binding.pence
    assert binding.pence == min(term.pence for term in found.terms)


@given(left=st.lists(st.integers(0, 1_000_000), min_size=1, max_size=6), amount=st.integers(0, 3_000_000))
def test_parts_sum_to_the_amount_and_no_source_gives_more_than_it_has(left: list[int], amount: int) -> None:
    parts = share_by_left(left, amount)
    if amount > sum(left):
        assert parts is None
    else:
        assert parts is not None
        assert sum(parts) == amount
        assert all(0 <= part <= have for part, have in zip(parts, left, strict=True))
