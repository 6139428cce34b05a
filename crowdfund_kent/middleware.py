"""What happens around every page: a request id, the business clock, the session, the headers. Pure ASGI."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request, cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crowdfund_kent import clock
from crowdfund_kent.accounts import sessions
from crowdfund_kent.errors import BadRequest, SiteError, TooLarge
from crowdfund_kent.logs import without_secrets
from crowdfund_kent.security import (
    PRIVATE_HEADERS,
    SECRET_PATH,
    SECURITY_HEADERS,
    card_page_origins,
    content_security_policy,
)
from crowdfund_kent.settings import get_settings

STATIC: Final = ("/static/", "/illustrations/", "/pictures/")
log = structlog.get_logger()


DRAINED: Final = 64_000_000  # of a body that is too large, so that the browser reads our answer
Crashed = Callable[[Request, Exception], Awaitable[Response]]


class SiteMiddleware:
    """One layer, so that the order of its parts can be read here. `on_crash` draws the page for a fault of ours."""

    def __init__(self, app: ASGIApp, on_crash: Crashed, on_error: Crashed) -> None:
        self.app = app
        self.on_crash = on_crash
        self.on_error = on_error
        settings = get_settings()
        self.secure = urlsplit(settings.site_url).scheme == "https"
        # browsers take a __Host- cookie from this very host only: a neighbour's page can't plant one
        self.cookie_name = f"__Host-{sessions.COOKIE}" if self.secure else sessions.COOKIE
        self.headers = {
            **SECURITY_HEADERS,
            "Content-Security-Policy": content_security_policy(card_page_origins(settings.stripe_base_url)),
        }
        if self.secure:
            self.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # a zero byte is no text for the database: out of a query it goes as other control characters do
        scope["query_string"] = scope["query_string"].replace(b"%00", b"")
        state = scope.setdefault("state", {})
        state.update(session=None, new_token="", end_cookie=False, request_id=secrets.token_hex(8))
        with structlog.contextvars.bound_contextvars(
            request_id=state["request_id"], path=without_secrets(scope["path"])
        ):
            await self._answer(scope, receive, send)

    async def _begin(self, scope: Scope) -> None:
        if scope["path"].startswith(STATIC):
            return
        await clock.refresh()
        token = cookie_parser(Headers(scope=scope).get("cookie", "")).get(self.cookie_name, "")
        if token:
            scope["state"]["session"] = await sessions.load(token)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def finish(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._complete(MutableHeaders(scope=message), Request(scope))
            await send(message)

        refusal = _why_not_read(scope)
        if refusal is not None:
            if isinstance(refusal, TooLarge):
                await _drain(receive)
            await (await self.on_error(Request(scope), refusal))(scope, receive, finish)
            return
        try:
            await self._begin(scope)
            await self.app(scope, receive, finish)
        except ClientDisconnect:
            return  # somebody pressed again, or their line dropped: nothing was read whole, and nobody waits for an answer
        except Exception as error:
            if started:
                raise
            await (await self.on_crash(Request(scope), error))(scope, receive, finish)

    def _complete(self, headers: MutableHeaders, request: Request) -> None:
        """Security headers always; a request with a session is private, a page without one may be kept and asked for."""
        if SECRET_PATH.match(request.url.path):
            headers.update(PRIVATE_HEADERS)
        for name, value in self.headers.items():
            headers.setdefault(name, value)
        headers["X-Request-Id"] = request.state.request_id
        private = request.state.session is not None or request.state.end_cookie
        if private and not request.url.path.startswith(STATIC):
            headers["Cache-Control"] = "private, no-store"
        headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
        if request.state.new_token:
            headers.append("Set-Cookie", self._cookie(request.state.new_token, get_settings().session_hours * 3600))
        elif request.state.end_cookie:
            headers.append("Set-Cookie", self._cookie("", 0))

    def _cookie(self, token: str, seconds: int) -> str:
        secure = "; Secure" if self.secure else ""
        return f"{self.cookie_name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"


def _why_not_read(scope: Scope) -> SiteError | None:
    """What makes no sense whatever the page is: a zero byte, which no text in the database may hold; too much."""
    if "\0" in scope["path"]:
        return BadRequest("The address holds a character that no address of ours has. Check it, or start again.")
    length, most = Headers(scope=scope).get("content-length") or "0", get_settings().body_most_bytes
    if not (length.isascii() and length.isdigit()):
        return BadRequest("The request does not say how long it is. Go back and send it again.")
    if int(length) > most:
        return TooLarge(f"What you sent is larger than {most // 1_000_000} MB, which is the most we take.")
    return None


async def _drain(receive: Receive) -> None:
    """Read a body and throw it away, up to a bound: a browser that is still sending does not read an answer."""
    read = 0
    while read < DRAINED:
        message = await receive()
        read += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return
