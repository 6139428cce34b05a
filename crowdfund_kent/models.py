"""Tables that every package shares: the clock, the outbox, the ledger, the audit record, status events, check runs."""

from collections.abc import Iterable
from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.states import Transitions


def one_of(table: str, column: str, values: Iterable[str]) -> CheckConstraint:
    """CHECK that a text column holds one of an enum's values."""
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return CheckConstraint(check=f"{column} IN ({listed})", name=f"{table}_{column}_known")


def not_negative(table: str, *columns: str) -> CheckConstraint:
    """CHECK that amounts are never below nothing."""
    return CheckConstraint(
        check=" AND ".join(f"{column} >= 0" for column in columns), name=f"{table}_{columns[0]}_not_negative"
    )


def decided_by_another(
    table: str, first: str = "proposed_by_id", decided: Iterable[str] = ("agreed", "refused")
) -> CheckConstraint:
    """CHECK that whoever decided is known, and is not whoever proposed or recorded it."""
    listed = ", ".join(f"'{status}'" for status in decided)
    return CheckConstraint(
        check=f"status NOT IN ({listed}) OR coalesce(decided_by_id, {first}) <> {first}", name=f"{table}_two_people"
    )


class StatusEvent(Model):
    """One status change: when it was true (effective_at), when we learned it (recorded_at), why and by whom.

    Append-only. Written by events.move() alone. `old` is empty for the first. Ids only, never personal text.
    """

    id = fields.BigIntField(primary_key=True)
    old = fields.CharField(max_length=32)
    new = fields.CharField(max_length=32)
    cause = fields.CharField(max_length=48)
    amount_pence = fields.BigIntField(null=True)
    effective_at = fields.DatetimeField()
    recorded_at = fields.DatetimeField()
    by_id = fields.BigIntField(null=True)
    subject_id: int

    class Meta:
        abstract = True


class HasStatus(Model):
    """A row whose status moves along TRANSITIONS and leaves an Event each time."""

    TRANSITIONS: ClassVar[Transitions]
    Event: ClassVar[Any]  # type[StatusEvent] with its own `subject`
    WORD: ClassVar[str]

    id = fields.BigIntField(primary_key=True)
    status = fields.CharField(max_length=32)

    class Meta:
        abstract = True


class Proposal(HasStatus):
    """What one person proposes and another one agrees to or refuses; the first may take it back."""

    why = fields.CharField(max_length=500)  # for the second person and the auditors
    proposed_by_id = fields.BigIntField()
    proposed_at = fields.DatetimeField()
    decided_by_id = fields.BigIntField(null=True)
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        abstract = True


class ClockOffset(Model):
    """How far the business clock runs ahead of the real one; one row, forward only (a trigger says so)."""

    id = fields.IntField(primary_key=True, generated=False)
    offset_seconds = fields.BigIntField(default=0)

    class Meta:
        table = "clock_offset"
        constraints = (CheckConstraint(check="id = 1 AND offset_seconds >= 0", name="clock_offset_forward"),)


class Outbox(Model):
    """A job or an e-mail that the same transaction decided on. Sent after commit, swept if lost."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=8)  # job | email
    name = fields.CharField(max_length=64)  # the task's name, or the e-mail's
    body: Any = fields.JSONField(null=True)  # task arguments, or to/subject/text; gone after settings.body_keep_days
    unique_key = fields.CharField(max_length=160, null=True, unique=True)
    created_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    claimed_until = fields.DatetimeField(null=True)
    done_at = fields.DatetimeField(null=True)
    attempts = fields.IntField(default=0)
    last_error = fields.TextField(null=True)

    class Meta:
        table = "outbox"
        constraints = (one_of("outbox", "kind", ["job", "email"]),)


class LedgerMovement(Model):
    """One balanced movement of money (book cash) or of commitments (book memorandum). Never changed.

    `effective_at`: when it counts. `true_at`: of a fact that came after its period was closed, when it was true; it then
    counts from the first moment that is open. `about`: the row in whose statement it stands, "campaign:12" or
    "match_pledge:3"; empty for what belongs to no campaign.
    """

    id = fields.BigIntField(primary_key=True)
    book = fields.CharField(max_length=12)
    kind = fields.CharField(max_length=48)
    source = fields.CharField(max_length=80)  # the row it comes from, as "pledge:12"
    effective_at = fields.DatetimeField()
    recorded_at = fields.DatetimeField()
    true_at = fields.DatetimeField(null=True)
    about = fields.CharField(max_length=40, default="", db_default="")

    class Meta:
        table = "ledger_movement"
        constraints = (
            CheckConstraint(check="true_at IS NULL OR true_at < effective_at", name="ledger_movement_late"),
            UniqueConstraint(fields=("kind", "source"), name="ledger_movement_once"),
            one_of("ledger_movement", "book", ["cash", "memorandum"]),
        )


class LedgerLine(Model):
    """One side of a movement. Debit above nothing, credit below; the lines of a movement sum to 0 (deferred trigger)."""

    id = fields.BigIntField(primary_key=True)
    movement: fields.ForeignKeyRelation[LedgerMovement] = fields.ForeignKeyField(
        "models.LedgerMovement", related_name="lines", on_delete=fields.RESTRICT
    )
    account = fields.CharField(max_length=120, db_index=True)
    amount_pence = fields.BigIntField()

    class Meta:
        table = "ledger_line"
        constraints = (CheckConstraint(check="amount_pence <> 0", name="ledger_line_not_nothing"),)


class AuditRow(Model):
    """Who did what to which row, with a digest of the facts. Ids and amounts only. Never changed."""

    id = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField()
    person_id = fields.BigIntField(null=True)
    role = fields.CharField(max_length=40)
    act = fields.CharField(max_length=64)
    subject = fields.CharField(max_length=80)  # "campaign:12"
    details: Any = fields.JSONField()
    digest = fields.CharField(max_length=64)

    class Meta:
        table = "audit_row"
        indexes = (("subject",), ("person_id",))


class AuditSeal(Model):
    """The hash chain over committed audit rows, written by the one sealer after commit."""

    id = fields.BigIntField(primary_key=True, generated=False)  # position in the chain, from 1, without gaps
    audit_row: fields.OneToOneRelation[AuditRow] = fields.OneToOneField(
        "models.AuditRow", related_name="seal", on_delete=fields.RESTRICT
    )
    hash = fields.CharField(max_length=64)

    class Meta:
        table = "audit_seal"


class CheckRun(Model):
    """One run of every check, so that health can say how the last one ended."""

    id = fields.BigIntField(primary_key=True)
    ran_at = fields.DatetimeField()
    broken = fields.IntField()
    findings: Any = fields.JSONField()

    class Meta:
        table = "check_run"
