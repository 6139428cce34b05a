"""The provider's SDK, run in a bounded pool of threads, its exceptions turned into ours."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn, TypeVar

import requests
import stripe

from payments.gateway.errors import (
    GatewayBusy,
    GatewayError,
    GatewayKeyReused,
    GatewayNotAllowed,
    GatewayNotFound,
    GatewayRefused,
    GatewayUnavailable,
)

stripe.enable_telemetry = False

T = TypeVar("T")

CURRENCY = "gbp"
PAGE = 100  # the most a list gives at once


class CardRefused(GatewayRefused):
    """402: the bank, not our request, said no. `body` is the provider's error, with the payment intent in it."""

    body: Mapping[str, Any]


class StateRefused(GatewayRefused):
    """400 because the object has moved on (already paid, already cancelled): read it and see."""


class _Http(stripe.RequestsClient):
    """Remembers, per call, whether an earlier try may have reached the provider.

    The SDK repeats a lost call by itself. A 429 after a lost try does not mean "nothing happened".
    """

    def __init__(self, session: requests.Session, timeout: float) -> None:
        super().__init__(timeout=(min(timeout, 5.0), timeout), session=session)
        self.calls = threading.local()

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **rest: Any
    ) -> tuple[Any, int, Mapping[str, str]]:
        try:
            answer = super().request(method, url, headers, post_data, **rest)
        except stripe.APIConnectionError:
            self.calls.unsure = True
            raise
        if answer[1] >= 500 or answer[1] == 409:
            self.calls.unsure = True
        return answer


class Transport:
    """Calls the SDK from asyncio. At most `concurrency` calls are under way; the rest wait their turn."""

    def __init__(
        self,
        api_key: str,
        base_url: str | None,
        timeout: float,
        max_network_retries: int,
        concurrency: int,
    ) -> None:
        self._session = requests.Session()
        if base_url is not None:
            self._session.trust_env = False  # a proxy has no business between us and our own sandbox
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=concurrency)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._http = _Http(self._session, timeout)
        base = base_url.rstrip("/") if base_url is not None else None
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": base, "connect": base, "files": base, "meter_events": base} if base else {},
            max_network_retries=max_network_retries,
            http_client=self._http,
        )
        self._pool = ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="payment-gateway")

    async def call(self, work: Callable[[stripe.StripeClient], stripe.StripeObject]) -> dict[str, Any]:
        """One call; its answer as a plain dictionary. Raises the tree of errors.py."""
        answer = await self.run(work)
        return answer.to_dict()

    async def run(self, work: Callable[[stripe.StripeClient], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._in_thread, work)

    def _in_thread(self, work: Callable[[stripe.StripeClient], T]) -> T:
        self._http.calls.unsure = False
        try:
            return work(self._client)
        except stripe.StripeError as error:
            self._raise(error, unsure=self._http.calls.unsure)

    def _raise(self, error: stripe.StripeError, *, unsure: bool) -> NoReturn:
        body = error.json_body.get("error") if isinstance(error.json_body, dict) else None
        body = body if isinstance(body, dict) else {}
        kind = _kind(error, body, unsure=unsure)
        # the SDK prints keys it was given in no message, but a URL or a body might carry one: keep to the first line
        message = (error.user_message or type(error).__name__).splitlines()[0]
        raised = kind(
            message,
            status=error.http_status,
            code=body.get("code"),
            param=body.get("param"),
            request_id=error.request_id,
        )
        if isinstance(raised, CardRefused):
            raised.body = body
        raise raised from error

    def close(self) -> None:
        """Waits for calls under way, then closes the connections."""
        self._pool.shutdown(wait=True)
        self._session.close()


class Part:
    """One subject of the gateway: what it asks goes through the gateway's transport."""

    _transport: Transport

    async def _every(self, ask: Callable[[stripe.StripeClient], Any]) -> list[dict[str, Any]]:
        """Every object of a list, page after page, newest first. Raises the tree of errors.py."""

        def work(client: stripe.StripeClient) -> list[dict[str, Any]]:
            return [found.to_dict() for found in ask(client).auto_paging_iter()]

        return await self._transport.run(work)

    async def _first(
        self, ask: Callable[[stripe.StripeClient], Any], wanted: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any] | None:
        """The newest object of a list that is wanted: no further page is read once it is found."""

        def work(client: stripe.StripeClient) -> dict[str, Any] | None:
            every = (found.to_dict() for found in ask(client).auto_paging_iter())
            return next((found for found in every if wanted(found)), None)

        return await self._transport.run(work)


def _kind(error: stripe.StripeError, body: Mapping[str, Any], *, unsure: bool) -> type[GatewayError]:
    status = error.http_status
    if isinstance(error, stripe.APIConnectionError) or status is None or status >= 500 or status == 409:
        return GatewayUnavailable
    if isinstance(error, stripe.RateLimitError):
        return GatewayUnavailable if unsure else GatewayBusy
    if isinstance(error, stripe.CardError):
        return CardRefused
    if isinstance(error, stripe.IdempotencyError):
        return GatewayKeyReused
    if status in (401, 403):
        return GatewayNotAllowed
    if body.get("code") == "resource_missing":
        return GatewayNotFound
    if str(body.get("code", "")).endswith("_unexpected_state"):
        return StateRefused
    return GatewayRefused
