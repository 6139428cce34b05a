"""Bank details of groups. Name, sort code and account number are sealed (sealing.py); never in an event, audit row or log."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from payments.bank_details.kinds import CallSource, NameIs
from payments.bank_details.states import DETAILS, Details
from projects.models import Evidence, Group


class BankDetails(HasStatus):
    """One account of a group, from the moment somebody sent it. Changed by another row, never in place.

    `sealed` is empty once nobody needs it any more; `ending`: the last three figures of the account number;
    `fingerprint`: a keyed hash of sort code and number, which tells that two groups gave the same account.
    """

    TRANSITIONS: ClassVar = DETAILS
    WORD: ClassVar = "set of bank details"

    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="bank_details", on_delete=fields.RESTRICT
    )
    group_id: int
    sealed = fields.TextField(null=True)
    key_id = fields.CharField(max_length=16)
    ending = fields.CharField(max_length=3)
    fingerprint = fields.CharField(max_length=64, db_index=True)
    asked_by_id = fields.BigIntField()  # an owner who sent them, or an officer who entered them from a paper
    by_group = fields.BooleanField()
    asked_at = fields.DatetimeField()
    name_is = fields.CharField(max_length=12, null=True)
    name_reason = fields.CharField(max_length=500, default="")  # why a name that differs is right
    evidence: fields.ForeignKeyNullableRelation[Evidence] = fields.ForeignKeyField(
        "models.Evidence", related_name="bank_details", null=True, on_delete=fields.RESTRICT
    )
    evidence_id: int | None
    evidence_words = fields.CharField(max_length=500, default="")  # a paper seen elsewhere: which, where, when
    call_source = fields.CharField(max_length=40, null=True)
    call_person_id = fields.BigIntField(null=True)
    call_number = fields.CharField(max_length=40, default="")
    call_where = fields.CharField(max_length=300, default="")
    call_held_since = fields.DatetimeField(null=True)
    call_held_days = fields.IntField(default=0, db_default=0)  # how long a number had to be held, when it was checked
    call_reason = fields.CharField(
        max_length=500, default="", db_default=""
    )  # why a register's younger number is right
    called_at = fields.DatetimeField(null=True)
    checked_by_id = fields.BigIntField(null=True)
    checked_at = fields.DatetimeField(null=True)
    approved_by_id = fields.BigIntField(null=True)
    approved_at = fields.DatetimeField(null=True)
    answer = fields.CharField(max_length=500, default="")  # why it was sent back, refused or stopped
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "bank_details"
        constraints = (
            one_of("bank_details", "status", Details),
            one_of("bank_details", "name_is", NameIs),
            one_of("bank_details", "call_source", CallSource),
            CheckConstraint(
                check="approved_by_id IS NULL OR (checked_by_id IS NOT NULL AND approved_by_id <> checked_by_id"
                " AND approved_by_id <> asked_by_id)",
                name="bank_details_two_people",
            ),
            CheckConstraint(
                check="status NOT IN ('checked', 'approved', 'replaced', 'stopped') OR (checked_at IS NOT NULL"
                " AND (evidence_id IS NOT NULL OR evidence_words <> '') AND (name_is = 'the same' OR name_reason <> '')"
                " AND call_held_since < asked_at AND called_at >= asked_at)",
                name="bank_details_checked",
            ),
            CheckConstraint(
                check="(status IN ('approved', 'replaced', 'stopped')) = (approved_at IS NOT NULL)",
                name="bank_details_approved",
            ),
            UniqueConstraint(fields=("group_id",), name="bank_details_one_approved", condition="status = 'approved'"),
            UniqueConstraint(
                fields=("group_id",), name="bank_details_one_open", condition="status IN ('to check', 'checked')"
            ),
        )


class BankDetailsEvent(StatusEvent):
    """Status history of bank details."""

    subject: fields.ForeignKeyRelation[BankDetails] = fields.ForeignKeyField(
        "models.BankDetails", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "bank_details_event"


BankDetails.Event = BankDetailsEvent
