"""What was let go of, in numbers."""

from tortoise import fields
from tortoise.models import Model


class RetentionRun(Model):
    """One run of one rule that let something go: how many, never whose."""

    id = fields.BigIntField(primary_key=True)
    rule = fields.CharField(max_length=60)
    count = fields.IntField()
    at = fields.DatetimeField()

    class Meta:
        table = "retention_run"
