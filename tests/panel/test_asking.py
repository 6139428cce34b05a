"""When a group may ask a fund, how far its crowd is, and what a request must hold: tables of the pure rules."""

from dataclasses import replace
from datetime import date

import pytest

from panel import asking
from panel.asking import Asked, Standing
from panel.queries.feedback import Mean, mean_hundredths
from panel.rules import not_yet

CAN = Standing(
    funder="KCC",
    today=date(2026, 11, 1),
    is_open=True,
    opens_on=date(2026, 10, 1),
    pitch_by=date(2026, 11, 15),
    decide_by=date(2026, 12, 11),
    fund_is_open=True,
    without_crowd=False,
    campaign_status="live",
    ends_on=date(2026, 12, 12),
    has_referee=False,
    target_pence=1_000_000,
    offered=False,
)
SMALL = replace(CAN, without_crowd=True, campaign_status="draft", ends_on=None, has_referee=True)


@pytest.mark.parametrize(
    ("at", "rule", "says"),
    [
        (CAN, None, ""),
        (replace(CAN, is_open=False), "round", "The last day to ask was 15 November 2026"),
        (replace(CAN, is_open=False, today=date(2026, 9, 30)), "round", "from 1 October 2026 to 15 November 2026"),
        (replace(CAN, fund_is_open=False), "fund", "does not give money now"),
        (replace(CAN, offered=True), "one match", "already offered"),
        (replace(CAN, campaign_status="approved"), "campaign", "Open your campaign first"),
        (replace(CAN, campaign_status="suspended"), "campaign", "is paused"),
        (replace(CAN, campaign_status="settled"), "campaign", "met its target"),
        (replace(CAN, campaign_status=None, ends_on=None), "campaign", "Open your campaign first"),
        (replace(CAN, ends_on=date(2026, 12, 11)), "ends before the decision", "Ask for a later last day first"),
        (replace(CAN, ends_on=date(2026, 11, 20)), "ends before the decision", "ends on 20 November 2026"),
        (SMALL, None, ""),
        (replace(SMALL, has_referee=False), "referee", "somebody outside your group"),
        (replace(SMALL, target_pence=0), "costs", "what your project costs"),
        (replace(SMALL, campaign_status="live"), "campaign", "ask a fund that adds to pledges"),
        (replace(SMALL, campaign_status="withdrawn"), None, ""),
    ],
)
def test_who_may_ask_now_and_what_others_do_about_it(at: Standing, rule: str | None, says: str) -> None:
    found = asking.why_not(at)
    assert (found.rule if found else None) == rule
    assert says in (found.words if found else "")


@pytest.mark.parametrize(
    ("backers", "crowd", "met", "line", "missing"),
    [
        (12, 64_000, False, "12 of 20 backers, £640 of £1,000", "8 more backers and £360 more from backers"),
        (19, 100_000, False, "19 of 20 backers, £1,000 of £1,000", "1 more backer"),
        (20, 99_999, False, "20 of 20 backers, £999.99 of £1,000", "£0.01 more from backers"),
        (20, 100_000, True, "20 of 20 backers, £1,000 of £1,000", ""),
        (31, 250_000, True, "31 of 20 backers, £2,500 of £1,000", ""),
    ],
)
def test_the_way_to_the_trigger_says_what_is_missing(
    backers: int, crowd: int, met: bool, line: str, missing: str
) -> None:
    found = asking.progress(
        least_backers=20, least_raised_bp=1_000, backers=backers, crowd_pence=crowd, target_pence=1_000_000
    )
    assert (found.is_met, found.line, found.missing) == (met, line, missing)


@pytest.mark.parametrize("least", [0, 1, 3])
@pytest.mark.parametrize("share", [0, 1, 1_000, 3_333])
@pytest.mark.parametrize(
    ("backers", "crowd"), [(0, 0), (1, 1), (1, 99), (3, 100), (3, 33_330), (2, 33_331), (9, 99_999)]
)
def test_progress_is_met_exactly_when_the_panel_may_come_in(least: int, share: int, backers: int, crowd: int) -> None:
    numbers = {"least_backers": least, "least_raised_bp": share, "target_pence": 100_001}
    found = asking.progress(backers=backers, crowd_pence=crowd, **numbers)
    assert found.is_met == (not_yet(backers=backers, crowd_pence=crowd, **numbers) is None)
    assert bool(found.missing) != found.is_met


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("one", 1), ("  one\n\ttwo  three ", 3), ("one two", 2), ("don’t stop-gap", 2)],
)
def test_words_are_what_stands_between_spaces(text: str, words: int) -> None:
    assert asking.word_count(text) == words


def test_too_many_words_are_refused_with_how_many_to_take_out() -> None:
    assert asking.too_long("word " * 150, 150) is None
    assert asking.too_long("word " * 151, 150) == "Use 150 words or fewer: take out 1 word"
    assert asking.too_long("word " * 1_200, 150) == "Use 150 words or fewer: take out 1,050 words"


@pytest.mark.parametrize(
    ("pence", "says"),
    [
        (99, "Enter £1 or more"),
        (100, None),
        (500_000, None),
        (500_001, "Enter £5,000 or less: KCC gives no more to one project"),
    ],
)
def test_an_amount_that_no_list_could_give_is_refused(pence: int, says: str | None) -> None:
    found = asking.amount_problem(pence, target_pence=900_000, largest_pence=500_000, funder="KCC")
    assert found == says


def test_nobody_asks_for_more_than_the_target() -> None:
    found = asking.amount_problem(400_001, target_pence=400_000, largest_pence=500_000, funder="KCC")
    assert found == "Enter £4,000 or less: that is your whole target"


def test_the_pages_of_a_request_come_in_order_and_say_what_is_missing() -> None:
    questions = [Asked(7, "Who gains?", 20, True, ""), Asked(9, "Anything else?", 20, False, "")]
    found = asking.steps(None, "", questions, "KCC")
    assert [one.key for one in found] == ["amount", "why", "questions/7", "questions/9"]
    assert [one.is_done for one in found] == [False, False, False, True]
    assert found[3].may_be_empty
    after = asking.after(found, "questions/7")
    assert after is not None
    assert after.key == "questions/9"
    assert asking.after(found, "questions/9") is None
    whole = asking.steps(5_000, "It matters.", [replace(questions[0], answer="Everybody here.")], "KCC")
    assert all(one.is_done for one in whole)
    long = asking.steps(5_000, "It matters.", [replace(questions[0], answer="word " * 21)], "KCC")
    assert long[2].problem == "Use 20 words or fewer: take out 1 word"


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ((3, 4, 4), "3.67 of 5"),
        ((0,), "0.00 of 5"),
        ((5, 5), "5.00 of 5"),
        ((1, 2), "1.50 of 5"),
        ((), "Nobody scored it"),
    ],
)
def test_a_mean_is_told_to_a_hundredth(points: tuple[int, ...], words: str) -> None:
    assert Mean("Fit", "", mean_hundredths(points)).words == words
