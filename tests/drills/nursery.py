"""Workers and sites in a moment: one process that has loaded the whole site forks them, so that a drill can kill hundreds.

python -m tests.drills.nursery: one JSON line in, one out. {"do": "start", "kind": "worker" | "site", "env": {...},
"log": path, "port": n, "clock": seconds} -> {"pid": n}; {"do": "wait", "pid": n, "seconds": s} -> {"status": code, or null
while it runs, below 0 for a signal}. What it started ends with it.
"""

import contextlib
import ctypes
import gc
import json
import os
import signal
import sys
import time
from datetime import datetime, timedelta, tzinfo
from typing import Any

import arq.worker
import uvicorn

import worker
from crowdfund_kent import app, clock
from crowdfund_kent.settings import get_settings

PR_SET_PDEATHSIG = 1
_ended: dict[int, int] = {}


def become(asked: dict[str, Any]) -> None:
    """What the child is from here on; it ends with its parent."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.update(asked["env"])
    get_settings.cache_clear()
    if asked["clock"]:
        set_clock_wrong(asked["clock"])
    if asked["kind"] == "worker":
        arq.worker.run_worker(worker.WorkerSettings)  # type: ignore[arg-type]
    else:
        uvicorn.run(app.create_app(), host="127.0.0.1", port=asked["port"], log_level="warning", access_log=False)


def set_clock_wrong(seconds: int) -> None:
    """This process' machine has a clock that is wrong: by `seconds`, for the site and for libraries that ask `time`."""
    by, real = timedelta(seconds=seconds), time.time

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Wrong":
            return super().now(tz) + by

    clock.datetime = Wrong  # type: ignore[attr-defined]
    time.time = lambda: real() + seconds


def start(asked: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        with contextlib.suppress(BaseException):
            become(asked)
            code = 0
        os._exit(code)
    return pid


def status_of(pid: int, seconds: float) -> int | None:
    ends = time.monotonic() + seconds
    while pid not in _ended:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            _ended[pid] = os.waitstatus_to_exitcode(status)
        elif time.monotonic() >= ends:
            return None
        else:
            time.sleep(0.01)
    return _ended[pid]


def main() -> None:
    gc.freeze()  # children share what is loaded
    sys.stdout.write(json.dumps({"ready": True}) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        made = asked["do"] == "start"
        answer = {"pid": start(asked)} if made else {"status": status_of(asked["pid"], asked["seconds"])}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
