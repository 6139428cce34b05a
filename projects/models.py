"""Community groups and their members, projects, their frozen versions, and campaigns."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, not_negative, one_of
from projects.kinds import CostKind, LegalForm, MemberRole
from projects.states import CAMPAIGN
from projects.states import Campaign as CampaignStatus


class Group(Model):
    """A community group: from one named person without a constitution to a charity."""

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=80, unique=True)
    name = fields.CharField(max_length=120)
    legal_form = fields.CharField(max_length=48)
    charity_number = fields.CharField(max_length=12, null=True)
    company_number = fields.CharField(max_length=8, null=True)
    about = fields.TextField(default="")
    named_people = fields.CharField(max_length=200, default="")  # for a group of one or two people, shown to officers
    generated = fields.BooleanField(default=False)  # a record made by the demo's generator
    import_batch_id = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "community_group"
        constraints = (one_of("community_group", "legal_form", LegalForm),)


class Member(Model):
    """A person's place in a group. Ended, never deleted; one current place each."""

    id = fields.BigIntField(primary_key=True)
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="members", on_delete=fields.RESTRICT
    )
    group_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="memberships", on_delete=fields.RESTRICT
    )
    person_id: int
    role = fields.CharField(max_length=16)
    created_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "group_member"
        constraints = (
            one_of("group_member", "role", MemberRole),
            UniqueConstraint(fields=("group_id", "person_id"), name="group_member_once", condition="ended_at IS NULL"),
        )


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
    objective: fields.ForeignKeyNullableRelation[Objective] = fields.ForeignKeyField(
        "models.Objective", related_name="projects", null=True, on_delete=fields.RESTRICT
    )
    objective_id: int | None
    picture: fields.ForeignKeyNullableRelation[Picture] = fields.ForeignKeyField(
        "models.Picture", related_name="projects", null=True, on_delete=fields.RESTRICT
    )
    picture_id: int | None
    generated = fields.BooleanField(default=False)
    import_batch_id = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "project"


class CostLine(Model):
    """One cash cost of a project."""

    id = fields.BigIntField(primary_key=True)
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="cost_lines", on_delete=fields.CASCADE
    )
    project_id: int
    position = fields.IntField(default=0)
    words = fields.CharField(max_length=120)
    kind = fields.CharField(max_length=8)
    amount_pence = fields.BigIntField()

    class Meta:
        table = "cost_line"
        constraints = (
            one_of("cost_line", "kind", CostKind),
            CheckConstraint(check="amount_pence > 0", name="cost_line_something"),
        )


class OtherFunding(Model):
    """Cash found before launch; the target is net of it."""

    id = fields.BigIntField(primary_key=True)
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="other_funding", on_delete=fields.CASCADE
    )
    project_id: int
    position = fields.IntField(default=0)
    words = fields.CharField(max_length=120)
    amount_pence = fields.BigIntField()

    class Meta:
        table = "other_funding"
        constraints = (CheckConstraint(check="amount_pence > 0", name="other_funding_something"),)


class InKind(Model):
    """Goods, a venue or hours, with what they would have cost."""

    id = fields.BigIntField(primary_key=True)
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="in_kind", on_delete=fields.CASCADE
    )
    project_id: int
    position = fields.IntField(default=0)
    words = fields.CharField(max_length=120)
    amount_pence = fields.BigIntField()

    class Meta:
        table = "in_kind"
        constraints = (CheckConstraint(check="amount_pence > 0", name="in_kind_something"),)


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


class Campaign(HasStatus):
    """One attempt to raise the target by a deadline. One unfinished campaign a project (partial unique index)."""

    TRANSITIONS: ClassVar = CAMPAIGN
    WORD: ClassVar = "campaign"

    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="campaigns", on_delete=fields.RESTRICT
    )
    project_id: int
    version: fields.ForeignKeyNullableRelation[ProjectVersion] = fields.ForeignKeyField(
        "models.ProjectVersion", related_name="campaigns", null=True, on_delete=fields.RESTRICT
    )
    version_id: int | None
    last_day = fields.DateField(null=True)  # the last day shown; the deadline is 00:00 in London after it
    deadline_at = fields.DatetimeField(null=True)
    target_pence = fields.BigIntField(null=True)  # from approval on
    threshold_bp = fields.IntField(null=True)  # pay-out threshold, copied at approval (ruling 7)
    card_cost_borne_by = fields.CharField(max_length=12, default="group")
    if_too_much = fields.CharField(max_length=300, default="")  # what a surplus pays for, in the group's words
    opened_at = fields.DatetimeField(null=True)
    suspended_at = fields.DatetimeField(null=True)
    closing_at = fields.DatetimeField(null=True)
    decided_at = fields.DatetimeField(null=True)
    raised_pence = fields.BigIntField(null=True)  # frozen by the verdict (ruling 2)
    collecting_from = fields.DatetimeField(null=True)  # no card is charged earlier (ruling 8)
    first_attempt_at = fields.DatetimeField(null=True)
    settled_at = fields.DatetimeField(null=True)
    generated = fields.BooleanField(default=False)
    import_batch_id = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "campaign"
        indexes = (("status", "deadline_at"),)
        constraints = (
            one_of("campaign", "status", CampaignStatus),
            CheckConstraint(check="target_pence IS NULL OR target_pence > 0", name="campaign_target_something"),
            CheckConstraint(
                check="status IN ('draft', 'submitted', 'changes requested', 'refused', 'withdrawn')"
                " OR (version_id IS NOT NULL AND target_pence IS NOT NULL AND threshold_bp IS NOT NULL"
                " AND deadline_at IS NOT NULL)",
                name="campaign_approved_is_frozen",
            ),
        )


class CampaignEvent(StatusEvent):
    """Status history of a campaign."""

    subject: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "campaign_event"


Campaign.Event = CampaignEvent


class CampaignCheck(Model):
    """One thing an officer checked, or says was not checked, as the public page tells it."""

    id = fields.BigIntField(primary_key=True)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="checks", on_delete=fields.RESTRICT
    )
    campaign_id: int
    item = fields.CharField(max_length=80)
    checked = fields.BooleanField()
    by_id = fields.BigIntField()
    at = fields.DatetimeField()

    class Meta:
        table = "campaign_check"
        constraints = (UniqueConstraint(fields=("campaign_id", "item"), name="campaign_check_once"),)


class CampaignMessage(Model):
    """What an officer wrote to the group about a campaign, or the group to backers on cancelling. Personal text."""

    id = fields.BigIntField(primary_key=True)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="messages", on_delete=fields.RESTRICT
    )
    campaign_id: int
    cause = fields.CharField(max_length=48)
    text = fields.TextField()
    public = fields.BooleanField(default=False)
    by_id = fields.BigIntField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "campaign_message"
