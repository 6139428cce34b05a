"""The door to the payment provider when answers are lost, late or ours to blame: each is told as it is."""

import asyncio
import time

import pytest

from payments.gateway import (
    ChargeOutcome,
    Gateway,
    GatewayKeyReused,
    GatewayNotAllowed,
    GatewayNotFound,
    GatewayRefused,
    RefundOutcome,
)
from tests.payments.sandbox.api import (
    request_for,
    save_card,
)
from tests.sandbox import WEBHOOK_SECRET, World, new_world

BACK = "http://localhost/pledge/back"


# what is lost on the way

FAULTS = [
    # fault, what we are told, charges then, what the same key brings, charges then
    ("drop_before", ChargeOutcome.UNKNOWN, 0, ChargeOutcome.SUCCEEDED, 1),
    ("drop_after", ChargeOutcome.UNKNOWN, 1, ChargeOutcome.SUCCEEDED, 1),
    ("limited", ChargeOutcome.LIMITED, 0, ChargeOutcome.SUCCEEDED, 1),
    ("error_before", ChargeOutcome.UNKNOWN, 0, ChargeOutcome.SUCCEEDED, 1),
    ("error_after", ChargeOutcome.UNKNOWN, 1, ChargeOutcome.UNKNOWN, 1),
]


@pytest.mark.parametrize(("fault", "told", "charges", "again", "at_last"), FAULTS)
async def test_each_fault_is_told_as_it_is_and_the_same_key_never_charges_twice(
    world: World, fault: str, told: ChargeOutcome, charges: int, again: ChargeOutcome, at_last: int
) -> None:
    card = await save_card(world)
    await world.control.add_fault(fault, path="/v1/payment_intents", method="POST")
    answer = await world.gateway.charge(request_for(card))
    assert answer.outcome is told
    assert (answer.pledge_reference, answer.amount_pence, answer.attempt_number) == ("P-1", 2500, 1)
    assert (await world.control.truth())["charges"] == charges
    found = await world.gateway.look_for_charge(customer=card.customer or "", attempt_number=1, pledge_reference="P-1")
    assert (found is not None and found.outcome is ChargeOutcome.SUCCEEDED) is bool(charges)
    assert (await world.gateway.charge(request_for(card))).outcome is again
    assert (await world.control.truth())["charges"] == at_last


async def test_a_stored_500_is_replayed_and_looking_tells_the_truth(world: World) -> None:
    card = await save_card(world)
    await world.control.add_fault("error_after", path="/v1/payment_intents")
    for _ in range(2):
        answer = await world.gateway.charge(request_for(card))
        assert (answer.outcome, answer.server_error) == (ChargeOutcome.UNKNOWN, True)
    found = await world.gateway.look_for_charge(customer=card.customer or "", attempt_number=1, pledge_reference="P-1")
    assert found is not None
    assert found.outcome is ChargeOutcome.SUCCEEDED


async def test_an_answer_that_comes_too_late_is_unknown(world: World) -> None:
    hasty = Gateway(world.api_key, WEBHOOK_SECRET, world.url, timeout=0.3, max_network_retries=0)
    try:
        card = await save_card(world)
        await world.control.add_fault("slow", path="/v1/payment_intents", seconds=1)
        assert (await hasty.charge(request_for(card))).outcome is ChargeOutcome.UNKNOWN
        # its key is still in use: no refusal either
        assert (await hasty.charge(request_for(card))).outcome is ChargeOutcome.UNKNOWN
    finally:
        hasty.close()
    async with asyncio.timeout(10):
        while (await world.gateway.charge(request_for(card))).outcome is not ChargeOutcome.SUCCEEDED:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert (await world.control.truth())["charges"] == 1


async def test_the_sdk_repeats_a_lost_call_with_the_same_key(sandbox_url: str) -> None:
    world = new_world(sandbox_url, max_network_retries=2)
    try:
        card = await save_card(world)
        await world.control.add_fault("drop_after", path="/v1/payment_intents")
        assert (await world.gateway.charge(request_for(card))).outcome is ChargeOutcome.SUCCEEDED
        assert (await world.control.truth())["charges"] == 1
    finally:
        world.gateway.close()


async def test_too_many_requests_after_a_lost_answer_is_unknown_not_limited(sandbox_url: str) -> None:
    world = new_world(sandbox_url, max_network_retries=1)
    try:
        card = await save_card(world)
        await world.control.add_fault("drop_after", path="/v1/payment_intents")
        await world.control.add_fault("limited", path="/v1/payment_intents", skip=1)
        assert (await world.gateway.charge(request_for(card))).outcome is ChargeOutcome.UNKNOWN
        assert [row["status"] for row in (await world.control.log())[-2:]] == [None, 429]
        assert (await world.control.truth())["charges"] == 1
    finally:
        world.gateway.close()


async def test_a_lost_refund_is_unknown_and_found_by_looking(world: World) -> None:
    intent = (await world.gateway.charge(request_for(await save_card(world)))).payment_intent
    assert intent is not None
    await world.control.add_fault("drop_after", path="/v1/refunds")
    lost = await world.gateway.refund(charge_or_intent=intent, amount_pence=500, pledge_reference="P-1", key="r1")
    assert lost.outcome is RefundOutcome.UNKNOWN
    found = await world.gateway.look_for_refund(intent, "P-1", "r1")
    assert found is not None
    assert found.outcome is RefundOutcome.SUCCEEDED
    await world.control.add_fault("limited", path="/v1/refunds")
    limited = await world.gateway.refund(charge_or_intent=intent, amount_pence=500, pledge_reference="P-1", key="r2")
    assert limited.outcome is RefundOutcome.LIMITED


async def test_no_more_calls_are_under_way_than_agreed(sandbox_url: str) -> None:
    world = new_world(sandbox_url, concurrency=2)
    try:
        await world.control.add_fault("slow", path="/v1/customers", count=4, seconds=0.15)
        begun = time.monotonic()
        await asyncio.gather(*(world.gateway.create_customer(pledge_reference=f"P-{n}", key=f"k{n}") for n in range(4)))
        assert time.monotonic() - begun >= 0.3
    finally:
        world.gateway.close()


# our own faults


async def test_faults_of_ours_are_raised(world: World) -> None:
    card = await save_card(world)
    await world.gateway.charge(request_for(card))
    with pytest.raises(GatewayKeyReused):
        await world.gateway.charge(request_for(card, amount_pence=2600))
    with pytest.raises(GatewayRefused) as small:
        await world.gateway.charge(request_for(card, 2, amount_pence=29))
    assert small.value.code == "amount_too_small"
    with pytest.raises(GatewayNotFound):
        await world.gateway.read_charge("pi_none")
    stranger = Gateway("no key of theirs", WEBHOOK_SECRET, world.url, max_network_retries=0)
    try:
        with pytest.raises(GatewayNotAllowed):
            await stranger.charge(request_for(card))
    finally:
        stranger.close()
