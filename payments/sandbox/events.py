"""What happened in a world, and whom to tell. Source: docs.stripe.com/api/events, docs.stripe.com/webhooks."""

import fnmatch
import json
import time

from stripe import api_version

from payments.sandbox import faults
from payments.sandbox.faults import FaultKind, Strike
from payments.sandbox.protocol import Json
from payments.sandbox.world import World


def emit(world: World, kind: str, body: Json, previous: Json | None = None) -> Json:
    """Records an event with a snapshot of the object, and queues its webhooks in the same transaction."""
    told = [
        row
        for row in world.store.all("SELECT id, types FROM endpoints WHERE world = ?", world.id)
        if any(fnmatch.fnmatchcase(kind, wanted) for wanted in json.loads(row["types"]))
    ]
    data: Json = {"object": body}
    if previous is not None:
        data["previous_attributes"] = previous
    event: Json = {
        "id": world.new_id("evt_"),
        "object": "event",
        "api_version": api_version,
        "created": world.now(),
        "data": data,
        "livemode": False,
        "pending_webhooks": len(told),
        "request": {"id": world.request, "idempotency_key": world.key},
        "type": kind,
    }
    if world.account:
        event["account"] = world.account  # docs.stripe.com/connect/webhooks
    world.put(event)
    if told:
        strikes = {strike.kind: strike for strike in faults.strike_webhook(world.store, world.id, kind)}
        for row in told:
            queue(world, event["id"], row["id"], strikes)
    return event


def queue(world: World, event: str, endpoint: int, strikes: dict[FaultKind, Strike] | None = None) -> None:
    strikes = strikes or {}
    if FaultKind.WEBHOOK_DROP in strikes:
        return
    wait = strikes[FaultKind.WEBHOOK_DELAY].seconds if FaultKind.WEBHOOK_DELAY in strikes else 0.0
    if turned := strikes.get(FaultKind.WEBHOOK_REORDER):
        # counted: the first waits longest, so the order is exactly turned round; uncounted: mixed
        wait += turned.seconds * (turned.left if turned.left is not None else 2 * turned.chance.random())
    now = time.time()
    for _ in range(2 if FaultKind.WEBHOOK_DUPLICATE in strikes else 1):
        world.store.run(
            "INSERT INTO deliveries (world, event, endpoint, due, made) VALUES (?, ?, ?, ?, ?)",
            world.id, event, endpoint, now + wait, now,
        )  # fmt: skip
