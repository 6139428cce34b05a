"""What a fund says and asks in its own words: the terms that a group accepts, and its questions for a pitch."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from pledges.models.funds import MatchFund


class FundTerms(Model):
    """Conditions in plain words, from a date on. Rows are never changed (trigger): an offer keeps those of its day."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.ForeignKeyRelation[MatchFund] = fields.ForeignKeyField(
        "models.MatchFund", related_name="terms", on_delete=fields.RESTRICT
    )
    fund_id: int
    applies_from = fields.DateField()
    body = fields.TextField()  # paragraphs and lists in the markup of the pages of words
    entered_by_id = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "fund_terms"
        constraints = (UniqueConstraint(fields=("fund_id", "applies_from"), name="fund_terms_once"),)


class FundQuestion(Model):
    """A question of the fund's own for a pitch. Once a pitch answers it, its words are frozen (trigger); it is retired."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.ForeignKeyRelation[MatchFund] = fields.ForeignKeyField(
        "models.MatchFund", related_name="questions", on_delete=fields.RESTRICT
    )
    fund_id: int
    position = fields.IntField(default=0)
    words = fields.CharField(max_length=200)
    hint = fields.CharField(max_length=300, default="")
    most_words = fields.IntField(default=150)
    needed = fields.BooleanField(default=True)
    created_at = fields.DatetimeField()
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "fund_question"
        constraints = (CheckConstraint(check="most_words BETWEEN 20 AND 500", name="fund_question_words_sane"),)
