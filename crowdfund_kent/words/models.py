"""What officers wrote: versions of pages, and what was done after people had said something."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class WordsVersion(Model):
    """One published text of a page. Append-only; the newest is shown, and without any the text that is shipped.

    `shipped_digest`: of the shipped text at that time, so that the editor can say when a release has brought another.
    """

    id = fields.BigIntField(primary_key=True)
    page = fields.CharField(max_length=32)
    number = fields.IntField()
    text = fields.TextField()
    why = fields.CharField(max_length=300)
    shipped_digest = fields.CharField(max_length=64)
    by_id = fields.BigIntField()
    at = fields.DatetimeField()

    class Meta:
        table = "words_version"
        constraints = (
            UniqueConstraint(fields=("page", "number"), name="words_version_once"),
            CheckConstraint(check="number >= 1", name="words_version_counted"),
        )


class SaidDone(Model):
    """ "You said, we did": one thing people told us and what came of it."""

    id = fields.BigIntField(primary_key=True)
    said = fields.CharField(max_length=600)
    did = fields.CharField(max_length=600)
    done_on = fields.DateField()
    shown = fields.BooleanField(default=True)
    by_id = fields.BigIntField(null=True)
    changed_at = fields.DatetimeField()

    class Meta:
        table = "said_done"
