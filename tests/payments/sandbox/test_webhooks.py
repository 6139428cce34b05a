"""Webhooks of the sandbox: signed, repeated, doubled, turned round, late and lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from payments.gateway import ProviderEvent
from payments.sandbox.control import SandboxRefused
from tests.payments.sandbox.api import api, save_card
from tests.sandbox import World


class Receiver:
    """A small HTTP server that keeps what arrives and answers as told."""

    def __init__(self) -> None:
        self.arrived: list[tuple[bytes, str]] = []
        self.statuses: list[int] = []
        self._server: asyncio.Server | None = None
        self.url = ""

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/webhooks?from=sandbox"

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        names = {name.lower(): value for name, value in headers.items()}
        body = await reader.readexactly(int(names["content-length"]))
        self.arrived.append((body, names["stripe-signature"]))
        status = self.statuses.pop(0) if self.statuses else 200
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    def events(self, world: World) -> list[ProviderEvent]:
        return [world.gateway.read_webhook(body, signature) for body, signature in self.arrived]


@pytest_asyncio.fixture(loop_scope="session")
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver()
    await found.start()
    yield found
    await found.stop()


async def test_what_happened_is_told_signed(world: World, receiver: Receiver) -> None:
    await world.control.add_webhook_endpoint(receiver.url, world.webhook_secret)
    await save_card(world)
    await world.control.delivered()
    kinds = [event.type for event in receiver.events(world)]
    assert {"setup_intent.succeeded", "checkout.session.completed", "payment_method.attached"} <= set(kinds)
    assert len(kinds) == len(set(kinds))


async def test_only_the_events_asked_for_are_told(world: World, receiver: Receiver) -> None:
    await world.control.add_webhook_endpoint(receiver.url, world.webhook_secret, types=["checkout.session.*"])
    await save_card(world)
    await world.control.delivered()
    assert [event.type for event in receiver.events(world)] == ["checkout.session.completed"]


async def test_a_webhook_that_was_not_answered_well_comes_again(world: World, receiver: Receiver) -> None:
    receiver.statuses = [500, 303, 404]
    await world.control.add_webhook_endpoint(receiver.url, world.webhook_secret, retry_seconds=0.02)
    await api(world, "POST", "/v1/customers")
    await world.control.delivered()
    assert len({event.id for event in receiver.events(world)}) == 1
    assert len(receiver.arrived) == 4
    (delivery,) = await world.control.deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 4)


async def test_a_webhook_waits_for_a_site_that_is_down_and_follows_it_to_another_port(
    world: World, receiver: Receiver
) -> None:
    await world.control.add_webhook_endpoint("http://127.0.0.1:9/webhooks", world.webhook_secret, retry_seconds=60)
    await api(world, "POST", "/v1/customers")
    async with asyncio.timeout(5):
        while not (await world.control.deliveries())[0]["attempts"]:  # noqa: ASYNC110 - another process decides
            await asyncio.sleep(0.01)
    await world.control.add_webhook_endpoint(receiver.url, world.webhook_secret, alone=True)
    await world.control.delivered()
    assert [event.type for event in receiver.events(world)] == ["customer.created"]


async def test_a_doubled_webhook_is_the_same_event_twice(world: World, receiver: Receiver) -> None:
    await world.control.add_webhook_endpoint(receiver.url, world.webhook_secret)
    await world.control.add_fault("webhook_duplicate", event_type="customer.*")
    await api(world, "POST", "/v1/customers")
    await world.control.delivered()
    first, second = receiver.events(world)
    assert first == second


async def test_webhooks_can_arrive_in_the_other_order(world: World, receiver: Receiver) -> None:
    types = ["payment_method.attached", "setup_intent.succeeded", "checkout.session.completed"]
    await world.control.add_webhook_endpoint(receiver.url, world.webhook_secret, types=types)
    await world.control.add_fault("webhook_reorder", count=3, seconds=0.1)
    await save_card(world)
    await world.control.delivered()
    sent = sorted(await world.control.deliveries(), key=lambda delivery: float(delivery["due"]))
    assert [delivery["type"] for delivery in sent] == types[::-1]
    assert {event.type for event in receiver.events(world)} == set(types)


async def test_a_webhook_can_be_late(world: World, receiver: Receiver) -> None:
    await world.control.add_webhook_endpoint(receiver.url, world.webhook_secret)
    await world.control.add_fault("webhook_delay", seconds=1)
    await api(world, "POST", "/v1/customers")
    assert [delivery["state"] for delivery in await world.control.deliveries()] == ["waiting"]
    await world.control.delivered()
    assert len(receiver.arrived) == 1


async def test_a_lost_webhook_is_still_in_the_list_of_events(world: World, receiver: Receiver) -> None:
    await world.control.add_webhook_endpoint(receiver.url, world.webhook_secret)
    await world.control.add_fault("webhook_drop")
    await api(world, "POST", "/v1/customers")
    await world.control.delivered()
    assert receiver.arrived == []
    (event,) = (await api(world, "GET", "/v1/events")).body["data"]
    assert event["type"] == "customer.created"
    await world.control.resend(event["id"])
    await world.control.delivered()
    assert [found.id for found in receiver.events(world)] == [event["id"]]


async def test_addresses_beyond_this_machine_are_refused(world: World) -> None:
    with pytest.raises(SandboxRefused):
        await world.control.add_webhook_endpoint("http://example.org/webhooks", world.webhook_secret)
