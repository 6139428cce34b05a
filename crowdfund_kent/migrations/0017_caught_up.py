from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0016_refused_cards")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CaughtUp",
            fields=[
                ("id", fields.IntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "caught_up",
                "app": "models",
                "pk_attr": "id",
                "table_description": "How far the provider's list of events was read; one row.",
            },
            bases=["Model"],
        ),
        ops.AddConstraint(
            model_name="CaughtUp",
            constraint=CheckConstraint(check="id = 1", name="caught_up_one"),
        ),
    ]
