import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0010_who_receives")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Measure",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("objective", fields.CharField(max_length=16)),
                ("name", fields.CharField(max_length=200)),
                ("indicator", fields.CharField(default="", max_length=48)),
                ("entered_by_id", fields.BigIntField()),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("retired_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "success_measure",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A measure of success of the strategy, as the council words it. The site ships none: an officer enters them.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OfficerHours",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("month", fields.DateField()),
                ("kind", fields.CharField(max_length=24)),
                ("minutes", fields.IntField()),
                ("hour_pence", fields.BigIntField()),
                ("entered_by_id", fields.BigIntField()),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("replaced_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "officer_hours",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Minutes of a month that officers spent on one kind of work, and what an hour costs. Corrected by another row.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Pack",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("as_at", fields.DateField()),
                ("known_on", fields.DateField(null=True)),
                ("records", fields.CharField(max_length=12)),
                ("reason", fields.CharField(default="", max_length=300)),
                ("asked_by_id", fields.BigIntField()),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("steps_done", fields.IntField(default=0)),
                ("steps", fields.IntField(default=0)),
                ("leased_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("tries", fields.IntField(default=0)),
                ("file_key", fields.CharField(null=True, max_length=120)),
                ("sha256", fields.CharField(null=True, max_length=64)),
                ("size_bytes", fields.BigIntField(null=True)),
                ("ready_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("failed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("why_failed", fields.CharField(default="", max_length=300)),
            ],
            options={
                "table": "evaluation_pack",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A pack that an officer asked for: built by the worker, kept as one file. The row says how far it is.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Postcode",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("postcode", fields.CharField(unique=True, max_length=8)),
                ("district_code", fields.CharField(max_length=9)),
                ("division_code", fields.CharField(default="", max_length=9)),
                ("decile", fields.IntField(null=True)),
            ],
            options={
                "table": "postcode",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Where one postcode lies: its district, its electoral division, and how deprived its neighbourhood is (1 = most).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProjectPlace",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "project",
                    fields.OneToOneField(
                        "models.Project",
                        source_field="project_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="its_place",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("postcode", fields.CharField(max_length=8)),
                ("entered_by_id", fields.BigIntField()),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "project_place",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The postcode of the place where a project happens, entered by an officer: of a hall or a field, never of a person.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Protocol",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("name", fields.CharField(max_length=40)),
                ("words", fields.TextField(unique=False)),
                ("digest", fields.CharField(max_length=64)),
                ("registered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "evaluation_protocol",
                "app": "models",
                "pk_attr": "id",
                "table_description": "How a comparison is made, written down before the records are read. Append-only; `digest` is of its words.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PublishedFigure",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("indicator", fields.CharField(max_length=48)),
                ("records", fields.CharField(max_length=12)),
                ("as_at", fields.DateField()),
                ("known_before", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("value", fields.BigIntField(null=True)),
                ("by_what", fields.CharField(max_length=40)),
                (
                    "corrects",
                    fields.ForeignKeyField(
                        "models.PublishedFigure",
                        source_field="corrects_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="corrected_by",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reason", fields.CharField(default="", max_length=300)),
                ("by_id", fields.BigIntField(null=True)),
                ("published_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "published_figure",
                "app": "models",
                "indexes": [Index(fields=["indicator", "as_at"])],
                "pk_attr": "id",
                "table_description": "One figure as it was given out: which, as at which day, what it was, and by which page or command. Append-only.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReportWords",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("edition", fields.CharField(max_length=16)),
                ("part", fields.CharField(max_length=24)),
                ("number", fields.IntField()),
                ("text", fields.TextField(unique=False)),
                ("cost_pence", fields.BigIntField(null=True)),
                ("by_id", fields.BigIntField()),
                ("at", fields.DatetimeField(source_field="written_at", auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "report_words",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Officers' words in the report: findings and options, never numbers. Append-only; the newest of each part counts.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Snapshot",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("day", fields.DateField()),
                ("records", fields.CharField(max_length=12)),
                ("values", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("known_before", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "evaluation_snapshot",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Figures as at the end of one day, as known when they were taken: {name: whole number or null}. Append-only.",
            },
            bases=["Model"],
        ),
        ops.RemoveConstraint(
            model_name="DraftCount",
            name="draft_count_once",
            fields=None,
        ),
        ops.AddField(
            model_name="DraftCount",
            name="last_step",
            field=fields.CharField(default="", db_default="", max_length=24),
        ),
        ops.AddConstraint(
            model_name="DraftCount",
            constraint=UniqueConstraint(
                fields=("month", "district_code", "legal_form", "tasks_done", "last_step"),
                name="draft_count_once_a_step",
            ),
        ),
        ops.AddField(
            model_name="Pledge",
            name="lives_near",
            field=fields.BooleanField(null=True),
        ),
        ops.AddConstraint(
            model_name="Measure",
            constraint=CheckConstraint(
                check="objective IN ('relationship', 'sector', 'volunteering', 'conditions')",
                name="success_measure_objective_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Measure",
            constraint=UniqueConstraint(fields=("name",), name="success_measure_once", condition="retired_at IS NULL"),
        ),
        ops.AddConstraint(
            model_name="OfficerHours",
            constraint=CheckConstraint(
                check="kind IN ('helping groups', 'checking', 'panel and decisions', 'payments', 'answering people', 'telling people about it', 'other')",
                name="officer_hours_kind_known",
            ),
        ),
        ops.AddConstraint(
            model_name="OfficerHours",
            constraint=CheckConstraint(check="minutes >= 0 AND hour_pence >= 0", name="officer_hours_not_negative"),
        ),
        ops.AddConstraint(
            model_name="OfficerHours",
            constraint=CheckConstraint(check="extract(day FROM month) = 1", name="officer_hours_of_a_month"),
        ),
        ops.AddConstraint(
            model_name="OfficerHours",
            constraint=UniqueConstraint(
                fields=("month", "kind"), name="officer_hours_once", condition="replaced_at IS NULL"
            ),
        ),
        ops.AddConstraint(
            model_name="Pack",
            constraint=CheckConstraint(check="records IN ('real', 'generated')", name="evaluation_pack_records_known"),
        ),
        ops.AddConstraint(
            model_name="Pack",
            constraint=CheckConstraint(
                check="(ready_at IS NULL) = (file_key IS NULL) AND (ready_at IS NULL OR failed_at IS NULL)",
                name="evaluation_pack_one_end",
            ),
        ),
        ops.AddConstraint(
            model_name="Pack",
            constraint=CheckConstraint(check="steps_done BETWEEN 0 AND steps", name="evaluation_pack_steps"),
        ),
        ops.AddConstraint(
            model_name="Postcode",
            constraint=CheckConstraint(check="decile BETWEEN 1 AND 10", name="postcode_decile"),
        ),
        ops.AddConstraint(
            model_name="Protocol",
            constraint=UniqueConstraint(fields=("name", "digest"), name="evaluation_protocol_once"),
        ),
        ops.AddConstraint(
            model_name="PublishedFigure",
            constraint=CheckConstraint(check="records IN ('real', 'generated')", name="published_figure_records_known"),
        ),
        ops.AddConstraint(
            model_name="PublishedFigure",
            constraint=CheckConstraint(
                check="(corrects_id IS NULL) = (reason = '')", name="published_figure_corrected_why"
            ),
        ),
        ops.AddConstraint(
            model_name="ReportWords",
            constraint=CheckConstraint(
                check="edition IN ('any', 'interim', 'final')", name="report_words_edition_known"
            ),
        ),
        ops.AddConstraint(
            model_name="ReportWords",
            constraint=CheckConstraint(
                check="part IN ('summary', 'what worked', 'option: stop', 'option: go on', 'option: change')",
                name="report_words_part_known",
            ),
        ),
        ops.AddConstraint(
            model_name="ReportWords",
            constraint=UniqueConstraint(fields=("edition", "part", "number"), name="report_words_once"),
        ),
        ops.AddConstraint(
            model_name="ReportWords",
            constraint=CheckConstraint(check="cost_pence >= 0 AND number > 0", name="report_words_sane"),
        ),
        ops.AddConstraint(
            model_name="Snapshot",
            constraint=CheckConstraint(
                check="records IN ('real', 'generated')", name="evaluation_snapshot_records_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Snapshot",
            constraint=UniqueConstraint(fields=("day", "records"), name="evaluation_snapshot_once"),
        ),
    ]
