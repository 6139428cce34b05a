"""Saving a card for later, and letting go of it.

Sources: docs.stripe.com/payments/save-and-reuse, docs.stripe.com/payments/checkout/how-checkout-works.
"""

import contextlib
from datetime import datetime
from typing import Any

import stripe

from payments.gateway.errors import GatewayNotFound, GatewayRefused
from payments.gateway.reading import PLEDGE, card_page_from, saved_card_from
from payments.gateway.shapes import CardPage, CardPageStatus, SavedCard
from payments.gateway.transport import Part


class Cards(Part):
    """Cards of the gateway: hosted pages, the provider's customers, saved cards."""

    async def create_customer(self, *, pledge_reference: str, key: str, email: str | None = None) -> str:
        """The provider's customer of one pledge. With `email` the card page shows it; without, it asks for one."""

        def work(client: stripe.StripeClient) -> stripe.StripeObject:
            params: dict[str, Any] = {"metadata": {PLEDGE: pledge_reference}}
            if email is not None:
                params["email"] = email
            return client.v1.customers.create(params, {"idempotency_key": key})  # type: ignore[arg-type]

        return str((await self._transport.call(work))["id"])

    async def open_card_page(
        self,
        *,
        customer: str,
        pledge_reference: str,
        success_url: str,
        cancel_url: str,
        expires_at: datetime,
        key: str,
        submit_message: str,
    ) -> CardPage:
        """A hosted page that saves a card for later and takes nothing.

        success_url may hold {CHECKOUT_SESSION_ID}. expires_at is 30 minutes to 24 hours after the provider gets the
        call, or it refuses: leave a minute to spare. submit_message stands beside the button, up to 1200 characters.
        """

        def work(client: stripe.StripeClient) -> stripe.StripeObject:
            return client.v1.checkout.sessions.create(
                {
                    "mode": "setup",
                    "customer": customer,
                    "allowed_payment_method_types": ["card"],
                    "client_reference_id": pledge_reference,
                    "success_url": success_url,
                    "cancel_url": cancel_url,
                    "expires_at": int(expires_at.timestamp()),
                    "locale": "en-GB",
                    "metadata": {PLEDGE: pledge_reference},
                    "setup_intent_data": {"metadata": {PLEDGE: pledge_reference}},
                    "custom_text": {"submit": {"message": submit_message}},
                },
                {"idempotency_key": key},
            )

        return card_page_from(await self._transport.call(work))

    async def read_card_page(self, card_page: str) -> CardPage:
        return card_page_from(
            await self._transport.call(lambda client: client.v1.checkout.sessions.retrieve(card_page))
        )

    async def expire_card_page(self, card_page: str) -> CardPage:
        """Closes the page; one already completed or expired is no error: the answer tells the truth."""
        try:
            found = await self._transport.call(lambda client: client.v1.checkout.sessions.expire(card_page))
        except GatewayNotFound:
            raise
        except GatewayRefused:
            page = await self.read_card_page(card_page)
            if page.status is CardPageStatus.OPEN:
                raise
            return page
        return card_page_from(found)

    async def read_saved_card(self, setup_intent: str) -> SavedCard:
        def work(client: stripe.StripeClient) -> stripe.StripeObject:
            return client.v1.setup_intents.retrieve(setup_intent, {"expand": ["payment_method"]})

        return saved_card_from(await self._transport.call(work))

    async def detach_card(self, payment_method: str) -> None:
        """Forgets a saved card at the provider. Already forgotten is fine."""
        try:
            await self._transport.call(lambda client: client.v1.payment_methods.detach(payment_method))
        except GatewayNotFound:
            return
        except GatewayRefused:
            found = await self._transport.call(lambda client: client.v1.payment_methods.retrieve(payment_method))
            if found.get("customer") is not None:
                raise

    async def delete_customer(self, customer: str) -> None:
        """Deletes the provider's customer with every card on it. Already gone is fine."""
        with contextlib.suppress(GatewayNotFound):
            await self._transport.call(lambda client: client.v1.customers.delete(customer))
