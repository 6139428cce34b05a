"""Awards: proposed by one person, signed by another, alone or with the list of a round."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from panel.models.pitches import Pitch
from panel.states import AWARD
from panel.states import Award as AwardStatus
from pledges.models import MatchFund, MatchPledge
from projects.models import Campaign, Project


class Award(HasStatus):
    """An award to one campaign from one fund. `calculation` holds every term as it stood when proposed, then signed."""

    TRANSITIONS: ClassVar = AWARD
    WORD: ClassVar = "award"

    campaign: fields.ForeignKeyNullableRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="awards", null=True, on_delete=fields.RESTRICT
    )
    campaign_id: int | None
    project: fields.ForeignKeyNullableRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="awards", null=True, on_delete=fields.RESTRICT
    )
    project_id: int | None  # instead of a campaign, where the fund works without a crowd
    pitch: fields.OneToOneNullableRelation[Pitch] = fields.OneToOneField(
        "models.Pitch", related_name="award", null=True, on_delete=fields.RESTRICT
    )
    pitch_id: int | None
    fund: fields.ForeignKeyRelation[MatchFund] = fields.ForeignKeyField(
        "models.MatchFund", related_name="awards", on_delete=fields.RESTRICT
    )
    fund_id: int
    amount_pence = fields.BigIntField()
    reasons = fields.TextField()  # public: it may be released under freedom of information
    purpose_reason = fields.TextField(default="")  # why a source with a purpose may be drawn (ruling 5)
    calculation: Any = fields.JSONField()
    proposed_by_id = fields.BigIntField()
    proposed_at = fields.DatetimeField()
    signed_by_id = fields.BigIntField(null=True)
    decided_at = fields.DatetimeField(null=True)
    refusal_reason = fields.TextField(default="")
    match_pledge: fields.OneToOneNullableRelation[MatchPledge] = fields.OneToOneField(
        "models.MatchPledge", related_name="award", null=True, on_delete=fields.RESTRICT
    )
    match_pledge_id: int | None

    class Meta:
        table = "award"
        constraints = (
            one_of("award", "status", AwardStatus),
            CheckConstraint(check="amount_pence > 0", name="award_something"),
            CheckConstraint(check="signed_by_id IS NULL OR signed_by_id <> proposed_by_id", name="award_two_people"),
            CheckConstraint(check="(status = 'signed') = (match_pledge_id IS NOT NULL)", name="award_signed_pledges"),
            UniqueConstraint(
                fields=("campaign_id", "fund_id"), name="award_one_proposal", condition="status = 'proposed'"
            ),
            UniqueConstraint(fields=("project_id", "fund_id"), name="award_one_grant", condition="status = 'proposed'"),
            CheckConstraint(check="(campaign_id IS NULL) <> (project_id IS NULL)", name="award_to_one"),
        )


class AwardEvent(StatusEvent):
    """Status history of an award."""

    subject: fields.ForeignKeyRelation[Award] = fields.ForeignKeyField(
        "models.Award", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "award_event"


Award.Event = AwardEvent
