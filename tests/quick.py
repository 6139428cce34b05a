"""What makes a run quick without leaving anything out: memory instead of a disk, what is made once, a good order."""

import atexit
import fcntl
import gc
import os
import shutil
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from tortoise.apps import Apps
from tortoise.models import Model

ROOT: Final = Path(__file__).parent.parent
KEPT: Final = ROOT / "var" / "tests"
MEMORY: Final = Path("/dev/shm")
MEMORY_ENOUGH: Final = 3_000_000_000  # containers often have little of it: then the disk serves
_OURS: Final = "CROWDFUND_KENT_TEST_FOLDER"
_AHEAD: Final = "CROWDFUND_KENT_TEST_SECONDS_AHEAD"
LONDON: Final = ZoneInfo("Europe/London")

# pytest-xdist hands out what belongs together in this order: what takes longest must not begin last
_LONGEST: Final = (
    "journeys/test_story",  # of all journeys the first, since it reads figures of the whole house
    "journeys/",
    "hostile/",
    "year/",
    "drills/",
    "past/",
    "checks/",
    "local/",
    "payments/test_settlement_machine",
    "payments/test_scenarios",
)
# one process for all of a folder: what its files share (a house with a browser, a world) takes seconds to make
_TOGETHER: Final = ("tests/journeys/", "tests/hostile/", "tests/checks/", "tests/drills/")


def belongs_to(test: str) -> str:
    """What one process runs in a row, of which `test` (a node's id) is a part: a folder that shares something, or a file."""
    file = test.partition("::")[0]
    return next((folder for folder in _TOGETHER if file.startswith(folder)), file)


def prepare() -> None:
    """Before anything of the site is imported; child processes and xdist's workers find it in their environment."""
    os.environ.setdefault("CROWDFUND_KENT_TEMPLATES_CACHE", str(KEPT / "templates"))
    # every program that a run starts would compile the whole site anew
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    seconds_to_morning()
    _finish_models_once()
    if _OURS not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_ENOUGH:
        _work_in_memory()


def _finish_models_once() -> None:
    """Each module opens a database of its own, and 200 models would be put together anew for it: the same, at 45 ms."""
    build, finished = Apps._build_initial_querysets, set[type[Model]]()

    def build_once(self: Apps) -> None:
        models = {model for app in self.apps.values() for model in app.values()}
        if not models <= finished:
            build(self)
            finished.update(models)

    Apps._build_initial_querysets = build_once  # type: ignore[method-assign]


def spare_the_collector() -> None:
    """What is loaded by now stays: looking through all of it for garbage, again and again, was a tenth of a run's work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _work_in_memory() -> None:
    """All that a run writes (clusters, sandboxes, a browser's profile) goes to a folder in memory, gone at the end."""
    for left in MEMORY.glob("ck-tests-*"):
        if (lock := _lock(left)) is not None:  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)
    folder = Path(tempfile.mkdtemp(prefix="ck-tests-", dir=MEMORY))
    folder.chmod(0o755)  # some tests run programs as another user
    held = _lock(folder)
    os.environ[_OURS] = os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None

    def end() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        if held is not None:
            os.close(held)

    atexit.register(end)


def _lock(folder: Path) -> int | None:
    """A handle that holds the folder until this process ends; None when another process does."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def seconds_to_morning() -> int:
    """How far the business clock is ahead in this run: it began at eleven in London, so what a test says of today, tonight or
    an hour ago is the same whenever it runs. Of all processes of a run.
    """
    if _AHEAD not in os.environ:
        now = datetime.now(LONDON)
        begins = now.replace(hour=11, minute=0, second=0, microsecond=0)
        # on the day after, where it is later; days are compared as people do, over the nights on which clocks change
        begins += timedelta(days=1 if begins < now else 0)
        os.environ[_AHEAD] = str(int(begins.timestamp() - now.timestamp()))
    return int(os.environ[_AHEAD])


def longest_first(file: Path) -> int:
    """Where a test's file stands among those that take long; the others keep their order behind them."""
    name = file.relative_to(ROOT / "tests").as_posix() if file.is_relative_to(ROOT / "tests") else ""
    return next((place for place, long in enumerate(_LONGEST) if name.startswith(long)), len(_LONGEST))
