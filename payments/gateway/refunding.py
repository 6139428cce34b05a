"""Giving back to a card. Source: docs.stripe.com/refunds."""

from dataclasses import replace
from typing import Any

import stripe

from payments.gateway.errors import GatewayBusy, GatewayRefused, GatewayUnavailable
from payments.gateway.reading import PLEDGE, REFUND_KEY, refund_from
from payments.gateway.shapes import RefundAnswer, RefundOutcome
from payments.gateway.transport import CURRENCY, PAGE, Part


class Refunding(Part):
    """Refunds of the gateway."""

    async def refund(
        self, *, charge_or_intent: str, amount_pence: int, pledge_reference: str, key: str
    ) -> RefundAnswer:
        """Gives back part or all of a charge. Never raises for what networks do.

        FAILED with code "charge_already_refunded" when all of it went back before: look_for_refund tells by whom.
        FAILED with code "charge_disputed" while the backer's bank disputes the charge: the bank takes the money back.
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
            if error.code in ("charge_already_refunded", "charge_disputed"):
                return replace(asked, outcome=RefundOutcome.FAILED, code=error.code)
            raise

    async def look_for_refund(self, payment_intent: str, pledge_reference: str, key: str) -> RefundAnswer | None:
        """What became of the refund that was asked for with this key. None: it was never made. UNKNOWN: ask later."""

        def ask(client: stripe.StripeClient) -> Any:
            return client.v1.refunds.list({"payment_intent": payment_intent, "limit": PAGE})

        try:
            found = [refund_from(refund) for refund in await self._every(ask)]
        except GatewayUnavailable:
            return RefundAnswer(RefundOutcome.UNKNOWN, payment_intent=payment_intent, key=key)
        return next((r for r in found if (r.pledge_reference, r.key) == (pledge_reference, key)), None)
