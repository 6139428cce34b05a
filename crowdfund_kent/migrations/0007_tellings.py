from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0006_guards_of_the_panel")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Telling",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("campaign_id", fields.BigIntField()),
                ("what", fields.CharField(max_length=20)),
                ("about", fields.CharField(default="", max_length=40)),
                ("last_pledge_id", fields.BigIntField(default=0)),
                ("begun_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "telling",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What every backer of a campaign is to be told after a decision, and up to which pledge that has been done.",
            },
            bases=["Model"],
        ),
        ops.AddConstraint(
            model_name="Telling",
            constraint=UniqueConstraint(fields=("campaign_id", "what", "about"), name="telling_once"),
        ),
        ops.AddConstraint(
            model_name="Telling",
            constraint=CheckConstraint(
                check="what IN ('target met', 'settled', 'paused', 'resumed')", name="telling_what_known"
            ),
        ),
    ]
