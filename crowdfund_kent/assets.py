"""Style sheets, script, fonts and our own pictures, under an address that changes with their content."""

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

OK: Final = 200
_TEXT: Final = {".css", ".js", ".svg", ".txt"}
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


@lru_cache(maxsize=16)
def _squeezed(path: Path) -> bytes:
    """A file's gzip. Only files of static/, which hold no secret, travel compressed: pages carry form tokens."""
    return gzip.compress(path.read_bytes(), mtime=0)


class _HashedFiles(StaticFiles):
    """The first part of the path is the hash. A page of an older version still gets its file, but may not keep it."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        version, _, name = path.replace("\\", "/").partition("/")
        response = await super().get_response(name or version, scope)
        current = version == content_hash()
        path_here = STATIC_FOLDER / name
        if response.status_code == OK and path_here.suffix in _TEXT:
            if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
                kind = mimetypes.guess_type(name)[0]
                response = Response(_squeezed(path_here), media_type=kind, headers={"Content-Encoding": "gzip"})
            response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if current else "no-cache"
        return response


def static_mount() -> Mount:
    """The one mount that serves static/. Public: it holds nothing that is anybody's."""
    return Mount("/static", app=_HashedFiles(directory=STATIC_FOLDER), name="static")
