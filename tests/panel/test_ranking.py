"""Scores, the published tie rule, and what the pot says to the order: tables of numbers, and properties."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.ranking import Entry, Wanted, beside_the_pot, needs_reason, passes, ranked, score_bp

DAY = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sheets", "score"),
    [
        ([], None),
        ([[]], None),
        ([[0, 0, 0]], 0),
        ([[5, 5, 5]], 10_000),
        ([[5, 4, 3]], 8_000),
        ([[3, 3, 3, 3, 3, 3]], 6_000),
        ([[1, 1, 1], [1, 1, 2]], 2_333),
        ([[5, 0, 0], [5, 0, 0], [5, 0, 1]], 3_555),
        ([[2, 3], [3, 3], [3, 4]], 6_000),
        ([[4, 4, 4, 4, 4, 3]], 7_666),
    ],
)
def test_a_score_is_the_mean_share_of_all_points_rounded_down_once(sheets: list[list[int]], score: int | None) -> None:
    assert score_bp(sheets) == score


def test_it_is_not_the_mean_of_rounded_shares() -> None:
    assert [score_bp([sheet]) for sheet in ([1, 0, 0], [1, 0, 0], [2, 0, 0])] == [666, 666, 1_333]
    assert (666 + 666 + 1_333) // 3 == 888
    assert score_bp([[1, 0, 0], [1, 0, 0], [2, 0, 0]]) == 888
    assert score_bp([[1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 0, 0]]) == 500, "499 would be the mean of 666, 666, 666 and 0"


def test_sheets_of_different_lengths_or_other_points_are_no_sheets() -> None:
    for wrong in ([[5, 5], [5]], [[6]], [[-1]]):
        with pytest.raises(ValueError, match=r"same criteria|0 to 5"):
            score_bp(wrong)


@pytest.mark.parametrize(
    ("score", "mark", "passed"),
    [(6_000, 6_000, True), (5_999, 6_000, False), (None, 0, False), (0, 0, True), (10_000, 10_000, True)],
)
def test_the_pass_mark_is_met_at_the_mark(score: int | None, mark: int, passed: bool) -> None:
    assert passes(score, mark) is passed


def test_the_ends_of_the_scale_need_a_reason() -> None:
    assert [points for points in range(6) if needs_reason(points)] == [0, 1, 5]


def entry(pitch_id: int, score: int | None, backers: int = 0, minutes: int = 0) -> Entry:
    return Entry(pitch_id, score, backers, DAY + timedelta(minutes=minutes))


def test_score_then_backers_then_the_earlier_one() -> None:
    order = [
        entry(4, 9_000, 1, 60),
        entry(9, 8_000, 30, 59),
        entry(2, 8_000, 29, 0),
        entry(3, 8_000, 29, 1),
        entry(1, 8_000, 29, 2),
        entry(5, 0, 99, 0),
        entry(6, None, 100, 0),
        entry(8, None, 7, 0),
    ]
    assert ranked(reversed(order)) == order


ENTRIES = st.lists(
    st.builds(
        Entry,
        pitch_id=st.integers(1, 10_000),
        score=st.none() | st.integers(0, 4).map(lambda n: n * 2_500),
        backers=st.integers(0, 3),
        submitted_at=st.integers(0, 3).map(lambda n: DAY + timedelta(minutes=n)),
    ),
    unique_by=lambda one: one.pitch_id,
    max_size=12,
)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_is_total_and_does_not_depend_on_the_order_of_the_rows(entries: list[Entry], random: object) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    order = ranked(shuffled)
    assert order == ranked(entries)
    assert sorted(one.pitch_id for one in order) == sorted(one.pitch_id for one in entries)
    for first, second in pairwise(order):
        assert (first.score is None) <= (second.score is None)
        if first.score is not None and second.score is not None:
            assert first.score >= second.score
        if first.score == second.score:
            assert first.backers >= second.backers
            if first.backers == second.backers:
                assert first.submitted_at <= second.submitted_at


def test_what_fits_what_does_not_and_what_changes_if_the_line_moves() -> None:
    rows = beside_the_pot(
        [(1, False, 1_000)], [Wanted(7, 600), Wanted(8, 500), Wanted(9, 400), Wanted(5, 0), Wanted(4, 1)]
    )
    assert [row.fits for row in rows] == [True, False, True, True, False]
    assert [row.left_pence for row in rows] == [400, 400, 0, 0, 0]
    assert [row.together_pence for row in rows] == [600, 600, 1_000, 1_000, 1_000]
    assert [row.short_pence for row in rows] == [0, 100, 0, 0, 1]
    assert [row.makes_room for row in rows] == [(8, 4), (), (4,), (), ()]
    assert [row.fits_without for row in rows] == [None, 7, None, None, 9]


def test_a_source_with_a_purpose_makes_no_room_for_what_does_not_fit_it() -> None:
    sources = [(1, False, 100), (2, True, 900)]
    rows = beside_the_pot(sources, [Wanted(1, 500, (2,)), Wanted(2, 200), Wanted(3, 450, (2,))])
    assert [row.fits for row in rows] == [True, False, True]
    assert rows[1].short_pence == 150, "50 of the plain source went to the first by what is left in each"
    assert rows[1].fits_without is None, "100 in the plain source are not enough even then"
    assert rows[2].left_pence == 50


@given(
    st.lists(st.integers(0, 300), min_size=1, max_size=3),
    st.lists(st.integers(0, 400), max_size=7),
)
def test_beside_the_pot_nothing_is_over_and_all_adds_up(pots: list[int], amounts: list[int]) -> None:
    sources = [(number, False, pence) for number, pence in enumerate(pots)]
    rows = beside_the_pot(sources, [Wanted(number, pence) for number, pence in enumerate(amounts)])
    for row in rows:
        assert row.left_pence >= 0
        assert row.left_pence + row.together_pence == sum(pots)
        assert (row.short_pence > 0) != row.fits
