"""Guards over the tables of gifts and Gift Aid: what is append-only, what of a gift is frozen, and indexes."""

from importlib import import_module

from tortoise import migrations
from tortoise.migrations import operations as ops

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of

APPEND_ONLY: tuple[str, ...] = (
    "offline_gift_event",
    "gift_aid_recipient_event",
    "gift_aid_declaration_event",
    "gift_aid_claim_event",
    "gift_aid_line",
    "gift_aid_adjustment",
)
# trigger name -> what it is on
GUARDS: dict[str, str] = {"offline_gift_frozen": "offline_gift"}
INDEXES: dict[str, str] = {
    "offline_gift_event_subject": "INDEX offline_gift_event_subject ON offline_gift_event (subject_id, id)",
    "gift_aid_recipient_event_subject": (
        "INDEX gift_aid_recipient_event_subject ON gift_aid_recipient_event (subject_id, id)"
    ),
    "gift_aid_declaration_event_subject": (
        "INDEX gift_aid_declaration_event_subject ON gift_aid_declaration_event (subject_id, id)"
    ),
    "gift_aid_claim_event_subject": "INDEX gift_aid_claim_event_subject ON gift_aid_claim_event (subject_id, id)",
    "offline_gift_batch": "INDEX offline_gift_batch ON offline_gift (batch_id) WHERE batch_id IS NOT NULL",
    "offline_gift_payment": "INDEX offline_gift_payment ON offline_gift (payment_id) WHERE payment_id IS NOT NULL",
    "gift_payment_campaign": "INDEX gift_payment_campaign ON gift_payment (campaign_id)",
    "gift_aid_declaration_recipient": (
        "INDEX gift_aid_declaration_recipient ON gift_aid_declaration (recipient_id, status)"
    ),
    "gift_aid_line_declaration": "INDEX gift_aid_line_declaration ON gift_aid_line (declaration_id)",
}
FUNCTIONS = """
CREATE FUNCTION gift_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a gift that was received is never deleted: return it';
    END IF;
    IF (OLD.campaign_id, OLD.desk_id, OLD.reference, OLD.amount_pence, OLD.way, OLD.taken_by_id, OLD.created_at)
        IS DISTINCT FROM
        (NEW.campaign_id, NEW.desk_id, NEW.reference, NEW.amount_pence, NEW.way, NEW.taken_by_id, NEW.created_at)
        OR (OLD.counted_at IS NOT NULL
            AND (OLD.counted_by_id, OLD.counted_at) IS DISTINCT FROM (NEW.counted_by_id, NEW.counted_at)) THEN
        RAISE EXCEPTION 'what was received, from whose hands and by whom it was counted never changes';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER offline_gift_frozen BEFORE UPDATE OR DELETE ON offline_gift
    FOR EACH ROW EXECUTE FUNCTION gift_is_frozen();
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
    "DROP FUNCTION gift_is_frozen()",
]


class Migration(migrations.Migration):
    """One operation: Tortoise copies its whole state for each."""

    dependencies = [("models", "0013_gifts_off_line_and_gift_aid")]

    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
