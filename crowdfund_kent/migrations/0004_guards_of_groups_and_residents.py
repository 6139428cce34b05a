"""Guards over the tables of 0003: what is append-only, and the indexes that are no constraint."""

from importlib import import_module

from tortoise import migrations
from tortoise.migrations import operations as ops

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of

APPEND_ONLY: tuple[str, ...] = (
    "care_case_event",
    "words_version",
    "campaign_change_event",
    "help_offer_event",
    "refund_proposal_event",
    "signed_paper",
)
INDEXES: dict[str, str] = {
    "care_case_message_case": "INDEX care_case_message_case ON care_case_message (case_id, id)",
    "care_case_event_subject": "INDEX care_case_event_subject ON care_case_event (subject_id, id)",
    "campaign_change_campaign": "INDEX campaign_change_campaign ON campaign_change (campaign_id, id)",
    "campaign_change_event_subject": "INDEX campaign_change_event_subject ON campaign_change_event (subject_id, id)",
    "extra_project": "INDEX extra_project ON extra (project_id)",
    "pledge_must_agree": "INDEX pledge_must_agree ON pledge (must_agree_id) WHERE must_agree_id IS NOT NULL",
    "help_wanted_project": "INDEX help_wanted_project ON help_wanted (project_id)",
    "help_offer_wanted": "INDEX help_offer_wanted ON help_offer (wanted_id)",
    "help_offer_event_subject": "INDEX help_offer_event_subject ON help_offer_event (subject_id, id)",
    "refund_proposal_event_subject": "INDEX refund_proposal_event_subject ON refund_proposal_event (subject_id, id)",
}
FORWARD = [
    "SELECT 1",
    *(sql for table in APPEND_ONLY for sql in triggers_of(table)),
    *(f"CREATE {sql}" for sql in INDEXES.values()),
]
BACKWARD = [
    "SELECT 1",
    *(f"DROP INDEX {name}" for name in INDEXES),
    *(f"DROP TRIGGER {table}_{kind} ON {table}" for table in APPEND_ONLY for kind in ("append_only", "no_truncate")),
]


class Migration(migrations.Migration):
    """One operation: Tortoise copies its whole state for each."""

    dependencies = [("models", "0003_groups_and_residents")]

    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
