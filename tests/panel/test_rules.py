"""When a fund may come in, and what a list of proposals leaves. Numbers only."""

import pytest

from panel.rules import After, Ask, not_yet, run_down, trigger_amount


@pytest.mark.parametrize(
    ("backers", "crowd", "rule"),
    [
        (0, 0, "never first"),
        (0, 500, "never first"),
        (19, 900_000, "least backers"),
        (20, 99_999, "least raised"),
        (20, 100_000, None),
        (21, 100_001, None),
    ],
)
def test_the_crowd_comes_first(backers: int, crowd: int, rule: str | None) -> None:
    found = not_yet(least_backers=20, least_raised_bp=1000, backers=backers, crowd_pence=crowd, target_pence=1_000_000)
    assert (found.rule if found else None) == rule


def test_a_fund_that_asks_for_nothing_is_still_never_first() -> None:
    asks_nothing = {"least_backers": 0, "least_raised_bp": 0, "target_pence": 100}
    found = not_yet(**asks_nothing, backers=0, crowd_pence=0)
    assert found is not None
    assert found.rule == "never first"
    assert not_yet(**asks_nothing, backers=1, crowd_pence=1) is None


def test_the_words_say_how_much_is_missing() -> None:
    found = not_yet(least_backers=2, least_raised_bp=1000, backers=2, crowd_pence=20_050, target_pence=650_000)
    assert found is not None
    assert found.words == "The crowd has pledged £200.50 of the £650 that this fund asks for first."


@pytest.mark.parametrize(("target", "bp", "pence"), [(1_000_000, 1000, 100_000), (999, 1000, 100), (1001, 1000, 101)])
def test_the_share_that_the_crowd_must_bring_is_rounded_up(target: int, bp: int, pence: int) -> None:
    assert trigger_amount(target, bp) == pence


def test_a_list_shows_what_is_left_after_each_row_and_where_the_pot_ends() -> None:
    asks = [Ask(2_500, ()), Ask(3_000, ()), Ask(9_000, ()), Ask(4_500, ())]
    assert run_down([(1, False, 10_000)], asks) == [
        After(7_500, True, 10_000),
        After(4_500, True, 7_500),
        After(4_500, False, 4_500),
        After(0, True, 4_500),
    ]


def test_a_list_draws_a_source_with_a_purpose_for_fitting_proposals_only() -> None:
    sources = [(1, False, 1_000), (2, True, 1_000)]
    assert run_down(sources, [Ask(1_500, ()), Ask(1_500, (2,)), Ask(300, ())]) == [
        After(2_000, False, 1_000),
        After(500, True, 2_000),
        After(500, False, 250),  # 250 is left for those that fit no purpose
    ]
