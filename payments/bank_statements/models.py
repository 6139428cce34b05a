"""Bank statements as they were imported, and their lines. Lines keep what the bank says; money is moved by matching."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from payments.bank_statements.kinds import Format
from payments.bank_statements.states import LINE, TYPED, Means
from payments.bank_statements.states import Line as LineStatus
from payments.bank_statements.states import Typed as TypedStatus
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
    agreed_by_id = fields.BigIntField(null=True)  # of a CSV: who saw account, balances and lines on the bank's own page

    class Meta:
        table = "bank_statement"
        constraints = (
            one_of("bank_statement", "format", Format),
            CheckConstraint(
                check="agreed_by_id IS NULL OR (imported_by_id IS NOT NULL AND agreed_by_id <> imported_by_id)",
                name="bank_statement_typed_by_two",
            ),
        )


class TypedStatement(HasStatus):
    """A CSV whose account and balances a person typed. Nothing of it counts until another one has agreed.

    `lines`: as they were read, [day, pence, reference, words, is_return]; gone once it is decided.
    """

    TRANSITIONS: ClassVar = TYPED
    WORD: ClassVar = "typed bank statement"

    account = fields.CharField(max_length=40)
    sha256 = fields.CharField(max_length=64)
    opening_pence = fields.BigIntField()
    closing_pence = fields.BigIntField()
    from_on = fields.DateField()
    to_on = fields.DateField()
    lines_in_file = fields.IntField()
    lines: Any = fields.JSONField(null=True)
    entered_by_id = fields.BigIntField()
    entered_at = fields.DatetimeField()
    decided_by_id = fields.BigIntField(null=True)
    decided_at = fields.DatetimeField(null=True)
    statement: fields.OneToOneNullableRelation[BankStatement] = fields.OneToOneField(
        "models.BankStatement", related_name="typed", null=True, on_delete=fields.RESTRICT
    )
    statement_id: int | None

    class Meta:
        table = "typed_statement"
        constraints = (
            one_of("typed_statement", "status", TypedStatus),
            CheckConstraint(
                check="(status = 'entered') = (lines IS NOT NULL) AND (status = 'agreed') = (statement_id IS NOT NULL)",
                name="typed_statement_counts_when_agreed",
            ),
            CheckConstraint(
                check="status NOT IN ('agreed', 'refused') OR (decided_by_id IS NOT NULL AND decided_by_id <> entered_by_id)",
                name="typed_statement_two_people",
            ),
            UniqueConstraint(
                fields=("sha256",), name="typed_statement_once", condition="status IN ('entered', 'agreed')"
            ),
        )


class TypedStatementEvent(StatusEvent):
    """Status history of a typed statement."""

    subject: fields.ForeignKeyRelation[TypedStatement] = fields.ForeignKeyField(
        "models.TypedStatement", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "typed_statement_event"


TypedStatement.Event = TypedStatementEvent


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
                " AND num_nonnulls(payment_id, recovery_id, repayment_id)"
                " = CASE WHEN means IN ('payment', 'return', 'recovery', 'repayment') THEN 1 ELSE 0 END"
                " AND (coalesce(means, '') = 'recovery') = (recovery_id IS NOT NULL)"
                " AND (coalesce(means, '') = 'repayment') = (repayment_id IS NOT NULL)",
                name="bank_line_means_what",
            ),
            CheckConstraint(
                check="means IS NULL OR (amount_pence < 0) = (means IN ('payment', 'several', 'repayment'))",
                name="bank_line_way_of_means",
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


class BankLinePayment(Model):
    """One of several payments that a line pays, or that came back in it. Written when it is asked or matched."""

    id = fields.BigIntField(primary_key=True)
    line: fields.ForeignKeyRelation[BankLine] = fields.ForeignKeyField(
        "models.BankLine", related_name="several", on_delete=fields.RESTRICT
    )
    line_id: int
    payment: fields.ForeignKeyRelation[MatchPayment] = fields.ForeignKeyField(
        "models.MatchPayment", related_name="lines_of_several", on_delete=fields.RESTRICT
    )
    payment_id: int

    class Meta:
        table = "bank_line_payment"
        constraints = (UniqueConstraint(fields=("line_id", "payment_id"), name="bank_line_payment_once"),)
