"""What officers enter for the evaluation: hours of work, measures of success, postcodes of places, words of the report."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import one_of
from evaluation.kinds import Edition, Objective, ReportPart, WorkKind
from projects.models import Project


class OfficerHours(Model):
    """Minutes of a month that officers spent on one kind of work, and what an hour costs. Corrected by another row."""

    id = fields.BigIntField(primary_key=True)
    month = fields.DateField()  # its first day
    kind = fields.CharField(max_length=24)
    minutes = fields.IntField()
    hour_pence = fields.BigIntField()  # with what the employer pays on top
    entered_by_id = fields.BigIntField()
    entered_at = fields.DatetimeField()
    replaced_at = fields.DatetimeField(null=True)  # a later row says it better

    class Meta:
        table = "officer_hours"
        constraints = (
            one_of("officer_hours", "kind", WorkKind),
            CheckConstraint(check="minutes >= 0 AND hour_pence >= 0", name="officer_hours_not_negative"),
            CheckConstraint(check="extract(day FROM month) = 1", name="officer_hours_of_a_month"),
            UniqueConstraint(fields=("month", "kind"), name="officer_hours_once", condition="replaced_at IS NULL"),
        )


class Measure(Model):
    """A measure of success of the strategy, as the council words it. The site ships none: an officer enters them.

    `indicator`: the key of the indicator that is its evidence; empty where the site has none.
    """

    id = fields.BigIntField(primary_key=True)
    objective = fields.CharField(max_length=16)
    name = fields.CharField(max_length=200)
    indicator = fields.CharField(max_length=48, default="")
    entered_by_id = fields.BigIntField()
    entered_at = fields.DatetimeField()
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "success_measure"
        constraints = (
            one_of("success_measure", "objective", Objective),
            UniqueConstraint(fields=("name",), name="success_measure_once", condition="retired_at IS NULL"),
        )


class ProjectPlace(Model):
    """The postcode of the place where a project happens, entered by an officer: of a hall or a field, never of a person."""

    id = fields.BigIntField(primary_key=True)
    project: fields.OneToOneRelation[Project] = fields.OneToOneField(
        "models.Project", related_name="its_place", on_delete=fields.RESTRICT
    )
    project_id: int
    postcode = fields.CharField(max_length=8)  # "CT9 1AA"
    entered_by_id = fields.BigIntField()
    entered_at = fields.DatetimeField()

    class Meta:
        table = "project_place"


class ReportWords(Model):
    """Officers' words in the report: findings and options, never numbers. Append-only; the newest of each part counts."""

    id = fields.BigIntField(primary_key=True)
    edition = fields.CharField(max_length=16)
    part = fields.CharField(max_length=24)
    number = fields.IntField()
    text = fields.TextField()
    cost_pence = fields.BigIntField(null=True)  # of an option: what it would cost a year
    by_id = fields.BigIntField()
    at = fields.DatetimeField(source_field="written_at")

    class Meta:
        table = "report_words"
        constraints = (
            one_of("report_words", "edition", Edition),
            one_of("report_words", "part", ReportPart),
            UniqueConstraint(fields=("edition", "part", "number"), name="report_words_once"),
            CheckConstraint(check="cost_pence >= 0 AND number > 0", name="report_words_sane"),
        )
