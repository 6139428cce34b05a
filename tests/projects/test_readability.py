"""Advice on a text: what it sees, and that it never scolds a good one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects import readability

GOOD = (
    "### What happens now\n\nThe steps are green and worn. People who can't use a ladder stay at home.\n\n"
    "### What we will do\n\nWe put in a rail on each side. A local welder fits it in two days.\n\n- We clean the steps\n"
    "- We paint the edge\n\nThen we swim again. Everybody can come, at any age, on any day of the year. We look after it"
    " for good, as we have since 2011."
)


def test_a_good_text_gets_one_friendly_line() -> None:
    assert readability.advice(GOOD) == (readability.READS_WELL,)


@pytest.mark.parametrize("text", ["", "   \n\n", "### What happens now", "123 456"])
def test_of_nothing_nothing_is_said(text: str) -> None:
    assert readability.advice(text) == ()


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ("We will " + "walk and " * 12 + "rest.", "One sentence has more than 25 words"),
        (("We will " + "walk and " * 12 + "rest. ") * 2, "2 sentences have more than 25 words"),
        ("We utilise rails.", "Instead of “utilise”, say “use”."),
        ("We do it in order to swim.", "Instead of “in order to”, say “to”."),
        ("It is an intergenerational plan.", "“intergenerational”"),
        ("We swim. " * 70, "One paragraph is very long"),
    ],
)
def test_what_is_hard_to_read_is_named(added: str, words: str) -> None:
    found = readability.advice(f"{GOOD}\n\n{added}")
    assert len(found) == 1
    assert words in found[0]


def test_a_short_story_is_told_that_it_may_be_longer() -> None:
    (found,) = readability.advice("We put in a rail.")
    assert "It is short" in found


@pytest.mark.parametrize(
    "fine",
    [
        "Ring Wren Hollis-Featherstonehaugh of the Thistledownshire club.",  # names
        "See [our page](https://example.org/a-very-long-address-indeed) for more.",
        "- one\n- two\n- three",
    ],
)
def test_names_links_and_lists_are_no_fault(fine: str) -> None:
    assert readability.advice(f"{GOOD}\n\n{fine}") == (readability.READS_WELL,)


@given(st.text(max_size=300))
def test_any_text_gets_advice_in_whole_sentences(text: str) -> None:
    for line in readability.advice(text):
        assert line
        assert line[0] == line[0].upper()
