"""Killed at any moment, the sandbox still knows what it answered."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from payments.gateway import CardPageStatus, ChargeOutcome
from tests.payments.sandbox.api import api, open_page, request_for, save_card
from tests.sandbox import SandboxProcess, new_world


@pytest.fixture
def own_sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    sandbox = SandboxProcess(tmp_path / "state.sqlite")
    sandbox.start()
    yield sandbox
    sandbox.kill()


async def test_a_kill_loses_nothing_that_was_answered(own_sandbox: SandboxProcess) -> None:
    world = new_world(own_sandbox.url)
    try:
        card = await save_card(world)
        charged = await world.gateway.charge(request_for(card))
        page = await open_page(world, "P-2")
        await world.control.set_clock(600)
        await world.control.add_fault("limited", path="/v1/refunds")
        before = await world.control.truth()
        own_sandbox.kill()
        lost = await world.gateway.charge(request_for(card, 2))
        assert lost.outcome is ChargeOutcome.UNKNOWN
        own_sandbox.start()
        assert await world.control.truth() == before
        assert (await world.control.clock())["offset_seconds"] == 600
        assert [fault["kind"] for fault in await world.control.faults()] == ["limited"]
        assert await world.gateway.charge(request_for(card)) == charged
        assert (await world.gateway.read_card_page(page.id)).status is CardPageStatus.OPEN
        assert (await world.gateway.charge(request_for(card, 2))).outcome is ChargeOutcome.SUCCEEDED
    finally:
        world.gateway.close()


async def test_a_kill_in_the_middle_of_charging_charges_nobody_twice(own_sandbox: SandboxProcess) -> None:
    world = new_world(own_sandbox.url)
    try:
        cards = [await save_card(world, reference=f"P-{n}") for n in range(12)]
        # they are being worked on when the process dies: a slow one has its key in use, the others are done or not begun
        await world.control.add_fault("slow", path="/v1/payment_intents", count=3, seconds=5)
        charging = [asyncio.create_task(world.gateway.charge(request_for(card))) for card in cards]
        await asyncio.sleep(0.15)
        own_sandbox.kill()
        await asyncio.gather(*charging)
        own_sandbox.start()
        await world.control.clear_faults()
        answers = [await world.gateway.charge(request_for(card)) for card in cards]
        assert {answer.outcome for answer in answers} == {ChargeOutcome.SUCCEEDED}
        truth = await world.control.truth()
        assert (truth["charges"], truth["charged_twice"]) == (12, [])
    finally:
        world.gateway.close()


async def test_a_webhook_survives_a_kill(own_sandbox: SandboxProcess) -> None:
    world = new_world(own_sandbox.url)
    try:
        await world.control.add_webhook_endpoint("http://127.0.0.1:9/", world.webhook_secret, retry_seconds=30)
        await api(world, "POST", "/v1/customers")
        own_sandbox.kill()
        own_sandbox.start()
        (delivery,) = await world.control.deliveries()
        assert (delivery["type"], delivery["state"]) == ("customer.created", "waiting")
    finally:
        world.gateway.close()
