"""Decisions to give the shares of unspent money back, and the shares in them."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crowdfund_kent.models import HasStatus, Proposal, StatusEvent, one_of
from payments.shares_back.kinds import Hand
from payments.shares_back.states import GIVING, SHARE, Giving, Share
from pledges.models import UnspentShare
from projects.models import Campaign


class SharesBack(Proposal):
    """To give backers and givers of one campaign their shares of what was not spent. By two people.

    `amount_pence` and `shares`: of everything that was due when it was proposed; another sum when it is agreed is refused.
    """

    TRANSITIONS: ClassVar = GIVING
    WORD: ClassVar = "proposal to give shares back"

    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="shares_back", on_delete=fields.RESTRICT
    )
    campaign_id: int
    amount_pence = fields.BigIntField()
    shares = fields.IntField()

    class Meta:
        table = "shares_back"
        constraints = (
            one_of("shares_back", "status", Giving),
            CheckConstraint(check="amount_pence > 0 AND shares > 0", name="shares_back_something"),
            CheckConstraint(
                check="(status = 'proposed' OR status = 'withdrawn' OR decided_by_id IS NOT NULL)"
                " AND (status = 'withdrawn' OR decided_by_id IS NULL OR decided_by_id <> proposed_by_id)",
                name="shares_back_two_people",
            ),
            UniqueConstraint(fields=("campaign_id",), name="shares_back_one_open", condition="status = 'proposed'"),
        )


class SharesBackEvent(StatusEvent):
    """Status history of a proposal to give shares back."""

    subject: fields.ForeignKeyRelation[SharesBack] = fields.ForeignKeyField(
        "models.SharesBack", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "shares_back_event"


SharesBack.Event = SharesBackEvent


class ShareBack(HasStatus):
    """One share on its way back. By card a refund follows (`source` "unspent_share:3"); by hand two people say so.

    `next_at`: when a card is looked at again, where something else was under way with the payment.
    """

    TRANSITIONS: ClassVar = SHARE
    WORD: ClassVar = "share to give back"

    giving: fields.ForeignKeyRelation[SharesBack] = fields.ForeignKeyField(
        "models.SharesBack", related_name="rows", on_delete=fields.RESTRICT
    )
    giving_id: int
    share: fields.OneToOneRelation[UnspentShare] = fields.OneToOneField(
        "models.UnspentShare", related_name="way_back", on_delete=fields.RESTRICT
    )
    share_id: int
    amount_pence = fields.BigIntField()
    next_at = fields.DatetimeField(null=True)
    how = fields.CharField(max_length=8, null=True)
    proof = fields.CharField(max_length=120, default="")  # the cheque's number, or where the signature is kept
    entered_by_id = fields.BigIntField(null=True)
    entered_at = fields.DatetimeField(null=True)
    confirmed_by_id = fields.BigIntField(null=True)
    confirmed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "share_back"
        indexes = (("giving_id", "status"),)
        constraints = (
            one_of("share_back", "status", Share),
            one_of("share_back", "how", Hand),
            CheckConstraint(check="amount_pence > 0", name="share_back_something"),
            CheckConstraint(
                check="(status IN ('entered', 'given')) = (how IS NOT NULL AND entered_by_id IS NOT NULL AND proof <> '')"
                " AND (status = 'given') = (confirmed_by_id IS NOT NULL)"
                " AND (confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id)",
                name="share_back_two_people",
            ),
        )


class ShareBackEvent(StatusEvent):
    """Status history of a share on its way back."""

    subject: fields.ForeignKeyRelation[ShareBack] = fields.ForeignKeyField(
        "models.ShareBack", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "share_back_event"


ShareBack.Event = ShareBackEvent
