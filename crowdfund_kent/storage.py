"""Files that people give us, outside the web root: a folder that all web processes share, or a bucket (settings.storage_url).

A key is a relative path of small letters, figures and hyphens, as "pictures/3f9c…-960.webp": we make it, nobody types it.
A file is written once, whole or not at all. In a folder it is on the disk when save() returns; a bucket answers for its own.
"""

import asyncio
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from crowdfund_kent.errors import NotFound, SiteError
from crowdfund_kent.settings import get_settings

_PART: Final = r"[a-z0-9][a-z0-9-]*"
_KEY: Final = re.compile(rf"{_PART}(?:/{_PART})*\.[a-z0-9]+", re.ASCII)
_KEY_LONGEST: Final = 160
_TRIES: Final = 3
_TRYING: Final = timedelta(seconds=20)
log = structlog.get_logger()


class Unreachable(SiteError):
    """The bucket does not answer, or refuses us."""

    status = 503

    def __init__(self) -> None:
        super().__init__("We can’t reach our files at the moment. Nothing is lost. Try again in a few minutes.")


@dataclass(frozen=True)
class Stored:
    """A file that is there, and since when."""

    key: str
    saved_at: datetime


class _Place(Protocol):
    """Where files are. read() raises FileNotFoundError; remove() is content when there is nothing."""

    async def save(self, key: str, content: bytes) -> None: ...
    async def read(self, key: str) -> bytes: ...
    async def remove(self, key: str) -> None: ...
    async def saved_before(self, moment: datetime) -> list[Stored]: ...


async def save(key: str, content: bytes) -> None:
    """Keep `content` under `key`. ValueError for a key that is not one of ours; Unreachable."""
    await _place().save(_checked(key), content)


async def read(key: str) -> bytes:
    """What was saved under `key`; NotFound when there is nothing, or the key is not one of ours; Unreachable."""
    try:
        return await _place().read(_checked(key))
    except (FileNotFoundError, ValueError):
        raise NotFound from None


async def remove(key: str) -> None:
    """Forget `key`; nothing happens when it was not there. Unreachable."""
    await _place().remove(_checked(key))


async def saved_before(moment: datetime) -> list[Stored]:
    """Every file of ours that was there before `moment`, by key. Unreachable."""
    found = await _place().saved_before(moment)
    return sorted((one for one in found if _KEY.fullmatch(one.key)), key=lambda one: one.key)


def _checked(key: str) -> str:
    if len(key) > _KEY_LONGEST or not _KEY.fullmatch(key):
        raise ValueError(f"not a storage key: {key!r}")
    return key


def _place() -> _Place:
    settings = get_settings()
    return _bucket(settings.storage_url) if settings.storage_url else _Folder(settings.storage_folder)


@lru_cache(maxsize=1)
def _bucket(url: str) -> "_Bucket":
    """Keys and endpoint come from the usual names in the environment: AWS_…, AZURE_STORAGE_…"""
    # obstore's own patience: 5 s for a connection, 30 s for an answer
    store = from_url(url, retry_config={"max_retries": _TRIES, "retry_timeout": _TRYING})
    return _Bucket(store)


@contextmanager
def _telling() -> Iterator[None]:
    """What the bucket says is for the log; people are told that we can't reach it. FileNotFoundError passes."""
    try:
        yield
    except BaseError as error:
        log.warning("storage not reached", error=type(error).__name__)
        raise Unreachable from error


class _Bucket:
    """S3, what speaks like it, or Azure. A request that fails is tried again by obstore."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    async def save(self, key: str, content: bytes) -> None:
        with _telling():
            # one request, all or nothing: what people give us is at most 10 MB
            await obstore.put_async(self.store, key, content, use_multipart=False)

    async def read(self, key: str) -> bytes:
        with _telling():
            return bytes(await (await obstore.get_async(self.store, key)).bytes_async())

    async def remove(self, key: str) -> None:
        with _telling():
            try:
                await obstore.delete_async(self.store, key)
            except FileNotFoundError:
                return

    async def saved_before(self, moment: datetime) -> list[Stored]:
        with _telling():
            found = [one async for some in obstore.list(self.store) for one in some]
        return [Stored(one["path"], one["last_modified"]) for one in found if one["last_modified"] < moment]


class _Folder:
    """A folder on this machine, or one that it mounts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def save(self, key: str, content: bytes) -> None:
        await asyncio.to_thread(_write, self.folder / key, content)

    async def read(self, key: str) -> bytes:
        return await asyncio.to_thread((self.folder / key).read_bytes)

    async def remove(self, key: str) -> None:
        await asyncio.to_thread((self.folder / key).unlink, missing_ok=True)

    async def saved_before(self, moment: datetime) -> list[Stored]:
        return await asyncio.to_thread(lambda: list(self._before(moment)))

    def _before(self, moment: datetime) -> Iterator[Stored]:
        for path in self.folder.rglob("*"):
            if path.is_file():
                saved_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                if saved_at < moment:
                    yield Stored(path.relative_to(self.folder).as_posix(), saved_at)


def _write(path: Path, content: bytes) -> None:
    """Write beside the place and move in: a reader sees the whole file or none, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
