"""Charges: one for each time a bank was asked. Source: docs.stripe.com/api/charges."""

from stripe import params as sdk

from payments.sandbox.engine import Call, Endpoint
from payments.sandbox.events import emit
from payments.sandbox.protocol import Json
from payments.sandbox.resources import balance, disputes, payment_methods
from payments.sandbox.resources.common import PAGING, blank, changed, names
from payments.sandbox.world import DUE, World

# docs.stripe.com/get-started/account/statement-descriptors: a prefix has 2 to 10 characters, all of it 5 to 22
STATEMENT_NAME = "CROWDFUND KENT"  # of the account; alone when a charge brings no suffix
STATEMENT_PREFIX = "CROWD KENT"
STATEMENT_LONGEST = 22
LATER = 60  # seconds of the world's clock after which a disputing card is disputed

_EMPTY = (
    "application", "application_fee", "application_fee_amount", "authorization_code", "failure_balance_transaction",
    "on_behalf_of", "presentment_details", "radar_options", "receipt_email", "receipt_number", "receipt_url", "refunds",
    "review", "shipping", "source", "source_transfer", "statement_descriptor", "transfer", "transfer_data",
)  # fmt: skip


def make(world: World, intent: Json, method: Json, failure: Json | None) -> Json:
    """A charge that succeeded, or failed with `failure` (code, message, decline_code)."""
    charge_id = world.new_id("ch_")
    suffix = intent["statement_descriptor_suffix"]
    descriptor = f"{STATEMENT_PREFIX}* {suffix}" if suffix else STATEMENT_NAME
    amount = intent["amount"]
    transaction = None
    if failure is None:
        fee = balance.fee_pence(amount, payment_methods.card_of(world, method).pricing)
        transaction = balance.make(world, "charge", charge_id, amount, fee)["id"]
    card = method["card"]
    charge = blank(_EMPTY) | {
        "id": charge_id,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount if failure is None else 0,
        "amount_refunded": 0,
        "balance_transaction": transaction,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": descriptor[:STATEMENT_LONGEST],
        "captured": failure is None,
        "created": world.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": failure["code"] if failure else None,
        "failure_message": failure["message"] if failure else None,
        "fraud_details": {},
        "livemode": False,
        # a charge gets a copy of its payment's metadata (docs.stripe.com/metadata)
        "metadata": intent["metadata"],
        "outcome": {
            "advice_code": failure.get("advice_code") if failure else None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "declined_by_network" if failure else "approved_by_network",
            "reason": failure.get("decline_code") or failure["code"] if failure else None,
            "risk_level": "normal",
            "seller_message": "The bank declined the payment." if failure else "Payment complete.",
            "type": "issuer_declined" if failure else "authorized",
        },
        "paid": failure is None,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {
            "card": {
                "brand": card["brand"],
                "country": card["country"],
                "exp_month": card["exp_month"],
                "exp_year": card["exp_year"],
                "fingerprint": card["fingerprint"],
                "funding": card["funding"],
                "last4": card["last4"],
                "network": card["brand"],
            },
            "type": "card",
        },
        "refunded": False,
        "statement_descriptor_suffix": suffix,
        "status": "succeeded" if failure is None else "failed",
        "transfer_group": intent["transfer_group"],
    }
    disputed = failure is None and payment_methods.card_of(world, method).disputing is not None
    world.put(charge, due=world.now() + LATER if disputed else None)
    emit(world, "charge.succeeded" if failure is None else "charge.failed", charge)
    return charge


def dispute(world: World, charge: Json) -> None:
    """What the test cards for disputes do (docs.stripe.com/testing#disputes); we wait a minute of the world's clock."""
    about = payment_methods.card_of(world, world.get("payment_method", charge["payment_method"])).disputing
    if about is not None and charge["amount_refunded"] < charge["amount"]:
        inquiry = about == "inquiry"
        disputes.start(world, charge, reason="fraudulent" if inquiry else about, inquiry=inquiry)


def payment(world: World, transfer: str, amount_pence: int, available_on: int) -> Json:
    """What a connected account gets from a transfer: a payment. Source: docs.stripe.com/api/transfers/object
    (destination_payment)."""
    payment_id = world.new_id("py_")
    line = balance.make(world, "payment", payment_id, amount_pence, available_on=available_on)
    return world.put(
        blank(_EMPTY)
        | {
            "id": payment_id,
            "object": "charge",
            "amount": amount_pence,
            "amount_captured": amount_pence,
            "amount_refunded": 0,
            "balance_transaction": line["id"],
            "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
            "captured": True,
            "created": world.now(),
            "currency": "gbp",
            "disputed": False,
            "livemode": False,
            "metadata": {},
            "paid": True,
            "refunded": False,
            "source_transfer": transfer,
            "status": "succeeded",
        }
    )


def add_refunded(world: World, charge: Json, amount_pence: int) -> Json:
    """amount_pence is negative when a refund failed and the money came back to us."""
    refunded = charge["amount_refunded"] + amount_pence
    updated = world.put(changed(charge, amount_refunded=refunded, refunded=refunded == charge["amount"]))
    if amount_pence > 0:
        previous = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
        emit(world, "charge.refunded", updated, previous)
    return updated


def retrieve(world: World, call: Call) -> Json:
    return world.get("charge", call.ids[0])


def listed(world: World, call: Call) -> Json:
    filters = ("customer", "payment_intent", "transfer_group")
    return world.page("charge", "/v1/charges", call.params, filters)


DUE["charge"] = dispute


ENDPOINTS = (
    Endpoint(
        "GET",
        "/v1/charges",
        sdk.ChargeListParams,
        names("created", "customer", "payment_intent", "transfer_group", *PAGING),
        listed,
        on_account=True,
    ),
    Endpoint("GET", "/v1/charges/{}", sdk.ChargeRetrieveParams, names("expand"), retrieve, on_account=True),
)
