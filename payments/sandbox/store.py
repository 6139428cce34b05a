"""Durable state in one SQLite file: a kill -9 loses nothing that was answered.

WAL with synchronous=NORMAL survives the death of the process (a power cut may lose the last moments: this is a sandbox).
"""

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VERSION = 3

_SCHEMA = """
CREATE TABLE worlds (
    id INTEGER PRIMARY KEY, key_hash TEXT NOT NULL UNIQUE, offset_seconds INTEGER NOT NULL DEFAULT 0,
    settings TEXT NOT NULL DEFAULT '{}'
) STRICT;
-- account: '' for the platform's own, else the connected account that the object belongs to
-- due: at this time of the world's clock something happens to the object by itself
CREATE TABLE objects (
    seq INTEGER PRIMARY KEY, world INTEGER NOT NULL REFERENCES worlds, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    created INTEGER NOT NULL, body TEXT NOT NULL, private TEXT NOT NULL DEFAULT '{}', due INTEGER,
    account TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX objects_by_kind ON objects (world, kind, seq);
CREATE INDEX objects_by_customer ON objects (world, kind, json_extract(body, '$.customer'), seq)
    WHERE json_extract(body, '$.customer') IS NOT NULL;
CREATE INDEX objects_by_intent ON objects (world, kind, json_extract(body, '$.payment_intent'), seq)
    WHERE json_extract(body, '$.payment_intent') IS NOT NULL;
CREATE INDEX objects_due ON objects (world, due, seq) WHERE due IS NOT NULL;
CREATE INDEX objects_by_group ON objects (world, kind, json_extract(body, '$.transfer_group'), seq)
    WHERE json_extract(body, '$.transfer_group') IS NOT NULL;
CREATE INDEX objects_by_charge ON objects (world, kind, json_extract(body, '$.charge'), seq)
    WHERE json_extract(body, '$.charge') IS NOT NULL;
CREATE INDEX objects_by_source ON objects (world, kind, json_extract(body, '$.source_transaction'), seq)
    WHERE json_extract(body, '$.source_transaction') IS NOT NULL;
-- what lies in each account, in pence: kept with each balance transaction
CREATE TABLE balances (
    world INTEGER NOT NULL, account TEXT NOT NULL, available INTEGER NOT NULL DEFAULT 0,
    pending INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (world, account)
) STRICT;
CREATE TABLE idempotency (
    world INTEGER NOT NULL, account TEXT NOT NULL, key TEXT NOT NULL, endpoint TEXT NOT NULL, params TEXT NOT NULL,
    status INTEGER NOT NULL, body TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (world, account, key)
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (world, created);
CREATE TABLE endpoints (
    id INTEGER PRIMARY KEY, world INTEGER NOT NULL, url TEXT NOT NULL, secret TEXT NOT NULL, types TEXT NOT NULL,
    retry_seconds REAL NOT NULL, connect_secret TEXT, UNIQUE (world, url)
) STRICT;
-- times in deliveries and log are real ones: they are about this machine, not about the world
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY, world INTEGER NOT NULL, event TEXT NOT NULL, endpoint INTEGER NOT NULL, due REAL NOT NULL,
    made REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting', answer TEXT
) STRICT;
CREATE INDEX deliveries_waiting ON deliveries (due) WHERE state = 'waiting';
CREATE TABLE faults (
    id INTEGER PRIMARY KEY, world INTEGER NOT NULL, kind TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    event_type TEXT NOT NULL, remaining INTEGER, probability REAL NOT NULL, seed INTEGER NOT NULL,
    seconds REAL NOT NULL, drawn INTEGER NOT NULL DEFAULT 0, applied INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX faults_by_world ON faults (world, id);
CREATE TABLE log (
    id INTEGER PRIMARY KEY, world INTEGER NOT NULL, at REAL NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    key TEXT, status INTEGER, faults TEXT NOT NULL, replayed INTEGER NOT NULL DEFAULT 0, request TEXT NOT NULL
) STRICT;
CREATE INDEX log_by_world ON log (world, id);
"""

# A file of version 1 had no connected accounts.
_FROM_1 = """
ALTER TABLE worlds ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
ALTER TABLE objects ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE endpoints ADD COLUMN connect_secret TEXT;
CREATE INDEX objects_by_group ON objects (world, kind, json_extract(body, '$.transfer_group'), seq)
    WHERE json_extract(body, '$.transfer_group') IS NOT NULL;
CREATE INDEX objects_by_charge ON objects (world, kind, json_extract(body, '$.charge'), seq)
    WHERE json_extract(body, '$.charge') IS NOT NULL;
CREATE INDEX objects_by_source ON objects (world, kind, json_extract(body, '$.source_transaction'), seq)
    WHERE json_extract(body, '$.source_transaction') IS NOT NULL;
CREATE TABLE balances (
    world INTEGER NOT NULL, account TEXT NOT NULL, available INTEGER NOT NULL DEFAULT 0,
    pending INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (world, account)
) STRICT;
INSERT INTO balances (world, account, available, pending)
    SELECT world, '', sum(CASE WHEN json_extract(body, '$.status') = 'available' THEN json_extract(body, '$.net') ELSE 0 END),
        sum(CASE WHEN json_extract(body, '$.status') = 'pending' THEN json_extract(body, '$.net') ELSE 0 END)
    FROM objects WHERE kind = 'balance_transaction' GROUP BY world;
"""
# A file of version 2 looked at every object of a world, or of all worlds, to see what is due and which keys are old.
_FROM_2 = """
DROP INDEX objects_by_customer;
DROP INDEX objects_by_intent;
DROP INDEX objects_due;
CREATE INDEX objects_by_customer ON objects (world, kind, json_extract(body, '$.customer'), seq)
    WHERE json_extract(body, '$.customer') IS NOT NULL;
CREATE INDEX objects_by_intent ON objects (world, kind, json_extract(body, '$.payment_intent'), seq)
    WHERE json_extract(body, '$.payment_intent') IS NOT NULL;
CREATE INDEX objects_due ON objects (world, due, seq) WHERE due IS NOT NULL;
CREATE INDEX idempotency_by_age ON idempotency (world, created);
CREATE INDEX faults_by_world ON faults (world, id);
"""
_STEPS = {0: _SCHEMA, 1: _FROM_1 + _FROM_2, 2: _FROM_2}


class StateInUse(Exception):
    """Another sandbox works on the same file."""


class Store:
    """One connection, used from one thread; each request is one transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, timeout=1)
        self._db.row_factory = sqlite3.Row
        try:
            # exclusive: a second process on the same file is told so instead of answering from it
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version in _STEPS:
                self._db.executescript(f"BEGIN IMMEDIATE; {_STEPS[version]} PRAGMA user_version = {VERSION}; COMMIT;")
            else:
                self._db.execute("BEGIN IMMEDIATE")
                self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._db.close()
            raise StateInUse(f"{path} is used by another payment sandbox: {error}") from error
        if version not in (*_STEPS, VERSION):
            self._db.close()
            raise StateInUse(f"{path} was written by version {version}, this is version {VERSION}: delete the file")

    def close(self) -> None:
        self._db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextlib.contextmanager
    def savepoint(self) -> Iterator[None]:
        self._db.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK TO part")
            self._db.execute("RELEASE part")
            raise
        self._db.execute("RELEASE part")

    def run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return self._db.execute(sql, values)

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
        return found

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self._db.execute(sql, values).fetchall()

    def world(self, secret_key: str) -> int:
        """The id of this key's world, made on first use. The key itself is not kept."""
        digest = hashlib.sha256(secret_key.encode()).hexdigest()
        self.run("INSERT INTO worlds (key_hash) VALUES (?) ON CONFLICT DO NOTHING", digest)
        found = self.one("SELECT id FROM worlds WHERE key_hash = ?", digest)
        assert found is not None
        return int(found["id"])
