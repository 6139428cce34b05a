"""A bank takes a charge back: opened, answered, won, lost, and what it costs."""

from datetime import UTC, datetime

import pytest

from payments.gateway import DisputeAnswer, GatewayNotFound, RefundOutcome, answer_from
from tests.payments.sandbox.api import api, collect
from tests.sandbox import World

DAY = 24 * 3600
SINCE = datetime.fromtimestamp(0, UTC)
KINDS = [f"charge.dispute.{word}" for word in ("created", "updated", "funds_withdrawn", "funds_reinstated", "closed")]


async def _types(world: World) -> list[str]:
    return [event.type.removeprefix("charge.dispute.") for event in await world.gateway.list_events(SINCE, KINDS)]


async def test_a_dispute_takes_the_money_and_a_fee(world: World) -> None:
    charge = await collect(world)
    assert charge.payment_intent is not None
    opened = await world.control.dispute(charge.payment_intent)
    found = await world.gateway.read_dispute(opened)
    assert (found.is_open, found.amount_pence, found.reason, found.status) == (
        True,
        2500,
        "fraudulent",
        "needs_response",
    )
    assert (found.charge, found.payment_intent, found.pledge_reference) == (charge.charge, charge.payment_intent, "P-1")
    assert (found.withdrawn_pence, found.fee_pence) == (2500, 2000)
    assert found.answer_by is not None
    assert await world.gateway.disputes_of(charge.payment_intent) == [found]
    # 2442 were there: what is missing falls on us
    assert sum(vars_of(await world.gateway.balance())) == 2442 - 2500 - 2000
    assert await _types(world) == ["created", "funds_withdrawn"]


def vars_of(balance: object) -> tuple[int, int]:
    return balance.available_pence, balance.pending_pence  # type: ignore[attr-defined]


async def test_one_that_nobody_answers_is_lost(world: World) -> None:
    charge = await collect(world)
    opened = await world.control.dispute(charge.payment_intent or "", amount_pence=1000)
    await world.control.set_clock(10 * DAY)
    found = await world.gateway.read_dispute(opened)
    assert (found.is_lost, found.answered, found.withdrawn_pence, found.fee_pence) == (True, False, 1000, 2000)
    assert await _types(world) == ["created", "funds_withdrawn", "closed"]


@pytest.mark.parametrize(
    ("words", "status", "withdrawn", "types"),
    [
        ("winning_evidence", "won", 0, ["created", "funds_withdrawn", "updated", "funds_reinstated", "closed"]),
        ("losing_evidence", "lost", 2500, ["created", "funds_withdrawn", "updated", "closed"]),
    ],
)
async def test_evidence_decides(world: World, words: str, status: str, withdrawn: int, types: list[str]) -> None:
    opened = await world.control.dispute((await collect(world)).payment_intent or "")
    answer = await api(world, "POST", f"/v1/disputes/{opened}", {"evidence[uncategorized_text]": words})
    assert answer.status == 200
    found = await world.gateway.read_dispute(opened)
    assert (found.status, found.answered, found.withdrawn_pence) == (status, True, withdrawn)
    assert found.fee_pence == 2000  # the fee is not returned
    assert await _types(world) == types
    told = answer_from((await world.gateway.list_events(SINCE, KINDS))[-1])
    assert isinstance(told, DisputeAnswer)
    assert (told.dispute, told.status, told.pledge_reference) == (opened, status, None)
    truth = await world.control.truth()
    assert (truth["disputes"], truth["disputed_pence"], truth["dispute_fees_pence"]) == (1, withdrawn, 2000)


async def test_an_inquiry_takes_nothing(world: World) -> None:
    charge = await collect(world)
    found = await world.gateway.read_dispute(await world.control.dispute(charge.payment_intent or "", inquiry=True))
    assert (found.status, found.withdrawn_pence, found.fee_pence) == ("warning_needs_response", 0, 0)
    await world.control.set_clock(121 * DAY)
    assert (await world.gateway.read_dispute(found.dispute)).is_won


@pytest.mark.parametrize(
    ("number", "reason", "status"),
    [
        ("4000000000000259", "fraudulent", "needs_response"),
        ("4000000000002685", "product_not_received", "needs_response"),
        ("4000000000001976", "fraudulent", "warning_needs_response"),
    ],
)
async def test_some_cards_dispute_by_themselves(world: World, number: str, reason: str, status: str) -> None:
    charge = await collect(world, number)
    assert await world.gateway.disputes_of(charge.payment_intent or "") == []
    await world.control.set_clock(61)
    (found,) = await world.gateway.disputes_of(charge.payment_intent or "")
    assert (found.reason, found.status) == (reason, status)


async def test_a_charge_that_is_disputed_is_not_refunded_as_well(world: World) -> None:
    charge = await collect(world)
    opened = await world.control.dispute(charge.payment_intent or "")
    asked = {"charge_or_intent": charge.payment_intent or "", "amount_pence": 2500, "pledge_reference": "P-1"}
    refused = await world.gateway.refund(**asked, key="r1")  # type: ignore[arg-type]
    assert (refused.outcome, refused.code) == (RefundOutcome.FAILED, "charge_disputed")
    await world.control.decide_dispute(opened, won=True)
    assert (await world.gateway.refund(**asked, key="r2")).outcome is RefundOutcome.SUCCEEDED  # type: ignore[arg-type]


async def test_a_dispute_that_does_not_exist_is_not_found(world: World) -> None:
    with pytest.raises(GatewayNotFound):
        await world.gateway.read_dispute("du_none")
