"""What groups' banks sent back, what was taken back by hand, lines of repayments; and the guards over their history."""

from importlib import import_module

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of
EVENTS: tuple[str, ...] = ("taken_back_decision_event",)
APPEND_ONLY: tuple[str, ...] = (*EVENTS, "bank_failure")
INDEXES: dict[str, str] = {
    **{f"{table}_subject": f"INDEX {table}_subject ON {table} (subject_id, id)" for table in EVENTS},
    "transfer_reversal_by_hand": "INDEX transfer_reversal_by_hand ON transfer_reversal (transfer_id) WHERE reason = 'by hand'",
}
FORWARD = [
    *(sql for table in APPEND_ONLY for sql in triggers_of(table)),
    *(f"CREATE {sql}" for sql in INDEXES.values()),
    # a lost dispute is a refund: what it took of a pledge stands on it too
    "UPDATE pledge SET refunded_pence = amount_pence WHERE status = 'charged back' AND import_batch_id IS NULL",
]
BACKWARD = [
    *(f"DROP INDEX {name}" for name in INDEXES),
    *(f"DROP TRIGGER {table}_{kind} ON {table}" for table in APPEND_ONLY for kind in ("append_only", "no_truncate")),
]


class Migration(migrations.Migration):
    dependencies = [("models", "0026_guards_of_surveys")]

    initial = False

    operations = [
        ops.CreateModel(
            name="BankFailure",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "recipient",
                    fields.ForeignKeyField(
                        "models.Recipient",
                        source_field="recipient_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="bank_failures",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("provider_payout", fields.CharField(unique=True, max_length=80)),
                ("amount_pence", fields.BigIntField()),
                ("code", fields.CharField(default="", max_length=60)),
                ("heard_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "bank_failure",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The provider could not pay what a group's account held to its bank: the bank sent it back. A fact, never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TakenBackDecision",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "reversal",
                    fields.ForeignKeyField(
                        "models.Reversal",
                        source_field="reversal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="decisions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("sends", fields.BooleanField()),
                ("why", fields.CharField(max_length=500)),
                ("proposed_by_id", fields.BigIntField()),
                ("proposed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by_id", fields.BigIntField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "taken_back_decision",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Whether what a reversal by hand took back is sent to the group again (`sends`) or stays here, and why.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="TakenBackDecisionEvent",
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
                        "models.TakenBackDecision",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "taken_back_decision_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a decision.",
            },
            bases=["StatusEvent"],
        ),
        ops.RemoveConstraint(
            model_name="BankLine",
            name="bank_line_means_known",
            fields=None,
        ),
        ops.RemoveConstraint(
            model_name="BankLine",
            name="bank_line_means_one",
            fields=None,
        ),
        ops.RemoveConstraint(
            model_name="BankLine",
            name="bank_line_right_way",
            fields=None,
        ),
        ops.AddField(
            model_name="BankLine",
            name="repayment",
            field=fields.ForeignKeyField(
                "models.Repayment",
                source_field="repayment_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="bank_lines",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=CheckConstraint(
                check="means IN ('payment', 'return', 'recovery', 'repayment')", name="bank_line_means_known"
            ),
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=CheckConstraint(
                check="(status IN ('asked', 'matched')) = (means IS NOT NULL) AND (means IS NOT NULL) = (num_nonnulls(payment_id, recovery_id, repayment_id) = 1) AND (means = 'recovery') = (recovery_id IS NOT NULL) AND (means = 'repayment') = (repayment_id IS NOT NULL)",
                name="bank_line_means_one",
            ),
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=CheckConstraint(
                check="means IS NULL OR (amount_pence < 0) = (means IN ('payment', 'repayment'))",
                name="bank_line_right_way",
            ),
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=UniqueConstraint(
                fields=("repayment_id",),
                name="bank_line_one_repayment",
                condition="status = 'matched' AND repayment_id IS NOT NULL",
            ),
        ),
        ops.AddConstraint(
            model_name="BankFailure",
            constraint=CheckConstraint(check="amount_pence > 0", name="bank_failure_something"),
        ),
        ops.AddConstraint(
            model_name="TakenBackDecision",
            constraint=CheckConstraint(
                check="status IN ('proposed', 'agreed', 'refused', 'withdrawn')",
                name="taken_back_decision_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="TakenBackDecision",
            constraint=CheckConstraint(
                check="status NOT IN ('agreed', 'refused') OR coalesce(decided_by_id, proposed_by_id) <> proposed_by_id",
                name="taken_back_decision_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="TakenBackDecision",
            constraint=UniqueConstraint(
                fields=("reversal_id",), name="taken_back_decision_one_waiting", condition="status = 'proposed'"
            ),
        ),
        ops.RunSQL(FORWARD, reverse_sql=BACKWARD),
    ]
