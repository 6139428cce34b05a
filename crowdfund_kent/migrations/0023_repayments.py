"""What a backer was paid another way after the bank refused a refund; and the guards over its history."""

from importlib import import_module

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of
EVENTS: tuple[str, ...] = ("repayment_event",)
APPEND_ONLY: tuple[str, ...] = EVENTS
INDEXES: dict[str, str] = {
    **{f"{table}_subject": f"INDEX {table}_subject ON {table} (subject_id, id)" for table in EVENTS},
    "refund_failed": "INDEX refund_failed ON refund (id) WHERE status = 'failed'",
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
    dependencies = [("models", "0022_payouts_holds_and_disputes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Repayment",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "refund",
                    fields.ForeignKeyField(
                        "models.Refund",
                        source_field="refund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="repayments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount_pence", fields.BigIntField()),
                ("how", fields.CharField(max_length=20)),
                ("bank_reference", fields.CharField(max_length=60)),
                ("paid_on", fields.DateField()),
                ("recorded_by_id", fields.BigIntField()),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by_id", fields.BigIntField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "repayment",
                "app": "models",
                "pk_attr": "id",
                "table_description": "How the amount of one failed refund reached its backer: by one person's record and another's word.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="RepaymentEvent",
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
                        "models.Repayment",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "repayment_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a repayment.",
            },
            bases=["StatusEvent"],
        ),
        ops.RemoveConstraint(
            model_name="Refund",
            name="refund_status_known",
            fields=None,
        ),
        ops.AddConstraint(
            model_name="Refund",
            constraint=CheckConstraint(
                check="status IN ('intended', 'unknown', 'pending', 'succeeded', 'failed', 'void', 'repaid')",
                name="refund_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Repayment",
            constraint=CheckConstraint(
                check="status IN ('recorded', 'confirmed', 'refused', 'withdrawn')", name="repayment_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Repayment",
            constraint=CheckConstraint(check="how IN ('bank transfer', 'cheque')", name="repayment_how_known"),
        ),
        ops.AddConstraint(
            model_name="Repayment",
            constraint=CheckConstraint(check="amount_pence > 0", name="repayment_something"),
        ),
        ops.AddConstraint(
            model_name="Repayment",
            constraint=CheckConstraint(
                check="status NOT IN ('confirmed', 'refused') OR coalesce(decided_by_id, recorded_by_id) <> recorded_by_id",
                name="repayment_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="Repayment",
            constraint=UniqueConstraint(
                fields=("refund_id",), name="repayment_once", condition="status IN ('recorded', 'confirmed')"
            ),
        ),
        ops.RunSQL(FORWARD, reverse_sql=BACKWARD),
    ]
