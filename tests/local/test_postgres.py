"""The clone's own PostgreSQL: as root and not, killed, interrupted, and found again."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from local import postgres as module
from local.postgres import NOBODY, LocalPostgres, Way, binaries, ways
from local.processes import LocalPartError
from tests.local.programs import eventually, program, read_line, runs

AN_ORDINARY_USER = 1  # called daemon, on Debian as elsewhere
SERVE = """
import sys, time
from pathlib import Path
from local.postgres import LocalPostgres
with LocalPostgres(Path(sys.argv[1]), fast=True) as server:
    print(server.process.pid, flush=True)
    print(server.url(), flush=True)
    time.sleep(60)
"""
HERE = list(ways(os.geteuid(), AN_ORDINARY_USER))
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become others")


async def ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def reaches_the_programs(way: Way) -> bool:
    command = [*way.prefix, str(binaries() / "pg_config"), "--bindir"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can reach, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def server(tmp_path: Path) -> LocalPostgres:
    return LocalPostgres(tmp_path / "postgres", fast=True, wait_seconds=0)


async def test_data_port_and_password_are_there_at_the_second_start(server: LocalPostgres) -> None:
    with server:
        await ask(server.url(), "CREATE TABLE kept AS SELECT 7 AS number")
        first = server.url()
    again = LocalPostgres(server.folder, fast=True)
    with again:
        assert again.url() == first
        assert await ask(again.url(), "SELECT number FROM kept") == 7


async def test_it_is_as_the_site_expects(server: LocalPostgres) -> None:
    with server:
        expected = {"max_connections": "200", "server_encoding": "UTF8", "TimeZone": "UTC", "fsync": "off"}
        for name, value in expected.items():
            assert await ask(server.url(), f"SHOW {name}") == value
        collation = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
        assert await ask(server.url(), collation) == "C"
        await ask(server.url(), "CREATE EXTENSION pg_trgm")
        await ask(server.url(), "CREATE EXTENSION unaccent")


async def test_nobody_comes_in_without_the_password(server: LocalPostgres) -> None:
    with server:
        guessed = server.url().replace(server.url().split(":")[2].split("@")[0], "guessed")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(guessed, "SELECT 1")
        assert stat.S_IMODE((server.folder / "password").stat().st_mode) == 0o600


async def test_data_that_must_last_is_written_with_care(tmp_path: Path) -> None:
    with LocalPostgres(tmp_path / "postgres") as careful:
        assert await ask(careful.url(), "SHOW fsync") == "on"


@pytest.mark.parametrize("number", range(len(HERE)))
async def test_every_way_to_run_it_here_works(open_folder: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    way, server = HERE[number], LocalPostgres(open_folder / "postgres", fast=True)
    monkeypatch.setattr(module, "ways", lambda _user, _owner: iter([way]))
    try:
        server.start()
    except LocalPartError as refused:
        # the clone may lie where only root can reach it, and a container may forbid namespaces
        assert "PostgreSQL cannot run on the data" in str(refused)  # noqa: PT017
        pytest.skip(f"not possible on this machine: {' '.join(way.prefix)}")
    try:
        assert await ask(server.url(), "SELECT 1") == 1
        process = server.process
        assert process is not None
    finally:
        server.stop()
    assert not runs(process.pid)


@needs_root
async def test_data_made_in_one_way_serve_in_another(server: LocalPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    possible = list(ways(0, 0))[:2]
    for way in [*possible, *possible]:
        monkeypatch.setattr(module, "ways", lambda _user, _owner, way=way: iter([way]))
        try:
            with server:
                await ask(server.url(), "CREATE TABLE IF NOT EXISTS kept (number int)")
        except LocalPartError:
            pytest.skip("this machine allows one way only")


@needs_root
async def test_an_ordinary_user_can_run_it(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    os.chown(folder, AN_ORDINARY_USER, AN_ORDINARY_USER)
    # Python and pytest's folder may be root's own: pass their permissions, but be somebody else
    passing = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup")
    prefix = ("setpriv", f"--reuid={AN_ORDINARY_USER}", "--clear-groups", *passing)
    with program(SERVE, str(folder), prefix=prefix) as started:
        number, url = int(read_line(started)), read_line(started)
        assert os.stat(f"/proc/{number}").st_uid == AN_ORDINARY_USER
        assert await ask(url, "SELECT 1") == 1


@needs_root
async def test_root_runs_it_as_the_owner_of_the_folder_who_can_go_on_with_it(open_folder: Path) -> None:
    os.chown(open_folder, AN_ORDINARY_USER, -1)
    if not reaches_the_programs(HERE[0]):
        pytest.skip("this clone lies where only root can reach it")
    with LocalPostgres(open_folder, fast=True) as server:
        assert await ask(server.url(), "SELECT 1") == 1
    assert os.stat(open_folder / "data").st_uid == AN_ORDINARY_USER


def test_the_ways_fit_the_user() -> None:
    named, nameless = list(ways(AN_ORDINARY_USER, AN_ORDINARY_USER)), list(ways(54_321, 54_321))
    assert named[0] == Way((), AN_ORDINARY_USER)
    assert [way.prefix[1] for way in nameless] == ["--user"]  # PostgreSQL wants a name: a namespace gives one
    assert [way.owner for way in ways(0, 0)] == [0, NOBODY, NOBODY]
    assert [way.owner for way in ways(0, AN_ORDINARY_USER)] == [AN_ORDINARY_USER, 0, NOBODY, NOBODY]


async def test_it_ends_with_a_killed_owner_and_starts_again_at_once(tmp_path: Path) -> None:
    with program(SERVE, str(tmp_path / "postgres")) as owner:
        number = int(read_line(owner))
        assert runs(number)
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    with LocalPostgres(tmp_path / "postgres", fast=True) as again:
        assert not runs(number)
        assert await ask(again.url(), "SELECT 1") == 1
    assert eventually(lambda: not runs(number))


def test_a_second_owner_is_refused(server: LocalPostgres) -> None:
    with server, pytest.raises(LocalPartError, match=r"Another process uses the database in .* Stop it first"):
        LocalPostgres(server.folder, wait_seconds=0).start()


async def test_a_first_start_that_was_interrupted_begins_again(server: LocalPostgres) -> None:
    with server:
        pass
    (server.folder / "made").unlink()
    shutil.rmtree(server.folder / "data" / "base")
    with server:
        assert await ask(server.url(), "SELECT 1") == 1


async def test_a_note_with_the_number_of_another_process_does_not_hinder_the_start(server: LocalPostgres) -> None:
    with server:
        note = server.folder / "data" / "postmaster.pid"
        left_over = note.read_text().split("\n", 1)[1]
    note.write_text(f"{os.getpid()}\n{left_over}")
    if os.geteuid() == 0:
        os.chown(note, (server.folder / "data").stat().st_uid, -1)
    with server:
        assert await ask(server.url(), "SELECT 1") == 1


def test_data_of_another_version_are_refused_with_what_to_do(server: LocalPostgres) -> None:
    with server:
        pass
    (server.folder / "made").write_text("15")
    with pytest.raises(LocalPartError, match=r"made by PostgreSQL 15; .* `make clean-data`"):
        server.start()


def test_without_the_wheel_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(LocalPartError, match="set DATABASE_URL"):
        LocalPostgres(tmp_path)


def test_when_no_way_works_the_message_says_what_to_do(server: LocalPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ways", lambda user, _owner: iter([Way(("false",), user)]))
    with pytest.raises(LocalPartError, match="set DATABASE_URL"):
        server.start()


def test_when_the_server_does_not_start_the_message_shows_its_log(server: LocalPostgres) -> None:
    with server:
        pass
    with (server.folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    with pytest.raises(LocalPartError, match='unrecognized configuration parameter "no_such_setting"'):
        server.start()
