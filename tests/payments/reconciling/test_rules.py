"""Two sides beside each other, and which nights are due."""

from datetime import UTC, date, datetime

import pytest

from payments.reconciling import rules
from payments.reconciling.kinds import WORDS, Thing, What
from payments.reconciling.rules import Fact, Side

TAKEN = Fact("a:1", 2_000, counts=True, word="succeeded", pledge="P-1")
LESS = Fact("a:1", 1_999, counts=True, word="succeeded", pledge="P-1")
OTHERS = Fact("a:1", 2_000, counts=True, word="succeeded", pledge="P-2")
NOT = Fact("a:1", 2_000, counts=False, word="declined", pledge="P-1")
ELSEWHERE = Fact("pi_9", 2_000, counts=True, word="paid", pledge="P-1")


@pytest.mark.parametrize(
    ("ours", "theirs", "what"),
    [
        (None, None, None),
        (TAKEN, TAKEN, None),
        (TAKEN, ELSEWHERE, None),  # each side has its own words and numbers
        (NOT, NOT, None),
        (NOT, None, None),
        (None, NOT, None),
        (LESS, NOT, What.NOT_THERE),
        (TAKEN, None, What.NOT_THERE),
        (TAKEN, NOT, What.NOT_THERE),
        (None, TAKEN, What.NOT_HERE),
        (NOT, TAKEN, What.NOT_HERE),
        (TAKEN, LESS, What.DIFFERS),
        (LESS, TAKEN, What.DIFFERS),
        (TAKEN, OTHERS, What.DIFFERS),
    ],
)
def test_what_a_pair_of_sides_is(ours: Fact | None, theirs: Fact | None, what: What | None) -> None:
    def side(fact: Fact | None) -> Side:
        return Side({Thing.CHARGE: {"ch_1": fact} if fact is not None else {}})

    found = rules.compare(side(ours), side(theirs))
    assert [one.what for one in found] == ([what] if what is not None else [])
    for one in found:
        assert (one.thing, one.subject, one.ours, one.theirs) == (Thing.CHARGE, "ch_1", ours, theirs)
        assert one.pledge in ("P-1", "P-2")


def test_each_thing_is_beside_its_own_kind() -> None:
    ours = Side({Thing.CHARGE: {"x": TAKEN}})
    theirs = Side({Thing.REFUND: {"x": TAKEN}})
    assert [(one.thing, one.what) for one in rules.compare(ours, theirs)] == [
        (Thing.CHARGE, What.NOT_THERE),
        (Thing.REFUND, What.NOT_HERE),
    ]


def test_what_follows_from_another_difference_is_not_told_as_well() -> None:
    fee = Fact("txn_1", 58, counts=True, word="kept", pledge="P-1")
    theirs = {Thing.CHARGE: {"ch_1": TAKEN}, Thing.FEE: {"ch_1": fee, "ch_2": fee}, Thing.BOOKS: {"campaign:1": TAKEN}}
    found = rules.compare(Side({Thing.BOOKS: {"campaign:1": LESS}}), Side(theirs))
    assert [(one.thing, one.subject) for one in found] == [(Thing.CHARGE, "ch_1"), (Thing.FEE, "ch_2")]
    alone = rules.compare(Side({Thing.BOOKS: {"campaign:1": LESS}}), Side({Thing.BOOKS: {"campaign:1": TAKEN}}))
    assert [(one.thing, one.what) for one in alone] == [(Thing.BOOKS, What.DIFFERS)]


def test_only_what_a_second_reading_finds_too_counts() -> None:
    first = rules.compare(Side({Thing.CHARGE: {"a": TAKEN, "b": TAKEN}}), Side({}))
    second = rules.compare(Side({Thing.CHARGE: {"b": LESS, "c": TAKEN}}), Side({}))
    assert [(one.subject, one.ours) for one in rules.in_both(first, second)] == [("b", LESS)]


def test_the_run_is_looked_at_soon_and_on_fourteen_nights() -> None:
    run = datetime(2026, 3, 20, 23, 10, tzinfo=UTC)
    days = rules.due_days(date(2026, 3, 20))
    assert (len(days), days[0], days[-1]) == (15, date(2026, 3, 20), date(2026, 4, 3))
    assert rules.due_at(days[0], run) == run + rules.AFTER_RUN
    night = datetime(2026, 3, 20, 0, 10, tzinfo=UTC)
    assert rules.due_at(days[0], night) == night + rules.AFTER_RUN
    # half past three in London, in winter and after the clocks went forward
    assert rules.due_at(days[1], run) == datetime(2026, 3, 21, 3, 30, tzinfo=UTC)
    assert rules.due_at(days[14], run) == datetime(2026, 4, 3, 2, 30, tzinfo=UTC)


def test_every_difference_has_words() -> None:
    assert set(WORDS) == {(thing, what) for thing in Thing for what in What}
