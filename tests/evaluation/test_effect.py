"""Did the match make the difference? The comparison does what was written down beforehand, and nothing under ten campaigns."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from crowdfund_kent.clock import day_begins
from evaluation.effect.bootstrap import comparable_means, mean_of
from evaluation.effect.protocol import LEAST
from evaluation.history import import_history
from evaluation.indicators import measured
from evaluation.models import Protocol
from evaluation.scope import Records, Scope
from pledges.models import Pledge, PledgeEvent
from tests.evaluation.test_history import PLEDGE, PROJECT, files

EFFECT = ("effect_share", "effect_pace", "effect_at_award")
AFTER = Scope.of(date(2022, 1, 1), records=Records.REAL)
UNMATCHED = {name: value for name, value in PROJECT.items() if not name.startswith("match_")} | {
    "project": "B1", "group": "Shelf Makers", "title": "Shelves", "outcome": "unsuccessful", "settled": "",
}  # fmt: skip
# matched on 1 May: £970 of £1,400 stood then; £50 of it was taken back later, £80 came after
PLEDGES = [
    PLEDGE | {"outcome": "collected"},
    PLEDGE | {"pledge": "P2", "backer": "b-2", "amount": "200", "pledged": "2021-04-20", "outcome": "collected"},
    PLEDGE | {"pledge": "P3", "backer": "b-3", "amount": "120", "pledged": "2021-04-30", "outcome": "dropped"},
    PLEDGE | {"pledge": "P4", "backer": "b-4", "amount": "50", "outcome": "cancelled", "ended": "2021-05-10"},
    PLEDGE | {"pledge": "P5", "backer": "b-5", "amount": "80", "pledged": "2021-05-15", "outcome": "collected"},
    PLEDGE | {"pledge": "P6", "backer": "b-6", "amount": "700", "project": "B1", "outcome": "released"},
]


@pytest.fixture
async def both(pilot: list[Path], tmp_path: Path) -> None:
    """A matched campaign and an unmatched one with the same target."""
    await import_history(files(tmp_path, [PROJECT, UNMATCHED], PLEDGES))


async def test_of_fewer_than_ten_campaigns_nothing_is_told(both: None) -> None:
    found = await measured(AFTER)
    for key in EFFECT:
        assert (found.of(key).value, found.of(key).why) == (None, "too few to tell: fewer than 10 campaigns")
    assert LEAST == 10


async def test_each_measure_is_what_the_protocol_says(both: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.effect.comparing.LEAST", 1)
    found = await measured(AFTER)
    told = {key: found.of(key) for key in EFFECT}
    assert told["effect_share"].value == 7_142 - 5_000  # £1,000 and £700 of £1,400
    assert told["effect_at_award"].value == 6_929, "as it stood when the match came"
    # two pledges in the fourteen days before, one in those after: a pledge fewer in fourteen days
    assert (told["effect_pace"].numerator, told["effect_pace"].value) == (-1, -1)
    share = told["effect_share"]
    assert share.low == share.high == share.value, "one campaign has no spread"


async def test_a_pledge_that_was_smaller_once_was_what_it_was_when_the_match_came(
    both: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaluation.effect.comparing.LEAST", 1)
    (pledge,) = await Pledge.filter(amount_pence=60_000)
    first = await PledgeEvent.filter(subject_id=pledge.id, new="active").first()
    assert first is not None
    earlier = day_begins(date(2021, 4, 20))
    await PledgeEvent.create(
        subject_id=pledge.id, old="active", new="active", cause="another amount", amount_pence=30_000,
        effective_at=earlier, recorded_at=first.recorded_at,
    )  # fmt: skip
    found = await measured(AFTER)
    assert found.of("effect_share").value == 7_142 - 5_000, "£600 at the verdict"
    assert found.of("effect_at_award").value == 4_786, "£300 of it when the match came: £670 in all"


async def test_what_was_not_written_down_beforehand_is_not_computed(
    both: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await Protocol.all().count() == 1
    monkeypatch.setattr("evaluation.effect.comparing.DIGEST", "0" * 64)  # as if the words were others
    found = await measured(AFTER)
    assert found.of("effect_share").why == "the comparison was not written down beforehand"


def test_the_mean_has_the_same_interval_each_time_and_holds_the_mean() -> None:
    values = np.array([0, 100, 200, 300, 1_000, 50, 60, 70, 80, 90], dtype=np.int64)
    one, two = mean_of(values), mean_of(values)
    assert one == two
    assert one.value == 195
    assert one.low < one.value < one.high
    assert one.high < 1_000


def test_comparable_is_from_three_quarters_to_five_quarters_of_the_target() -> None:
    targets, shares = np.array([74, 75, 125, 126]), np.array([1_000, 2_000, 4_000, 9_000])
    assert comparable_means(np.array([100, 1_000]), targets, shares, 7_500, 12_500).tolist() == [3_000, -1]
