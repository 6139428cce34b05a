"""Whose money it is that a funded project did not spend (ruling 18)."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from pledges.models.gifts import OfflineGift
from pledges.models.matches import MatchPledge
from pledges.models.pledges import Pledge
from projects.models import DeliveryTurn


class UnspentShare(Model):
    """What one fund or one backer is to get back of unspent money. Recorded when it was agreed; never changed.

    The money itself moves by other rows: this one says what is due.
    """

    id = fields.BigIntField(primary_key=True)
    turn: fields.ForeignKeyRelation[DeliveryTurn] = fields.ForeignKeyField(
        "models.DeliveryTurn", related_name="shares", on_delete=fields.RESTRICT
    )
    turn_id: int
    match_pledge: fields.ForeignKeyNullableRelation[MatchPledge] = fields.ForeignKeyField(
        "models.MatchPledge", related_name="unspent_shares", null=True, on_delete=fields.RESTRICT
    )
    match_pledge_id: int | None
    pledge: fields.ForeignKeyNullableRelation[Pledge] = fields.ForeignKeyField(
        "models.Pledge", related_name="unspent_shares", null=True, on_delete=fields.RESTRICT
    )
    pledge_id: int | None
    gift: fields.ForeignKeyNullableRelation[OfflineGift] = fields.ForeignKeyField(
        "models.OfflineGift", related_name="unspent_shares", null=True, on_delete=fields.RESTRICT
    )
    gift_id: int | None
    paid_in_pence = fields.BigIntField()  # what came from this fund or backer
    amount_pence = fields.BigIntField()

    class Meta:
        table = "unspent_share"
        constraints = (
            CheckConstraint(
                check="num_nonnulls(match_pledge_id, pledge_id, gift_id) = 1", name="unspent_share_of_a_party"
            ),
            CheckConstraint(
                check="paid_in_pence > 0 AND amount_pence BETWEEN 0 AND paid_in_pence", name="unspent_share_within"
            ),
            UniqueConstraint(fields=("turn_id", "match_pledge_id"), name="unspent_share_match_once"),
            UniqueConstraint(fields=("turn_id", "pledge_id"), name="unspent_share_pledge_once"),
            UniqueConstraint(fields=("turn_id", "gift_id"), name="unspent_share_gift_once"),
        )
