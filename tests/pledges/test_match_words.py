"""What a resident reads about a match is true for each way in which a match counts (ruling 6)."""

import re

import pytest

from pledges.kinds import Accrual
from pledges.match_words import Promise, promise_words

CLOSER = "Your pledge does not change that amount: it brings the project closer to it."
KNOWN = [
    ("flat", False, f"KCC has promised £5,000 if the target is met. {CLOSER}"),
    ("flat", True, "KCC has promised £5,000. Your pledge does not change that amount."),
    (
        "in first",
        False,
        f"KCC came in first, with £5,000. It counts already, and is paid if the target is met. {CLOSER}",
    ),
    ("in first", True, "KCC has promised £5,000. Your pledge does not change that amount."),
    (
        "top-up",
        False,
        "KCC has promised the last £5,000: it counts as soon as pledges and other money reach the rest of the target."
        f" {CLOSER}",
    ),
    (
        "bridging",
        False,
        "KCC has promised £5,000. It counts from when backers have pledged 25% of the target, and is paid if the target"
        f" is met. {CLOSER}",
    ),
    (
        "pound for pound",
        False,
        "KCC adds £1 for each £1 that is pledged here, while its money for this lasts, up to £5,000 in all. It is paid on"
        " what is collected, if the target is met.",
    ),
    (
        "pound for pound",
        True,
        "KCC adds £1 for each £1 that is pledged here, while its money for this lasts, up to £5,000 in all. It is paid on"
        " what is collected, if the target is met.",
    ),
]


@pytest.mark.parametrize(("accrual", "met", "words"), KNOWN)
def test_each_way_has_its_own_words(accrual: str, met: bool, words: str) -> None:
    assert promise_words(Promise("KCC", 500_000, accrual), target_met=met) == words


@pytest.mark.parametrize(("factor_bp", "each"), [(10_000, "£1"), (5_000, "50p"), (15_000, "£1.50"), (20_000, "£2")])
def test_pound_for_pound_says_what_is_added_to_each_pound(factor_bp: int, each: str) -> None:
    words = promise_words(Promise("KCC", 500_000, "pound for pound", factor_bp=factor_bp), target_met=False)
    assert f"adds {each} for each £1" in words


@pytest.mark.parametrize("met", [True, False])
@pytest.mark.parametrize("accrual", list(Accrual))
def test_only_where_it_is_so_a_pledge_is_said_to_change_the_amount(accrual: Accrual, met: bool) -> None:
    words = promise_words(Promise("KCC", 500_000, accrual), target_met=met)
    assert ("does not change" in words) == (accrual is not Accrual.POUND_FOR_POUND)


@pytest.mark.parametrize("accrual", [row[0] for row in KNOWN])
def test_nobody_is_hurried(accrual: str) -> None:
    words = promise_words(Promise("KCC", 500_000, accrual), target_met=False)
    assert not re.search(r"hurry|last chance|only .* left|now or never|don.t miss", words, re.IGNORECASE)
