"""Files that people give us, outside the web root: settings.storage_folder, which all web processes share.

A key is a relative path of small letters, figures and hyphens, as "pictures/3f9c…-960.webp": we make it, nobody types it.
A file is written once, whole or not at all.
"""

import asyncio
import os
import re
import tempfile
from pathlib import Path
from typing import Final

from crowdfund_kent.errors import NotFound
from crowdfund_kent.settings import get_settings

_PART: Final = r"[a-z0-9][a-z0-9-]*"
_KEY: Final = re.compile(rf"{_PART}(?:/{_PART})*\.[a-z0-9]+", re.ASCII)
_KEY_LONGEST: Final = 160


async def save(key: str, content: bytes) -> None:
    """Keep `content` under `key`. ValueError for a key that is not one of ours."""
    await asyncio.to_thread(_write, _path_of(key), content)


async def read(key: str) -> bytes:
    """What was saved under `key`; NotFound when there is nothing, or the key is not one of ours."""
    try:
        return await asyncio.to_thread(_path_of(key).read_bytes)
    except (FileNotFoundError, ValueError):
        raise NotFound from None


async def remove(key: str) -> None:
    """Forget `key`; nothing happens when it was not there."""
    await asyncio.to_thread(_path_of(key).unlink, missing_ok=True)


def _path_of(key: str) -> Path:
    if len(key) > _KEY_LONGEST or not _KEY.fullmatch(key):
        raise ValueError(f"not a storage key: {key!r}")
    return get_settings().storage_folder / key


def _write(path: Path, content: bytes) -> None:
    """Write beside the place and move in: a reader sees the whole file or none."""
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
