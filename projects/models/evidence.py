"""What a group gives so that an officer can check its campaign. Private to officers and auditors."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import not_negative, one_of
from projects.asked import Paper
from projects.models.writing import CostLine, Project


class Evidence(Model):
    """One paper: a file, or words, or somebody to ask, or a promise. Taken back, never deleted, but for its file.

    `key` names the original in storage; page pictures and the text of a document lie beside it. A group that can't give a
    paper says why: `without`, with its reason in `words`. `prepared_at` is empty until the worker has made the pages.
    """

    id = fields.BigIntField(primary_key=True)
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="evidence", on_delete=fields.RESTRICT
    )
    project_id: int
    kind = fields.CharField(max_length=20)
    cost_line: fields.ForeignKeyNullableRelation[CostLine] = fields.ForeignKeyField(
        "models.CostLine", related_name="evidence", null=True, on_delete=fields.SET_NULL
    )
    cost_line_id: int | None
    words = fields.TextField(default="")
    without = fields.BooleanField(default=False)
    referee_name = fields.CharField(max_length=120, default="")
    referee_relation = fields.CharField(max_length=120, default="")
    referee_phone = fields.CharField(max_length=40, default="")
    referee_email = fields.CharField(max_length=254, default="")
    key = fields.CharField(max_length=120, null=True)
    shown_name = fields.CharField(max_length=120, default="")
    media_type = fields.CharField(max_length=80, default="")
    size_bytes = fields.BigIntField(default=0)
    sha256 = fields.CharField(max_length=64, default="")
    prepared_at = fields.DatetimeField(null=True)
    page_sizes: Any = fields.JSONField(default=list)  # [[width, height], ...] of the pages that are pictures now
    page_count = fields.IntField(default=0)  # of the document, as far as we counted
    has_text = fields.BooleanField(default=False)  # its words lie beside it, to be read where there are no pictures
    uploaded_by_id = fields.BigIntField(null=True)
    uploaded_at = fields.DatetimeField()
    removed_at = fields.DatetimeField(null=True)
    removed_by_id = fields.BigIntField(null=True)
    file_gone_at = fields.DatetimeField(null=True)

    class Meta:
        table = "evidence"
        indexes = (("project_id", "kind"),)
        constraints = (
            one_of("evidence", "kind", Paper),
            UniqueConstraint(fields=("key",), name="evidence_key_once"),
            not_negative("evidence", "size_bytes", "page_count"),
            CheckConstraint(
                check="key IS NULL OR (size_bytes > 0 AND length(sha256) = 64 AND media_type <> '')",
                name="evidence_file_is_described",
            ),
        )
