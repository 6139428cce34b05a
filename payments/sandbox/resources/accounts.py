"""Connected accounts, and links to the page on which a group fills in its own.

Source: docs.stripe.com/api/accounts, docs.stripe.com/connect/migrate-to-controller-properties,
docs.stripe.com/connect/account-capabilities, docs.stripe.com/connect/handling-api-verification,
docs.stripe.com/api/account_links.
"""

from typing import Final, Literal, get_args

from stripe import params as sdk

from payments.sandbox.engine import Call, Endpoint
from payments.sandbox.events import emit
from payments.sandbox.protocol import Json, Problem, is_true
from payments.sandbox.resources import payouts
from payments.sandbox.resources.common import PAGING, blank, changed, metadata, names
from payments.sandbox.world import DUE, World

# docs.stripe.com/connect/required-verification-information (GB, recipient of transfers): what the page asks for
WANTED: Final = (
    "business_profile.product_description", "business_type", "external_account", "representative.dob.day",
    "representative.dob.month", "representative.dob.year", "representative.first_name", "representative.last_name",
    "tos_acceptance.date", "tos_acceptance.ip",
)  # fmt: skip
PROOF: Final = "person.verification.document"
LINK_LASTS = 5 * 60  # seconds (docs.stripe.com/api/account_links/object: the example's expires_at)
CHECKS_TAKE = 60  # seconds of the world's clock that a check of identity takes when it is not at once

# what the provider makes of what a group entered
Outcome = Literal["complete", "pending", "still_due", "refused"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)

_EMPTY = ("business_type", "company", "groups", "individual", "tos_acceptance")


def _requirements(**values: object) -> Json:
    return {
        "alternatives": [], "current_deadline": None, "currently_due": [], "disabled_reason": None, "errors": [],
        "eventually_due": [], "past_due": [], "pending_verification": [],
    } | values  # fmt: skip


def create(world: World, call: Call) -> Json:
    """An account like "Express": the platform pays fees and bears losses, Stripe asks for what it needs.

    Source: docs.stripe.com/connect/migrate-to-controller-properties.
    """
    params = call.params
    controller = params.get("controller")
    if (controller is None) == ("type" not in params):
        raise Problem(400, "You may only specify one of these parameters: controller, type.", param="controller")
    wanted = {
        "fees": {"payer": "application"},
        "losses": {"payments": "application"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "express"},
    }
    if controller is not None and ({"requirement_collection": "stripe"} | dict(controller)) != wanted:
        raise Problem(400, "The payment sandbox simulates accounts like Express only.", param="controller")
    if params.get("type", "express") != "express":
        raise Problem(400, "The payment sandbox simulates accounts like Express only.", param="type")
    if params.get("country", "GB") != "GB":
        raise Problem(400, "The payment sandbox simulates accounts in GB only.", param="country")
    email = params.get("email")
    if email is not None and "@" not in email:
        raise Problem(400, f"Invalid email address: {email}", code="email_invalid", param="email")
    capabilities = params.get("capabilities", {})
    asked = [name for name, value in capabilities.items() if is_true(value.get("requested", False))]
    if asked != ["transfers"]:
        raise Problem(400, "The payment sandbox simulates the capability transfers only.", param="capabilities")
    account = blank(_EMPTY) | {
        "id": world.new_id("acct_", 16),
        "object": "account",
        "business_profile": {
            "mcc": None, "name": None, "product_description": None, "support_address": None, "support_email": None,
            "support_phone": None, "support_url": None, "url": None,
        },
        "capabilities": {"transfers": "inactive"},
        "charges_enabled": False,
        "controller": {"is_controller": True, "type": "application"} | wanted,
        "country": "GB",
        "created": world.now(),
        "default_currency": "gbp",
        "details_submitted": False,
        "email": email,
        "external_accounts": {"object": "list", "data": [], "has_more": False, "url": ""},
        "future_requirements": _requirements(),
        "metadata": metadata(params),
        "payouts_enabled": False,
        "requirements": _requirements(
            currently_due=list(WANTED), eventually_due=list(WANTED), past_due=list(WANTED),
            disabled_reason="requirements.past_due",
        ),
        "settings": {
            "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
            "card_payments": {"decline_on": {"avs_failure": False, "cvc_failure": False}},
            "dashboard": {"display_name": None, "timezone": "Europe/London"},
            "payments": {"statement_descriptor": None},
            "payouts": {
                "debit_negative_balances": True,
                "schedule": {"delay_days": 3, "interval": "daily"},
                "statement_descriptor": None,
            },
        },
        "type": "express",
    }  # fmt: skip
    account["external_accounts"]["url"] = f"/v1/accounts/{account['id']}/external_accounts"
    world.put(account)
    return account


def submit(world: World, account: Json, entered: Json, outcome: Outcome) -> Json:
    """What the page's button does. `entered`: name, kind, account_number. The provider's answer is `outcome`.

    Source: docs.stripe.com/connect/handling-api-verification#verification-process.
    """
    bank = {
        "id": world.new_id("ba_"),
        "object": "bank_account",
        "account": account["id"],
        "account_holder_name": entered["name"],
        "account_holder_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": "GB",
        "currency": "gbp",
        "default_for_currency": True,
        "fingerprint": world.new_id("", 16),
        "last4": entered["account_number"][-4:],
        "metadata": {},
        "routing_number": payouts.SORT_CODE,
        "status": "new",
    }
    filled = changed(
        account,
        business_type=entered["kind"],
        business_profile=account["business_profile"] | {"name": entered["name"]},
        details_submitted=True,
        external_accounts=account["external_accounts"] | {"data": [bank]},
        tos_acceptance={"date": world.now()},
    )
    return decide(world, filled, outcome, {"account_number": entered["account_number"]}, before=account)


def decide(
    world: World, account: Json, outcome: Outcome, private: Json | None = None, before: Json | None = None
) -> Json:
    """What the provider thinks of an account: now, or again later (a check that takes time, a review)."""
    known = world.private(account["id"]) | (private or {})
    ready = outcome == "complete"
    wants = {
        "complete": _requirements(),
        "pending": _requirements(
            pending_verification=[PROOF], disabled_reason="requirements.pending_verification"
        ),
        "still_due": _requirements(
            currently_due=[PROOF], eventually_due=[PROOF], past_due=[PROOF], disabled_reason="requirements.past_due",
            errors=[{
                "code": "verification_failed_keyed_identity", "requirement": PROOF,
                "reason": "The person's identity could not be verified. Provide a document.",
            }],
        ),
        "refused": _requirements(disabled_reason="rejected.other"),
    }[outcome]  # fmt: skip
    done = changed(
        account,
        capabilities={"transfers": "active" if ready else "pending" if outcome == "pending" else "inactive"},
        payouts_enabled=ready and bool(account["external_accounts"]["data"]),
        requirements=wants,
    )
    world.put(done, known, due=world.now() + CHECKS_TAKE if outcome == "pending" else None)
    old = before or account
    previous = {name: old[name] for name in ("details_submitted", "payouts_enabled", "capabilities", "requirements")}
    emit(world.on(account["id"]), "account.updated", done, previous)
    if ready:
        payouts.plan(world.on(account["id"]))
    return done


def checked(world: World, account: Json) -> None:
    """A check that took its time ends well."""
    decide(world, account, "complete")


def bank_failed(world: World, account: Json) -> None:
    """A payout failed: no more until the group has given another bank account (docs.stripe.com/connect/webhooks)."""
    wants = account["requirements"] | {
        "currently_due": ["external_account"], "eventually_due": ["external_account"], "past_due": ["external_account"],
    }  # fmt: skip
    banks = [bank | {"status": "errored"} for bank in account["external_accounts"]["data"]]
    done = changed(
        account,
        payouts_enabled=False,
        requirements=wants,
        external_accounts=account["external_accounts"] | {"data": banks},
    )
    world.put(done)
    previous = {"payouts_enabled": account["payouts_enabled"], "requirements": account["requirements"]}
    emit(world.on(account["id"]), "account.updated", done, previous)


def link(world: World, call: Call) -> Json:
    """A way to the page for one visit. Source: docs.stripe.com/api/account_links/create."""
    params = call.params
    account = world.get("account", params["account"], "account")
    if params["type"] != "account_onboarding":
        # docs.stripe.com/api/account_links/create (type): not for accounts with a Stripe-hosted dashboard
        raise Problem(400, "You cannot create account_update type Account Links for this account.", param="type")
    for name in ("refresh_url", "return_url"):
        if not str(params.get(name, "")).startswith(("http://", "https://")):
            raise Problem(400, "Not a valid URL", code="url_invalid", param=name)
    nonce = world.new_id("", 24)
    expires_at = world.now() + LINK_LASTS
    visit = {
        "id": f"link_{nonce}",
        "object": "onboarding_visit",
        "account": account["id"],
        "created": world.now(),
        "expires_at": expires_at,
        "refresh_url": params["refresh_url"],
        "return_url": params["return_url"],
        "used": False,
    }
    world.put(visit)
    return {
        "object": "account_link",
        "created": world.now(),
        "expires_at": expires_at,
        "url": f"{world.base_url}/setup/e/{account['id']}/{nonce}",
    }


def retrieve(world: World, call: Call) -> Json:
    return world.get("account", call.ids[0])


def listed(world: World, call: Call) -> Json:
    return world.page("account", "/v1/accounts", call.params)


DUE["account"] = checked

ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/accounts",
        sdk.AccountCreateParams,
        names("capabilities", "controller", "country", "default_currency", "email", "expand", "metadata", "type"),
        create,
    ),
    Endpoint("GET", "/v1/accounts", sdk.AccountListParams, names("created", *PAGING), listed),
    Endpoint("GET", "/v1/accounts/{}", sdk.AccountRetrieveParams, names("expand"), retrieve),
    Endpoint(
        "POST",
        "/v1/account_links",
        sdk.AccountLinkCreateParams,
        names("account", "collection_options", "expand", "refresh_url", "return_url", "type"),
        link,
    ),
)
