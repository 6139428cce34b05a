import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0007_tellings")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AccountCode",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("prefix", fields.CharField(max_length=120)),
                ("cost_centre", fields.CharField(max_length=20)),
                ("subjective_code", fields.CharField(max_length=20)),
                ("entered_by_id", fields.BigIntField()),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "account_code",
                "app": "models",
                "indexes": [Index(fields=["prefix"])],
                "pk_attr": "id",
                "table_description": "Where finance books what stands on an account of the chart. The newest row of an account counts; none is changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AuditSample",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("population", fields.CharField(max_length=24)),
                ("from_day", fields.DateField()),
                ("until_day", fields.DateField()),
                ("known_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("seed", fields.CharField(max_length=40)),
                ("method", fields.CharField(max_length=40)),
                ("size", fields.IntField()),
                ("population_count", fields.IntField()),
                ("population_pence", fields.BigIntField()),
                ("population_digest", fields.CharField(max_length=64)),
                ("selected", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("drawn_by_id", fields.BigIntField()),
                ("drawn_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "audit_sample",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One draw: of what, by which seed, and what came of it. Never changed. `method`: sample.METHOD of its day.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="BookDay",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("day", fields.DateField(unique=True)),
                ("known_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("figures", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("difference_pence", fields.BigIntField()),
                ("digest", fields.CharField(max_length=64)),
            ],
            options={
                "table": "book_day",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The statement of one day, as it was known at `known_at` (real time). Never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="BookPeriod",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                ("from_day", fields.DateField()),
                ("until_day", fields.DateField()),
                ("locked_before", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("why", fields.CharField(max_length=200)),
                ("proposed_by_id", fields.BigIntField()),
                ("proposed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("closed_by_id", fields.BigIntField(null=True)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("digest", fields.CharField(default="", max_length=64)),
            ],
            options={
                "table": "book_period",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Days of London, both included, that one person proposes to close and another closes.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="BookPeriodEvent",
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
                        "models.BookPeriod",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "book_period_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a period.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="ClosedStatement",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "period",
                    fields.ForeignKeyField(
                        "models.BookPeriod",
                        source_field="period_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="statements",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("scope", fields.CharField(max_length=40)),
                ("figures", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("digest", fields.CharField(max_length=64)),
            ],
            options={
                "table": "closed_statement",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What a statement said when its period was closed. Never changed; `check` computes it anew.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="JournalBatch",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("reference", fields.CharField(unique=True, max_length=16)),
                ("until_day", fields.DateField()),
                ("made_by_id", fields.BigIntField()),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("debit_pence", fields.BigIntField()),
                ("lines", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("digest", fields.CharField(max_length=64)),
            ],
            options={
                "table": "journal_batch",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One journal for the finance system: the movements of money up to a day that no journal held before.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="JournalMovement",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "batch",
                    fields.ForeignKeyField(
                        "models.JournalBatch",
                        source_field="batch_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="movements",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "movement",
                    fields.OneToOneField(
                        "models.LedgerMovement",
                        source_field="movement_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="journal",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "journal_movement",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A movement of the ledger that a journal holds: once, for ever.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="LedgerMovement",
            name="about",
            field=fields.CharField(default="", db_default="", max_length=40),
        ),
        ops.AddField(
            model_name="LedgerMovement",
            name="true_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddConstraint(
            model_name="LedgerMovement",
            constraint=CheckConstraint(check="true_at IS NULL OR true_at < effective_at", name="ledger_movement_late"),
        ),
        ops.AddConstraint(
            model_name="AuditSample",
            constraint=CheckConstraint(
                check="from_day <= until_day AND size > 0 AND population_count >= 0", name="audit_sample_sane"
            ),
        ),
        ops.AddConstraint(
            model_name="BookPeriod",
            constraint=CheckConstraint(
                check="status IN ('proposed', 'closed', 'withdrawn')", name="book_period_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="BookPeriod",
            constraint=CheckConstraint(check="from_day <= until_day", name="book_period_days"),
        ),
        ops.AddConstraint(
            model_name="BookPeriod",
            constraint=CheckConstraint(
                check="closed_by_id IS NULL OR closed_by_id <> proposed_by_id", name="book_period_two_people"
            ),
        ),
        ops.AddConstraint(
            model_name="BookPeriod",
            constraint=CheckConstraint(
                check="(status = 'closed') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (digest = '')",
                name="book_period_closed",
            ),
        ),
        ops.AddConstraint(
            model_name="BookPeriod",
            constraint=UniqueConstraint(
                fields=("status",), name="book_period_one_open", condition="status = 'proposed'"
            ),
        ),
        ops.AddConstraint(
            model_name="BookPeriod",
            constraint=UniqueConstraint(fields=("until_day",), name="book_period_once", condition="status = 'closed'"),
        ),
        ops.AddConstraint(
            model_name="ClosedStatement",
            constraint=UniqueConstraint(fields=("period_id", "scope"), name="closed_statement_once"),
        ),
        ops.AddConstraint(
            model_name="JournalBatch",
            constraint=CheckConstraint(check="debit_pence >= 0", name="journal_batch_debit_pence_not_negative"),
        ),
    ]
