"""What really happened in a world: drills compare the site's books with it."""

from collections import Counter

from payments.sandbox.protocol import Json
from payments.sandbox.world import World


def truth(world: World) -> Json:
    """Amounts in pence. A charge belongs to the pledge its metadata names, "" without one.

    Keys: charges, charged_pence, declines, refunds, refunded_pence (failed refunds apart), charged_twice (pledges with
    more than one successful charge), saved_cards (still attached), payment_intents (count by status), pledges (each with
    charges, charged_pence, declines, refunds, refunded_pence).
    """
    pledges: dict[str, Counter[str]] = {}
    total: Counter[str] = Counter()

    def count(reference: str, **more: int) -> None:
        pledges.setdefault(reference, Counter()).update(more)
        total.update(more)

    charges = {charge["id"]: charge for charge in world.where("charge")}
    for charge in charges.values():
        reference = charge["metadata"].get("pledge", "")
        if charge["status"] == "succeeded":
            count(reference, charges=1, charged_pence=charge["amount"])
        else:
            count(reference, declines=1)
    for refund in world.where("refund"):
        if refund["status"] not in ("failed", "canceled"):
            reference = charges[refund["charge"]]["metadata"].get("pledge", "")
            count(reference, refunds=1, refunded_pence=refund["amount"])
    names = ("charges", "charged_pence", "declines", "refunds", "refunded_pence")
    return {name: total[name] for name in names} | {
        "charged_twice": sorted(reference for reference, found in pledges.items() if found["charges"] > 1),
        "saved_cards": sum(method["customer"] is not None for method in world.where("payment_method")),
        "customers": sum(not customer.get("deleted") for customer in world.where("customer")),
        "payment_intents": Counter(intent["status"] for intent in world.where("payment_intent")),
        "pledges": {reference: {name: found[name] for name in names} for reference, found in sorted(pledges.items())},
    }
