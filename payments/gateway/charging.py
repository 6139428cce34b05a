"""Charging saved cards, the backer not being there, and with them there.

Sources: docs.stripe.com/payments/save-during-payment, docs.stripe.com/api/idempotent_requests, docs.stripe.com/declines.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import stripe

from payments.gateway.errors import (
    GatewayBusy,
    GatewayKeyReused,
    GatewayNotFound,
    GatewayRefused,
    GatewayUnavailable,
)
from payments.gateway.reading import ATTEMPT, PLEDGE, card_that_failed, charge_from, id_of
from payments.gateway.shapes import ChargeAnswer, ChargeOutcome, ChargeRequest
from payments.gateway.transport import CURRENCY, PAGE, CardRefused, Part, StateRefused

Call = Callable[[stripe.StripeClient], stripe.StripeObject]


class Charging(Part):
    """Charges of the gateway."""

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

        try:
            every = await self._every(
                lambda client: client.v1.payment_intents.list({"customer": customer, "limit": PAGE})
            )
        except GatewayUnavailable:
            return ChargeAnswer(ChargeOutcome.UNKNOWN, customer=customer, pledge_reference=pledge_reference)
        found = [charge_from(intent) for intent in every]
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
