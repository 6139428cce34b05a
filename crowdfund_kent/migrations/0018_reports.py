import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0017_caught_up")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Report",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "delivery",
                    fields.ForeignKeyField(
                        "models.Delivery",
                        source_field="delivery_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=8)),
                ("level", fields.CharField(max_length=8)),
                ("public_pence", fields.BigIntField()),
                (
                    "version",
                    fields.ForeignKeyField(
                        "models.ProjectVersion",
                        source_field="version_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("due_by", fields.DateField()),
                ("came_of_it", fields.TextField(default="", unique=False)),
                ("learnt", fields.TextField(default="", unique=False)),
                ("people_reached", fields.IntField(null=True)),
                ("volunteer_hours", fields.IntField(null=True)),
                ("total_pence", fields.BigIntField(null=True)),
                ("other_pence", fields.BigIntField(null=True)),
                ("no_pictures", fields.BooleanField(default=False)),
                ("spent_pence", fields.BigIntField(null=True)),
                ("received_pence", fields.BigIntField(null=True)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("sent_by_id", fields.BigIntField(null=True)),
                ("accepted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("accepted_by_id", fields.BigIntField(null=True)),
                ("held_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("hidden_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("hidden_by_id", fields.BigIntField(null=True)),
                ("hidden_for", fields.CharField(default="", max_length=40)),
            ],
            options={
                "table": "report",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A report for all funders of a project. `level` follows from the public money on the day when it was asked.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="ReportEvent",
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
                        "models.Report",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "report_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a report.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="ReportLine",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "report",
                    fields.ForeignKeyField(
                        "models.Report",
                        source_field="report_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="lines",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                ("words", fields.CharField(max_length=120)),
                ("planned_pence", fields.BigIntField()),
                ("spent_pence", fields.BigIntField(null=True)),
                ("reason", fields.TextField(default="", unique=False)),
                ("without_receipt", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "report_line",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What one cost of the plan came to. `number`: its place among the frozen costs; the last one is what nobody planned.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Receipt",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "line",
                    fields.ForeignKeyField(
                        "models.ReportLine",
                        source_field="line_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="receipts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("key", fields.CharField(unique=True, max_length=120)),
                ("shown_name", fields.CharField(default="", max_length=120)),
                ("media_type", fields.CharField(max_length=80)),
                ("size_bytes", fields.BigIntField()),
                ("sha256", fields.CharField(max_length=64)),
                ("prepared_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "page_sizes",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("page_count", fields.IntField(default=0)),
                ("has_text", fields.BooleanField(default=False)),
                ("uploaded_by_id", fields.BigIntField(null=True)),
                ("uploaded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("removed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("removed_by_id", fields.BigIntField(null=True)),
                ("file_gone_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "receipt",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One receipt: a file for officers only. Taken back, never deleted, but for its file. `key` names it in storage.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReportMessage",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "report",
                    fields.ForeignKeyField(
                        "models.Report",
                        source_field="report_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="messages",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("text", fields.TextField(unique=False)),
                ("from_group", fields.BooleanField(default=False)),
                ("by_id", fields.BigIntField(null=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "report_message",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What an officer wrote when a report came back, and what the group wrote when it was sent again.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReportMoreTime",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "report",
                    fields.ForeignKeyField(
                        "models.Report",
                        source_field="report_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="more_time",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("new_due_by", fields.DateField()),
                ("reason", fields.TextField(default="", unique=False)),
                ("answer", fields.TextField(default="", unique=False)),
                ("asked_by_id", fields.BigIntField()),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("answered_by_id", fields.BigIntField(null=True)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "report_more_time",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A group asks for a later day, with its reason; an officer answers.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="ReportMoreTimeEvent",
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
                        "models.ReportMoreTime",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "report_more_time_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of such a request.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="ReportPicture",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "report",
                    fields.ForeignKeyField(
                        "models.Report",
                        source_field="report_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="pictures",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "picture",
                    fields.ForeignKeyField(
                        "models.Picture",
                        source_field="picture_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="in_reports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("shows", fields.CharField(max_length=8)),
                ("who", fields.CharField(default="", max_length=300)),
                ("agreed", fields.BooleanField(default=False)),
                ("parents_agreed", fields.BooleanField(default=False)),
                ("said_by_id", fields.BigIntField()),
                ("added_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("removed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("removed_by_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "report_picture",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A picture that everybody may see once the report is accepted: nobody in it, or everybody in it agreed.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Delivery",
            name="work_done_on",
            field=fields.DateField(null=True),
        ),
        ops.RemoveConstraint(
            model_name="SignedPaper",
            name="signed_paper_act_known",
            fields=None,
        ),
        ops.AddConstraint(
            model_name="SignedPaper",
            constraint=CheckConstraint(
                check="act IN ('submit', 'open', 'withdraw', 'cancel', 'accept', 'decline', 'pitch', 'report')",
                name="signed_paper_act_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Report",
            constraint=CheckConstraint(
                check="status IN ('asked', 'overdue', 'sent', 'asked back', 'accepted', 'lapsed')",
                name="report_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Report",
            constraint=CheckConstraint(check="kind IN ('interim', 'final')", name="report_kind_known"),
        ),
        ops.AddConstraint(
            model_name="Report",
            constraint=CheckConstraint(check="level IN ('small', 'middle', 'whole')", name="report_level_known"),
        ),
        ops.AddConstraint(
            model_name="Report",
            constraint=CheckConstraint(
                check="hidden_for IN ('', 'personal details', 'abuse or threats', 'untrue or misleading', 'it may break the law', 'advertising', 'nothing to do with the project', 'the time before an election')",
                name="report_hidden_for_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Report",
            constraint=CheckConstraint(
                check="people_reached >= 0 AND volunteer_hours >= 0 AND total_pence >= 0 AND other_pence >= 0 AND spent_pence >= 0 AND public_pence >= 0",
                name="report_people_reached_not_negative",
            ),
        ),
        ops.AddConstraint(
            model_name="Report",
            constraint=UniqueConstraint(
                fields=("delivery_id", "kind"), name="report_one_of_a_kind", condition="status <> 'lapsed'"
            ),
        ),
        ops.AddConstraint(
            model_name="Report",
            constraint=CheckConstraint(
                check="status NOT IN ('sent', 'accepted') OR (sent_at IS NOT NULL AND sent_by_id IS NOT NULL AND spent_pence IS NOT NULL AND came_of_it <> '')",
                name="report_sent_is_whole",
            ),
        ),
        ops.AddConstraint(
            model_name="Report",
            constraint=CheckConstraint(
                check="(status = 'accepted') = (accepted_by_id IS NOT NULL) AND (accepted_by_id IS NULL OR (accepted_at IS NOT NULL AND received_pence IS NOT NULL AND accepted_by_id <> sent_by_id))",
                name="report_accepted_by_another",
            ),
        ),
        ops.AddConstraint(
            model_name="Report",
            constraint=CheckConstraint(
                check="(hidden_at IS NULL) = (hidden_by_id IS NULL) AND (hidden_at IS NULL) = (hidden_for = '')",
                name="report_hidden_for_a_reason",
            ),
        ),
        ops.AddConstraint(
            model_name="ReportLine",
            constraint=UniqueConstraint(fields=("report_id", "number"), name="report_line_once"),
        ),
        ops.AddConstraint(
            model_name="ReportLine",
            constraint=CheckConstraint(
                check="number >= 0 AND planned_pence >= 0 AND spent_pence >= 0", name="report_line_number_not_negative"
            ),
        ),
        ops.AddConstraint(
            model_name="Receipt",
            constraint=CheckConstraint(
                check="size_bytes > 0 AND length(sha256) = 64 AND media_type <> ''", name="receipt_file_is_described"
            ),
        ),
        ops.AddConstraint(
            model_name="ReportMoreTime",
            constraint=CheckConstraint(
                check="status IN ('asked', 'granted', 'refused', 'withdrawn', 'lapsed')",
                name="report_more_time_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="ReportMoreTime",
            constraint=UniqueConstraint(
                fields=("report_id",), name="report_more_time_one_open", condition="status = 'asked'"
            ),
        ),
        ops.AddConstraint(
            model_name="ReportMoreTime",
            constraint=CheckConstraint(
                check="(status IN ('granted', 'refused')) = (answered_by_id IS NOT NULL) AND (answered_by_id IS NULL OR answered_by_id <> asked_by_id)",
                name="report_more_time_answered_by_another",
            ),
        ),
        ops.AddConstraint(
            model_name="ReportPicture",
            constraint=CheckConstraint(
                check="shows IN ('nobody', 'adults', 'children')", name="report_picture_shows_known"
            ),
        ),
        ops.AddConstraint(
            model_name="ReportPicture",
            constraint=CheckConstraint(check="shows = 'nobody' OR agreed", name="report_picture_people_agreed"),
        ),
        ops.AddConstraint(
            model_name="ReportPicture",
            constraint=CheckConstraint(
                check="shows <> 'children' OR parents_agreed", name="report_picture_parents_agreed"
            ),
        ),
    ]
