"""Checkout Sessions in setup mode. Source: docs.stripe.com/api/checkout/sessions, docs.stripe.com/payments/save-and-reuse."""

from urllib.parse import urlsplit

from stripe.params import checkout as sdk

from payments.sandbox.engine import Call, Endpoint
from payments.sandbox.events import emit
from payments.sandbox.protocol import Json, Problem
from payments.sandbox.resources import customers, setup_intents
from payments.sandbox.resources.common import blank, changed, metadata, names
from payments.sandbox.world import DUE, World

SHORTEST, LONGEST = 30 * 60, 24 * 3600  # seconds that a page may stay open

_EMPTY = (
    "adaptive_pricing", "after_expiration", "allow_promotion_codes", "amount_subtotal", "amount_total",
    "billing_address_collection", "branding_settings", "client_secret", "collected_information", "consent",
    "consent_collection", "currency", "currency_conversion", "customer_account", "customer_creation",
    "customer_email", "discounts", "excluded_payment_method_types", "integration_identifier", "invoice",
    "invoice_creation", "managed_payments", "name_collection", "optional_items", "origin_context", "payment_intent",
    "payment_link", "payment_method_configuration_details", "permissions", "presentment_details", "recovered_from",
    "redirect_on_completion", "return_url", "saved_payment_method_options", "shipping_address_collection",
    "shipping_cost", "submit_type", "subscription", "tax_id_collection", "total_details", "wallet_options",
)  # fmt: skip


def create(world: World, call: Call) -> Json:
    params = call.params
    if params.get("mode") != "setup":
        raise Problem(400, "The payment sandbox simulates Checkout in setup mode only.", param="mode")
    if params.get("allowed_payment_method_types") != ["card"] and "currency" not in params:
        # docs.stripe.com/api/checkout/sessions/create (currency)
        message = "You must provide currency in setup mode when allowed_payment_method_types is not set."
        raise Problem(400, message, code="parameter_missing", param="currency")
    for name in ("success_url", "cancel_url"):
        _check_url(params, name)
    if "customer" not in params:
        raise Problem(400, "The payment sandbox wants a customer in setup mode.", param="customer")
    customer = customers.living(world, params["customer"], "customer")
    now = world.now()
    expires_at = params.get("expires_at", now + LONGEST)
    if not now + SHORTEST <= expires_at <= now + LONGEST:
        # docs.stripe.com/api/checkout/sessions/create (expires_at)
        message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation."
        raise Problem(400, message, param="expires_at")
    custom_text = params.get("custom_text", {})
    for part, text in custom_text.items():
        if text and len(text["message"]) > 1200:
            raise Problem(400, "Custom text is at most 1200 characters.", param=f"custom_text[{part}][message]")
    setup = params.get("setup_intent_data", {})
    intent = setup_intents.make(world, customer["id"], setup.get("description"), metadata(setup))
    session_id = world.new_id("cs_test_", 58)
    session = blank(_EMPTY) | {
        "id": session_id,
        "object": "checkout.session",
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": now,
        "currency": params.get("currency"),
        "custom_fields": [],
        "custom_text": {
            part: custom_text.get(part) or None
            for part in ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        },
        "customer": customer["id"],
        "customer_details": None,
        "expires_at": expires_at,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": metadata(params),
        "mode": "setup",
        "payment_method_collection": "always",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "no_payment_required",
        "phone_number_collection": {"enabled": False},
        "setup_intent": intent["id"],
        "shipping_options": [],
        "status": "open",
        "success_url": params.get("success_url"),
        "ui_mode": "hosted_page",
        "url": f"{world.base_url}/c/pay/{session_id}",
    }
    world.put(session, due=expires_at)
    return session


def _check_url(params: Json, name: str) -> None:
    if name not in params:
        if name == "success_url":
            raise Problem(400, f"Missing required param: {name}.", code="parameter_missing", param=name)
        return
    found = urlsplit(params[name].replace("{CHECKOUT_SESSION_ID}", "x"))
    if found.scheme not in ("http", "https") or not found.hostname:
        raise Problem(400, "Not a valid URL", code="url_invalid", param=name)


def retrieve(world: World, call: Call) -> Json:
    return world.get("checkout.session", call.ids[0])


def expire(world: World, call: Call) -> Json:
    """Open ones only. Source: docs.stripe.com/api/checkout/sessions/expire."""
    session = world.get("checkout.session", call.ids[0])
    if session["status"] != "open":
        message = f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session["status"]}.'
        raise Problem(400, message, stored=True)
    return close(world, session)


def close(world: World, session: Json) -> Json:
    """Expired: nobody can use the page any more. The setup intent goes with it (docs.stripe.com/api/checkout/sessions)."""
    expired = world.put(changed(session, status="expired", url=None))
    intent = world.get("setup_intent", session["setup_intent"])
    if intent["status"] not in ("succeeded", "canceled"):
        setup_intents.cancel(world, intent)
    emit(world, "checkout.session.expired", expired)
    return expired


def complete(world: World, session: Json, method: Json, *, authenticated: bool) -> Json:
    """The card is saved: what webhooks and the browser's return then tell."""
    intent = world.get("setup_intent", session["setup_intent"])
    setup_intents.succeed(world, intent, method, authenticated=authenticated)
    details = method["billing_details"]
    done = changed(
        session,
        status="complete",
        url=None,
        customer_details={
            "address": None,
            "business_name": None,
            "email": details["email"],
            "individual_name": None,
            "name": details["name"],
            "phone": None,
            "tax_exempt": None,
            "tax_ids": None,
        },
    )
    world.put(done)
    emit(world, "checkout.session.completed", done)
    return done


def _time_is_up(world: World, session: Json) -> None:
    if session["status"] == "open":
        close(world, session)


DUE["checkout.session"] = _time_is_up

ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/checkout/sessions",
        sdk.SessionCreateParams,
        names(
            "allowed_payment_method_types", "cancel_url", "client_reference_id", "currency", "custom_text", "customer",
            "expand", "expires_at", "locale", "metadata", "mode", "setup_intent_data", "success_url",
        ),
        create,
    ),
    Endpoint("GET", "/v1/checkout/sessions/{}", sdk.SessionRetrieveParams, names("expand"), retrieve),
    Endpoint("POST", "/v1/checkout/sessions/{}/expire", sdk.SessionExpireParams, names("expand"), expire),
)  # fmt: skip
