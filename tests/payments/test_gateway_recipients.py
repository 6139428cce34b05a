"""Groups' connected accounts: opened by us, filled in on the provider's page, ready or not, and paid out to a bank."""

import pytest

from payments.gateway import Balance, GatewayNotFound, answer_from
from tests.payments.sandbox.api import collect, open_account, transfer_for
from tests.sandbox import World

DAY = 24 * 3600


async def test_an_account_is_ready_once_its_group_has_filled_in_the_page(world: World) -> None:
    made = await world.gateway.create_recipient(group_reference="G-7", email="group@example.org", key="k")
    assert made == await world.gateway.create_recipient(group_reference="G-7", email="group@example.org", key="k")
    assert (made.group_reference, made.details_submitted, made.transfers_active) == ("G-7", False, False)
    assert "external_account" in made.currently_due
    link = await world.gateway.onboarding_link(
        made.account, return_url="http://localhost/back", refresh_url="http://localhost/again"
    )
    assert await world.control.fill_onboarding(link.url) == "http://localhost/back"
    ready = await world.gateway.read_recipient(made.account)
    assert (ready.details_submitted, ready.transfers_active, ready.payouts_enabled) == (True, True, True)
    assert (ready.currently_due, ready.disabled_reason) == ((), None)


async def test_a_link_works_once_and_for_minutes(world: World) -> None:
    account = await open_account(world, outcome=None)
    for wait in (0, 301):
        link = await world.gateway.onboarding_link(
            account, return_url="http://localhost/back", refresh_url="http://localhost/again"
        )
        if wait:
            await world.control.set_clock(wait)
        else:
            assert await world.control.fill_onboarding(link.url, outcome=None) == "http://localhost/back"
        assert await world.control.fill_onboarding(link.url) == "http://localhost/again"
    assert not (await world.gateway.read_recipient(account)).details_submitted


async def test_a_group_may_leave_and_come_back(world: World) -> None:
    account = await open_account(world, outcome=None)
    left = await world.gateway.read_recipient(account)
    assert (left.details_submitted, left.transfers_active) == (False, False)
    assert left.currently_due
    assert await open_account(world) == account
    assert (await world.gateway.read_recipient(account)).transfers_active


async def test_what_the_provider_finds_is_told(world: World) -> None:
    due = await world.gateway.read_recipient(await open_account(world, "G-1", "still_due"))
    assert (due.details_submitted, due.transfers_active, due.payouts_enabled) == (True, False, False)
    assert (due.currently_due, due.disabled_reason) == (("person.verification.document",), "requirements.past_due")
    refused = await world.gateway.read_recipient(await open_account(world, "G-2", "refused"))
    assert (refused.transfers_active, refused.disabled_reason) == (False, "rejected.other")
    account = await open_account(world, "G-3", "pending")
    assert (await world.gateway.read_recipient(account)).disabled_reason == "requirements.pending_verification"
    await world.control.set_clock(61)
    assert (await world.gateway.read_recipient(account)).transfers_active


async def test_an_account_that_is_not_ours_is_not_found(world: World) -> None:
    with pytest.raises(GatewayNotFound):
        await world.gateway.read_recipient("acct_none")


async def test_changes_of_an_account_are_in_its_own_list_of_events(world: World) -> None:
    from datetime import UTC, datetime

    account = await open_account(world)
    since = datetime.fromtimestamp(0, UTC)
    assert await world.gateway.list_events(since, ["account.updated"]) == []
    (event,) = await world.gateway.list_events(since, ["account.updated"], account=account)
    assert event.account == account
    assert answer_from(event) == await world.gateway.read_recipient(account)


async def test_what_arrives_is_paid_to_the_bank_some_days_later(world: World) -> None:
    account = await open_account(world)
    await world.gateway.transfer(transfer_for(await collect(world), account))
    assert await world.gateway.balance(account) == Balance(available_pence=0, pending_pence=2442)
    await world.control.set_clock(3 * DAY + 5)
    assert await world.gateway.balance(account) == Balance(available_pence=2442, pending_pence=0)
    await world.control.set_clock(4 * DAY + 5)
    (payout,) = await world.gateway.payouts_of(account)
    assert (payout.amount_pence, payout.status, payout.account) == (2442, "in_transit", account)
    assert await world.gateway.balance(account) == Balance(available_pence=0, pending_pence=0)
    await world.control.set_clock(7 * DAY)
    assert [payout.status for payout in await world.gateway.payouts_of(account)] == ["paid"]


async def test_a_bank_that_sends_the_money_back_stops_payouts(world: World) -> None:
    from datetime import UTC, datetime

    account = await open_account(world, account_number="11111113")
    await world.gateway.transfer(transfer_for(await collect(world), account))
    await world.control.set_clock(8 * DAY)
    (payout,) = await world.gateway.payouts_of(account)
    assert (payout.status, payout.failure_code) == ("failed", "account_closed")
    assert (await world.gateway.balance(account)).available_pence == 2442
    now = await world.gateway.read_recipient(account)
    assert (now.transfers_active, now.payouts_enabled, now.currently_due) == (True, False, ("external_account",))
    events = await world.gateway.list_events(datetime.fromtimestamp(0, UTC), ["payout.failed"], account=account)
    assert [answer_from(event) for event in events] == [payout]
    # another bank account: the money goes out by itself
    await world.control.decide_account(account, "complete", account_number="00012345")
    await world.control.set_clock(12 * DAY)
    assert [found.status for found in await world.gateway.payouts_of(account)] == ["paid", "failed"]
