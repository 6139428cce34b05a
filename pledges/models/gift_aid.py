"""Gift Aid: which groups may claim, and what their givers declared."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from pledges.gift_aid.kinds import Declared, RecipientKind
from pledges.gift_aid.states import DECLARATION, RECIPIENT
from pledges.gift_aid.states import Declaration as DeclarationStatus
from pledges.gift_aid.states import Recipient as RecipientStatus
from pledges.models.gifts import OfflineGift
from pledges.models.pledges import Pledge
from projects.models import Group


class GiftAidRecipient(HasStatus):
    """A group's reference at HMRC: entered by an owner, verified by an officer of no part in the group."""

    TRANSITIONS: ClassVar = RECIPIENT
    WORD: ClassVar = "Gift Aid recipient"

    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="gift_aid", on_delete=fields.RESTRICT
    )
    group_id: int
    kind = fields.CharField(max_length=32)
    hmrc_name = fields.CharField(max_length=160)  # as HMRC knows it
    hmrc_reference = fields.CharField(max_length=10)
    entered_by_id = fields.BigIntField()
    entered_at = fields.DatetimeField()
    evidence = fields.CharField(max_length=200, default="")  # what the officer saw
    verified_by_id = fields.BigIntField(null=True)
    verified_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "gift_aid_recipient"
        constraints = (
            one_of("gift_aid_recipient", "status", RecipientStatus),
            one_of("gift_aid_recipient", "kind", RecipientKind),
            CheckConstraint(
                check="verified_by_id IS NULL OR verified_by_id <> entered_by_id", name="gift_aid_recipient_two_people"
            ),
            UniqueConstraint(
                fields=("group_id",), name="gift_aid_recipient_once", condition="status IN ('entered', 'verified')"
            ),
        )


class GiftAidRecipientEvent(StatusEvent):
    """Status history of a recipient."""

    subject: fields.ForeignKeyRelation[GiftAidRecipient] = fields.ForeignKeyField(
        "models.GiftAidRecipient", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "gift_aid_recipient_event"


GiftAidRecipient.Event = GiftAidRecipientEvent


class GiftAidDeclaration(HasStatus):
    """What one giver declared about one pledge or one off-line gift, in the words of `statement`. Never overwritten."""

    TRANSITIONS: ClassVar = DECLARATION
    WORD: ClassVar = "Gift Aid declaration"

    recipient: fields.ForeignKeyRelation[GiftAidRecipient] = fields.ForeignKeyField(
        "models.GiftAidRecipient", related_name="declarations", on_delete=fields.RESTRICT
    )
    recipient_id: int
    pledge: fields.ForeignKeyNullableRelation[Pledge] = fields.ForeignKeyField(
        "models.Pledge", related_name="gift_aid", null=True, on_delete=fields.RESTRICT
    )
    pledge_id: int | None
    gift: fields.ForeignKeyNullableRelation[OfflineGift] = fields.ForeignKeyField(
        "models.OfflineGift", related_name="gift_aid", null=True, on_delete=fields.RESTRICT
    )
    gift_id: int | None
    replaces: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.GiftAidDeclaration", related_name="replaced_by", null=True, on_delete=fields.RESTRICT
    )
    replaces_id: int | None
    title = fields.CharField(max_length=4, default="")
    first_name = fields.CharField(max_length=35)
    last_name = fields.CharField(max_length=35)
    house = fields.CharField(max_length=40)  # name or number
    address = fields.CharField(max_length=200, default="")  # the rest of the home address
    postcode = fields.CharField(max_length=10, default="")  # empty for somebody who lives outside the UK
    statement = fields.CharField(max_length=16)  # which wording was agreed to
    declared = fields.CharField(max_length=16)
    declared_on = fields.DateField()  # the day on the paper, or the day on which it was sent
    created_at = fields.DatetimeField()
    taken_by_id = fields.BigIntField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "gift_aid_declaration"
        constraints = (
            one_of("gift_aid_declaration", "status", DeclarationStatus),
            one_of("gift_aid_declaration", "declared", Declared),
            CheckConstraint(check="(pledge_id IS NULL) <> (gift_id IS NULL)", name="gift_aid_declaration_of_one"),
            UniqueConstraint(
                fields=("pledge_id",), name="gift_aid_declaration_pledge_once", condition="status = 'in force'"
            ),
            UniqueConstraint(
                fields=("gift_id",), name="gift_aid_declaration_gift_once", condition="status = 'in force'"
            ),
        )


class GiftAidDeclarationEvent(StatusEvent):
    """Status history of a declaration."""

    subject: fields.ForeignKeyRelation[GiftAidDeclaration] = fields.ForeignKeyField(
        "models.GiftAidDeclaration", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "gift_aid_declaration_event"


GiftAidDeclaration.Event = GiftAidDeclarationEvent
