"""Spend over £500, a file a month: what the Local Government Transparency Code 2015 asks each council to publish.

Every payment of a fund to a group of more than £500, by the month in which it was paid, from the ledger. A group of one
or two named people is not named. A payment that the bank sent back is listed below nothing on the day on which it came
back: it is paid again as another line, and was spent once. What was paid before this site kept the books is in the
council's own files of those years; it is listed too, so that the months agree with the figures of the programme.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from crowdfund_kent.clock import day_begins
from crowdfund_kent.database import fetch
from crowdfund_kent.table_files import Table
from projects.kinds import LegalForm

OVER_PENCE: Final = 50_000
PERSON: Final = "Name withheld: one or two individuals"
EXPENDITURE: Final = "Grants to community groups"
COLUMNS: Final = (
    "Body", "Date", "Department", "Beneficiary", "Amount", "VAT that cannot be recovered", "Purpose", "Expenditure type",
    "Merchant category", "Reference",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of one fund to one group, on a day of London."""

    body: str
    day: date
    department: str
    beneficiary: str
    pence: int
    purpose: str
    reference: str
    generated: bool


_SQL: Final = """
SELECT u.name AS body, (m.effective_at AT TIME ZONE 'Europe/London')::date AS day, f.name AS department, g.legal_form,
       g.name AS beneficiary, sum(l.amount_pence)::bigint AS pence,
       p.title || CASE m.kind WHEN 'discharge' THEN '' ELSE ' (sent back by the bank)' END AS purpose, mp.reference,
       mp.generated
FROM ledger_movement m JOIN ledger_line l ON l.movement_id = m.id AND l.account LIKE 'memo:source:%:paid'
JOIN match_pledge mp ON mp.id = substring(m.about FROM '^match_pledge:([0-9]+)$')::bigint
JOIN match_fund f ON f.id = mp.fund_id JOIN funder u ON u.id = f.funder_id
LEFT JOIN campaign c ON c.id = mp.campaign_id JOIN project p ON p.id = coalesce(mp.project_id, c.project_id)
JOIN community_group g ON g.id = p.group_id
WHERE m.kind IN ('discharge', 'discharge returned') AND m.effective_at >= $1 AND m.effective_at < $2
GROUP BY m.id, u.name, m.effective_at, f.name, g.legal_form, g.name, p.title, mp.reference, mp.generated
HAVING abs(sum(l.amount_pence)) > $3 ORDER BY m.effective_at, m.id"""
_MONTHS: Final = """
SELECT month, count(*) AS payments, sum(pence)::bigint AS pence FROM (
    SELECT date_trunc('month', m.effective_at AT TIME ZONE 'Europe/London')::date AS month, sum(l.amount_pence) AS pence
    FROM ledger_movement m JOIN ledger_line l ON l.movement_id = m.id AND l.account LIKE 'memo:source:%:paid'
    WHERE m.kind IN ('discharge', 'discharge returned') GROUP BY m.id, 1 HAVING abs(sum(l.amount_pence)) > $1) paid
GROUP BY month ORDER BY month DESC"""


@dataclass(frozen=True, slots=True)
class Month:
    """A month in which something over £500 was paid; `month` is its first day."""

    month: date
    payments: int
    pence: int

    @property
    def key(self) -> str:
        """As in its address: 2026-11."""
        return f"{self.month:%Y-%m}"


async def months() -> list[Month]:
    """Months with such payments, the newest first."""
    return [Month(**row) for row in await fetch(_MONTHS, OVER_PENCE)]


def month_of(key: str) -> date | None:
    """The first day of "2026-11"; None for what is no month."""
    try:
        day = date.fromisoformat(f"{key}-01")
    except ValueError:
        return None
    return day if f"{day:%Y-%m}" == key else None


async def of_month(month: date) -> list[Payment]:
    """The payments of a month, by day."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    rows = await fetch(_SQL, day_begins(month), day_begins(following), OVER_PENCE)
    found = []
    for row in rows:
        if row.pop("legal_form") == LegalForm.NAMED_PEOPLE:
            row["beneficiary"] = PERSON
        found.append(Payment(**row))
    return found


def table_of(month: date, found: list[Payment]) -> Table:
    """The file. A grant bears no VAT, and no card was used: the code's columns say so."""
    rows = [
        (one.body, one.day, one.department, one.beneficiary, one.pence, 0, one.purpose, EXPENDITURE, "not paid by card",
         one.reference)
        for one in found
    ]  # fmt: skip
    money = frozenset({"Amount", "VAT that cannot be recovered"})
    return Table(f"Spend over £500 {month:%Y-%m}", COLUMNS, rows, money)
