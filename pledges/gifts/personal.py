"""The personal data of off-line gifts: who gave, and how to reach them."""

from datetime import datetime
from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Sheet, Text, Whose
from crowdfund_kent.personal.retention import Rule, money_before
from pledges.gifts.states import Gift
from pledges.models import OfflineGift
from projects.states import Campaign as Status

SIX_YEARS: Final = "6 years after the end of the financial year"
AT_ONCE: Final = 200
# still on its way: the giver must be known until it is the group's, or theirs again
_RUNNING: Final = (
    "SELECT g.reference FROM offline_gift g JOIN campaign c ON c.id = g.campaign_id"
    " LEFT JOIN gift_payment y ON y.id = g.payment_id WHERE lower(g.email) = lower($1)"
    f" AND g.status <> '{Gift.RETURNED}' AND y.confirmed_at IS NULL AND NOT (c.status = '{Status.SETTLED}' AND g.at_verdict)"
    " ORDER BY g.id"
)
_DUE: Final = (
    "SELECT g.id, g.person_id FROM offline_gift g JOIN campaign c ON c.id = g.campaign_id"
    " LEFT JOIN gift_payment y ON y.id = g.payment_id"
    " WHERE g.name || g.postcode || g.address || coalesce(g.email, '') <> ''"
    f" AND (g.status = '{Gift.RETURNED}' OR y.confirmed_at IS NOT NULL)"
    " AND coalesce(c.settled_at, c.decided_at, c.deadline_at) < $1 ORDER BY g.id"
)


async def collect(one: Whose) -> list[Sheet]:
    """Every off-line gift with the address."""
    rows = await OfflineGift.filter(email__iexact=one.email).order_by("id").select_related("campaign__project")
    return [
        Sheet(
            "Your gifts in cash and by cheque",
            ("Receipt", "Project", "Pence", "How", "State", "Name", "Postcode", "Address", "If it fails", "Received"),
            [
                (
                    row.reference,
                    row.campaign.project.title,
                    row.amount_pence,
                    row.way,
                    row.status,
                    row.name,
                    row.postcode,
                    row.address,
                    row.wish,
                    row.received_on,
                )
                for row in rows
            ],
        )
    ]


async def blockers(one: Whose) -> list[str]:
    """A gift that may still go back to its giver: whose is it then?"""
    running = [str(row["reference"]) for row in await fetch(_RUNNING, one.email)]
    if not running:
        return []
    return [f"You gave by hand to a campaign that is not over ({', '.join(running)}). Wait until it has ended."]


async def erase(one: Whose) -> list[str]:
    """Amounts, days and the keys of the fair count stay: they are money records, and name nobody."""
    rows = await OfflineGift.filter(email__iexact=one.email)
    await _forget([row.id for row in rows])
    return [word for row in rows for word in (row.name, row.address)]


async def _forget(ids: list[int]) -> None:
    await execute(
        "UPDATE person SET name = '', phone = '', postal = '', erased_at = now() WHERE email IS NULL AND erased_at IS NULL"
        " AND id IN (SELECT person_id FROM offline_gift WHERE id = ANY($1::bigint[]))",
        ids,
    )
    await execute(
        "UPDATE letter_to_post SET subject = '', text = '' WHERE name LIKE 'gifts/%'"
        " AND person_id IN (SELECT person_id FROM offline_gift WHERE id = ANY($1::bigint[]))",
        ids,
    )
    await OfflineGift.filter(id__in=ids).update(
        name="", postcode="", address="", email=None, cheque_number="", seen="", person_id=None
    )


async def gifts_due(now: datetime) -> int:
    """Gifts whose money records are older than the law asks for."""
    return len(await fetch(_DUE, money_before(now)))


async def forget_gifts(now: datetime) -> int:
    """Empty the next: the amount stays, without a name."""
    async with transaction():
        rows = await fetch(f"{_DUE} LIMIT {AT_ONCE}", money_before(now))
        await _forget([row["id"] for row in rows])
        for row in rows:
            await audit.record("gift forgotten", f"offline_gift:{row['id']}", SYSTEM)
    return len(rows)


PART = Part(
    "gifts",
    texts=(
        Text(
            "offline_gift",
            ("name", "postcode", "address", "email", "cheque_number"),
            "Who gave by hand, and where letters go",
            SIX_YEARS,
            "removed; the amount stays without a name",
        ),
        Text(
            "offline_gift",
            ("email_key", "name_key"),
            "Keyed hashes for the fair count",
            SIX_YEARS,
            "stay: figures need them, and they name nobody",
        ),
        Text("offline_gift", ("seen",), "What the second person saw", SIX_YEARS, "removed"),
        Text("gift_return", ("proof",), "Where a signature is kept", SIX_YEARS, "stays: the proof that it went back"),
    ),
    harmless={
        "gift_desk": ("name", "place"),
        "gift_batch": ("slip_number",),
        "gift_payment": ("why", "reference"),
        "gift_recovery": ("reference",),
        "gift_return": ("cause", "how"),
        "offline_gift": ("status", "reference", "form_key", "way", "giver_kind", "wish"),
        "offline_gift_event": EVENT_COLUMNS,
    },
    collect=collect,
    erase=erase,
    blockers=blockers,
)
RETENTION: Final = (Rule("names of gifts", "Who gave in cash or by cheque", SIX_YEARS, gifts_due, forget_gifts),)
