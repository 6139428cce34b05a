"""Unspent money goes back in the shares of ruling 18: whole pence, rounded down, odd pennies with the group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.unspent import shares


@pytest.mark.parametrize(
    ("unspent", "paid_in", "due", "kept"),
    [
        (100, {"fund": 500, "ann": 250, "bob": 250}, {"fund": 50, "ann": 25, "bob": 25}, 0),
        (2, {"fund": 1, "ann": 1, "bob": 1}, {"fund": 0, "ann": 0, "bob": 0}, 2),
        (0, {"fund": 500, "ann": 250}, {"fund": 0, "ann": 0}, 0),
        (750, {"fund": 500, "ann": 250}, {"fund": 500, "ann": 250}, 0),
        (12_345, {"fund": 500_000, "ann": 2_000, "bob": 1_999}, {"fund": 12_247, "ann": 48, "bob": 48}, 2),
        (10, {"fund": 0, "ann": 30}, {"ann": 10}, 0),
    ],
)
def test_shares(unspent: int, paid_in: dict[str, int], due: dict[str, int], kept: int) -> None:
    found = shares(unspent, paid_in)
    assert (found.of, found.kept_pence) == (due, kept)


@given(st.dictionaries(st.integers(), st.integers(0, 10**9), min_size=1), st.integers(0, 10**9))
def test_nobody_gets_more_than_they_gave_and_only_odd_pennies_stay(paid_in: dict[int, int], wanted: int) -> None:
    unspent = min(wanted, sum(paid_in.values()))
    found = shares(unspent, paid_in)
    assert sum(found.of.values()) + found.kept_pence == unspent
    assert all(0 <= pence <= paid_in[party] for party, pence in found.of.items())
    assert 0 <= found.kept_pence < max(1, len(found.of))


@pytest.mark.parametrize(
    ("unspent", "paid_in"), [(1, {}), (751, {"fund": 750}), (-1, {"fund": 750}), (1, {"fund": -1})]
)
def test_what_can_not_be_is_refused(unspent: int, paid_in: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"more|nothing"):
        shares(unspent, paid_in)
