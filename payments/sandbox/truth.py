"""What really happened in a world: drills and reconciliation compare the site's books with it."""

from collections import Counter

from payments.sandbox.protocol import Json
from payments.sandbox.resources import balance
from payments.sandbox.world import World

# what is counted of the whole world and of each pledge
NAMES = (
    "charges", "charged_pence", "declines", "refunds", "refunded_pence", "transfers", "transferred_pence", "reversals",
    "reversed_pence", "fees_pence", "disputes", "disputed_pence", "dispute_fees_pence",
)  # fmt: skip


def truth(world: World) -> Json:
    """Amounts in pence. A charge belongs to the pledge its metadata names, "" without one.

    Keys: charges, charged_pence, declines, refunds, refunded_pence (failed refunds apart), transfers, transferred_pence
    (before reversals), reversals, reversed_pence, fees_pence (of charges), disputes, disputed_pence (withdrawn and not
    reinstated), dispute_fees_pence; charged_twice and transferred_twice (pledges with more than one successful charge; with
    more than one transfer that was not wholly reversed), saved_cards (still attached), customers, payment_intents (count by
    status), balance (available_pence, pending_pence), accounts (each with received_pence, reversed_pence, paid_out_pence,
    payouts_failed, available_pence, pending_pence, transfers_active, payouts_enabled), pledges (each with the counts above).
    """
    pledges: dict[str, Counter[str]] = {}
    total: Counter[str] = Counter()

    def count(reference: str, **more: int) -> None:
        pledges.setdefault(reference, Counter()).update(more)
        total.update(more)

    lines = {line["id"]: line for line in world.where("balance_transaction")}
    charges = {charge["id"]: charge for charge in world.where("charge")}

    def pledge_of(charge: str) -> str:
        return str(charges[charge]["metadata"].get("pledge", "")) if charge in charges else ""

    for charge in charges.values():
        if charge["status"] == "succeeded":
            fee = lines[charge["balance_transaction"]]["fee"]
            count(pledge_of(charge["id"]), charges=1, charged_pence=charge["amount"], fees_pence=fee)
        else:
            count(pledge_of(charge["id"]), declines=1)
    for refund in world.where("refund"):
        if refund["status"] not in ("failed", "canceled"):
            count(pledge_of(refund["charge"]), refunds=1, refunded_pence=refund["amount"])
    transfers = {transfer["id"]: transfer for transfer in world.where("transfer")}
    standing: Counter[str] = Counter()
    for transfer in transfers.values():
        reference = transfer["metadata"].get("pledge", "")
        count(reference, transfers=1, transferred_pence=transfer["amount"])
        standing[reference] += not transfer["reversed"]
    for reversal in world.where("transfer_reversal"):
        reference = transfers[reversal["transfer"]]["metadata"].get("pledge", "")
        count(reference, reversals=1, reversed_pence=reversal["amount"])
    for dispute in world.where("dispute"):
        withdrawn = -sum(line["amount"] for line in dispute["balance_transactions"])
        fees = sum(line["fee"] for line in dispute["balance_transactions"])
        count(pledge_of(dispute["charge"]), disputes=1, disputed_pence=withdrawn, dispute_fees_pence=fees)
    return {name: total[name] for name in NAMES} | {
        "charged_twice": sorted(reference for reference, found in pledges.items() if found["charges"] > 1),
        "transferred_twice": sorted(reference for reference, found in standing.items() if found > 1),
        "saved_cards": sum(method["customer"] is not None for method in world.where("payment_method")),
        "customers": sum(not customer.get("deleted") for customer in world.where("customer")),
        "payment_intents": Counter(intent["status"] for intent in world.where("payment_intent")),
        "balance": _balance(world),
        "accounts": {account["id"]: _account(world, account) for account in world.where("account")},
        "pledges": {reference: {name: found[name] for name in NAMES} for reference, found in sorted(pledges.items())},
    }


def _balance(world: World) -> Json:
    available, pending = balance.of(world)
    return {"available_pence": available, "pending_pence": pending}


def _account(world: World, account: Json) -> Json:
    there = world.on(account["id"])
    payouts = there.where("payout")
    lines = there.where("balance_transaction")
    return _balance(there) | {
        "received_pence": sum(line["amount"] for line in lines if line["type"] == "payment"),
        "reversed_pence": -sum(line["amount"] for line in lines if line["type"] == "payment_refund"),
        "paid_out_pence": sum(payout["amount"] for payout in payouts if payout["status"] != "failed"),
        "payouts_failed": sum(payout["status"] == "failed" for payout in payouts),
        "transfers_active": account["capabilities"]["transfers"] == "active",
        "payouts_enabled": account["payouts_enabled"],
    }
