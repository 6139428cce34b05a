"""Guards over the tables of the books: nothing is posted into a closed period, and what was closed, kept or drawn never changes."""

from importlib import import_module

from tortoise import migrations
from tortoise.migrations import operations as ops

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of

APPEND_ONLY: tuple[str, ...] = (
    "book_period_event",
    "closed_statement",
    "book_day",
    "account_code",
    "journal_batch",
    "journal_movement",
    "audit_sample",
)
# trigger name -> what it is on
GUARDS: dict[str, str] = {
    "ledger_movement_open_period": "ledger_movement",
    "book_period_stays_closed": "book_period",
    "book_period_no_truncate": "book_period",
}
INDEXES: dict[str, str] = {
    "book_period_event_subject": "INDEX book_period_event_subject ON book_period_event (subject_id, id)",
    "ledger_movement_effective": "INDEX ledger_movement_effective ON ledger_movement (effective_at)",
    "ledger_movement_late_facts": "INDEX ledger_movement_late_facts ON ledger_movement (true_at) WHERE true_at IS NOT NULL",
}
# Whoever posts shares the lock until they commit; whoever closes takes it alone. So a close sees every posting that came
# before it, and a posting that had to wait sees the close: each statement of a volatile function looks anew. The moment
# of recording is set behind the lock, so that "as known on" can't change by a transaction that commits late.
FUNCTIONS = """
CREATE FUNCTION ledger_open_from() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7205771);
    RETURN (SELECT max(locked_before) FROM book_period WHERE status = 'closed');
END $$;
CREATE FUNCTION ledger_period_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open_from timestamptz := ledger_open_from();
BEGIN
    IF NEW.effective_at < open_from THEN
        RAISE EXCEPTION 'the books are closed before %: % of % can not be posted there', open_from, NEW.kind, NEW.source
            USING ERRCODE = 'check_violation';
    END IF;
    NEW.recorded_at := greatest(NEW.recorded_at, clock_timestamp());
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_movement_open_period BEFORE INSERT ON ledger_movement
    FOR EACH ROW EXECUTE FUNCTION ledger_period_is_open();
CREATE FUNCTION period_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'closed' THEN
        RAISE EXCEPTION 'a period that is closed stays closed: % refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER book_period_stays_closed BEFORE UPDATE OR DELETE ON book_period
    FOR EACH ROW EXECUTE FUNCTION period_stays_closed();
CREATE TRIGGER book_period_no_truncate BEFORE TRUNCATE ON book_period
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
# movements from before they said what they are about
OLD_MOVEMENTS = (
    "ALTER TABLE ledger_movement DISABLE TRIGGER ledger_movement_append_only",
    """
UPDATE ledger_movement m SET about = 'campaign:' || found.id FROM (
    SELECT movement_id, max(substring(account FROM ':campaign:([0-9]+)$')) AS id FROM ledger_line GROUP BY movement_id
    HAVING count(DISTINCT substring(account FROM ':campaign:([0-9]+)$')) = 1) found WHERE found.movement_id = m.id
""",
    "UPDATE ledger_movement SET about = source WHERE book = 'memorandum' AND source LIKE 'match_pledge:%'",
    "ALTER TABLE ledger_movement ENABLE TRIGGER ledger_movement_append_only",
)
FORWARD = [
    *OLD_MOVEMENTS,
    FUNCTIONS,
    *(sql for table in APPEND_ONLY for sql in triggers_of(table)),
    *(f"CREATE {sql}" for sql in INDEXES.values()),
]
BACKWARD = [
    *(f"DROP INDEX {name}" for name in INDEXES),
    *(f"DROP TRIGGER {table}_{kind} ON {table}" for table in APPEND_ONLY for kind in ("append_only", "no_truncate")),
    *(f"DROP TRIGGER {name} ON {table}" for name, table in GUARDS.items()),
    "DROP FUNCTION period_stays_closed()",
    "DROP FUNCTION ledger_period_is_open()",
    "DROP FUNCTION ledger_open_from()",
]


class Migration(migrations.Migration):
    """One operation: Tortoise copies its whole state for each."""

    dependencies = [("models", "0008_books_that_close")]

    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
