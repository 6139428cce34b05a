"""Reading the provider's own books: fees of each kind of card, what it has of a campaign, its lines by time."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from payments.gateway import GatewayNotFound, GatewayUnavailable, RefundOutcome
from payments.sandbox import cards
from tests.payments.sandbox.api import (
    DECLINED_LATER,
    OK,
    REFUND_FAILS,
    collect,
    open_account,
    request_for,
    save_card,
    transfer_for,
)
from tests.sandbox import World


@pytest.mark.parametrize(
    ("number", "fee"),
    [
        (OK, 170),  # 1.5% + 20p of £100
        (cards.premium_number(3), 210),
        ("4000002500000003", 270),
        ("4000000360000006", 345),
    ],
)
async def test_each_kind_of_card_costs_its_own_fee(world: World, number: str, fee: int) -> None:
    charge = await collect(world, number, amount_pence=10_000)
    found = await world.gateway.read_fee(charge.charge or "")
    assert found is not None
    assert (found.fee_pence, found.net_pence, found.source) == (fee, 10_000 - fee, charge.charge)


async def test_a_charge_that_took_nothing_has_no_fee(world: World) -> None:
    declined = await world.gateway.charge(request_for(await save_card(world, DECLINED_LATER)))
    assert declined.charge is not None
    assert await world.gateway.read_fee(declined.charge) is None
    with pytest.raises(GatewayNotFound):
        await world.gateway.read_fee("ch_none")


async def test_a_campaign_is_read_with_its_refunds_transfers_and_reversals(world: World) -> None:
    first, second = await collect(world, OK, "P-1"), await collect(world, REFUND_FAILS, "P-2")
    await world.gateway.charge(request_for(await save_card(world, DECLINED_LATER, "P-3")))
    for n, amount in enumerate([100] * 12):
        await world.gateway.refund(
            charge_or_intent=first.payment_intent or "", amount_pence=amount, pledge_reference="P-1", key=f"r{n}"
        )
    await world.gateway.refund(
        charge_or_intent=second.payment_intent or "", amount_pence=2500, pledge_reference="P-2", key="r"
    )
    account = await open_account(world)
    sent = await world.gateway.transfer(transfer_for(second, account))
    await world.gateway.reverse_transfer(
        transfer=sent.transfer or "", amount_pence=42, pledge_reference="P-2", key="v1"
    )
    await world.control.set_clock(61)
    third, later, earlier = await world.gateway.charges_of("campaign-1")
    assert (third.succeeded, third.entry, third.refunds) == (False, None, ())
    assert (earlier.pledge_reference, earlier.attempt_number, earlier.refunded_pence) == ("P-1", 1, 1200)
    assert len(earlier.refunds) == 12  # more than the provider shows of a charge by itself
    assert earlier.entry is not None
    assert earlier.entry.fee_pence == 58
    assert [(refund.outcome, refund.amount_pence, refund.key) for refund in later.refunds] == [
        (RefundOutcome.FAILED, 2500, "r")
    ]
    (transfer,) = await world.gateway.transfers_of("campaign-1")
    assert transfer.answer.reversed_pence == 42
    assert [(found.amount_pence, found.key) for found in transfer.reversals] == [(42, "v1")]
    assert await world.gateway.charges_of("campaign-2") == []


async def test_long_lists_are_read_page_after_page(world: World) -> None:
    card = await save_card(world)
    await asyncio.gather(*(world.gateway.charge(request_for(card, n)) for n in range(1, 104)))
    charges = await world.gateway.charges_of("campaign-1")
    assert sorted(charge.attempt_number or 0 for charge in charges) == list(range(1, 104))
    now = datetime.now(UTC)
    lines = await world.gateway.entries(now - timedelta(hours=1), now + timedelta(hours=1))
    assert {line.source for line in lines} == {charge.charge for charge in charges}


async def test_the_lines_of_a_time_are_of_every_kind_and_sum_to_the_balance(world: World) -> None:
    account = await open_account(world)
    first, second = await collect(world, OK, "P-1"), await collect(world, OK, "P-2")
    third = await collect(world, OK, "P-3")
    await world.gateway.refund(
        charge_or_intent=first.payment_intent or "", amount_pence=500, pledge_reference="P-1", key="r"
    )
    sent = await world.gateway.transfer(transfer_for(second, account))
    await world.gateway.reverse_transfer(transfer=sent.transfer or "", amount_pence=42, pledge_reference="P-2", key="v")
    await world.control.decide_dispute(await world.control.dispute(third.payment_intent or ""), won=True)
    await world.control.top_up(10_000)
    now = datetime.now(UTC)
    lines = await world.gateway.entries(now - timedelta(hours=1), now + timedelta(hours=1))
    assert [line.kind for line in lines] == [
        "charge",
        "charge",
        "charge",
        "refund",
        "transfer",
        "transfer_reversal",
        "dispute",
        "dispute_reversal",
        "topup",
    ]
    balance = await world.gateway.balance()
    assert sum(line.net_pence for line in lines) == balance.available_pence + balance.pending_pence
    assert await world.gateway.entries(now - timedelta(hours=2), now - timedelta(hours=1)) == []


async def test_a_provider_that_does_not_answer_is_said_to_be_so(world: World) -> None:
    for path in ("/v1/charges", "/v1/transfers", "/v1/balance", "/v1/balance_transactions"):
        await world.control.add_fault("error_before", path=path)
    now = datetime.now(UTC)
    for asked in (
        world.gateway.charges_of("campaign-1"),
        world.gateway.transfers_of("campaign-1"),
        world.gateway.balance(),
        world.gateway.entries(now, now),
    ):
        with pytest.raises(GatewayUnavailable):
            await asked
