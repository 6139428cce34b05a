"""Bank statements as they were imported, and their lines. Lines keep what the bank says; money is moved by matching."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from payments.bank_statements.kinds import Format
from payments.bank_statements.states import LINE, Means
from payments.bank_statements.states import Line as LineStatus
from payments.match_payments.models import MatchPayment
from payments.recoveries.models import Recovery
from payments.repayments.models import Repayment


class BankStatement(Model):
    """One file that was taken in whole: opening + its lines = closing. The file itself is not kept, its digest is."""

    id = fields.BigIntField(primary_key=True)
    format = fields.CharField(max_length=20)
    account = fields.CharField(max_length=40)  # the council's own account, as the bank names it
    bank_reference = fields.CharField(max_length=80, default="")  # the bank's own number of the statement
    sha256 = fields.CharField(max_length=64, unique=True)
    opening_pence = fields.BigIntField()
    closing_pence = fields.BigIntField()
    from_on = fields.DateField()
    to_on = fields.DateField()
    lines_in_file = fields.IntField()
    imported_by_id = fields.BigIntField(null=True)
    imported_at = fields.DatetimeField()

    class Meta:
        table = "bank_statement"
        constraints = (one_of("bank_statement", "format", Format),)


class BankLine(HasStatus):
    """One booked line. `amount_pence`: above nothing came in, below went out.

    `key`: what makes it this line, so that it counts once in however many files it stands. `means` and what it is matched
    with are set when it is asked or matched.
    """

    TRANSITIONS: ClassVar = LINE
    WORD: ClassVar = "line of a bank statement"

    statement: fields.ForeignKeyRelation[BankStatement] = fields.ForeignKeyField(
        "models.BankStatement", related_name="lines", on_delete=fields.RESTRICT
    )
    statement_id: int
    number = fields.IntField()
    key = fields.CharField(max_length=64, unique=True)
    booked_on = fields.DateField()
    amount_pence = fields.BigIntField()
    is_return = fields.BooleanField(default=False)  # the bank calls it a return or a reversal
    reference = fields.CharField(max_length=140, default="")
    words = fields.CharField(max_length=500, default="")
    reason = fields.CharField(max_length=60, default="")  # why it did not match by itself
    means = fields.CharField(max_length=12, null=True)
    payment: fields.ForeignKeyNullableRelation[MatchPayment] = fields.ForeignKeyField(
        "models.MatchPayment", related_name="bank_lines", null=True, on_delete=fields.RESTRICT
    )
    payment_id: int | None
    recovery: fields.ForeignKeyNullableRelation[Recovery] = fields.ForeignKeyField(
        "models.Recovery", related_name="bank_lines", null=True, on_delete=fields.RESTRICT
    )
    recovery_id: int | None
    repayment: fields.ForeignKeyNullableRelation[Repayment] = fields.ForeignKeyField(
        "models.Repayment", related_name="bank_lines", null=True, on_delete=fields.RESTRICT
    )  # money that a backer was paid back another way than to the card
    repayment_id: int | None
    why = fields.CharField(max_length=500, default="")  # why a person matched it, or says that it is not ours
    asked_by_id = fields.BigIntField(null=True)
    decided_by_id = fields.BigIntField(null=True)

    class Meta:
        table = "bank_line"
        constraints = (
            one_of("bank_line", "status", LineStatus),
            one_of("bank_line", "means", Means),
            UniqueConstraint(fields=("statement_id", "number"), name="bank_line_once"),
            CheckConstraint(check="amount_pence <> 0", name="bank_line_something"),
            CheckConstraint(
                check="(status IN ('asked', 'matched')) = (means IS NOT NULL)"
                " AND (means IS NOT NULL) = (num_nonnulls(payment_id, recovery_id, repayment_id) = 1)"
                " AND (means = 'recovery') = (recovery_id IS NOT NULL)"
                " AND (means = 'repayment') = (repayment_id IS NOT NULL)",
                name="bank_line_means_one",
            ),
            CheckConstraint(
                check="means IS NULL OR (amount_pence < 0) = (means IN ('payment', 'repayment'))",
                name="bank_line_right_way",
            ),
            CheckConstraint(
                check="status <> 'matched' OR asked_by_id IS NULL OR (decided_by_id IS NOT NULL"
                " AND decided_by_id <> asked_by_id)",
                name="bank_line_two_people",
            ),
            UniqueConstraint(
                fields=("payment_id", "means"),
                name="bank_line_one_match",
                condition="status = 'matched' AND payment_id IS NOT NULL",
            ),
            UniqueConstraint(
                fields=("repayment_id",),
                name="bank_line_one_repayment",
                condition="status = 'matched' AND repayment_id IS NOT NULL",
            ),
        )


class BankLineEvent(StatusEvent):
    """Status history of a line."""

    subject: fields.ForeignKeyRelation[BankLine] = fields.ForeignKeyField(
        "models.BankLine", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "bank_line_event"


BankLine.Event = BankLineEvent
