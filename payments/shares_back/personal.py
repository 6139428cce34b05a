"""The personal data of shares that go back: words that officers write, and what proves that a giver has theirs."""

from crowdfund_kent.database import fetch
from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Text, Whose

SIX_YEARS = "6 years after the end of the financial year"


async def blockers(one: Whose) -> list[str]:
    """A share that the group still owes them: whose is it then?"""
    rows = await fetch(
        "SELECT g.reference FROM share_back s JOIN unspent_share u ON u.id = s.share_id JOIN offline_gift g ON g.id = u.gift_id"
        " WHERE lower(g.email) = lower($1) AND s.status IN ('due', 'entered') ORDER BY g.id",
        one.email,
    )
    named = ", ".join(str(row["reference"]) for row in rows)
    return [f"A share of what you gave by hand is still to come back to you ({named}). Wait until you have it."] * bool(
        rows
    )


PART = Part(
    "shares back",
    texts=(
        Text("shares_back", ("why",), "Why shares went back", SIX_YEARS, "stays: a decision about money"),
        Text("share_back", ("proof",), "Where a signature is kept", SIX_YEARS, "stays: the proof that it was given"),
    ),
    harmless={
        "shares_back": ("status",),
        "shares_back_event": EVENT_COLUMNS,
        "share_back": ("status", "how"),
        "share_back_event": EVENT_COLUMNS,
    },
    blockers=blockers,
)
