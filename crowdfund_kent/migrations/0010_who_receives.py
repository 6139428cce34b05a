"""Who receives the money of a group; and the guard over that history."""

from importlib import import_module

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of
APPEND_ONLY: tuple[str, ...] = ("group_hosting_event",)


class Migration(migrations.Migration):
    dependencies = [("models", "0009_guards_of_the_books")]

    initial = False

    operations = [
        ops.CreateModel(
            name="GroupHosting",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "group",
                    fields.ForeignKeyField(
                        "models.Group",
                        source_field="group_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="hosts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "host",
                    fields.ForeignKeyField(
                        "models.Group",
                        source_field="host_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="hosted",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("asked_by_id", fields.BigIntField()),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("answered_by_id", fields.BigIntField(null=True)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_by_id", fields.BigIntField(null=True)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "group_hosting",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Another group, the host, receives the money for a group: asked by an owner of the group, agreed by one of the host.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="GroupHostingEvent",
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
                        "models.GroupHosting",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "group_hosting_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a host.",
            },
            bases=["StatusEvent"],
        ),
        ops.AddField(
            model_name="Group",
            name="payouts_ready_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddConstraint(
            model_name="GroupHosting",
            constraint=CheckConstraint(
                check="status IN ('asked', 'agreed', 'refused', 'withdrawn', 'ended')",
                name="group_hosting_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="GroupHosting",
            constraint=CheckConstraint(check="group_id <> host_id", name="group_hosting_another_group"),
        ),
        ops.AddConstraint(
            model_name="GroupHosting",
            constraint=CheckConstraint(
                check="status NOT IN ('agreed', 'ended') OR coalesce(answered_by_id, asked_by_id) <> asked_by_id",
                name="group_hosting_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="GroupHosting",
            constraint=UniqueConstraint(
                fields=("group_id",), name="group_hosting_one_open", condition="status IN ('asked', 'agreed')"
            ),
        ),
        ops.RunSQL(
            [
                *(sql for table in APPEND_ONLY for sql in triggers_of(table)),
                "CREATE INDEX group_hosting_event_subject ON group_hosting_event (subject_id, id)",
            ],
            reverse_sql=[
                "DROP INDEX group_hosting_event_subject",
                *(
                    f"DROP TRIGGER {table}_{kind} ON {table}"
                    for table in APPEND_ONLY
                    for kind in ("append_only", "no_truncate")
                ),
            ],
        ),
    ]
