"""Invariants as queries: each rule names what breaks it. `crowdfund-kent check` runs them all over the live database."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.audit import FIRST_HASH, digest_of
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.models import AuditRow, CheckRun

FIRST: Final = 10


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


async def _broken_digests() -> list[str]:
    """Audit rows whose facts no longer give their digest."""
    offenders, last = [], 0
    while rows := await AuditRow.filter(id__gt=last).order_by("id").limit(2000):
        for row in rows:
            facts = digest_of(row.at.isoformat(), row.person_id, row.role, row.act, row.subject, row.details)
            if facts != row.digest:
                offenders.append(f"audit_row {row.id}")
        last = rows[-1].id
    return offenders


async def _broken_chain() -> list[str]:
    """Seals that do not follow from the one before; the first break is named, and gaps."""
    offenders, previous, position = [], FIRST_HASH, 0
    sql = (
        "SELECT s.id, s.hash, a.id AS row_id, a.digest FROM audit_seal s LEFT JOIN audit_row a ON a.id = s.audit_row_id"
        " WHERE s.id > $1 ORDER BY s.id LIMIT 5000"
    )
    while rows := await fetch(sql, position):
        for row in rows:
            expected = hashlib.sha256(f"{previous}{row['row_id']}{row['digest']}".encode()).hexdigest()
            if row["id"] != position + 1 or row["hash"] != expected:
                offenders.append(f"audit_seal {row['id']}")
            previous, position = row["hash"], row["id"]
    return offenders


RULES: Final = (
    Rule(
        "ledger balances",
        "the lines of each movement sum to 0, at least two of them",
        "SELECT 'ledger_movement ' || m.id AS offender FROM ledger_movement m"
        " LEFT JOIN ledger_line l ON l.movement_id = m.id GROUP BY m.id"
        " HAVING count(l.id) < 2 OR coalesce(sum(l.amount_pence), 0) <> 0 ORDER BY m.id",
    ),
    Rule(
        "books are not mixed",
        "commitments are never in one movement with cash",
        "SELECT 'ledger_movement ' || m.id AS offender FROM ledger_movement m JOIN ledger_line l ON l.movement_id = m.id"
        " GROUP BY m.id HAVING bool_or((l.account LIKE 'memo:%') <> (m.book = 'memorandum')) ORDER BY m.id",
    ),
    Rule(
        "posted once",
        "one movement a source and kind",
        "SELECT kind || ' of ' || source AS offender FROM ledger_movement GROUP BY kind, source HAVING count(*) > 1"
        " ORDER BY 1",
    ),
    Rule("audit rows are as written", "the facts still give their digest", find=_broken_digests),
    Rule("audit chain holds", "each seal follows from the one before, without gaps", find=_broken_chain),
    Rule(
        "audit rows are sealed",
        "the sealer chains each row within minutes of its commit",
        "SELECT 'audit_row ' || a.id AS offender FROM audit_row a LEFT JOIN audit_seal s ON s.audit_row_id = a.id"
        " WHERE s.id IS NULL AND a.at < now() - interval '10 minutes' ORDER BY a.id",
    ),
    Rule(
        "nothing is stuck in the outbox",
        "a job or e-mail is done within its attempts",
        "SELECT 'outbox ' || id || ' (' || name || ')' AS offender FROM outbox WHERE done_at IS NULL AND attempts >= 20"
        " ORDER BY id",
    ),
    Rule(
        "guards are in place",
        "every append-only table has both its triggers, switched on",
        "SELECT t.name || ' lacks ' || g.suffix AS offender FROM (VALUES ('ledger_movement'), ('ledger_line'),"
        " ('audit_row'), ('audit_seal'), ('campaign_event'), ('pledge_event'), ('match_pledge_event'), ('award_event'),"
        " ('charge_attempt_event'), ('refund_event'), ('project_version'), ('fund_rules')) t(name)"
        " CROSS JOIN (VALUES ('append_only'), ('no_truncate')) g(suffix)"
        " WHERE NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = t.name || '_' || g.suffix AND tgenabled = 'O')",
    ),
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
