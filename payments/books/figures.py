"""What the ledger says between two moments, by campaign, project and fund: every statement is made of these rows.

Nothing but the ledger is read: what was posted is never changed, so what a statement said of a closed period it says for
ever. `about` of a movement, or the account itself, says to which campaign, project and fund a line belongs.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from crowdfund_kent import chart
from crowdfund_kent.chart import ANY_ID
from crowdfund_kent.database import fetch


@dataclass(frozen=True, slots=True)
class Flow:
    """Pence (debits less credits) of one account and kind of movement, of one campaign or project and one fund.

    `account`: as in the chart, "held for group:campaign:<id>". `before`: what counted before the period; `within`: in it.
    """

    account: str
    kind: str
    campaign_id: int | None
    project_id: int | None
    fund_id: int | None
    funder_id: int | None
    before: int
    within: int

    @property
    def at_end(self) -> int:
        """What stands there when the period ends."""
        return self.before + self.within


_SQL: Final = """
WITH lines AS (
    SELECT regexp_replace(l.account, ':[0-9]+', ':<id>', 'g') AS account, m.kind, m.effective_at, l.amount_pence,
           coalesce(substring(l.account FROM ':campaign:([0-9]+)$')::bigint,
                    substring(m.about FROM '^campaign:([0-9]+)$')::bigint, mp.campaign_id) AS campaign_id,
           coalesce(substring(m.about FROM '^project:([0-9]+)$')::bigint, mp.project_id) AS project_id,
           coalesce(s.fund_id, substring(l.account FROM ':fund:([0-9]+)$')::bigint, mp.fund_id) AS fund_id
    FROM ledger_movement m JOIN ledger_line l ON l.movement_id = m.id
    LEFT JOIN match_pledge mp ON mp.id = substring(m.about FROM '^match_pledge:([0-9]+)$')::bigint
    LEFT JOIN funding_source s ON s.id = substring(l.account FROM ':source:([0-9]+)')::bigint
    WHERE m.effective_at < $2 AND ($3::timestamptz IS NULL OR m.recorded_at <= $3) AND {which})
SELECT x.account, x.kind, x.campaign_id, x.project_id, x.fund_id, f.funder_id,
       coalesce(sum(x.amount_pence) FILTER (WHERE x.effective_at < $1), 0)::bigint AS before,
       coalesce(sum(x.amount_pence) FILTER (WHERE x.effective_at >= $1), 0)::bigint AS within
FROM lines x LEFT JOIN match_fund f ON f.id = x.fund_id
WHERE {where}
GROUP BY x.account, x.kind, x.campaign_id, x.project_id, x.fund_id, f.funder_id
ORDER BY x.account, x.kind, x.campaign_id, x.project_id, x.fund_id"""
# the movements that may have a line of this statement, by index: those that are about it, and those on accounts that name
# it or a source of it ($5). The whole programme is all of them. As an array of ids, so that PostgreSQL takes each by its key.
_WHICH: Final = {
    "programme": "$5::text[] IS NOT NULL",
    **{
        kind: f"""m.id = ANY(ARRAY(SELECT v.id FROM ledger_movement v WHERE v.about <> '' AND v.about = ANY(
            ARRAY['{kind}:' || $4::bigint] || ARRAY(SELECT 'match_pledge:' || p.id FROM match_pledge p
            JOIN match_fund f ON f.id = p.fund_id WHERE {column} = $4))
        UNION SELECT v.movement_id FROM ledger_line v WHERE v.account = ANY($5::text[])))"""
        for kind, column in (
            ("campaign", "p.campaign_id"),
            ("project", "p.project_id"),
            ("fund", "p.fund_id"),
            ("funder", "f.funder_id"),
        )
    },
}
# funds of a statement, and their sources: accounts name them
_SOURCES: Final = """
SELECT s.id, s.fund_id FROM funding_source s JOIN match_fund f ON f.id = s.fund_id
WHERE CASE $1 WHEN 'fund' THEN f.id = $2 WHEN 'funder' THEN f.funder_id = $2 ELSE false END"""
# a pot's own accounts: in no campaign's statement, though an offer to it moves them
POT_ONLY: Final = frozenset({"memo:source:<id>:available", "memo:source:<id>:cap"})


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose statement it is: ("programme", 0), ("funder", 1), ("fund", 3), ("campaign", 12), ("project", 4)."""

    kind: str
    id: int = 0

    @property
    def key(self) -> str:
        """As it is kept and as it stands in addresses: "fund-3"."""
        return f"{self.kind}-{self.id}" if self.id else self.kind

    def holds(self, flow: Flow) -> bool:
        """Whether the row stands in this statement. What only a pot knows stands in none of a campaign or project."""
        match self.kind:
            case "programme":
                return True
            case "funder":
                return flow.funder_id == self.id
            case "fund":
                return flow.fund_id == self.id
            case "campaign":
                return flow.campaign_id == self.id and flow.account not in POT_ONLY
            case _:
                return flow.project_id == self.id and flow.account not in POT_ONLY


PROGRAMME: Final = Scope("programme")
_WHERE: Final = {
    "programme": "$4::bigint = 0",
    "funder": "f.funder_id = $4",
    "fund": "x.fund_id = $4",
    "campaign": "x.campaign_id = $4 AND x.account NOT IN ('" + "', '".join(sorted(POT_ONLY)) + "')",
    "project": "x.project_id = $4 AND x.account NOT IN ('" + "', '".join(sorted(POT_ONLY)) + "')",
}


def scope_of(key: str) -> Scope | None:
    """The scope of an address, "fund-3"; None for what is none."""
    kind, _, number = key.partition("-")
    if kind == "programme" and not number:
        return PROGRAMME
    if kind in _WHERE and kind != "programme" and number.isascii() and number.isdigit() and len(number) <= 18:
        return Scope(kind, int(number)) if int(number) else None
    return None


async def _accounts(scope: Scope) -> list[str]:
    """The accounts of the chart that name a campaign, or a fund and its sources: "held for group:campaign:12"."""
    if scope.kind == "campaign":
        return _naming({"campaign": {scope.id}})
    rows = await fetch(_SOURCES, scope.kind, scope.id)
    funds = {row["fund_id"] for row in rows} | ({scope.id} if scope.kind == "fund" else set())
    return _naming({"source": {row["id"] for row in rows}, "fund": funds})


def _naming(ids: Mapping[str, Collection[int]]) -> list[str]:
    return [
        account.prefix.replace(f":{word}:{ANY_ID}", f":{word}:{number}")
        for account in chart.chart()
        for word, numbers in ids.items()
        if f":{word}:{ANY_ID}" in account.prefix
        for number in sorted(numbers)
    ]


async def flows(scope: Scope, begins: datetime, ends: datetime, known_at: datetime | None = None) -> list[Flow]:
    """The rows of one statement over [begins, ends), as known at a moment of real time (None: as known now)."""
    sql = _SQL.format(where=_WHERE[scope.kind], which=_WHICH[scope.kind])
    rows = await fetch(sql, begins, ends, known_at, scope.id, await _accounts(scope))
    return [Flow(**row) for row in rows]


def by_scope(rows: Iterable[Flow]) -> dict[Scope, list[Flow]]:
    """Every statement that these rows of the programme give, with its own rows, the programme first."""
    found: dict[Scope, list[Flow]] = {PROGRAMME: []}
    for flow in rows:
        found[PROGRAMME].append(flow)
        ids = (
            ("funder", flow.funder_id),
            ("fund", flow.fund_id),
            ("campaign", flow.campaign_id),
            ("project", flow.project_id),
        )
        for kind, number in ids:
            scope = Scope(kind, number or 0)
            if number is not None and scope.holds(flow):
                found.setdefault(scope, []).append(flow)
    order = list(_WHERE)
    return dict(sorted(found.items(), key=lambda one: (order.index(one[0].kind), one[0].id)))


def summed(rows: Iterable[Flow]) -> list[tuple[str, str, int, int]]:
    """(account, kind, before, within), in order, without what is nothing: what a statement's digest is over."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for flow in rows:
        before, within = sums.get((flow.account, flow.kind), (0, 0))
        sums[flow.account, flow.kind] = (before + flow.before, within + flow.within)
    return [(*key, *value) for key, value in sorted(sums.items()) if value != (0, 0)]


def as_json(rows: Iterable[Flow]) -> list[list[Any]]:
    """The same for keeping."""
    return [list(row) for row in summed(rows)]
