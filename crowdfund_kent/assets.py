"""Style sheets, script, fonts and our own pictures, under an address that changes with their content."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC_FOLDER: Final = Path(__file__).parent / "static"


@lru_cache(maxsize=1)
def content_hash() -> str:
    """Twelve hex digits over every file in static/. One hash for all: files name each other by relative addresses."""
    digest = hashlib.sha256()
    for path in sorted(STATIC_FOLDER.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC_FOLDER).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def static_url(name: str) -> str:
    """/static/<hash>/<name>, which may be kept for ever.

    Raises FileNotFoundError for a name that static/ does not hold, so that a page with a dead link never leaves.
    """
    if not (STATIC_FOLDER / name).is_file():
        raise FileNotFoundError(name)
    return f"/static/{content_hash()}/{name}"


class _HashedFiles(StaticFiles):
    """The first part of the path is the hash. A page of an older version still gets its file, but may not keep it."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        version, _, name = path.replace("\\", "/").partition("/")
        response = await super().get_response(name or version, scope)
        current = version == content_hash()
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if current else "no-cache"
        return response


def static_mount() -> Mount:
    """The one mount that serves static/. Public: it holds nothing that is anybody's."""
    return Mount("/static", app=_HashedFiles(directory=STATIC_FOLDER), name="static")
