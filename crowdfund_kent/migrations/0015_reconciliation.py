"""Nights of reconciliation and the differences found; and the guard over their history."""

import functools
from importlib import import_module
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of
APPEND_ONLY: tuple[str, ...] = ("difference_event",)
INDEXES: dict[str, str] = {
    "difference_event_subject": "INDEX difference_event_subject ON difference_event (subject_id, id)",
    "reconciliation_due": "INDEX reconciliation_due ON reconciliation (next_at) WHERE done_at IS NULL",
}


class Migration(migrations.Migration):
    dependencies = [("models", "0014_guards_of_gifts")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Difference",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "campaign",
                    fields.ForeignKeyField(
                        "models.Campaign",
                        source_field="campaign_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="differences",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("thing", fields.CharField(max_length=12)),
                ("what", fields.CharField(max_length=12)),
                ("subject", fields.CharField(max_length=80)),
                ("pledge", fields.CharField(default="", max_length=20)),
                (
                    "ours",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                (
                    "theirs",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("found_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("seen", fields.IntField(default=1)),
                ("why", fields.CharField(default="", max_length=500)),
                ("closed_by_id", fields.BigIntField(null=True)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "difference",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What the provider's records and ours do not agree on, kept once: both sides as they were last seen.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="DifferenceEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("old", fields.CharField(max_length=32)),
                ("new", fields.CharField(max_length=32)),
                ("cause", fields.CharField(max_length=48)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "subject",
                    fields.ForeignKeyField(
                        "models.Difference",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "difference_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a difference.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "campaign",
                    fields.ForeignKeyField(
                        "models.Campaign",
                        source_field="campaign_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reconciliations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("day", fields.DateField()),
                ("next_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("leased_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("read", fields.IntField(default=0)),
                ("differences", fields.IntField(default=0)),
            ],
            options={
                "table": "reconciliation",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One day on which a campaign is due to be laid beside the provider's records; a later reading answers for it too.",
            },
            bases=["Model"],
        ),
        ops.AddConstraint(
            model_name="Difference",
            constraint=CheckConstraint(
                check="status IN ('open', 'explained', 'agreed')", name="difference_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Difference",
            constraint=CheckConstraint(
                check="thing IN ('charge', 'fee', 'refund', 'transfer', 'reversal', 'dispute', 'books')",
                name="difference_thing_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Difference",
            constraint=CheckConstraint(
                check="what IN ('not here', 'not there', 'differs')", name="difference_what_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Difference",
            constraint=CheckConstraint(check="ours IS NOT NULL OR theirs IS NOT NULL", name="difference_has_a_side"),
        ),
        ops.AddConstraint(
            model_name="Difference",
            constraint=CheckConstraint(
                check="(status = 'open') = (closed_at IS NULL) AND (status = 'explained') = (closed_by_id IS NOT NULL) AND (status <> 'explained' OR why <> '')",
                name="difference_closed_how",
            ),
        ),
        ops.AddConstraint(
            model_name="Difference",
            constraint=UniqueConstraint(
                fields=("campaign_id", "thing", "subject"), name="difference_one_open", condition="status = 'open'"
            ),
        ),
        ops.AddConstraint(
            model_name="Reconciliation",
            constraint=UniqueConstraint(fields=("campaign_id", "day"), name="reconciliation_once_a_day"),
        ),
        ops.AddConstraint(
            model_name="Reconciliation",
            constraint=CheckConstraint(check="read >= 0 AND differences >= 0", name="reconciliation_counts"),
        ),
        ops.RunSQL(
            [
                *(sql for table in APPEND_ONLY for sql in triggers_of(table)),
                *(f"CREATE {sql}" for sql in INDEXES.values()),
            ],
            reverse_sql=[
                *(f"DROP INDEX {name}" for name in INDEXES),
                *(
                    f"DROP TRIGGER {table}_{kind} ON {table}"
                    for table in APPEND_ONLY
                    for kind in ("append_only", "no_truncate")
                ),
            ],
        ),
    ]
