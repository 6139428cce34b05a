"""Addresses under which nothing is found: led to where it is now, told that it was taken down, or helped to look on.

Packages say what they know of their own addresses (wiring.py registers them). Only what is public may be led to.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request

from crowdfund_kent.geography import DISTRICTS, slug_of_district

Finder = Callable[[Request], Awaitable[str | None]]
SEARCHED: Final = "/projects/"
LONGEST: Final = 60
_finders: list[Finder] = []


def use(finder: Finder) -> None:
    """Ask `finder` when a page is not found: it gives the path where it is now (not quoted), None, or raises Gone."""
    if finder not in _finders:
        _finders.append(finder)


async def where_now(request: Request) -> str | None:
    """The address that took the place of this one, with its query. Raises Gone for what was taken down."""
    if request.method not in {"GET", "HEAD"}:
        return None
    for finder in _finders:
        path = await finder(request)
        if path is not None and path != request.url.path:
            return quote(path) + (f"?{request.url.query}" if request.url.query else "")
    return None


def help_for(request: Request) -> dict[str, Any]:
    """What a page for a lost address offers: a search with the words of the address, and the districts."""
    path = request.url.path
    words = path.removeprefix(SEARCHED).split("/")[0].replace("-", " ") if path.startswith(SEARCHED) else ""
    return {
        "search": words[:LONGEST],
        "districts": [(one.name, f"/districts/{slug_of_district(one.name)}") for one in DISTRICTS],
    }
