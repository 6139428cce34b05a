"""Campaigns with their history, what was checked and what was said."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from projects.kinds import CheckAnswer
from projects.models.writing import Project, ProjectVersion
from projects.states import CAMPAIGN
from projects.states import Campaign as CampaignStatus


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
    match_wanted_pence = fields.BigIntField(null=True)  # what they would like KCC to add; null = not asked, 0 = nothing
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
            CheckConstraint(check="match_wanted_pence >= 0", name="campaign_match_wanted_not_negative"),
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
    """What an officer said of one item when the campaign was approved, as the public page tells it. Never changed (trigger).

    `answer` has three ways and is empty in records from before it had; `evidence`: [{"id", "kind", "sha256"}] of the
    papers that stood for the item then. No personal text: an officer's note stays in check_draft.
    """

    id = fields.BigIntField(primary_key=True)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="checks", on_delete=fields.RESTRICT
    )
    campaign_id: int
    item = fields.CharField(max_length=80)
    checked = fields.BooleanField()
    answer = fields.CharField(max_length=12, null=True)
    evidence: Any = fields.JSONField(null=True)
    by_id = fields.BigIntField()
    role = fields.CharField(max_length=40, null=True)  # in which they checked it
    at = fields.DatetimeField()

    class Meta:
        table = "campaign_check"
        constraints = (
            UniqueConstraint(fields=("campaign_id", "item"), name="campaign_check_once"),
            one_of("campaign_check", "answer", CheckAnswer),
            CheckConstraint(
                check="answer IS NULL OR checked = (answer = 'checked')", name="campaign_check_says_one_thing"
            ),
        )


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
