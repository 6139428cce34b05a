"""Statements by the names of what they are about, who may read which, and the same as files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from crowdfund_kent import chart
from crowdfund_kent.accounts.queries import roles_of
from crowdfund_kent.accounts.roles import Role, in_force
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import day_begins, day_ends
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.table_files import Table, Value
from payments.books import figures, statement
from payments.books.figures import Flow, Scope
from payments.books.statement import Item, Moved, Statement, of_item

READERS: Final = frozenset({Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a statement's parts: another statement, and its figures."""

    scope: Scope
    name: str
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """The statements that a statement is the sum of, with the figures that all of them have."""

    words: str
    items: tuple[Item, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Late:
    """A movement that counts in the period although it was true in one that was closed."""

    kind: str
    source: str
    true_at: datetime
    effective_at: datetime
    pence: int


@dataclass(frozen=True, slots=True)
class Read:
    """A statement with its name, the statements it is the sum of, and its late facts."""

    name: str
    of: Statement
    parts: tuple[Parts, ...]
    late: tuple[Late, ...]
    known_at: datetime | None


_NAMES: Final = {
    "funder": "SELECT id, name FROM funder WHERE id = ANY($1::bigint[])",
    "fund": "SELECT id, name FROM match_fund WHERE id = ANY($1::bigint[])",
    "campaign": "SELECT c.id, p.title || ', ' || g.name AS name FROM campaign c JOIN project p ON p.id = c.project_id"
    " JOIN community_group g ON g.id = p.group_id WHERE c.id = ANY($1::bigint[])",
    "project": "SELECT p.id, p.title || ', ' || g.name AS name FROM project p"
    " JOIN community_group g ON g.id = p.group_id WHERE p.id = ANY($1::bigint[])",
}
# what each kind of statement is the sum of
_PARTS: Final = {
    "programme": ("funder", "campaign", "project"),
    "funder": ("fund", "campaign", "project"),
    "fund": ("campaign", "project"),
    "campaign": ("fund",),
    "project": ("fund",),
}
PART_WORDS: Final = {
    "funder": "By funder",
    "fund": "By fund",
    "campaign": "By campaign",
    "project": "Projects without a campaign",
}


async def names(kind: str, ids: Sequence[int]) -> dict[int, str]:
    """What these funders, funds, campaigns or projects are called."""
    return {row["id"]: row["name"] for row in await fetch(_NAMES[kind], list(ids))} if ids else {}


async def name_of(scope: Scope) -> str:
    """What a statement is of. NotFound where there is no such thing."""
    if scope.kind == "programme":
        return "The whole programme"
    found = (await names(scope.kind, [scope.id])).get(scope.id)
    if found is None:
        raise NotFound
    return found


async def read(scope: Scope, from_day: date, until_day: date, known_at: datetime | None = None) -> Read:
    """The statement over these days, both included, with its parts. Raises NotFound."""
    name = await name_of(scope)
    begins, ends = day_begins(from_day), day_ends(until_day)
    rows = await figures.flows(scope, begins, ends, known_at)
    made = statement.make(scope, from_day, until_day, rows, chart.chart())
    parts = [await _parts(kind, rows, [item for item, _ in made.items]) for kind in _PARTS[scope.kind]]
    return Read(name, made, tuple(one for one in parts if one.parts), await _late(scope, begins, ends), known_at)


async def _parts(kind: str, rows: Sequence[Flow], items: Sequence[Item]) -> Parts:
    """Each with figures of its own. Residents' money is of a campaign and of no fund: two may support it."""
    shown = tuple(item for item in items if item.of_funds or kind not in ("fund", "funder"))
    column = f"{kind}_id"
    by_id: dict[int, list[Flow]] = {}
    for flow in rows:
        number = getattr(flow, column)
        if number is not None:
            by_id.setdefault(number, []).append(flow)
    called = await names(kind, list(by_id))
    parts = (
        Part(Scope(kind, number), called.get(number, f"{kind} {number}"), tuple(of_item(item, of) for item in shown))
        for number, of in sorted(by_id.items())
    )
    return Parts(PART_WORDS[kind], shown, tuple(part for part in parts if any(moved.at_end for moved in part.moved)))


_LATE: Final = """
SELECT m.kind, m.source, m.true_at, m.effective_at,
       (SELECT sum(l.amount_pence) FROM ledger_line l WHERE l.movement_id = m.id AND l.amount_pence > 0)::bigint AS pence
FROM ledger_movement m LEFT JOIN match_pledge mp ON mp.id = substring(m.about FROM '^match_pledge:([0-9]+)$')::bigint
LEFT JOIN match_fund f ON f.id = mp.fund_id
WHERE m.true_at IS NOT NULL AND m.effective_at >= $1 AND m.effective_at < $2 AND CASE $3
  WHEN 'programme' THEN true WHEN 'funder' THEN f.funder_id = $4 WHEN 'fund' THEN mp.fund_id = $4
  WHEN 'campaign' THEN m.about = 'campaign:' || $4::bigint OR mp.campaign_id = $4
  ELSE m.about = 'project:' || $4::bigint OR mp.project_id = $4 END ORDER BY m.id LIMIT 200"""


async def _late(scope: Scope, begins: datetime, ends: datetime) -> tuple[Late, ...]:
    return tuple(Late(**row) for row in await fetch(_LATE, begins, ends, scope.kind, scope.id))


async def may_read(by: Actor, scope: Scope) -> bool:
    """Officers and approvers of the whole site, and auditors, read all; those of one fund what it takes part in."""
    grants = [grant for grant in await roles_of(by.person_id or 0) if grant.role in READERS]
    held = in_force(Role(grant.role) for grant in grants)
    funds = [grant.fund_id for grant in grants if grant.role in held]
    if None in funds:
        return True
    if not funds or scope.kind in ("programme", "funder"):
        return False
    if scope.kind == "fund":
        return scope.id in funds
    column = "campaign_id" if scope.kind == "campaign" else "project_id"
    rows = await fetch(
        f"SELECT 1 FROM match_pledge WHERE {column} = $1 AND fund_id = ANY($2::bigint[]) LIMIT 1", scope.id, funds
    )
    return bool(rows)


def tables(found: Read) -> list[Table]:
    """The statement as a workbook: figures, accounts, its parts, late facts."""
    made = found.of
    known = f"as known at {found.known_at:%Y-%m-%d %H:%M} UTC" if found.known_at else "as known now"
    note = (f"{found.name}: {made.from_day:%-d %B %Y} to {made.until_day:%-d %B %Y}, {known}",)
    two = frozenset({"In the period", "Up to its end"})
    figures_rows = [(item.words, moved.within, moved.at_end) for item, moved in made.items]
    account_rows: list[tuple[Value, ...]] = []
    for line in made.accounts:
        account_rows.append((line.name, line.whose, "Before", line.before))
        account_rows += [(line.name, line.whose, kind.capitalize(), pence) for kind, pence in line.moves]
        account_rows.append((line.name, line.whose, "At the end", line.after))
    result = [
        Table("Figures", ("Figure", "In the period", "Up to its end"), figures_rows, two, note),
        Table("Accounts", ("Account", "Whose", "What", "Amount"), account_rows, frozenset({"Amount"}), note),
    ]
    for of in found.parts:
        words = [item.words for item in of.items]
        rows: list[tuple[Value, ...]] = [(part.name, *(moved.within for moved in part.moved)) for part in of.parts]
        result.append(Table(of.words, ("Name", *words), rows, frozenset(words), (*note, "In the period")))
    if found.late:
        late_rows = [
            (late.kind, late.source, f"{late.true_at:%Y-%m-%d}", f"{late.effective_at:%Y-%m-%d}", late.pence)
            for late in found.late
        ]
        columns = ("Movement", "Of", "True on", "Counts on", "Amount")
        result.append(Table("Late facts", columns, late_rows, frozenset({"Amount"}), note))
    return result
