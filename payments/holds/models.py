"""Holds on payments."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from payments.holds.states import HOLD
from payments.holds.states import Hold as HoldStatus


class PaymentHold(HasStatus):
    """Somebody stops one payment, or a run of payments, with a reason. `subject`: "payout:12", "collection:4"."""

    TRANSITIONS: ClassVar = HOLD
    WORD: ClassVar = "hold"

    subject = fields.CharField(max_length=60, db_index=True)
    why = fields.CharField(max_length=500)
    placed_by_id = fields.BigIntField()
    placed_at = fields.DatetimeField()
    confirmed_by_id = fields.BigIntField(null=True)
    release_why = fields.CharField(max_length=500, default="")
    release_by_id = fields.BigIntField(null=True)  # who proposed to let it go
    ended_by_id = fields.BigIntField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "payment_hold"
        constraints = (
            one_of("payment_hold", "status", HoldStatus),
            CheckConstraint(
                check="coalesce(confirmed_by_id, 0) <> placed_by_id"
                " AND (status <> 'lifted' OR coalesce(ended_by_id, placed_by_id) <> placed_by_id)"
                " AND (status <> 'released' OR coalesce(ended_by_id, release_by_id) <> release_by_id)",
                name="payment_hold_two_people",
            ),
            UniqueConstraint(
                fields=("subject",),
                name="payment_hold_one_in_effect",
                condition="status IN ('placed', 'held', 'release proposed')",
            ),
        )


class PaymentHoldEvent(StatusEvent):
    """Status history of a hold."""

    subject: fields.ForeignKeyRelation[PaymentHold] = fields.ForeignKeyField(
        "models.PaymentHold", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "payment_hold_event"


PaymentHold.Event = PaymentHoldEvent
