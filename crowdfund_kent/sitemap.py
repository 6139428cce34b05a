"""/sitemap.xml and /robots.txt: every public page, and when those with a date last changed.

Pages without a name in their address are found by their routes; packages list the others (SITEMAP of a routes module).
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Final
from xml.etree import ElementTree as ET

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent import etags
from crowdfund_kent.accounts.access import page, path_id, public
from crowdfund_kent.atom import XML
from crowdfund_kent.clock import london_day
from crowdfund_kent.errors import NotFound
from crowdfund_kent.previews import whole

MOST: Final = 5_000  # addresses in one file; the protocol allows ten times as many, readers like less
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_MEDIA_TYPE: Final = "application/xml"
_ENDS_OF_FILES: Final = (".xml", ".txt", ".atom", ".json", ".csv", ".svg", ".png")
# nothing there is for a search engine: they need a session, a secret or a role
_NOT_THERE: Final = (
    "/account",
    "/groups/",
    "/health/",
    "/local/",
    "/metrics",
    "/pledges/",
    "/sign-in",
    "/sign-out",
    "/staff/",
)

Listed = tuple[str, datetime | None]  # path, when it last changed
Source = Callable[[], Awaitable[Sequence[Listed]]]
_sources: list[Source] = []


def use(source: Source) -> None:
    """List what `source` lists."""
    if source not in _sources:
        _sources.append(source)


def pages_of(routes: Iterable[object]) -> list[Listed]:
    """The public pages whose address holds no name."""
    return [
        (route.path, None)
        for route in routes
        if isinstance(route, Route)
        and getattr(route, "access", None) is public
        and "{" not in route.path
        and not route.path.endswith(_ENDS_OF_FILES)
    ]


async def _all(request: Request) -> list[Listed]:
    return pages_of(request.app.routes) + [one for source in _sources for one in await source()]


async def sitemap(request: Request) -> Response:
    """GET /sitemap.xml: the pages, or where there are many the files that list them."""
    found = await _all(request)
    if len(found) <= MOST:
        return _answer(request, _urls(found))
    files = range(1, -(-len(found) // MOST) + 1)
    return _answer(request, _xml("sitemapindex", "sitemap", ((f"/sitemaps/{number}.xml", None) for number in files)))


async def part(request: Request) -> Response:
    """GET /sitemaps/{id}.xml: one file of many, by its number."""
    found, number = await _all(request), path_id(request)
    pages = found[(number - 1) * MOST : number * MOST]
    if not number or not pages or len(found) <= MOST:
        raise NotFound
    return _answer(request, _urls(pages))


def _urls(pages: Iterable[Listed]) -> str:
    return _xml("urlset", "url", pages)


def _xml(kind: str, element: str, pages: Iterable[Listed]) -> str:
    root = ET.Element(kind, xmlns=_NAMESPACE)
    for path, changed in pages:
        one = ET.SubElement(root, element)
        ET.SubElement(one, "loc").text = whole(path)
        if changed is not None:
            ET.SubElement(one, "lastmod").text = london_day(changed).isoformat()
    return XML + ET.tostring(root, encoding="unicode")


def _answer(request: Request, xml: str) -> Response:
    return etags.answer(request, xml, media_type=_MEDIA_TYPE)


async def robots(request: Request) -> Response:
    """GET /robots.txt."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _NOT_THERE),
        "",
        f"Sitemap: {whole('/sitemap.xml')}",
        "",
    ]
    return etags.answer(request, "\n".join(lines), media_type="text/plain")


ROUTES: Final = [
    page("/sitemap.xml", sitemap, public, name="sitemap"),
    page("/sitemaps/{id}.xml", part, public, name="sitemap_part"),
    page("/robots.txt", robots, public, name="robots"),
]
