"""Scores, recommendations, votes and decisions. Rows are added, never changed (trigger): the newest of each counts."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import one_of
from panel.kinds import Choice, Outcome
from panel.models.awards import Award
from panel.models.pitches import Pitch
from panel.models.rounds import Criterion
from pledges.models import DecisionAuthority


class ScoreSheet(Model):
    """What one member gave one pitch, with one reason for all of it. The newest `number` counts."""

    id = fields.BigIntField(primary_key=True)
    pitch: fields.ForeignKeyRelation[Pitch] = fields.ForeignKeyField(
        "models.Pitch", related_name="sheets", on_delete=fields.RESTRICT
    )
    pitch_id: int
    person_id = fields.BigIntField()
    number = fields.IntField()
    reason = fields.TextField()
    given_at = fields.DatetimeField()

    class Meta:
        table = "score_sheet"
        constraints = (
            UniqueConstraint(fields=("pitch_id", "person_id", "number"), name="score_sheet_once"),
            CheckConstraint(check="reason <> '' AND number > 0", name="score_sheet_reasoned"),
        )


class Score(Model):
    """Points for one criterion; 0, 1 and 5 come with a reason of their own."""

    id = fields.BigIntField(primary_key=True)
    sheet: fields.ForeignKeyRelation[ScoreSheet] = fields.ForeignKeyField(
        "models.ScoreSheet", related_name="scores", on_delete=fields.RESTRICT
    )
    sheet_id: int
    criterion: fields.ForeignKeyRelation[Criterion] = fields.ForeignKeyField(
        "models.Criterion", related_name="scores", on_delete=fields.RESTRICT
    )
    criterion_id: int
    points = fields.IntField()
    reason = fields.CharField(max_length=400, default="")

    class Meta:
        table = "score"
        constraints = (
            UniqueConstraint(fields=("sheet_id", "criterion_id"), name="score_once"),
            CheckConstraint(check="points BETWEEN 0 AND 5", name="score_points"),
            CheckConstraint(check="points BETWEEN 2 AND 4 OR reason <> ''", name="score_reasoned"),
        )


class Recommendation(Model):
    """What is put to the vote of one pitch. Another wording or amount is another row, and needs votes of its own."""

    id = fields.BigIntField(primary_key=True)
    pitch: fields.ForeignKeyRelation[Pitch] = fields.ForeignKeyField(
        "models.Pitch", related_name="recommendations", on_delete=fields.RESTRICT
    )
    pitch_id: int
    number = fields.IntField()
    outcome = fields.CharField(max_length=16)
    amount_pence = fields.BigIntField(null=True)
    reasons = fields.TextField()  # public
    alternatives = fields.TextField()  # what else was thought of, and why not: public
    feedback = fields.TextField(default="")  # to the group: what was good, what was missing, how to come back
    fitting: Any = fields.JSONField(default=list)  # ids of sources with a purpose (ruling 5)
    purpose_reason = fields.TextField(default="")
    made_by_id = fields.BigIntField()
    made_at = fields.DatetimeField()

    class Meta:
        table = "panel_recommendation"
        constraints = (
            one_of("panel_recommendation", "outcome", Outcome),
            UniqueConstraint(fields=("pitch_id", "number"), name="panel_recommendation_once"),
            CheckConstraint(
                check="(outcome IN ('award', 'award in part')) = (amount_pence IS NOT NULL)"
                " AND (amount_pence IS NULL OR amount_pence > 0)",
                name="panel_recommendation_amount",
            ),
            CheckConstraint(check="reasons <> ''", name="panel_recommendation_reasoned"),
        )


class Vote(Model):
    """One member's vote on one recommendation, once."""

    id = fields.BigIntField(primary_key=True)
    recommendation: fields.ForeignKeyRelation[Recommendation] = fields.ForeignKeyField(
        "models.Recommendation", related_name="votes", on_delete=fields.RESTRICT
    )
    recommendation_id: int
    person_id = fields.BigIntField()
    choice = fields.CharField(max_length=8)
    casting = fields.BooleanField(default=False)  # it was the chair's, and decides a tie
    at = fields.DatetimeField(source_field="voted_at")

    class Meta:
        table = "panel_vote"
        constraints = (
            one_of("panel_vote", "choice", Choice),
            UniqueConstraint(fields=("recommendation_id", "person_id"), name="panel_vote_once"),
        )


class Decision(Model):
    """What became of one pitch of a signed list: rank, outcome, every number as it stood."""

    id = fields.BigIntField(primary_key=True)
    pitch: fields.OneToOneRelation[Pitch] = fields.OneToOneField(
        "models.Pitch", related_name="decision", on_delete=fields.RESTRICT
    )
    pitch_id: int
    recommendation: fields.OneToOneRelation[Recommendation] = fields.OneToOneField(
        "models.Recommendation", related_name="decision", on_delete=fields.RESTRICT
    )
    recommendation_id: int
    award: fields.OneToOneNullableRelation[Award] = fields.OneToOneField(
        "models.Award", related_name="decision", null=True, on_delete=fields.RESTRICT
    )
    award_id: int | None
    authority: fields.ForeignKeyRelation[DecisionAuthority] = fields.ForeignKeyField(
        "models.DecisionAuthority", related_name="decisions", on_delete=fields.RESTRICT
    )
    authority_id: int
    rank = fields.IntField()
    score_bp = fields.IntField(null=True)  # of all points that could be given; null where nobody scored
    outcome = fields.CharField(max_length=16)
    amount_pence = fields.BigIntField(null=True)
    calculation: Any = fields.JSONField()  # panel/weighing.py: every term as it stood when signed
    votes_for = fields.IntField()
    votes_against = fields.IntField()
    votes_abstained = fields.IntField()
    signed_by_id = fields.BigIntField()
    decided_at = fields.DatetimeField()

    class Meta:
        table = "panel_decision"
        constraints = (
            one_of("panel_decision", "outcome", Outcome),
            CheckConstraint(
                check="(outcome IN ('award', 'award in part')) = (award_id IS NOT NULL AND amount_pence IS NOT NULL)",
                name="panel_decision_awards",
            ),
            CheckConstraint(check="score_bp BETWEEN 0 AND 10000 AND rank > 0", name="panel_decision_sane"),
        )
