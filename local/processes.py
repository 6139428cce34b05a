"""Starting and stopping the processes of one clone, so that none of them outlives the one that started it."""

import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOOPBACK = "127.0.0.1"
# Below the range from which Linux takes ports for outgoing connections, so that a remembered port stays free.
PORTS = range(20_000, 32_000)


class LocalPartError(Exception):
    """A local part cannot start; the message says what to do."""


def dies_with_parent(command: list[str], sent: signal.Signals) -> list[str]:
    """`command`, to which the kernel sends `sent` when the thread that started it ends, even by SIGKILL.

    Start such a command from a thread that lives as long as the command should. Without setpriv (part of
    Debian's util-linux) the command is returned as it is, and only an orderly end stops it.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", sent.name.removeprefix("SIG"), *command] if setpriv else command


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def remembered_port(file: Path) -> int:
    """The port noted in `file` if it is free, else another free one, noted for the next time."""
    try:
        port = int(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        port = 0
    while not port or not port_is_free(port):
        port = random.choice(PORTS)  # noqa: S311  (not a secret)
    file.write_text(f"{port}\n", encoding="utf-8")
    return port


def chosen_port(file: Path, wanted: int | None) -> int:
    """The port a person asked for, noted in `file`; without a wish, the remembered one.

    Raises LocalPartError when another program has it.
    """
    if wanted is None:
        return remembered_port(file)
    if not port_is_free(wanted):
        raise LocalPartError(f"Port {wanted} is taken by another program. Choose another, or leave it to us.")
    file.write_text(f"{wanted}\n", encoding="utf-8")
    return wanted


def write_private(file: Path, text: str) -> None:
    """Writes a file that only its owner may read."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


def try_lock(file: Path, *, wait_seconds: float = 0) -> int | None:
    """The descriptor of an exclusive lock on `file`, or None while another process holds it. Closing it lets go."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(descriptor)
                return None
            time.sleep(0.05)
        else:
            return descriptor


@contextmanager
def locked(file: Path, refusal: str, *, wait_seconds: float = 0) -> Iterator[None]:
    """Holds the lock on `file`, or raises LocalPartError(refusal)."""
    descriptor = try_lock(file, wait_seconds=wait_seconds)
    if descriptor is None:
        raise LocalPartError(refusal)
    try:
        yield
    finally:
        os.close(descriptor)


def stop(process: subprocess.Popen[bytes], *signals: tuple[signal.Signals, float]) -> int:
    """Sends each signal in turn, waits that many seconds for the end, and at last kills. Returns the exit code."""
    for sent, seconds in signals:
        if process.poll() is not None:
            break
        process.send_signal(sent)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        process.kill()
    return process.wait()


def end_of(file: Path, lines: int = 15) -> str:
    """The last lines of a log, for an error message."""
    try:
        return "\n".join(file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""
