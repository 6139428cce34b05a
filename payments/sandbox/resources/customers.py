"""Customers. Source: docs.stripe.com/api/customers."""

from stripe import params as sdk

from payments.sandbox.engine import Call, Endpoint
from payments.sandbox.events import emit
from payments.sandbox.protocol import Json, Problem
from payments.sandbox.resources import payment_methods
from payments.sandbox.resources.common import blank, changed, metadata, names
from payments.sandbox.world import World

_EMPTY = ("address", "default_source", "discount", "phone", "shipping")


def create(world: World, call: Call) -> Json:
    email = call.params.get("email")
    if email is not None and ("@" not in email or len(email) > 512):
        raise Problem(400, f"Invalid email address: {email}", code="email_invalid", param="email")
    customer = blank(_EMPTY) | {
        "id": world.new_id("cus_", 14),
        "object": "customer",
        "balance": 0,
        "created": world.now(),
        "currency": None,
        "delinquent": False,
        "description": call.params.get("description"),
        "email": email,
        "invoice_prefix": world.new_id("", 8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": metadata(call.params),
        "name": call.params.get("name"),
        "next_invoice_sequence": 1,
        "preferred_locales": [],
        "tax_exempt": "none",
        "test_clock": None,
    }
    world.put(customer)
    emit(world, "customer.created", customer)
    return customer


def living(world: World, found: str, param: str) -> Json:
    """A customer that can still be used. Raises Problem for one that never was or is deleted."""
    customer = world.get("customer", found, param)
    if customer.get("deleted"):
        raise Problem(
            404 if param == "id" else 400, f"No such customer: '{found}'", code="resource_missing", param=param
        )
    return customer


def retrieve(world: World, call: Call) -> Json:
    """A deleted customer answers with `deleted`. Source: docs.stripe.com/api/customers/retrieve."""
    return world.get("customer", call.ids[0])


def delete(world: World, call: Call) -> Json:
    """Deletes for good and lets go of every card. Source: docs.stripe.com/api/customers/delete."""
    customer = living(world, call.ids[0], "id")
    for method in world.where("payment_method", customer=customer["id"]):
        payment_methods.let_go(world, method)
    gone = {"id": customer["id"], "object": "customer", "deleted": True}
    world.put(gone)
    emit(world, "customer.deleted", customer)
    return gone


def set_email(world: World, customer: Json, email: str) -> None:
    """Checkout fills in the address it asked for. Source: docs.stripe.com/api/checkout/sessions/create (customer)."""
    updated = changed(customer, email=email)
    world.put(updated)
    emit(world, "customer.updated", updated, {"email": customer["email"]})


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/customers",
        sdk.CustomerCreateParams,
        names("description", "email", "expand", "metadata", "name"),
        create,
        on_account=True,
    ),
    Endpoint("GET", "/v1/customers/{}", sdk.CustomerRetrieveParams, names("expand"), retrieve, on_account=True),
    Endpoint("DELETE", "/v1/customers/{}", sdk.CustomerDeleteParams, names(), delete),
)
