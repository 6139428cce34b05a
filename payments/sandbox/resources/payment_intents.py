"""Payment intents on saved cards. Source: docs.stripe.com/api/payment_intents, docs.stripe.com/payments/save-during-payment."""

import re
from typing import Literal

from stripe import params as sdk

from payments.sandbox import cards
from payments.sandbox.engine import Call, Endpoint
from payments.sandbox.events import emit
from payments.sandbox.protocol import Json, Problem, is_true
from payments.sandbox.resources import charges, customers, payment_methods
from payments.sandbox.resources.common import PAGING, blank, changed, metadata, names
from payments.sandbox.world import World

LEAST_PENCE, MOST_PENCE = 30, 99_999_999  # docs.stripe.com/currencies#minimum-and-maximum-charge-amounts

_EMPTY = (
    "amount_details", "application", "application_fee_amount", "automatic_payment_methods", "canceled_at",
    "cancellation_reason", "customer_account", "excluded_payment_method_types", "hooks", "last_payment_error",
    "latest_charge", "managed_payments", "next_action", "on_behalf_of", "payment_details", "payment_method",
    "payment_method_configuration_details", "payment_record", "presentment_details", "processing", "receipt_email",
    "review", "setup_future_usage", "shipping", "source", "statement_descriptor", "transfer_data",
)  # fmt: skip
_CAN_CONFIRM = ("requires_payment_method", "requires_confirmation", "requires_action")
_CAN_CANCEL = (*_CAN_CONFIRM, "requires_capture", "processing")


def create(world: World, call: Call) -> Json:
    params = call.params
    _check_money(params)
    if "customer" in params:
        customers.living(world, params["customer"], "customer")
    method = None
    if "payment_method" in params:
        method = payment_methods.usable(world, params["payment_method"], params.get("customer"))
    confirm = params.get("confirm", False)
    for name in ("off_session", "return_url"):
        if name in params and not confirm:
            raise Problem(400, f"{name} can only be used with confirm=true.", param=name)
    intent_id = world.new_id("pi_")
    intent = blank(_EMPTY) | {
        "id": intent_id,
        "object": "payment_intent",
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_received": 0,
        "capture_method": "automatic_async",
        "client_secret": f"{intent_id}_secret_{world.new_id('', 25)}",
        "confirmation_method": "automatic",
        "created": world.now(),
        "currency": "gbp",
        "customer": params.get("customer"),
        "description": params.get("description"),
        "livemode": False,
        "metadata": metadata(params),
        "payment_method": method["id"] if method else None,
        "payment_method_options": {
            "card": {"installments": None, "mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
        },
        "payment_method_types": ["card"],
        "statement_descriptor_suffix": params.get("statement_descriptor_suffix"),
        "status": "requires_confirmation" if method else "requires_payment_method",
        "transfer_group": params.get("transfer_group"),
    }  # fmt: skip
    world.put(intent)
    emit(world, "payment_intent.created", intent)
    return _confirmed(world, intent, params) if confirm else intent


def _check_money(params: Json) -> None:
    if params["currency"].lower() != "gbp":
        raise Problem(400, "The payment sandbox takes gbp only.", param="currency")
    if params["amount"] < LEAST_PENCE:
        raise Problem(400, "Amount must be at least £0.30 gbp", code="amount_too_small", param="amount")
    if params["amount"] > MOST_PENCE:
        raise Problem(400, "Amount must be no more than £999,999.99", code="amount_too_large", param="amount")
    suffix = params.get("statement_descriptor_suffix")
    # docs.stripe.com/get-started/account/statement-descriptors#requirements
    if suffix is not None and (not re.search("[A-Za-z]", suffix) or re.search(r"[<>\\'\"*]", suffix)):
        message = "The statement descriptor suffix needs a letter and none of < > \\ ' \" *."
        raise Problem(400, message, param="statement_descriptor_suffix")
    if suffix is not None and len(suffix) > charges.STATEMENT_LONGEST:
        raise Problem(400, "The statement descriptor suffix is too long.", param="statement_descriptor_suffix")


def confirm(world: World, call: Call) -> Json:
    """Source: docs.stripe.com/api/payment_intents/confirm."""
    intent = world.get("payment_intent", call.ids[0], "intent")
    if intent["status"] not in _CAN_CONFIRM:
        raise _wrong_state(intent, "confirm")
    if "payment_method" in call.params:
        method = payment_methods.usable(world, call.params["payment_method"], intent["customer"])
        intent = changed(intent, payment_method=method["id"])
    return _confirmed(world, intent, call.params)


def _wrong_state(intent: Json, verb: str) -> Problem:
    """Source: docs.stripe.com/error-codes#payment-intent-unexpected-state."""
    return Problem(
        400,
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
        stored=True,
        more={"payment_intent": intent},
    )


def _confirmed(world: World, intent: Json, params: Json) -> Json:
    if intent["payment_method"] is None:
        message = "You cannot confirm this PaymentIntent because it's missing a payment method."
        raise Problem(
            400, message, code="payment_intent_unexpected_state", stored=True, more={"payment_intent": intent}
        )
    method = payment_methods.usable(world, intent["payment_method"], intent["customer"])
    off_session = is_true(params.get("off_session", False)) or params.get("off_session") in ("one_off", "recurring")
    wanted = params.get("payment_method_options", {}).get("card", {}).get("request_three_d_secure")
    verdict = bank_says(world, method, off_session=off_session, wanted=wanted in ("any", "challenge"))
    if verdict == "authenticate":
        if off_session:
            # the backer is not here: a decline that only the backer can lift (docs.stripe.com/payments/save-during-payment)
            raise declined(world, intent, method, "authentication_required", "authentication_required", None)
        return _ask_to_authenticate(world, intent, method, params.get("return_url"))
    if verdict == "decline":
        raise _bank_declined(world, intent, method)
    return succeeded(world, intent, method)


def bank_says(
    world: World, method: Json, *, off_session: bool, wanted: bool = False, authenticated: bool = False
) -> Literal["ok", "authenticate", "decline"]:
    """Source: docs.stripe.com/testing#regulatory-cards."""
    card = payment_methods.card_of(world, method)
    if payment_methods.expired(method, world.now()):
        return "decline"
    if not authenticated:
        if wanted and not off_session:
            return "authenticate"
        if card.charging == "authenticate_always":
            return "authenticate"
        if card.charging == "authenticate_unless_set_up" and not world.private(method["id"])["set_up"]:
            return "authenticate"
    return "decline" if card.charging == "decline" else "ok"


def succeeded(world: World, intent: Json, method: Json) -> Json:
    charge = charges.make(world, intent, method, None)
    done = changed(
        intent, status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"], next_action=None,
        last_payment_error=None, payment_method=method["id"],
    )  # fmt: skip
    world.put(done)
    emit(world, "payment_intent.succeeded", done)
    return done


def declined(
    world: World, intent: Json, method: Json, code: str, decline_code: str | None, advice_code: str | None
) -> Problem:
    """The payment goes back to wanting a card; the answer is a 402 with it. Source: docs.stripe.com/declines."""
    message = cards.MESSAGES.get(decline_code or code, cards.MESSAGES["card_declined"])
    error: Json = {"code": code, "message": message, "type": "card_error", "payment_method": method}
    error |= {"decline_code": decline_code} if decline_code else {}
    error |= {"advice_code": advice_code} if advice_code else {}
    charge = charges.make(world, intent, method, error)
    error["charge"] = charge["id"]
    failed = put_back(world, changed(intent, latest_charge=charge["id"]), error)
    more = {name: value for name, value in error.items() if name not in ("code", "message", "type")}
    return Problem(
        402, message, kind="card_error", code=code, stored=True, kept=True, more=more | {"payment_intent": failed}
    )


def put_back(world: World, intent: Json, error: Json) -> Json:
    failed = changed(
        intent, status="requires_payment_method", payment_method=None, next_action=None, last_payment_error=error
    )
    world.put(failed)
    emit(world, "payment_intent.payment_failed", failed)
    return failed


def _bank_declined(world: World, intent: Json, method: Json) -> Problem:
    if payment_methods.expired(method, world.now()):
        return declined(world, intent, method, "expired_card", None, "do_not_try_again")
    card = payment_methods.card_of(world, method)
    return declined(world, intent, method, card.code, card.decline_code, card.advice_code)


def _ask_to_authenticate(world: World, intent: Json, method: Json, return_url: str | None) -> Json:
    """The browser goes to the bank and comes back to return_url; no script needed.

    Source: docs.stripe.com/api/payment_intents/object#payment_intent_object-next_action-redirect_to_url.
    """
    if return_url is None:
        raise Problem(400, "A return_url is needed: the card asks the cardholder to authenticate.", param="return_url")
    nonce = world.new_id("", 20)
    url = f"{world.base_url}/3ds/{intent['id']}/{nonce}"
    action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}}
    waiting = changed(
        intent, status="requires_action", payment_method=method["id"], next_action=action, last_payment_error=None
    )
    world.put(waiting, {"nonce": nonce})
    emit(world, "payment_intent.requires_action", waiting)
    return waiting


def authenticated(world: World, intent: Json, *, passed: bool) -> Json:
    """The cardholder was at the bank's page. Automatic confirmation: nobody needs to confirm again.

    Source: docs.stripe.com/payments/3d-secure/authentication-flow.
    """
    method = payment_methods.usable(world, intent["payment_method"], intent["customer"])
    if not passed:
        message = "We are unable to authenticate your payment method. Choose a different payment method and try again."
        code = "payment_intent_authentication_failure"
        return put_back(
            world, intent, {"code": code, "message": message, "type": "card_error", "payment_method": method}
        )
    if bank_says(world, method, off_session=False, authenticated=True) == "ok":
        return succeeded(world, intent, method)
    _bank_declined(world, intent, method)
    return world.get("payment_intent", intent["id"])


def cancel(world: World, call: Call) -> Json:
    """Source: docs.stripe.com/api/payment_intents/cancel."""
    intent = world.get("payment_intent", call.ids[0], "intent")
    if intent["status"] not in _CAN_CANCEL:
        raise _wrong_state(intent, "cancel")
    gone = changed(
        intent, status="canceled", canceled_at=world.now(), next_action=None,
        cancellation_reason=call.params.get("cancellation_reason"),
    )  # fmt: skip
    world.put(gone)
    emit(world, "payment_intent.canceled", gone)
    return gone


def retrieve(world: World, call: Call) -> Json:
    return world.get("payment_intent", call.ids[0], "intent")


def listed(world: World, call: Call) -> Json:
    return world.page("payment_intent", "/v1/payment_intents", call.params, ("customer",))


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/payment_intents",
        sdk.PaymentIntentCreateParams,
        names(
            "allowed_payment_method_types", "amount", "confirm", "currency", "customer", "description", "expand",
            "metadata", "off_session", "payment_method", "payment_method_options", "return_url",
            "statement_descriptor_suffix", "transfer_group",
        ),
        create,
    ),
    Endpoint("GET", "/v1/payment_intents", sdk.PaymentIntentListParams, names("created", "customer", *PAGING), listed),
    Endpoint("GET", "/v1/payment_intents/{}", sdk.PaymentIntentRetrieveParams, names("expand"), retrieve),
    Endpoint(
        "POST",
        "/v1/payment_intents/{}/confirm",
        sdk.PaymentIntentConfirmParams,
        names("expand", "off_session", "payment_method", "payment_method_options", "return_url"),
        confirm,
    ),
    Endpoint(
        "POST",
        "/v1/payment_intents/{}/cancel",
        sdk.PaymentIntentCancelParams,
        names("cancellation_reason", "expand"),
        cancel,
    ),
)  # fmt: skip
