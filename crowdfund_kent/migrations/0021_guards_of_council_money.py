"""Guards over the tables of 0020: events stand, and so do the facts of a bank's line and of a payment once it is made."""

from importlib import import_module

from tortoise import migrations
from tortoise.migrations import operations as ops

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of

EVENTS: tuple[str, ...] = (
    "bank_details_event",
    "subsidy_check_event",
    "payment_schedule_event",
    "match_payment_event",
    "match_recovery_event",
    "match_shortening_event",
    "bank_line_event",
)
APPEND_ONLY: tuple[str, ...] = (*EVENTS, "match_payment_part", "bank_statement")
INDEXES: dict[str, str] = {f"{table}_subject": f"INDEX {table}_subject ON {table} (subject_id, id)" for table in EVENTS}
# what the bank said, and to whom a payment goes: only their status and what belongs to it may move
FUNCTIONS = """
CREATE FUNCTION bank_line_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.statement_id, OLD.number, OLD.key, OLD.booked_on, OLD.amount_pence, OLD.is_return)
        IS DISTINCT FROM (NEW.statement_id, NEW.number, NEW.key, NEW.booked_on, NEW.amount_pence, NEW.is_return) THEN
        RAISE EXCEPTION 'a line of a bank statement stands as the bank wrote it';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bank_line_facts_stand BEFORE UPDATE OR DELETE ON bank_line
    FOR EACH ROW EXECUTE FUNCTION bank_line_stands();
CREATE FUNCTION match_payment_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.schedule_id, OLD.match_pledge_id, OLD.group_id, OLD.bank_details_id, OLD.reference,
        OLD.part, OLD.amount_pence) IS DISTINCT FROM (NEW.schedule_id, NEW.match_pledge_id, NEW.group_id,
        NEW.bank_details_id, NEW.reference, NEW.part, NEW.amount_pence) THEN
        RAISE EXCEPTION 'a payment is never changed: cancel it and prepare another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER match_payment_facts_stand BEFORE UPDATE OR DELETE ON match_payment
    FOR EACH ROW EXECUTE FUNCTION match_payment_stands();
"""
GUARDS: dict[str, str] = {"bank_line_facts_stand": "bank_line", "match_payment_facts_stand": "match_payment"}
FORWARD = [
    FUNCTIONS,
    *(sql for table in APPEND_ONLY for sql in triggers_of(table)),
    *(f"CREATE {sql}" for sql in INDEXES.values()),
]
BACKWARD = [
    *(f"DROP INDEX {name}" for name in INDEXES),
    *(f"DROP TRIGGER {table}_{kind} ON {table}" for table in APPEND_ONLY for kind in ("append_only", "no_truncate")),
    *(f"DROP TRIGGER {name} ON {table}" for name, table in GUARDS.items()),
    "DROP FUNCTION match_payment_stands()",
    "DROP FUNCTION bank_line_stands()",
]


class Migration(migrations.Migration):
    """One operation: Tortoise copies its whole state for each."""

    dependencies = [("models", "0020_council_money")]

    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
