"""Groups' connected accounts: opened by us, filled in by the group on the provider's page.

Sources: docs.stripe.com/connect/migrate-to-controller-properties, docs.stripe.com/connect/hosted-onboarding,
docs.stripe.com/api/account_links/create, docs.stripe.com/connect/account-capabilities#transfers.
"""

from typing import Any

import stripe

from payments.gateway.reading import GROUP, payout_from, recipient_from, when
from payments.gateway.shapes import OnboardingLink, PayoutAnswer, Recipient
from payments.gateway.transport import CURRENCY, PAGE, Part


class Recipients(Part):
    """Connected accounts of the gateway."""

    async def create_recipient(self, *, group_reference: str, email: str, key: str) -> Recipient:
        """A connected account that can receive transfers once its group has filled in the provider's page.

        We pay the provider's fees and bear its losses; the provider asks the group for what it needs, now and later.
        """

        def work(client: stripe.StripeClient) -> stripe.StripeObject:
            return client.v1.accounts.create(
                {
                    "country": "GB",
                    "default_currency": CURRENCY,
                    "email": email,
                    "controller": {
                        "fees": {"payer": "application"},
                        "losses": {"payments": "application"},
                        "requirement_collection": "stripe",
                        "stripe_dashboard": {"type": "express"},
                    },
                    "capabilities": {"transfers": {"requested": True}},
                    "metadata": {GROUP: group_reference},
                },
                {"idempotency_key": key},
            )

        return recipient_from(await self._transport.call(work))

    async def onboarding_link(self, account: str, *, return_url: str, refresh_url: str) -> OnboardingLink:
        """A way to the provider's page for this account, for one visit, within minutes: make it when it is asked for.

        The browser comes back to return_url when the group is done or gives up (read_recipient tells which), and to
        refresh_url when the link was used or is over: answer that with a new link. Both must be https in live mode.
        """

        def work(client: stripe.StripeClient) -> stripe.StripeObject:
            return client.v1.account_links.create(
                {
                    "account": account,
                    "type": "account_onboarding",
                    "return_url": return_url,
                    "refresh_url": refresh_url,
                    "collection_options": {"fields": "eventually_due"},
                }
            )

        found = await self._transport.call(work)
        return OnboardingLink(url=found["url"], expires_at=when(found["expires_at"]))

    async def read_recipient(self, account: str) -> Recipient:
        """What the provider says of the account now. Raises GatewayNotFound, also for one that is no longer ours."""
        return recipient_from(await self._transport.call(lambda client: client.v1.accounts.retrieve(account)))

    async def payouts_of(self, account: str) -> list[PayoutAnswer]:
        """The provider's payouts to the group's bank, newest first."""

        def ask(client: stripe.StripeClient) -> Any:
            return client.v1.payouts.list({"limit": PAGE}, {"stripe_account": account})

        return [payout_from(found, account) for found in await self._every(ask)]
