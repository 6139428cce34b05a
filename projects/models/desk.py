"""The officer's checking desk: who has taken a campaign, answers so far, questions, second looks, words on double funding."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import one_of
from projects.kinds import CheckAnswer
from projects.models.campaigns import Campaign
from projects.models.writing import Project


class DeskTake(Model):
    """An officer says "I take this one", so that no two check it unknowingly. One at a time a campaign."""

    id = fields.BigIntField(primary_key=True)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="takes", on_delete=fields.RESTRICT
    )
    campaign_id: int
    officer_id = fields.BigIntField()
    taken_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    ended_by_id = fields.BigIntField(null=True)  # another officer who took it over, or the same who gave it back

    class Meta:
        table = "desk_take"
        constraints = (UniqueConstraint(fields=("campaign_id",), name="desk_take_once", condition="ended_at IS NULL"),)


class CheckDraft(Model):
    """The answer of one officer to one item, saved as they go. Copied into campaign_check by the decision."""

    id = fields.BigIntField(primary_key=True)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="check_drafts", on_delete=fields.RESTRICT
    )
    campaign_id: int
    officer_id = fields.BigIntField()
    item = fields.CharField(max_length=80)
    answer = fields.CharField(max_length=12)
    note = fields.TextField(default="")  # for officers; never public
    at = fields.DatetimeField()

    class Meta:
        table = "check_draft"
        constraints = (
            UniqueConstraint(fields=("campaign_id", "officer_id", "item"), name="check_draft_once"),
            one_of("check_draft", "answer", CheckAnswer),
        )


class CheckQuestion(Model):
    """One line of the talk between officer and group about an item. Personal text; the group sees it, nobody else."""

    id = fields.BigIntField(primary_key=True)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="questions", on_delete=fields.RESTRICT
    )
    campaign_id: int
    item = fields.CharField(max_length=80)
    text = fields.TextField()
    from_group = fields.BooleanField(default=False)
    by_id = fields.BigIntField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "check_question"
        indexes = (("campaign_id", "item"),)


class SecondLook(Model):
    """A large target: one officer recommends approval, another one decides. Both stay on record."""

    id = fields.BigIntField(primary_key=True)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="second_looks", on_delete=fields.RESTRICT
    )
    campaign_id: int
    recommended_by_id = fields.BigIntField()
    recommended_at = fields.DatetimeField()
    words = fields.TextField(default="")  # of the first officer, for the second
    agreed = fields.BooleanField(null=True)  # empty while it waits
    ended_by_id = fields.BigIntField(null=True)
    ended_at = fields.DatetimeField(null=True)
    answer = fields.TextField(default="")  # of the second officer, where they did not agree

    class Meta:
        table = "second_look"
        constraints = (
            UniqueConstraint(fields=("campaign_id",), name="second_look_once", condition="ended_at IS NULL"),
            CheckConstraint(check="agreed IS NULL OR ended_at IS NOT NULL", name="second_look_ends_when_agreed"),
            CheckConstraint(
                check="agreed IS NOT TRUE OR ended_by_id <> recommended_by_id", name="second_look_by_another"
            ),
        )


class FundingWord(Model):
    """The word of an officer on a hint that this may have been funded before: never a refusal by itself."""

    id = fields.BigIntField(primary_key=True)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="funding_words", on_delete=fields.RESTRICT
    )
    campaign_id: int
    other: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="funding_words", on_delete=fields.RESTRICT
    )
    other_id: int
    distinct = fields.BooleanField()
    words = fields.TextField(default="")
    by_id = fields.BigIntField()
    at = fields.DatetimeField()

    class Meta:
        table = "funding_word"
        indexes = (("campaign_id", "other_id"),)
