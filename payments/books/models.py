"""Periods that close with their statements, the statement of each day, codes of accounts, and journals for finance."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, LedgerMovement, StatusEvent, not_negative, one_of
from payments.books.states import PERIOD
from payments.books.states import Period as Status


class BookPeriod(HasStatus):
    """Days of London, both included, that one person proposes to close and another closes.

    `locked_before`: 00:00 in London after the last day. Once it is closed the database refuses every posting that is
    true before then, and every change of this row (triggers). `digest` is over those of its statements.
    """

    TRANSITIONS: ClassVar = PERIOD
    WORD: ClassVar = "period"

    from_day = fields.DateField()
    until_day = fields.DateField()
    locked_before = fields.DatetimeField()
    why = fields.CharField(max_length=200)
    proposed_by_id = fields.BigIntField()
    proposed_at = fields.DatetimeField()
    closed_by_id = fields.BigIntField(null=True)
    closed_at = fields.DatetimeField(null=True)
    digest = fields.CharField(max_length=64, default="")

    class Meta:
        table = "book_period"
        constraints = (
            one_of("book_period", "status", Status),
            CheckConstraint(check="from_day <= until_day", name="book_period_days"),
            CheckConstraint(
                check="closed_by_id IS NULL OR closed_by_id <> proposed_by_id", name="book_period_two_people"
            ),
            CheckConstraint(
                check="(status = 'closed') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (digest = '')",
                name="book_period_closed",
            ),
            UniqueConstraint(fields=("status",), name="book_period_one_open", condition="status = 'proposed'"),
            UniqueConstraint(fields=("until_day",), name="book_period_once", condition="status = 'closed'"),
        )


class BookPeriodEvent(StatusEvent):
    """Status history of a period."""

    subject: fields.ForeignKeyRelation[BookPeriod] = fields.ForeignKeyField(
        "models.BookPeriod", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "book_period_event"


BookPeriod.Event = BookPeriodEvent


class ClosedStatement(Model):
    """What a statement said when its period was closed. Never changed; `check` computes it anew."""

    id = fields.BigIntField(primary_key=True)
    period: fields.ForeignKeyRelation[BookPeriod] = fields.ForeignKeyField(
        "models.BookPeriod", related_name="statements", on_delete=fields.RESTRICT
    )
    period_id: int
    scope = fields.CharField(max_length=40)  # "programme", "funder:1", "fund:3", "campaign:12", "project:4"
    figures: Any = fields.JSONField()  # as statements.figures_json() writes them
    digest = fields.CharField(max_length=64)

    class Meta:
        table = "closed_statement"
        constraints = (UniqueConstraint(fields=("period_id", "scope"), name="closed_statement_once"),)


class BookDay(Model):
    """The statement of one day, as it was known at `known_at` (real time). Never changed."""

    id = fields.BigIntField(primary_key=True)
    day = fields.DateField(unique=True)
    known_at = fields.DatetimeField()
    figures: Any = fields.JSONField()  # as daily.as_json() writes them
    difference_pence = fields.BigIntField()  # between the ledger and the payments themselves
    digest = fields.CharField(max_length=64)

    class Meta:
        table = "book_day"


class AccountCode(Model):
    """Where finance books what stands on an account of the chart. The newest row of an account counts; none is changed."""

    id = fields.BigIntField(primary_key=True)
    prefix = fields.CharField(max_length=120)  # as in the chart: "held for group:campaign:<id>"
    cost_centre = fields.CharField(max_length=20)
    subjective_code = fields.CharField(max_length=20)
    entered_by_id = fields.BigIntField()
    entered_at = fields.DatetimeField()

    class Meta:
        table = "account_code"
        indexes = (("prefix",),)


class JournalBatch(Model):
    """One journal for the finance system: the movements of money up to a day that no journal held before.

    `lines`: as journal.py writes them, kept so that the file can be taken again, byte by byte. Never changed.
    """

    id = fields.BigIntField(primary_key=True)
    reference = fields.CharField(max_length=16, unique=True)
    until_day = fields.DateField()
    made_by_id = fields.BigIntField()
    made_at = fields.DatetimeField()
    debit_pence = fields.BigIntField()  # the credits are the same
    lines: Any = fields.JSONField()
    digest = fields.CharField(max_length=64)

    class Meta:
        table = "journal_batch"
        constraints = (not_negative("journal_batch", "debit_pence"),)


class JournalMovement(Model):
    """A movement of the ledger that a journal holds: once, for ever."""

    id = fields.BigIntField(primary_key=True)
    batch: fields.ForeignKeyRelation[JournalBatch] = fields.ForeignKeyField(
        "models.JournalBatch", related_name="movements", on_delete=fields.RESTRICT
    )
    batch_id: int
    movement: fields.OneToOneRelation[LedgerMovement] = fields.OneToOneField(
        "models.LedgerMovement", related_name="journal", on_delete=fields.RESTRICT
    )
    movement_id: int

    class Meta:
        table = "journal_movement"
