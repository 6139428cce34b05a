"""The commands: their errors are one line that says what to do; they find the database and let it go."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import asyncpg
import pytest
from typer.testing import CliRunner

from crowdfund_kent.cli import app, main
from crowdfund_kent.settings import get_settings
from local.postgres import LocalPostgres
from local.processes import LocalPartError
from tests.local.programs import ROOT


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs one command with nothing but `environment` set up."""
    clean = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "crowdfund_kent.cli", *arguments],
        cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["figures", "--as-at", "24/06/2021"], "does not match"),
        (["figures", "--as-at", "2021-02-30"], "does not match"),
        (["figures", "--surplus"], "No such option"),
        (["import", "history"], "Missing argument"),
        (["import", "history", "no-such-file.csv"], "does not exist"),
        (["import", "history", "."], "is a directory"),
        (["run", "--port", "-1"], "--port"),
        (["run", "--port", "http"], "--port"),
        (["run", "--port", "70000"], "--port"),
        (["no-such-command"], "No such command"),
    ],
)
def test_bad_arguments_are_named_and_end_with_code_2(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_help_lists_the_commands_and_no_command_without_its_package() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    for name in ("run", "migrate", "demo", "worker", "check", "figures", "import"):
        assert f"  {name} " in shown


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """What a command says that is refused before it asks a database: here, not in a process that loads the site for it."""

    def ends(*arguments: str, **environment: str) -> str:
        for name in [name for name in os.environ if name.startswith(("CROWDFUND_KENT_", "DATABASE_", "REDIS_"))]:
            monkeypatch.delenv(name)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        monkeypatch.setattr(sys, "argv", ["crowdfund-kent", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return str(ended.value)

    yield ends
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.mark.parametrize("name", ["check", "migrate", "worker"])
def test_a_site_set_up_by_an_operator_never_gets_a_local_database(refused: Callable[..., str], name: str) -> None:
    assert refused(name, CROWDFUND_KENT_MODE="production") == (
        "crowdfund-kent: Set DATABASE_URL to the address of the database: postgres://user:password@host/name."
    )


def test_run_refuses_the_settings_of_production(refused: Callable[..., str]) -> None:
    assert "does not run with production's settings" in refused("run", CROWDFUND_KENT_MODE="production")


def test_a_database_that_does_not_answer_is_said_in_one_line() -> None:
    result = command("check", DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    assert result.returncode == 1
    assert result.stderr.startswith("crowdfund-kent: the database or the queue does not answer")
    assert result.stderr.count("\n") == 1


def test_what_hinders_a_local_part_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_port: int | None) -> int:
        raise LocalPartError("Port 80 is taken.")

    monkeypatch.setattr("local.run.run", refuse)
    monkeypatch.setattr(sys, "argv", ["crowdfund-kent", "run"])
    with pytest.raises(SystemExit, match=r"^crowdfund-kent: Port 80 is taken\.$"):
        main()


async def new_database(server: LocalPostgres, name: str, template: str) -> str:
    connection = await asyncpg.connect(server.url("postgres"))
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    await connection.close()
    return server.url(name)


async def test_without_tables_the_command_to_make_them_is_named(server: LocalPostgres) -> None:
    told = command("check", DATABASE_URL=await new_database(server, "for_nothing", "template0"))
    assert told.returncode == 1
    assert told.stderr == "crowdfund-kent: the tables are not up to date. Run: crowdfund-kent migrate\n"


async def test_commands_work_on_database_url_and_check_names_offenders(server: LocalPostgres, template: str) -> None:
    url = await new_database(server, "for_commands", template)
    migrated = command("migrate", DATABASE_URL=url)
    assert (migrated.returncode, migrated.stdout) == (0, "The schema is up to date.\n"), migrated.stderr
    sound = command("check", DATABASE_URL=url)
    assert sound.returncode == 0, sound.stderr
    assert sound.stdout.splitlines()[-1].startswith("All ")

    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(
        "INSERT INTO audit_row (at, role, act, subject, details, digest)"
        " SELECT now(), 'system', 'spoiled', 'campaign:' || n, '{}', 'wrong' FROM generate_series(1, 12) AS n"
    )
    await connection.close()
    spoiled = command("check", DATABASE_URL=url)
    assert spoiled.returncode == 1
    assert "    12  audit" in spoiled.stdout
    assert "        audit_row 1\n" in spoiled.stdout
    assert "        and 2 more\n" in spoiled.stdout
    assert "rules are broken." in spoiled.stdout.splitlines()[-1]
