"""Nights on which a campaign is laid beside the provider's records, and the differences that were found."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from payments.reconciling.kinds import Thing, What
from payments.reconciling.states import DIFFERENCE
from payments.reconciling.states import Difference as DifferenceStatus
from projects.models import Campaign


class Reconciliation(Model):
    """One day on which a campaign is due to be laid beside the provider's records; a later reading answers for it too."""

    id = fields.BigIntField(primary_key=True)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="reconciliations", on_delete=fields.RESTRICT
    )
    campaign_id: int
    day = fields.DateField()
    next_at = fields.DatetimeField()  # business time; later when the provider could not be asked
    leased_until = fields.DatetimeField(null=True)
    done_at = fields.DatetimeField(null=True)
    read = fields.IntField(default=0)  # how many of the provider's records were read
    differences = fields.IntField(default=0)  # how many were open when it was done

    class Meta:
        table = "reconciliation"
        constraints = (
            UniqueConstraint(fields=("campaign_id", "day"), name="reconciliation_once_a_day"),
            CheckConstraint(check="read >= 0 AND differences >= 0", name="reconciliation_counts"),
        )


class CaughtUp(Model):
    """How far the provider's list of events was read; one row."""

    id = fields.IntField(primary_key=True, generated=False)
    until = fields.DatetimeField()  # business time: everything before it is stored

    class Meta:
        table = "caught_up"
        constraints = (CheckConstraint(check="id = 1", name="caught_up_one"),)


class Difference(HasStatus):
    """What the provider's records and ours do not agree on, kept once: both sides as they were last seen."""

    TRANSITIONS: ClassVar = DIFFERENCE
    WORD: ClassVar = "difference"

    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="differences", on_delete=fields.RESTRICT
    )
    campaign_id: int
    thing = fields.CharField(max_length=12)
    what = fields.CharField(max_length=12)
    subject = fields.CharField(max_length=80)  # the provider's id, or our row: "charge_attempt:12"
    pledge = fields.CharField(max_length=20, default="")  # the reference
    ours: Any = fields.JSONField(null=True)
    theirs: Any = fields.JSONField(null=True)
    found_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()  # the last time that a reading found it so
    seen = fields.IntField(default=1)
    why = fields.CharField(max_length=500, default="")
    closed_by_id = fields.BigIntField(null=True)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "difference"
        constraints = (
            one_of("difference", "status", DifferenceStatus),
            one_of("difference", "thing", Thing),
            one_of("difference", "what", What),
            CheckConstraint(check="ours IS NOT NULL OR theirs IS NOT NULL", name="difference_has_a_side"),
            CheckConstraint(
                check="(status = 'open') = (closed_at IS NULL)"
                " AND (status = 'explained') = (closed_by_id IS NOT NULL) AND (status <> 'explained' OR why <> '')",
                name="difference_closed_how",
            ),
            UniqueConstraint(
                fields=("campaign_id", "thing", "subject"), name="difference_one_open", condition="status = 'open'"
            ),
        )


class DifferenceEvent(StatusEvent):
    """Status history of a difference."""

    subject: fields.ForeignKeyRelation[Difference] = fields.ForeignKeyField(
        "models.Difference", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "difference_event"


Difference.Event = DifferenceEvent
