"""Balance, and balance transactions: what each movement brought and cost.

Source: docs.stripe.com/api/balance, docs.stripe.com/api/balance_transactions, docs.stripe.com/reports/balance-transaction-types,
docs.stripe.com/reports/reporting-categories.
"""

from stripe import params as sdk

from payments.sandbox.cards import Pricing
from payments.sandbox.engine import Call, Endpoint
from payments.sandbox.protocol import Json
from payments.sandbox.resources.common import PAGING, changed, names
from payments.sandbox.world import DUE, World

FEE_FIXED_PENCE = 20
# stripe.com/gb/pricing: standard and premium UK cards, cards of the European Economic Area, all other cards
FEE_BASIS_POINTS: dict[Pricing, int] = {"standard": 150, "premium": 190, "eea": 250, "international": 325}
AVAILABLE_AFTER = 3 * 24 * 3600  # seconds (docs.stripe.com/payouts#payout-speed)
# type -> reporting category, where they differ (docs.stripe.com/reports/reporting-categories)
CATEGORIES = {
    "payment": "charge",
    "transfer_refund": "transfer_reversal",
    "payment_refund": "refund",
    "payout_failure": "payout_reversal",
}


def fee_pence(amount_pence: int, pricing: Pricing = "standard") -> int:
    """Half a penny is rounded up."""
    return (amount_pence * FEE_BASIS_POINTS[pricing] + 5000) // 10000 + FEE_FIXED_PENCE


def make(
    world: World,
    kind: str,
    source: str | None,
    amount_pence: int,
    fee: int = 0,
    *,
    available_on: int | None = None,
    category: str | None = None,
    fee_for: str = "Stripe processing fees",
) -> Json:
    """amount_pence is signed: money out is negative. A refund does not return the fee (docs.stripe.com/refunds).

    available_on: when the money can be used, three days from now unless told; one that is not in the future counts at
    once.
    """
    now = world.now()
    on = now + AVAILABLE_AFTER if available_on is None else max(available_on, now)
    details = [{"amount": fee, "application": None, "currency": "gbp", "description": fee_for, "type": "stripe_fee"}]
    waits = on > now
    transaction: Json = {
        "id": world.new_id("txn_"),
        "object": "balance_transaction",
        "amount": amount_pence,
        "available_on": on,
        "balance_type": "payments",
        "created": now,
        "currency": "gbp",
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": details if fee else [],
        "net": amount_pence - fee,
        "reporting_category": category or CATEGORIES.get(kind, kind),
        "source": source,
        "status": "pending" if waits else "available",
        "type": kind,
    }
    _add(world, available=0 if waits else transaction["net"], pending=transaction["net"] if waits else 0)
    return world.put(transaction, due=on if waits else None)


def _add(world: World, *, available: int, pending: int) -> None:
    world.store.run(
        "INSERT INTO balances (world, account, available, pending) VALUES (?, ?, ?, ?) ON CONFLICT (world, account) "
        "DO UPDATE SET available = available + excluded.available, pending = pending + excluded.pending",
        world.id, world.account, available, pending,
    )  # fmt: skip


def of(world: World) -> tuple[int, int]:
    """(available, pending) pence of the account that `world` is seen from."""
    row = world.store.one(
        "SELECT available, pending FROM balances WHERE world = ? AND account = ?", world.id, world.account
    )
    return (row["available"], row["pending"]) if row else (0, 0)


def become_available(world: World, transaction: Json) -> None:
    from payments.sandbox.resources import payouts

    world.put(changed(transaction, status="available"))
    _add(world, available=transaction["net"], pending=-transaction["net"])
    if world.account:
        payouts.plan(world)


def balance(world: World, _: Call) -> Json:
    """Source: docs.stripe.com/api/balance/balance_retrieve."""
    available, pending = of(world)

    def part(pence: int) -> list[Json]:
        return [{"amount": pence, "currency": "gbp", "source_types": {"card": pence}}]

    own = {} if world.account else {"connect_reserved": [{"amount": 0, "currency": "gbp"}]}
    return {"object": "balance", "livemode": False, "available": part(available), "pending": part(pending)} | own


def retrieve(world: World, call: Call) -> Json:
    return world.get("balance_transaction", call.ids[0])


def listed(world: World, call: Call) -> Json:
    return world.page("balance_transaction", "/v1/balance_transactions", call.params, ("currency", "source", "type"))


DUE["balance_transaction"] = become_available

ENDPOINTS = (
    Endpoint("GET", "/v1/balance", sdk.BalanceRetrieveParams, names("expand"), balance, on_account=True),
    Endpoint(
        "GET",
        "/v1/balance_transactions",
        sdk.BalanceTransactionListParams,
        names("created", "currency", "source", "type", *PAGING),
        listed,
        on_account=True,
    ),
    Endpoint(
        "GET",
        "/v1/balance_transactions/{}",
        sdk.BalanceTransactionRetrieveParams,
        names("expand"),
        retrieve,
        on_account=True,
    ),
)
