"""Samples that auditors drew, so that each can be drawn again."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model


class AuditSample(Model):
    """One draw: of what, by which seed, and what came of it. Never changed. `method`: sample.METHOD of its day."""

    id = fields.BigIntField(primary_key=True)
    population = fields.CharField(max_length=24)
    from_day = fields.DateField()
    until_day = fields.DateField()
    known_at = fields.DatetimeField()  # real time: items that were recorded later are not in the population
    seed = fields.CharField(max_length=40)
    method = fields.CharField(max_length=40)
    size = fields.IntField()
    population_count = fields.IntField()
    population_pence = fields.BigIntField()
    population_digest = fields.CharField(max_length=64)
    selected: Any = fields.JSONField()  # items, as sample.Item.as_json()
    drawn_by_id = fields.BigIntField()
    drawn_at = fields.DatetimeField()

    class Meta:
        table = "audit_sample"
        constraints = (
            CheckConstraint(
                check="from_day <= until_day AND size > 0 AND population_count >= 0", name="audit_sample_sane"
            ),
        )
