"""Where groups stop: what is left of drafts that were let go."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class DraftCount(Model):
    """How many drafts of a month, district and kind of group were let go, by how many of their tasks were done.

    `last_step`: the key of the last question that was answered (projects/rules.py); empty for what was counted before this
    was kept. Counted before the draft is emptied, so that figures can say where groups stop. `let_go_on`: the day of that, so
    that figures as at an earlier day stay; none for what was counted before it was kept.
    """

    id = fields.BigIntField(primary_key=True)
    month = fields.DateField()  # the first day of the month in which the draft was begun
    district_code = fields.CharField(max_length=9, default="")
    legal_form = fields.CharField(max_length=48)
    tasks_done = fields.IntField()
    last_step = fields.CharField(max_length=24, default="", db_default="")
    let_go_on = fields.DateField(null=True)
    count = fields.IntField(default=0)

    class Meta:
        table = "draft_count"
        constraints = (
            UniqueConstraint(
                fields=("month", "district_code", "legal_form", "tasks_done", "last_step", "let_go_on"),
                name="draft_count_once_a_day",
            ),
            CheckConstraint(check="count > 0 AND tasks_done >= 0", name="draft_count_something"),
        )
