"""Guards over the tables of 0028: events stand, so do a share and a typed statement, and what a matched line has paid."""

from importlib import import_module

from tortoise import migrations
from tortoise.migrations import operations as ops

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of

EVENTS: tuple[str, ...] = ("shares_back_event", "share_back_event", "typed_statement_event")
APPEND_ONLY: tuple[str, ...] = EVENTS
INDEXES: dict[str, str] = {f"{table}_subject": f"INDEX {table}_subject ON {table} (subject_id, id)" for table in EVENTS}
FUNCTIONS = """
CREATE FUNCTION share_back_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.giving_id, OLD.share_id, OLD.amount_pence)
        IS DISTINCT FROM (NEW.giving_id, NEW.share_id, NEW.amount_pence) THEN
        RAISE EXCEPTION 'a share that two people agreed to give back is never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER share_back_facts_stand BEFORE UPDATE OR DELETE ON share_back
    FOR EACH ROW EXECUTE FUNCTION share_back_stands();
CREATE FUNCTION typed_statement_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.account, OLD.sha256, OLD.opening_pence, OLD.closing_pence, OLD.from_on, OLD.to_on,
        OLD.lines_in_file, OLD.entered_by_id) IS DISTINCT FROM (NEW.account, NEW.sha256, NEW.opening_pence,
        NEW.closing_pence, NEW.from_on, NEW.to_on, NEW.lines_in_file, NEW.entered_by_id)
        OR (NEW.lines IS NOT NULL AND OLD.lines::text <> NEW.lines::text) THEN
        RAISE EXCEPTION 'a typed statement stands as it was entered: refuse it, and type another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER typed_statement_facts_stand BEFORE UPDATE OR DELETE ON typed_statement
    FOR EACH ROW EXECUTE FUNCTION typed_statement_stands();
CREATE FUNCTION bank_line_payment_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR (SELECT status FROM bank_line WHERE id = OLD.line_id) = 'matched' THEN
        RAISE EXCEPTION 'what a matched line has paid stands';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER bank_line_payment_matched_stands BEFORE UPDATE OR DELETE ON bank_line_payment
    FOR EACH ROW EXECUTE FUNCTION bank_line_payment_stands();
"""
GUARDS: dict[str, str] = {
    "share_back_facts_stand": "share_back",
    "typed_statement_facts_stand": "typed_statement",
    "bank_line_payment_matched_stands": "bank_line_payment",
}
FORWARD = [
    FUNCTIONS,
    *(sql for table in APPEND_ONLY for sql in triggers_of(table)),
    *(f"CREATE {sql}" for sql in INDEXES.values()),
]
BACKWARD = [
    *(f"DROP INDEX {name}" for name in INDEXES),
    *(f"DROP TRIGGER {table}_{kind} ON {table}" for table in APPEND_ONLY for kind in ("append_only", "no_truncate")),
    *(f"DROP TRIGGER {name} ON {table}" for name, table in GUARDS.items()),
    "DROP FUNCTION bank_line_payment_stands()",
    "DROP FUNCTION typed_statement_stands()",
    "DROP FUNCTION share_back_stands()",
]


class Migration(migrations.Migration):
    """One operation: Tortoise copies its whole state for each."""

    dependencies = [("models", "0028_shares_that_go_back")]

    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
