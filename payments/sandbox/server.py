"""The sandbox as an ASGI application, and the server that can break a connection on purpose."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from payments.sandbox.admin import Admin
from payments.sandbox.delivery import Deliverer
from payments.sandbox.engine import Asked, Engine
from payments.sandbox.onboarding import Onboarding
from payments.sandbox.pages import Pages
from payments.sandbox.resources import ENDPOINTS
from payments.sandbox.store import Store

HOSTS = ["127.0.0.1", "localhost", "[::1]", "::1"]
LONGEST_BODY = 100_000

_connections: dict[tuple[str, int], asyncio.Transport] = {}


class BreakableProtocol(HttpToolsProtocol):
    """Remembers its transport, so that a fault can cut the connection as a failing network would."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client is not None:
            _connections[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            _connections.pop(self.client, None)
        super().connection_lost(exc)


class Cut(Response):
    """No answer: the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = _connections.get(tuple(scope["client"]))
        if transport is not None:
            transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


def create_app(state: Path) -> Starlette:
    store = Store(state)
    deliverer = Deliverer(store)
    engine = Engine(store, ENDPOINTS, deliverer.wake)

    async def api(request: Request) -> Response:
        body = (await request.body()).decode("utf-8", "replace")
        if len(body) > LONGEST_BODY:
            return JSONResponse(
                {"error": {"message": "The request is too large.", "type": "invalid_request_error"}}, 400
            )
        forms = [part for part in (request.url.query, body) if part]
        answer = await engine.answer(
            Asked(
                method=request.method,
                path=request.url.path,
                authorization=request.headers.get("authorization", ""),
                form="&".join(forms),
                idempotency_key=request.headers.get("idempotency-key"),
                account=request.headers.get("stripe-account", ""),
                base_url=str(request.base_url).rstrip("/"),
            )
        )
        return Cut() if answer.dropped else JSONResponse(answer.body, answer.status, headers=answer.headers)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        deliverer.start()
        yield
        await deliverer.stop()
        store.close()

    methods = ["GET", "POST", "DELETE", "PUT", "PATCH"]
    return Starlette(
        routes=[
            *Admin(store, deliverer.wake).routes(),
            *Pages(store, deliverer.wake).routes(),
            *Onboarding(store, deliverer.wake).routes(),
            Route("/{path:path}", api, methods=methods),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)],
        lifespan=lifespan,
    )


def create_server(state: Path, host: str, port: int) -> uvicorn.Server:
    config = uvicorn.Config(
        create_app(state),
        host=host,
        port=port,
        http=BreakableProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)
