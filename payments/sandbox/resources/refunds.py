"""Refunds. Source: docs.stripe.com/refunds, docs.stripe.com/api/refunds, docs.stripe.com/testing#refunds."""

from stripe import params as sdk

from payments.sandbox.engine import Call, Endpoint
from payments.sandbox.events import emit
from payments.sandbox.protocol import Json, Problem
from payments.sandbox.resources import balance, charges, disputes
from payments.sandbox.resources.common import PAGING, changed, metadata, names
from payments.sandbox.resources.payment_methods import card_of
from payments.sandbox.world import DUE, World

LATER = 60  # seconds of the world's clock after which an uncertain refund is decided


def create(world: World, call: Call) -> Json:
    params = call.params
    charge = _charge(world, params)
    if charge["status"] != "succeeded":
        raise Problem(400, f"Charge {charge['id']} did not succeed: there is nothing to refund.", stored=True)
    if disputes.stops_refunds(world, charge):
        # docs.stripe.com/error-codes#charge-disputed
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise Problem(400, message, code="charge_disputed", stored=True)
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise Problem(400, message, code="charge_already_refunded", stored=True)
    amount = params.get("amount", left)
    if amount < 1:
        raise Problem(400, "Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})."
        raise Problem(400, message, param="amount", stored=True)
    behaviour = card_of(world, world.get("payment_method", charge["payment_method"])).refunding
    waits = _waits_for_money(world, amount)
    pending = behaviour == "pending" or waits
    refund_id = world.new_id("re_")
    refund: Json = {
        "id": refund_id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None if waits else _pay(world, refund_id, charge, amount)["id"],
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "customer": charge["customer"],
        "destination_details": {
            "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"},
            "type": "card",
        },
        "metadata": metadata(params),
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if pending else "succeeded",
        "transfer_reversal": None,
    }
    if pending:
        refund["pending_reason"] = "insufficient_funds" if waits else "processing"
    world.put(refund, {"behaviour": behaviour}, due=world.now() + LATER if behaviour != "ok" or waits else None)
    emit(world, "refund.created", refund)
    charges.add_refunded(world, charge, amount)
    return refund


def _waits_for_money(world: World, amount: int) -> bool:
    """Whether our balance can't cover it. Only where the world was told to be strict: else the bank account covers it.

    Source: docs.stripe.com/refunds (insufficient balance), docs.stripe.com/api/refunds/object (pending_reason).
    """
    return bool(world.settings().get("refunds_wait_for_balance")) and amount > sum(balance.of(world))


def _pay(world: World, refund: str, charge: Json, amount: int) -> Json:
    """A refund draws on our balance; of a charge that is pending itself, on that (docs.stripe.com/refunds)."""
    when = world.get("balance_transaction", charge["balance_transaction"])["available_on"]
    return balance.make(world, "refund", refund, -amount, available_on=when)


def _charge(world: World, params: Json) -> Json:
    if ("charge" in params) == ("payment_intent" in params):
        raise Problem(400, "You must pass one of charge or payment_intent.", code="parameter_missing")
    if "charge" in params:
        return world.get("charge", params["charge"], "charge")
    intent = world.get("payment_intent", params["payment_intent"], "payment_intent")
    if intent["latest_charge"] is None:
        raise Problem(
            400, f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.", stored=True
        )
    return world.get("charge", intent["latest_charge"], "payment_intent")


def decide(world: World, refund: Json) -> None:
    """A pending one succeeds, one of the failing card fails: the money is back with us."""
    if refund.get("pending_reason") == "insufficient_funds":
        if _waits_for_money(world, refund["amount"]):
            world.put(refund, due=world.now() + 3600)
            return
        charge = world.get("charge", refund["charge"])
        refund = changed(refund, balance_transaction=_pay(world, refund["id"], charge, refund["amount"])["id"])
    if world.private(refund["id"])["behaviour"] != "fails_later":
        done = {name: value for name, value in refund.items() if name != "pending_reason"} | {"status": "succeeded"}
        world.put(done)
        emit(world, "refund.updated", done, {"status": "pending"})
        return
    back = balance.make(world, "refund_failure", refund["id"], refund["amount"], 0)
    failed = changed(
        refund, status="failed", failure_reason="expired_or_canceled_card", failure_balance_transaction=back["id"]
    )
    world.put(failed)
    charges.add_refunded(world, world.get("charge", refund["charge"]), -refund["amount"])
    emit(world, "refund.updated", failed, {"status": refund["status"]})
    emit(world, "refund.failed", failed)


def retrieve(world: World, call: Call) -> Json:
    return world.get("refund", call.ids[0])


def listed(world: World, call: Call) -> Json:
    return world.page("refund", "/v1/refunds", call.params, ("charge", "payment_intent"))


DUE["refund"] = decide

ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/refunds",
        sdk.RefundCreateParams,
        names("amount", "charge", "expand", "metadata", "payment_intent", "reason"),
        create,
    ),
    Endpoint("GET", "/v1/refunds", sdk.RefundListParams, names("charge", "created", "payment_intent", *PAGING), listed),
    Endpoint("GET", "/v1/refunds/{}", sdk.RefundRetrieveParams, names("expand"), retrieve),
)
