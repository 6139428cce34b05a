"""Ports, locks and private files of a clone."""

import os
import signal
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from local.processes import (
    LOOPBACK,
    LocalPartError,
    chosen_port,
    dies_with_parent,
    end_of,
    locked,
    remembered_port,
    stop,
    try_lock,
    write_private,
)


def test_a_port_is_kept_for_the_next_start(tmp_path: Path) -> None:
    first = remembered_port(tmp_path / "port")
    assert remembered_port(tmp_path / "port") == first


def test_a_port_that_somebody_took_is_replaced_and_the_new_one_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "port"
    taken = remembered_port(file)
    with socket.create_server((LOOPBACK, taken)):
        other = remembered_port(file)
    assert other != taken
    assert remembered_port(file) == other


def test_an_unreadable_note_of_a_port_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "port"
    file.write_text("eighty")
    assert remembered_port(file) == int(file.read_text())


def test_a_port_that_a_person_asks_for_is_kept_and_refused_when_taken(tmp_path: Path) -> None:
    file = tmp_path / "port"
    wanted = remembered_port(tmp_path / "other")
    assert chosen_port(file, wanted) == wanted
    assert chosen_port(file, None) == wanted
    with socket.create_server((LOOPBACK, wanted)), pytest.raises(LocalPartError, match=f"Port {wanted} is taken"):
        chosen_port(file, wanted)


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    with locked(file, "in use"):
        assert try_lock(file) is None
        with pytest.raises(LocalPartError, match="in use"), locked(file, "in use", wait_seconds=0.1):
            pass
    again = try_lock(file)
    assert again is not None
    os.close(again)


def test_a_secret_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    write_private(file, "word")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() == "word"


def test_a_process_that_ignores_the_signal_is_killed_in_the_end() -> None:
    process = subprocess.Popen(["sh", "-c", "trap '' TERM; echo ready; sleep 60"], stdout=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        assert stop(process, (signal.SIGTERM, 0.1)) == -signal.SIGKILL
        assert stop(process, (signal.SIGTERM, 0.1)) == -signal.SIGKILL  # stopping twice is harmless


def test_without_setpriv_a_command_runs_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert dies_with_parent(["true"], signal.SIGTERM) == ["true"]


def test_the_end_of_a_log_is_its_last_lines_and_empty_without_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert end_of(log) == ""
    log.write_text("one\ntwo\nthree\n")
    assert end_of(log, lines=2) == "two\nthree"
