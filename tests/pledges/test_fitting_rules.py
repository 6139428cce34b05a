"""Does a fund fit a project? Rule by rule, each with its words."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pledges.fitting_rules import FundNow, RuleFit, Wish, judge, may_fit
from pledges.fund_scope import Numbers
from pledges.rounds_ahead import RoundAhead
from projects.match_days import MatchDays, end_problem
from tests.test_words import NEVER

TODAY = date(2026, 11, 22)
PILOT = Numbers(5000, 2_000_000, 6500, 20, 1000)
SPRING = RoundAhead(1, "spring", "Spring", date(2026, 12, 1), date(2027, 1, 10), date(2027, 2, 5))
FUND = FundNow(
    name="KCC's fund",
    is_open=True,
    starts_on=date(2026, 4, 1),
    ends_on=date(2028, 3, 31),
    without_crowd=False,
    left_pence=3_000_000,
    numbers=[PILOT],
    area_codes=frozenset(),
    area=[],
    group_kinds=frozenset(),
    objectives=[],
    same_list=True,
    exclusions=[],
    revenue_only=False,
    decision_working_days=20,
    decides_between_pence=None,
    rounds=[],
)
WISH = Wish(
    district_code="E07000114",
    district="Thanet",
    group_kind="registered charity",
    objective_id=7,
    target_pence=1_000_000,
    revenue_pence=400_000,
    crowd_pence=150_000,
    backers=25,
    promised_pence=150_000,
    in_crowd=True,
)
DOVER = {"area_codes": frozenset({"E07000108"}), "area": ["Dover"]}
SMALLER = Numbers(5000, 2_000_000, 6500, 5, 500)


def found(rule: str, fund: dict[str, Any], wish: dict[str, Any], today: date = TODAY) -> RuleFit | None:
    """What is said of one rule."""
    fits = judge(replace(FUND, **fund), replace(WISH, **wish), today)
    return next((one for one in fits if one.rule == rule), None)


@pytest.mark.parametrize(
    ("rule", "fund", "wish", "ok", "waits", "said"),
    [
        ("open", {}, {}, True, False, "open until 31 March 2028"),
        ("open", {"starts_on": date(2027, 1, 1)}, {}, False, True, "opens on 1 January 2027"),
        ("open", {"ends_on": date(2026, 11, 21)}, {}, False, False, "closed"),
        ("open", {"ends_on": TODAY}, {}, True, False, "open until 22 November 2026"),
        ("open", {"is_open": False}, {}, False, False, "closed"),
        ("crowd or not", {"without_crowd": True}, {}, False, False, "This one has a campaign"),
        ("crowd or not", {"without_crowd": True}, {"in_crowd": False}, True, False, "A referee"),
        ("area", {}, {}, True, False, "all of Kent"),
        ("area", DOVER, {}, False, False, "works in Dover, and the project is in Thanet"),
        ("area", DOVER, {"district_code": "E07000108"}, True, False, "works in Dover."),
        ("area", DOVER, {"district_code": ""}, None, False, "has not said where"),
        ("kind of group", {}, {}, True, False, "every kind"),
        ("kind of group", {"group_kinds": frozenset({"registered charity", "other"})}, {}, True, False, "other or reg"),
        ("kind of group", {"group_kinds": frozenset({"other"})}, {}, False, False, "of these kinds: other"),
        ("objective", {}, {}, True, False, "every objective"),
        ("objective", {"objectives": [(7, "Sport")]}, {}, True, False, "what the project is for"),
        ("objective", {"objectives": [(8, "Art"), (9, "Song")]}, {}, False, False, "Art or Song"),
        ("objective", {"objectives": [(8, "Art")]}, {"objective_id": None}, None, False, "has not said"),
        ("objective", {"objectives": [(7, "Art")], "same_list": False}, {}, None, False, "An officer looks"),
        ("exclusions", {"exclusions": ["Political campaigning", "Cake!"]}, {}, None, False, "campaigning. Cake!"),
        ("costs", {}, {}, True, False, "every cost"),
        ("costs", {"revenue_only": True}, {}, True, False, "£4,000 of the target"),
        ("costs", {"revenue_only": True}, {"revenue_pence": 2_000_000}, True, False, "£10,000 of the target"),
        ("costs", {"revenue_only": True}, {"revenue_pence": 0}, False, False, "only things that last"),
        ("costs", {"revenue_only": True}, {"target_pence": 0}, None, False, "has not said what it costs"),
        ("same project", {}, {}, True, False, "not had public money"),
        ("same project", {}, {"funded_by": "Pilot"}, False, False, "Pilot has paid for this project before"),
        ("same project", {}, {"funded_before": ["Rail", "Steps"]}, None, False, "“Rail” and “Steps”"),
        ("same project", {}, {"funded_before": ["Rail"], "told_apart": True}, True, False, "not the same as “Rail”"),
        ("one answer", {}, {"has_answer": True}, False, False, "once for a campaign"),
        ("all public money", {}, {}, True, False, "room for £6,500"),
        ("all public money", {}, {"other_public_pence": 649_900}, True, False, "room for £1."),
        ("all public money", {}, {"other_public_pence": 649_901}, False, False, "as much already"),
        ("money left", {}, {}, True, False, "£30,000 is left"),
        ("money left", {"left_pence": 99}, {}, False, False, "Nothing is left"),
        ("still needed", {}, {"promised_pence": 1_000_000}, False, False, "target is met"),
        ("backers first", {}, {}, True, False, "20 different backers have pledged and 10% of the target (£1,000)"),
        ("backers first", {}, {"backers": 19}, False, True, "So far: 19 backers"),
        ("backers first", {}, {"crowd_pence": 99_999}, False, True, "£999.99"),
        ("backers first", {}, {"backers": 0, "crowd_pence": 0, "target_pence": 0}, False, True, "10% of the target is"),
        ("backers first", {"numbers": [PILOT, SMALLER]}, {"backers": 5}, None, True, "asks for less"),
        ("backers first", {"numbers": [PILOT, SMALLER]}, {"backers": 4}, False, True, "So far: 4 backers"),
        ("backers first", {"numbers": [Numbers(5000, 1, 6500, 0, 0)]}, {"backers": 0}, False, True, "first pledge"),
        ("rounds", {}, {}, True, False, "at any time, within 20 working days"),
        (
            "rounds",
            {"decides_between_pence": 0, "rounds": [SPRING]},
            {"last_day": date(2027, 2, 5)},
            True,
            False,
            "Spring",
        ),
        (
            "rounds",
            {"decides_between_pence": 0, "rounds": [SPRING]},
            {"last_day": date(2027, 2, 4)},
            False,
            True,
            "before",
        ),
        (
            "rounds",
            {"decides_between_pence": 9, "rounds": [SPRING]},
            {"last_day": date(2027, 2, 4)},
            None,
            True,
            "before",
        ),
        ("rounds", {"decides_between_pence": 0}, {}, None, True, "no days yet"),
        ("rounds", {"decides_between_pence": 50_000}, {}, True, True, "Up to £500 can also"),
        (
            "rounds",
            {"decides_between_pence": 0, "rounds": [SPRING]},
            {},
            True,
            False,
            "Spring: ask from 1 December 2026 to 10 January 2027, decided by 5 February 2027.",
        ),
    ],
)
def test_each_rule_says_whether_it_fits_and_why(
    rule: str, fund: dict[str, Any], wish: dict[str, Any], ok: bool | None, waits: bool, said: str
) -> None:
    one = found(rule, fund, wish)
    assert one is not None
    assert (one.ok, one.waits) == (ok, waits), one.words
    assert said in one.words
    assert one.title
    assert not NEVER.search(one.words)
    assert one.words.endswith((".", "!"))


@pytest.mark.parametrize(
    ("rule", "fund", "wish"),
    [
        ("crowd or not", {}, {}),
        ("exclusions", {}, {}),
        ("one answer", {}, {}),
        ("all public money", {}, {"target_pence": 0}),
        ("still needed", {}, {"promised_pence": 999_999}),
        ("backers first", {"without_crowd": True}, {"in_crowd": False}),
    ],
)
def test_a_rule_that_says_nothing_is_left_out(rule: str, fund: dict[str, Any], wish: dict[str, Any]) -> None:
    assert found(rule, fund, wish) is None


def test_what_time_can_cure_keeps_no_fund_from_fitting() -> None:
    assert may_fit(judge(FUND, replace(WISH, backers=0, crowd_pence=0), TODAY))
    assert not may_fit(judge(FUND, replace(WISH, has_answer=True), TODAY))
    assert may_fit([RuleFit("area", None, "")])


KCC = MatchDays("KCC", date(2026, 12, 1), date(2027, 1, 10), date(2027, 2, 5))
NHS = MatchDays("NHS", date(2026, 12, 1), date(2027, 1, 3), date(2027, 1, 29))


@pytest.mark.parametrize(
    ("last_day", "days", "said"),
    [
        (date(2027, 2, 4), [], None),
        (date(2027, 2, 4), [KCC], "KCC decides by 5 February 2027"),
        (date(2027, 2, 5), [KCC], None),
        (date(2027, 2, 4), [KCC, NHS], None),
        (date(2027, 1, 28), [KCC, NHS], "NHS decides by 29 January 2027"),
        (date(2027, 1, 28), [KCC, MatchDays("Any time", working_days=20)], None),
        (date(2027, 1, 28), [KCC, MatchDays("No days yet")], None),
    ],
)
def test_a_campaign_that_ends_before_every_decision_is_told_so(
    last_day: date, days: list[MatchDays], said: str | None
) -> None:
    problem = end_problem(last_day, days)
    assert (problem is None) if said is None else (problem or "").startswith(said)
