"""create_app(): routes, middleware, lifespan. Refuses to start with a route that does not say who may use it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match
from tortoise.exceptions import ValidationError

from crowdfund_kent import logs, lost, wiring
from crowdfund_kent.accounts.access import declared
from crowdfund_kent.answering import to
from crowdfund_kent.assets import static_mount
from crowdfund_kent.database import close_database, open_database
from crowdfund_kent.errors import Gone, NotFound, NotSignedIn, SiteError
from crowdfund_kent.middleware import SiteMiddleware
from crowdfund_kent.outbox import close_queue
from crowdfund_kent.routing import SiteRouter
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render

log = structlog.get_logger()
NOT_FOUND = 404
GONE = 410
MOVED = 301
HEADINGS = {
    400: "There is a problem with this request",
    403: "You can't do this",
    404: "Page not found",
    405: "You can't do this here",
    409: "This has changed",
    410: "This is not here any more",
    413: "That is too large",
    422: "This can't be done",
    429: "Please wait a little",
    503: "Sorry, the service is busy",
}
NEXT_STEPS = {
    403: "If you think you should be able to, ask the person who runs your group or your fund.",
    404: "If you typed the address, check it. If you followed a link, the page may have moved.",
    409: "Nothing was changed by what you sent.",
    413: "Choose a smaller file and try again.",
}


def error_page(request: Request, status: int, message: str) -> Response:
    """The page that tells what went wrong and what to do."""
    reads = request.method in {"GET", "HEAD"}
    context = {
        "lost": lost.help_for(request) if status in {NOT_FOUND, GONE} and reads else None,
        "title": HEADINGS.get(status, "Sorry, there is a problem"),
        "message": message,
        "next_step": NEXT_STEPS.get(status, ""),
    }
    return render(request, "errors/error.html", context, status)


async def on_site_error(request: Request, error: Exception) -> Response:
    """Our own errors: to the sign-in page, to where it is now, or drawn."""
    assert isinstance(error, SiteError)
    if isinstance(error, NotSignedIn):
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        back = here if request.method in {"GET", "HEAD"} else error.back
        after = f"?next={quote(back, safe='')}" if back else ""
        return to(f"/sign-in{after}")
    if isinstance(error, NotFound):
        try:
            there = await lost.where_now(request)
        except Gone as gone:
            return error_page(request, gone.status, gone.message)
        if there is not None:
            return RedirectResponse(there, status_code=MOVED)
    return error_page(request, error.status, error.message)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Starlette's errors, among them unknown addresses."""
    assert isinstance(error, HTTPException)
    if error.status_code == NOT_FOUND and (there := without_slash(request)):
        return RedirectResponse(there, status_code=307)
    words = {
        404: "There is no page at this address.",
        405: "This page can't be used in that way. Go back and try again.",
        413: "What you sent is larger than this site takes.",
    }
    return error_page(request, error.status_code, words.get(error.status_code, str(error.detail)))


async def on_unfit(request: Request, error: Exception) -> Response:
    """Text that no column holds: a reference with something typed behind it names nothing; a form's field bounds its own."""
    assert isinstance(error, ValidationError)
    if request.method in {"GET", "HEAD"}:
        return error_page(request, NOT_FOUND, "There is no page at this address.")
    log.warning("a value did not fit its column")  # without the value, which the error's words would tell
    return error_page(request, 422, "Something you sent is longer than we can keep. Go back and shorten it.")


def without_slash(request: Request) -> str | None:
    """The page's own path where somebody typed a slash behind it; None where there is no such page.

    Starlette would answer with the host that the request names, and anybody may name any host.
    """
    given, path = request.url.path, "/" + request.url.path.strip("/")
    if request.method not in {"GET", "HEAD"} or given == path:
        return None
    scope = {**request.scope, "path": path}
    if not any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
        return None
    return path + (f"?{request.url.query}" if request.url.query else "")


async def on_crash(request: Request, error: Exception) -> Response:
    """A fault of ours: logged with the request id that the page shows."""
    log.error("request failed", exc_info=error)
    message = "Nothing you have saved is lost. Try again in a few minutes."
    return error_page(request, 500, f"{message} If it happens again, tell us this number: {request.state.request_id}")


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Connections of this process."""
    if not getattr(app.state, "database_is_open", False):
        await open_database()
    yield
    await close_queue()
    if not getattr(app.state, "database_is_open", False):
        await close_database()


def create_app() -> Starlette:
    """The site."""
    logs.set_up()
    routes = wiring.site_routes()
    declared(routes)
    site = Starlette(
        middleware=[
            Middleware(SiteMiddleware, on_crash=on_crash, on_error=on_site_error),
            # for a body that does not say its length; one that does is answered with a page before
            Middleware(RequestBodyLimitMiddleware, max_body_size=get_settings().body_most_bytes),
        ],
        exception_handlers={SiteError: on_site_error, HTTPException: on_http_error, ValidationError: on_unfit},
    )
    site.router = SiteRouter([*routes, static_mount()], lifespan)
    return site
