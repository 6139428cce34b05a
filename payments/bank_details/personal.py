"""The personal data of bank details and subsidy checks. Accounts are sealed (sealing.py) and given to nobody here."""

from datetime import datetime, timedelta
from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Sheet, Text, Whose
from crowdfund_kent.personal.retention import Rule
from crowdfund_kent.settings import get_settings
from payments.bank_details.models import BankDetails
from payments.subsidy.models import SubsidyCheck

SIX_YEARS = "6 years after the end of the financial year"
REPLACED: Final = (
    "13 months after another account took its place, or it was stopped; its last figures and a keyed hash 6 years"
)
AT_ONCE: Final = 200
# sealed accounts that nothing is paid to any more, and of which no payment is under way
_OLD: Final = (
    "SELECT d.id, d.group_id FROM bank_details d WHERE d.status IN ('replaced', 'stopped') AND d.sealed IS NOT NULL"
    " AND d.ended_at < $1 AND NOT EXISTS (SELECT 1 FROM match_payment p WHERE p.bank_details_id = d.id"
    "  AND p.status IN ('prepared', 'approved', 'exported')) ORDER BY d.id"
)


def _before(now: datetime) -> datetime:
    return now - timedelta(days=get_settings().replaced_account_keep_days)


async def old_accounts(now: datetime) -> int:
    """Accounts that are kept beyond their time."""
    return len(await fetch(_OLD, _before(now)))


async def forget_accounts(now: datetime) -> int:
    """Remove the next sealed accounts: what is left proves which account it was to whoever has it."""
    async with transaction():
        rows = await fetch(f"{_OLD} LIMIT {AT_ONCE} FOR UPDATE OF d", _before(now))
        await BankDetails.filter(id__in=[row["id"] for row in rows]).update(sealed=None)
        for row in rows:
            await audit.record("bank details forgotten", f"bank_details:{row['id']}", SYSTEM, group_id=row["group_id"])
    return len(rows)


async def collect(one: Whose) -> list[Sheet]:
    """What the person sent or confirmed for a group."""
    sent = await BankDetails.filter(asked_by_id=one.person_id).order_by("id").select_related("group")
    confirmed = await SubsidyCheck.filter(confirmed_by_id=one.person_id).order_by("id").select_related("match_pledge")
    return [
        Sheet(
            "Bank details you sent for a group",
            ("Group", "Account ends in", "State", "When"),
            [(row.group.name, row.ending, row.status, row.asked_at) for row in sent],
        ),
        Sheet(
            "What you confirmed about subsidies for a group",
            ("Match", "Name", "Declared, in pence", "When"),
            [
                (row.match_pledge.reference, row.confirmed_name, row.declared_pence, row.confirmed_at)
                for row in confirmed
            ],
        ),
    ]


async def erase(one: Whose) -> list[str]:
    """The number that was called; what proves a payment stays."""
    rows = await BankDetails.filter(call_person_id=one.person_id).exclude(call_number="")
    await BankDetails.filter(call_person_id=one.person_id).update(call_number="")
    return [row.call_number for row in rows]


PART = Part(
    "bank details",
    texts=(
        Text(
            "bank_details",
            ("sealed", "ending", "fingerprint"),
            "The account of a group, sealed; its last figures; a keyed hash",
            f"{REPLACED}; at once when it was not accepted",
            "stays: it proves where public money went",
        ),
        Text(
            "bank_details",
            ("call_number", "call_where", "call_reason"),
            "The number that was called to check bank details",
            SIX_YEARS,
            "the number is removed",
        ),
        Text(
            "bank_details",
            ("name_reason", "evidence_words", "answer"),
            "Why bank details were accepted, refused or stopped",
            SIX_YEARS,
            "stays: a decision about money",
        ),
        Text(
            "subsidy_check",
            ("confirmed_name", "reason"),
            "Who confirmed for a group what the law on subsidies asks, and why an officer decided so",
            SIX_YEARS,
            "stays: the law asks for the written confirmation",
        ),
    ),
    harmless={
        "bank_details": ("status", "key_id", "name_is", "call_source"),
        "bank_details_event": EVENT_COLUMNS,
        "subsidy_check": ("status", "rule_set"),
        "subsidy_check_event": EVENT_COLUMNS,
    },
    collect=collect,
    erase=erase,
)
RETENTION: Final = (
    Rule(
        "replaced bank accounts", "Accounts of groups that are paid to no more", REPLACED, old_accounts, forget_accounts
    ),
)
