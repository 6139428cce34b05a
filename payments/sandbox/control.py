"""Steering a sandbox from outside: faults, clock, webhooks, log, truth, and filling in its pages without a browser.

For local mode, drills and tests. Refuses any address but loopback, so it can never reach the real provider.
"""

import asyncio
import http.client
import json
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from payments.sandbox.delivery import is_loopback
from payments.sandbox.faults import FaultKind

Json = dict[str, Any]
CARD = "4242424242424242"
Outcome = Literal["complete", "pending", "still_due", "refused"]  # as in resources/accounts.py


class SandboxRefused(Exception):
    """The sandbox said no; the message is its own."""


class SandboxControl:
    """One world of one sandbox: the world of `api_key`."""

    def __init__(self, base_url: str, api_key: str, timeout: float = 15) -> None:
        if not is_loopback(base_url):
            raise ValueError("a payment sandbox is on loopback only")
        found = urlsplit(base_url)
        self._host, self._port = found.hostname or "", found.port or 80
        self._key = api_key
        self._timeout = timeout

    # clock

    async def set_clock(self, offset_seconds: int) -> Json:
        """The world runs this far ahead of real time. Forward only; setting it again is fine."""
        return await self._ask("POST", "/_sandbox/clock", {"offset_seconds": offset_seconds})

    async def clock(self) -> Json:
        """{"now": unix seconds, "offset_seconds": n}"""
        return await self._ask("GET", "/_sandbox/clock")

    # faults

    async def add_fault(
        self,
        kind: FaultKind | str,
        *,
        method: str = "*",
        path: str = "*",
        event_type: str = "*",
        count: int | None = 1,
        probability: float = 1.0,
        seed: int = 0,
        seconds: float = 1.0,
        skip: int = 0,
    ) -> int:
        """See faults.py. `path` like "/v1/payment_intents" or "/v1/*"; count None: until cleared."""
        body = {
            "kind": str(kind),
            "method": method,
            "path": path,
            "event_type": event_type,
            "count": count,
            "probability": probability,
            "seed": seed,
            "seconds": seconds,
            "skip": skip,
        }
        return int((await self._ask("POST", "/_sandbox/faults", body))["id"])

    async def faults(self) -> list[Json]:
        return list((await self._ask("GET", "/_sandbox/faults"))["faults"])

    async def clear_faults(self) -> None:
        await self._ask("DELETE", "/_sandbox/faults")

    # webhooks

    async def add_webhook_endpoint(
        self,
        url: str,
        secret: str,
        *,
        types: list[str] | None = None,
        retry_seconds: float = 1.0,
        alone: bool = False,
        connect_secret: str | None = None,
    ) -> None:
        """Events of `types` (patterns; all without) go to `url`. The same url again changes it.

        `alone`: no other address is called any more, and what waits for one is sent here. `connect_secret` signs events
        of connected accounts, as at Stripe, where they go to an endpoint of their own.
        """
        body = {
            "url": url,
            "secret": secret,
            "types": types or ["*"],
            "retry_seconds": retry_seconds,
            "alone": alone,
            "connect_secret": connect_secret,
        }
        await self._ask("POST", "/_sandbox/webhook_endpoints", body)

    async def deliveries(self) -> list[Json]:
        """Each with event, type, state (waiting, delivered, given up), attempts, answer, due."""
        return list((await self._ask("GET", "/_sandbox/deliveries"))["deliveries"])

    async def resend(self, event: str) -> None:
        await self._ask("POST", f"/_sandbox/events/{event}/resend", {})

    async def delivered(self, timeout: float = 10) -> None:
        """Waits until no webhook is waiting. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while any(  # noqa: ASYNC110 - another process decides
                delivery["state"] == "waiting" for delivery in await self.deliveries()
            ):
                await asyncio.sleep(0.02)

    # what banks, the provider and our own bank account do

    async def set_limits(self, limits: dict[str, int]) -> None:
        """{"/v1/transfers": 25, "*": 100}: calls a second for each endpoint, 429 beyond; the first that fits; {} ends it."""
        await self._ask("POST", "/_sandbox/limits", {"limits": limits})

    async def dispute(
        self, payment_intent: str, *, reason: str = "fraudulent", amount_pence: int | None = None, inquiry: bool = False
    ) -> str:
        """The cardholder's bank takes a payment back (inquiry: asks first). The id of the dispute."""
        body = {"payment_intent": payment_intent, "reason": reason, "amount": amount_pence, "inquiry": inquiry}
        return str((await self._ask("POST", "/_sandbox/disputes", body))["id"])

    async def decide_dispute(self, dispute: str, *, won: bool) -> None:
        """The bank's last word. Without it a dispute that nobody answers is lost after nine days."""
        await self._ask("POST", f"/_sandbox/disputes/{dispute}/decide", {"won": won})

    async def decide_account(self, account: str, outcome: Outcome, *, account_number: str | None = None) -> None:
        """What the provider thinks of a connected account from now on; another account number is another bank account."""
        await self._ask("POST", f"/_sandbox/accounts/{account}", {"outcome": outcome, "account_number": account_number})

    async def top_up(self, amount_pence: int) -> None:
        """Our own money into our balance at the provider."""
        await self._ask("POST", "/_sandbox/top_ups", {"amount": amount_pence})

    async def pay_out(self, amount_pence: int) -> None:
        """Our own money out of our balance at the provider, to our bank. Refused for more than is available."""
        await self._ask("POST", "/_sandbox/payouts", {"amount": amount_pence})

    async def let_refunds_wait(self, wait: bool) -> None:
        """Whether a refund that our balance does not cover is pending until it does (else our bank account covers it)."""
        await self._ask("POST", "/_sandbox/refunds", {"wait_for_balance": wait})

    # knowledge

    async def truth(self) -> Json:
        """See truth.py."""
        return await self._ask("GET", "/_sandbox/truth")

    async def log(self, after: int = 0) -> list[Json]:
        """Requests: id, at, method, path, key, status (None: connection cut), faults, replayed, request."""
        return list((await self._ask("GET", f"/_sandbox/log?after={after}"))["log"])

    # the hosted pages

    async def fill_card_page(
        self, url: str, number: str = CARD, *, email: str = "backer@example.org", authenticate: bool = True
    ) -> str | None:
        """Does on a card page what a backer does, at the bank too if asked.

        The address that the browser is sent to at the end, None when the page shows an error instead.
        """
        form = {"email": email, "card_number": number, "expiry": "08 / 40", "cvc": "123", "name": "Test Backer"}
        _, location, _ = await self._post_form(url, form)
        if location is not None and urlsplit(location).path.startswith("/3ds/"):
            location = await self.answer_bank(location, complete=authenticate)
        if location is not None and urlsplit(location).path.startswith("/c/pay/"):
            return None  # sent back to the card page, which now shows what went wrong
        return location

    async def answer_bank(self, url: str, *, complete: bool = True) -> str | None:
        """Answers a 3-D Secure page."""
        _, location, _ = await self._post_form(url, {"answer": "complete" if complete else "fail"})
        return location

    async def fill_onboarding(
        self,
        url: str,
        *,
        outcome: Outcome | None = "complete",
        name: str = "Test Group",
        account_number: str = "00012345",
    ) -> str | None:
        """Does on the onboarding page what a group does; outcome None: leaves it unfinished.

        The address that the browser is sent to at the end; when the link was used or is over, that is its refresh_url.
        None when the page shows an error instead.
        """
        _, location, _ = await self._get(url)
        if location is None or not urlsplit(location).path.startswith("/setup/s/"):
            return location
        form = {
            "name": name,
            "kind": "non_profit",
            "first_name": "Test",
            "last_name": "Person",
            "sort_code": "10-88-00",
            "account_number": account_number,
            "agreed": "yes",
            "finding": outcome or "",
        }
        _, back, _ = await self._post_form(location, form if outcome is not None else {"later": "yes"})
        return back

    async def _get(self, url: str) -> tuple[int, str | None, str]:
        if not is_loopback(url):
            raise ValueError("not a page of a payment sandbox")
        return await asyncio.to_thread(self._send, "GET", urlsplit(url).path, None, {})

    async def _post_form(self, url: str, form: dict[str, str]) -> tuple[int, str | None, str]:
        if not is_loopback(url):
            raise ValueError("not a page of a payment sandbox")
        found = urlsplit(url)
        path = found.path + (f"?{found.query}" if found.query else "")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await asyncio.to_thread(self._send, "POST", path, urlencode(form), headers)

    async def _ask(self, method: str, path: str, body: Json | None = None) -> Json:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        sent = json.dumps(body) if body is not None else None
        status, _, text = await asyncio.to_thread(self._send, method, path, sent, headers)
        answer: Json = json.loads(text)
        if status != 200:
            raise SandboxRefused(answer["error"]["message"])
        return answer

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str | None, str]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("location"), answer.read().decode()
        finally:
            connection.close()
