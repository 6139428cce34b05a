"""Setup intents, which Checkout makes and confirms. Source: docs.stripe.com/api/setup_intents."""

from stripe import params as sdk

from payments.sandbox import cards
from payments.sandbox.engine import Call, Endpoint
from payments.sandbox.events import emit
from payments.sandbox.protocol import Json
from payments.sandbox.resources import payment_methods
from payments.sandbox.resources.common import blank, changed, names
from payments.sandbox.world import World

_EMPTY = (
    "application", "attach_to_self", "automatic_payment_methods", "cancellation_reason", "customer_account",
    "excluded_payment_method_types", "flow_directions", "last_setup_error", "latest_attempt", "managed_payments",
    "mandate", "next_action", "on_behalf_of", "payment_method", "payment_method_configuration_details",
    "single_use_mandate",
)  # fmt: skip


def make(world: World, customer: str | None, description: str | None, given_metadata: Json) -> Json:
    intent_id = world.new_id("seti_")
    intent = blank(_EMPTY) | {
        "id": intent_id,
        "object": "setup_intent",
        "allowed_payment_method_types": ["card"],
        "client_secret": f"{intent_id}_secret_{world.new_id('', 25)}",
        "created": world.now(),
        "customer": customer,
        "description": description,
        "livemode": False,
        "metadata": given_metadata,
        "payment_method_options": {"card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        "usage": "off_session",
    }  # fmt: skip
    world.put(intent)
    emit(world, "setup_intent.created", intent)
    return intent


def ask_to_authenticate(world: World, intent: Json, method: Json) -> Json:
    """Source: docs.stripe.com/payments/3d-secure/authentication-flow."""
    # the nonce keeps the page from being guessed; a new try has a new one
    nonce = world.new_id("", 20)
    url = f"{world.base_url}/3ds/{intent['id']}/{nonce}"
    waiting = changed(
        intent,
        status="requires_action",
        payment_method=method["id"],
        last_setup_error=None,
        next_action={"type": "redirect_to_url", "redirect_to_url": {"return_url": None, "url": url}},
    )
    world.put(waiting, {"nonce": nonce})
    emit(world, "setup_intent.requires_action", waiting)
    return waiting


def succeed(world: World, intent: Json, method: Json, *, authenticated: bool) -> Json:
    """The card is attached to its customer. Source: docs.stripe.com/payments/save-and-reuse."""
    private = world.private(method["id"])
    world.put(method, private | {"set_up": authenticated, "used": True})
    payment_methods.attach_to(world, method, intent["customer"])
    done = changed(intent, status="succeeded", payment_method=method["id"], next_action=None, last_setup_error=None)
    world.put(done)
    emit(world, "setup_intent.succeeded", done)
    return done


def fail(world: World, intent: Json, method: Json, code: str, message: str, decline_code: str | None) -> Json:
    error: Json = {"code": code, "message": message, "payment_method": method, "type": "card_error"}
    if decline_code is not None:
        error["decline_code"] = decline_code
    failed = changed(
        intent, status="requires_payment_method", payment_method=None, next_action=None, last_setup_error=error
    )
    world.put(failed)
    emit(world, "setup_intent.setup_failed", failed)
    return failed


def decline(world: World, intent: Json, method: Json) -> tuple[Json, str]:
    """The bank refuses to have this card saved: the intent and the words for the page."""
    card = payment_methods.card_of(world, method)
    message = cards.MESSAGES.get(card.decline_code or card.code, cards.MESSAGES["card_declined"])
    return fail(world, intent, method, card.code, message, card.decline_code), message


def cancel(world: World, intent: Json) -> Json:
    gone = changed(intent, status="canceled", cancellation_reason="abandoned", next_action=None)
    world.put(gone)
    emit(world, "setup_intent.canceled", gone)
    return gone


def retrieve(world: World, call: Call) -> Json:
    return world.get("setup_intent", call.ids[0])


ENDPOINTS = (Endpoint("GET", "/v1/setup_intents/{}", sdk.SetupIntentRetrieveParams, names("expand"), retrieve),)
