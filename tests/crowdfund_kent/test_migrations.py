"""The database is what the models mean: every constraint, trigger and index is really there."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from tortoise import Tortoise
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from crowdfund_kent.database import fetch
from crowdfund_kent.migrations import __path__ as migrations_path
from crowdfund_kent.models import HasStatus

pytestmark = pytest.mark.usefixtures("db")
ROOT = Path(__file__).parent.parent.parent


def models_of_the_site() -> list[type[Model]]:
    assert Tortoise.apps is not None
    return list(Tortoise.apps["models"].values())


def numbered() -> list[str]:
    return sorted(file.stem for file in Path(next(iter(migrations_path))).glob("[0-9]*.py"))


def test_migrations_are_numbered_in_one_line() -> None:
    assert [int(name[:4]) for name in numbered()] == list(range(1, len(numbered()) + 1))


async def test_every_constraint_of_a_model_is_in_the_database() -> None:
    known = {row["conname"] for row in await fetch("SELECT conname FROM pg_constraint")}
    known |= {row["relname"] for row in await fetch("SELECT relname FROM pg_class WHERE relkind = 'i'")}
    meant = [(model.__name__, constraint) for model in models_of_the_site() for constraint in model._meta.constraints]
    assert len(meant) > 40
    missing = [f"{model}: {constraint.name}" for model, constraint in meant if constraint.name not in known]
    assert not missing


async def test_every_check_says_what_its_model_says() -> None:
    """Names alone would hide an edited CHECK: the texts are compared as PostgreSQL prints them."""
    rows = await fetch("SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE contype = 'c'")
    texts = {row["conname"]: str(row["definition"]) for row in rows}
    for model in models_of_the_site():
        for constraint in model._meta.constraints:
            if isinstance(constraint, CheckConstraint) and " IN (" in constraint.check and "OR" not in constraint.check:
                values = [part for part in constraint.check.split("'")[1::2] if part]
                missing = [value for value in values if f"'{value}'" not in texts[constraint.name]]
                assert not missing, f"{constraint.name} lacks {missing}"


async def test_every_append_only_table_has_its_guards() -> None:
    rows = await fetch("SELECT tgname, tgenabled, tgdeferrable FROM pg_trigger WHERE NOT tgisinternal")
    triggers = {row["tgname"]: row for row in rows}
    events = {model.Event._meta.db_table for model in models_of_the_site() if issubclass(model, HasStatus)}
    assert len(events) >= 6
    for table in events | {
        "ledger_movement",
        "ledger_line",
        "audit_row",
        "audit_seal",
        "project_version",
        "fund_rules",
        "closed_statement",
        "book_day",
        "account_code",
        "journal_batch",
        "journal_movement",
        "audit_sample",
    }:
        assert f"{table}_append_only" in triggers
        assert f"{table}_no_truncate" in triggers
    assert triggers["ledger_line_balances"]["tgdeferrable"]
    assert triggers["ledger_movement_balances"]["tgdeferrable"]


async def test_indexes_beside_the_constraints_exist() -> None:
    known = {row["indexname"] for row in await fetch("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")}
    for name in ("campaign_one_unfinished", "staff_role_once", "outbox_due", "match_pledge_one_a_fund"):
        assert name in known


async def test_the_models_have_no_change_without_a_migration() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "scripts/remake_migrations",
        "--dry-run",
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    assert b"the models and the migrations agree" in told, told.decode()
