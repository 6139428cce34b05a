"""Schedules of match payments, the payments on them, and which source pays how much of each."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from payments.bank_details.models import BankDetails
from payments.match_payments.rules import Part
from payments.match_payments.states import PAYMENT, SCHEDULE
from payments.match_payments.states import Payment as PaymentStatus
from payments.match_payments.states import Schedule as ScheduleStatus
from pledges.models import FundingSource, MatchPledge
from projects.models import Group


class PaymentSchedule(HasStatus):
    """Payments that go to the finance system together: prepared by one person, approved by another, exported once."""

    TRANSITIONS: ClassVar = SCHEDULE
    WORD: ClassVar = "payment schedule"

    reference = fields.CharField(max_length=12, unique=True)
    prepared_by_id = fields.BigIntField()
    prepared_at = fields.DatetimeField()
    approved_by_id = fields.BigIntField(null=True)
    approved_at = fields.DatetimeField(null=True)
    exported_by_id = fields.BigIntField(null=True)
    exported_at = fields.DatetimeField(null=True)
    file_sha256 = fields.CharField(max_length=64, default="")
    why = fields.CharField(max_length=500, default="")  # why it was refused or withdrawn

    class Meta:
        table = "payment_schedule"
        constraints = (
            one_of("payment_schedule", "status", ScheduleStatus),
            CheckConstraint(
                check="approved_by_id IS NULL OR approved_by_id <> prepared_by_id", name="payment_schedule_two_people"
            ),
            CheckConstraint(
                check="status NOT IN ('approved', 'exported') OR approved_by_id IS NOT NULL",
                name="payment_schedule_approved",
            ),
            CheckConstraint(
                check="(status = 'exported') = (exported_at IS NOT NULL AND length(file_sha256) = 64)",
                name="payment_schedule_exported",
            ),
        )


class PaymentScheduleEvent(StatusEvent):
    """Status history of a schedule."""

    subject: fields.ForeignKeyRelation[PaymentSchedule] = fields.ForeignKeyField(
        "models.PaymentSchedule", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "payment_schedule_event"


PaymentSchedule.Event = PaymentScheduleEvent


class MatchPayment(HasStatus):
    """Money of one match pledge to one account. Its reference is what the bank statement has to name."""

    TRANSITIONS: ClassVar = PAYMENT
    WORD: ClassVar = "payment"

    schedule: fields.ForeignKeyRelation[PaymentSchedule] = fields.ForeignKeyField(
        "models.PaymentSchedule", related_name="payments", on_delete=fields.RESTRICT
    )
    schedule_id: int
    match_pledge: fields.ForeignKeyRelation[MatchPledge] = fields.ForeignKeyField(
        "models.MatchPledge", related_name="payments", on_delete=fields.RESTRICT
    )
    match_pledge_id: int
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="match_payments", on_delete=fields.RESTRICT
    )
    group_id: int  # who receives: the group or its host
    bank_details: fields.ForeignKeyRelation[BankDetails] = fields.ForeignKeyField(
        "models.BankDetails", related_name="payments", on_delete=fields.RESTRICT
    )
    bank_details_id: int
    reference = fields.CharField(max_length=12, unique=True)
    part = fields.CharField(max_length=8)
    amount_pence = fields.BigIntField()
    due_on = fields.DateField()
    paid_on = fields.DateField(null=True)  # the bank's booking day
    returned_on = fields.DateField(null=True)
    # exported, and said never to have been paid: by one, agreed by another
    cancel_why = fields.CharField(max_length=500, default="")
    cancel_asked_by_id = fields.BigIntField(null=True)
    cancelled_by_id = fields.BigIntField(null=True)

    class Meta:
        table = "match_payment"
        constraints = (
            one_of("match_payment", "status", PaymentStatus),
            one_of("match_payment", "part", Part),
            CheckConstraint(check="amount_pence > 0", name="match_payment_something"),
            CheckConstraint(
                check="(status IN ('paid', 'returned')) = (paid_on IS NOT NULL)"
                " AND (status = 'returned') = (returned_on IS NOT NULL)",
                name="match_payment_days",
            ),
            CheckConstraint(
                check="cancelled_by_id IS NULL OR cancel_asked_by_id IS NULL OR cancelled_by_id <> cancel_asked_by_id",
                name="match_payment_cancelled_by_two",
            ),
            UniqueConstraint(
                fields=("match_pledge_id",),
                name="match_payment_one_open",
                condition="status IN ('prepared', 'approved', 'exported')",
            ),
            UniqueConstraint(
                fields=("match_pledge_id", "part"),
                name="match_payment_part_once",
                condition="status NOT IN ('cancelled', 'returned') AND part <> 'own'",
            ),
        )


class MatchPaymentEvent(StatusEvent):
    """Status history of a payment."""

    subject: fields.ForeignKeyRelation[MatchPayment] = fields.ForeignKeyField(
        "models.MatchPayment", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "match_payment_event"


MatchPayment.Event = MatchPaymentEvent


class MatchPaymentPart(Model):
    """How much of a payment one source bears, with the codes that it had when the payment was prepared."""

    id = fields.BigIntField(primary_key=True)
    payment: fields.ForeignKeyRelation[MatchPayment] = fields.ForeignKeyField(
        "models.MatchPayment", related_name="parts", on_delete=fields.RESTRICT
    )
    payment_id: int
    source: fields.ForeignKeyRelation[FundingSource] = fields.ForeignKeyField(
        "models.FundingSource", related_name="payment_parts", on_delete=fields.RESTRICT
    )
    source_id: int
    amount_pence = fields.BigIntField()
    budget_code = fields.CharField(max_length=40, default="")
    cost_centre = fields.CharField(max_length=20, default="")
    subjective_code = fields.CharField(max_length=20, default="")

    class Meta:
        table = "match_payment_part"
        constraints = (
            UniqueConstraint(fields=("payment_id", "source_id"), name="match_payment_part_of_source_once"),
            CheckConstraint(check="amount_pence > 0", name="match_payment_part_something"),
        )


class MatchPaymentOwn(Model):
    """How much of a payment is the group's own money, which no source bears (owing.py), with the codes of its account."""

    id = fields.BigIntField(primary_key=True)
    payment: fields.OneToOneRelation[MatchPayment] = fields.OneToOneField(
        "models.MatchPayment", related_name="own", on_delete=fields.RESTRICT
    )
    payment_id: int
    amount_pence = fields.BigIntField()
    cost_centre = fields.CharField(max_length=20, default="")
    subjective_code = fields.CharField(max_length=20, default="")

    class Meta:
        table = "match_payment_own"
        constraints = (CheckConstraint(check="amount_pence > 0", name="match_payment_own_something"),)


class MatchPaymentKept(Model):
    """What of a returned payment stays paid in one source, because it had been recovered: the group's own money since."""

    id = fields.BigIntField(primary_key=True)
    payment: fields.ForeignKeyRelation[MatchPayment] = fields.ForeignKeyField(
        "models.MatchPayment", related_name="kept", on_delete=fields.RESTRICT
    )
    payment_id: int
    source: fields.ForeignKeyRelation[FundingSource] = fields.ForeignKeyField(
        "models.FundingSource", related_name="kept_parts", on_delete=fields.RESTRICT
    )
    source_id: int
    amount_pence = fields.BigIntField()

    class Meta:
        table = "match_payment_kept"
        constraints = (
            UniqueConstraint(fields=("payment_id", "source_id"), name="match_payment_kept_of_source_once"),
            CheckConstraint(check="amount_pence > 0", name="match_payment_kept_something"),
        )
