"""Balance transactions: what each movement cost. Source: docs.stripe.com/api/balance_transactions."""

from stripe import params as sdk

from payments.sandbox.engine import Call, Endpoint
from payments.sandbox.protocol import Json
from payments.sandbox.resources.common import PAGING, changed, names
from payments.sandbox.world import DUE, World

FEE_BASIS_POINTS, FEE_FIXED_PENCE = 150, 20  # standard UK card: 1.5% + 20p (stripe.com/gb/pricing)
AVAILABLE_AFTER = 3 * 24 * 3600  # seconds (docs.stripe.com/payouts#payout-speed)


def fee_pence(amount_pence: int) -> int:
    """Half a penny is rounded up."""
    return (amount_pence * FEE_BASIS_POINTS + 5000) // 10000 + FEE_FIXED_PENCE


def make(world: World, kind: str, source: str, amount_pence: int, fee: int) -> Json:
    """amount_pence is signed: money out is negative. A refund does not return the fee (docs.stripe.com/refunds)."""
    now = world.now()
    details = [
        {"amount": fee, "application": None, "currency": "gbp", "description": "Processing fees", "type": "stripe_fee"}
    ]
    transaction: Json = {
        "id": world.new_id("txn_"),
        "object": "balance_transaction",
        "amount": amount_pence,
        "available_on": now + AVAILABLE_AFTER,
        "balance_type": "payments",
        "created": now,
        "currency": "gbp",
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": details if fee else [],
        "net": amount_pence - fee,
        "reporting_category": kind,
        "source": source,
        "status": "pending",
        "type": kind,
    }  # fmt: skip
    return world.put(transaction, due=now + AVAILABLE_AFTER)


def become_available(world: World, transaction: Json) -> None:
    world.put(changed(transaction, status="available"))


def retrieve(world: World, call: Call) -> Json:
    return world.get("balance_transaction", call.ids[0])


def listed(world: World, call: Call) -> Json:
    return world.page("balance_transaction", "/v1/balance_transactions", call.params, ("currency", "source", "type"))


DUE["balance_transaction"] = become_available

ENDPOINTS = (
    Endpoint(
        "GET",
        "/v1/balance_transactions",
        sdk.BalanceTransactionListParams,
        names("created", "currency", "source", "type", *PAGING),
        listed,
    ),
    Endpoint("GET", "/v1/balance_transactions/{}", sdk.BalanceTransactionRetrieveParams, names("expand"), retrieve),
)
