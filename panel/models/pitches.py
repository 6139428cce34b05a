"""Pitches: what a group asks a round for, what it answers, who has an interest in it, and what holds it."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from panel.kinds import Bar, Found, HoldKind, Nature, ReviewOutcome
from panel.models.rounds import Round
from panel.states import PITCH, REVIEW
from panel.states import Pitch as PitchStatus
from panel.states import Review as ReviewStatus
from pledges.models import FundQuestion
from projects.models import Campaign, Project


class Pitch(HasStatus):
    """A group asks a fund's round for an amount, for one campaign, or for a project where the fund has no crowd.

    `submitted` keeps what stood when it was sent: totals, project version, rules. `place_kinds`: an officer's word.
    """

    TRANSITIONS: ClassVar = PITCH
    WORD: ClassVar = "pitch"

    round: fields.ForeignKeyRelation[Round] = fields.ForeignKeyField(
        "models.Round", related_name="pitches", on_delete=fields.RESTRICT
    )
    round_id: int
    reference = fields.CharField(max_length=12, unique=True)
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="pitches", on_delete=fields.RESTRICT
    )
    project_id: int  # always, also beside a campaign
    campaign: fields.ForeignKeyNullableRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="pitches", null=True, on_delete=fields.RESTRICT
    )
    campaign_id: int | None
    asked_pence = fields.BigIntField(null=True)  # typed on the first page of a draft
    why = fields.TextField(default="")  # why public money, in the group's words
    place_kinds: Any = fields.JSONField(default=list)  # kinds.PlaceKind
    income_pence = fields.BigIntField(null=True)  # of the group, last year: for variants by size
    place_reason = fields.CharField(max_length=300, default="")
    place_by_id = fields.BigIntField(null=True)
    submitted: Any = fields.JSONField(null=True)
    submitted_by_id = fields.BigIntField(null=True)
    submitted_at = fields.DatetimeField(null=True)
    came_from: fields.ForeignKeyNullableRelation["Pitch"] = fields.ForeignKeyField(
        "models.Pitch", related_name="came_again", null=True, on_delete=fields.RESTRICT
    )
    came_from_id: int | None  # the deferred pitch that comes again
    forgotten_at = fields.DatetimeField(null=True)  # its words were let go of by the calendar
    generated = fields.BooleanField(default=False)
    created_at = fields.DatetimeField()

    class Meta:
        table = "pitch"
        constraints = (
            one_of("pitch", "status", PitchStatus),
            CheckConstraint(check="asked_pence > 0", name="pitch_something"),
            CheckConstraint(
                check="status IN ('draft', 'lapsed') OR (asked_pence IS NOT NULL AND submitted_at IS NOT NULL)",
                name="pitch_submitted_whole",
            ),
            UniqueConstraint(
                fields=("round_id", "project_id"),
                name="pitch_one_a_round",
                condition="status NOT IN ('withdrawn', 'lapsed')",
            ),
        )


class PitchEvent(StatusEvent):
    """Status history of a pitch."""

    subject: fields.ForeignKeyRelation[Pitch] = fields.ForeignKeyField(
        "models.Pitch", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "pitch_event"


Pitch.Event = PitchEvent


class PitchAnswer(Model):
    """The group's answer to one of the fund's own questions."""

    id = fields.BigIntField(primary_key=True)
    pitch: fields.ForeignKeyRelation[Pitch] = fields.ForeignKeyField(
        "models.Pitch", related_name="answers", on_delete=fields.RESTRICT
    )
    pitch_id: int
    question: fields.ForeignKeyRelation[FundQuestion] = fields.ForeignKeyField(
        "models.FundQuestion", related_name="answers", on_delete=fields.RESTRICT
    )
    question_id: int
    words = fields.TextField()

    class Meta:
        table = "pitch_answer"
        constraints = (UniqueConstraint(fields=("pitch_id", "question_id"), name="pitch_answer_once"),)


class PitchInterest(Model):
    """An interest of one person in one pitch. Rows are added, never lowered: of several the strictest counts."""

    id = fields.BigIntField(primary_key=True)
    pitch: fields.ForeignKeyRelation[Pitch] = fields.ForeignKeyField(
        "models.Pitch", related_name="interests", on_delete=fields.RESTRICT
    )
    pitch_id: int
    person_id = fields.BigIntField()
    nature = fields.CharField(max_length=12)
    bar = fields.CharField(max_length=16)
    words = fields.CharField(max_length=300)
    found = fields.CharField(max_length=20)
    recorded_by_id = fields.BigIntField(null=True)
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "pitch_interest"
        constraints = (
            one_of("pitch_interest", "nature", Nature),
            one_of("pitch_interest", "bar", Bar),
            one_of("pitch_interest", "found", Found),
            CheckConstraint(
                check="nature = 'other' OR bar = 'bars'", name="pitch_interest_bars"
            ),  # money, own group, family, own pledge
        )


class Hold(Model):
    """Why a pitch is not decided for now; let go by somebody else. Referred to audit: its record is sealed.

    `agreed`: of a record that is sealed, the first of the two who let go; `released`: the second, or the only one.
    """

    id = fields.BigIntField(primary_key=True)
    pitch: fields.ForeignKeyRelation[Pitch] = fields.ForeignKeyField(
        "models.Pitch", related_name="holds", on_delete=fields.RESTRICT
    )
    pitch_id: int
    kind = fields.CharField(max_length=20)
    reason = fields.CharField(max_length=300)
    placed_by_id = fields.BigIntField()
    placed_at = fields.DatetimeField()
    agreed_by_id = fields.BigIntField(null=True)
    agreed_at = fields.DatetimeField(null=True)
    agreed_reason = fields.CharField(max_length=300, default="")
    released_by_id = fields.BigIntField(null=True)
    released_at = fields.DatetimeField(null=True)
    release_reason = fields.CharField(max_length=300, default="")

    class Meta:
        table = "pitch_hold"
        constraints = (
            one_of("pitch_hold", "kind", HoldKind),
            CheckConstraint(check="released_by_id <> placed_by_id", name="pitch_hold_two_people"),
            CheckConstraint(
                check="(released_at IS NULL) = (released_by_id IS NULL) AND (released_at IS NULL OR release_reason <> '')",
                name="pitch_hold_released_whole",
            ),
            CheckConstraint(
                check="(agreed_at IS NULL) = (agreed_by_id IS NULL) AND (agreed_at IS NULL) = (agreed_reason = '')"
                " AND (agreed_by_id IS NULL OR (kind = 'referred to audit' AND agreed_by_id <> placed_by_id))",
                name="pitch_hold_agreed_whole",
            ),
            CheckConstraint(
                check="kind = 'hold' OR released_by_id IS NULL"
                " OR (agreed_by_id IS NOT NULL AND agreed_by_id <> released_by_id)",
                name="pitch_hold_sealed_three_people",
            ),
            UniqueConstraint(fields=("pitch_id",), name="pitch_hold_one", condition="released_at IS NULL"),
        )


class Review(HasStatus):
    """A group asks, within 20 working days, for a look at how its pitch was handled, by somebody who did not sit."""

    TRANSITIONS: ClassVar = REVIEW
    WORD: ClassVar = "review"

    pitch: fields.OneToOneRelation[Pitch] = fields.OneToOneField(
        "models.Pitch", related_name="review", on_delete=fields.RESTRICT
    )
    pitch_id: int
    words = fields.TextField()
    asked_by_id = fields.BigIntField()
    asked_at = fields.DatetimeField()
    answer_by = fields.DateField()
    outcome = fields.CharField(max_length=24, default="")
    answer = fields.TextField(default="")
    answered_by_id = fields.BigIntField(null=True)
    answered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "pitch_review"
        constraints = (
            one_of("pitch_review", "status", ReviewStatus),
            one_of("pitch_review", "outcome", ("", *ReviewOutcome)),
            CheckConstraint(
                check="(status = 'answered') = (answered_at IS NOT NULL AND outcome <> '' AND answer <> ''"
                " AND answered_by_id IS NOT NULL)",
                name="pitch_review_answered_whole",
            ),
            CheckConstraint(check="answered_by_id <> asked_by_id", name="pitch_review_two_people"),
        )


class ReviewEvent(StatusEvent):
    """Status history of a review."""

    subject: fields.ForeignKeyRelation[Review] = fields.ForeignKeyField(
        "models.Review", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "pitch_review_event"


Review.Event = ReviewEvent
