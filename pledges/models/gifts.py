"""Off-line gifts: where they are taken, what became of each, how they are banked, given back, and handed to the group."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from pledges.gifts.kinds import Paid, Return, Way, Wish
from pledges.gifts.states import GIFT, Cause
from pledges.gifts.states import Gift as GiftStatus
from pledges.kinds import BackerKind
from projects.models import Campaign, Group


class GiftDesk(Model):
    """Where gifts are taken: a library's desk, or a group's own hands (`group` set, one a group)."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=80)
    place = fields.CharField(max_length=200, default="")  # address and hours, for the public and on paper forms
    group: fields.OneToOneNullableRelation[Group] = fields.OneToOneField(
        "models.Group", related_name="gift_desk", null=True, on_delete=fields.RESTRICT
    )
    group_id: int | None
    entered_by_id = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "gift_desk"


def _two_people(table: str) -> tuple[CheckConstraint, CheckConstraint]:
    """Whoever confirms did not enter it; confirmed and withdrawn exclude each other."""
    return (
        CheckConstraint(
            check="confirmed_by_id IS NULL OR entered_by_id IS NULL OR confirmed_by_id <> entered_by_id",
            name=f"{table}_two_people",
        ),
        CheckConstraint(
            check="(confirmed_by_id IS NULL) = (confirmed_at IS NULL) AND (confirmed_at IS NULL OR withdrawn_at IS NULL)",
            name=f"{table}_confirmed_or_not",
        ),
    )


class _Entered(Model):
    """What one person entered and another confirmed, who has seen the paper; withdrawn where it was not so."""

    id = fields.BigIntField(primary_key=True)
    entered_by_id = fields.BigIntField()
    entered_at = fields.DatetimeField()
    confirmed_by_id = fields.BigIntField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        abstract = True


class GiftBatch(_Entered):
    """Gifts of one desk, paid in together with one paying-in slip. They are banked once a second person saw the slip."""

    desk: fields.ForeignKeyRelation[GiftDesk] = fields.ForeignKeyField(
        "models.GiftDesk", related_name="batches", on_delete=fields.RESTRICT
    )
    desk_id: int
    slip_number = fields.CharField(max_length=40)
    amount_pence = fields.BigIntField()

    class Meta:
        table = "gift_batch"
        constraints = (
            CheckConstraint(check="amount_pence > 0", name="gift_batch_something"),
            *_two_people("gift_batch"),
        )


class GiftPayment(_Entered):
    """Gifts of one campaign handed to its group: paid from the council's account, or kept by the group that banked them."""

    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="gift_payments", on_delete=fields.RESTRICT
    )
    campaign_id: int
    why = fields.CharField(max_length=24)
    amount_pence = fields.BigIntField()
    own_pence = fields.BigIntField(default=0)  # of it, what lies in the group's own account already
    reference = fields.CharField(max_length=40, default="")  # of the bank transfer

    class Meta:
        table = "gift_payment"
        constraints = (
            one_of("gift_payment", "why", Paid),
            CheckConstraint(
                check="amount_pence > 0 AND own_pence BETWEEN 0 AND amount_pence", name="gift_payment_something"
            ),
            *_two_people("gift_payment"),
        )


class OfflineGift(HasStatus):
    """Cash or a cheque that somebody gave by hand. It counts once a second person has counted it.

    `email_key` and `name_key` (name and postcode) are keyed hashes for the fair count (ruling 10): they survive erasure,
    the text does not. `at_verdict`: it counted when the campaign was decided, and stays part of what was raised.
    """

    TRANSITIONS: ClassVar = GIFT
    WORD: ClassVar = "gift"

    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="offline_gifts", on_delete=fields.RESTRICT
    )
    campaign_id: int
    desk: fields.ForeignKeyRelation[GiftDesk] = fields.ForeignKeyField(
        "models.GiftDesk", related_name="gifts", on_delete=fields.RESTRICT
    )
    desk_id: int
    reference = fields.CharField(max_length=12, unique=True)  # the number on the receipt
    form_key = fields.CharField(max_length=64, unique=True)
    amount_pence = fields.BigIntField()
    way = fields.CharField(max_length=8)
    cheque_number = fields.CharField(max_length=20, default="")
    giver_kind = fields.CharField(max_length=16, default=BackerKind.PERSON.value)
    anonymous = fields.BooleanField(default=False)
    name = fields.CharField(max_length=120, default="")
    postcode = fields.CharField(max_length=10, default="")
    address = fields.CharField(max_length=300, default="")
    email = fields.CharField(max_length=254, null=True)
    email_key = fields.CharField(max_length=64, null=True, db_index=True)
    name_key = fields.CharField(max_length=64, null=True, db_index=True)
    person_id = fields.BigIntField(null=True)  # of a giver without e-mail: whom letters go to
    wish = fields.CharField(max_length=16)
    from_paper = fields.BooleanField(default=False)  # a signed paper form lies with the receipt's copy
    runs_campaign = fields.BooleanField(default=False)  # by somebody who runs the campaign: no backer (ruling 10)
    at_verdict = fields.BooleanField(default=False)
    received_on = fields.DateField()
    created_at = fields.DatetimeField()
    taken_by_id = fields.BigIntField()
    counted_by_id = fields.BigIntField(null=True)
    counted_at = fields.DatetimeField(null=True)
    seen = fields.CharField(max_length=200, default="")  # what the second person saw
    batch: fields.ForeignKeyNullableRelation[GiftBatch] = fields.ForeignKeyField(
        "models.GiftBatch", related_name="gifts", null=True, on_delete=fields.RESTRICT
    )
    batch_id: int | None
    payment: fields.ForeignKeyNullableRelation[GiftPayment] = fields.ForeignKeyField(
        "models.GiftPayment", related_name="gifts", null=True, on_delete=fields.RESTRICT
    )
    payment_id: int | None

    class Meta:
        table = "offline_gift"
        indexes = (("campaign_id", "status"), ("desk_id", "status"))
        constraints = (
            one_of("offline_gift", "status", GiftStatus),
            one_of("offline_gift", "way", Way),
            one_of("offline_gift", "wish", Wish),
            one_of("offline_gift", "giver_kind", BackerKind),
            CheckConstraint(check="amount_pence > 0", name="offline_gift_something"),
            CheckConstraint(
                check="counted_by_id IS NULL OR counted_by_id <> taken_by_id", name="offline_gift_two_people"
            ),
            CheckConstraint(
                check="(counted_by_id IS NULL) = (counted_at IS NULL)"
                " AND (counted_at IS NOT NULL OR status IN ('received', 'returned'))",
                name="offline_gift_counted_by_somebody",
            ),
            CheckConstraint(
                check="NOT anonymous OR (wish = 'to the group' AND name = '' AND name_key IS NULL AND email_key IS NULL)",
                name="offline_gift_nameless",
            ),
        )


class OfflineGiftEvent(StatusEvent):
    """Status history of an off-line gift."""

    subject: fields.ForeignKeyRelation[OfflineGift] = fields.ForeignKeyField(
        "models.OfflineGift", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "offline_gift_event"


OfflineGift.Event = OfflineGiftEvent


class GiftReturn(_Entered):
    """One gift on its way back: entered by one, confirmed by another who saw the signature or the cheque's number."""

    gift: fields.ForeignKeyRelation[OfflineGift] = fields.ForeignKeyField(
        "models.OfflineGift", related_name="returns", on_delete=fields.RESTRICT
    )
    gift_id: int
    cause = fields.CharField(max_length=24)
    how = fields.CharField(max_length=12)
    proof = fields.CharField(max_length=120)  # the cheque's number, or where the signature is kept

    class Meta:
        table = "gift_return"
        constraints = (
            one_of("gift_return", "cause", Cause),
            one_of("gift_return", "how", Return),
            UniqueConstraint(fields=("gift_id",), name="gift_return_once", condition="withdrawn_at IS NULL"),
            *_two_people("gift_return"),
        )


class GiftRecovery(_Entered):
    """Money of a cheque that the bank did not pay after it was handed on: the group gives it back, all or a part.

    Entered by one, confirmed by a finance approver who has seen the bank's line. A group never has to.
    """

    gift: fields.ForeignKeyRelation[OfflineGift] = fields.ForeignKeyField(
        "models.OfflineGift", related_name="recoveries", on_delete=fields.RESTRICT
    )
    gift_id: int
    amount_pence = fields.BigIntField()
    reference = fields.CharField(max_length=40)  # of the line on the bank statement

    class Meta:
        table = "gift_recovery"
        constraints = (
            CheckConstraint(check="amount_pence > 0", name="gift_recovery_something"),
            UniqueConstraint(
                fields=("gift_id",),
                name="gift_recovery_one_open",
                condition="confirmed_at IS NULL AND withdrawn_at IS NULL",
            ),
            *_two_people("gift_recovery"),
        )
