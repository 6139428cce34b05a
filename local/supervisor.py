"""Keeps several processes running together: when one ends, or the supervisor is told to stop, all end.

An orderly stop asks each part to end, the last started first. A supervisor that is killed asks nobody, so the kernel
then kills the parts (local.processes.dies_with_parent).
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Any, Self

from local.postgres import LocalPostgres
from local.processes import LOOPBACK, LocalPartError, dies_with_parent, end_of, stop
from local.valkey import LocalValkey

Server = LocalPostgres | LocalValkey

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PAUSE_SECONDS = 0.1
LOG_MOST_BYTES = 5_000_000


class Stopped(BaseException):
    """Somebody asked the supervisor to stop. Not an Exception: no part may take it for a failure of its own."""


@dataclass(frozen=True)
class Part:
    """A program to keep running. It is asked to end by SIGTERM and killed when it has not after `stop_seconds`."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    stop_seconds: float = 10


class Supervisor:
    """Used in the main thread as a context manager; leaving it stops what was started in it."""

    def __init__(self, logs: Path, folder: Path) -> None:
        self.logs = logs
        self.folder = folder
        self._stack = ExitStack()
        self._watched: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._handlers: dict[signal.Signals, Any] = {}
        self._asked: str | None = None  # the signal that asked to stop
        self._may_be_cut_off = False
        self._maker = os.getppid() if "MAKELEVEL" in os.environ else None
        self._maker_listens = self._maker is not None and _catches_interrupts(self._maker)

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        self._handlers = {number: signal.signal(number, self._stop) for number in STOP_SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _ignore_signals()
        try:
            self._stack.close()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)

    def enter(self, name: str, server: Server) -> None:
        """Starts a server that knows how to start and stop itself, and watches it."""
        self._go_on()
        try:
            self._stack.enter_context(server)
        except LocalPartError:
            self._go_on()  # Ctrl-C has ended a step of its start, too
            raise
        self._watch(name, server.process)

    def start(self, part: Part) -> None:
        """Starts a part with its output in a log, and watches it."""
        with self._log(part.name).open("ab") as log:
            self._watch(part.name, self._launch(part, log))

    def complete(self, part: Part) -> None:
        """Runs a step to its end; its output is shown.

        Raises LocalPartError when it fails.
        """
        process = self._launch(part, None)
        self.wait(lambda: process.poll() is not None)
        if process.returncode != 0:
            raise LocalPartError(f"The step '{part.name}' failed; what went wrong stands above.")

    def _launch(self, part: Part, log: IO[bytes] | None) -> subprocess.Popen[bytes]:
        self._go_on()
        process = subprocess.Popen(
            dies_with_parent(part.command, signal.SIGKILL),
            cwd=self.folder, env=os.environ | part.environment,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,  # Ctrl-C in the terminal is for the supervisor
        )  # fmt: skip
        self._stack.callback(stop, process, (signal.SIGTERM, part.stop_seconds))
        return process

    def _watch(self, name: str, process: subprocess.Popen[bytes] | None) -> None:
        if process is not None:
            self._watched.append((name, process))

    def wait(self, done: Callable[[], bool], seconds: float | None = None) -> bool:
        """Waits until `done`; False after that many seconds.

        Raises LocalPartError when a watched process ends in the meantime, Stopped when somebody asked or make is gone.
        """
        until = None if seconds is None else time.monotonic() + seconds
        while not done():
            self._go_on()
            for name, process in self._watched:
                if process.poll() is not None:
                    raise LocalPartError(self._ended(name, process.returncode))
            if self._make_has_stopped():
                raise Stopped
            if until is not None and time.monotonic() > until:
                return False
            time.sleep(PAUSE_SECONDS)
        return True

    def wait_for_port(self, part: Part, port: int, seconds: float) -> None:
        """Waits until something takes connections on `port`."""
        if not self.wait(lambda: _connects(port), seconds):
            raise LocalPartError(f"{part.name} did not start in {seconds:.0f} seconds.{self._tail(part.name)}")

    def wait_for_page(self, part: Part, port: int, path: str, seconds: float) -> None:
        """Waits until the page is there."""
        if not self.wait(lambda: self._status(port, path) == 200, seconds):
            raise LocalPartError(
                f"{part.name} does not answer properly at {path} after {seconds:.0f} seconds (status"
                f" {_status(port, path) or 'none'}).{self._tail(part.name)}"
            )

    def _make_has_stopped(self) -> bool:
        """make does not pass on a SIGINT sent to it alone (it waits, and catches no other), nor its death by SIGKILL."""
        if self._maker is None:
            return False
        return os.getppid() != self._maker or (self._maker_listens and not _catches_interrupts(self._maker))

    def _log_file(self, name: str) -> Path:
        return self.logs / f"{name.replace(' ', '-')}.log"

    def _log(self, name: str) -> Path:
        log = self._log_file(name)
        if log.exists() and log.stat().st_size > LOG_MOST_BYTES:
            log.unlink()
        return log

    def _tail(self, name: str) -> str:
        log = self._log_file(name)
        end = end_of(log)
        return f" The end of {log}:\n{end}" if end else ""

    def _ended(self, name: str, code: int) -> str:
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        return f"The {name} {how}, so everything was stopped.{self._tail(name)}"

    def _status(self, port: int, path: str) -> int | None:
        """A page may take long to come: nobody who wants to stop waits for it."""
        self._go_on()
        self._may_be_cut_off = True
        try:
            return _status(port, path)
        finally:
            self._may_be_cut_off = False

    def _go_on(self) -> None:
        if self._asked is not None:
            raise Stopped(self._asked)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        """Only notes it: an exception between any two instructions leaves what it meets half done.

        (One within Popen.poll() leaves its lock taken, and whoever waits for that process then waits for ever.)
        """
        self._asked = signal.Signals(number).name
        if self._may_be_cut_off:
            self._may_be_cut_off = False
            raise Stopped(self._asked)


def _ignore_signals() -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _catches_interrupts(process_id: int) -> bool:
    try:
        status = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    except OSError:
        return False
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
    return bool(int(caught, 16) >> (signal.SIGINT - 1) & 1)


def _connects(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def _status(port: int, path: str) -> int | None:
    connection = HTTPConnection(LOOPBACK, port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


def python(*arguments: str) -> list[str]:
    """A command of this interpreter that finds the project's packages by their installation, not by the folder."""
    return [sys.executable, "-P", *arguments]
