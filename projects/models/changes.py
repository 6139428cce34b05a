"""Material changes of a running campaign, and what more money than the target would pay for."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from projects.kinds import ChangeKind
from projects.models.campaigns import Campaign
from projects.models.writing import Project, ProjectVersion
from projects.states import CHANGE
from projects.states import Change as ChangeStatus


class CampaignChange(HasStatus):
    """A later last day or another plan, asked for by a group and agreed by an officer (ruling 15).

    `content` is the plan as it would be, in the shape of a version's; the version itself is frozen on agreement.
    `old_last_day`, `old_deadline_at` and `old_version` say what backers were told before.
    """

    TRANSITIONS: ClassVar = CHANGE
    WORD: ClassVar = "change"

    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="changes", on_delete=fields.RESTRICT
    )
    campaign_id: int
    kind = fields.CharField(max_length=16)
    reason = fields.TextField(default="")  # the group's, shown to backers and on the page once it is agreed
    old_last_day = fields.DateField(null=True)
    new_last_day = fields.DateField(null=True)
    old_deadline_at = fields.DatetimeField(null=True)  # from agreement on: until then no backer needs to say yes
    old_version: fields.ForeignKeyNullableRelation[ProjectVersion] = fields.ForeignKeyField(
        "models.ProjectVersion", related_name="changed_from", null=True, on_delete=fields.RESTRICT
    )
    old_version_id: int | None
    new_version: fields.ForeignKeyNullableRelation[ProjectVersion] = fields.ForeignKeyField(
        "models.ProjectVersion", related_name="changed_to", null=True, on_delete=fields.RESTRICT
    )
    new_version_id: int | None
    content: Any = fields.JSONField(null=True)
    begun_by_id = fields.BigIntField()
    begun_at = fields.DatetimeField()
    asked_by_id = fields.BigIntField(null=True)
    asked_at = fields.DatetimeField(null=True)
    answered_by_id = fields.BigIntField(null=True)
    answered_at = fields.DatetimeField(null=True)
    answer = fields.TextField(default="")  # why an officer refused, to the group

    class Meta:
        table = "campaign_change"
        constraints = (
            one_of("campaign_change", "status", ChangeStatus),
            one_of("campaign_change", "kind", ChangeKind),
            CheckConstraint(
                check="answered_by_id IS NULL OR (answered_by_id <> begun_by_id AND answered_by_id <> asked_by_id)",
                name="campaign_change_two_people",
            ),
            CheckConstraint(
                check="new_last_day IS NULL OR old_last_day IS NULL OR new_last_day > old_last_day",
                name="campaign_change_later",
            ),
            CheckConstraint(
                check="status <> 'agreed' OR (answered_at IS NOT NULL AND CASE kind WHEN 'later last day'"
                " THEN new_last_day IS NOT NULL AND old_deadline_at IS NOT NULL"
                " ELSE old_version_id IS NOT NULL AND new_version_id IS NOT NULL END)",
                name="campaign_change_agreed_is_whole",
            ),
            UniqueConstraint(
                fields=("campaign_id",), name="campaign_change_one_open", condition="status IN ('draft', 'asked')"
            ),
            UniqueConstraint(
                fields=("campaign_id",),
                name="campaign_change_one_extension",
                condition="status = 'agreed' AND kind = 'later last day'",
            ),
        )


class CampaignChangeEvent(StatusEvent):
    """Status history of a change."""

    subject: fields.ForeignKeyRelation[CampaignChange] = fields.ForeignKeyField(
        "models.CampaignChange", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "campaign_change_event"


CampaignChange.Event = CampaignChangeEvent


class Extra(Model):
    """What so much more than the target would pay for, declared before the campaign opens and frozen with its version."""

    id = fields.BigIntField(primary_key=True)
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="extras", on_delete=fields.CASCADE
    )
    project_id: int
    words = fields.CharField(max_length=160)
    amount_pence = fields.BigIntField()  # above the target

    class Meta:
        table = "extra"
        constraints = (
            CheckConstraint(check="amount_pence > 0", name="extra_something"),
            UniqueConstraint(fields=("project_id", "amount_pence"), name="extra_once_an_amount"),
        )
