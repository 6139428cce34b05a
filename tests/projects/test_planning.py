"""Days and card costs that follow from a plan."""

from datetime import date, timedelta

import pytest

from projects import planning, rules

LIMITS = rules.Limits(42, 84, 25_000)
TODAY = date(2026, 9, 1)


def days(last_day: date) -> planning.Days:
    return planning.days(last_day, TODAY, LIMITS, first_charge_hours=48, collection_days=14)


def test_the_days_of_a_campaign_follow_from_its_last_day() -> None:
    found = days(date(2026, 12, 31))
    assert found.open_from == date(2026, 10, 8)
    assert found.open_by == date(2026, 11, 19)
    assert found.charged_from == date(2027, 1, 3)
    assert found.paid_about == date(2027, 1, 17)


def test_a_near_last_day_may_open_from_today() -> None:
    assert days(TODAY + timedelta(days=60)).open_from == TODAY


def test_the_last_day_that_is_proposed_leaves_time_to_check_and_to_run() -> None:
    proposed = planning.usual_last_day(TODAY)
    assert rules.last_day_problem(proposed, TODAY, LIMITS) is None
    assert rules.opening_problem(proposed, TODAY + planning.CHECKED_WITHIN, LIMITS) is None


@pytest.mark.parametrize(
    ("target", "pledges", "cost"),
    [
        (0, 0, 0),
        (2_500, 1, 57),  # 37.5p and 20p, the half penny dropped as the example says "about"
        (100_000, 40, 40 * 57),
        (101_000, 41, 40 * 57 + 35),
    ],
)
def test_card_costs_are_a_share_and_a_fixed_part_of_each_pledge(target: int, pledges: int, cost: int) -> None:
    found = planning.card_costs(target, rate_bp=150, fixed_pence=20)
    assert (found.pledges, found.cost_pence, found.left_pence) == (pledges, cost, target - cost)
