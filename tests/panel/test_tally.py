"""When votes carry a recommendation: a table of numbers, and what holds of any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.kinds import Choice
from panel.tally import Tally, tally_of

FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN


@pytest.mark.parametrize(
    ("votes", "quorum", "carried", "words"),
    [
        ([], 3, False, "0 of 3 votes: 3 more are needed for a quorum"),
        ([(FOR, False), (FOR, True)], 3, False, "2 of 3 votes: 1 more is needed for a quorum"),
        ([(FOR, False), (FOR, True), (ABSTAIN, False)], 3, True, ""),
        ([(FOR, False), (AGAINST, True), (ABSTAIN, False)], 3, False, "As many for as against"),
        ([(FOR, True), (AGAINST, False), (ABSTAIN, False)], 3, True, ""),
        ([(ABSTAIN, True), (FOR, False), (AGAINST, False)], 3, False, "As many for as against"),
        ([(ABSTAIN, False)] * 3, 3, False, "As many for as against"),
        ([(FOR, False), (AGAINST, False), (AGAINST, False)], 3, False, "More against than for"),
        ([(FOR, True), (AGAINST, False), (AGAINST, False)], 3, False, "More against than for"),
        ([(FOR, True), (FOR, False), (AGAINST, False), (AGAINST, False)], 4, True, ""),
    ],
)
def test_votes_carry_or_it_is_said_what_is_missing(
    votes: list[tuple[Choice, bool]], quorum: int, carried: bool, words: str
) -> None:
    tally = tally_of(votes)
    assert tally.carried(quorum) is carried
    assert tally.missing(quorum).startswith(words)
    assert bool(tally.missing(quorum)) is not carried


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.sampled_from([None, *Choice]), st.integers(1, 9))
def test_below_the_quorum_nothing_is_carried_and_one_more_vote_for_never_hurts(
    votes_for: int, against: int, abstained: int, casting: Choice | None, quorum: int
) -> None:
    tally = Tally(votes_for, against, abstained, casting)
    if tally.cast < quorum or votes_for < against:
        assert not tally.carried(quorum)
    if tally.carried(quorum):
        assert Tally(votes_for + 1, against, abstained, casting).carried(quorum)
