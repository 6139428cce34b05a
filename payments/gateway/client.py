"""The payment provider, as the rest of the site uses it.

Sources: docs.stripe.com/payments/save-and-reuse (saving a card), docs.stripe.com/payments/save-during-payment
(charging it later), docs.stripe.com/api/idempotent_requests, docs.stripe.com/refunds, docs.stripe.com/webhooks.
"""

import contextlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import stripe

from payments.gateway.errors import (
    BadSignature,
    GatewayBusy,
    GatewayKeyReused,
    GatewayNotFound,
    GatewayRefused,
    GatewayUnavailable,
)
from payments.gateway.reading import (
    ATTEMPT,
    PLEDGE,
    REFUND_KEY,
    card_page_from,
    card_that_failed,
    charge_from,
    event_from,
    id_of,
    refund_from,
    saved_card_from,
)
from payments.gateway.shapes import (
    CardPage,
    CardPageStatus,
    ChargeAnswer,
    ChargeOutcome,
    ChargeRequest,
    ProviderEvent,
    RefundAnswer,
    RefundOutcome,
    SavedCard,
)
from payments.gateway.transport import CardRefused, StateRefused, Transport

CURRENCY = "gbp"
PAGE = 100  # the most a list gives at once
TYPES_AT_ONCE = 20  # the most event types a list takes

Call = Callable[[stripe.StripeClient], stripe.StripeObject]


class Gateway:
    """One account at the provider. Works the same against the sandbox (base_url) and the real one (base_url=None).

    timeout is in seconds for each try; max_network_retries counts further tries by the SDK, with the same key;
    concurrency is the most calls under way at once. Call `close()` at the end.

    Every `key` is an idempotency key: the same key must always come with the same values, and may be forgotten by the
    provider after 24 hours. Methods that read or prepare raise the tree of errors.py. `charge`, `refund` and their
    relatives answer UNKNOWN or LIMITED instead, so that a caller never takes a lost answer for a refusal.
    """

    def __init__(
        self,
        api_key: str,
        webhook_secret: str,
        base_url: str | None = None,
        *,
        timeout: float = 25,
        max_network_retries: int = 2,
        concurrency: int = 8,
    ) -> None:
        self._webhook_secret = webhook_secret
        self._transport = Transport(api_key, base_url, timeout, max_network_retries, concurrency)

    def close(self) -> None:
        self._transport.close()

    # saving a card

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

    # collecting

    async def charge(self, request: ChargeRequest) -> ChargeAnswer:
        """Takes the money of one attempt, the backer not being there. Never raises for what banks and networks do.

        Raises GatewayRefused or GatewayNotAllowed for faults of ours. A card that is gone from the provider is
        DECLINED with code "card_gone".
        """
        asked = ChargeAnswer(
            ChargeOutcome.UNKNOWN,
            amount_pence=request.amount_pence,
            currency=CURRENCY,
            pledge_reference=request.pledge_reference,
            attempt_number=request.attempt_number,
            customer=request.customer,
        )

        def work(client: stripe.StripeClient) -> stripe.StripeObject:
            return client.v1.payment_intents.create(
                {
                    "amount": request.amount_pence,
                    "currency": CURRENCY,
                    "customer": request.customer,
                    "payment_method": request.payment_method,
                    "allowed_payment_method_types": ["card"],
                    "off_session": True,
                    "confirm": True,
                    "transfer_group": request.transfer_group,
                    "metadata": {PLEDGE: request.pledge_reference, ATTEMPT: str(request.attempt_number)},
                },
                {"idempotency_key": request.key},
            )

        return await self._charging(work, asked, request.payment_method)

    async def confirm_on_session(
        self, payment_intent: str, return_url: str, key: str, payment_method: str | None = None
    ) -> ChargeAnswer:
        """The backer is here and may authenticate: send the browser to next_action_url, it comes back to return_url.

        Uses the card that failed unless told another. Already paid or cancelled is told, not an error. Use a new key
        for each visit of the backer: an authentication that failed once may be tried again.
        """
        try:
            intent = await self._read_intent(payment_intent)
        except GatewayUnavailable:
            return ChargeAnswer(ChargeOutcome.UNKNOWN, payment_intent=payment_intent)
        answer = charge_from(intent)
        if answer.outcome in (ChargeOutcome.SUCCEEDED, ChargeOutcome.VOID) or answer.next_action_url is not None:
            return answer
        method = payment_method or card_that_failed(intent)

        def work(client: stripe.StripeClient) -> stripe.StripeObject:
            params: stripe.params.PaymentIntentConfirmParams = {"return_url": return_url}
            if method is not None:
                params["payment_method"] = method
            return client.v1.payment_intents.confirm(payment_intent, params, {"idempotency_key": key})

        return await self._charging(work, replace(answer, outcome=ChargeOutcome.UNKNOWN), method)

    async def cancel_charge(self, payment_intent: str) -> ChargeAnswer:
        """VOID once it can never be paid. One that succeeded first is told as SUCCEEDED: refund it."""
        asked = ChargeAnswer(ChargeOutcome.UNKNOWN, payment_intent=payment_intent)
        return await self._charging(lambda client: client.v1.payment_intents.cancel(payment_intent), asked)

    async def read_charge(self, payment_intent: str) -> ChargeAnswer:
        """UNKNOWN when the provider can't be asked now. Raises GatewayNotFound."""
        try:
            return charge_from(await self._read_intent(payment_intent))
        except GatewayUnavailable:
            return ChargeAnswer(ChargeOutcome.UNKNOWN, payment_intent=payment_intent)

    async def look_for_charge(
        self, *, customer: str, attempt_number: int, pledge_reference: str
    ) -> ChargeAnswer | None:
        """Look before resending: what became of this attempt of this pledge. None: the provider never made it.

        An answer's outcome is the payment's own status, so a declined one is never taken for money. UNKNOWN when the
        provider can't be asked now.
        """

        def work(client: stripe.StripeClient) -> list[dict[str, Any]]:
            page = client.v1.payment_intents.list({"customer": customer, "limit": PAGE})
            return [intent.to_dict() for intent in page.auto_paging_iter()]

        try:
            found = [charge_from(intent) for intent in await self._transport.run(work)]
        except GatewayUnavailable:
            return ChargeAnswer(ChargeOutcome.UNKNOWN, customer=customer, pledge_reference=pledge_reference)
        ours = [a for a in found if (a.pledge_reference, a.attempt_number) == (pledge_reference, attempt_number)]
        # were there two (a key forgotten by the provider), the one that took money is the one to know of
        ours.sort(key=lambda answer: answer.outcome is not ChargeOutcome.SUCCEEDED)
        return ours[0] if ours else None

    async def _read_intent(self, payment_intent: str) -> dict[str, Any]:
        return await self._transport.call(lambda client: client.v1.payment_intents.retrieve(payment_intent))

    async def _charging(self, work: Call, asked: ChargeAnswer, payment_method: str | None = None) -> ChargeAnswer:
        try:
            return charge_from(await self._transport.call(work))
        except GatewayBusy:
            return replace(asked, outcome=ChargeOutcome.LIMITED)
        except GatewayUnavailable as error:
            return replace(asked, server_error=(error.status or 0) >= 500)
        except CardRefused as error:
            return _refused(error, asked)
        except StateRefused:
            # it moved on before us: whatever it is now is the answer
            return await self.read_charge(asked.payment_intent) if asked.payment_intent else asked
        except GatewayKeyReused:
            raise
        except GatewayRefused:
            if payment_method is None or not await self._card_is_gone(payment_method, asked.customer):
                raise
            return replace(asked, outcome=ChargeOutcome.DECLINED, code="card_gone")

    async def _card_is_gone(self, payment_method: str, customer: str | None) -> bool:
        """Asked after a refusal: the provider has many words for a card that was let go, this has one."""
        try:
            found = await self._transport.call(lambda client: client.v1.payment_methods.retrieve(payment_method))
        except GatewayNotFound:
            return True
        return id_of(found.get("customer")) != customer

    # giving back

    async def refund(
        self, *, charge_or_intent: str, amount_pence: int, pledge_reference: str, key: str
    ) -> RefundAnswer:
        """Gives back part or all of a charge. Never raises for what networks do.

        FAILED with code "charge_already_refunded" when all of it went back before: look_for_refund tells by whom.
        """
        asked = RefundAnswer(
            RefundOutcome.UNKNOWN,
            amount_pence=amount_pence,
            currency=CURRENCY,
            payment_intent=charge_or_intent if charge_or_intent.startswith("pi_") else None,
            pledge_reference=pledge_reference,
            key=key,
        )

        def work(client: stripe.StripeClient) -> stripe.StripeObject:
            params: stripe.params.RefundCreateParams = {
                "amount": amount_pence,
                "metadata": {PLEDGE: pledge_reference, REFUND_KEY: key},
            }
            if charge_or_intent.startswith("pi_"):
                params["payment_intent"] = charge_or_intent
            else:
                params["charge"] = charge_or_intent
            return client.v1.refunds.create(params, {"idempotency_key": key})

        try:
            return refund_from(await self._transport.call(work))
        except GatewayBusy:
            return replace(asked, outcome=RefundOutcome.LIMITED)
        except GatewayUnavailable as error:
            return replace(asked, server_error=(error.status or 0) >= 500)
        except GatewayRefused as error:
            if error.code == "charge_already_refunded":
                return replace(asked, outcome=RefundOutcome.FAILED, code=error.code)
            raise

    async def look_for_refund(self, payment_intent: str, pledge_reference: str, key: str) -> RefundAnswer | None:
        """What became of the refund that was asked for with this key. None: it was never made. UNKNOWN: ask later."""

        def work(client: stripe.StripeClient) -> list[dict[str, Any]]:
            page = client.v1.refunds.list({"payment_intent": payment_intent, "limit": PAGE})
            return [refund.to_dict() for refund in page.auto_paging_iter()]

        try:
            found = [refund_from(refund) for refund in await self._transport.run(work)]
        except GatewayUnavailable:
            return RefundAnswer(RefundOutcome.UNKNOWN, payment_intent=payment_intent, key=key)
        return next((r for r in found if (r.pledge_reference, r.key) == (pledge_reference, key)), None)

    # letting go of a card

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

    # events

    def read_webhook(self, raw: bytes, signature: str) -> ProviderEvent:
        """The event in a webhook's raw body. Raises BadSignature: wrong, missing, or more than 5 minutes old."""
        try:
            stripe.WebhookSignature.verify_header(
                raw, signature, self._webhook_secret, stripe.Webhook.DEFAULT_TOLERANCE
            )
            return event_from(json.loads(raw))
        except stripe.SignatureVerificationError as error:
            raise BadSignature(error.user_message or "the webhook's signature is wrong") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadSignature("the webhook is not an event") from error

    async def list_events(self, after: datetime, types: Iterable[str]) -> list[ProviderEvent]:
        """Events of these types that happened at or after `after` (the provider keeps 30 days), oldest first."""
        wanted = sorted(set(types))
        found: list[ProviderEvent] = []
        for start in range(0, len(wanted), TYPES_AT_ONCE):
            some = wanted[start : start + TYPES_AT_ONCE]
            found += [event_from(event) for event in await self._transport.run(_events(after, some))]
        return sorted(found, key=lambda event: event.created)


def _events(after: datetime, types: Sequence[str]) -> Callable[[stripe.StripeClient], list[dict[str, Any]]]:
    def work(client: stripe.StripeClient) -> list[dict[str, Any]]:
        page = client.v1.events.list({"created": {"gte": int(after.timestamp())}, "types": list(types), "limit": PAGE})
        # the list comes newest first: turned round, events of one second keep their order
        return [event.to_dict() for event in page.auto_paging_iter()][::-1]

    return work


def _refused(error: CardRefused, asked: ChargeAnswer) -> ChargeAnswer:
    """A decline, with what the bank said. The payment intent in the error tells whether the backer can lift it."""
    body = error.body
    intent = body.get("payment_intent")
    answer = charge_from(intent) if isinstance(intent, dict) else replace(asked, outcome=ChargeOutcome.DECLINED)
    if answer.outcome not in (ChargeOutcome.DECLINED, ChargeOutcome.ACTION_REQUIRED):
        return answer
    return replace(
        answer,
        charge=answer.charge or body.get("charge"),
        decline_code=body.get("decline_code") or answer.decline_code,
        code=body.get("code") or answer.code,
        advice_code=body.get("advice_code") or answer.advice_code,
    )
