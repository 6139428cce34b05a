"""ETags of public pages: made of event numbers before anything is rendered, and the 304 where nothing has changed.

A page is the same as long as what it shows, the day in London and the deployed code are the same (docs/architecture.md).
A public page without such a tag gets one of its content. A request with a session gets none: its pages are private and
kept by nobody. For the same reason only answers without a session travel compressed: a form's token is in the others.
"""

import gzip
import hashlib
import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent import assets
from crowdfund_kent.clock import business_today
from crowdfund_kent.settings import Settings, get_settings

OK: Final = 200
NOT_MODIFIED: Final = 304
LEAST_SQUEEZED: Final = 1_000  # bytes: a smaller answer goes into one packet as it is
_SQUEEZE: Final = 6
_ROOT: Final = Path(__file__).parent.parent
_CODE: Final = ("crowdfund_kent", "projects", "pledges", "panel", "evaluation")
# what a page may say of the settings; addresses and keys of other services are not among them
_UNSAID: Final = {
    "database_url",
    "redis_url",
    "smtp_url",
    "secret_key",
    "stripe_api_key",
    "stripe_webhook_secret",
    "stripe_base_url",
    "notify_api_key",
    "notify_callback_token",
}


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def code() -> str:
    """Changes with the code that makes pages and figures."""
    return _digest([file for package in _CODE for file in (_ROOT / package).rglob("*.py")])


@lru_cache(maxsize=1)
def _templates(_dates: frozenset[tuple[str, int]]) -> str:
    return _digest([*get_settings().templates_folder.rglob("*.html")])


def _dates_of(folder: str) -> Iterator[tuple[str, int]]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            yield from _dates_of(entry.path)
        else:
            yield entry.path, entry.stat().st_mtime_ns


@lru_cache(maxsize=1)
def _settings(_settings: Settings) -> str:
    return _settings.model_dump_json(exclude=_UNSAID)


def version() -> str:
    """Changes when templates, code, settings or static files do. Outside production templates may change, as for Jinja."""
    settings = get_settings()
    dates = frozenset() if settings.is_production else frozenset(_dates_of(str(settings.templates_folder)))
    parts = (assets.content_hash(), code(), _templates(dates), _settings(settings))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def etag(request: Request, *numbers: Any) -> str | None:
    """The tag of a page that shows `numbers` (event numbers, or any facts as text); None for a request with a session."""
    if request.state.session is not None:
        return None
    facts = (business_today().isoformat(), version(), *(str(one) for one in numbers))
    return f'W/"{hashlib.sha256(chr(0).join(facts).encode()).hexdigest()[:24]}"'


def headers(tag: str | None) -> dict[str, str]:
    """For the page itself."""
    return {} if tag is None else {"ETag": tag, "Cache-Control": "public, max-age=0, must-revalidate"}


def unchanged(request: Request, tag: str | None) -> Response | None:
    """304 when the browser or a cache has this very page (If-None-Match), else None: render it."""
    asked = request.headers.get("if-none-match", "")
    if tag is None or not asked:
        return None
    known = {one.strip().removeprefix("W/") for one in asked.split(",")}
    if "*" in known or tag.removeprefix("W/") in known:
        return Response(status_code=NOT_MODIFIED, headers=headers(tag))
    return None


def answer(
    request: Request,
    text: str,
    *,
    status: int = OK,
    headers: Mapping[str, str] | None = None,
    media_type: str = "text/html",
) -> Response:
    """`text` as the response. A public page (access.public) without a session gets a tag, a 304 and gzip."""
    body, given = text.encode(), dict(headers or {})
    if not getattr(request.state, "is_public", False) or request.state.session is not None:
        return Response(body, status, given, media_type)
    if status == OK and "ETag" not in given:
        given = {**headers_of_content(body), **given}
        if same := unchanged(request, given["ETag"]):
            return same
    given["Vary"] = "Accept-Encoding"
    if len(body) >= LEAST_SQUEEZED and "gzip" in request.headers.get("accept-encoding", ""):
        body, given["Content-Encoding"] = gzip.compress(body, _SQUEEZE, mtime=0), "gzip"
    return Response(body, status, given, media_type)


def headers_of_content(body: bytes) -> dict[str, str]:
    """The tag of a page whose facts have no numbers: its content's. It saves the way, not the work."""
    return headers(f'W/"{hashlib.sha256(body).hexdigest()[:24]}"')
