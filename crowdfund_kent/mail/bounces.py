"""E-mails that came back: kept by a hash of the address, so that the site stops writing and says so.

Hard means that there is no such reader: mail with a topic stops, mail about money is still tried. What comes back for a
while only (a full mailbox, a server that is away) is recorded and changes nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute, fetch
from crowdfund_kent.mail.keys import key_of
from crowdfund_kent.mail.kinds import Channel
from crowdfund_kent.mail.reports import read

# RFC 3463: 5.1.x is about the address, 5.2.1 a mailbox that is switched off; 5.2.2 is full, 5.7.x somebody's policy
_HARD_SUBJECT: Final = "5.1."
_HARD: Final = frozenset({"", "5.0.0", "5.2.1"})


def is_hard(status: str) -> bool:
    """Whether a final refusal with this status means that there is no such reader."""
    return status in _HARD or status.startswith(_HARD_SUBJECT)


async def record(
    email: str, *, channel: Channel, source: str, status: str, hard: bool, at: datetime | None = None
) -> bool:
    """Note that mail to `email` came back. False when this very report (`source`) was noted before."""
    return bool(
        await fetch(
            "INSERT INTO mail_bounce (key, hard, status, channel, source, at) VALUES ($1, $2, $3, $4, $5, $6)"
            " ON CONFLICT (source) DO NOTHING RETURNING id",
            key_of(email),
            hard,
            status[:12],
            str(channel),
            source[:120],
            at or real_now(),
        )
    )


async def forget(email: str) -> int:
    """Mail reaches this address again: somebody proved it. How many reports are over by that."""
    return await execute(
        "UPDATE mail_bounce SET over_at = $2 WHERE key = $1 AND over_at IS NULL",
        key_of(email),
        real_now(),
    )


async def came_back(emails: Collection[str]) -> dict[str, datetime]:
    """Those of `emails` that do not exist as far as we know, each with when its mail came back last."""
    keys = {email: key_of(email) for email in emails}
    rows = await fetch(
        "SELECT key, max(at) AS at FROM mail_bounce WHERE hard AND over_at IS NULL AND key = ANY($1::text[])"
        " GROUP BY key",
        list(set(keys.values())),
    )
    found = {row["key"]: row["at"] for row in rows}
    return {email: found[key] for email, key in keys.items() if key in found}


@dataclass(frozen=True, slots=True)
class Noted:
    """What a file of delivery reports came to."""

    new: int
    hard: int
    known: int
    others: int

    def __str__(self) -> str:
        told = f"{self.new} failed deliveries noted, {self.hard} of them of addresses that do not exist"
        return f"{told}; {self.known} were known; {self.others} messages were no delivery reports."


async def note_reports(content: bytes) -> Noted:
    """Record what mail servers sent back: one message or an mbox, as bytes. The same file again changes nothing."""
    found = read(content)
    new = hard = 0
    for failure in found.failures:
        lasting = is_hard(failure.status)
        if await record(
            failure.email,
            channel=Channel.SMTP,
            source=failure.source,
            status=failure.status,
            hard=lasting,
            at=failure.at,
        ):
            new, hard = new + 1, hard + lasting
    return Noted(new, hard, len(found.failures) - new, found.others)
