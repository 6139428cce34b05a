"""`crowdfund-kent check` ends with 0 over a sound database, and with 1 and the offenders named over a spoiled one."""

import os

import asyncpg

from crowdfund_kent.wiring import all_rules
from tests.local.test_cli import command

# what this run sealed opens with its key
OURS = {name: os.environ[name] for name in ("CROWDFUND_KENT_MODE", "CROWDFUND_KENT_SECRET_KEY")}


async def test_a_sound_database_passes(committed: str) -> None:
    told = command("check", DATABASE_URL=committed, **OURS)
    assert (told.returncode, told.stderr) == (0, "")
    *rules, last = told.stdout.splitlines()
    assert last == f"All {len(rules)} rules hold."
    assert rules == [f"    ok  {rule.name}" for rule in all_rules()]


async def test_a_spoiled_database_fails_with_ten_offenders_and_the_number_of_the_others(committed: str) -> None:
    connection = await asyncpg.connect(committed)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("UPDATE ledger_line SET amount_pence = amount_pence + 1 WHERE amount_pence > 0")
    movements = await connection.fetchval("SELECT count(*) FROM ledger_movement")
    await connection.close()
    told = command("check", DATABASE_URL=committed)
    assert (told.returncode, told.stderr) == (1, "")
    lines = told.stdout.splitlines()
    at = lines.index(f"{movements:>6}  ledger balances: the lines of each movement sum to 0, at least two of them")
    offenders = [line.strip() for line in lines[at + 1 : at + 12] if line.startswith("        ledger_movement ")]
    assert len(offenders) == 10
    assert f"        and {movements - 10} more" in lines[at : at + 14]
    broken = [line[8:].partition(":")[0] for line in lines if line[:6].strip().isdigit()]
    assert {"promises are in the ledger", "commitments are in the ledger", "every payment is booked once"} <= set(
        broken
    )
    assert lines[-1] == f"{len(broken)} of {len(all_rules())} rules are broken."
