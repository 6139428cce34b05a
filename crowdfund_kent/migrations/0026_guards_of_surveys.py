"""Guards over the tables of surveys: histories and answers are append-only, and what is due is found by an index."""

from importlib import import_module

from tortoise import migrations
from tortoise.migrations import operations as ops

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of

APPEND_ONLY: tuple[str, ...] = ("survey_invitation_event", "survey_answer")
INDEXES: dict[str, str] = {
    "survey_invitation_event_subject": (
        "INDEX survey_invitation_event_subject ON survey_invitation_event (subject_id, id)"
    ),
    "survey_answer_invitation": "INDEX survey_answer_invitation ON survey_answer (invitation_id, question, id)",
    "survey_invitation_round": "INDEX survey_invitation_round ON survey_invitation (round_id)",
    "survey_invitation_kept": (
        "INDEX survey_invitation_kept ON survey_invitation (closes_on) WHERE forgotten_at IS NULL"
    ),
    "survey_invitation_asked": "INDEX survey_invitation_asked ON survey_invitation (closes_on) WHERE status = 'asked'",
}
FORWARD = [
    *(sql for table in APPEND_ONLY for sql in triggers_of(table)),
    *(f"CREATE {sql}" for sql in INDEXES.values()),
]
BACKWARD = [
    *(f"DROP INDEX {name}" for name in INDEXES),
    *(f"DROP TRIGGER {table}_{kind} ON {table}" for table in APPEND_ONLY for kind in ("append_only", "no_truncate")),
]


class Migration(migrations.Migration):
    """One operation: Tortoise copies its whole state for each."""

    dependencies = [("models", "0025_surveys")]

    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
