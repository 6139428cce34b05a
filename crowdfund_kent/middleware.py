"""What happens around every page: a request id, the business clock, the session, the headers. Pure ASGI."""

import secrets
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crowdfund_kent import clock
from crowdfund_kent.accounts import sessions
from crowdfund_kent.security import SECURITY_HEADERS, card_page_origins, content_security_policy
from crowdfund_kent.settings import get_settings

STATIC: Final = ("/static/", "/illustrations/", "/pictures/")
log = structlog.get_logger()


class SiteMiddleware:
    """One layer, so that the order of its parts can be read here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        settings = get_settings()
        self.secure = urlsplit(settings.site_url).scheme == "https"
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
        state = scope.setdefault("state", {})
        state.update(session=None, new_token="", end_cookie=False, request_id=secrets.token_hex(8))
        fixed = scope["path"].startswith(STATIC)
        with structlog.contextvars.bound_contextvars(request_id=state["request_id"], path=scope["path"]):
            if not fixed:
                await clock.refresh()
                token = cookie_parser(Headers(scope=scope).get("cookie", "")).get(sessions.COOKIE, "")
                if token:
                    state["session"] = await sessions.load(token)
            await self.app(scope, receive, self._sending(scope, send))

    def _sending(self, scope: Scope, send: Send) -> Send:
        async def finish(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(MutableHeaders(scope=message), Request(scope))
            await send(message)

        return finish

    def _complete(self, headers: MutableHeaders, request: Request) -> None:
        """Security headers always; a request with a session is private, a page without one may be kept and asked for."""
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
        return f"{sessions.COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"
