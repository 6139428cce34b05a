"""Tables of surveys: rounds, invitations with their history, answers that are counted, words that are not."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from evaluation.surveys.kinds import SurveyKind, Variant
from evaluation.surveys.states import INVITATION
from evaluation.surveys.states import Invitation as Status
from pledges.models import OfflineGift, Pledge
from projects.models import Campaign


class SurveyRound(Model):
    """Everybody of one kind who is asked in one half-year, with one version of the questions.

    `last_day`: the last day on which anybody of the round may answer. `closed_at`: since when that is over, in real time;
    answers and the sheets about people count from then on. `paper_sheets`: how many of them an officer entered.
    """

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=8)
    version = fields.IntField()
    first_day = fields.DateField()
    last_day = fields.DateField()
    closed_at = fields.DatetimeField(null=True)
    paper_sheets = fields.IntField(default=0)

    class Meta:
        table = "survey_round"
        constraints = (
            one_of("survey_round", "kind", SurveyKind),
            UniqueConstraint(fields=("kind", "version", "first_day"), name="survey_round_once"),
            CheckConstraint(check="first_day < last_day AND paper_sheets >= 0", name="survey_round_sane"),
        )


class SurveyInvitation(HasStatus):
    """One group or one backer is asked. No address is kept: a group's owners and a pledge's backer are found when we write.

    `draft`: what was filled in and not sent, emptied on the last day. A backer has a `pledge`, or a `gift` in cash or by
    cheque; it is cut off with the words (retention, erasure): then nothing leads from the answers to a person.
    """

    TRANSITIONS: ClassVar = INVITATION
    WORD: ClassVar = "invitation"

    round: fields.ForeignKeyRelation[SurveyRound] = fields.ForeignKeyField(
        "models.SurveyRound", related_name="invitations", on_delete=fields.RESTRICT
    )
    round_id: int
    kind = fields.CharField(max_length=8)  # as the round's: for the constraints
    variant = fields.CharField(max_length=8)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="survey_invitations", on_delete=fields.RESTRICT
    )
    campaign_id: int
    pledge: fields.ForeignKeyNullableRelation[Pledge] = fields.ForeignKeyField(
        "models.Pledge", related_name="survey_invitations", null=True, on_delete=fields.RESTRICT
    )
    pledge_id: int | None
    gift: fields.ForeignKeyNullableRelation[OfflineGift] = fields.ForeignKeyField(
        "models.OfflineGift", related_name="survey_invitations", null=True, on_delete=fields.RESTRICT
    )
    gift_id: int | None
    reference = fields.CharField(max_length=12, unique=True)
    token_hash = fields.CharField(max_length=64)
    invited_on = fields.DateField()
    closes_on = fields.DateField()
    draft: Any = fields.JSONField(null=True)
    forgotten_at = fields.DatetimeField(null=True)

    class Meta:
        table = "survey_invitation"
        constraints = (
            one_of("survey_invitation", "status", Status),
            one_of("survey_invitation", "kind", SurveyKind),
            one_of("survey_invitation", "variant", Variant),
            UniqueConstraint(fields=("pledge_id",), name="survey_invitation_backer_once"),
            UniqueConstraint(fields=("gift_id",), name="survey_invitation_giver_once"),
            UniqueConstraint(
                fields=("campaign_id", "kind"), name="survey_invitation_group_once", condition="kind <> 'backer'"
            ),
            CheckConstraint(
                check="invited_on < closes_on AND (kind = 'backer' OR pledge_id IS NULL)",
                name="survey_invitation_sane",
            ),
            CheckConstraint(
                check="gift_id IS NULL OR (kind = 'backer' AND pledge_id IS NULL)", name="survey_invitation_of_a_giver"
            ),
        )


class SurveyInvitationEvent(StatusEvent):
    """Status history of an invitation."""

    subject: fields.ForeignKeyRelation[SurveyInvitation] = fields.ForeignKeyField(
        "models.SurveyInvitation", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "survey_invitation_event"


SurveyInvitation.Event = SurveyInvitationEvent


class SurveyAnswer(Model):
    """What was chosen for one question. Append-only: the newest that was true and known by a moment is the answer then.

    `choices`: keys of answers, joined by commas; empty for none of those that may be left out.
    """

    id = fields.BigIntField(primary_key=True)
    invitation: fields.ForeignKeyRelation[SurveyInvitation] = fields.ForeignKeyField(
        "models.SurveyInvitation", related_name="answers", on_delete=fields.RESTRICT
    )
    invitation_id: int
    question = fields.CharField(max_length=32)
    choices = fields.CharField(max_length=200)
    effective_at = fields.DatetimeField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "survey_answer"


class SurveyWords(Model):
    """What somebody wrote. Personal: for officers only, until it is let go of."""

    id = fields.BigIntField(primary_key=True)
    invitation: fields.ForeignKeyRelation[SurveyInvitation] = fields.ForeignKeyField(
        "models.SurveyInvitation", related_name="words", on_delete=fields.RESTRICT
    )
    invitation_id: int
    question = fields.CharField(max_length=32)
    text = fields.TextField()

    class Meta:
        table = "survey_words"
        constraints = (UniqueConstraint(fields=("invitation_id", "question"), name="survey_words_once"),)


class AboutYouCount(Model):
    """Equality monitoring: how many of a round gave one answer. A counter, and no row of anybody's."""

    id = fields.BigIntField(primary_key=True)
    round: fields.ForeignKeyRelation[SurveyRound] = fields.ForeignKeyField(
        "models.SurveyRound", related_name="about_you", on_delete=fields.RESTRICT
    )
    round_id: int
    question = fields.CharField(max_length=24)
    answer = fields.CharField(max_length=24)
    count = fields.IntField()

    class Meta:
        table = "survey_about_you"
        constraints = (
            UniqueConstraint(fields=("round_id", "question", "answer"), name="survey_about_you_once"),
            CheckConstraint(check="count > 0", name="survey_about_you_counted"),
        )


class AboutYouUsed(Model):
    """That a sheet was sent, so that it is sent once: a hash, without a time, an order or an answer."""

    hash = fields.CharField(max_length=64, primary_key=True)

    class Meta:
        table = "survey_about_you_used"
