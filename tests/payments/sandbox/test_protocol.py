"""The sandbox speaks as Stripe does, and says no to what it does not simulate."""

import subprocess
import sys
from typing import Any

import pytest
import stripe

from crowdfund_kent.settings import get_settings
from tests.payments.sandbox.api import api, open_account, open_page, request_for, save_card, transfer_for
from tests.sandbox import ROOT, SandboxProcess, World


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/subscriptions"),
        ("POST", "/v1/charges"),
        ("PUT", "/v1/customers"),
        ("GET", "/v1"),
        ("GET", "/v2/core/events"),
        ("POST", "/v1/customers/../payment_intents"),
    ],
)
async def test_an_unknown_endpoint_is_404(world: World, method: str, path: str) -> None:
    answer = await api(world, method, path)
    assert answer.status == 404
    assert answer.error["type"] == "invalid_request_error"
    assert "Unrecognized request URL" in answer.error["message"]


@pytest.mark.parametrize(
    ("method", "path", "params", "code", "param"),
    [
        ("POST", "/v1/customers", {"colour": "red"}, "parameter_unknown", "colour"),
        ("POST", "/v1/customers", {"api_key": "x"}, "parameter_unknown", "api_key"),
        ("GET", "/v1/payment_intents", {"status": "succeeded"}, "parameter_unknown", "status"),
        ("GET", "/v1/events", {"created[after]": "1"}, "parameter_unknown", "created[after]"),
        (
            "POST",
            "/v1/checkout/sessions",
            {"mode": "setup", "custom_text[submit][words]": "x"},
            "parameter_unknown",
            "custom_text[submit][words]",
        ),
        ("POST", "/v1/payment_intents", {"currency": "gbp"}, "parameter_missing", "amount"),
        ("POST", "/v1/payment_intents", {"currency": "gbp", "amount": "1.50"}, "parameter_invalid_integer", "amount"),
        ("GET", "/v1/events", {"limit": "101"}, "parameter_invalid_integer", "limit"),
    ],
)
async def test_an_unknown_missing_or_wrong_parameter_is_400_and_named(
    world: World, method: str, path: str, params: dict[str, str], code: str, param: str
) -> None:
    answer = await api(world, method, path, params)
    assert (answer.status, answer.error.get("code"), answer.error["param"]) == (400, code, param)


async def test_a_parameter_that_stripe_knows_and_we_do_not_simulate_is_400_not_ignored(world: World) -> None:
    params = {"amount": "500", "currency": "gbp", "transfer_data[destination]": "acct_1"}
    answer = await api(world, "POST", "/v1/payment_intents", params)
    assert (answer.status, answer.error["param"]) == (400, "transfer_data")
    assert "does not simulate" in answer.error["message"]
    assert (await world.control.truth())["payment_intents"] == {}


@pytest.mark.parametrize("key", ["", "sk_live_abc", "pk_test_abc", "sk_test_", "sk_test_a b"])
async def test_only_a_test_key_is_let_in(world: World, key: str) -> None:
    answer = await api(world, "GET", "/v1/events", api_key=key or " ")
    assert answer.status == 401


async def test_each_key_has_a_world_of_its_own(world: World) -> None:
    card = await save_card(world)
    answer = await api(world, "GET", f"/v1/customers/{card.customer}", api_key="sk_test_another")
    assert (answer.status, answer.error["code"]) == (404, "resource_missing")
    assert (await api(world, "GET", f"/v1/customers/{card.customer}")).status == 200


async def test_lists_turn_pages_forwards_and_back(world: World) -> None:
    ids = [(await api(world, "POST", "/v1/customers", {"name": str(n)})).body["id"] for n in range(5)]
    newest = [event["data"]["object"]["id"] for event in await _events(world, limit=2)]
    assert newest == ids[:-3:-1]
    every = [event["id"] for event in await _events(world, limit=100)]
    after = [event["id"] for event in await _events(world, limit=2, starting_after=every[1])]
    assert after == every[2:4]
    before = [event["id"] for event in await _events(world, limit=2, ending_before=every[4])]
    assert before == every[2:4]
    assert len(ids) == len(every)


async def _events(world: World, **params: object) -> list[Any]:
    found: list[Any] = (await api(world, "GET", "/v1/events", params)).body["data"]
    return found


async def test_expanding_puts_the_object_in_place_of_its_id(world: World) -> None:
    card = await save_card(world)
    path = f"/v1/setup_intents/{card.setup_intent}"
    answer = await api(world, "GET", path, {"expand[0]": "payment_method.customer"})
    assert answer.body["payment_method"]["customer"]["id"] == card.customer
    wrong = await api(world, "GET", path, {"expand[0]": "status.word"})
    assert (wrong.status, wrong.error["param"]) == (400, "expand")


async def test_objects_have_the_fields_that_the_sdk_declares(world: World) -> None:
    card = await save_card(world)
    charged = await world.gateway.charge(request_for(card))
    refund = await world.gateway.refund(
        charge_or_intent=charged.payment_intent or "", amount_pence=100, pledge_reference="P-1", key="r"
    )
    charge = (await api(world, "GET", f"/v1/charges/{charged.charge}")).body
    page = await open_page(world, "P-2")
    account = await open_account(world)
    sent = await world.gateway.transfer(transfer_for(charged, account, 100))
    back = await world.gateway.reverse_transfer(
        transfer=sent.transfer or "", amount_pence=10, pledge_reference="P-1", key="v"
    )
    dispute = await world.control.dispute(charged.payment_intent or "")
    for kind, path in (
        (stripe.Customer, f"customers/{card.customer}"),
        (stripe.PaymentMethod, f"payment_methods/{card.payment_method}"),
        (stripe.SetupIntent, f"setup_intents/{card.setup_intent}"),
        (stripe.checkout.Session, f"checkout/sessions/{page.id}"),
        (stripe.PaymentIntent, f"payment_intents/{charged.payment_intent}"),
        (stripe.Charge, f"charges/{charged.charge}"),
        (stripe.Refund, f"refunds/{refund.refund}"),
        (stripe.BalanceTransaction, f"balance_transactions/{charge['balance_transaction']}"),
        (stripe.Account, f"accounts/{account}"),
        (stripe.Transfer, f"transfers/{sent.transfer}"),
        (stripe.TransferReversal, f"transfers/{sent.transfer}/reversals/{back.reversal}"),
        (stripe.Dispute, f"disputes/{dispute}"),
        (stripe.Balance, "balance"),
    ):
        found = (await api(world, "GET", f"/v1/{path}")).body
        # an inner class of the SDK's is no field; neither is what it may leave out
        hints = {name: str(hint) for name, hint in kind.__annotations__.items() if "ClassVar" not in str(hint)}
        assert set(found) <= set(hints), kind
        never_null = {name for name, hint in hints.items() if "Optional" not in hint and "NoneType" not in hint}
        assert never_null <= set(found) | {"deleted"}, kind


async def test_a_charge_costs_one_and_a_half_percent_and_twenty_pence(world: World) -> None:
    charged = await world.gateway.charge(request_for(await save_card(world), amount_pence=1000))
    found = (await api(world, "GET", "/v1/balance_transactions", {"source": charged.charge})).body["data"]
    assert [(each["amount"], each["fee"], each["net"], each["status"]) for each in found] == [
        (1000, 35, 965, "pending")
    ]
    await world.control.set_clock(4 * 24 * 3600)
    found = (await api(world, "GET", "/v1/balance_transactions", {"source": charged.charge})).body["data"]
    assert found[0]["status"] == "available"


async def test_charges_are_listed_by_payment_and_by_transfer_group(world: World) -> None:
    charged = await world.gateway.charge(request_for(await save_card(world)))
    for params in ({"payment_intent": charged.payment_intent}, {"transfer_group": "campaign-1"}):
        found = (await api(world, "GET", "/v1/charges", params)).body["data"]
        assert [charge["id"] for charge in found] == [charged.charge]
        assert found[0]["calculated_statement_descriptor"] == get_settings().statement_name
    assert (await api(world, "GET", "/v1/charges", {"transfer_group": "other"})).body["data"] == []


async def test_cards_are_listed_attached_and_never_attached_again_once_let_go(world: World) -> None:
    card = await save_card(world)
    listed = (await api(world, "GET", "/v1/payment_methods", {"customer": card.customer})).body["data"]
    assert [method["id"] for method in listed] == [card.payment_method]
    path = f"/v1/payment_methods/{card.payment_method}"
    other = (await api(world, "POST", "/v1/customers")).body["id"]
    assert (await api(world, "POST", f"{path}/attach", {"customer": other})).status == 400
    assert (await api(world, "POST", f"{path}/detach")).status == 200
    assert (await api(world, "POST", f"{path}/detach")).status == 400
    assert (await api(world, "POST", f"{path}/attach", {"customer": other})).status == 400


@pytest.mark.parametrize(
    ("suffix", "status"), [("PLAY AREA", 200), ("12345", 400), ("PLAY*AREA", 400), ("A" * 23, 400)]
)
async def test_the_name_on_a_statement_follows_the_rules(world: World, suffix: str, status: int) -> None:
    params = {"amount": "500", "currency": "gbp", "statement_descriptor_suffix": suffix}
    assert (await api(world, "POST", "/v1/payment_intents", params)).status == status


async def test_a_foreign_host_name_is_refused(sandbox_url: str) -> None:
    import http.client
    from urllib.parse import urlsplit

    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(sandbox_url).port or 80, timeout=5)
    try:
        connection.request("GET", "/_sandbox/health", headers={"Host": "evil.example"})
        assert connection.getresponse().status == 400
    finally:
        connection.close()


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "payments.sandbox", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=20, check=False)


def test_it_refuses_to_start_in_production_and_on_a_public_address(tmp_path: Any) -> None:
    state = str(tmp_path / "state.sqlite")
    production = _run("--port", "1", "--state", state, CROWDFUND_KENT_MODE="production")
    assert production.returncode == 2
    assert "never runs in production" in production.stderr
    public = _run("--port", "1", "--state", state, "--host", "0.0.0.0")
    assert public.returncode == 2
    assert "loopback only" in public.stderr


def test_two_sandboxes_do_not_share_a_file(tmp_path: Any) -> None:
    sandbox = SandboxProcess(tmp_path / "state.sqlite")
    sandbox.start()
    try:
        second = _run("--port", "1", "--state", str(sandbox.state))
        assert second.returncode == 2
        assert "used by another payment sandbox" in second.stderr
    finally:
        sandbox.stop()
