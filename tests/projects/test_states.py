"""The campaign's table of states: every status is in it, every edge leads to one, and ends are ends."""

from collections import deque

import pytest

from crowdfund_kent.errors import InvalidMove
from crowdfund_kent.states import move, states_of
from projects.states import CAMPAIGN, EDITABLE, FINISHED, PUBLIC, Campaign


def test_every_status_is_in_the_table() -> None:
    assert states_of(CAMPAIGN) == set(Campaign)


def test_every_status_is_reached_from_a_draft() -> None:
    reached, waiting = {Campaign.DRAFT}, deque([Campaign.DRAFT])
    while waiting:
        here = waiting.popleft()
        for (old, _), new in CAMPAIGN.items():
            if old == here and new not in reached:
                reached.add(Campaign(new))
                waiting.append(Campaign(new))
    assert reached == set(Campaign)


def test_what_is_finished_goes_nowhere_but_settled_may_still_collapse() -> None:
    leaving = {(old, new) for (old, _), new in CAMPAIGN.items() if old in FINISHED}
    assert leaving == {(Campaign.SETTLED, Campaign.COLLAPSED)}
    assert all(any(old == state for old, _ in CAMPAIGN) for state in set(Campaign) - FINISHED)


def test_withdrawing_ends_where_the_public_begins() -> None:
    withdrawn_from = {old for (old, cause) in CAMPAIGN if cause == "withdrawn"}
    assert withdrawn_from == {Campaign.DRAFT, Campaign.SUBMITTED, Campaign.CHANGES_REQUESTED, Campaign.APPROVED}
    assert not withdrawn_from & PUBLIC


def test_the_groups_words_are_open_only_before_an_officer_has_them() -> None:
    assert {Campaign.DRAFT, Campaign.CHANGES_REQUESTED} == EDITABLE


def test_a_move_without_an_edge_is_refused() -> None:
    with pytest.raises(InvalidMove):
        move(CAMPAIGN, Campaign.CLOSING, "cancelled")
