"""Payouts of connected accounts to their banks: by themselves, once a day, of what is available.

Source: docs.stripe.com/connect/manage-payout-schedule, docs.stripe.com/payouts, docs.stripe.com/connect/testing#account-numbers.
"""

from stripe import params as sdk

from payments.sandbox.engine import Call, Endpoint
from payments.sandbox.events import emit
from payments.sandbox.protocol import Json
from payments.sandbox.resources import balance
from payments.sandbox.resources.common import PAGING, blank, changed, names
from payments.sandbox.world import DUE, World

DAY = 24 * 3600
ARRIVES_AFTER = 2 * DAY  # seconds from the payout to the group's bank
# docs.stripe.com/connect/testing#account-numbers: sort code 108800 with these account numbers
FAILING = {
    "11111116": ("no_account", "The bank account could not be located."),
    "11111113": ("account_closed", "The bank account has been closed."),
    "22222227": ("insufficient_funds", "The account has insufficient funds."),
    "33333335": ("debit_not_authorized", "Debit transactions are not approved on the bank account."),
    "44444440": ("invalid_currency", "The bank was unable to process this payout because of its currency."),
}
GOOD_ACCOUNT = "00012345"
SORT_CODE = "108800"
_EMPTY = (
    "application_fee", "application_fee_amount", "description", "failure_balance_transaction", "failure_code",
    "failure_message", "original_payout", "payout_method", "reversed_by", "statement_descriptor", "trace_id",
)  # fmt: skip


def plan(world: World) -> None:
    """Money became available: tomorrow's payout takes it, with whatever else is there by then."""
    schedule = {"id": f"schedule_{world.account}", "object": "payout_schedule", "created": world.now()}
    row = world.store.one("SELECT due FROM objects WHERE world = ? AND id = ?", world.id, schedule["id"])
    if row is None or row["due"] is None:
        world.put(schedule, due=world.now() + DAY)


def run(world: World, _: Json) -> None:
    """One payout of everything available. Nothing while the account may not be paid out, or owes."""
    account = world.on("").get("account", world.account)
    amount = balance.of(world)[0]
    if not account["payouts_enabled"] or amount <= 0:
        return
    payout_id = world.new_id("po_")
    bank = account["external_accounts"]["data"][0]
    payout = blank(_EMPTY) | {
        "id": payout_id,
        "object": "payout",
        "amount": amount,
        "arrival_date": world.now() + ARRIVES_AFTER,
        "automatic": True,
        "balance_transaction": balance.make(world, "payout", payout_id, -amount, available_on=world.now())["id"],
        "created": world.now(),
        "currency": "gbp",
        "destination": bank["id"],
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "completed",
        "source_type": "card",
        "status": "in_transit",
        "type": "bank_account",
    }
    world.put(payout, due=payout["arrival_date"])
    emit(world, "payout.created", payout)


def arrive(world: World, payout: Json) -> None:
    """It is in the group's bank, or the bank sends it back and its account is closed for payouts until it is changed.

    Source: docs.stripe.com/connect/webhooks (payout.failed), docs.stripe.com/payouts#payout-failures.
    """
    from payments.sandbox.resources import accounts

    account = world.on("").get("account", world.account)
    number = world.on("").private(world.account).get("account_number", GOOD_ACCOUNT)
    if number not in FAILING:
        paid = world.put(changed(payout, status="paid"))
        emit(world, "payout.paid", paid, {"status": payout["status"]})
        return
    code, message = FAILING[number]
    back = balance.make(world, "payout_failure", payout["id"], payout["amount"], available_on=world.now())
    failed = changed(
        payout, status="failed", failure_code=code, failure_message=message, failure_balance_transaction=back["id"]
    )
    world.put(failed)
    emit(world, "payout.failed", failed, {"status": payout["status"]})
    accounts.bank_failed(world.on(""), account)


def retrieve(world: World, call: Call) -> Json:
    return world.get("payout", call.ids[0])


def listed(world: World, call: Call) -> Json:
    return world.page("payout", "/v1/payouts", call.params, ("status",))


DUE["payout_schedule"] = run
DUE["payout"] = arrive

ENDPOINTS = (
    Endpoint("GET", "/v1/payouts", sdk.PayoutListParams, names("created", "status", *PAGING), listed, on_account=True),
    Endpoint("GET", "/v1/payouts/{}", sdk.PayoutRetrieveParams, names("expand"), retrieve, on_account=True),
)
