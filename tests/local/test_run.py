"""`make run`: one in a clone, several side by side; the parts themselves are stood in for by `sleep`."""

import os
import signal
import stat
from pathlib import Path

import pytest

from local import clone
from local.clone import Running, database_of_this_clone, is_configured, running, settings_of
from local.processes import LocalPartError
from local.run import begin_again, run
from tests.local.programs import program, read_line, runs

RUN = """
import sys
from pathlib import Path
from local import run as module
from local.clone import Running
from local.supervisor import Part

def start_site(supervisor, port):
    supervisor.start(Part("site", ["sleep", "60"]))
    print(supervisor._watched[0][1].pid, flush=True)
    return Running(1, f"http://127.0.0.1:{port}", {"DATABASE_URL": "postgres://running"})

module.prepare = lambda supervisor, var, port: port
module.start_site = start_site
module.greet = lambda address: print(address, flush=True)
sys.exit(module.run(int(sys.argv[2]), Path(sys.argv[1])))
"""


def test_a_second_run_in_the_same_clone_says_where_the_first_runs(tmp_path: Path) -> None:
    with program(RUN, str(tmp_path), "8001") as first:
        read_line(first)
        assert read_line(first) == "http://127.0.0.1:8001"
        with program(RUN, str(tmp_path), "8002") as second:
            assert read_line(second) == "Crowdfund Kent already runs at http://127.0.0.1:8001"
            assert second.wait() == 0
        assert first.poll() is None


def test_two_clones_run_side_by_side(tmp_path: Path) -> None:
    with program(RUN, str(tmp_path / "a"), "8001") as one, program(RUN, str(tmp_path / "b"), "8002") as other:
        parts = int(read_line(one)), int(read_line(other))
        assert read_line(one), read_line(other)
        one.send_signal(signal.SIGTERM)
        assert one.wait() == 0
        assert [runs(part) for part in parts] == [False, True]


def test_after_a_stop_or_a_kill_nothing_is_said_to_run_and_a_new_start_works(tmp_path: Path) -> None:
    for sent in (signal.SIGTERM, signal.SIGKILL, signal.SIGINT):
        with program(RUN, str(tmp_path), "8001") as started:
            read_line(started)
            assert read_line(started) == "http://127.0.0.1:8001"
            found = running(tmp_path)
            assert found is not None
            assert found.environment == {"DATABASE_URL": "postgres://running"}
            started.send_signal(sent)
            started.wait()
        assert running(tmp_path) is None


@pytest.mark.parametrize("mode", ["production", None])
def test_it_refuses_to_run_with_the_settings_of_production(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str | None
) -> None:
    monkeypatch.setenv("CROWDFUND_KENT_SECRET_KEY", "a key")
    monkeypatch.delenv("CROWDFUND_KENT_MODE")  # which then is production
    if mode:
        monkeypatch.setenv("CROWDFUND_KENT_MODE", mode)
    with pytest.raises(LocalPartError, match="does not run with production's settings"):
        run(None, tmp_path)
    assert not list(tmp_path.iterdir())


def test_commands_use_the_running_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with program(RUN, str(tmp_path), "8001") as started:
        read_line(started)
        read_line(started)
        with database_of_this_clone(tmp_path) as settings:
            assert settings["DATABASE_URL"] == "postgres://running"


def test_commands_start_the_database_of_a_clone_at_rest_and_stop_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with database_of_this_clone(tmp_path) as settings:
        number = int((tmp_path / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
        assert runs(number)
        assert settings["CROWDFUND_KENT_MODE"] == "local"
    assert not runs(number)


def test_commands_use_database_url_where_it_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://given")
    with database_of_this_clone(tmp_path) as settings:
        assert settings["DATABASE_URL"] == "postgres://given"
    assert not (tmp_path / "postgres").exists()


def test_secrets_stay_the_same_and_private_and_differ_between_clones(tmp_path: Path) -> None:
    def settings(var: Path) -> dict[str, str]:
        var.mkdir(exist_ok=True)
        return settings_of(var, site_port=1, payments_port=2, database_url="postgres://", redis_url="redis://")

    first, other = settings(tmp_path / "a"), settings(tmp_path / "b")
    assert settings(tmp_path / "a") == first
    for name in ("CROWDFUND_KENT_SECRET_KEY", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET"):
        assert len(first[name]) > 40
        assert first[name] != other[name]
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "a").iterdir()} == {0o600}


def test_the_note_of_what_runs_is_private(tmp_path: Path) -> None:
    noted = Running(os.getpid(), "http://127.0.0.1:1", {"DATABASE_URL": "postgres://with-a-password"})
    noted.note(tmp_path)
    assert stat.S_IMODE((tmp_path / "run.json").stat().st_mode) == 0o600
    assert Running.read(tmp_path) == noted


def test_a_run_that_does_not_get_ready_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clone, "START_SECONDS", 0.1)
    lock = clone.lock_clone(tmp_path)
    assert lock is not None
    with pytest.raises(LocalPartError, match="Stop it and start it again"):
        running(tmp_path)
    os.close(lock)


def test_an_environment_set_up_by_an_operator_is_recognised() -> None:
    assert is_configured({"CROWDFUND_KENT_MODE": "production"})
    assert is_configured({"CROWDFUND_KENT_SECRET_KEY": "x"})
    assert not is_configured({"DATABASE_URL": "postgres://given"})


def test_an_interrupted_first_start_is_thrown_away_but_for_ports_and_secrets(tmp_path: Path) -> None:
    for folder in ("postgres", "storage", "log"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file").touch()
    for file in ("sandbox.sqlite3", "sandbox.sqlite3-wal", "secret-key", "site.port", "demo-unfinished"):
        (tmp_path / file).touch()
    begin_again(tmp_path)
    assert {left.name for left in tmp_path.iterdir()} == {"log", "secret-key", "site.port"}
