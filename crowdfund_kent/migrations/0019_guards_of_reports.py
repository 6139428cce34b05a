"""Guards over the tables of reports: histories are append-only, and what an officer accepted stays as it was."""

from importlib import import_module

from tortoise import migrations
from tortoise.migrations import operations as ops

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of

APPEND_ONLY: tuple[str, ...] = ("report_event", "report_more_time_event")
GUARDS: dict[str, str] = {"report_accepted_stays": "report", "report_line_accepted_stays": "report_line"}
INDEXES: dict[str, str] = {
    "report_event_subject": "INDEX report_event_subject ON report_event (subject_id, id)",
    "report_more_time_event_subject": (
        "INDEX report_more_time_event_subject ON report_more_time_event (subject_id, id)"
    ),
    "report_delivery": "INDEX report_delivery ON report (delivery_id, id)",
    "report_open": "INDEX report_open ON report (due_by) WHERE status NOT IN ('accepted', 'lapsed')",
    "receipt_line": "INDEX receipt_line ON receipt (line_id, id)",
    "report_picture_report": "INDEX report_picture_report ON report_picture (report_id, id)",
    "report_message_report": "INDEX report_message_report ON report_message (report_id, id)",
    "report_more_time_report": "INDEX report_more_time_report ON report_more_time (report_id, id)",
}
# words may be let go of years later, and an officer may hide or show them; figures and who did it never change
FUNCTIONS = """
CREATE FUNCTION accepted_report_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'accepted' AND (TG_OP = 'DELETE' OR
        (OLD.status, OLD.delivery_id, OLD.kind, OLD.level, OLD.public_pence, OLD.version_id, OLD.people_reached,
         OLD.volunteer_hours, OLD.total_pence, OLD.other_pence, OLD.spent_pence, OLD.received_pence, OLD.sent_at,
         OLD.sent_by_id, OLD.accepted_at, OLD.accepted_by_id)
        IS DISTINCT FROM
        (NEW.status, NEW.delivery_id, NEW.kind, NEW.level, NEW.public_pence, NEW.version_id, NEW.people_reached,
         NEW.volunteer_hours, NEW.total_pence, NEW.other_pence, NEW.spent_pence, NEW.received_pence, NEW.sent_at,
         NEW.sent_by_id, NEW.accepted_at, NEW.accepted_by_id)) THEN
        RAISE EXCEPTION 'an accepted report stays as it was';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER report_accepted_stays BEFORE UPDATE OR DELETE ON report
    FOR EACH ROW EXECUTE FUNCTION accepted_report_stays();
CREATE FUNCTION accepted_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'DELETE' OR (OLD.report_id, OLD.number, OLD.planned_pence, OLD.spent_pence)
        IS DISTINCT FROM (NEW.report_id, NEW.number, NEW.planned_pence, NEW.spent_pence))
        AND EXISTS (SELECT 1 FROM report WHERE id = OLD.report_id AND status IN ('sent', 'accepted')) THEN
        RAISE EXCEPTION 'the costs of a report that was sent stay as they were';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER report_line_accepted_stays BEFORE UPDATE OR DELETE ON report_line
    FOR EACH ROW EXECUTE FUNCTION accepted_line_stays();
"""
FORWARD = [
    FUNCTIONS,
    *(sql for table in APPEND_ONLY for sql in triggers_of(table)),
    *(f"CREATE {sql}" for sql in INDEXES.values()),
]
BACKWARD = [
    *(f"DROP INDEX {name}" for name in INDEXES),
    *(f"DROP TRIGGER {table}_{kind} ON {table}" for table in APPEND_ONLY for kind in ("append_only", "no_truncate")),
    *(f"DROP TRIGGER {name} ON {table}" for name, table in GUARDS.items()),
    "DROP FUNCTION accepted_line_stays()",
    "DROP FUNCTION accepted_report_stays()",
]


class Migration(migrations.Migration):
    """One operation: Tortoise copies its whole state for each."""

    dependencies = [("models", "0018_reports")]

    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
