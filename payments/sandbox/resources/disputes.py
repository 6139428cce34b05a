"""Disputes: a cardholder's bank takes a charge back. Source: docs.stripe.com/disputes/how-disputes-work,
docs.stripe.com/api/disputes, docs.stripe.com/testing#disputes.
"""

from stripe import params as sdk

from payments.sandbox.engine import Call, Endpoint
from payments.sandbox.events import emit
from payments.sandbox.protocol import Json, Problem, is_true
from payments.sandbox.resources import balance
from payments.sandbox.resources.common import PAGING, changed, metadata, names
from payments.sandbox.world import DUE, World

FEE_PENCE = (
    2000  # stripe.com/gb/pricing: a dispute received; not returned, also when it is won (docs.stripe.com/disputes)
)
ANSWER_WITHIN = 9 * 24 * 3600  # seconds (docs.stripe.com/disputes/responding: usually 7 to 21 days)
INQUIRY_LASTS = 120 * 24 * 3600  # docs.stripe.com/disputes/how-disputes-work#inquiries
# docs.stripe.com/testing#evidence
WINS, LOSES = "winning_evidence", "losing_evidence"
OPEN = frozenset({"needs_response", "under_review", "warning_needs_response", "warning_under_review"})

_TEXTS = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier",
    "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
)  # fmt: skip


def start(
    world: World, charge: Json, *, reason: str = "fraudulent", amount: int | None = None, inquiry: bool = False
) -> Json:
    """The bank asks (inquiry), or takes the money back at once with a fee. Raises Problem for what can't be disputed.

    Events in Stripe's order: charge.dispute.created, then charge.dispute.funds_withdrawn.
    """
    left = charge["amount"] - charge["amount_refunded"]
    if charge["status"] != "succeeded" or open_of(world, charge) is not None:
        raise Problem(400, f"Charge {charge['id']} cannot be disputed now.")
    amount = left if amount is None else amount
    if not 0 < amount <= charge["amount"]:
        raise Problem(400, f"A dispute of this charge is about 1 to {charge['amount']} pence.", param="amount")
    due_by = world.now() + (INQUIRY_LASTS if inquiry else ANSWER_WITHIN)
    card = charge["payment_method_details"]["card"]
    code = "10.4" if reason == "fraudulent" else "13.1"
    dispute: Json = {
        "id": world.new_id("du_"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(_TEXTS) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": due_by,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "network_reason_code": code,
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": card["brand"],
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": card["brand"],
                "network_reason_code": code,
            },
            "type": "card",
        },
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
    if not inquiry:
        # docs.stripe.com/reports/balance-transaction-types: an adjustment, reported as a dispute
        withdrawal = balance.make(
            world, "adjustment", dispute["id"], -amount, FEE_PENCE, available_on=world.now(), category="dispute",
            fee_for="Dispute fee",
        )  # fmt: skip
        dispute["balance_transactions"] = [withdrawal]
    world.put(dispute, due=due_by)
    world.put(changed(charge, disputed=True))
    emit(world, "charge.dispute.created", dispute)
    if not inquiry:
        emit(world, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def open_of(world: World, charge: Json) -> Json | None:
    found = world.where("dispute", charge=charge["id"])
    return next((dispute for dispute in found if dispute["status"] in OPEN), None)


def stops_refunds(world: World, charge: Json) -> bool:
    """Whether a charge can't be refunded because of a dispute that is open or lost (docs.stripe.com/disputes)."""
    if not charge["disputed"]:
        return False
    found = world.where("dispute", charge=charge["id"])
    return any(not dispute["is_charge_refundable"] for dispute in found)


def decide(world: World, dispute: Json, *, won: bool) -> Json:
    """The bank's word, final. Won: the money comes back, the fee does not; charge.dispute.funds_reinstated, then closed."""
    if dispute["status"] not in OPEN:
        raise Problem(400, f"Dispute {dispute['id']} is over: {dispute['status']}.")
    inquiry = dispute["status"].startswith("warning")
    lines = dispute["balance_transactions"]
    if won and not inquiry:
        back = balance.make(
            world, "adjustment", dispute["id"], dispute["amount"], available_on=world.now(), category="dispute_reversal"
        )
        lines = [*lines, back]
    status = "warning_closed" if inquiry else "won" if won else "lost"
    done = changed(dispute, status=status, balance_transactions=lines, is_charge_refundable=won or inquiry)
    world.put(done)
    if won and not inquiry:
        emit(world, "charge.dispute.funds_reinstated", done)
    emit(world, "charge.dispute.closed", done, {"status": dispute["status"]})
    return done


def _time_is_up(world: World, dispute: Json) -> None:
    """Nobody answered: lost (an inquiry ends without harm). Source: docs.stripe.com/disputes/responding."""
    if dispute["status"] in OPEN:
        decide(world, dispute, won=False)


def update(world: World, call: Call) -> Json:
    """Evidence for the bank. The test words decide at once. Source: docs.stripe.com/testing#evidence."""
    dispute = world.get("dispute", call.ids[0])
    if dispute["status"] not in ("needs_response", "warning_needs_response"):
        raise Problem(400, f"This dispute is already {dispute['status']}.", stored=True)
    given = call.params.get("evidence", {})
    unknown = sorted(set(given) - set(_TEXTS))
    if unknown:
        raise Problem(400, f"The payment sandbox does not simulate evidence[{unknown[0]}].", param="evidence")
    # docs.stripe.com/api/disputes/update (submit): sent to the bank unless told otherwise
    submitted = is_true(call.params.get("submit", True))
    inquiry = dispute["status"].startswith("warning")
    answered = "warning_under_review" if inquiry else "under_review"
    details = dispute["evidence_details"] | {
        "has_evidence": True,
        "submission_count": dispute["evidence_details"]["submission_count"] + int(submitted),
        "submission_method": "manual" if submitted else "not_submitted",
    }
    done = changed(
        dispute,
        evidence=dispute["evidence"] | given,
        evidence_details=details,
        metadata=metadata(call.params, dispute["metadata"]),
        status=answered if submitted else dispute["status"],
    )
    world.put(done, due=None if submitted else dispute["evidence_details"]["due_by"])
    emit(world, "charge.dispute.updated", done, {"status": dispute["status"]})
    word = given.get("uncategorized_text")
    if submitted and word in (WINS, LOSES):
        return decide(world, done, won=word == WINS)
    return done


def close(world: World, call: Call) -> Json:
    """Accepted as lost. Source: docs.stripe.com/api/disputes/close."""
    return decide(world, world.get("dispute", call.ids[0]), won=False)


def retrieve(world: World, call: Call) -> Json:
    return world.get("dispute", call.ids[0])


def listed(world: World, call: Call) -> Json:
    return world.page("dispute", "/v1/disputes", call.params, ("charge", "payment_intent"))


DUE["dispute"] = _time_is_up

ENDPOINTS = (
    Endpoint(
        "GET", "/v1/disputes", sdk.DisputeListParams, names("charge", "created", "payment_intent", *PAGING), listed
    ),
    Endpoint("GET", "/v1/disputes/{}", sdk.DisputeRetrieveParams, names("expand"), retrieve),
    Endpoint(
        "POST", "/v1/disputes/{}", sdk.DisputeUpdateParams, names("evidence", "expand", "metadata", "submit"), update
    ),
    Endpoint("POST", "/v1/disputes/{}/close", sdk.DisputeCloseParams, names("expand"), close),
)
