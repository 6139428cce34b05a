"""Plain requests to the sandbox, without the SDK, and short ways to a saved card."""

import asyncio
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from payments.gateway import CardPage, ChargeAnswer, ChargeOutcome, ChargeRequest, SavedCard, TransferRequest
from payments.sandbox.control import Outcome
from tests.sandbox import World

OK = "4242424242424242"
AUTHENTICATES = "4000002500003155"
ALWAYS_AUTHENTICATES = "4000002760003184"
AUTHENTICATES_THEN_POOR = "4000008260003178"
DECLINED_LATER = "4000000000000341"
REFUND_PENDS = "4000000000007726"
REFUND_FAILS = "4000000000005126"


@dataclass(frozen=True)
class Raw:
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def error(self) -> Any:
        return self.body["error"]


async def api(
    world: World,
    method: str,
    path: str,
    params: Mapping[str, object] | None = None,
    *,
    key: str | None = None,
    api_key: str | None = None,
    account: str | None = None,
) -> Raw:
    """One request; raises OSError or HTTPException when the connection breaks."""
    headers = {"Authorization": f"Bearer {api_key or world.api_key}"}
    headers |= {"Idempotency-Key": key} if key is not None else {}
    headers |= {"Stripe-Account": account} if account is not None else {}
    return await asyncio.to_thread(_send, world.url, method, path, urlencode(params or {}), headers)


def _send(url: str, method: str, path: str, form: str, headers: dict[str, str]) -> Raw:
    found = urlsplit(url)
    connection = http.client.HTTPConnection(found.hostname or "", found.port or 80, timeout=10)
    try:
        if method == "GET":
            connection.request(method, f"{path}?{form}" if form else path, headers=headers)
        else:
            headers = headers | {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, path, body=form, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        kind = answer.getheader("content-type", "")
        body = json.loads(text) if kind.startswith("application/json") else text
        return Raw(answer.status, body, {name.lower(): value for name, value in answer.getheaders()})
    finally:
        connection.close()


async def open_page(world: World, reference: str = "P-1", **other: Any) -> CardPage:
    """A customer of its own and an open card page, for two hours of the world's clock."""
    now = datetime.fromtimestamp((await world.control.clock())["now"], UTC)
    customer = await world.gateway.create_customer(pledge_reference=reference, key=f"customer {reference}")
    values: dict[str, Any] = {
        "customer": customer,
        "pledge_reference": reference,
        "success_url": "http://localhost/back?page={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://localhost/cancelled",
        "expires_at": now + timedelta(hours=2),
        "key": f"page {reference}",
        "submit_message": "Charged only if the target is met.",
    }
    return await world.gateway.open_card_page(**values | other)


async def save_card(world: World, number: str = OK, reference: str = "P-1") -> SavedCard:
    page = await open_page(world, reference)
    assert page.url is not None
    assert page.setup_intent is not None
    back = await world.control.fill_card_page(page.url, number)
    assert back == f"http://localhost/back?page={page.id}"
    return await world.gateway.read_saved_card(page.setup_intent)


def request_for(card: SavedCard, attempt: int = 1, amount_pence: int = 2500, key: str | None = None) -> ChargeRequest:
    assert card.customer is not None
    assert card.payment_method is not None
    assert card.pledge_reference is not None
    return ChargeRequest(
        pledge_reference=card.pledge_reference,
        attempt_number=attempt,
        customer=card.customer,
        payment_method=card.payment_method,
        amount_pence=amount_pence,
        transfer_group="campaign-1",
        key=key or f"attempt {card.pledge_reference} {attempt}",
    )


async def collect(world: World, number: str = OK, reference: str = "P-1", amount_pence: int = 2500) -> ChargeAnswer:
    """A charge that succeeded."""
    answer = await world.gateway.charge(
        request_for(await save_card(world, number, reference), amount_pence=amount_pence)
    )
    assert answer.outcome is ChargeOutcome.SUCCEEDED
    return answer


async def open_account(world: World, reference: str = "G-1", outcome: Outcome | None = "complete", **other: Any) -> str:
    """A group's connected account, its page filled in as told."""
    made = await world.gateway.create_recipient(
        group_reference=reference, email="group@example.org", key=f"account {reference}"
    )
    link = await world.gateway.onboarding_link(
        made.account, return_url="http://localhost/back", refresh_url="http://localhost/again"
    )
    assert await world.control.fill_onboarding(link.url, outcome=outcome, **other) == "http://localhost/back"
    return made.account


def transfer_for(charge: ChargeAnswer, account: str, amount_pence: int = 2442, number: int = 1) -> TransferRequest:
    assert charge.charge is not None
    assert charge.pledge_reference is not None
    return TransferRequest(
        pledge_reference=charge.pledge_reference,
        number=number,
        charge=charge.charge,
        account=account,
        amount_pence=amount_pence,
        transfer_group="campaign-1",
        key=f"transfer {charge.pledge_reference} {number}",
    )
