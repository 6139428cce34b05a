"""Addresses that a project or a group had before: who follows one is led to where it is now."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import one_of
from projects.kinds import Addressed
from projects.models.groups import Group
from projects.models.writing import Project


class OldAddress(Model):
    """The part of an address that named `project` or `group`. Nobody else gets it: a printed code may still show it."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=8)
    slug = fields.CharField(max_length=100)
    project: fields.ForeignKeyNullableRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="old_addresses", null=True, on_delete=fields.CASCADE
    )
    project_id: int | None
    group: fields.ForeignKeyNullableRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="old_addresses", null=True, on_delete=fields.CASCADE
    )
    group_id: int | None
    created_at = fields.DatetimeField()

    class Meta:
        table = "old_address"
        constraints = (
            one_of("old_address", "kind", Addressed),
            UniqueConstraint(fields=("kind", "slug"), name="old_address_once"),
            CheckConstraint(
                check="(kind = 'project') = (project_id IS NOT NULL) AND (kind = 'group') = (group_id IS NOT NULL)",
                name="old_address_of_one",
            ),
        )
