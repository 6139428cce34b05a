import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0029_guards_of_shares_and_lines")]

    initial = False

    operations = [
        ops.CreateModel(
            name="KeptResults",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("as_at", fields.DateField()),
                ("records", fields.CharField(max_length=12)),
                ("number", fields.TextField(unique=False)),
                ("results", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("measured_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "evaluation_kept",
                "app": "models",
                "pk_attr": "id",
                "table_description": "All figures of one day, as the worker measured them last: what a page reads that was not asked for lately.",
            },
            bases=["Model"],
        ),
        ops.AddConstraint(
            model_name="KeptResults",
            constraint=CheckConstraint(check="records IN ('real', 'generated')", name="evaluation_kept_records_known"),
        ),
        ops.AddConstraint(
            model_name="KeptResults",
            constraint=UniqueConstraint(fields=("as_at", "records"), name="evaluation_kept_once"),
        ),
    ]
