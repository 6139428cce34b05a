from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0033_guards_of_groups_own_money")]

    initial = False

    operations = [
        ops.RemoveConstraint(
            model_name="DraftCount",
            name="draft_count_once_a_step",
            fields=None,
        ),
        ops.AddField(
            model_name="DraftCount",
            name="let_go_on",
            field=fields.DateField(null=True),
        ),
        ops.AddConstraint(
            model_name="DraftCount",
            constraint=UniqueConstraint(
                fields=("month", "district_code", "legal_form", "tasks_done", "last_step", "let_go_on"),
                name="draft_count_once_a_day",
            ),
        ),
    ]
