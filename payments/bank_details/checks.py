"""What must hold of bank details and subsidy checks, over the live database."""

from typing import Final

from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule
from payments.bank_details import sealing
from payments.bank_details.kinds import CallSource
from payments.bank_details.models import BankDetails
from payments.bank_details.states import DETAILS, START
from payments.subsidy.rules import RULE_SETS
from payments.subsidy.states import START as ASKED
from payments.subsidy.states import SUBSIDY

_DETAILS: Final = {
    "sent": "bank details asked",
    "entered": "bank details asked",
    **{
        cause: f"bank details {cause}"
        for cause in ("checked", "sent back", "approved", "refused", "withdrawn", "replaced", "stopped")
    },
}
_SUBSIDY: Final = {
    "asked": "subsidy asked",
    "answered": "subsidy answered",
    "asked again": "subsidy asked again",
    **dict.fromkeys(("no enterprise", "within the limit", "above the limit"), "subsidy decided"),
}
_LIMITS: Final = " ".join(f"WHEN '{one.key}' THEN {one.limit_pence}" for one in RULE_SETS)


async def _do_not_open() -> list[str]:
    """Accounts that the keys of the settings do not open for their own group."""
    offenders = []
    for row in await BankDetails.filter(sealed__isnull=False).order_by("id"):
        try:
            account = sealing.unseal(row.sealed or "", row.key_id, row.group_id)
        except (sealing.SealBroken, ValueError):
            offenders.append(f"bank_details {row.id}")
            continue
        if account.ending != row.ending or sealing.fingerprint(account) != row.fingerprint:
            offenders.append(f"bank_details {row.id}")
    return offenders


RULES: Final = (
    newest_event_rule("bank_details"),
    moves_rule("bank_details", DETAILS, START),
    recorded_rule("bank_details", _DETAILS),
    Rule(
        "bank details are by two people",
        "whoever approved bank details neither sent, entered nor checked them, and never was in the group",
        "SELECT 'bank_details ' || b.id AS offender FROM bank_details b WHERE b.status IN ('approved', 'replaced', 'stopped')"
        " AND (b.approved_by_id IS NULL OR b.checked_by_id IS NULL OR b.approved_by_id IN (b.asked_by_id, b.checked_by_id)"
        " OR EXISTS (SELECT 1 FROM group_member m WHERE m.group_id = b.group_id"
        "  AND m.person_id IN (b.approved_by_id, b.checked_by_id) AND m.created_at <= b.approved_at)) ORDER BY b.id",
    ),
    Rule(
        "bank details were proved",
        "the name is the group's or a reason says why not, a paper was seen, and the number called was held long enough before",
        "SELECT 'bank_details ' || id AS offender FROM bank_details WHERE status IN"
        " ('checked', 'approved', 'replaced', 'stopped') AND ((name_is = 'different' AND name_reason = '')"
        " OR (evidence_id IS NULL AND evidence_words = '') OR call_held_since IS NULL OR call_held_since >= asked_at"
        " OR (call_held_since > asked_at - call_held_days * interval '1 day'"
        f"  AND NOT (call_source = '{CallSource.REGISTER}' AND call_reason <> '' AND call_where <> ''))"
        " OR called_at < asked_at) ORDER BY id",
    ),
    Rule(
        "accounts that nobody needs are forgotten",
        "of bank details that were refused or taken back the account is not kept",
        "SELECT 'bank_details ' || id AS offender FROM bank_details WHERE status IN ('refused', 'withdrawn')"
        " AND sealed IS NOT NULL ORDER BY id",
    ),
    Rule(
        "sealed accounts open",
        "every account opens under a key of the settings, for its own group, and is the one that the row tells of",
        find=_do_not_open,
    ),
    newest_event_rule("subsidy_check"),
    moves_rule("subsidy_check", SUBSIDY, ASKED),
    recorded_rule("subsidy_check", _SUBSIDY),
    Rule(
        "subsidies are within the limit",
        "a cleared subsidy to an enterprise is, with all the others of three years, at most the limit of its rule set",
        "SELECT 'subsidy_check ' || id AS offender FROM subsidy_check WHERE status = 'cleared' AND is_enterprise"
        f" AND declared_pence + ours_pence > CASE rule_set {_LIMITS} END ORDER BY id",
    ),
)
