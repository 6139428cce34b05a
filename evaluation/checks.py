"""What must hold of imported history and of the figures, as queries: `crowdfund-kent check` runs them over the live
database. What was imported has its place in a council's file, its own accounts, and the mark of generated records.
"""

from typing import Final

from crowdfund_kent.clock import business_today
from crowdfund_kent.database import fetch
from crowdfund_kent.invariants import Rule
from evaluation.effect.protocol import DIGEST, NAME, WORDS
from evaluation.figures import figures_as_at
from evaluation.scope import Records
from evaluation.snapshots import not_as_recomputed

# imported rows and the kind of line they come from
_IMPORTED: Final = " UNION ALL ".join(
    f"SELECT '{table}:' || id AS subject, import_batch_id AS batch_id, '{kind}' AS kind FROM {table}"
    " WHERE import_batch_id IS NOT NULL"
    for table, kind in (("campaign", "project"), ("pledge", "pledge"))
)
# every row that belongs to a project, with the project's mark
_MARKED: Final = """
    SELECT 'campaign ' || c.id AS offender, c.generated, p.generated AS meant FROM campaign c
      JOIN project p ON p.id = c.project_id
    UNION ALL SELECT 'pledge ' || l.id, l.generated, c.generated FROM pledge l JOIN campaign c ON c.id = l.campaign_id
    UNION ALL SELECT 'match_pledge ' || m.id, m.generated, c.generated FROM match_pledge m
      JOIN campaign c ON c.id = m.campaign_id
    UNION ALL SELECT 'project ' || p.id, p.generated, g.generated FROM project p JOIN community_group g ON g.id = p.group_id
"""
_WITH_BATCH: Final = ("community_group", "project", "campaign", "pledge", "match_pledge")
_OF_BATCH: Final = " UNION ALL ".join(
    f"SELECT '{table} ' || t.id, t.generated, b.generated FROM {table} t JOIN import_batch b ON b.id = t.import_batch_id"
    for table in _WITH_BATCH
)
_BALANCES: Final = (
    "SELECT account, sum(amount_pence)::bigint AS pence FROM ledger_line"
    " WHERE account LIKE 'history:%' GROUP BY account"
)
_COLLECTED: Final = (
    "(SELECT campaign_id, import_batch_id, sum(amount_pence) AS pence FROM pledge"
    " WHERE import_batch_id IS NOT NULL AND status = 'collected' GROUP BY 1, 2)"
)
_PAID: Final = (
    "(SELECT campaign_id, fund_id, sum(paid_pence) AS pence FROM match_pledge"
    " WHERE import_batch_id IS NOT NULL AND paid_pence > 0 GROUP BY 1, 2)"
)


async def _figures_that_differ() -> list[str]:
    """Figures told from events against the rows as they are today, and the districts against their sum."""
    return [one for records in Records for one in await _of_these(records)]


async def _of_these(records: Records) -> list[str]:
    told = await figures_as_at(business_today(), records)
    rows = await fetch(
        "SELECT coalesce(sum(amount_pence) FILTER (WHERE status NOT IN ('earmarked', 'released')), 0)::bigint AS pledged,"
        " coalesce(sum(amount_pence) FILTER (WHERE status = 'released' AND accepted_at IS NOT NULL), 0)::bigint AS released,"
        " count(DISTINCT c.project_id) FILTER (WHERE m.status NOT IN ('earmarked', 'released')) AS projects"
        " FROM match_pledge m JOIN (SELECT id AS of, project_id FROM campaign) c ON c.of = m.campaign_id"
        " WHERE m.generated = $1",
        records is Records.GENERATED,
    )
    today = rows[0]
    pairs = {
        "projects": (told.projects, today["projects"]),
        "match pledged": (told.match_pledged_pence, today["pledged"]),
        "match released": (told.match_released_pence, today["released"]),
        "match pledged by district": (
            told.match_pledged_pence,
            sum(one.match_pledged_pence for one in told.by_district),
        ),
        "crowd pledged by district": (
            told.crowd_pledged_pence,
            sum(one.crowd_pledged_pence or 0 for one in told.by_district),
        ),
    }
    return [
        f"{name}, {records} records: {left} from events, {right} from rows"
        for name, (left, right) in pairs.items()
        if left != right
    ]


RULES: Final = (
    Rule(
        "imported rows say where from",
        "every imported campaign and pledge has its file and line",
        f"SELECT i.subject AS offender FROM ({_IMPORTED}) i LEFT JOIN import_row r ON r.subject = i.subject"
        " AND r.kind = i.kind AND r.batch_id = i.batch_id GROUP BY i.subject HAVING count(r.id) <> 1 ORDER BY 1",
    ),
    Rule(
        "file lines lead to rows",
        "every line that was imported became the row that it names, and no line was imported twice",
        f"SELECT 'import_row ' || r.id AS offender FROM import_row r LEFT JOIN ({_IMPORTED}) i ON i.subject = r.subject"
        " AND i.kind = r.kind AND i.batch_id = r.batch_id WHERE i.subject IS NULL"
        " UNION SELECT 'import_row ' || max(id) FROM import_row GROUP BY kind, reference HAVING count(*) > 1"
        " UNION SELECT 'import_row ' || max(id) FROM import_row GROUP BY batch_id, file, line HAVING count(*) > 1"
        " ORDER BY 1",
    ),
    Rule(
        "files are imported once and whole",
        "no two imports are of the same files, and each brought as many rows as its files have",
        "SELECT 'import_batch ' || max(id) AS offender FROM import_batch GROUP BY digest HAVING count(*) > 1"
        " UNION SELECT 'import_batch ' || b.id FROM import_batch b WHERE"
        " (SELECT coalesce(sum((f->>'rows')::bigint), 0) FROM jsonb_array_elements(b.files) f)"
        " <> (SELECT count(*) FROM import_row r WHERE r.batch_id = b.id) ORDER BY 1",
    ),
    Rule(
        "imported history is in its own books",
        "what an import says was collected and paid stands on the accounts of history, to the penny",
        f"WITH meant AS (SELECT 'history:collected:batch:' || import_batch_id AS account, sum(pence) AS pence"
        f"  FROM {_COLLECTED} c GROUP BY 1"
        f" UNION ALL SELECT 'history:paid out:campaign:' || campaign_id, -sum(pence) FROM {_COLLECTED} c GROUP BY 1"
        f" UNION ALL SELECT 'history:match received:campaign:' || campaign_id, sum(pence) FROM {_PAID} m GROUP BY 1"
        f" UNION ALL SELECT 'history:match paid:fund:' || fund_id, -sum(pence) FROM {_PAID} m GROUP BY 1)"
        f" SELECT coalesce(m.account, b.account) AS offender FROM meant m FULL JOIN ({_BALANCES}) b"
        " ON b.account = m.account WHERE m.pence IS DISTINCT FROM b.pence ORDER BY 1",
    ),
    Rule(
        "history is not mixed with our money",
        "no movement has an account of history beside one of ours",
        "SELECT 'ledger_movement ' || movement_id AS offender FROM ledger_line GROUP BY movement_id"
        " HAVING bool_or(account LIKE 'history:%') AND NOT bool_and(account LIKE 'history:%') ORDER BY movement_id",
    ),
    Rule(
        "generated records are marked through",
        "the mark of generated records goes from the import over group and project to every pledge and match",
        f"SELECT DISTINCT offender FROM ({_MARKED} UNION ALL {_OF_BATCH}) r WHERE generated <> meant ORDER BY 1",
    ),
    Rule(
        "generated match is of a marked fund",
        "a fund that gives to generated records says so of itself",
        "SELECT 'match_pledge ' || m.id AS offender FROM match_pledge m JOIN match_fund f ON f.id = m.fund_id"
        " WHERE m.generated AND NOT f.generated ORDER BY m.id",
    ),
    Rule(
        "imports keep both dates",
        "of an imported row each event was true before it was recorded, and none was recorded before the import",
        "SELECT 'campaign ' || t.id AS offender FROM campaign t JOIN campaign_event e ON e.subject_id = t.id"
        " JOIN import_batch b ON b.id = t.import_batch_id WHERE e.effective_at > e.recorded_at"
        " OR e.recorded_at < b.imported_at"
        " UNION SELECT 'pledge ' || t.id FROM pledge t JOIN pledge_event e ON e.subject_id = t.id"
        " JOIN import_batch b ON b.id = t.import_batch_id WHERE e.effective_at > e.recorded_at"
        " OR e.recorded_at < b.imported_at"
        " UNION SELECT 'match_pledge ' || t.id FROM match_pledge t JOIN match_pledge_event e ON e.subject_id = t.id"
        " JOIN import_batch b ON b.id = t.import_batch_id WHERE e.effective_at > e.recorded_at"
        " OR e.recorded_at < b.imported_at ORDER BY 1",
    ),
    Rule(
        "figures agree with the rows",
        "what the figures of today tell from events is what the rows say, and the districts sum to it",
        find=_figures_that_differ,
    ),
    Rule(
        "snapshots are as recomputed",
        "the figures kept of a day are what the records tell of it once more, as known when they were taken",
        find=not_as_recomputed,
    ),
    Rule(
        "published figures are corrected, never replaced",
        "each further value published of one figure and day names the one before it, with the reason",
        "SELECT 'published_figure ' || f.id AS offender FROM (SELECT id, corrects_id, reason, lag(id) OVER"
        " (PARTITION BY indicator, records, as_at ORDER BY id) AS before FROM published_figure) f"
        " WHERE f.before IS DISTINCT FROM f.corrects_id OR (f.before IS NULL) <> (f.reason = '') ORDER BY f.id",
    ),
    Rule(
        "packs that were asked for are built",
        "the worker builds a pack within an hour, or says why it could not",
        "SELECT 'evaluation_pack ' || id AS offender FROM evaluation_pack WHERE ready_at IS NULL AND failed_at IS NULL"
        " AND asked_at < now() - interval '1 hour' ORDER BY id",
    ),
    Rule(
        "the comparison was written down",
        "how matched and unmatched campaigns are compared stands in the records, in the words that are carried out",
        f"SELECT 'evaluation_protocol {NAME}' AS offender WHERE NOT EXISTS (SELECT 1 FROM evaluation_protocol"
        f" WHERE name = '{NAME}' AND digest = '{DIGEST}' AND words = '{WORDS.replace(chr(39), chr(39) * 2)}')",
    ),
)
