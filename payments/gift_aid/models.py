"""Claims of Gift Aid: schedules as they were drawn, and what was put right later."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from payments.gift_aid.kinds import Adjusted
from payments.gift_aid.states import CLAIM
from payments.gift_aid.states import Claim as ClaimStatus
from pledges.models import GiftAidDeclaration, GiftAidRecipient


class GiftAidClaim(HasStatus):
    """One schedule of a group for HMRC: donations, and what earlier claims had too much. Frozen when it is drawn."""

    TRANSITIONS: ClassVar = CLAIM
    WORD: ClassVar = "Gift Aid claim"

    recipient: fields.ForeignKeyRelation[GiftAidRecipient] = fields.ForeignKeyField(
        "models.GiftAidRecipient", related_name="claims", on_delete=fields.RESTRICT
    )
    recipient_id: int
    reference = fields.CharField(max_length=12, unique=True)
    amount_pence = fields.BigIntField()  # donations, not the tax
    adjusted_pence = fields.BigIntField(default=0)  # donations of earlier claims that are none any more
    drawn_by_id = fields.BigIntField()
    drawn_at = fields.DatetimeField()
    claimed_by_id = fields.BigIntField(null=True)
    claimed_on = fields.DateField(null=True)

    class Meta:
        table = "gift_aid_claim"
        constraints = (
            one_of("gift_aid_claim", "status", ClaimStatus),
            CheckConstraint(
                check="amount_pence >= 0 AND adjusted_pence >= 0 AND amount_pence + adjusted_pence > 0",
                name="gift_aid_claim_something",
            ),
            UniqueConstraint(fields=("recipient_id",), name="gift_aid_claim_one_open", condition="status = 'drawn'"),
        )


class GiftAidClaimEvent(StatusEvent):
    """Status history of a claim."""

    subject: fields.ForeignKeyRelation[GiftAidClaim] = fields.ForeignKeyField(
        "models.GiftAidClaim", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "gift_aid_claim_event"


GiftAidClaim.Event = GiftAidClaimEvent


class GiftAidLine(Model):
    """One donation on a claim's schedule. A donation stands on one claim that was not withdrawn. Never changed."""

    id = fields.BigIntField(primary_key=True)
    claim: fields.ForeignKeyRelation[GiftAidClaim] = fields.ForeignKeyField(
        "models.GiftAidClaim", related_name="lines", on_delete=fields.RESTRICT
    )
    claim_id: int
    declaration: fields.ForeignKeyRelation[GiftAidDeclaration] = fields.ForeignKeyField(
        "models.GiftAidDeclaration", related_name="lines", on_delete=fields.RESTRICT
    )
    declaration_id: int
    amount_pence = fields.BigIntField()
    donated_on = fields.DateField()

    class Meta:
        table = "gift_aid_line"
        constraints = (
            CheckConstraint(check="amount_pence > 0", name="gift_aid_line_something"),
            UniqueConstraint(fields=("claim_id", "declaration_id"), name="gift_aid_line_once"),
        )


class GiftAidAdjustment(Model):
    """What a line of an earlier claim had too much, told to HMRC on a later claim. Never changed."""

    id = fields.BigIntField(primary_key=True)
    claim: fields.ForeignKeyRelation[GiftAidClaim] = fields.ForeignKeyField(
        "models.GiftAidClaim", related_name="adjustments", on_delete=fields.RESTRICT
    )
    claim_id: int
    line: fields.ForeignKeyRelation[GiftAidLine] = fields.ForeignKeyField(
        "models.GiftAidLine", related_name="adjustments", on_delete=fields.RESTRICT
    )
    line_id: int
    amount_pence = fields.BigIntField()
    why = fields.CharField(max_length=20, default=Adjusted.NO_GIFT.value, db_default=Adjusted.NO_GIFT.value)

    class Meta:
        table = "gift_aid_adjustment"
        constraints = (
            one_of("gift_aid_adjustment", "why", Adjusted),
            CheckConstraint(check="amount_pence > 0", name="gift_aid_adjustment_something"),
            UniqueConstraint(fields=("claim_id", "line_id"), name="gift_aid_adjustment_once"),
        )
