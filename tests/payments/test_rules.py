"""When a card is charged again, when its backer hears of it, and when a campaign is paid out: tables of numbers."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments import rules
from payments.rules import Do, Plan, Standing

FIRST = datetime(2026, 3, 1, 9, tzinfo=UTC)
END = FIRST + timedelta(days=14)
THRESHOLDS = json.loads((Path(__file__).parent.parent / "data" / "allocation.json").read_text())["threshold"]


def day(number: float) -> datetime:
    return FIRST + timedelta(days=number)


def standing(**more: Any) -> Standing:
    """A payment that failed on day 0 and was told about."""
    found = {"ends_at": END, "first_attempt_at": FIRST, "last_attempt_at": FIRST, "attempts": 1, "mails": 1}
    return Standing(**{**found, "decline_code": "generic_decline", **more})


@pytest.mark.parametrize("case", THRESHOLDS, ids=lambda case: case["name"])
def test_a_campaign_is_paid_out_by_the_published_threshold(case: dict[str, Any]) -> None:
    secured = case["crowd_collected"] + case["match"]
    paid = rules.pays_out(secured, case["target"], case["threshold_bp"])
    assert ("settled" if paid else "collapsed") == case["outcome"]


@given(st.integers(1, 10**9), st.integers(0, 10_000))
def test_the_least_that_must_be_secured_is_exactly_enough(target: int, threshold_bp: int) -> None:
    least = rules.least_secured(target, threshold_bp)
    assert rules.pays_out(least, target, threshold_bp)
    assert least == 0 or not rules.pays_out(least - 1, target, threshold_bp)


@pytest.mark.parametrize(("raised", "met"), [(9_999, False), (10_000, True), (10_001, True)])
def test_the_verdict_asks_for_the_whole_target(raised: int, met: bool) -> None:
    assert rules.target_is_met(raised, 10_000) is met


def test_the_first_attempt_is_due_at_once() -> None:
    assert rules.next_step(Standing(), FIRST) == Plan(Do.CHARGE)


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        (0, 2.99, Plan(Do.WAIT, day(3))),
        (0, 3, Plan(Do.CHARGE)),
        (3, 6.99, Plan(Do.WAIT, day(7))),
        (3, 7, Plan(Do.CHARGE)),
        (7, 12.99, Plan(Do.WAIT, day(13))),
        (7, 13, Plan(Do.CHARGE)),
        (13, 13.99, Plan(Do.WAIT, END)),
        (13, 14, Plan(Do.DROP)),
        (0, 8, Plan(Do.CHARGE)),  # two days were missed: one attempt makes up for both
    ],
)
def test_a_declined_card_is_tried_on_days_0_3_7_and_13(last: float, now: float, expected: Plan) -> None:
    found = standing(last_attempt_at=day(last), mails=3)
    assert rules.next_step(found, day(now)) == expected


@pytest.mark.parametrize(
    ("mails", "now", "expected"),
    [
        (0, 0, Plan(Do.MAIL)),
        (1, 0, Plan(Do.WAIT, day(3))),
        (1, 3, Plan(Do.MAIL)),
        (2, 6.9, Plan(Do.WAIT, day(7))),
        (2, 7, Plan(Do.MAIL)),
        (3, 7, Plan(Do.WAIT, END)),
    ],
)
def test_a_backer_hears_at_most_three_times_on_days_0_3_and_7(mails: int, now: float, expected: Plan) -> None:
    found = standing(waits_for_backer=True, mails=mails)
    assert rules.next_step(found, day(now)) == expected


@pytest.mark.parametrize(("now", "count"), [(0, 1), (2.9, 1), (3, 2), (8, 3), (13, 3)])
def test_mails_of_days_that_passed_are_not_made_up_for(now: float, count: int) -> None:
    assert rules.mails_after(FIRST, day(now)) == count


@pytest.mark.parametrize("code", sorted(rules.STOP_AT_ONCE))
def test_a_card_that_will_never_pay_is_not_tried_again(code: str) -> None:
    found = standing(decline_code=code, mails=3)
    assert rules.next_step(found, day(3)) == Plan(Do.WAIT, END)


def test_the_issuers_advice_not_to_try_again_is_followed() -> None:
    found = standing(advice_code=rules.DO_NOT_TRY_AGAIN, mails=3)
    assert rules.next_step(found, day(3)) == Plan(Do.WAIT, END)


@pytest.mark.parametrize("code", ["generic_decline", "insufficient_funds", "do_not_honor", None])
def test_a_card_that_may_pay_later_is_tried_again(code: str | None) -> None:
    assert rules.next_step(standing(decline_code=code), day(3)) == Plan(Do.CHARGE)


@pytest.mark.parametrize(
    "more", [{"waits_for_backer": True}, {"decline_code": "stolen_card"}, {"last_attempt_at": day(1)}]
)
def test_another_card_is_tried_at_once(more: dict[str, Any]) -> None:
    assert rules.next_step(standing(card_is_new=True, **more), day(1)) == Plan(Do.CHARGE)


def test_after_eight_attempts_nothing_more_is_tried() -> None:
    found = standing(card_is_new=True, attempts=rules.MOST_ATTEMPTS, mails=3)
    assert rules.next_step(found, day(5)) == Plan(Do.WAIT, END)


@pytest.mark.parametrize("more", [{"card_is_new": True}, {"first_attempt_at": None}, {}])
def test_who_was_let_off_is_never_charged(more: dict[str, Any]) -> None:
    assert rules.next_step(standing(let_off=True, **more), day(3)) == Plan(Do.DROP)


@pytest.mark.parametrize(
    ("age", "server_error", "look"),
    [(timedelta(hours=22, minutes=59), False, False), (timedelta(hours=23), False, True), (timedelta(0), True, True)],
)
def test_a_key_that_may_be_forgotten_or_replays_an_error_is_looked_up(
    age: timedelta, server_error: bool, look: bool
) -> None:
    assert rules.must_look(FIRST, server_error, FIRST + age) is look


@pytest.mark.parametrize(
    ("lasted", "jitter", "wait"),
    [
        (timedelta(0), 0, timedelta(seconds=15)),
        (timedelta(minutes=4), 0, timedelta(minutes=4)),
        (timedelta(minutes=4), 1, timedelta(minutes=5)),
        (timedelta(days=2), 0, timedelta(hours=1)),
    ],
)
def test_an_unknown_outcome_is_asked_about_less_and_less_often(
    lasted: timedelta, jitter: float, wait: timedelta
) -> None:
    assert rules.wait_for_answer(FIRST, FIRST + lasted, jitter) == wait


@given(st.integers(1, 1000), st.floats(0, 1))
def test_too_fast_is_answered_by_holding_back_up_to_half_a_minute(in_a_row: int, jitter: float) -> None:
    assert timedelta(seconds=0.5) <= rules.wait_when_limited(in_a_row, jitter) <= timedelta(seconds=30)


@pytest.mark.parametrize(
    ("due", "a_second", "words"),
    [
        (0, 20, ""),
        (300, 20, "less than a minute"),
        (3_000, 20, "about 3 minutes"),
        (3_000, 2, "about 25 minutes"),
        (72_000, 20, "about 1 hour"),
        (100_000, 20, "about 1 hour 24 minutes"),
        (1, 0.001, "about 17 minutes"),
    ],
)
def test_the_time_left_is_never_told_too_exactly(due: int, a_second: float, words: str) -> None:
    assert rules.time_left(due, a_second) == words
