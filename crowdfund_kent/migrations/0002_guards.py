"""What the database itself refuses, even when Python forgets: triggers, and the indexes that are no constraint."""

from tortoise import migrations
from tortoise.migrations import operations as ops

APPEND_ONLY = (
    "ledger_movement",
    "ledger_line",
    "audit_row",
    "audit_seal",
    "campaign_event",
    "pledge_event",
    "match_pledge_event",
    "award_event",
    "charge_attempt_event",
    "refund_event",
    "project_version",
    "fund_rules",
)
INDEXES = {
    "campaign_one_unfinished": "UNIQUE INDEX campaign_one_unfinished ON campaign (project_id) WHERE status NOT IN"
    " ('refused', 'unsuccessful', 'settled', 'collapsed', 'cancelled', 'withdrawn')",
    "staff_role_once": "UNIQUE INDEX staff_role_once ON staff_role (person_id, role, coalesce(fund_id, 0))"
    " WHERE ended_at IS NULL",
    "outbox_due": "INDEX outbox_due ON outbox (due_at) WHERE done_at IS NULL",
    "ledger_line_movement": "INDEX ledger_line_movement ON ledger_line (movement_id)",
    "campaign_event_subject": "INDEX campaign_event_subject ON campaign_event (subject_id, id)",
    "pledge_event_subject": "INDEX pledge_event_subject ON pledge_event (subject_id, id)",
    "match_pledge_event_subject": "INDEX match_pledge_event_subject ON match_pledge_event (subject_id, id)",
    "award_event_subject": "INDEX award_event_subject ON award_event (subject_id, id)",
    "charge_attempt_event_subject": "INDEX charge_attempt_event_subject ON charge_attempt_event (subject_id, id)",
    "refund_event_subject": "INDEX refund_event_subject ON refund_event (subject_id, id)",
    "project_group": "INDEX project_group ON project (group_id)",
    "campaign_project": "INDEX campaign_project ON campaign (project_id)",
    "match_pledge_campaign": "INDEX match_pledge_campaign ON match_pledge (campaign_id)",
    "match_pledge_fund": "INDEX match_pledge_fund ON match_pledge (fund_id)",
    "award_campaign": "INDEX award_campaign ON award (campaign_id)",
    "cost_line_project": "INDEX cost_line_project ON cost_line (project_id)",
    "other_funding_project": "INDEX other_funding_project ON other_funding (project_id)",
    "in_kind_project": "INDEX in_kind_project ON in_kind (project_id)",
    "group_member_person": "INDEX group_member_person ON group_member (person_id)",
    "session_person": "INDEX session_person ON session (person_id)",
    "session_expires": "INDEX session_expires ON session (expires_at)",
    "collection_due": "INDEX collection_due ON collection (next_at) WHERE done_at IS NULL",
    "refund_due": "INDEX refund_due ON refund (next_at) WHERE status IN ('intended', 'unknown')",
    "provider_event_open": "INDEX provider_event_open ON provider_event (id) WHERE applied_at IS NULL",
}

FUNCTIONS = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION ledger_must_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    movement bigint;
    found_lines bigint;
    total numeric;
    of_memorandum bigint;
    its_book text;
BEGIN
    IF TG_TABLE_NAME = 'ledger_movement' THEN movement := NEW.id; ELSE movement := NEW.movement_id; END IF;
    SELECT count(*), coalesce(sum(amount_pence), 0), count(*) FILTER (WHERE account LIKE 'memo:%')
      INTO found_lines, total, of_memorandum FROM ledger_line WHERE movement_id = movement;
    SELECT book INTO its_book FROM ledger_movement WHERE id = movement;
    IF found_lines < 2 OR total <> 0 THEN
        RAISE EXCEPTION 'ledger movement % does not balance: % lines, sum %', movement, found_lines, total
            USING ERRCODE = 'check_violation';
    END IF;
    IF of_memorandum NOT IN (0, found_lines) OR (its_book = 'memorandum') <> (of_memorandum > 0) THEN
        RAISE EXCEPTION 'ledger movement % mixes commitments with cash', movement USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION clock_only_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.offset_seconds < OLD.offset_seconds THEN
        RAISE EXCEPTION 'the business clock only goes forward' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
LEDGER = (
    "CREATE CONSTRAINT TRIGGER ledger_line_balances AFTER INSERT ON ledger_line"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_must_balance()",
    "CREATE CONSTRAINT TRIGGER ledger_movement_balances AFTER INSERT ON ledger_movement"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_must_balance()",
)


def triggers_of(table: str) -> tuple[str, str]:
    """Update, delete and truncate of `table` are refused."""
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    )


# the list of projects forgives typing errors by it; a trusted extension: the database's owner may create it
SEARCH = "CREATE EXTENSION IF NOT EXISTS pg_trgm"

FORWARD = [
    SEARCH,
    FUNCTIONS,
    *(sql for table in APPEND_ONLY for sql in triggers_of(table)),
    *LEDGER,
    "CREATE TRIGGER clock_offset_only_forward BEFORE UPDATE ON clock_offset"
    " FOR EACH ROW EXECUTE FUNCTION clock_only_forward()",
    "ALTER TABLE staff_role ADD CONSTRAINT staff_role_fund FOREIGN KEY (fund_id) REFERENCES match_fund (id)",
    *(f"CREATE {sql}" for sql in INDEXES.values()),
]
BACKWARD = [
    *(f"DROP INDEX {name}" for name in INDEXES),
    "ALTER TABLE staff_role DROP CONSTRAINT staff_role_fund",
    # the triggers go with their functions
    "DROP FUNCTION refuse_change() CASCADE",
    "DROP FUNCTION ledger_must_balance() CASCADE",
    "DROP FUNCTION clock_only_forward() CASCADE",
    "DROP EXTENSION IF EXISTS pg_trgm",
]


class Migration(migrations.Migration):
    """Guards over the tables of 0001. One operation: Tortoise copies its whole state for each."""

    dependencies = [("models", "0001_tables")]

    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
