"""Each rule of `check` names the row that was spoiled behind the site's back, as a superuser with the guards off could."""

from importlib import import_module
from pkgutil import iter_modules

import pytest

from crowdfund_kent.checks import APPEND_ONLY
from crowdfund_kent.database import execute, fetch
from crowdfund_kent.invariants import run
from crowdfund_kent.migrations import __path__ as migrations_path
from crowdfund_kent.wiring import all_rules, run_all_checks
from tests.checks.spoils import SPOILS
from tests.checks.spoils.spoil import NAMES, Spoil

RULES = {rule.name: rule for rule in all_rules()}


async def names() -> dict[str, object]:
    """What stands for each name in a statement."""
    columns = ", ".join(f'({sql})::text AS "{name}"' for name, sql in NAMES.items())
    (row,) = await fetch(f"SELECT {columns}")
    assert None not in row.values(), [name for name, value in row.items() if value is None]
    return row


async def free(what: str) -> None:
    """Drop what would refuse: "table.constraint", "index", or "=table.column" for the uniqueness of a column."""
    if what.startswith("="):
        table, column = what[1:].split(".")
        rows = await fetch(
            "SELECT conname AS name FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid"
            " AND a.attnum = ANY(k.conkey) WHERE k.contype = 'u' AND k.conrelid = $1::text::regclass AND a.attname = $2",
            table,
            column,
        )
        await execute(f'ALTER TABLE {table} DROP CONSTRAINT "{rows[0]["name"]}"')
    elif "." in what:
        table, constraint = what.split(".")
        await execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    else:
        await execute(f"DROP INDEX {what}")


def test_every_rule_has_a_world_spoiled_for_it() -> None:
    assert set(SPOILS) == set(RULES)


def test_every_rule_says_in_one_sentence_why_and_how() -> None:
    rules = all_rules()
    assert len(RULES) == len(rules), "two rules of one name"
    for rule in rules:
        assert len(rule.name) <= 60
        assert 15 < len(rule.why) <= 140, rule.name
        assert ". " not in rule.why
        assert not rule.why.endswith(".")
        assert (rule.find is None) == bool(rule.sql), rule.name


def test_the_guards_that_check_looks_for_are_those_of_the_migrations() -> None:
    names = [module.name for module in iter_modules(migrations_path)]
    modules = [import_module(f"crowdfund_kent.migrations.{name}") for name in names]
    guards = [module for module in modules if hasattr(module, "APPEND_ONLY")]
    assert sorted(APPEND_ONLY) == sorted(table for module in guards for table in module.APPEND_ONLY)


async def test_the_small_world_is_sound_and_holds_every_outcome(db: None) -> None:
    assert {found.rule: found.offenders for found in await run_all_checks() if found.count} == {}
    rows = await fetch("SELECT status, generated FROM campaign ORDER BY generated, status")
    assert [(row["status"], row["generated"]) for row in rows] == [
        ("collapsed", False),
        ("live", False),
        ("settled", False),
        ("unsuccessful", False),
        ("settled", True),
        ("unsuccessful", True),
    ]
    rows = await fetch("SELECT DISTINCT status FROM pledge ORDER BY 1")
    assert {row["status"] for row in rows} == {"active", "collected", "dropped", "refunded", "released"}


@pytest.mark.parametrize("name", sorted(SPOILS))
async def test_a_spoiled_row_is_named(db: None, name: str) -> None:
    known, how = await names(), SPOILS[name]
    await execute("SET LOCAL session_replication_role = replica")
    for what in how.free:
        await free(what)
    for statement in how.statements:
        assert await execute(statement.format(**known)) or statement.startswith(("ALTER", "INSERT", "SELECT")), (
            statement
        )
    (found,) = await run([RULES[name]])
    offender = how.offender.format(**known)
    assert any(one == offender or (offender[-1] in " (" and one.startswith(offender)) for one in found.offenders), (
        f"{offender} is not among {found.offenders}"
    )


async def test_at_most_ten_offenders_are_kept_and_all_are_counted(db: None) -> None:
    await execute("SET LOCAL session_replication_role = replica")
    await execute("UPDATE audit_row SET role = 'auditor' WHERE id <= (SELECT min(id) + 11 FROM audit_row)")
    (found,) = await run([RULES["auditors wrote nothing"]])
    assert (found.count, len(found.offenders)) == (12, 10)


async def test_every_constraint_that_is_missing_is_named(db: None) -> None:
    how: Spoil = SPOILS["constraints are in place"]
    for what in how.free:
        await free(what)
    (found,) = await run([RULES["constraints are in place"]])
    assert found.offenders == ["campaign_one_unfinished", "pledge.form_key unique", "pledge_something"]
