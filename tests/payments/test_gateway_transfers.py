"""Sending a charge's money on and taking it back: once, and never more than there is."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from payments.gateway import (
    Balance,
    Gateway,
    GatewayKeyReused,
    GatewayNotFound,
    GatewayRefused,
    TransferOutcome,
    answer_from,
)
from tests.payments.sandbox.api import api, collect, open_account, transfer_for
from tests.sandbox import WEBHOOK_SECRET, World, free_port, new_world

DAY = 24 * 3600
FAULTS = [
    # fault, what we are told, transfers then, what the same key brings, transfers then
    ("drop_before", TransferOutcome.UNKNOWN, 0, TransferOutcome.SUCCEEDED, 1),
    ("drop_after", TransferOutcome.UNKNOWN, 1, TransferOutcome.SUCCEEDED, 1),
    ("limited", TransferOutcome.LIMITED, 0, TransferOutcome.SUCCEEDED, 1),
    ("error_before", TransferOutcome.UNKNOWN, 0, TransferOutcome.SUCCEEDED, 1),
    ("error_after", TransferOutcome.UNKNOWN, 1, TransferOutcome.UNKNOWN, 1),
]


async def test_the_net_of_a_charge_is_sent_once_however_often_we_ask(world: World) -> None:
    charge, account = await collect(world), await open_account(world)
    fee = await world.gateway.read_fee(charge.charge or "")
    assert fee is not None
    assert (fee.kind, fee.amount_pence, fee.fee_pence, fee.net_pence) == ("charge", 2500, 58, 2442)
    asked = transfer_for(charge, account, fee.net_pence)
    answers = [await world.gateway.transfer(asked) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    made = answers[0]
    assert (made.outcome, made.amount_pence, made.currency) == (TransferOutcome.SUCCEEDED, 2442, "gbp")
    assert (made.account, made.charge, made.transfer_group) == (account, charge.charge, "campaign-1")
    assert (made.pledge_reference, made.number, made.key, made.reversed_pence) == ("P-1", 1, asked.key, 0)
    assert await world.gateway.read_transfer(made.transfer or "") == made
    truth = await world.control.truth()
    assert (truth["transfers"], truth["transferred_pence"], truth["transferred_twice"]) == (1, 2442, [])
    assert truth["accounts"][account]["received_pence"] == 2442
    # it moves with the charge: what is left is the fee's worth of nothing
    assert await world.gateway.balance() == Balance(available_pence=0, pending_pence=0)


async def test_no_more_than_the_charge_is_sent_on(world: World) -> None:
    charge, account = await collect(world), await open_account(world)
    await world.gateway.transfer(transfer_for(charge, account, 2400))
    with pytest.raises(GatewayRefused):
        await world.gateway.transfer(transfer_for(charge, account, 101, number=2))
    assert (await world.gateway.transfer(transfer_for(charge, account, 100, number=3))).transfer is not None
    with pytest.raises(GatewayKeyReused):
        await world.gateway.transfer(transfer_for(charge, account, 99, number=3))


@pytest.mark.parametrize("outcome", [None, "still_due", "refused", "pending"])
async def test_an_account_that_is_not_ready_gets_nothing(world: World, outcome: str | None) -> None:
    charge, account = await collect(world), await open_account(world, outcome=outcome)  # type: ignore[arg-type]
    answer = await world.gateway.transfer(transfer_for(charge, account))
    assert (answer.outcome, answer.code) == (TransferOutcome.FAILED, "insufficient_capabilities_for_transfer")
    assert (await world.control.truth())["transfers"] == 0


async def test_an_account_that_is_gone_gets_nothing_and_a_charge_that_is_gone_is_our_fault(world: World) -> None:
    charge = await collect(world)
    answer = await world.gateway.transfer(transfer_for(charge, "acct_none"))
    assert (answer.outcome, answer.code) == (TransferOutcome.FAILED, "account_gone")
    other = transfer_for(charge, await open_account(world), number=2)
    with pytest.raises(GatewayNotFound):
        await world.gateway.transfer(
            type(other)(**{name: getattr(other, name) for name in other.__slots__} | {"charge": "ch_none"})
        )


async def test_without_its_charge_a_transfer_needs_money_that_is_available(world: World) -> None:
    account = await open_account(world)
    await collect(world)
    params = {"amount": "1000", "currency": "gbp", "destination": account}
    poor = await api(world, "POST", "/v1/transfers", params)
    assert (poor.status, poor.error["code"]) == (400, "balance_insufficient")
    await world.control.top_up(1000)
    assert (await api(world, "POST", "/v1/transfers", params)).status == 200
    assert (await world.gateway.balance(account)).available_pence == 1000


@pytest.mark.parametrize(("fault", "told", "made", "again", "at_last"), FAULTS)
async def test_each_fault_is_told_as_it_is_and_the_same_key_never_sends_twice(
    world: World, fault: str, told: TransferOutcome, made: int, again: TransferOutcome, at_last: int
) -> None:
    asked = transfer_for(await collect(world), await open_account(world))
    await world.control.add_fault(fault, path="/v1/transfers", method="POST")
    answer = await world.gateway.transfer(asked)
    assert (answer.outcome, answer.server_error) == (told, fault.startswith("error"))
    assert (answer.pledge_reference, answer.amount_pence, answer.number) == ("P-1", 2442, 1)
    assert (await world.control.truth())["transfers"] == made
    found = await world.gateway.look_for_transfer(asked)
    assert (found is not None and found.outcome is TransferOutcome.SUCCEEDED) is bool(made)
    assert (await world.gateway.transfer(asked)).outcome is again
    assert (await world.control.truth())["transfers"] == at_last


@pytest.mark.parametrize(("fault", "told", "made", "again", "at_last"), FAULTS)
async def test_a_reversal_is_told_as_it_is_and_never_made_twice(
    world: World, fault: str, told: TransferOutcome, made: int, again: TransferOutcome, at_last: int
) -> None:
    sent = await world.gateway.transfer(transfer_for(await collect(world), await open_account(world)))
    assert sent.transfer is not None
    asked = {"transfer": sent.transfer, "amount_pence": 500, "pledge_reference": "P-1", "key": "v1"}
    await world.control.add_fault(fault, path="/v1/transfers/*/reversals", method="POST")
    answer = await world.gateway.reverse_transfer(**asked)  # type: ignore[arg-type]
    assert (answer.outcome, answer.amount_pence) == (told, 500)
    assert (await world.control.truth())["reversals"] == made
    found = await world.gateway.look_for_reversal(sent.transfer, "P-1", "v1")
    assert (found is not None and found.outcome is TransferOutcome.SUCCEEDED) is bool(made)
    assert (await world.gateway.reverse_transfer(**asked)).outcome is again  # type: ignore[arg-type]
    assert (await world.control.truth())["reversals"] == at_last


async def test_a_key_that_was_forgotten_is_looked_for_before_it_is_sent_again(world: World) -> None:
    asked = transfer_for(await collect(world), await open_account(world))
    before = datetime.now(UTC)
    await world.control.add_fault("drop_after", path="/v1/transfers")
    await world.gateway.transfer(asked)
    await world.control.set_clock(25 * 3600)
    found = await world.gateway.look_for_transfer(asked, since=before)
    assert found is not None
    assert found.transfer is not None
    assert await world.gateway.look_for_transfer(asked, since=before + timedelta(hours=3)) is None
    other = type(asked)(**{name: getattr(asked, name) for name in asked.__slots__} | {"number": 2})
    assert await world.gateway.look_for_transfer(other) is None


async def test_looking_when_nobody_answers_is_unknown_not_none() -> None:
    gateway = Gateway("sk_test_1", WEBHOOK_SECRET, f"http://127.0.0.1:{free_port()}", max_network_retries=0)
    try:
        found = await gateway.look_for_reversal("tr_1", "P-1", "k")
        assert found is not None
        assert found.outcome is TransferOutcome.UNKNOWN
        assert (await gateway.read_transfer("tr_1")).outcome is TransferOutcome.UNKNOWN
    finally:
        gateway.close()


async def test_the_sdk_repeats_a_lost_transfer_with_the_same_key(sandbox_url: str) -> None:
    world = new_world(sandbox_url, max_network_retries=2)
    try:
        asked = transfer_for(await collect(world), await open_account(world))
        await world.control.add_fault("drop_after", path="/v1/transfers")
        assert (await world.gateway.transfer(asked)).outcome is TransferOutcome.SUCCEEDED
        assert (await world.control.truth())["transfers"] == 1
    finally:
        world.gateway.close()


async def test_money_comes_back_in_parts_and_never_more_than_was_sent(world: World) -> None:
    account = await open_account(world)
    sent = await world.gateway.transfer(transfer_for(await collect(world), account))
    assert sent.transfer is not None
    back = {"transfer": sent.transfer, "pledge_reference": "P-1"}
    part = await world.gateway.reverse_transfer(**back, amount_pence=1000, key="v1")
    assert (part.outcome, part.amount_pence, part.transfer) == (TransferOutcome.SUCCEEDED, 1000, sent.transfer)
    assert (await world.gateway.read_transfer(sent.transfer)).reversed_pence == 1000
    more = await world.gateway.reverse_transfer(**back, amount_pence=1443, key="v2")
    assert (more.outcome, more.code) == (TransferOutcome.FAILED, "transfer_already_reversed")
    assert (await world.gateway.reverse_transfer(**back, amount_pence=1442, key="v3")).reversal is not None
    again = await world.gateway.reverse_transfer(**back, amount_pence=1, key="v4")
    assert (again.outcome, again.code) == (TransferOutcome.FAILED, "transfer_already_reversed")
    with pytest.raises(GatewayRefused):
        await world.gateway.reverse_transfer(**back, amount_pence=0, key="v5")
    truth = await world.control.truth()
    assert (truth["reversed_pence"], truth["accounts"][account]["pending_pence"]) == (2442, 0)
    events = await world.gateway.list_events(datetime.fromtimestamp(0, UTC), ["transfer.created", "transfer.reversed"])
    assert [event.type for event in events] == ["transfer.created", "transfer.reversed", "transfer.reversed"]
    assert answer_from(events[-1]) == await world.gateway.read_transfer(sent.transfer)


async def test_what_the_group_was_paid_out_does_not_come_back(world: World) -> None:
    sent = await world.gateway.transfer(transfer_for(await collect(world), await open_account(world)))
    await world.control.set_clock(5 * DAY)
    answer = await world.gateway.reverse_transfer(
        transfer=sent.transfer or "", amount_pence=1, pledge_reference="P-1", key="v1"
    )
    assert (answer.outcome, answer.code) == (TransferOutcome.FAILED, "balance_insufficient")


async def test_too_many_calls_a_second_are_refused_where_a_limit_is_set(world: World) -> None:
    charge, account = await collect(world, amount_pence=5000), await open_account(world)
    await world.control.set_limits({"/v1/transfers": 3})
    asked = [transfer_for(charge, account, 100, number=n) for n in range(1, 7)]
    answers = await asyncio.gather(*(world.gateway.transfer(each) for each in asked))
    outcomes = [answer.outcome for answer in answers]
    assert outcomes.count(TransferOutcome.SUCCEEDED) == 3
    assert outcomes.count(TransferOutcome.LIMITED) == 3
    await world.control.set_limits({})
    assert {(await world.gateway.transfer(each)).outcome for each in asked} == {TransferOutcome.SUCCEEDED}
    assert (await world.control.truth())["transfers"] == 6
