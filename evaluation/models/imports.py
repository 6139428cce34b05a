"""Where imported records come from."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import one_of


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


class ImportRow(Model):
    """Where one imported thing stood: file and line, and the row it became ("campaign:12"). Provenance, kept for good."""

    id = fields.BigIntField(primary_key=True)
    batch: fields.ForeignKeyRelation[ImportBatch] = fields.ForeignKeyField(
        "models.ImportBatch", related_name="rows", on_delete=fields.RESTRICT
    )
    batch_id: int
    kind = fields.CharField(max_length=12)  # project | pledge
    reference = fields.CharField(max_length=80)  # as the council's file calls it
    file = fields.CharField(max_length=120)
    line = fields.IntField()
    subject = fields.CharField(max_length=40)

    class Meta:
        table = "import_row"
        constraints = (
            UniqueConstraint(fields=("kind", "reference"), name="import_row_once"),
            one_of("import_row", "kind", ["project", "pledge"]),
        )
