"""What was taken from a backer's cards and what went back, for receipts and yearly statements. Reads only.

What a bank gave its cardholder back for good went back too.

Days are those of London; amounts pence. The cover of the card cost is told apart, and is part of every total here,
since it was charged: these are the only sums that have it (ruling 9).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from crowdfund_kent.clock import day_begins, day_ends, london_day
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.references import email_key

TAX_YEAR_BEGINS: Final = (4, 6)  # 6 April
LONGEST_AGO: Final = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One payment by card, or one that went back. `pledge_pence` + `cover_pence` is what the bank's statement says."""

    at: datetime
    given_back: bool
    reference: str
    title: str
    group_name: str
    pledge_pence: int
    cover_pence: int
    last4: str

    @property
    def total_pence(self) -> int:
        """The whole movement on the card, above nothing in both directions."""
        return self.pledge_pence + self.cover_pence

    @property
    def day(self) -> date:
        """In London."""
        return london_day(self.at)


_ENTRIES: Final = """
SELECT x.at, x.given_back, p.reference, coalesce(v.content->>'title', j.title) AS title, g.name AS group_name,
       x.amount_pence - x.cover_pence AS pledge_pence, x.cover_pence, coalesce(p.card_last4, '') AS last4
FROM (SELECT a.pledge_id, a.decided_at AS at, false AS given_back, a.amount_pence, a.cover_pence
      FROM charge_attempt a WHERE a.status = 'succeeded'
      UNION ALL
      SELECT r.pledge_id, r.decided_at, true, r.amount_pence, r.cover_pence
      FROM refund r WHERE r.status IN ('succeeded', 'repaid')
      UNION ALL
      SELECT a.pledge_id, d.closed_at, true, d.withdrawn_pence, d.cover_pence
      FROM dispute d JOIN charge_attempt a ON a.id = d.attempt_id WHERE d.status = 'lost' AND d.withdrawn_pence > 0) x
JOIN pledge p ON p.id = x.pledge_id JOIN campaign c ON c.id = p.campaign_id JOIN project j ON j.id = c.project_id
JOIN community_group g ON g.id = j.group_id LEFT JOIN project_version v ON v.id = c.version_id
"""


def _entries(rows: Sequence[dict[str, object]]) -> list[Entry]:
    return [Entry(**row) for row in rows]  # type: ignore[arg-type]


async def of_pledge(pledge_id: int) -> list[Entry]:
    """Every payment of one pledge and what went back, oldest first."""
    return _entries(await fetch(_ENTRIES + "WHERE p.id = $1 ORDER BY x.at, x.given_back", pledge_id))


async def paid_back(pledge_id: int) -> int:
    """Pence that went back to the backer of one pledge, cover and all, to the card, another way, or by their bank."""
    rows = await fetch(
        "SELECT ((SELECT coalesce(sum(amount_pence), 0) FROM refund WHERE pledge_id = $1"
        " AND status IN ('succeeded', 'repaid')) + (SELECT coalesce(sum(d.withdrawn_pence), 0) FROM dispute d"
        " JOIN charge_attempt a ON a.id = d.attempt_id WHERE a.pledge_id = $1 AND d.status = 'lost'))::bigint AS pence",
        pledge_id,
    )
    return int(rows[0]["pence"])


class Reckoning(StrEnum):
    """The two years that people need."""

    TAX = "tax"
    CALENDAR = "year"


@dataclass(frozen=True, slots=True)
class Year:
    """A tax year (6 April to 5 April) or a calendar year, by the year in which it begins."""

    reckoning: Reckoning
    begins_in: int

    @property
    def first_day(self) -> date:
        """6 April or 1 January."""
        month, day = TAX_YEAR_BEGINS if self.reckoning is Reckoning.TAX else (1, 1)
        return date(self.begins_in, month, day)

    @property
    def last_day(self) -> date:
        """5 April of the year after, or 31 December."""
        return Year(self.reckoning, self.begins_in + 1).first_day - timedelta(days=1)

    @property
    def key(self) -> str:
        """tax-2025, year-2025: its part of the address."""
        return f"{self.reckoning}-{self.begins_in}"

    @property
    def words(self) -> str:
        """Tax year 2025 to 2026 · Calendar year 2025"""
        if self.reckoning is Reckoning.TAX:
            return f"Tax year {self.begins_in} to {self.begins_in + 1}"
        return f"Calendar year {self.begins_in}"


def year_of(day: date, reckoning: Reckoning) -> Year:
    """The year that holds a day."""
    same = Year(reckoning, day.year)
    return same if day >= same.first_day else Year(reckoning, day.year - 1)


def year_from(key: str, today: date) -> Year:
    """The year of an address; NotFound for what is none, or has not begun."""
    name, _, number = key.partition("-")
    if name not in set(Reckoning) or not (number.isascii() and number.isdigit() and len(number) == len("2025")):
        raise NotFound
    year = Year(Reckoning(name), int(number))
    if year.begins_in < LONGEST_AGO or year.first_day > today:
        raise NotFound
    return year


async def of_year(email: str, year: Year) -> list[Entry]:
    """What was taken and given back in a year for pledges with this address, oldest first."""
    rows = await fetch(
        _ENTRIES + "WHERE p.email_key = $1 AND p.email = $2 AND x.at >= $3 AND x.at < $4 ORDER BY x.at, x.given_back",
        email_key(email),
        email,
        day_begins(year.first_day),
        day_ends(year.last_day),
    )
    return _entries(rows)


async def years_of(email: str) -> list[Year]:
    """The years in which money moved for pledges with this address, the newest first, tax year before calendar year."""
    rows = await fetch(_ENTRIES + "WHERE p.email_key = $1 AND p.email = $2 ORDER BY x.at", email_key(email), email)
    days = {entry.day for entry in _entries(rows)}
    found = {year_of(day, reckoning) for day in days for reckoning in Reckoning}
    return sorted(found, key=lambda year: (-year.begins_in, year.reckoning is not Reckoning.TAX))
