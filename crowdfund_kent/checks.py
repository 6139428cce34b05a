"""The invariants of the house: ledger, record, outbox, guards of the database."""

import hashlib
from datetime import timedelta
from typing import Final

from tortoise import Tortoise

from crowdfund_kent import chart
from crowdfund_kent.audit import FIRST_HASH, digest_of
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.invariants import GRACE, Rule
from crowdfund_kent.models import AuditRow, HasStatus
from crowdfund_kent.settings import get_settings

APPEND_ONLY: Final = (
    "ledger_movement",
    "ledger_line",
    "audit_row",
    "audit_seal",
    "campaign_event",
    "pledge_event",
    "match_pledge_event",
    "offline_gift_event",
    "gift_aid_recipient_event",
    "gift_aid_declaration_event",
    "gift_aid_claim_event",
    "gift_aid_line",
    "gift_aid_adjustment",
    "award_event",
    "charge_attempt_event",
    "refund_event",
    "own_move_event",
    "repayment_event",
    "campaign_change_event",
    "help_offer_event",
    "refund_proposal_event",
    "difference_event",
    "care_case_event",
    "post_event",
    "delivery_event",
    "delivery_turn_event",
    "group_hand_over_event",
    "group_hosting_event",
    "payment_hold_event",
    "dispute_event",
    "recipient_event",
    "payout_event",
    "transfer_event",
    "transfer_reversal_event",
    "collapse_proposal_event",
    "cost_booking",
    "bank_failure",
    "taken_back_decision_event",
    "unspent_share",
    "words_version",
    "project_version",
    "fund_rules",
    "signed_paper",
    "campaign_check",
    "match_fund_event",
    "pot_movement_event",
    "panel_round_event",
    "pitch_event",
    "pitch_review_event",
    "information_request_event",
    "fund_terms",
    "panel_declaration",
    "score_sheet",
    "score",
    "panel_recommendation",
    "panel_vote",
    "panel_decision",
    "book_period_event",
    "closed_statement",
    "book_day",
    "account_code",
    "journal_batch",
    "journal_movement",
    "audit_sample",
    "evaluation_snapshot",
    "published_figure",
    "report_words",
    "evaluation_protocol",
    "report_event",
    "report_more_time_event",
    "bank_details_event",
    "subsidy_check_event",
    "payment_schedule_event",
    "match_payment_event",
    "match_recovery_event",
    "match_shortening_event",
    "bank_line_event",
    "match_payment_part",
    "match_payment_own",
    "match_payment_kept",
    "bank_statement",
    "survey_invitation_event",
    "survey_answer",
    "shares_back_event",
    "share_back_event",
    "typed_statement_event",
)
GUARDS: Final = (
    *(f"{table}_{suffix}" for table in APPEND_ONLY for suffix in ("append_only", "no_truncate")),
    "ledger_line_balances",
    "ledger_movement_balances",
    "offline_gift_frozen",
    "clock_offset_only_forward",
    "pitch_interest_never_lowered",
    "fund_question_frozen",
    "score_sheet_before_signature",
    "panel_recommendation_before_signature",
    "panel_vote_before_signature",
    "ledger_movement_open_period",
    "book_period_stays_closed",
    "book_period_no_truncate",
    "report_accepted_stays",
    "report_line_accepted_stays",
    "bank_line_facts_stand",
    "match_payment_facts_stand",
    "share_back_facts_stand",
    "typed_statement_facts_stand",
    "bank_line_payment_matched_stands",
)
# hand-written in the migrations, beside the constraints of the models
INDEXES: Final = ("campaign_one_unfinished", "staff_role_once")
# what carries ids only: "campaign:12", causes in small letters, accounts without capitals
_ID: Final = "^[a-z_]+:[0-9]+$"
_CAUSE: Final = "^[a-z][a-z -]*$"
_WORDS: Final = "^[a-z0-9 _-]{0,64}$"  # a status, a role, a digest: a name has capitals, an address its own sign
_ACCOUNT: Final = "^[a-z][a-z0-9: -]*$"


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


async def _missing_constraints() -> list[str]:
    """What the models forbid and the database, as it is now, would let through."""
    rows = await fetch(
        "SELECT conname AS name FROM pg_constraint WHERE convalidated"
        " UNION SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisvalid"
    )
    known = {str(row["name"]) for row in rows}
    rows = await fetch(
        "SELECT c.relname AS of, a.attname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"
        " WHERE i.indisunique AND i.indisvalid AND i.indnatts = 1 AND i.indpred IS NULL"
    )
    unique = {(str(row["of"]), str(row["name"])) for row in rows}
    assert Tortoise.apps is not None
    missing = {name for name in INDEXES if name not in known}
    for model in Tortoise.apps["models"].values():
        meta = model._meta
        missing |= {str(one.name) for one in meta.constraints if one.name not in known}
        for field in meta.fields_map.values():
            column = str(field.source_field or field.model_field_name)
            if field.unique and field.has_db_field and (meta.db_table, column) not in unique:
                missing.add(f"{meta.db_table}.{column} unique")
    return sorted(missing)


async def _kept_too_long() -> list[str]:
    """Outbox bodies hold personal text: they go some time after they were sent."""
    rows = await fetch(
        "SELECT 'outbox ' || id AS offender FROM outbox WHERE body IS NOT NULL AND done_at < $1 ORDER BY id",
        real_now() - timedelta(days=get_settings().body_keep_days) - GRACE,
    )
    return [str(row["offender"]) for row in rows]


async def _unknown_accounts() -> list[str]:
    """Accounts that were posted to and that no package has named."""
    patterns = [account.pattern for account in chart.chart()]
    rows = await fetch(
        "SELECT account AS offender FROM (SELECT DISTINCT account FROM ledger_line) l WHERE NOT account ~ ANY($1::text[])"
        " ORDER BY 1",
        patterns,
    )
    return [str(row["offender"]) for row in rows]


def _event_tables() -> list[str]:
    """The history of every table with a status."""
    assert Tortoise.apps is not None
    models = Tortoise.apps["models"].values()
    return sorted(model.Event._meta.db_table for model in models if issubclass(model, HasStatus))


async def _unknown_words() -> list[str]:
    """Events whose cause is more than a few small words."""
    sql = " UNION ALL ".join(
        f"SELECT '{table} ' || id AS offender FROM {table} WHERE cause !~ '{_CAUSE}'" for table in _event_tables()
    )
    return [str(row["offender"]) for row in await fetch(sql)]


async def _out_of_order() -> list[str]:
    """Events that were true before the one they follow: whoever asks about a past day would get the wrong one."""
    sql = " UNION ALL ".join(
        f"SELECT '{table} ' || id AS offender FROM (SELECT id, effective_at, lag(effective_at)"
        f" OVER (PARTITION BY subject_id ORDER BY id) AS before FROM {table}) e WHERE effective_at < before"
        for table in _event_tables()
    )
    return [str(row["offender"]) for row in await fetch(sql)]


RULES: Final = (
    Rule(
        "money is whole pence",
        "every column of money holds a whole number of pence, and every share a whole number of basis points",
        "SELECT c.table_name || '.' || c.column_name AS offender FROM information_schema.columns c"
        " JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name"
        " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        " AND ((c.column_name LIKE '%\\_pence' AND c.data_type <> 'bigint')"
        " OR (c.column_name LIKE '%\\_bp' AND c.data_type NOT IN ('integer', 'bigint'))"
        " OR c.data_type IN ('real', 'double precision', 'numeric', 'money')) ORDER BY 1",
    ),
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
    Rule(
        "every account is in the chart",
        "each account of the ledger is one of the chart, which says what it stands for and whose money it is",
        find=_unknown_accounts,
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
        "the outbox is worked off",
        "a job or e-mail is done within a day of when it was due",
        "SELECT 'outbox ' || id || ' (' || name || ')' AS offender FROM outbox WHERE done_at IS NULL"
        " AND due_at < now() - interval '1 day' ORDER BY id",
    ),
    Rule("sent bodies are gone", "the text of an e-mail is kept no longer than the settings say", find=_kept_too_long),
    Rule(
        "records carry ids only",
        "audit and ledger hold ids, amounts and small words of ours, never a name, an address or a text somebody wrote",
        f"SELECT 'audit_row ' || id AS offender FROM audit_row WHERE subject !~ '{_ID}' OR act LIKE '%@%'"
        " UNION SELECT 'audit_row ' || a.id FROM audit_row a CROSS JOIN LATERAL jsonb_each(a.details) d(key, value)"
        f" WHERE jsonb_typeof(d.value) NOT IN ('number', 'boolean', 'null') AND d.value #>> '{{}}' !~ '{_WORDS}'"
        f" UNION SELECT 'ledger_movement ' || id FROM ledger_movement WHERE source !~ '{_ID}' OR kind !~ '{_CAUSE}'"
        f" UNION SELECT 'ledger_line ' || id FROM ledger_line WHERE account !~ '{_ACCOUNT}' ORDER BY 1",
    ),
    Rule(
        "events are in order of time",
        "no event was true before the one that it follows, so that figures as at a past day can be told",
        find=_out_of_order,
    ),
    Rule("events carry causes only", "the cause of an event is one of our own words", find=_unknown_words),
    Rule(
        "guards are in place",
        "every trigger that refuses a change, an unbalanced movement or a clock set back is there and switched on",
        "SELECT g.name AS offender FROM (VALUES " + ", ".join(f"('{name}')" for name in GUARDS) + ") g(name)"
        " WHERE NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = g.name AND tgenabled IN ('O', 'A')) ORDER BY 1",
    ),
    Rule(
        "constraints are in place",
        "every CHECK and UNIQUE that the models ask for is in the database and valid",
        find=_missing_constraints,
    ),
)
