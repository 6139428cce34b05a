"""The personal data of Gift Aid: what givers declared. The law wants what was claimed kept, also when a giver is erased."""

from datetime import datetime
from typing import Any, Final

from crowdfund_kent import audit, events
from crowdfund_kent.audit import BACKER, SYSTEM
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Sheet, Text, Whose
from crowdfund_kent.personal.retention import Rule, money_before
from pledges.gift_aid.states import Declaration
from pledges.models import GiftAidDeclaration

KEPT: Final = "6 years after the end of the financial year of the claim, since HMRC may ask for it"
AT_ONCE: Final = 200
_OF: Final = (
    "SELECT d.id FROM gift_aid_declaration d LEFT JOIN pledge p ON p.id = d.pledge_id"
    " LEFT JOIN offline_gift g ON g.id = d.gift_id WHERE lower(coalesce(p.email, g.email)) = lower($1)"
)
_CLAIMED: Final = (
    "EXISTS (SELECT 1 FROM gift_aid_line l JOIN gift_aid_claim c ON c.id = l.claim_id"
    " WHERE l.declaration_id = d.id AND c.status <> 'withdrawn')"
)
_DUE: Final = (
    "SELECT d.id FROM gift_aid_declaration d WHERE d.last_name <> '' AND greatest(d.created_at, d.ended_at,"
    " (SELECT max(c.drawn_at) FROM gift_aid_line l JOIN gift_aid_claim c ON c.id = l.claim_id"
    " WHERE l.declaration_id = d.id)) < $1 AND NOT EXISTS (SELECT 1 FROM pledge p JOIN campaign k ON k.id = p.campaign_id"
    " WHERE p.id = d.pledge_id AND k.settled_at IS NULL AND k.deadline_at > $1) ORDER BY d.id"
)
_TEXTS: Final = ("title", "first_name", "last_name", "house", "address", "postcode")


async def collect(one: Whose) -> list[Sheet]:
    """Every declaration about a pledge or gift with the address, also those that were corrected or cancelled."""
    ids = [row["id"] for row in await fetch(_OF, one.email)]
    rows = await GiftAidDeclaration.filter(id__in=ids).order_by("id").select_related("recipient")
    columns = ("Group", "State", "Title", "First name", "Last name", "House", "Address", "Postcode", "Declared")
    found: list[list[Any]] = [
        [row.recipient.hmrc_name, row.status, *(getattr(row, name) for name in _TEXTS), row.declared_on] for row in rows
    ]
    return [Sheet("Your Gift Aid declarations", columns, found)]


async def erase(one: Whose) -> list[str]:
    """What was never claimed is cancelled and emptied. What was claimed stays as long as the law wants it."""
    rows = await fetch(f"{_OF} AND NOT {_CLAIMED}", one.email)
    words: list[str] = []
    for row in await GiftAidDeclaration.filter(id__in=[row["id"] for row in rows]).select_for_update():
        words += [row.first_name, row.last_name, row.address]
        if row.status == Declaration.IN_FORCE:
            await events.move(row, "cancelled", BACKER, ended_at=business_now())
            await audit.record("gift aid cancelled", f"gift_aid_declaration:{row.id}", BACKER)
        await _empty([row.id])
    return [word for word in words if word]


async def _empty(ids: list[int]) -> None:
    columns = ", ".join(f"{name} = ''" for name in _TEXTS)
    await execute(f"UPDATE gift_aid_declaration SET {columns} WHERE id = ANY($1::bigint[])", ids)


async def declarations_due(now: datetime) -> int:
    """Declarations whose claims are older than the law asks for."""
    return len(await fetch(_DUE, money_before(now)))


async def forget_declarations(now: datetime) -> int:
    """Empty the next."""
    async with transaction():
        ids = [row["id"] for row in await fetch(f"{_DUE} LIMIT {AT_ONCE}", money_before(now))]
        await _empty(ids)
        for number in ids:
            await audit.record("gift aid forgotten", f"gift_aid_declaration:{number}", SYSTEM)
    return len(ids)


PART = Part(
    "gift aid",
    texts=(
        Text(
            "gift_aid_declaration",
            _TEXTS,
            "Who declared Gift Aid, and their home address",
            KEPT,
            "removed where nothing was claimed; else kept that long, because the law asks for it",
        ),
    ),
    harmless={
        "gift_aid_declaration": ("status", "statement", "declared"),
        "gift_aid_declaration_event": EVENT_COLUMNS,
        "gift_aid_recipient": ("status", "kind", "hmrc_name", "hmrc_reference", "evidence"),
        "gift_aid_recipient_event": EVENT_COLUMNS,
        "gift_aid_claim": ("status", "reference"),
        "gift_aid_claim_event": EVENT_COLUMNS,
        "gift_aid_adjustment": ("why",),
    },
    collect=collect,
    erase=erase,
)
RETENTION: Final = (Rule("gift aid", "Declarations of Gift Aid", KEPT, declarations_due, forget_declarations),)
