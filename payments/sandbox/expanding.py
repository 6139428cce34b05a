"""`expand[]`: an id in an answer replaced by its object. Source: docs.stripe.com/api/expanding_objects."""

import json
from typing import Any

from payments.sandbox.protocol import Json, Problem
from payments.sandbox.world import World

DEEPEST = 4
SHOWN = 10  # objects of an inner list


def expanded(world: World, body: Json, wanted: list[str]) -> Json:
    """A copy of `body` with each wanted path expanded. Raises Problem 400 for what can't be."""
    for path in wanted:
        steps = path.split(".")
        if len(steps) > DEEPEST:
            raise Problem(400, f"You can't expand more than {DEEPEST} levels deep.", param="expand")
        body = _step(world, body, steps, path)
    return body


def _step(world: World, value: Any, steps: list[str], path: str) -> Any:
    if isinstance(value, list):
        return [_step(world, item, steps, path) for item in value]
    if not steps or value is None:
        return value
    name, rest = steps[0], steps[1:]
    if not isinstance(value, dict) or name not in value:
        raise Problem(400, f"This property cannot be expanded ({path}).", param="expand")
    found = value[name]
    if found is None and (value.get("object"), name) == ("charge", "refunds"):
        # a list that is only there when it is asked for (docs.stripe.com/api/charges/object, refunds)
        found = _refunds(world, value["id"])
    if isinstance(found, str):
        row = world.store.one("SELECT body FROM objects WHERE world = ? AND id = ?", world.id, found)
        if row is None:
            raise Problem(400, f"This property cannot be expanded ({path}).", param="expand")
        found = json.loads(row["body"])
    return {**value, name: _step(world, found, rest, path)}


def _refunds(world: World, charge: str) -> Json:
    found = world.where("refund", charge=charge)[::-1]
    return {
        "object": "list",
        "data": found[:SHOWN],
        "has_more": len(found) > SHOWN,
        "url": f"/v1/charges/{charge}/refunds",
    }
