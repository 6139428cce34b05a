"""The provider's own books, read to be laid beside ours: fees, balance, and what it has of a campaign.

Sources: docs.stripe.com/api/balance_transactions, docs.stripe.com/api/balance, docs.stripe.com/reports/reporting-categories,
docs.stripe.com/api/expanding_objects.
"""

from datetime import datetime
from typing import Any

import stripe

from payments.gateway.reading import charge_record_from, entry_from, transfer_record_from
from payments.gateway.shapes import Balance, BalanceEntry, ChargeRecord, TransferRecord
from payments.gateway.transport import CURRENCY, PAGE, Part


class Books(Part):
    """Reading for fees and for reconciliation. Each raises GatewayUnavailable when the provider can't be asked now."""

    async def read_fee(self, charge: str) -> BalanceEntry | None:
        """What a charge brought and cost: its line in the provider's books. Raises GatewayNotFound.

        None: the provider has not written it yet, which may take minutes after a charge (docs.stripe.com/api/charges/object),
        or the charge took no money.
        """

        def work(client: stripe.StripeClient) -> stripe.StripeObject:
            return client.v1.charges.retrieve(charge, {"expand": ["balance_transaction"]})

        found = (await self._transport.call(work)).get("balance_transaction")
        return entry_from(found) if isinstance(found, dict) else None

    async def balance(self, account: str | None = None) -> Balance:
        """What lies in our own account, or in a connected one and has not been paid to its group's bank."""
        options: stripe.RequestOptions = {"stripe_account": account} if account is not None else {}
        found = await self._transport.call(lambda client: client.v1.balance.retrieve({}, options))

        def pence(name: str) -> int:
            return sum(part["amount"] for part in found[name] if part["currency"] == CURRENCY)

        return Balance(available_pence=pence("available"), pending_pence=pence("pending"))

    async def charges_of(self, transfer_group: str) -> list[ChargeRecord]:
        """Every charge of a campaign, declined ones too, with its refunds and its fee; newest first. 100 a call."""

        def ask(client: stripe.StripeClient) -> Any:
            return client.v1.charges.list(
                {
                    "transfer_group": transfer_group,
                    "limit": PAGE,
                    "expand": ["data.balance_transaction", "data.refunds"],
                }
            )

        out = []
        for charge in await self._every(ask):
            refunds = charge.get("refunds") or {"data": [], "has_more": False}
            every = refunds["data"]
            if refunds["has_more"]:
                every = await self._every(_refunds_of(charge["id"]))
            out.append(charge_record_from(charge, every))
        return out

    async def transfers_of(self, transfer_group: str) -> list[TransferRecord]:
        """Every transfer of a campaign with its reversals, newest first."""

        def ask(client: stripe.StripeClient) -> Any:
            return client.v1.transfers.list({"transfer_group": transfer_group, "limit": PAGE})

        out = []
        for transfer in await self._every(ask):
            reversals = transfer["reversals"]
            every = reversals["data"]
            if reversals["has_more"]:
                every = await self._every(_reversals_of(transfer["id"]))
            out.append(transfer_record_from(transfer, every))
        return out

    async def entries(self, after: datetime, before: datetime) -> list[BalanceEntry]:
        """Every line that the provider wrote into its books of our account in [after, before), oldest first."""

        def ask(client: stripe.StripeClient) -> Any:
            return client.v1.balance_transactions.list(
                {"created": {"gte": int(after.timestamp()), "lt": int(before.timestamp())}, "limit": PAGE}
            )

        return [entry_from(found) for found in (await self._every(ask))[::-1]]


def _refunds_of(charge: str) -> Any:
    return lambda client: client.v1.refunds.list({"charge": charge, "limit": PAGE})


def _reversals_of(transfer: str) -> Any:
    return lambda client: client.v1.transfers.reversals.list(transfer, {"limit": PAGE})
