"""Residents' pledges."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from crowdfund_kent.models import HasStatus, StatusEvent, not_negative, one_of
from pledges.kinds import BackerKind
from pledges.states import PLEDGE
from pledges.states import Pledge as PledgeStatus
from projects.models import Campaign, CampaignChange


class Pledge(HasStatus):
    """A resident's promise of money, charged only if the target is met. No account needed.

    `form_key` is the key of the form it was made with: a second click, a reload or the back button find the same row.
    `email_key` and `card_key` are keyed hashes for the fair count (ruling 10); they survive erasure, the text does not.
    `refunded_pence` is what went back of `amount_pence`; the cover that goes back with it stands on the refund.
    """

    TRANSITIONS: ClassVar = PLEDGE
    WORD: ClassVar = "pledge"

    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="pledges", on_delete=fields.RESTRICT
    )
    campaign_id: int
    reference = fields.CharField(max_length=12, unique=True)
    form_key = fields.CharField(max_length=64, unique=True)
    token_hash = fields.CharField(max_length=64, unique=True)  # of the private link in the receipt
    amount_pence = fields.BigIntField()
    # what the backer adds for the card cost (ruling 9): part of the charge and of nothing else
    cover_pence = fields.BigIntField(default=0, db_default=0)
    backer_kind = fields.CharField(max_length=16, default=BackerKind.PERSON.value)
    email = fields.CharField(max_length=254, null=True)
    email_key = fields.CharField(max_length=64, db_index=True)
    name = fields.CharField(max_length=120, default="")
    name_shown = fields.BooleanField(default=False)
    # "in memory of ...": shown without an amount
    dedication = fields.CharField(max_length=80, default="", db_default="")
    dedication_hidden_at = fields.DatetimeField(null=True)  # by an officer, who says why
    dedication_hidden_by_id = fields.BigIntField(null=True)
    dedication_hidden_why = fields.CharField(max_length=200, default="", db_default="")
    card_key = fields.CharField(max_length=64, null=True, db_index=True)
    card_brand = fields.CharField(max_length=24, null=True)
    card_last4 = fields.CharField(max_length=4, null=True)
    card_removed_at = fields.DatetimeField(null=True)
    runs_campaign = fields.BooleanField(default=False)  # by somebody who runs the campaign: no backer (ruling 10)
    # made before a later last day was agreed: charged after the first one only with a yes (ruling 15)
    must_agree: fields.ForeignKeyNullableRelation[CampaignChange] = fields.ForeignKeyField(
        "models.CampaignChange", related_name="pledges_asked", null=True, on_delete=fields.RESTRICT
    )
    must_agree_id: int | None
    agreed_at = fields.DatetimeField(null=True)
    district_code = fields.CharField(max_length=9, null=True)  # where the backer lives, if they told
    # kept when the district is let go of: whether it was the project's, so that past figures stay the same
    lives_near = fields.BooleanField(null=True)
    created_at = fields.DatetimeField()
    activated_at = fields.DatetimeField(null=True)
    refunded_pence = fields.BigIntField(default=0)
    generated = fields.BooleanField(default=False)
    import_batch_id = fields.BigIntField(null=True)

    class Meta:
        table = "pledge"
        indexes = (("campaign_id", "status"),)
        constraints = (
            one_of("pledge", "status", PledgeStatus),
            one_of("pledge", "backer_kind", BackerKind),
            CheckConstraint(check="amount_pence > 0", name="pledge_something"),
            not_negative("pledge", "cover_pence"),
            CheckConstraint(check="agreed_at IS NULL OR must_agree_id IS NOT NULL", name="pledge_agreed_when_asked"),
            CheckConstraint(check="refunded_pence BETWEEN 0 AND amount_pence", name="pledge_refund_within"),
        )

    @property
    def charge_pence(self) -> int:
        """What the card is charged: the pledge and what its backer adds for the card cost."""
        return int(self.amount_pence + self.cover_pence)


class PledgeEvent(StatusEvent):
    """Status history of a pledge."""

    subject: fields.ForeignKeyRelation[Pledge] = fields.ForeignKeyField(
        "models.Pledge", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "pledge_event"


Pledge.Event = PledgeEvent
