"""What funds have committed and not paid, as at the end of any day: by fund, source and year, and how old it is.

From the ledger alone, so a past day says what was committed then. Set aside, accepted, and confirmed but not paid are
three columns; the age is since the money came to the place where it stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from crowdfund_kent.clock import day_ends, london_day
from crowdfund_kent.database import fetch
from crowdfund_kent.table_files import Table, Value
from payments.books.rules import AGE_WORDS, age_words

PLACES: Final = ("earmarked", "pledged", "confirmed")
PLACE_WORDS: Final = {
    "earmarked": "Set aside, not accepted yet",
    "pledged": "Accepted, campaign not decided yet",
    "confirmed": "Confirmed, not paid yet",
}


@dataclass(frozen=True, slots=True)
class Commitment:
    """Pence of one source that stand in one place for one match pledge, and since when."""

    fund_id: int
    fund: str
    funder: str
    source: str
    year: str
    budget_code: str
    reference: str
    group: str
    title: str
    place: str
    pence: int
    since: date
    days: int

    @property
    def age(self) -> str:
        """In the words of the report."""
        return age_words(self.days)


_SQL: Final = """
WITH stands AS (
    SELECT substring(m.about FROM '([0-9]+)$')::bigint AS match_id,
           substring(l.account FROM ':source:([0-9]+):')::bigint AS source_id,
           substring(l.account FROM '([a-z]+)$') AS place, sum(l.amount_pence)::bigint AS pence,
           max(coalesce(m.true_at, m.effective_at)) FILTER (WHERE l.amount_pence > 0) AS since
    FROM ledger_movement m JOIN ledger_line l ON l.movement_id = m.id
    WHERE m.about LIKE 'match_pledge:%' AND l.account LIKE 'memo:source:%'
      AND m.effective_at < $1 AND ($2::timestamptz IS NULL OR m.recorded_at <= $2)
    GROUP BY 1, 2, 3)
SELECT f.id AS fund_id, f.name AS fund, u.short_name AS funder, s.name AS source, s.financial_year AS year, s.budget_code,
       mp.reference, g.name AS "group", p.title, x.place, x.pence, x.since
FROM stands x JOIN match_pledge mp ON mp.id = x.match_id JOIN funding_source s ON s.id = x.source_id
JOIN match_fund f ON f.id = s.fund_id JOIN funder u ON u.id = f.funder_id
LEFT JOIN campaign c ON c.id = mp.campaign_id JOIN project p ON p.id = coalesce(mp.project_id, c.project_id)
JOIN community_group g ON g.id = p.group_id
WHERE x.pence <> 0 AND x.place = ANY($3::text[])
ORDER BY f.name, f.id, s.financial_year, s.id, x.place, x.since, mp.id"""


async def as_at(day: date, known_at: datetime | None = None) -> list[Commitment]:
    """Every commitment that stood at the end of `day`, by fund, year and source."""
    rows = await fetch(_SQL, day_ends(day), known_at, list(PLACES))
    found = []
    for row in rows:
        since = london_day(row.pop("since"))
        found.append(Commitment(**row, since=since, days=(day - since).days))
    return found


@dataclass(frozen=True, slots=True)
class Sums:
    """One source of one fund: pence by place, and by age of all of it."""

    fund: str
    source: str
    year: str
    budget_code: str
    by_place: tuple[int, ...]
    by_age: tuple[int, ...]

    @property
    def pence(self) -> int:
        """All of it."""
        return sum(self.by_place)


def summed(found: Iterable[Commitment]) -> list[Sums]:
    """One line a source, in the order in which they came."""
    by_source: dict[tuple[str, str, str, str], list[Commitment]] = {}
    for one in found:
        by_source.setdefault((one.fund, one.source, one.year, one.budget_code), []).append(one)
    return [
        Sums(
            *key,
            by_place=tuple(sum(one.pence for one in of if one.place == place) for place in PLACES),
            by_age=tuple(sum(one.pence for one in of if one.age == age) for age in AGE_WORDS),
        )
        for key, of in by_source.items()
    ]


def tables(day: date, found: Sequence[Commitment]) -> list[Table]:
    """The sums and every commitment, as files hold them."""
    note = (f"Committed and not paid as at the end of {day:%-d %B %Y}",)
    money = (*PLACE_WORDS.values(), "Together", *AGE_WORDS)
    sums: list[tuple[Value, ...]] = [
        (one.fund, one.source, one.year, one.budget_code, *one.by_place, one.pence, *one.by_age)
        for one in summed(found)
    ]
    rows = [
        (one.funder, one.fund, one.source, one.year, one.budget_code, one.reference, one.group, one.title,
         PLACE_WORDS[one.place], one.pence, one.since, one.days)
        for one in found
    ]  # fmt: skip
    each = ("Funder", "Fund", "Source", "Financial year", "Budget code", "Match pledge", "Group", "Project", "State",
            "Amount", "Since", "Days")  # fmt: skip
    return [
        Table("By source", ("Fund", "Source", "Financial year", "Budget code", *money), sums, frozenset(money), note),
        Table("Each commitment", each, rows, frozenset({"Amount"}), note),
    ]
