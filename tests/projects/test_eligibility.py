"""The five questions: every path to its answer."""

from collections import Counter
from collections.abc import Iterator

import pytest

from crowdfund_kent.geography import DISTRICTS
from projects import eligibility
from projects.eligibility import QUESTIONS, Scheme, Verdict
from projects.kinds import LegalForm

SCHEME = Scheme()
GOOD = {"thing": "none", "place": "E07000114", "who": "group", "cost": "middle", "when": "year"}
NO = {
    "thing": {"profit", "party", "faith", "closed", "duty", "team", "again"},
    "place": {"medway", "elsewhere"},
    "who": {"business"},
    "cost": {"tiny"},
    "when": {"past"},
}
ASK = {
    "thing": {"event", "not-sure"},
    "place": {"not-sure"},
    "who": {"not-sure"},
    "cost": set(),
    "when": {"soon", "later"},
}


def test_what_is_left_out_is_asked_first_then_place_people_cost_and_time() -> None:
    assert [one.key for one in QUESTIONS] == ["thing", "place", "who", "cost", "when"]


def paths(so_far: dict[str, str]) -> Iterator[dict[str, str]]:
    """Every way through the questions, as a person can walk it."""
    question = eligibility.next_question(so_far, SCHEME)
    if question is None:
        yield so_far
        return
    for option in eligibility.options_of(question, SCHEME):
        yield from paths(so_far | {question.key: option.key})


def test_every_path_ends_in_the_answer_that_the_table_says() -> None:
    """A no wins over ask us, which wins over yes."""
    found = Counter[Verdict]()
    for answers in paths({}):
        says_no = any(value in NO[key] for key, value in answers.items())
        asks = any(value in ASK[key] for key, value in answers.items())
        wanted = Verdict.NO if says_no else Verdict.ASK if asks else Verdict.YES
        answer = eligibility.answer(answers, SCHEME)
        assert answer.verdict == wanted, answers
        assert bool(answer.because) == (wanted is not Verdict.YES)
        found[wanted] += 1
    # 2 of 4 things, 13 of 14 places, 6 of 7 kinds, 5 costs, 2 of 4 times say nothing against it
    assert found[Verdict.YES] == 2 * 13 * 6 * 5 * 2
    assert found[Verdict.ASK] == 4 * 14 * 7 * 5 * 4 - found[Verdict.YES]
    assert found[Verdict.NO] == 7 + 4 * 2 + 4 * 14 * 1 + 4 * 14 * 7 * 1 + 4 * 14 * 7 * 5 * 1


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in NO.items() for value in sorted(values)])
def test_a_no_ends_the_questions_at_once_and_says_why(key: str, value: str) -> None:
    before = [one.key for one in QUESTIONS]
    answers = {name: GOOD[name] for name in before[: before.index(key)]} | {key: value}
    assert eligibility.next_question(answers, SCHEME) is None
    found = eligibility.answer(answers, SCHEME)
    assert found.verdict is Verdict.NO
    assert found.because[0].endswith((".", "?"))
    assert not found.papers


def test_questions_come_one_after_the_other_and_what_was_never_offered_is_asked_again() -> None:
    answers: dict[str, str] = {}
    for question in QUESTIONS:
        assert eligibility.next_question(answers, SCHEME) is question
        assert eligibility.next_question(answers | {question.key: "forged"}, SCHEME) is question
        with pytest.raises(ValueError, match="open"):
            eligibility.answer(answers, SCHEME)
        answers[question.key] = GOOD[question.key]
    assert eligibility.next_question(answers, SCHEME) is None


def test_every_district_of_kent_can_be_chosen_and_medway_is_not_ours() -> None:
    offered = {one.key for one in eligibility.options_of(eligibility.PLACE, SCHEME)}
    assert {one.code for one in DISTRICTS} < offered
    assert "Medway Council" in eligibility.answer(GOOD | {"place": "medway"}, SCHEME).because[0]


@pytest.mark.parametrize(
    ("who", "cost", "titles"),
    [
        ("people", "small", ["Somebody who knows you", "A promise to say how it went"]),
        ("group", "middle", ["Somebody who knows you", "A promise to say how it went", "A bank statement"]),
        ("group", "large", ["A bank statement", "Your group’s rules", "Insurance"]),
    ],
)
def test_the_papers_grow_with_the_money(who: str, cost: str, titles: list[str]) -> None:
    found = eligibility.answer(GOOD | {"who": who, "cost": cost}, SCHEME)
    assert [paper.title for paper in found.papers if "your largest cost" not in paper.title] == titles
    assert found.paper_minutes == 5 * len(found.papers)


def test_the_least_target_and_the_funds_rules_are_the_schemes_own() -> None:
    strict = Scheme(least_target_pence=50_000, pays_for_things_that_last=False)
    least = next(one for one in eligibility.options_of(eligibility.COST, strict) if one.key == "tiny")
    assert least.words == "Less than £500"
    assert "£500 or more" in least.no
    lasting = GOOD | {"thing": "lasts"}
    assert eligibility.answer(lasting, SCHEME).verdict is Verdict.YES
    assert eligibility.answer(lasting, SCHEME).notes
    assert eligibility.answer(lasting, strict).verdict is Verdict.ASK


def test_what_was_answered_before_need_not_be_asked_again() -> None:
    assert eligibility.place_of({"place": "E07000114"}) == "E07000114"
    assert eligibility.place_of({"place": "several"}) == ""
    assert eligibility.legal_form_of({"who": "people"}) is LegalForm.NAMED_PEOPLE
    assert eligibility.legal_form_of({"who": "charity"}) is None
