"""The provider's events: verified on the raw body, stored once with their job in one transaction, answered at once."""

import json
from datetime import timedelta
from typing import Any, Final

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from crowdfund_kent import outbox
from crowdfund_kent.accounts.access import machine, page
from crowdfund_kent.audit import PROVIDER
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.drill import point
from payments import gateway as door
from payments.apply import apply, is_applied
from payments.models import ProviderEvent
from payments.provider import gateway
from payments.reconciling.models import CaughtUp

JOB: Final = "apply_provider_event"
LONGEST_BODY: Final = 512 * 1024  # an event is a few kilobytes
KEPT: Final = timedelta(days=30)  # by the provider (docs.stripe.com/api/events)
OVERLAP: Final = timedelta(hours=2)  # read again each time: clocks differ, and an event may come to the list late
AT_ONCE: Final = timedelta(days=1)  # read before the place is kept
FOLLOWED: Final = (
    "checkout.session.completed",
    "checkout.session.expired",
    "setup_intent.succeeded",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.requires_action",
    "payment_intent.canceled",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
    "transfer.created",
    "transfer.updated",
    "transfer.reversed",
    "account.updated",
    "payout.failed",
)
log = structlog.get_logger()


async def _receive(request: Request) -> Response:
    """200 once the event is stored, whether it is new or not; 400 for a wrong signature; nothing is written then."""
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LONGEST_BODY:
            return PlainTextResponse("too large", status_code=413)
    try:
        event = gateway().read_webhook(raw, request.headers.get("stripe-signature", ""))
    except door.BadSignature as error:
        log.warning("a webhook refused", error=error.message)
        return PlainTextResponse("the signature is wrong", status_code=400)
    await store(event, json.loads(raw))
    return PlainTextResponse("stored")


async def store(event: door.ProviderEvent, payload: dict[str, Any]) -> bool:
    """Keep an event once, with the job that applies it. False when it was there before. Kinds not followed are kept
    too, marked as applied: they tell an officer what happened."""
    followed = event.type in FOLLOWED
    async with transaction():
        rows = await fetch(
            "INSERT INTO provider_event (provider_id, kind, payload, created_at, received_at, applied_at)"
            " VALUES ($1, $2, $3::jsonb, $4, $5, $6) ON CONFLICT (provider_id) DO NOTHING RETURNING id",
            event.id,
            event.type[:80],
            json.dumps(payload),
            event.created,
            real_now(),
            None if followed else real_now(),
        )
        point("between event row and job")
        if rows and followed:
            await outbox.job(JOB, rows[0]["id"], unique_key=f"provider-event-{event.id}")
        point("webhook before commit")
    return bool(rows)


async def apply_event(row_id: int) -> None:
    """The job: apply what one stored event tells. An error leaves it to the outbox, which tries again."""
    row = await ProviderEvent.get(id=row_id)
    if row.applied_at is not None or row.payload is None:
        return
    event = door.event_from(row.payload)
    answer = door.answer_from(event)
    if not is_applied(answer) and event.payment_intent is not None:
        # a charge or a dispute: its payment says what is true now
        answer = await gateway().read_charge(event.payment_intent)
        if answer.created is None:
            raise door.GatewayUnavailable("the payment could not be read; the outbox tries again")
    if is_applied(answer):
        await apply(answer, PROVIDER)
    await ProviderEvent.filter(id=row_id).update(applied_at=real_now())


async def fetch_missed() -> int:
    """Store the events that no webhook brought since this was done last, however long ago. Returns how many there were.

    Goes on where it was: a day's events are stored before the place is kept. Of connected accounts nothing is listed here:
    what their events tell is read from the account itself, again and again (payouts).
    """
    until = business_now()
    row = await CaughtUp.get_or_none(id=1)
    after = until - KEPT if row is None else max(row.until - OVERLAP, until - KEPT)
    missed = 0
    while after < until:
        end = min(after + AT_ONCE, until)
        # the last second is not over yet: it is read whole, and again the next time
        before = end if end < until else None
        for event in await gateway().list_events(after, FOLLOWED, before=before):
            missed += await store(event, _as_payload(event))
        await execute(
            "INSERT INTO caught_up (id, until) VALUES (1, $1)"
            " ON CONFLICT (id) DO UPDATE SET until = greatest(caught_up.until, excluded.until)",
            end,
        )
        after = end
    return missed


def _as_payload(event: door.ProviderEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "type": event.type,
        "created": int(event.created.timestamp()),
        "livemode": event.livemode,
        "account": event.account,
        "api_version": event.api_version,
        "data": {"object": dict(event.object), "previous_attributes": dict(event.previous)},
    }


async def purge(keep_days: int) -> int:
    """Empty the payloads of events applied longer ago than this: they hold personal text. Returns how many."""
    return await execute(
        "UPDATE provider_event SET payload = NULL WHERE payload IS NOT NULL AND applied_at < $1",
        real_now() - timedelta(days=keep_days),
    )


ROUTES: Final[list[Route]] = [page("/webhooks/stripe", _receive, machine, name="webhook", methods=("POST",))]
