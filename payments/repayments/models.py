"""What was paid back to a backer another way than to the card."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crowdfund_kent.models import HasStatus, StatusEvent, decided_by_another, one_of
from payments.models import Refund
from payments.own_money.models import OwnMove
from payments.repayments.kinds import How
from payments.repayments.states import REPAYMENT
from payments.repayments.states import Repayment as RepaymentStatus


class Repayment(HasStatus):
    """How the amount of one failed refund reached its backer: by one person's record and another's word."""

    TRANSITIONS: ClassVar = REPAYMENT
    WORD: ClassVar = "repayment"

    refund: fields.ForeignKeyRelation[Refund] = fields.ForeignKeyField(
        "models.Refund", related_name="repayments", on_delete=fields.RESTRICT
    )
    refund_id: int
    amount_pence = fields.BigIntField()  # the whole refund, its cover too
    how = fields.CharField(max_length=20)
    bank_reference = fields.CharField(max_length=60)  # of the transfer, or the cheque's number
    paid_on = fields.DateField()
    recorded_by_id = fields.BigIntField()
    recorded_at = fields.DatetimeField()
    decided_by_id = fields.BigIntField(null=True)
    decided_at = fields.DatetimeField(null=True)
    own_move: fields.ForeignKeyNullableRelation[OwnMove] = fields.ForeignKeyField(
        "models.OwnMove", related_name="repayments", null=True, on_delete=fields.RESTRICT
    )  # by which the council drew the same from the provider
    own_move_id: int | None

    class Meta:
        table = "repayment"
        constraints = (
            one_of("repayment", "status", RepaymentStatus),
            one_of("repayment", "how", How),
            CheckConstraint(check="amount_pence > 0", name="repayment_something"),
            decided_by_another("repayment", "recorded_by_id", ("confirmed", "refused")),
            UniqueConstraint(
                fields=("refund_id",), name="repayment_once", condition="status IN ('recorded', 'confirmed')"
            ),
        )


class RepaymentEvent(StatusEvent):
    """Status history of a repayment."""

    subject: fields.ForeignKeyRelation[Repayment] = fields.ForeignKeyField(
        "models.Repayment", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "repayment_event"


Repayment.Event = RepaymentEvent
