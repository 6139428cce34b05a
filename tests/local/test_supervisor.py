"""All parts run, or none: whatever happens to the supervisor or to one of them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.processes import LocalPartError
from local.supervisor import Part, Supervisor
from tests.local.programs import PATIENCE_SECONDS, eventually, program, read_line, runs

# Starts two parts and a stubborn one, and prints their numbers; ends as `make run` does.
SUPERVISE = """
import sys
from pathlib import Path
from local.processes import LocalPartError
from local.supervisor import Part, Stopped, Supervisor

folder = Path(sys.argv[1])
stubborn = ["sh", "-c", "trap '' TERM INT; echo $$ > stubborn; while :; do sleep 0.05; done"]
try:
    with Supervisor(folder / "log", folder) as supervisor:
        supervisor.start(Part("first", ["sleep", "60"]))
        supervisor.start(Part("second", ["sleep", "60"]))
        supervisor.start(Part("stubborn", stubborn, stop_seconds=0.2))
        supervisor.wait((folder / "stubborn").exists)
        print(*(process.pid for _, process in supervisor._watched), flush=True)
        supervisor.wait(lambda: False)
except Stopped as reason:
    print(f"stopped {reason}", flush=True)
except LocalPartError as error:
    print(error, flush=True)
    sys.exit(1)
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_every_part_in_order(tmp_path: Path, sent: signal.Signals) -> None:
    with program(SUPERVISE, str(tmp_path)) as supervisor:
        parts = [int(number) for number in read_line(supervisor).split()]
        assert all(map(runs, parts))
        supervisor.send_signal(sent)
        assert read_line(supervisor) == f"stopped {sent.name}"
        assert supervisor.wait() == 0
    assert not any(map(runs, parts))


def test_a_second_signal_does_not_interrupt_the_stopping(tmp_path: Path) -> None:
    with program(SUPERVISE, str(tmp_path)) as supervisor:
        parts = [int(number) for number in read_line(supervisor).split()]
        for _ in range(3):
            supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait() == 0
    assert not any(map(runs, parts))


# The signal comes within Popen.poll(), just when that holds its lock, which wait() needs.
CAUGHT_POLLING = """
import os, signal, sys
from pathlib import Path
from local.supervisor import Part, Stopped, Supervisor

class Lock:
    def __init__(self, lock):
        self.lock, self.asked = lock, False
    def acquire(self, *how):
        taken = self.lock.acquire(*how)
        if not self.asked:
            self.asked = True
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGINT)
        return taken
    def release(self):
        self.lock.release()
    def __enter__(self):
        self.lock.acquire()
    def __exit__(self, *error):
        self.lock.release()

folder = Path(sys.argv[1])
try:
    with Supervisor(folder / "log", folder) as supervisor:
        supervisor.start(Part("part", ["sleep", "60"], stop_seconds=0.5))
        process = supervisor._watched[0][1]
        print(process.pid, flush=True)
        process._waitpid_lock = Lock(process._waitpid_lock)
        supervisor.wait(lambda: False)
except Stopped as reason:
    print(f"stopped {reason}", flush=True)
"""


def test_signals_amid_a_look_at_a_part_do_not_keep_it_from_stopping(tmp_path: Path) -> None:
    with program(CAUGHT_POLLING, str(tmp_path)) as supervisor:
        part = int(read_line(supervisor))
        assert supervisor.wait(PATIENCE_SECONDS) == 0
        assert read_line(supervisor) == "stopped SIGINT"
    assert not runs(part)


def test_a_killed_supervisor_leaves_no_part_behind(tmp_path: Path) -> None:
    with program(SUPERVISE, str(tmp_path)) as supervisor:
        parts = [int(number) for number in read_line(supervisor).split()]
        supervisor.kill()
        assert eventually(lambda: not any(map(runs, parts)))


@pytest.mark.parametrize("crashing", [0, 1, 2])
def test_a_crash_of_one_part_stops_the_others_and_says_which(tmp_path: Path, crashing: int) -> None:
    with program(SUPERVISE, str(tmp_path)) as supervisor:
        parts = [int(number) for number in read_line(supervisor).split()]
        os.kill(parts[crashing], signal.SIGKILL)
        name = ["first", "second", "stubborn"][crashing]
        assert read_line(supervisor).startswith(f"The {name} was ended by SIGKILL, so everything was stopped.")
        assert supervisor.wait() == 1
    assert not any(map(runs, parts))


def test_parts_end_when_make_was_killed(tmp_path: Path) -> None:
    """A killed make cannot tell its command to stop."""
    make = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]])"
    with program(make, SUPERVISE, str(tmp_path), env=os.environ | {"MAKELEVEL": "1"}) as maker:
        parts = [int(number) for number in read_line(maker).split()]
        maker.kill()
        assert eventually(lambda: not any(map(runs, parts)))


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_parts_end_when_make_alone_gets_the_signal(tmp_path: Path, sent: signal.Signals) -> None:
    (tmp_path / "supervise.py").write_text(SUPERVISE)
    (tmp_path / "Makefile").write_text(f"run:\n\t@exec {sys.executable} supervise.py .\n")
    # under `make test` this make would take itself for a part of that one, and say so
    alone = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    # a test run in the background of a shell ignores Ctrl-C, and so would everything it starts
    with subprocess.Popen(
        ["env", "--default-signal=INT", "make", "run"],
        cwd=tmp_path,
        env=alone,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as make:
        parts = [int(number) for number in read_line(make).split()]
        make.send_signal(sent)
        assert make.wait(PATIENCE_SECONDS) == -sent
    assert not any(map(runs, parts))


def test_ctrl_c_in_a_terminal_reaches_the_supervisor_only(tmp_path: Path) -> None:
    with program(SUPERVISE, str(tmp_path)) as supervisor:
        parts = [int(number) for number in read_line(supervisor).split()]
        assert all(os.getpgid(part) != os.getpgid(supervisor.pid) for part in parts)


def test_the_log_of_a_part_that_ended_is_shown(tmp_path: Path) -> None:
    part = Part("site", ["sh", "-c", "echo no such table; exit 3"])
    with Supervisor(tmp_path / "log", tmp_path) as supervisor:
        supervisor.start(part)
        with pytest.raises(LocalPartError, match=r"(?s)The site ended with code 3.*no such table"):
            supervisor.wait_for_port(part, 1, seconds=20)


def test_a_part_gets_its_own_environment(tmp_path: Path) -> None:
    with Supervisor(tmp_path / "log", tmp_path) as supervisor:
        supervisor.complete(Part("note", ["sh", "-c", 'echo "$ANSWER" > answer'], {"ANSWER": "42"}))
    assert (tmp_path / "answer").read_text() == "42\n"


def test_a_step_that_fails_is_named(tmp_path: Path) -> None:
    with (
        Supervisor(tmp_path / "log", tmp_path) as supervisor,
        pytest.raises(LocalPartError, match="The step 'demo data' failed"),
    ):
        supervisor.complete(Part("demo data", ["false"]))


def test_it_waits_for_a_port_and_for_a_page_and_says_when_they_do_not_come(tmp_path: Path) -> None:
    (tmp_path / "page").write_text("hello")
    serve = """
import http.server, pathlib
with http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server:
    pathlib.Path("port.new").write_text(str(server.server_port))
    pathlib.Path("port.new").rename("port")
    server.serve_forever()
"""
    part = Part("site", [sys.executable, "-c", serve])
    with Supervisor(tmp_path / "log", tmp_path) as supervisor:
        supervisor.start(part)
        assert supervisor.wait((tmp_path / "port").exists, 20)
        port = int((tmp_path / "port").read_text())
        supervisor.wait_for_port(part, port, 20)
        supervisor.wait_for_page(part, port, "/page", 20)
        with pytest.raises(LocalPartError, match=r"(?s)site does not answer properly at /missing .*status 404"):
            supervisor.wait_for_page(part, port, "/missing", 0)
        with pytest.raises(LocalPartError, match="site did not start in 0 seconds"):
            supervisor.wait_for_port(part, 1, 0)


def test_a_log_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.supervisor.LOG_MOST_BYTES", 10)
    log = tmp_path / "log" / "site.log"
    for _ in range(2):
        with Supervisor(tmp_path / "log", tmp_path) as supervisor:
            supervisor.start(Part("site", ["sh", "-c", "echo a line of the log; exec sleep 60"]))
            assert supervisor.wait(lambda: log.read_text() == "a line of the log\n", 20)


def test_signals_do_afterwards_what_they_did_before(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Supervisor(tmp_path / "log", tmp_path):
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before
