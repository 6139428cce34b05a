"""What a group writes about a project: words, picture, lines; and the version that approval froze."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import not_negative, one_of
from projects.kinds import CostKind, Permission, TakenDown, YesNo
from projects.models.groups import Group


class Objective(Model):
    """One entry of a fund's list of objectives, edited by officers; retired, never deleted."""

    id = fields.BigIntField(primary_key=True)
    list_name = fields.CharField(max_length=60)
    name = fields.CharField(max_length=80)
    position = fields.IntField(default=0)
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "objective"
        constraints = (UniqueConstraint(fields=("list_name", "name"), name="objective_once"),)


class Picture(Model):
    """A picture as we re-encoded it: stored outside the web root under `key`, with its alternative text."""

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=80, unique=True)
    alt = fields.CharField(max_length=250)
    width = fields.IntField()
    height = fields.IntField()
    created_at = fields.DatetimeField()
    by_id = fields.BigIntField(null=True)

    class Meta:
        table = "picture"


class Project(Model):
    """What a group wants to do, where and at what cost. These columns are the working text; versions are frozen."""

    id = fields.BigIntField(primary_key=True)
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="projects", on_delete=fields.RESTRICT
    )
    group_id: int
    slug = fields.CharField(max_length=100, unique=True)
    title = fields.CharField(max_length=80)
    summary = fields.CharField(max_length=200, default="")
    story = fields.TextField(default="")  # Markdown
    place = fields.CharField(max_length=80, default="")  # a town or village, in words
    district_code = fields.CharField(max_length=9, default="")
    who = fields.CharField(
        max_length=600, default="", db_default=""
    )  # who runs it, and why they can do it: shown to everybody
    permission = fields.CharField(max_length=8, default="", db_default="")  # is anybody's needed? '' = not asked yet
    permission_words = fields.CharField(max_length=600, default="", db_default="")
    with_children = fields.CharField(
        max_length=3, default="", db_default=""
    )  # children or adults at risk take part; '' = not asked yet
    passed = fields.CharField(
        max_length=80, default="", db_default=""
    )  # keys of optional questions answered with "none", with spaces
    objective: fields.ForeignKeyNullableRelation[Objective] = fields.ForeignKeyField(
        "models.Objective", related_name="projects", null=True, on_delete=fields.RESTRICT
    )
    objective_id: int | None
    picture: fields.ForeignKeyNullableRelation[Picture] = fields.ForeignKeyField(
        "models.Picture", related_name="projects", null=True, on_delete=fields.RESTRICT
    )
    picture_id: int | None
    taken_down_at = fields.DatetimeField(null=True)  # since then its public pages answer 410
    taken_down_kind = fields.CharField(max_length=8, default="", db_default="")
    taken_down_note = fields.CharField(max_length=300, default="", db_default="")  # for officers, never shown to others
    generated = fields.BooleanField(default=False)
    import_batch_id = fields.BigIntField(null=True)
    forgotten_at = fields.DatetimeField(null=True)  # its words were let go of by the calendar
    created_at = fields.DatetimeField()

    class Meta:
        table = "project"
        constraints = (
            one_of("project", "permission", ["", *Permission]),
            one_of("project", "with_children", ["", *YesNo]),
            one_of("project", "taken_down_kind", ["", *TakenDown]),
            CheckConstraint(
                check="(taken_down_at IS NULL) = (taken_down_kind = '')", name="project_taken_down_for_a_reason"
            ),
        )


class _Line(Model):
    """One line of a project's money, in the group's order."""

    id = fields.BigIntField(primary_key=True)
    position = fields.IntField(default=0)
    words = fields.CharField(max_length=120)
    amount_pence = fields.BigIntField()
    form_key = fields.CharField(max_length=32, null=True)  # of the page it was typed on: sent twice, it is one line

    class Meta:
        abstract = True


class CostLine(_Line):
    """One cash cost of a project."""

    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="cost_lines", on_delete=fields.CASCADE
    )
    project_id: int
    kind = fields.CharField(max_length=8)

    class Meta:
        table = "cost_line"
        constraints = (
            one_of("cost_line", "kind", CostKind),
            CheckConstraint(check="amount_pence > 0", name="cost_line_something"),
            UniqueConstraint(fields=("project_id", "form_key"), name="cost_line_typed_once"),
        )


class OtherFunding(_Line):
    """Cash found before launch; the target is net of it."""

    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="other_funding", on_delete=fields.CASCADE
    )
    project_id: int

    class Meta:
        table = "other_funding"
        constraints = (
            CheckConstraint(check="amount_pence > 0", name="other_funding_something"),
            UniqueConstraint(fields=("project_id", "form_key"), name="other_funding_typed_once"),
        )


class InKind(_Line):
    """Goods, a venue or hours, with what they would have cost."""

    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="in_kind", on_delete=fields.CASCADE
    )
    project_id: int

    class Meta:
        table = "in_kind"
        constraints = (
            CheckConstraint(check="amount_pence > 0", name="in_kind_something"),
            UniqueConstraint(fields=("project_id", "form_key"), name="in_kind_typed_once"),
        )


class ProjectVersion(Model):
    """A project as it was approved. Never changed (trigger). `content` holds every word and line."""

    id = fields.BigIntField(primary_key=True)
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="versions", on_delete=fields.RESTRICT
    )
    project_id: int
    number = fields.IntField()
    content: Any = fields.JSONField()
    cost_pence = fields.BigIntField()
    revenue_pence = fields.BigIntField()
    other_funding_pence = fields.BigIntField()
    in_kind_pence = fields.BigIntField()
    project_value_pence = fields.BigIntField()
    target_pence = fields.BigIntField()
    frozen_at = fields.DatetimeField()

    class Meta:
        table = "project_version"
        constraints = (
            UniqueConstraint(fields=("project_id", "number"), name="project_version_once"),
            CheckConstraint(
                check="target_pence = cost_pence - other_funding_pence"
                " AND project_value_pence = cost_pence + in_kind_pence",
                name="project_version_ruling_1",
            ),
            not_negative("project_version", "revenue_pence", "other_funding_pence", "in_kind_pence", "target_pence"),
        )
