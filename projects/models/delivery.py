"""What becomes of a funded project: its delivery, and what is decided about it on the way."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from projects.kinds import TurnKind
from projects.models.campaigns import Campaign
from projects.models.groups import Group
from projects.states import DELIVERY, HAND_OVER, TURN
from projects.states import Delivery as DeliveryStatus
from projects.states import HandOver as HandOverStatus
from projects.states import Turn as TurnStatus


class Delivery(HasStatus):
    """How a settled campaign's project goes on. Made when the campaign settles; one each. Days are last days, in London.

    `work_done_on`: the group says that the work is done; its final report is written, sent and accepted after that.
    `end_note` and `spent_pence` come from the accepted report (projects/reports); the words are shown to everybody.
    """

    TRANSITIONS: ClassVar = DELIVERY
    WORD: ClassVar = "delivery"

    campaign: fields.OneToOneRelation[Campaign] = fields.OneToOneField(
        "models.Campaign", related_name="delivery", on_delete=fields.RESTRICT
    )
    campaign_id: int
    start_by = fields.DateField()
    finish_by = fields.DateField()
    report_by = fields.DateField()
    begun_at = fields.DatetimeField(null=True)
    work_done_on = fields.DateField(null=True)
    finished_at = fields.DatetimeField(null=True)
    end_note = fields.TextField(default="")
    spent_pence = fields.BigIntField(null=True)  # of the money from backers and funds, by the report
    created_at = fields.DatetimeField()

    class Meta:
        table = "delivery"
        constraints = (
            one_of("delivery", "status", DeliveryStatus),
            CheckConstraint(check="start_by <= finish_by AND finish_by <= report_by", name="delivery_days_in_order"),
            CheckConstraint(check="spent_pence IS NULL OR spent_pence >= 0", name="delivery_spent_not_negative"),
        )


class DeliveryEvent(StatusEvent):
    """Status history of a delivery."""

    subject: fields.ForeignKeyRelation[Delivery] = fields.ForeignKeyField(
        "models.Delivery", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "delivery_event"


Delivery.Event = DeliveryEvent


class DeliveryTurn(HasStatus):
    """Another purpose, an end without delivery, or money that is left: asked, proposed by one officer, agreed by another."""

    TRANSITIONS: ClassVar = TURN
    WORD: ClassVar = "request"

    delivery: fields.ForeignKeyRelation[Delivery] = fields.ForeignKeyField(
        "models.Delivery", related_name="turns", on_delete=fields.RESTRICT
    )
    delivery_id: int
    kind = fields.CharField(max_length=32)
    reason = fields.TextField(default="")  # the group's words; shown to backers once it is agreed
    purpose = fields.TextField(default="")  # what the money would be for instead
    rule = fields.CharField(max_length=300, default="")  # the rule that decides it, in the officer's words
    answer = fields.TextField(default="")  # why it was refused or sent back, to the group
    unspent_pence = fields.BigIntField(default=0)
    received_pence = fields.BigIntField(null=True)  # all cash received when it was agreed (ruling 18)
    kept_pence = fields.BigIntField(null=True)  # odd pennies that stay with the group
    asked_by_id = fields.BigIntField()
    asked_at = fields.DatetimeField()
    proposed_by_id = fields.BigIntField(null=True)
    proposed_at = fields.DatetimeField(null=True)
    decided_by_id = fields.BigIntField(null=True)
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "delivery_turn"
        constraints = (
            one_of("delivery_turn", "status", TurnStatus),
            one_of("delivery_turn", "kind", TurnKind),
            CheckConstraint(check="unspent_pence >= 0", name="delivery_turn_unspent_not_negative"),
            CheckConstraint(
                check="decided_by_id IS NULL OR (decided_by_id <> asked_by_id"
                " AND (proposed_by_id IS NULL OR decided_by_id <> proposed_by_id))",
                name="delivery_turn_two_people",
            ),
            CheckConstraint(
                check="status <> 'agreed' OR (proposed_by_id IS NOT NULL AND decided_by_id IS NOT NULL"
                " AND received_pence IS NOT NULL AND kept_pence IS NOT NULL)",
                name="delivery_turn_agreed_is_whole",
            ),
            UniqueConstraint(
                fields=("delivery_id",),
                name="delivery_turn_one_open",
                condition="status IN ('asked', 'proposed', 'sent back')",
            ),
        )


class DeliveryTurnEvent(StatusEvent):
    """Status history of such a request."""

    subject: fields.ForeignKeyRelation[DeliveryTurn] = fields.ForeignKeyField(
        "models.DeliveryTurn", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "delivery_turn_event"


DeliveryTurn.Event = DeliveryTurnEvent


class GroupHandOver(HasStatus):
    """Somebody asks for a group whose owners can't be reached. The owners are told first and have some days to answer."""

    TRANSITIONS: ClassVar = HAND_OVER
    WORD: ClassVar = "hand-over"

    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="hand_overs", on_delete=fields.RESTRICT
    )
    group_id: int
    asked_by_id = fields.BigIntField()
    reason = fields.TextField(default="")
    to_person_id = fields.BigIntField()  # who would own it
    answer = fields.TextField(default="")
    asked_at = fields.DatetimeField()
    not_before = fields.DatetimeField()  # until then an owner may answer
    proposed_by_id = fields.BigIntField(null=True)
    decided_by_id = fields.BigIntField(null=True)
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "group_hand_over"
        constraints = (
            one_of("group_hand_over", "status", HandOverStatus),
            CheckConstraint(
                check="status <> 'done' OR (proposed_by_id IS NOT NULL AND decided_by_id IS NOT NULL"
                " AND proposed_by_id NOT IN (decided_by_id, asked_by_id, to_person_id)"
                " AND decided_by_id NOT IN (asked_by_id, to_person_id))",
                name="group_hand_over_two_officers",
            ),
            UniqueConstraint(
                fields=("group_id",),
                name="group_hand_over_one_open",
                condition="status IN ('asked', 'proposed', 'sent back')",
            ),
        )


class GroupHandOverEvent(StatusEvent):
    """Status history of a hand-over."""

    subject: fields.ForeignKeyRelation[GroupHandOver] = fields.ForeignKeyField(
        "models.GroupHandOver", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "group_hand_over_event"


GroupHandOver.Event = GroupHandOverEvent
