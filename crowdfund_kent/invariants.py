"""Invariants as queries: each rule names what breaks it. `crowdfund-kent check` runs them all over the live database.

And the rules that every table with a status has: its history agrees, it moves along its table, its moves are on record.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from crowdfund_kent.clock import real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.models import CheckRun
from crowdfund_kent.states import Transitions, start_of, states_of

FIRST: Final = 10
GRACE: Final = timedelta(days=7)  # after which a body that should be gone is an offender
# business time in SQL: real time and the offset, which production does not have
NOW: Final = "now() + coalesce((SELECT offset_seconds FROM clock_offset), 0) * interval '1 second'"


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold. `sql` gives one text column `offender` for each row that breaks it; or `find` does in Python."""

    name: str
    why: str
    sql: str = ""
    find: Callable[[], Awaitable[list[str]]] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """How one rule fared: `count` offenders, the first ten by name."""

    rule: str
    why: str
    count: int
    offenders: list[str]


async def run(rules: Sequence[Rule]) -> list[Finding]:
    """Every rule, in order, whether or not an earlier one was broken."""
    findings = []
    for rule in rules:
        if rule.find is not None:
            offenders = await rule.find()
        else:
            offenders = [str(row["offender"]) for row in await fetch(rule.sql)]
        findings.append(Finding(rule.name, rule.why, len(offenders), offenders[:FIRST]))
    return findings


async def note(findings: Sequence[Finding]) -> None:
    """Keep the outcome, for health and the operator."""
    broken = [finding for finding in findings if finding.count]
    await CheckRun.create(
        ran_at=real_now(),
        broken=len(broken),
        findings=[{"rule": f.rule, "count": f.count, "offenders": f.offenders} for f in broken],
    )


def newest_event_rule(table: str) -> Rule:
    """The status on the row is what its newest event says, and every event follows from the one before."""
    return Rule(
        f"{table} history agrees",
        "the newest event's status is the row's, and each event begins where the last one ended",
        f"SELECT '{table} ' || t.id AS offender FROM {table} t LEFT JOIN LATERAL"
        f" (SELECT new FROM {table}_event e WHERE e.subject_id = t.id ORDER BY e.id DESC LIMIT 1) n ON true"
        " WHERE n.new IS DISTINCT FROM t.status"
        f" UNION SELECT '{table} ' || b.subject_id FROM (SELECT subject_id, old,"
        f" lag(new, 1, '') OVER (PARTITION BY subject_id ORDER BY id) AS before FROM {table}_event) b"
        " WHERE b.old <> b.before ORDER BY 1",
    )


def listed(words: Iterable[str]) -> str:
    """Words of ours as a list for SQL: 'a', 'b'."""
    return ", ".join(f"'{word}'" for word in sorted(words))


def moves_rule(table: str, transitions: Transitions, start: str = "") -> Rule:
    """Each status and each event is of the table of moves. An event without a change is a note, such as an amount.

    `start`: where a row begins, for a table of moves that can come back to it.
    """
    edges = ", ".join(f"('{old}', '{cause}', '{new}')" for (old, cause), new in transitions.items())
    return Rule(
        f"{table} moves along its table",
        "every status is one of its table, and every event is a move that the table knows",
        f"SELECT '{table} ' || id AS offender FROM {table} WHERE status NOT IN ({listed(states_of(transitions))})"
        f" UNION SELECT '{table} ' || subject_id FROM {table}_event WHERE NOT"
        f" ((old = '' AND new = '{start or start_of(transitions)}') OR (old = new AND old <> '')"
        f" OR (old, cause, new) IN (VALUES {edges})) ORDER BY 1",
    )


def recorded_rule(table: str, acts: Mapping[str, str], where: str = "true") -> Rule:
    """As many audit rows as events. `acts`: cause -> what audit calls it; `where`: which rows `t` of `table` are meant."""
    pairs = ", ".join(f"('{cause}', '{act}')" for cause, act in sorted(acts.items()))
    return Rule(
        f"{table} moves are on record",
        "every decision and movement has its row in the audit record",
        f"SELECT DISTINCT '{table} ' || e.id AS offender FROM"
        f" (SELECT t.id, a.act, count(*) AS n FROM {table}_event e JOIN (VALUES {pairs}) a(cause, act) ON a.cause = e.cause"
        f" JOIN {table} t ON t.id = e.subject_id WHERE {where} GROUP BY t.id, a.act) e"
        " LEFT JOIN (SELECT subject, act, count(*) AS n FROM audit_row GROUP BY subject, act) r"
        f" ON r.subject = '{table}:' || e.id AND r.act = e.act WHERE coalesce(r.n, 0) < e.n ORDER BY 1",
    )
