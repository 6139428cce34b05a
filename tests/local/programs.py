"""Small programs that the tests of this folder run, signal and watch end."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 20


def eventually(true: Callable[[], bool]) -> bool:
    """Whether something becomes true, waiting as long as a slow machine may need."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def runs(process_id: int) -> bool:
    """Whether the process lives; one that ended and that nobody asked about does not."""
    try:
        status = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")


@contextmanager
def program(
    source: str, *arguments: str, prefix: tuple[str, ...] = (), env: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A Python program with its output in a pipe; it does not outlive the test."""
    with subprocess.Popen(
        [*prefix, sys.executable, "-W", "error", "-c", source, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=env, start_new_session=True,
    ) as started:  # fmt: skip
        try:
            yield started
        finally:
            started.kill()


def read_line(process: subprocess.Popen[str]) -> str:
    """The next line the program prints; what went wrong, when it prints none."""
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline().strip()
    assert line, process.stderr.read()
    return line
