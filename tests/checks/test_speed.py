"""All rules over the pilot's two years (90 projects, 6,165 pledges) take a moment, also before the planner knows them."""

import time

from crowdfund_kent.database import fetch
from crowdfund_kent.wiring import run_all_checks
from evaluation.history import import_history
from tests.evaluation.conftest import GENERATED, make_pilot

MOST_SECONDS = 3.0


async def test_all_rules_over_the_imported_history_take_less_than_three_seconds(db: None) -> None:
    await make_pilot()
    await import_history(GENERATED)
    rows = await fetch("SELECT count(*) AS pledges FROM pledge")
    assert rows[0]["pledges"] > 6_000
    taken = []
    for _ in range(3):  # the best of three: other work on the machine is not what is measured
        began = time.perf_counter()
        findings = await run_all_checks()
        taken.append(time.perf_counter() - began)
        assert {found.rule: found.offenders for found in findings if found.count} == {}
        if taken[-1] < MOST_SECONDS:
            break
    assert min(taken) < MOST_SECONDS
