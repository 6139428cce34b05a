"""What the provider tells by itself: signed webhooks, and the list of what they should have told.

Sources: docs.stripe.com/webhooks, docs.stripe.com/api/events/list, docs.stripe.com/connect/webhooks.
"""

import contextlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import stripe

from payments.gateway.errors import BadSignature
from payments.gateway.reading import event_from
from payments.gateway.shapes import ProviderEvent
from payments.gateway.transport import PAGE, Part

TYPES_AT_ONCE = 20  # the most event types a list takes


class Events(Part):
    """Events of the gateway."""

    _webhook_secrets: Sequence[str]

    def read_webhook(self, raw: bytes, signature: str) -> ProviderEvent:
        """The event in a webhook's raw body. Raises BadSignature: wrong, missing, or more than 5 minutes old.

        Signed with our own secret or with that of the connected accounts' endpoint, where there is one.
        """
        *others, last = self._webhook_secrets
        for secret in others:
            with contextlib.suppress(stripe.SignatureVerificationError):
                return _read(raw, signature, secret)
        try:
            return _read(raw, signature, last)
        except stripe.SignatureVerificationError as error:
            raise BadSignature(error.user_message or "the webhook's signature is wrong") from error

    async def list_events(
        self, after: datetime, types: Iterable[str], *, before: datetime | None = None, account: str | None = None
    ) -> list[ProviderEvent]:
        """Events of these types in [after, before), oldest first; the provider keeps 30 days. Reads every page.

        `account`: those of a connected account (its onboarding, its payouts), which are in no list of ours.
        """
        wanted = sorted(set(types))
        found: list[ProviderEvent] = []
        for start in range(0, len(wanted), TYPES_AT_ONCE):
            some = wanted[start : start + TYPES_AT_ONCE]
            # the list comes newest first: turned round, events of one second keep their order
            found += [event_from(event) for event in (await self._every(_events(after, before, some, account)))[::-1]]
        return sorted(found, key=lambda event: event.created)


def _read(raw: bytes, signature: str, secret: str) -> ProviderEvent:
    try:
        stripe.WebhookSignature.verify_header(raw, signature, secret, stripe.Webhook.DEFAULT_TOLERANCE)
        return event_from(json.loads(raw))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSignature("the webhook is not an event") from error


def _events(
    after: datetime, before: datetime | None, types: Sequence[str], account: str | None
) -> Callable[[stripe.StripeClient], Any]:
    options: stripe.RequestOptions = {"stripe_account": account} if account is not None else {}
    created: stripe.params.EventListParamsCreated = {"gte": int(after.timestamp())}
    if before is not None:
        created["lt"] = int(before.timestamp())

    def ask(client: stripe.StripeClient) -> Any:
        return client.v1.events.list({"created": created, "types": list(types), "limit": PAGE}, options)

    return ask
