"""What two people decided about money that was taken back by hand."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint

from crowdfund_kent.models import Proposal, StatusEvent, decided_by_another, one_of
from payments.payouts.models import Reversal
from payments.taken_back.states import DECISION
from payments.taken_back.states import Decision as DecisionStatus


class TakenBackDecision(Proposal):
    """Whether what a reversal by hand took back is sent to the group again (`sends`) or stays here, and why."""

    TRANSITIONS: ClassVar = DECISION
    WORD: ClassVar = "decision about money taken back by hand"

    reversal: fields.ForeignKeyRelation[Reversal] = fields.ForeignKeyField(
        "models.Reversal", related_name="decisions", on_delete=fields.RESTRICT
    )
    reversal_id: int
    sends = fields.BooleanField()

    class Meta:
        table = "taken_back_decision"
        constraints = (
            one_of("taken_back_decision", "status", DecisionStatus),
            decided_by_another("taken_back_decision"),
            UniqueConstraint(
                fields=("reversal_id",), name="taken_back_decision_one_waiting", condition="status = 'proposed'"
            ),
        )


class TakenBackDecisionEvent(StatusEvent):
    """Status history of a decision."""

    subject: fields.ForeignKeyRelation[TakenBackDecision] = fields.ForeignKeyField(
        "models.TakenBackDecision", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "taken_back_decision_event"


TakenBackDecision.Event = TakenBackDecisionEvent
