"""What was computed and is kept: daily snapshots, published figures, packs, and what was written down beforehand."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import one_of
from evaluation.scope import Records


class Snapshot(Model):
    """Figures as at the end of one day, as known when they were taken: {name: whole number or null}. Append-only."""

    id = fields.BigIntField(primary_key=True)
    day = fields.DateField()
    records = fields.CharField(max_length=12)
    values: Any = fields.JSONField()
    known_before = fields.DatetimeField()

    class Meta:
        table = "evaluation_snapshot"
        constraints = (
            one_of("evaluation_snapshot", "records", Records),
            UniqueConstraint(fields=("day", "records"), name="evaluation_snapshot_once"),
        )


class KeptResults(Model):
    """All figures of one day, as the worker measured them last: what a page reads that was not asked for lately.

    `number`: what was recorded until then (cache.number); where it is another now, they are as known at `measured_at`.
    """

    id = fields.BigIntField(primary_key=True)
    as_at = fields.DateField()
    records = fields.CharField(max_length=12)
    number = fields.TextField()
    results: Any = fields.JSONField()
    measured_at = fields.DatetimeField()

    class Meta:
        table = "evaluation_kept"
        constraints = (
            one_of("evaluation_kept", "records", Records),
            UniqueConstraint(fields=("as_at", "records"), name="evaluation_kept_once"),
        )


class PublishedFigure(Model):
    """One figure as it was given out: which, as at which day, what it was, and by which page or command. Append-only.

    A figure that turns out otherwise is corrected by another row with a reason; the first stays.
    """

    id = fields.BigIntField(primary_key=True)
    indicator = fields.CharField(max_length=48)
    records = fields.CharField(max_length=12)
    as_at = fields.DateField()
    known_before = fields.DatetimeField()
    value = fields.BigIntField(null=True)  # null: it was published that there is no evidence, or too few to tell
    by_what = fields.CharField(max_length=40)  # "crowdfund-kent evaluate", "pack 12"
    corrects: fields.ForeignKeyNullableRelation["PublishedFigure"] = fields.ForeignKeyField(
        "models.PublishedFigure", related_name="corrected_by", null=True, on_delete=fields.RESTRICT
    )
    corrects_id: int | None
    reason = fields.CharField(max_length=300, default="")
    by_id = fields.BigIntField(null=True)
    published_at = fields.DatetimeField()

    class Meta:
        table = "published_figure"
        indexes = (("indicator", "as_at"),)
        constraints = (
            one_of("published_figure", "records", Records),
            CheckConstraint(check="(corrects_id IS NULL) = (reason = '')", name="published_figure_corrected_why"),
        )


class Pack(Model):
    """A pack that an officer asked for: built by the worker, kept as one file. The row says how far it is."""

    id = fields.BigIntField(primary_key=True)
    as_at = fields.DateField()
    known_on = fields.DateField(null=True)
    records = fields.CharField(max_length=12)
    reason = fields.CharField(max_length=300, default="")  # why published figures change, where they do
    asked_by_id = fields.BigIntField()
    asked_at = fields.DatetimeField()
    steps_done = fields.IntField(default=0)
    steps = fields.IntField(default=0)
    leased_until = fields.DatetimeField(null=True)
    tries = fields.IntField(default=0)
    file_key = fields.CharField(max_length=120, null=True)
    sha256 = fields.CharField(max_length=64, null=True)
    size_bytes = fields.BigIntField(null=True)
    ready_at = fields.DatetimeField(null=True)
    failed_at = fields.DatetimeField(null=True)
    why_failed = fields.CharField(max_length=300, default="")  # words of ours

    class Meta:
        table = "evaluation_pack"
        constraints = (
            one_of("evaluation_pack", "records", Records),
            CheckConstraint(
                check="(ready_at IS NULL) = (file_key IS NULL) AND (ready_at IS NULL OR failed_at IS NULL)",
                name="evaluation_pack_one_end",
            ),
            CheckConstraint(check="steps_done BETWEEN 0 AND steps", name="evaluation_pack_steps"),
        )


class Protocol(Model):
    """How a comparison is made, written down before the records are read. Append-only; `digest` is of its words."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=40)
    words = fields.TextField()
    digest = fields.CharField(max_length=64)
    registered_at = fields.DatetimeField()

    class Meta:
        table = "evaluation_protocol"
        constraints = (UniqueConstraint(fields=("name", "digest"), name="evaluation_protocol_once"),)
