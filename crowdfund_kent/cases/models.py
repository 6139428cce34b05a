"""Cases, what was written in them, and their history."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from crowdfund_kent.cases.kinds import Kind, Outcome, Side, Way
from crowdfund_kent.cases.states import CASE
from crowdfund_kent.cases.states import Case as Status
from crowdfund_kent.models import HasStatus, StatusEvent, one_of


class Case(HasStatus):
    """Something a person asks of us. They need no account: the private address of their page is in their mails.

    `due_at`: until when we answer; `settle_by`: until when it shall be settled, null where the first answer is all. Both
    begin again when the case is reopened. `second_at`: the person was not content, so that somebody else answers.
    """

    TRANSITIONS: ClassVar = CASE
    WORD: ClassVar = "case"

    reference = fields.CharField(max_length=16, unique=True)
    token_hash = fields.CharField(max_length=64)
    form_key = fields.CharField(max_length=80, unique=True, null=True)  # the form or the row that asked, once
    kind = fields.CharField(max_length=16)
    subject = fields.CharField(max_length=80, default="")  # the row it is about, as "campaign:12"
    page = fields.CharField(max_length=400, default="")  # the address of the page it is about
    name = fields.CharField(max_length=120, default="")
    email = fields.CharField(max_length=254, default="", db_index=True)
    phone = fields.CharField(max_length=40, default="")
    postal = fields.CharField(max_length=400, default="")
    when = fields.CharField(max_length=200, default="", source_field="call_when")  # when to call
    answer_way = fields.CharField(max_length=8)
    person_id = fields.BigIntField(null=True)  # who asked, where they had signed in
    about_id = fields.BigIntField(null=True)  # the officer it is about, who neither reads nor answers it
    about_at = fields.DatetimeField(null=True)  # since when that is known
    assigned_id = fields.BigIntField(null=True)
    opened_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    settle_by = fields.DatetimeField(null=True)
    first_answered_at = fields.DatetimeField(null=True)
    second_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    outcome = fields.CharField(max_length=32, default="")
    forgotten_at = fields.DatetimeField(null=True)  # what was written, and by whom, is gone since then

    class Meta:
        table = "care_case"  # "case" is a word of SQL
        indexes = (("status", "due_at"),)
        constraints = (
            one_of("care_case", "status", Status),
            one_of("care_case", "kind", Kind),
            one_of("care_case", "answer_way", Way),
            one_of("care_case", "outcome", ("", *Outcome)),
            CheckConstraint(
                check="(answer_way <> 'email' OR email <> '') AND (answer_way <> 'phone' OR phone <> '')"
                " AND (answer_way <> 'post' OR postal <> '')",
                name="care_case_can_be_answered",
            ),
            CheckConstraint(
                check="(status = 'closed') = (outcome <> '') AND (status = 'closed') = (closed_at IS NOT NULL)",
                name="care_case_closed_with_outcome",
            ),
        )


class CaseEvent(StatusEvent):
    """Status history of a case."""

    subject: fields.ForeignKeyRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "care_case_event"


Case.Event = CaseEvent


class CaseMessage(Model):
    """What the person wrote, what an officer answered, or a note between officers. Personal text."""

    id = fields.BigIntField(primary_key=True)
    case: fields.ForeignKeyRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="messages", on_delete=fields.RESTRICT
    )
    case_id: int
    side = fields.CharField(max_length=8)
    way = fields.CharField(max_length=8, default="")  # how an answer went
    text = fields.TextField()
    by_id = fields.BigIntField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "care_case_message"
        constraints = (one_of("care_case_message", "side", Side), one_of("care_case_message", "way", ("", *Way)))
