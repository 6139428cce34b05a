"""Idempotency keys, as docs.stripe.com/api/idempotent_requests tells them."""

import asyncio

import pytest

from tests.payments.sandbox.api import DECLINED_LATER, api, open_account, save_card
from tests.sandbox import World

DAY = 24 * 3600


async def test_the_same_key_and_parameters_replay_the_answer(world: World) -> None:
    first = await api(world, "POST", "/v1/customers", {"name": "A"}, key="k")
    second = await api(world, "POST", "/v1/customers", {"name": "A"}, key="k")
    assert first.body == second.body
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert (await world.control.truth())["customers"] == 1


async def test_other_parameters_or_another_endpoint_with_a_used_key_are_refused(world: World) -> None:
    await api(world, "POST", "/v1/customers", {"name": "A"}, key="k")
    other = await api(world, "POST", "/v1/customers", {"name": "B"}, key="k")
    assert (other.status, other.error["type"]) == (400, "idempotency_error")
    elsewhere = await api(world, "POST", "/v1/payment_intents", {"amount": 500, "currency": "gbp"}, key="k")
    assert (elsewhere.status, elsewhere.error["type"]) == (400, "idempotency_error")


async def test_a_key_belongs_to_one_account(world: World) -> None:
    first = await api(world, "POST", "/v1/customers", {"name": "A"}, key="k")
    elsewhere = await api(world, "POST", "/v1/customers", {"name": "A"}, key="k", api_key="sk_test_other_account")
    connected = await api(world, "POST", "/v1/customers", {"name": "A"}, key="k", account=await open_account(world))
    assert len({first.body["id"], elsewhere.body["id"], connected.body["id"]}) == 3


async def test_a_decline_is_stored_and_replayed(world: World) -> None:
    card = await save_card(world, DECLINED_LATER)
    params = {
        "amount": 500,
        "currency": "gbp",
        "customer": card.customer,
        "payment_method": card.payment_method,
        "confirm": "true",
        "off_session": "true",
    }
    first = await api(world, "POST", "/v1/payment_intents", params, key="k")
    second = await api(world, "POST", "/v1/payment_intents", params, key="k")
    assert first.status == second.status == 402
    assert first.body == second.body
    assert first.error["payment_intent"]["status"] == "requires_payment_method"
    truth = await world.control.truth()
    assert (truth["declines"], truth["payment_intents"]) == (1, {"requires_payment_method": 1})


async def test_a_stored_500_is_replayed_for_ever_though_the_work_was_done(world: World) -> None:
    await world.control.add_fault("error_after", path="/v1/customers")
    for _ in range(3):
        answer = await api(world, "POST", "/v1/customers", {"name": "A"}, key="k")
        assert (answer.status, answer.headers["stripe-should-retry"]) == (500, "false")
    assert (await world.control.truth())["customers"] == 1


@pytest.mark.parametrize(
    ("fault", "params", "status"),
    [
        (None, {"name": "A", "colour": "red"}, 400),
        ("limited", {"name": "A"}, 429),
        ("error_before", {"name": "A"}, 500),
    ],
)
async def test_what_was_never_executed_is_not_stored(
    world: World, fault: str | None, params: dict[str, str], status: int
) -> None:
    if fault is not None:
        await world.control.add_fault(fault)
    assert (await api(world, "POST", "/v1/customers", params, key="k")).status == status
    assert (await api(world, "POST", "/v1/customers", {"name": "A"}, key="k")).status == 200


async def test_a_refused_secret_key_stores_nothing(world: World) -> None:
    assert (await api(world, "POST", "/v1/customers", {"name": "A"}, key="k", api_key="sk_live_x")).status == 401
    assert (await api(world, "POST", "/v1/customers", {"name": "A"}, key="k")).status == 200


async def test_a_key_in_use_is_409(world: World) -> None:
    await world.control.add_fault("slow", path="/v1/customers", seconds=1)
    slow = asyncio.create_task(api(world, "POST", "/v1/customers", {"name": "A"}, key="k"))
    async with asyncio.timeout(5):
        while not (await world.control.faults())[0]["applied"]:  # noqa: ASYNC110 - another process decides
            await asyncio.sleep(0.01)
    meanwhile = await api(world, "POST", "/v1/customers", {"name": "A"}, key="k")
    assert (meanwhile.status, meanwhile.error["code"]) == (409, "idempotency_key_in_use")
    done = await slow
    assert (await api(world, "POST", "/v1/customers", {"name": "A"}, key="k")).body == done.body


async def test_a_key_is_forgotten_after_a_day_of_the_worlds_clock(world: World) -> None:
    first = await api(world, "POST", "/v1/customers", {"name": "A"}, key="k")
    await world.control.set_clock(DAY - 60)
    assert (await api(world, "POST", "/v1/customers", {"name": "A"}, key="k")).body == first.body
    await world.control.set_clock(DAY + 1)
    assert (await api(world, "POST", "/v1/customers", {"name": "A"}, key="k")).body["id"] != first.body["id"]


async def test_a_key_of_more_than_255_characters_is_refused(world: World) -> None:
    assert (await api(world, "POST", "/v1/customers", key="k" * 255)).status == 200
    assert (await api(world, "POST", "/v1/customers", key="k" * 256)).status == 400
