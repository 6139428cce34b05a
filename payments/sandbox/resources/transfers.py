"""Transfers to connected accounts, and their reversals.

Source: docs.stripe.com/connect/separate-charges-and-transfers, docs.stripe.com/api/transfers,
docs.stripe.com/api/transfer_reversals.
"""

from stripe import params as sdk

from payments.sandbox.engine import Call, Endpoint
from payments.sandbox.events import emit
from payments.sandbox.protocol import Json, Problem
from payments.sandbox.resources import balance, charges
from payments.sandbox.resources.common import PAGING, changed, metadata, names
from payments.sandbox.world import World

SHOWN = 10  # reversals that a transfer shows of itself


def create(world: World, call: Call) -> Json:
    params = call.params
    if params["currency"].lower() != "gbp":
        raise Problem(400, "The payment sandbox takes gbp only.", param="currency")
    if "amount" not in params:
        raise Problem(400, "Missing required param: amount.", code="parameter_missing", param="amount")
    amount = params["amount"]
    if amount < 1:
        raise Problem(400, "Invalid positive integer", code="parameter_invalid_integer", param="amount")
    destination = params["destination"]
    account = world.find("account", destination)
    if account is None:
        message = f"No such destination: '{destination}'"
        raise Problem(400, message, code="resource_missing", param="destination", stored=True)
    if account["capabilities"].get("transfers") != "active":
        # docs.stripe.com/connect/account-capabilities#transfers
        message = (
            "Your destination account needs to have at least one of the following capabilities enabled: transfers, "
            "crypto_transfers, legacy_payments"
        )
        raise Problem(400, message, code="insufficient_capabilities_for_transfer", stored=True)
    charge = _source(world, params, amount)
    group = params.get("transfer_group")
    available_on = None
    if charge is not None:
        # docs.stripe.com/connect/separate-charges-and-transfers#transfer-availability: it goes at once, and its money
        # becomes available with the charge's own; the group of the charge is the group of the transfer
        group = group or charge["transfer_group"] or f"group_{charge['payment_intent']}"
        available_on = world.get("balance_transaction", charge["balance_transaction"])["available_on"]
    elif amount > balance.of(world)[0]:
        message = "You have insufficient available funds in your Stripe account."
        raise Problem(400, message, code="balance_insufficient", stored=True)
    transfer_id = world.new_id("tr_")
    when = available_on if available_on is not None else world.now()
    own = balance.make(world, "transfer", transfer_id, -amount, available_on=when)
    there = world.on(destination)
    payment = charges.payment(there, transfer_id, amount, when)
    transfer: Json = {
        "id": transfer_id,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": own["id"],
        "created": world.now(),
        "currency": "gbp",
        "description": params.get("description"),
        "destination": destination,
        "destination_payment": payment["id"],
        "livemode": False,
        "metadata": metadata(params),
        "reversals": _reversals(transfer_id, []),
        "reversed": False,
        "source_transaction": charge["id"] if charge is not None else None,
        "source_type": "card",
        "transfer_group": group,
    }
    world.put(transfer)
    emit(world, "transfer.created", transfer)
    return transfer


def _source(world: World, params: Json, amount: int) -> Json | None:
    """The charge that a transfer draws on: it succeeded, and no more than its amount is sent on in all.

    Source: docs.stripe.com/connect/separate-charges-and-transfers#transfer-availability.
    """
    if "source_transaction" not in params:
        return None
    charge = world.get("charge", params["source_transaction"], "source_transaction")
    if charge["status"] != "succeeded":
        raise Problem(400, f"The charge {charge['id']} did not succeed.", param="source_transaction", stored=True)
    earlier = sum(
        transfer["amount"] - transfer["amount_reversed"]
        for transfer in world.where("transfer", source_transaction=charge["id"])
    )
    if earlier + amount > charge["amount"]:
        message = (
            f"Transfers using this transaction as a source must not exceed the source amount of {charge['amount']}. "
            f"(There is already a transfer using this source, amounting to {earlier}.)"
        )
        raise Problem(400, message, param="amount", stored=True)
    return charge


def _reversals(transfer: str, found: list[Json]) -> Json:
    return {
        "object": "list",
        "data": found[:SHOWN],
        "has_more": len(found) > SHOWN,
        "url": f"/v1/transfers/{transfer}/reversals",
    }


def reverse(world: World, call: Call) -> Json:
    """Source: docs.stripe.com/connect/separate-charges-and-transfers#reverse-transfers."""
    transfer = world.get("transfer", call.ids[0])
    left = transfer["amount"] - transfer["amount_reversed"]
    if left == 0:
        raise Problem(400, f"Transfer {transfer['id']} is already fully reversed.", stored=True)
    amount = call.params.get("amount", left)
    if amount < 1:
        raise Problem(400, "Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        message = f"Reversal amount ({amount}) is greater than unreversed amount on transfer ({left})."
        raise Problem(400, message, param="amount", stored=True)
    there = world.on(transfer["destination"])
    if amount > sum(balance.of(there)):
        # docs.stripe.com/api/transfer_reversals: only if the destination has enough balance to cover it
        message = "The connected account has insufficient funds to cover this reversal."
        raise Problem(400, message, code="balance_insufficient", stored=True)
    reversal_id = world.new_id("trr_")
    # money that waits for its charge comes back as it waits
    when = world.get("balance_transaction", transfer["balance_transaction"])["available_on"]
    back = there.new_id("pyr_")
    balance.make(there, "payment_refund", back, -amount, available_on=when)
    own = balance.make(world, "transfer_refund", reversal_id, amount, available_on=when)
    reversal: Json = {
        "id": reversal_id,
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": own["id"],
        "created": world.now(),
        "currency": "gbp",
        "destination_payment_refund": back,
        "metadata": metadata(call.params),
        "source_refund": None,
        "transfer": transfer["id"],
    }
    world.put(reversal)
    reversed_pence = transfer["amount_reversed"] + amount
    done = changed(
        transfer,
        amount_reversed=reversed_pence,
        reversed=reversed_pence == transfer["amount"],
        reversals=_reversals(transfer["id"], world.where("transfer_reversal", transfer=transfer["id"])[::-1]),
    )
    world.put(done)
    emit(world, "transfer.reversed", done, {"amount_reversed": transfer["amount_reversed"]})
    return reversal


def retrieve(world: World, call: Call) -> Json:
    return world.get("transfer", call.ids[0])


def listed(world: World, call: Call) -> Json:
    return world.page("transfer", "/v1/transfers", call.params, ("destination", "transfer_group"))


def retrieve_reversal(world: World, call: Call) -> Json:
    found = world.get("transfer_reversal", call.ids[1])
    world.get("transfer", call.ids[0])
    return found


def list_reversals(world: World, call: Call) -> Json:
    transfer = world.get("transfer", call.ids[0])
    url = f"/v1/transfers/{transfer['id']}/reversals"
    return world.page("transfer_reversal", url, call.params | {"transfer": transfer["id"]}, ("transfer",))


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/transfers",
        sdk.TransferCreateParams,
        names(
            "amount", "currency", "description", "destination", "expand", "metadata", "source_transaction",
            "transfer_group",
        ),
        create,
    ),
    Endpoint(
        "GET", "/v1/transfers", sdk.TransferListParams, names("created", "destination", "transfer_group", *PAGING), listed
    ),
    Endpoint("GET", "/v1/transfers/{}", sdk.TransferRetrieveParams, names("expand"), retrieve),
    Endpoint(
        "POST",
        "/v1/transfers/{}/reversals",
        sdk.TransferReversalCreateParams,
        names("amount", "expand", "metadata"),
        reverse,
    ),
    Endpoint("GET", "/v1/transfers/{}/reversals", sdk.TransferReversalListParams, names(*PAGING), list_reversals),
    Endpoint(
        "GET",
        "/v1/transfers/{}/reversals/{}",
        sdk.TransferReversalRetrieveParams,
        names("expand"),
        retrieve_reversal,
    ),
)  # fmt: skip
