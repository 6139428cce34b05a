"""What the council drew from the provider's balance or put into it."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crowdfund_kent.models import HasStatus, StatusEvent, decided_by_another, one_of
from payments.own_money.kinds import Way
from payments.own_money.states import OWN_MOVE
from payments.own_money.states import OwnMove as Status


class OwnMove(HasStatus):
    """One movement of the council's own money at the provider. What was drawn is the sum of the repayments that name it."""

    TRANSITIONS: ClassVar = OWN_MOVE
    WORD: ClassVar = "movement of the council's own money"

    way = fields.CharField(max_length=8)
    amount_pence = fields.BigIntField()
    reference = fields.CharField(max_length=60)  # the provider's, which the bank's line carries too
    moved_on = fields.DateField()
    recorded_by_id = fields.BigIntField()
    recorded_at = fields.DatetimeField()
    decided_by_id = fields.BigIntField(null=True)
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "own_move"
        constraints = (
            one_of("own_move", "status", Status),
            one_of("own_move", "way", Way),
            CheckConstraint(check="amount_pence > 0", name="own_move_something"),
            decided_by_another("own_move", "recorded_by_id", ("confirmed", "refused")),
            UniqueConstraint(
                fields=("reference",), name="own_move_once", condition="status IN ('recorded', 'confirmed')"
            ),
        )


class OwnMoveEvent(StatusEvent):
    """Status history of such a movement."""

    subject: fields.ForeignKeyRelation[OwnMove] = fields.ForeignKeyField(
        "models.OwnMove", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "own_move_event"


OwnMove.Event = OwnMoveEvent
