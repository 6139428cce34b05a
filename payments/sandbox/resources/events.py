"""Events, also those that no webhook brought. Source: docs.stripe.com/api/events."""

from stripe import params as sdk

from payments.sandbox.engine import Call, Endpoint
from payments.sandbox.protocol import Json, Problem
from payments.sandbox.resources.common import PAGING, names
from payments.sandbox.world import World

MOST_TYPES = 20


def retrieve(world: World, call: Call) -> Json:
    return world.get("event", call.ids[0])


def listed(world: World, call: Call) -> Json:
    """`type` may hold a *; `types` are up to 20; not both. Source: docs.stripe.com/api/events/list."""
    types = call.params.get("types", [])
    if "type" in call.params:
        if types:
            raise Problem(400, "You may only specify one of these parameters: type, types.")
        types = [call.params["type"]]
    if len(types) > MOST_TYPES:
        raise Problem(400, f"You may pass up to {MOST_TYPES} types.", param="types")
    return world.page("event", "/v1/events", call.params, types=types)


ENDPOINTS = (
    Endpoint(
        "GET", "/v1/events", sdk.EventListParams, names("created", "type", "types", *PAGING), listed, on_account=True
    ),
    Endpoint("GET", "/v1/events/{}", sdk.EventRetrieveParams, names("expand"), retrieve, on_account=True),
)
