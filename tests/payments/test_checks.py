"""Each rule of payments names what breaks it. Rows are spoiled as a superuser can, with the guards off."""

import pytest

from crowdfund_kent.database import execute, fetch
from crowdfund_kent.invariants import Rule, run
from payments.checks import RULES
from tests.payments import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")

# how to spoil a settled campaign with one collected pledge (and its match), rule by rule
SPOILT = {
    "charge_attempt history agrees": "UPDATE charge_attempt SET status = 'declined'",
    "refund history agrees": (
        "INSERT INTO refund (status, pledge_id, attempt_id, number, key, amount_pence, reason, created_at, server_error)"
        " SELECT 'intended', pledge_id, id, 1, 'key', 1, 'charged twice', now(), false FROM charge_attempt"
    ),
    "collected pledges were charged once": "UPDATE charge_attempt SET amount_pence = amount_pence - 1",
    "charged pledges are collected": "UPDATE pledge SET status = 'dropped'",
    "nobody is charged twice": (
        "INSERT INTO charge_attempt (status, pledge_id, number, key, amount_pence, parameters, payment_intent, charge,"
        " intended_at, server_error) SELECT status, pledge_id, 2, 'another key', amount_pence, parameters, 'pi_2', 'ch_2',"
        " intended_at, false FROM charge_attempt"
    ),
    "nobody is charged without a verdict": "UPDATE campaign SET raised_pence = target_pence - 1",
    "card money in the books": "UPDATE ledger_movement SET kind = 'other' WHERE kind = 'collected'",
    "refunds on pledges": "UPDATE pledge SET refunded_pence = 1",
    "settled or collapsed by the threshold": "UPDATE campaign SET target_pence = target_pence * 2",
    "a settled campaign waits for nobody": "UPDATE pledge SET status = 'failed'",
    "saved cards are let go": (
        "UPDATE saved_card SET detached_at = NULL; UPDATE pledge_event SET effective_at = effective_at - interval '2 days'"
    ),
    "every pledge to collect is in somebody's hands": "UPDATE pledge SET status = 'collecting'",
}


# the others, and whether every rule has its spoiled row: tests/checks
HERE = [rule for rule in RULES if rule.name in SPOILT]


def test_every_spoiled_row_is_of_a_rule() -> None:
    assert len(HERE) == len(SPOILT)


@pytest.mark.parametrize("rule", HERE, ids=lambda rule: rule.name)
async def test_a_spoiled_row_is_named(provider: World, rule: Rule) -> None:
    scene = await make.scene(provider, 2_000)
    pledge = await scene.pledge(2_000)
    await scene.collect()
    assert [found.count for found in await run(RULES)] == [0] * len(RULES)
    await execute("SET LOCAL session_replication_role = replica")
    for statement in SPOILT[rule.name].split("; "):
        await execute(statement)
    await execute("SET LOCAL session_replication_role = origin")
    (found,) = await run([rule])
    assert found.count == 1
    names = {f"pledge {pledge.reference}", f"campaign {scene.campaign.id}"}
    for table in ("charge_attempt", "refund", "saved_card"):
        names |= {f"{table} {row['id']}" for row in await fetch(f"SELECT id FROM {table}")}
    assert set(found.offenders) <= names
