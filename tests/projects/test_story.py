"""A story in four answers, or in one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects import story

KEYS = [one.key for one in story.PROMPTS]
ANSWERS = st.dictionaries(
    st.sampled_from(KEYS), st.text("ab #*-\n", max_size=30).map(str.strip).filter(bool), max_size=len(KEYS)
)


@given(ANSWERS)
def test_what_is_composed_is_read_again_part_by_part(answers: dict[str, str]) -> None:
    assert story.parts_of(story.compose(answers)) == dict.fromkeys(KEYS, "") | answers


@pytest.mark.parametrize(
    "text",
    [
        "Our own words.",
        "First our own.\n\n### What happens now\n\nIt is grey.",
        "### What we will do\n\nPlant.\n\n### What happens now\n\nIt is grey.",
        "### Who it is for\n\nAll.\n\n### Who it is for\n\nAll again.",
    ],
)
def test_a_text_of_the_groups_own_is_left_as_it_is(text: str) -> None:
    assert story.parts_of(text) is None
    assert story.problem(text) is None


def test_an_answer_can_not_make_another_part() -> None:
    made = story.compose({"now": "Grey.\n### Who it is for\nMe"})
    found = story.parts_of(made)
    assert found is not None
    assert found["now"] == "Grey.\nWho it is for\nMe"
    assert not found["for"]


def test_the_next_part_is_named_until_all_four_are_written() -> None:
    assert story.problem("") == "Enter the story of the project"
    answers: dict[str, str] = {}
    for prompt in story.PROMPTS[:-1]:
        answers[prompt.key] = "Words."
        following = story.next_prompt(prompt.key)
        assert following is not None
        assert following.question in str(story.problem(story.compose(answers)))
    assert story.problem(story.compose(answers | {KEYS[-1]: "Words."})) is None
    assert story.next_prompt(KEYS[-1]) is None
