"""/requests, /requests/{reference}, .../bundle.zip: answers that were published, without who asked."""

from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.etags import etag, headers, unchanged
from crowdfund_kent.templating import render
from panel.queries import requests as queries
from panel.routes.requests import as_file


async def listing(request: Request) -> Response:
    """GET /requests."""
    tag = etag(request, *await queries.published_facts())
    if answer := unchanged(request, tag):
        return answer
    context = {"requests": await queries.published()}
    return render(request, "panel/requests/published_list.html", context, headers=headers(tag))


async def show(request: Request) -> Response:
    """GET /requests/{reference}: from the words that were built, never from what the database says today."""
    tag = etag(request, request.path_params["reference"], *await queries.published_facts())
    found = await queries.published_by_reference(str(request.path_params["reference"]))
    if answer := unchanged(request, tag):
        return answer
    context = {"request_": found, "bundle": found.bundle}
    return render(request, "panel/requests/published.html", context, headers=headers(tag))


async def download(request: Request) -> Response:
    """GET /requests/{reference}/bundle.zip."""
    found = await queries.published_by_reference(str(request.path_params["reference"]))
    return as_file(found, await queries.content_of(found), {"Cache-Control": "no-store"})


async def listed() -> list[tuple[str, datetime | None]]:
    """Every answer that is public, for the sitemap."""
    return [(f"/requests/{one.reference}", one.published_at) for one in await queries.published()]


ROUTES: Final[list[Route]] = [
    page("/requests", listing, public, name="requests"),
    page("/requests/{reference}", show, public, name="request"),
    page("/requests/{reference}/bundle.zip", download, public, name="request_bundle"),
]
