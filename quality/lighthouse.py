"""Runs Lighthouse over four pages of the whole site with demo data, started for it and ended with it.

    make quality PARTS=lighthouse

Each page is measured RUNS times, one run after the other, each in a browser of its own that knows nothing yet; the
median counts. Reports to look at stay in var/quality/reports.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from local.clone import ROOT, VAR
from local.processes import LOOPBACK, LocalPartError, dies_with_parent, end_of, locked, stop
from local.run import prepare, say, start_site
from local.supervisor import Stopped, Supervisor
from quality.judging import NotMeasured, Report, is_of, judge, table

HERE: Final = Path(__file__).resolve().parent
FOLDER: Final = VAR / "quality"
REPORTS: Final = FOLDER / "reports"
TAKEN: Final = ("package.json", "package-lock.json", ".npmrc")
RUNS: Final = 3
TRIES: Final = 3
RUN_SECONDS: Final = 180  # a run takes about ten
BROWSER_SECONDS: Final = 30
LEAST_NODE: Final = (18, 16)
# what an operator or a test may have set would measure another site than the demo
OTHERS: Final = re.compile(r"(DATABASE_URL|REDIS_URL|(CROWDFUND_KENT|STRIPE)_\w+)$")
WANTED: Final = (("node", "nodejs"), ("npm", "npm"), ("chromium", "chromium"))


def main() -> int:
    """Measures, prints the table and what fails. Returns the exit code: 1 where a limit is broken or nothing measured."""
    try:
        check_programs()
        FOLDER.mkdir(parents=True, exist_ok=True)
        with locked(FOLDER / "lock", "`make quality` already runs in this clone: wait until it ends."):
            install()
            return report(measure())
    except (LocalPartError, NotMeasured) as error:
        print(f"quality: {error}", file=sys.stderr)
        return 1
    except Stopped:
        print("\nquality: stopped", file=sys.stderr)
        return 130


def check_programs() -> None:
    """Raises LocalPartError that names every program that is missing, and how to get them on Debian."""
    missing = [(program, package) for program, package in WANTED if shutil.which(program) is None]
    if missing:
        raise LocalPartError(
            f"Lighthouse needs {', '.join(program for program, _ in WANTED)} on PATH. Missing:"
            f" {', '.join(program for program, _ in missing)}."
            f" On Debian: apt install {' '.join(package for _, package in missing)}"
        )
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if tuple(int(part) for part in re.findall(r"\d+", said)[:2]) < LEAST_NODE:
        least = ".".join(str(part) for part in LEAST_NODE)
        raise LocalPartError(f"Lighthouse needs node {least} or newer; this is {said or 'none that runs'}.")


def install() -> None:
    """Lighthouse in var/quality, as the lock has it; again only when the lock changes."""
    stamp, wanted = FOLDER / "installed", hashlib.sha256(b"".join((HERE / name).read_bytes() for name in TAKEN))
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted.hexdigest():
        return
    say("Installing Lighthouse in var/quality")
    stamp.unlink(missing_ok=True)
    for name in TAKEN:
        shutil.copyfile(HERE / name, FOLDER / name)
    if subprocess.run(["npm", "ci", "--loglevel=error"], cwd=FOLDER, check=False).returncode:
        raise LocalPartError("`npm ci` could not install Lighthouse; what went wrong stands above.")
    stamp.write_text(wanted.hexdigest(), encoding="utf-8")


def measure() -> dict[str, list[Report]]:
    """By page: the reports of its runs."""
    for name in [name for name in os.environ if OTHERS.match(name)]:
        del os.environ[name]
    shutil.rmtree(REPORTS, ignore_errors=True)
    REPORTS.mkdir()
    with (
        tempfile.TemporaryDirectory(prefix="ck-quality-", ignore_cleanup_errors=True) as folder,
        Supervisor(Path(folder) / "log", ROOT) as supervisor,
    ):
        address = start_site(supervisor, prepare(supervisor, Path(folder), None)).address
        pages = choose(address)
        for path in pages.values():  # the first request of each fills caches of the process
            read(address + path)
        found: dict[str, list[Report]] = {}
        for page, path in pages.items():
            say(f"Measuring {page}, {path}")
            found[page] = [
                _measured(supervisor, address + path, f"{page}-{number + 1}", Path(folder)) for number in range(RUNS)
            ]
        return found


def choose(address: str) -> dict[str, str]:
    """The pages by name. The project is one that takes pledges, with pictures of its own if any has."""
    listed = dict.fromkeys(re.findall(r'href="(/projects/[a-z0-9-]+)"', read(f"{address}/projects?state=open")))
    live = {path: html for path in listed if f'href="{path}/pledge"' in (html := read(address + path))}
    if not live:
        raise LocalPartError("The demo has no project that takes pledges, so its pages can't be measured.")
    project = next((path for path, html in live.items() if 'src="/pictures/' in html), next(iter(live)))
    return {"home": "/", "list": "/projects", "project": project, "pledge": f"{project}/pledge"}


def read(address: str) -> str:
    """A page's HTML. The address is ours, on the loopback."""
    with urlopen(address, timeout=60) as answer:
        return str(answer.read().decode())


def _measured(supervisor: Supervisor, address: str, name: str, folder: Path) -> Report:
    """A run that measured. Lighthouse sometimes loses its own recording and asks to be run again; a low figure stays."""
    for _ in range(TRIES - 1):
        try:
            return is_of(_run(supervisor, address, name, folder), address)
        except NotMeasured as error:
            say(f"  again: {error}")
    return is_of(_run(supervisor, address, name, folder), address)


def _run(supervisor: Supervisor, address: str, name: str, folder: Path) -> Report:
    """One run: Lighthouse's defaults (a middling telephone, 4G), which it simulates from what it saw."""
    with _browser(supervisor, folder / name) as port:
        command = [
            "node", str(FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"), address, f"--port={port}",
            "--output=json", "--output=html", f"--output-path={REPORTS / name}", "--quiet",
            "--no-enable-error-reporting",
        ]  # fmt: skip
        log, written = folder / f"{name}.log", REPORTS / f"{name}.report.json"
        written.unlink(missing_ok=True)
        with _running(command, log) as run:
            if not supervisor.wait(lambda: run.poll() is not None, RUN_SECONDS):
                raise LocalPartError(f"Lighthouse did not end in {RUN_SECONDS} seconds. {end_of(log)}")
        if not written.exists():
            raise LocalPartError(f"Lighthouse wrote no report of {address}:\n{end_of(log, 30)}")
        found: Report = json.loads(written.read_text(encoding="utf-8"))
        return found


@contextlib.contextmanager
def _browser(supervisor: Supervisor, profile: Path) -> Iterator[int]:
    """The port of a new browser's tools. Ours to end, also when Lighthouse is killed: it would leave its own behind."""
    command = [
        "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
        "--remote-debugging-port=0", f"--remote-debugging-address={LOOPBACK}", f"--user-data-dir={profile}",
        "about:blank",
    ]  # fmt: skip
    log, note = profile.with_suffix(".browser.log"), profile / "DevToolsActivePort"
    with _running(command, log) as browser:
        if not supervisor.wait(lambda: browser.poll() is not None or _port(note) > 0, BROWSER_SECONDS):
            raise LocalPartError(f"chromium did not start in {BROWSER_SECONDS} seconds:\n{end_of(log)}")
        if browser.poll() is not None:
            raise LocalPartError(f"chromium ended at once:\n{end_of(log)}")
        yield _port(note)
    shutil.rmtree(profile, ignore_errors=True)


def _port(note: Path) -> int:
    """What the browser wrote about itself; 0 while it has not."""
    try:
        return int(note.read_text(encoding="utf-8").split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return 0


@contextlib.contextmanager
def _running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program in a session of its own (Ctrl-C is for us), ended on the way out."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            dies_with_parent(command, signal.SIGKILL),
            cwd=FOLDER, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        stop(process, (signal.SIGTERM, 10))


def report(found: dict[str, list[Report]]) -> int:
    """Prints the table and every fault with its audits. Returns 1 where there is one."""
    version = next(iter(found.values()))[0]["lighthouseVersion"]
    cores, load = os.cpu_count(), os.getloadavg()[0]
    say(f"\nLighthouse {version}, mobile, median of {RUNS} runs, on {cores} cores with a load of {load:.1f}")
    for line in table(found):
        say(line)
    faults = [fault for page, runs in found.items() for fault in judge(page, runs)]
    for fault in faults:
        say(f"\n{fault}")
        for why in fault.blame:
            say(f"  {why}")
    verdict = f"Limits broken: {len(faults)}" if faults else "All limits hold"
    say(f"\n{verdict}. Reports: {REPORTS.relative_to(ROOT)}/*.html")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
