"""Connected accounts in the sandbox: whose objects are meant, the hosted page, signed events, an older file."""

import sqlite3
from pathlib import Path

from payments.gateway import BadSignature, Gateway, RefundOutcome
from payments.sandbox.store import Store
from tests.payments.sandbox.api import api, collect, open_account, transfer_for
from tests.payments.sandbox.test_webhooks import Receiver
from tests.sandbox import World

ACCOUNT = {
    "controller[fees][payer]": "application",
    "controller[losses][payments]": "application",
    "controller[stripe_dashboard][type]": "express",
    "capabilities[transfers][requested]": "true",
    "country": "GB",
}


async def test_what_an_account_has_is_seen_as_that_account_alone(world: World) -> None:
    account = await open_account(world)
    sent = await world.gateway.transfer(transfer_for(await collect(world), account))
    (payment,) = (await api(world, "GET", "/v1/charges", account=account)).body["data"]
    assert (payment["amount"], payment["source_transfer"]) == (2442, sent.transfer)
    assert (await api(world, "GET", f"/v1/charges/{payment['id']}")).status == 404
    assert (await api(world, "GET", f"/v1/transfers/{sent.transfer}", account=account)).status == 400
    stranger = await api(world, "GET", "/v1/balance", account="acct_none")
    assert (stranger.status, stranger.error["code"]) == (403, "account_invalid")


async def test_only_accounts_like_express_that_receive_transfers_are_simulated(world: World) -> None:
    assert (await api(world, "POST", "/v1/accounts", ACCOUNT)).status == 200
    for wrong in (
        {"country": "US"},
        {"type": "express"},
        {"capabilities[card_payments][requested]": "true"},
        {"controller[losses][payments]": "stripe"},
        {"email": "nobody"},
    ):
        assert (await api(world, "POST", "/v1/accounts", ACCOUNT | wrong)).status == 400, wrong


async def test_the_page_says_what_is_missing_and_keeps_what_was_typed(world: World) -> None:
    from payments.sandbox.control import SandboxControl

    made = await world.gateway.create_recipient(group_reference="G-1", email="g@example.org", key="k")
    link = await world.gateway.onboarding_link(
        made.account, return_url="http://localhost/back", refresh_url="http://localhost/again"
    )
    control: SandboxControl = world.control
    status, location, _ = await control._get(link.url)
    assert (status, location is not None) == (303, True)
    assert location is not None
    status, _, text = await control._post_form(
        location, {"name": "Sea <Swimmers>", "sort_code": "20-00-00", "account_number": "12345678"}
    )
    assert status == 422
    for words in (
        "There is a problem",
        "Select what the group is",
        "Use the test sort code 108800",
        "Use one of the test account numbers",
        "Tick the box",
        "Sea &lt;Swimmers&gt;",
    ):
        assert words in text
    assert "<script" not in text
    # the page itself may be loaded again, unlike the link
    assert (await control._get(location))[0] == 200
    assert not (await world.gateway.read_recipient(made.account)).details_submitted


async def test_events_of_accounts_are_signed_with_their_own_secret(world: World) -> None:
    receiver = Receiver()
    await receiver.start()
    try:
        await world.control.add_webhook_endpoint(
            receiver.url,
            world.webhook_secret,
            types=["account.updated", "transfer.created"],
            connect_secret="whsec_other",
        )
        await world.gateway.transfer(transfer_for(await collect(world), await open_account(world)))
        await world.control.delivered()
        both = Gateway(world.api_key, world.webhook_secret, world.url, connect_webhook_secret="whsec_other")
        try:
            told = {event.type: event for event in (both.read_webhook(*each) for each in receiver.arrived)}
            assert set(told) == {"account.updated", "transfer.created"}
            assert told["account.updated"].account is not None
            refused = 0
            for each in receiver.arrived:
                try:
                    world.gateway.read_webhook(*each)
                except BadSignature:
                    refused += 1
            assert refused == 1
        finally:
            both.close()
    finally:
        await receiver.stop()


async def test_refunds_wait_for_a_balance_where_told_to(world: World) -> None:
    first, second = await collect(world, reference="P-1"), await collect(world, reference="P-2")
    await world.control.let_refunds_wait(True)
    answers = [
        await world.gateway.refund(
            charge_or_intent=charge.payment_intent or "", amount_pence=2500, pledge_reference=reference, key=reference
        )
        for charge, reference in ((first, "P-1"), (second, "P-2"))
    ]
    # the fees are gone: the second is not covered
    assert [answer.outcome for answer in answers] == [RefundOutcome.SUCCEEDED, RefundOutcome.PENDING]
    await world.control.set_clock(70)
    assert (await world.gateway.look_for_refund(second.payment_intent or "", "P-2", "P-2")) == answers[1]
    await world.control.top_up(1000)
    await world.control.set_clock(2 * 3600)
    later = await world.gateway.look_for_refund(second.payment_intent or "", "P-2", "P-2")
    assert later is not None
    assert later.outcome is RefundOutcome.SUCCEEDED


def test_a_file_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    Store(path).close()
    with sqlite3.connect(path) as old:
        # as version 1 made it
        old.executescript(
            "DROP TABLE balances; DROP INDEX idempotency_by_age; DROP INDEX faults_by_world;"
            " DROP INDEX objects_by_group; DROP INDEX objects_by_charge; DROP INDEX objects_by_source;"
            " ALTER TABLE worlds DROP COLUMN settings; ALTER TABLE objects DROP COLUMN account;"
            " ALTER TABLE endpoints DROP COLUMN connect_secret; PRAGMA user_version = 1;"
            " INSERT INTO worlds (key_hash) VALUES ('k');"
            " INSERT INTO objects (world, id, kind, created, body) VALUES (1, 'txn_1', 'balance_transaction', 1,"
            ' \'{"id": "txn_1", "status": "pending", "net": 42}\');'
        )
    old.close()
    store = Store(path)
    row = store.one("SELECT available, pending FROM balances WHERE world = 1 AND account = ''")
    assert row is not None
    assert (row["available"], row["pending"]) == (0, 42)
    store.close()


async def test_faults_strike_the_new_routes_too(world: World) -> None:
    await world.control.add_fault("error_before", path="/v1/accounts", method="POST")
    await world.control.add_fault("limited", path="/v1/transfers/*/reversals", method="POST")
    assert (await api(world, "POST", "/v1/accounts", ACCOUNT)).status == 500
    assert (await api(world, "POST", "/v1/transfers/tr_1/reversals")).status == 429
    log = await world.control.log()
    assert [(row["path"], row["status"]) for row in log] == [
        ("/v1/accounts", 500),
        ("/v1/transfers/tr_1/reversals", 429),
    ]
