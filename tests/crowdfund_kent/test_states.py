"""Every status is in its table, every edge leads somewhere it names, and each machine begins in one state."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from crowdfund_kent.errors import InvalidMove
from crowdfund_kent.states import allowed, move, start_of, states_of
from panel import states as panel
from payments import states as payments
from pledges import states as pledges
from projects import states as projects

MACHINES: list[tuple[type[StrEnum], Mapping[tuple[str, str], str], str]] = [
    (projects.Campaign, projects.CAMPAIGN, "draft"),
    (pledges.Pledge, pledges.PLEDGE, "pending"),
    (pledges.Match, pledges.MATCH, "earmarked"),
    (panel.Award, panel.AWARD, "proposed"),
    (payments.Attempt, payments.ATTEMPT, "intended"),
    (payments.Refund, payments.REFUND, "intended"),
    (payments.RefundProposal, payments.REFUND_PROPOSAL, "proposed"),
    (pledges.Help, pledges.HELP, "unconfirmed"),
]
NAMES = ["campaign", "pledge", "match pledge", "award", "charge attempt", "refund", "refund proposal", "help"]


@pytest.mark.parametrize(("statuses", "table", "first"), MACHINES, ids=NAMES)
def test_every_status_is_in_its_table_and_can_be_reached(
    statuses: type[StrEnum], table: Mapping[tuple[str, str], str], first: str
) -> None:
    assert states_of(table) == set(statuses)
    assert start_of(table) == first
    reached, waiting = {first}, [first]
    while waiting:
        here = waiting.pop()
        for (old, _), new in table.items():
            if old == here and new not in reached:
                reached.add(new)
                waiting.append(new)
    assert reached == set(statuses)


@pytest.mark.parametrize(("statuses", "table", "first"), MACHINES, ids=NAMES)
def test_a_cause_that_is_not_in_the_table_moves_nothing(
    statuses: type[StrEnum], table: Mapping[tuple[str, str], str], first: str
) -> None:
    for status in statuses:
        assert not allowed(table, status, "no such cause")
        with pytest.raises(InvalidMove):
            move(table, status, "no such cause")
