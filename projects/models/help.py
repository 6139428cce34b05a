"""What a group needs besides money: so many hours, so many things."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from crowdfund_kent.models import one_of
from projects.kinds import HelpKind
from projects.models.writing import Project


class HelpWanted(Model):
    """One kind of help, in words, and how much of it. Once somebody offered, it is closed, not deleted."""

    id = fields.BigIntField(primary_key=True)
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="help_wanted", on_delete=fields.RESTRICT
    )
    project_id: int
    kind: Any = fields.CharField(max_length=8)
    words = fields.CharField(max_length=120)
    how_many = fields.IntField()
    created_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "help_wanted"
        constraints = (
            one_of("help_wanted", "kind", HelpKind),
            CheckConstraint(check="how_many > 0", name="help_wanted_something"),
        )
