"""Cheques that bounced after they were handed on, and the council's own money at the provider; the guards over its history."""

from importlib import import_module

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of
EVENTS: tuple[str, ...] = ("own_move_event",)
APPEND_ONLY: tuple[str, ...] = EVENTS
INDEXES: dict[str, str] = {
    **{f"{table}_subject": f"INDEX {table}_subject ON {table} (subject_id, id)" for table in EVENTS},
    "gift_recovery_gift": "INDEX gift_recovery_gift ON gift_recovery (gift_id)",
    "repayment_own_move": "INDEX repayment_own_move ON repayment (own_move_id) WHERE own_move_id IS NOT NULL",
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
    dependencies = [("models", "0023_repayments")]

    initial = False

    operations = [
        ops.CreateModel(
            name="GiftRecovery",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "gift",
                    fields.ForeignKeyField(
                        "models.OfflineGift",
                        source_field="gift_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="recoveries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount_pence", fields.BigIntField()),
                ("reference", fields.CharField(max_length=40)),
                ("entered_by_id", fields.BigIntField()),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("confirmed_by_id", fields.BigIntField(null=True)),
                ("confirmed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("withdrawn_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "gift_recovery",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Money of a cheque that the bank did not pay after it was handed on: the group gives it back, all or a part.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OwnMove",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                ("way", fields.CharField(max_length=8)),
                ("amount_pence", fields.BigIntField()),
                ("reference", fields.CharField(max_length=60)),
                ("moved_on", fields.DateField()),
                ("recorded_by_id", fields.BigIntField()),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by_id", fields.BigIntField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "own_move",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One movement of the council's own money at the provider. What was drawn is the sum of the repayments that name it.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="OwnMoveEvent",
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
                        "models.OwnMove",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "own_move_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of such a movement.",
            },
            bases=["StatusEvent"],
        ),
        ops.AddField(
            model_name="Repayment",
            name="own_move",
            field=fields.ForeignKeyField(
                "models.OwnMove",
                source_field="own_move_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="repayments",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddConstraint(
            model_name="GiftRecovery",
            constraint=CheckConstraint(check="amount_pence > 0", name="gift_recovery_something"),
        ),
        ops.AddConstraint(
            model_name="GiftRecovery",
            constraint=UniqueConstraint(
                fields=("gift_id",),
                name="gift_recovery_one_open",
                condition="confirmed_at IS NULL AND withdrawn_at IS NULL",
            ),
        ),
        ops.AddConstraint(
            model_name="GiftRecovery",
            constraint=CheckConstraint(
                check="confirmed_by_id IS NULL OR entered_by_id IS NULL OR confirmed_by_id <> entered_by_id",
                name="gift_recovery_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="GiftRecovery",
            constraint=CheckConstraint(
                check="(confirmed_by_id IS NULL) = (confirmed_at IS NULL) AND (confirmed_at IS NULL OR withdrawn_at IS NULL)",
                name="gift_recovery_confirmed_or_not",
            ),
        ),
        ops.AddConstraint(
            model_name="OwnMove",
            constraint=CheckConstraint(
                check="status IN ('recorded', 'confirmed', 'refused', 'withdrawn')", name="own_move_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="OwnMove",
            constraint=CheckConstraint(check="way IN ('drawn', 'added')", name="own_move_way_known"),
        ),
        ops.AddConstraint(
            model_name="OwnMove",
            constraint=CheckConstraint(check="amount_pence > 0", name="own_move_something"),
        ),
        ops.AddConstraint(
            model_name="OwnMove",
            constraint=CheckConstraint(
                check="status NOT IN ('confirmed', 'refused') OR coalesce(decided_by_id, recorded_by_id) <> recorded_by_id",
                name="own_move_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="OwnMove",
            constraint=UniqueConstraint(
                fields=("reference",), name="own_move_once", condition="status IN ('recorded', 'confirmed')"
            ),
        ),
        ops.RunSQL(FORWARD, reverse_sql=BACKWARD),
    ]
