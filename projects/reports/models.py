"""Tables of reports: what was asked and said, what each cost came to, receipts, pictures, more time, what officers wrote."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, not_negative, one_of
from projects.asked import Level
from projects.kinds import HideReason
from projects.models import Delivery, Picture, ProjectVersion
from projects.reports.kinds import ReportKind, Shown
from projects.reports.states import MORE_TIME, REPORT
from projects.reports.states import MoreTime as MoreTimeStatus
from projects.reports.states import Report as ReportStatus


class Report(HasStatus):
    """A report for all funders of a project. `level` follows from the public money on the day when it was asked.

    `version`: the frozen plan whose costs it answers. Money in pence: `total_pence` where one sum is asked; `other_pence` was
    found before launch and pays for a part; `spent_pence` is what is left of the costs for backers and funds to have paid,
    computed when it is sent. `received_pence`: all cash received, read when it was accepted (ruling 18).
    """

    TRANSITIONS: ClassVar = REPORT
    WORD: ClassVar = "report"

    delivery: fields.ForeignKeyRelation[Delivery] = fields.ForeignKeyField(
        "models.Delivery", related_name="reports", on_delete=fields.RESTRICT
    )
    delivery_id: int
    kind = fields.CharField(max_length=8)
    level = fields.CharField(max_length=8)
    public_pence = fields.BigIntField()
    version: fields.ForeignKeyRelation[ProjectVersion] = fields.ForeignKeyField(
        "models.ProjectVersion", related_name="reports", on_delete=fields.RESTRICT
    )
    version_id: int
    due_by = fields.DateField()  # the last day, in London
    came_of_it = fields.TextField(default="")  # shown to everybody once a final report is accepted
    learnt = fields.TextField(default="")
    people_reached = fields.IntField(null=True)
    volunteer_hours = fields.IntField(null=True)
    total_pence = fields.BigIntField(null=True)
    other_pence = fields.BigIntField(null=True)
    no_pictures = fields.BooleanField(default=False)  # the group says that it has none
    spent_pence = fields.BigIntField(null=True)
    received_pence = fields.BigIntField(null=True)
    asked_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    sent_by_id = fields.BigIntField(null=True)
    accepted_at = fields.DatetimeField(null=True)
    accepted_by_id = fields.BigIntField(null=True)
    held_at = fields.DatetimeField(null=True)  # accepted in the time before an election: an officer lets it through
    hidden_at = fields.DatetimeField(null=True)
    hidden_by_id = fields.BigIntField(null=True)
    hidden_for = fields.CharField(max_length=40, default="")

    class Meta:
        table = "report"
        constraints = (
            one_of("report", "status", ReportStatus),
            one_of("report", "kind", ReportKind),
            one_of("report", "level", Level),
            one_of("report", "hidden_for", ["", *HideReason]),
            not_negative(
                "report",
                "people_reached",
                "volunteer_hours",
                "total_pence",
                "other_pence",
                "spent_pence",
                "public_pence",
            ),
            UniqueConstraint(
                fields=("delivery_id", "kind"), name="report_one_of_a_kind", condition="status <> 'lapsed'"
            ),
            CheckConstraint(
                check="status NOT IN ('sent', 'accepted') OR (sent_at IS NOT NULL AND sent_by_id IS NOT NULL"
                " AND spent_pence IS NOT NULL AND came_of_it <> '')",
                name="report_sent_is_whole",
            ),
            CheckConstraint(
                check="(status = 'accepted') = (accepted_by_id IS NOT NULL) AND (accepted_by_id IS NULL"
                " OR (accepted_at IS NOT NULL AND received_pence IS NOT NULL AND accepted_by_id <> sent_by_id))",
                name="report_accepted_by_another",
            ),
            CheckConstraint(
                check="(hidden_at IS NULL) = (hidden_by_id IS NULL) AND (hidden_at IS NULL) = (hidden_for = '')",
                name="report_hidden_for_a_reason",
            ),
        )


class ReportEvent(StatusEvent):
    """Status history of a report."""

    subject: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "report_event"


Report.Event = ReportEvent


class ReportLine(Model):
    """What one cost of the plan came to. `number`: its place among the frozen costs; the last one is what nobody planned."""

    id = fields.BigIntField(primary_key=True)
    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="lines", on_delete=fields.RESTRICT
    )
    report_id: int
    number = fields.IntField()
    words = fields.CharField(max_length=120)  # as frozen
    planned_pence = fields.BigIntField()
    spent_pence = fields.BigIntField(null=True)  # not answered yet
    reason = fields.TextField(default="")  # why it differs from the plan
    without_receipt = fields.TextField(default="")  # why there is none

    class Meta:
        table = "report_line"
        constraints = (
            UniqueConstraint(fields=("report_id", "number"), name="report_line_once"),
            not_negative("report_line", "number", "planned_pence", "spent_pence"),
        )


class Receipt(Model):
    """One receipt: a file for officers only. Taken back, never deleted, but for its file. `key` names it in storage."""

    id = fields.BigIntField(primary_key=True)
    line: fields.ForeignKeyRelation[ReportLine] = fields.ForeignKeyField(
        "models.ReportLine", related_name="receipts", on_delete=fields.RESTRICT
    )
    line_id: int
    key = fields.CharField(max_length=120, unique=True)
    shown_name = fields.CharField(max_length=120, default="")
    media_type = fields.CharField(max_length=80)
    size_bytes = fields.BigIntField()
    sha256 = fields.CharField(max_length=64)
    prepared_at = fields.DatetimeField(null=True)
    page_sizes: Any = fields.JSONField(default=list)  # [[width, height], ...] of the pages that are pictures now
    page_count = fields.IntField(default=0)
    has_text = fields.BooleanField(default=False)
    uploaded_by_id = fields.BigIntField(null=True)
    uploaded_at = fields.DatetimeField()
    removed_at = fields.DatetimeField(null=True)
    removed_by_id = fields.BigIntField(null=True)
    file_gone_at = fields.DatetimeField(null=True)

    class Meta:
        table = "receipt"
        constraints = (
            CheckConstraint(
                check="size_bytes > 0 AND length(sha256) = 64 AND media_type <> ''", name="receipt_file_is_described"
            ),
        )


class ReportPicture(Model):
    """A picture that everybody may see once the report is accepted: nobody in it, or everybody in it agreed.

    `who`: in the group's words who is in it, for officers only. For children a parent or guardian agreed, each for theirs.
    """

    id = fields.BigIntField(primary_key=True)
    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="pictures", on_delete=fields.RESTRICT
    )
    report_id: int
    picture: fields.ForeignKeyRelation[Picture] = fields.ForeignKeyField(
        "models.Picture", related_name="in_reports", on_delete=fields.RESTRICT
    )
    picture_id: int
    shows = fields.CharField(max_length=8)
    who = fields.CharField(max_length=300, default="")
    agreed = fields.BooleanField(default=False)
    parents_agreed = fields.BooleanField(default=False)
    said_by_id = fields.BigIntField()
    added_at = fields.DatetimeField()
    removed_at = fields.DatetimeField(null=True)
    removed_by_id = fields.BigIntField(null=True)

    class Meta:
        table = "report_picture"
        constraints = (
            one_of("report_picture", "shows", Shown),
            CheckConstraint(check="shows = 'nobody' OR agreed", name="report_picture_people_agreed"),
            CheckConstraint(check="shows <> 'children' OR parents_agreed", name="report_picture_parents_agreed"),
        )


class ReportMessage(Model):
    """What an officer wrote when a report came back, and what the group wrote when it was sent again."""

    id = fields.BigIntField(primary_key=True)
    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="messages", on_delete=fields.RESTRICT
    )
    report_id: int
    text = fields.TextField()
    from_group = fields.BooleanField(default=False)
    by_id = fields.BigIntField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "report_message"


class ReportMoreTime(HasStatus):
    """A group asks for a later day, with its reason; an officer answers."""

    TRANSITIONS: ClassVar = MORE_TIME
    WORD: ClassVar = "request for more time"

    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="more_time", on_delete=fields.RESTRICT
    )
    report_id: int
    new_due_by = fields.DateField()
    reason = fields.TextField(default="")
    answer = fields.TextField(default="")
    asked_by_id = fields.BigIntField()
    asked_at = fields.DatetimeField()
    answered_by_id = fields.BigIntField(null=True)
    answered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "report_more_time"
        constraints = (
            one_of("report_more_time", "status", MoreTimeStatus),
            UniqueConstraint(fields=("report_id",), name="report_more_time_one_open", condition="status = 'asked'"),
            CheckConstraint(
                check="(status IN ('granted', 'refused')) = (answered_by_id IS NOT NULL)"
                " AND (answered_by_id IS NULL OR answered_by_id <> asked_by_id)",
                name="report_more_time_answered_by_another",
            ),
        )


class ReportMoreTimeEvent(StatusEvent):
    """Status history of such a request."""

    subject: fields.ForeignKeyRelation[ReportMoreTime] = fields.ForeignKeyField(
        "models.ReportMoreTime", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "report_more_time_event"


ReportMoreTime.Event = ReportMoreTimeEvent
