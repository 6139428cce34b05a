"""Saved cards. Source: docs.stripe.com/api/payment_methods."""

from datetime import UTC, datetime

from stripe import params as sdk

from payments.sandbox import cards
from payments.sandbox.cards import TestCard
from payments.sandbox.engine import Call, Endpoint
from payments.sandbox.events import emit
from payments.sandbox.protocol import Json, Problem
from payments.sandbox.resources.common import PAGING, changed, names
from payments.sandbox.world import World


def make(world: World, card: TestCard, month: int, year: int, name: str, email: str | None) -> Json:
    """A card typed on a hosted page. The number's behaviour is remembered, the security code is not."""
    method: Json = {
        "id": world.new_id("pm_"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": {
            "address": dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state")),
            "email": email,
            "name": name,
            "phone": None,
            "tax_id": None,
        },
        "card": {
            "brand": card.brand,
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": month,
            "exp_year": year,
            "fingerprint": cards.fingerprint(world.id, card.number),
            "funding": "debit",
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": world.now(),
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    world.put(method, {"number": card.number, "set_up": False, "used": False})
    return method


def card_of(world: World, method: Json) -> TestCard:
    found = cards.find(world.private(method["id"])["number"])
    assert found is not None
    return found


def attach_to(world: World, method: Json, customer: str) -> Json:
    attached = world.put(changed(method, customer=customer))
    emit(world, "payment_method.attached", attached)
    return attached


def let_go(world: World, method: Json) -> Json:
    """A detached card can never be attached or charged again. Source: docs.stripe.com/api/payment_methods/detach."""
    detached = world.put(changed(method, customer=None), world.private(method["id"]) | {"used": True})
    emit(world, "payment_method.detached", detached, {"customer": method["customer"]})
    return detached


def usable(world: World, found: str, customer: str | None) -> Json:
    """A card that this customer may be charged with. Raises Problem 400."""
    method = world.get("payment_method", found, "payment_method")
    if method["customer"] is None:
        raise Problem(
            400,
            "The provided PaymentMethod was detached from a Customer or never attached. It may not be used again.",
        )
    if method["customer"] != customer:
        raise Problem(
            400,
            f"The provided PaymentMethod belongs to another customer than {customer}.",
            code="payment_method_customer_mismatch",
            param="payment_method",
        )
    return method


def expired(method: Json, now: int) -> bool:
    """A card is good to the end of its month."""
    today = datetime.fromtimestamp(now, UTC)
    card = method["card"]
    return (card["exp_year"], card["exp_month"]) < (today.year, today.month)


def retrieve(world: World, call: Call) -> Json:
    return world.get("payment_method", call.ids[0])


def listed(world: World, call: Call) -> Json:
    """Source: docs.stripe.com/api/payment_methods/list. Ours, as all of them here, are cards."""
    if "customer" not in call.params:
        raise Problem(400, "Missing required param: customer.", code="parameter_missing", param="customer")
    world.get("customer", call.params["customer"], "customer")
    return world.page("payment_method", "/v1/payment_methods", call.params, ("customer", "type"))


def attach(world: World, call: Call) -> Json:
    """Source: docs.stripe.com/api/payment_methods/attach."""
    from payments.sandbox.resources.customers import living

    method = world.get("payment_method", call.ids[0])
    if "customer" not in call.params:
        raise Problem(400, "Missing required param: customer.", code="parameter_missing", param="customer")
    customer = living(world, call.params["customer"], "customer")
    if method["customer"] == customer["id"]:
        return method
    if method["customer"] is not None:
        raise Problem(400, "The payment method you provided has already been attached to a customer.", stored=True)
    if world.private(method["id"])["used"]:
        raise Problem(400, "This PaymentMethod was previously used or detached. It may not be used again.", stored=True)
    return attach_to(world, method, customer["id"])


def detach(world: World, call: Call) -> Json:
    method = world.get("payment_method", call.ids[0])
    if method["customer"] is None:
        message = "The payment method you provided is not attached to a customer so detachment is impossible."
        raise Problem(400, message, stored=True)
    return let_go(world, method)


ENDPOINTS = (
    Endpoint("GET", "/v1/payment_methods", sdk.PaymentMethodListParams, names("customer", "type", *PAGING), listed),
    Endpoint("GET", "/v1/payment_methods/{}", sdk.PaymentMethodRetrieveParams, names("expand"), retrieve),
    Endpoint(
        "POST", "/v1/payment_methods/{}/attach", sdk.PaymentMethodAttachParams, names("customer", "expand"), attach
    ),
    Endpoint("POST", "/v1/payment_methods/{}/detach", sdk.PaymentMethodDetachParams, names("expand"), detach),
)
