"""Where imported records come from."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class ImportBatch(Model):
    """One import of a council's records, by the digest of its files: the same files are never imported twice."""

    id = fields.BigIntField(primary_key=True)
    digest = fields.CharField(max_length=64, unique=True)
    files: Any = fields.JSONField()  # [{name, sha256, rows}]
    generated = fields.BooleanField(default=False)
    imported_at = fields.DatetimeField()
    by_id = fields.BigIntField(null=True)

    class Meta:
        table = "import_batch"
