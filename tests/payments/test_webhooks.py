"""Webhooks: signed, stored once, applied in any order."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette

from crowdfund_kent import audit, clock
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.models import Outbox
from payments import card_pages, webhooks
from payments.gateway import GatewayUnavailable
from payments.models import ProviderEvent
from payments.provider import use_gateway
from payments.sandbox.faults import FaultKind
from pledges.models import Pledge
from tests.client import SiteClient
from tests.pledges import make
from tests.sandbox import World


@pytest.fixture(autouse=True)
def provider(world: World) -> Iterator[None]:
    """The site talks to this test's account."""
    with use_gateway(world.gateway):
        yield


def signature(raw: bytes, secret: str, at: int | None = None) -> str:
    at = int(time.time()) if at is None else at
    return f"t={at},v1={hmac.new(secret.encode(), f'{at}.'.encode() + raw, hashlib.sha256).hexdigest()}"


async def deliver(client: SiteClient, world: World, payload: dict[str, Any], **headers: str) -> int:
    raw = json.dumps(payload).encode()
    given = {"stripe-signature": signature(raw, world.webhook_secret), **headers}
    return (await client.http.post("/webhooks/stripe", content=raw, headers=given)).status_code


async def events_of(world: World) -> list[dict[str, Any]]:
    """What the provider would send, oldest first."""
    found = await world.gateway.list_events(business_now() - timedelta(hours=1), webhooks.FOLLOWED)
    return [webhooks._as_payload(event) for event in found]


async def apply_all() -> None:
    """What the worker does with the jobs."""
    for row in await Outbox.filter(kind="job", name=webhooks.JOB, done_at=None).order_by("id"):
        await webhooks.apply_event(*row.body)


async def saved_card(world: World) -> Pledge:
    """Somebody has filled in the card page; the browser never came back."""
    campaign = await make.campaign()
    begun = await card_pages.start(
        campaign.id, f"key {campaign.id}", make.answers(email="kim@example.org"), audit.BACKER
    )
    await world.control.fill_card_page(str(begun.url))
    return begun.pledge


async def status(pledge: Pledge) -> str:
    return str((await Pledge.get(id=pledge.id)).status)


async def test_a_webhook_makes_the_pledge_active_without_the_browser(client: SiteClient, world: World) -> None:
    pledge = await saved_card(world)
    for payload in await events_of(world):
        assert await deliver(client, world, payload) == 200
    assert await status(pledge) == "pending"
    await apply_all()
    assert await status(pledge) == "active"
    assert len(await make.mails("kim@example.org")) == 1
    assert await ProviderEvent.filter(applied_at=None).count() == 0


async def test_webhooks_before_and_after_the_browser_come_to_the_same(client: SiteClient, world: World) -> None:
    kim = make.Resident(client, world, await make.slug_of(await make.campaign()))
    await kim.pledge()
    for payload in await events_of(world):
        assert await deliver(client, world, payload) == 200
    await apply_all()
    (pledge,) = await Pledge.all()
    assert pledge.status == "active"
    assert len(await make.mails("kim@example.org")) == 1


async def test_duplicates_are_stored_once_with_one_job(client: SiteClient, world: World) -> None:
    pledge = await saved_card(world)
    payloads = await events_of(world)
    for payload in [*payloads, *payloads, *payloads]:
        assert await deliver(client, world, payload) == 200
    assert await ProviderEvent.all().count() == len(payloads)
    assert await Outbox.filter(name=webhooks.JOB).count() == len(payloads)
    await apply_all()
    await apply_all()
    assert await status(pledge) == "active"


async def test_the_order_of_events_does_not_matter(client: SiteClient, world: World) -> None:
    pledge = await saved_card(world)
    payloads = await events_of(world)
    assert len(payloads) > 1
    for payload in reversed(payloads):
        await deliver(client, world, payload)
    await apply_all()
    assert await status(pledge) == "active"


async def test_an_expired_page_expires_the_pledge(client: SiteClient, world: World) -> None:
    campaign = await make.campaign()
    begun = await card_pages.start(campaign.id, "key", make.answers(), audit.BACKER)
    page = await make.newest_page(begun.pledge)
    await world.gateway.expire_card_page(str(page.provider_id))
    for payload in await events_of(world):
        await deliver(client, world, payload)
    await apply_all()
    assert await status(begun.pledge) == "expired"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "t=1,v1=0",
        "nonsense",
        signature(b"another body", "whsec_for_tests_only"),
        signature(b"{}", "another secret"),
    ],
    ids=["none", "not one", "nonsense", "of another body", "by another secret"],
)
async def test_a_wrong_signature_writes_nothing(client: SiteClient, world: World, wrong: str) -> None:
    await saved_card(world)
    jobs = await Outbox.all().count()
    for payload in await events_of(world):
        assert await deliver(client, world, payload, **{"stripe-signature": wrong}) == 400
    assert await ProviderEvent.all().count() == 0
    assert await Outbox.all().count() == jobs


async def test_an_old_signature_and_a_changed_body_are_refused(client: SiteClient, world: World) -> None:
    await saved_card(world)
    payload = (await events_of(world))[0]
    raw = json.dumps(payload).encode()
    old = signature(raw, world.webhook_secret, int(time.time()) - 301)
    assert await deliver(client, world, payload, **{"stripe-signature": old}) == 400
    signed = signature(raw, world.webhook_secret)
    assert await deliver(client, world, {**payload, "type": "x"}, **{"stripe-signature": signed}) == 400
    assert await ProviderEvent.all().count() == 0


async def test_a_signed_body_that_is_no_event_is_refused(client: SiteClient, world: World) -> None:
    for raw in (b"", b"[]", b'"text"', b"{}", b"\xff"):
        answer = await client.http.post(
            "/webhooks/stripe", content=raw, headers={"stripe-signature": signature(raw, world.webhook_secret)}
        )
        assert answer.status_code == 400
    assert await ProviderEvent.all().count() == 0


async def test_a_body_that_is_too_large_is_refused_unread(client: SiteClient, world: World) -> None:
    payload = {"id": "evt_1", "type": "x", "created": 1, "data": {"object": {"text": "x" * webhooks.LONGEST_BODY}}}
    assert await deliver(client, world, payload) == 413
    assert await ProviderEvent.all().count() == 0


async def test_a_kind_that_is_not_followed_is_kept_and_asks_for_nothing(client: SiteClient, world: World) -> None:
    payload = {"id": "evt_1", "type": "customer.created", "created": 1_700_000_000, "data": {"object": {"id": "cus_1"}}}
    assert await deliver(client, world, payload) == 200
    (row,) = await ProviderEvent.all()
    assert row.applied_at is not None
    assert await Outbox.filter(name=webhooks.JOB).count() == 0


async def test_an_event_that_cannot_be_applied_now_stays_to_be_tried_again(client: SiteClient, world: World) -> None:
    pledge = await saved_card(world)
    for payload in await events_of(world):
        await deliver(client, world, payload)
    await world.control.add_fault(FaultKind.DROP_BEFORE, path="/v1/*", count=None)
    with pytest.raises(GatewayUnavailable):
        await apply_all()
    assert await status(pledge) == "pending"
    await world.control.clear_faults()
    await apply_all()
    assert await status(pledge) == "active"


async def test_events_that_no_webhook_brought_are_fetched_once(client: SiteClient, world: World) -> None:
    pledge = await saved_card(world)
    expected = len(await events_of(world))
    assert await webhooks.fetch_missed() == expected
    assert await webhooks.fetch_missed() == 0
    await apply_all()
    assert await status(pledge) == "active"


async def test_a_site_that_was_down_for_days_fetches_all_of_them_and_reads_on_from_there(
    client: SiteClient, world: World
) -> None:
    pledge = await saved_card(world)
    assert await webhooks.fetch_missed() > 0
    # days without a worker, in which a page expired and a card was saved; no webhook came
    late = await saved_card(world)
    expected = len(await events_of(world)) - len(await ProviderEvent.all())
    offset = timedelta(days=9)
    await clock.advance(offset)
    await world.control.set_clock(int(offset.total_seconds()))
    before = len(await world.control.log())
    assert await webhooks.fetch_missed() == expected
    asked = [row for row in (await world.control.log())[before:] if row["path"] == "/v1/events"]
    assert len(asked) >= 9
    before = len(await world.control.log())
    assert await webhooks.fetch_missed() == 0
    assert len(await world.control.log()) - before == 1 + len(webhooks.FOLLOWED) // 21
    await apply_all()
    assert [await status(pledge), await status(late)] == ["active", "active"]


async def test_payloads_go_after_their_time_and_the_event_stays(client: SiteClient, world: World) -> None:
    await saved_card(world)
    for payload in await events_of(world):
        await deliver(client, world, payload)
    await apply_all()
    assert await webhooks.purge(90) == 0
    total = await ProviderEvent.all().count()
    await ProviderEvent.all().update(applied_at=real_now() - timedelta(days=91))
    assert await webhooks.purge(90) == total
    (first, *_) = await ProviderEvent.all()
    assert first.payload is None
    await webhooks.apply_event(first.id)


async def test_the_webhook_answers_machines_only(client: SiteClient, app: Starlette) -> None:
    answer = await client.http.get("/webhooks/stripe")
    assert answer.status_code == 405
    answer = await client.http.post("/webhooks/stripe", content=b"{}")
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers
