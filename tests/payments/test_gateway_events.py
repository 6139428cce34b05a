"""Webhooks and the list of events: signed, complete, in order, and of the same shapes as answers."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
import stripe

from payments.gateway import (
    BadSignature,
    CardPage,
    CardPageStatus,
    RefundAnswer,
    SavedCard,
    answer_from,
)
from tests.payments.sandbox.api import (
    request_for,
    save_card,
)
from tests.sandbox import WEBHOOK_SECRET, World

BACK = "http://localhost/pledge/back"


def _signed(payload: bytes, secret: str = WEBHOOK_SECRET, at: int | None = None) -> str:
    return str(stripe.WebhookSignature.generate_signature_header(payload.decode(), secret, at))


EVENT = json.dumps(
    {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "created": 1_700_000_000,
        "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
    }
).encode()


def test_a_signed_webhook_is_read(world: World) -> None:
    event = world.gateway.read_webhook(EVENT, _signed(EVENT))
    assert (event.id, event.type, event.payment_intent) == ("evt_1", "payment_intent.succeeded", "pi_1")
    assert event.created == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "signature"),
    [
        (EVENT, _signed(EVENT, "whsec_of_somebody_else")),
        (EVENT.replace(b"pi_1", b"pi_2"), _signed(EVENT)),
        (EVENT, _signed(EVENT, at=int(time.time()) - 301)),
        (EVENT, ""),
        (EVENT, "t=now,v1=none"),
        (b"\xff\xfe", "t=1,v1=00"),
        (b"[]", _signed(b"[]")),
        (b"not json", _signed(b"not json")),
    ],
    ids=["wrong secret", "altered", "old", "none", "garbage", "not text", "no event", "not json"],
)
def test_any_other_webhook_is_refused(world: World, raw: bytes, signature: str) -> None:
    with pytest.raises(BadSignature):
        world.gateway.read_webhook(raw, signature)


async def test_events_are_listed_from_a_moment_on_oldest_first(world: World) -> None:
    begun = datetime.now(UTC)
    await save_card(world)
    types = ["checkout.session.completed", "setup_intent.succeeded", "setup_intent.created"]
    events = await world.gateway.list_events(begun - timedelta(seconds=1), types)
    assert [event.type for event in events] == [
        "setup_intent.created",
        "setup_intent.succeeded",
        "checkout.session.completed",
    ]
    await world.control.set_clock(3600)
    assert await world.gateway.list_events(begun + timedelta(seconds=3000), types) == []


async def test_more_events_than_a_page_holds_are_all_listed_in_order(world: World) -> None:
    card = await save_card(world)
    await asyncio.gather(*(world.gateway.charge(request_for(card, n)) for n in range(1, 104)))
    events = await world.gateway.list_events(datetime.now(UTC) - timedelta(hours=1), ["payment_intent.succeeded"])
    assert len({event.id for event in events}) == 103
    assert [event.created for event in events] == sorted(event.created for event in events)


async def test_events_carry_the_same_shapes_as_answers(world: World) -> None:
    card = await save_card(world)
    charged = await world.gateway.charge(request_for(card))
    assert charged.payment_intent is not None
    refund = await world.gateway.refund(
        charge_or_intent=charged.payment_intent, amount_pence=500, pledge_reference="P-1", key="r1"
    )
    events = await world.gateway.list_events(
        datetime.now(UTC) - timedelta(hours=1),
        ["checkout.session.completed", "setup_intent.succeeded", "payment_intent.succeeded", "refund.created", "charge.refunded"],
    )  # fmt: skip
    answers = {event.type: answer_from(event) for event in events}
    assert answers["payment_intent.succeeded"] == charged
    assert answers["refund.created"] == refund
    assert answers["charge.refunded"] is None
    page, saved = answers["checkout.session.completed"], answers["setup_intent.succeeded"]
    assert isinstance(page, CardPage)
    assert page.status is CardPageStatus.COMPLETE
    assert isinstance(saved, SavedCard)
    assert (saved.usable, saved.payment_method, saved.last4) == (True, card.payment_method, "")
    assert isinstance(answers["refund.created"], RefundAnswer)
    assert {event.payment_intent for event in events if event.type in ("charge.refunded", "refund.created")} == {
        charged.payment_intent
    }
