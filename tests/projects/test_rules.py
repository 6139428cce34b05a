"""The rules of groups, projects and campaigns as tables of numbers and dates."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crowdfund_kent.clock import day_ends
from projects import rules
from projects.kinds import CostKind, LegalForm
from projects.rules import Figures, Limits, Line

LIMITS = Limits(shortest_days=42, longest_days=84, least_target_pence=25_000)
TODAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1234567", "1234567"),
        ("123456", "123456"),
        (" 1 234 567 ", "1234567"),
        ("1234567-1", "1234567-1"),
        ("1234567–12", "1234567-12"),
        ("sc012345", "SC012345"),
        ("NIC 101234", "NIC101234"),
        ("", None),
        ("   ", None),
    ],
)
def test_a_charity_number_is_written_in_one_form(typed: str, number: str | None) -> None:
    assert rules.charity_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    ["12345", "12345678", "SC112345", "NIC201234", "NIC1012345", "abc", "1234567-", "１２３４５６７", "1234567-1234"],
)
def test_another_form_is_no_charity_number_and_the_message_says_what_is(typed: str) -> None:
    with pytest.raises(rules.NumberError, match="6 or 7 figures"):
        rules.charity_number(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("01234567", "01234567"), ("sc 123456", "SC123456"), ("OC301234", "OC301234"), ("", None)],
)
def test_a_company_number_keeps_its_zeros(typed: str, number: str | None) -> None:
    assert rules.company_number(typed) == number


@pytest.mark.parametrize("typed", ["1234567", "123456789", "S1234567", "ABC12345", "SC12345", "0123456O"])
def test_a_company_number_has_eight_characters(typed: str) -> None:
    with pytest.raises(rules.NumberError, match="8 characters"):
        rules.company_number(typed)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Tidal pool steps for every body", "tidal-pool-steps-for-every-body"),
        ("St Peter's Café & Garden!", "st-peters-cafe-garden"),
        ("  ", "untitled"),
        ("日本", "untitled"),
        ("-- a --", "a"),
    ],
)
def test_an_address_is_made_of_plain_letters(name: str, slug: str) -> None:
    assert rules.slug_of(name) == slug


def test_a_taken_address_gets_the_next_number() -> None:
    assert rules.slug_of("A garden", {"a-garden"}) == "a-garden-2"
    assert rules.slug_of("A garden", {"a-garden", "a-garden-2"}) == "a-garden-3"
    assert len(rules.slug_of("x" * 200)) == 60


@pytest.mark.parametrize(
    ("costs", "other", "in_kind", "target", "value", "revenue"),
    [
        ([(600_000, "revenue")], [], [], 600_000, 600_000, 600_000),
        ([(400_000, "revenue"), (200_001, "capital")], [100_000], [50_000], 500_001, 650_001, 400_000),
        ([(100, "capital")], [100], [], 0, 100, 0),
        ([(100, "capital")], [101], [7], -1, 107, 0),
        ([], [], [], 0, 0, 0),
    ],
)
def test_target_and_value_follow_from_the_lines(
    costs: list[tuple[int, str]], other: list[int], in_kind: list[int], target: int, value: int, revenue: int
) -> None:
    """Ruling 1: target = cost lines - other funding, value = cost lines + in kind."""
    found = rules.figures(
        [Line("x", pence, CostKind(kind)) for pence, kind in costs],
        [Line("x", pence) for pence in other],
        [Line("x", pence) for pence in in_kind],
    )
    assert (found.target_pence, found.project_value_pence, found.revenue_pence) == (target, value, revenue)


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "in the future"), (0, "in the future"), (41, "6 to 12 weeks"), (42, None), (84, None)]
)
def test_a_last_day_lies_six_weeks_ahead_or_more(days: int, words: str | None) -> None:
    problem = rules.last_day_problem(TODAY + timedelta(days=days), TODAY, LIMITS)
    assert (problem is None) if words is None else (words in str(problem))


def test_a_last_day_may_be_planned_within_a_year() -> None:
    assert rules.last_day_problem(TODAY + timedelta(days=365), TODAY, LIMITS) is None
    assert "within a year" in str(rules.last_day_problem(TODAY + timedelta(days=366), TODAY, LIMITS))


@pytest.mark.parametrize(("days", "opens"), [(41, False), (42, True), (84, True), (85, False)])
def test_a_campaign_opens_six_to_twelve_weeks_before_its_last_day(days: int, opens: bool) -> None:
    problem = rules.opening_problem(TODAY + timedelta(days=days), TODAY, LIMITS)
    assert (problem is None) is opens
    if problem:
        assert "13 October 2026 to 24 November 2026" in problem


@pytest.mark.parametrize(
    ("suspended", "days"),
    [
        (timedelta(), 0),
        (timedelta(seconds=1), 1),
        (timedelta(hours=24), 1),
        (timedelta(hours=24, microseconds=1), 2),
        (timedelta(days=28), 28),
    ],
)
def test_the_deadline_moves_by_whole_days_rounded_up(suspended: timedelta, days: int) -> None:
    since = datetime(2026, 9, 1, 12, 30, tzinfo=UTC)
    assert rules.days_suspended(since, since + suspended) == days


def test_twenty_eight_days_is_not_too_long_and_a_second_more_is() -> None:
    since = datetime(2026, 9, 1, tzinfo=UTC)
    assert not rules.suspended_too_long(since, since + timedelta(days=28))
    assert rules.suspended_too_long(since, since + timedelta(days=28, seconds=1))


def test_weeks_are_said_where_they_are_whole() -> None:
    assert rules.run_in_words(LIMITS) == "6 to 12 weeks"
    assert rules.run_in_words(replace(LIMITS, shortest_days=10)) == "10 days to 12 weeks"
    assert rules.days_in_words(1) == "1 day"


COMPLETE = rules.Draft(
    title="Steps",
    summary="Safe steps",
    story="They are slippery.",
    place="Margate",
    district_code="E07000114",
    objective="health and wellbeing",
    has_picture=False,
    figures=Figures(600_000, 600_000, 0, 0),
    last_day=TODAY + timedelta(days=60),
    if_too_much="A bench",
    legal_form=LegalForm.UNINCORPORATED,
    named_people="",
    who="Nine swimmers.",
    permission="yes",
    permission_words="The council owns the steps and has said yes.",
    with_children="no",
    match_wanted_pence=0,
)


def test_a_complete_draft_misses_nothing_and_a_picture_is_not_needed() -> None:
    assert rules.missing(COMPLETE, TODAY, LIMITS) == []
    assert [step.key for step in rules.steps(COMPLETE, TODAY, LIMITS) if step.optional] == [
        "other-funding",
        "in-kind",
        "picture",
    ]


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"title": ""}, "title", "Enter a title"),
        ({"summary": ""}, "summary", "Enter a summary"),
        ({"story": ""}, "story", "Enter the story"),
        ({"place": ""}, "place", "Enter a place"),
        ({"district_code": ""}, "place", "choose a district"),
        ({"objective": ""}, "objective", "Choose what"),
        ({"figures": Figures(0, 0, 0, 0)}, "costs", "at least one cost"),
        ({"figures": Figures(100, 0, 100, 0)}, "costs", "covers all costs"),
        ({"figures": Figures(24_999, 0, 0, 0)}, "costs", "£249.99"),
        ({"last_day": None}, "last-day", "Enter the last day"),
        ({"last_day": TODAY}, "last-day", "in the future"),
        ({"if_too_much": ""}, "too-much", "extra money"),
        ({"legal_form": LegalForm.NAMED_PEOPLE}, "group", "names of the people"),
        ({"who": ""}, "who", "why you can do it"),
        ({"permission": ""}, "permission", "anybody’s permission"),
        ({"permission_words": ""}, "permission", "whether you have it"),
        ({"with_children": ""}, "children", "adults at risk"),
        ({"match_wanted_pence": None}, "match", "ask KCC"),
        ({"story": "### What happens now\n\nIt is slippery."}, "story", "What will you do?"),
    ],
)
def test_each_gap_is_named_with_what_to_do(changes: dict[str, object], key: str, words: str) -> None:
    draft = replace(COMPLETE, **changes)  # type: ignore[arg-type]
    (step,) = rules.missing(draft, TODAY, LIMITS)
    assert step.key == key
    assert words in str(step.problem)


def test_every_task_says_which_rule_asks_for_it_and_the_questions_are_numbered_in_their_order() -> None:
    found = rules.steps(COMPLETE, TODAY, LIMITS)
    assert all(step.rule.endswith(".") for step in found)
    assert [step.number for step in found if step.number] == list(range(1, len(rules.QUESTIONS) + 1))
    assert "6 to 12 weeks" in next(step.rule for step in found if step.key == "last-day")


def test_the_next_question_is_the_next_open_one_and_what_was_left_out_comes_last() -> None:
    draft = replace(COMPLETE, summary="", story="")
    found = rules.steps(draft, TODAY, LIMITS)

    def after(key: str) -> str | None:
        step = rules.next_open(found, key)
        return step.key if step else None

    assert after("title") == "summary"
    assert after("place") == "other-funding"  # it may be empty, but nobody has said so yet
    assert after("in-kind") == "picture"
    assert after("objective") == "summary"
    passed = replace(draft, passed=frozenset(rules.MAY_PASS), summary="Safe steps")
    assert rules.next_open(rules.steps(passed, TODAY, LIMITS), "story") is None
    papers = rules.steps(replace(passed, story="Grey.", missing_papers=("bank",)), TODAY, LIMITS)
    assert [step.key for step in papers if step is rules.next_open(papers, "too-much")] == ["papers"]


def test_one_or_two_named_people_need_no_constitution_only_names() -> None:
    draft = replace(COMPLETE, legal_form=LegalForm.NAMED_PEOPLE, named_people="Kim Hope and Sam Reed")
    assert rules.missing(draft, TODAY, LIMITS) == []


def test_the_least_target_itself_is_enough() -> None:
    assert rules.costs_problem(Figures(25_000, 0, 0, 0), LIMITS) is None


@pytest.mark.parametrize(
    ("last_day", "suspended", "resumed", "moved"),
    [
        # half an hour was left; 23 hours and 50 minutes later the next midnight is over: the clocks went forward
        (date(2027, 3, 27), "2027-03-27T23:30Z", "2027-03-28T23:20Z", date(2027, 3, 29)),
        (date(2027, 1, 27), "2027-01-27T23:30Z", "2027-01-28T23:20Z", date(2027, 1, 28)),
        (date(2027, 10, 30), "2027-10-30T22:30Z", "2027-10-31T22:20Z", date(2027, 10, 31)),
    ],
)
def test_a_campaign_goes_on_with_no_less_time_than_it_had(
    last_day: date, suspended: str, resumed: str, moved: date
) -> None:
    since, now = datetime.fromisoformat(suspended), datetime.fromisoformat(resumed)
    found = rules.last_day_after(last_day, since, now)
    assert found == moved
    assert day_ends(found) - now >= day_ends(last_day) - since
