"""Disputes of payments."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from payments.disputes.states import DISPUTE
from payments.disputes.states import Dispute as DisputeStatus
from payments.models import ChargeAttempt


class Dispute(HasStatus):
    """A backer's bank takes a payment back, for a while or for good. A bank may dispute one payment more than once.

    `withdrawn_pence` is what the provider holds back of the payment now, `fee_pence` what it took for the dispute itself.
    """

    TRANSITIONS: ClassVar = DISPUTE
    WORD: ClassVar = "dispute"

    attempt: fields.ForeignKeyRelation[ChargeAttempt] = fields.ForeignKeyField(
        "models.ChargeAttempt", related_name="disputes", on_delete=fields.RESTRICT
    )
    attempt_id: int
    provider_dispute = fields.CharField(max_length=80, unique=True)
    provider_status = fields.CharField(max_length=40)  # the provider's own word, finer than ours
    reason = fields.CharField(max_length=60)  # the provider's code, such as "fraudulent"
    amount_pence = fields.BigIntField()
    withdrawn_pence = fields.BigIntField(default=0)
    fee_pence = fields.BigIntField(default=0)
    cover_pence = fields.BigIntField(default=0)  # of a lost one: how much of it was cover of the card cost
    answer_by = fields.DatetimeField(null=True)
    answered = fields.BooleanField(default=False)
    opened_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "dispute"
        constraints = (
            one_of("dispute", "status", DisputeStatus),
            CheckConstraint(
                check="amount_pence > 0 AND withdrawn_pence >= 0 AND fee_pence >= 0"
                " AND cover_pence BETWEEN 0 AND withdrawn_pence",
                name="dispute_amounts",
            ),
        )


class DisputeEvent(StatusEvent):
    """Status history of a dispute; what was withdrawn and came back are notes on it."""

    subject: fields.ForeignKeyRelation[Dispute] = fields.ForeignKeyField(
        "models.Dispute", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "dispute_event"


Dispute.Event = DisputeEvent
