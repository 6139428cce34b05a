"""The payment provider, as the rest of the site uses it: each subject is a file of its own, this puts them together."""

from payments.gateway.books import Books
from payments.gateway.cards import Cards
from payments.gateway.charging import Charging
from payments.gateway.disputes import Disputes
from payments.gateway.events import Events
from payments.gateway.recipients import Recipients
from payments.gateway.refunding import Refunding
from payments.gateway.transferring import Transferring
from payments.gateway.transport import Transport


class Gateway(Cards, Charging, Refunding, Recipients, Transferring, Disputes, Books, Events):
    """One account at the provider. Works the same against the sandbox (base_url) and the real one (base_url=None).

    timeout is in seconds for each try; max_network_retries counts further tries by the SDK, with the same key;
    concurrency is the most calls under way at once. connect_webhook_secret signs events of connected accounts, where
    the provider sends them to an endpoint of their own (docs.stripe.com/connect/webhooks). Call `close()` at the end.

    Every `key` is an idempotency key: the same key must always come with the same values, and may be forgotten by the
    provider after 24 hours. Methods that read or prepare raise the tree of errors.py. `charge`, `refund`, `transfer`,
    `reverse_transfer` and their relatives answer UNKNOWN or LIMITED instead, so that a caller never takes a lost answer
    for a refusal.
    """

    def __init__(
        self,
        api_key: str,
        webhook_secret: str,
        base_url: str | None = None,
        *,
        connect_webhook_secret: str | None = None,
        timeout: float = 25,
        max_network_retries: int = 2,
        concurrency: int = 8,
    ) -> None:
        self._webhook_secrets = (webhook_secret, *([connect_webhook_secret] if connect_webhook_secret else []))
        self._transport = Transport(api_key, base_url, timeout, max_network_retries, concurrency)

    def close(self) -> None:
        self._transport.close()
