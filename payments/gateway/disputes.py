"""A backer's bank takes a charge back. Source: docs.stripe.com/disputes/how-disputes-work, docs.stripe.com/api/disputes."""

from typing import Any

import stripe

from payments.gateway.reading import dispute_from
from payments.gateway.shapes import DisputeAnswer
from payments.gateway.transport import PAGE, Part


class Disputes(Part):
    """Disputes of the gateway. They are answered in the provider's dashboard, by a person with the evidence."""

    async def read_dispute(self, dispute: str) -> DisputeAnswer:
        """As it is now, with the pledge's reference. Raises GatewayNotFound."""

        def work(client: stripe.StripeClient) -> stripe.StripeObject:
            return client.v1.disputes.retrieve(dispute, {"expand": ["charge"]})

        return dispute_from(await self._transport.call(work))

    async def disputes_of(self, payment_intent: str) -> list[DisputeAnswer]:
        """Every dispute of a payment, newest first: a bank may dispute one charge more than once."""

        def ask(client: stripe.StripeClient) -> Any:
            return client.v1.disputes.list({"payment_intent": payment_intent, "limit": PAGE, "expand": ["data.charge"]})

        return [dispute_from(found) for found in await self._every(ask)]
