"""Sending a charge's money on to a group, and taking it back.

Sources: docs.stripe.com/connect/separate-charges-and-transfers (#transfer-availability, #reverse-transfers),
docs.stripe.com/api/transfers/create, docs.stripe.com/api/transfer_reversals/create.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import stripe
import structlog

from payments.gateway.errors import (
    GatewayBusy,
    GatewayKeyReused,
    GatewayNotFound,
    GatewayRefused,
    GatewayUnavailable,
)
from payments.gateway.reading import PLEDGE, TRANSFER, TRANSFER_KEY, reversal_from, transfer_from
from payments.gateway.shapes import ReversalAnswer, TransferAnswer, TransferOutcome, TransferRequest
from payments.gateway.transport import CURRENCY, PAGE, Part

Asked = TypeVar("Asked", TransferAnswer, ReversalAnswer)
ROOM = timedelta(hours=2)  # between the provider's clock and ours, when looking from a time on
# the provider says no, and would say so again: the money stays where it is
NO = frozenset({"balance_insufficient", "insufficient_capabilities_for_transfer"})
log = structlog.get_logger()


class Transferring(Part):
    """Transfers of the gateway, and their reversals."""

    async def transfer(self, request: TransferRequest) -> TransferAnswer:
        """Sends money of one charge to a group's account. Never raises for what networks do.

        The money moves when the charge's own becomes available. FAILED: nothing was sent, `code` says why. Raises
        GatewayRefused for faults of ours: more than the charge, a charge that does not exist, an amount of nothing.
        """
        asked = TransferAnswer(
            TransferOutcome.UNKNOWN,
            amount_pence=request.amount_pence,
            currency=CURRENCY,
            account=request.account,
            charge=request.charge,
            pledge_reference=request.pledge_reference,
            number=request.number,
            transfer_group=request.transfer_group,
            key=request.key,
        )

        def work(client: stripe.StripeClient) -> stripe.StripeObject:
            return client.v1.transfers.create(
                {
                    "amount": request.amount_pence,
                    "currency": CURRENCY,
                    "destination": request.account,
                    "source_transaction": request.charge,
                    "transfer_group": request.transfer_group,
                    "metadata": {
                        PLEDGE: request.pledge_reference,
                        TRANSFER: str(request.number),
                        TRANSFER_KEY: request.key,
                    },
                },
                {"idempotency_key": request.key},
            )

        try:
            return await self._moving(work, asked, transfer_from)
        except GatewayNotFound as error:
            if error.param != "destination":
                raise
            return replace(asked, outcome=TransferOutcome.FAILED, code="account_gone")

    async def read_transfer(self, transfer: str) -> TransferAnswer:
        """UNKNOWN when the provider can't be asked now. Raises GatewayNotFound."""
        try:
            return transfer_from(await self._transport.call(lambda client: client.v1.transfers.retrieve(transfer)))
        except GatewayUnavailable:
            return TransferAnswer(TransferOutcome.UNKNOWN, transfer=transfer)

    async def look_for_transfer(
        self, request: TransferRequest, *, since: datetime | None = None
    ) -> TransferAnswer | None:
        """Look before resending: what became of this request. None: the provider never made it. UNKNOWN: ask later.

        Looks through the transfers of its group to its account, newest first, until it is found; `since`, when it first
        went out, spares reading further back.
        """
        params: dict[str, Any] = {
            "transfer_group": request.transfer_group,
            "destination": request.account,
            "limit": PAGE,
        }
        if since is not None:
            params["created"] = {"gte": int((since - ROOM).timestamp())}

        def ours(found: dict[str, Any]) -> bool:
            answer = transfer_from(found)
            return (answer.pledge_reference, answer.number, answer.key) == (
                request.pledge_reference,
                request.number,
                request.key,
            )

        try:
            found = await self._first(lambda client: client.v1.transfers.list(params), ours)  # type: ignore[arg-type]
        except GatewayUnavailable:
            return TransferAnswer(
                TransferOutcome.UNKNOWN,
                pledge_reference=request.pledge_reference,
                number=request.number,
                key=request.key,
            )
        return transfer_from(found) if found is not None else None

    async def reverse_transfer(
        self, *, transfer: str, amount_pence: int, pledge_reference: str, key: str
    ) -> ReversalAnswer:
        """Takes back part or all of a transfer. Never raises for what networks do.

        FAILED with code "balance_insufficient": the group's account does not hold it any more. FAILED with code
        "transfer_already_reversed": less than this is left of the transfer; look_for_reversal tells by whom.
        """
        asked = ReversalAnswer(
            TransferOutcome.UNKNOWN,
            transfer=transfer,
            amount_pence=amount_pence,
            currency=CURRENCY,
            pledge_reference=pledge_reference,
            key=key,
        )

        def work(client: stripe.StripeClient) -> stripe.StripeObject:
            return client.v1.transfers.reversals.create(
                transfer,
                {"amount": amount_pence, "metadata": {PLEDGE: pledge_reference, TRANSFER_KEY: key}},
                {"idempotency_key": key},
            )

        try:
            return await self._moving(work, asked, reversal_from)
        except (GatewayKeyReused, GatewayNotFound):
            raise
        except GatewayRefused:
            # the provider has many words for a transfer that was reversed before; its amounts have one meaning
            now = await self.read_transfer(transfer)
            if now.amount_pence is None or now.reversed_pence is None:
                return asked
            if not 0 < amount_pence <= now.amount_pence or now.amount_pence - now.reversed_pence >= amount_pence:
                raise
            return replace(asked, outcome=TransferOutcome.FAILED, code="transfer_already_reversed")

    async def look_for_reversal(self, transfer: str, pledge_reference: str, key: str) -> ReversalAnswer | None:
        """What became of the reversal that was asked for with this key. None: it was never made. UNKNOWN: ask later."""

        def ours(found: dict[str, Any]) -> bool:
            answer = reversal_from(found)
            return (answer.pledge_reference, answer.key) == (pledge_reference, key)

        try:
            found = await self._first(
                lambda client: client.v1.transfers.reversals.list(transfer, {"limit": PAGE}), ours
            )
        except GatewayUnavailable:
            return ReversalAnswer(
                TransferOutcome.UNKNOWN, transfer=transfer, pledge_reference=pledge_reference, key=key
            )
        return reversal_from(found) if found is not None else None

    async def _moving(
        self,
        work: Callable[[stripe.StripeClient], stripe.StripeObject],
        asked: Asked,
        read: Callable[[dict[str, Any]], Asked],
    ) -> Asked:
        try:
            return read(await self._transport.call(work))
        except GatewayBusy:
            return replace(asked, outcome=TransferOutcome.LIMITED)
        except GatewayUnavailable as error:
            return replace(asked, server_error=(error.status or 0) >= 500)
        except GatewayRefused as error:
            if error.code not in NO:
                raise
            log.warning("money was not moved", code=error.code, request_id=error.request_id)
            return replace(asked, outcome=TransferOutcome.FAILED, code=error.code)
