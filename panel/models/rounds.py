"""Rounds of a panel: the days, who sits, who was there, and what each has an interest in."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from panel.kinds import Bar, Nature, SeatKind, Shown
from panel.states import ROUND
from panel.states import Round as RoundStatus
from pledges.models import DecisionAuthority, MatchFund
from projects.models import Group


class Seat(Model):
    """A place on a fund's panel, for a term. Its `post` is published, the name is not."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.ForeignKeyRelation[MatchFund] = fields.ForeignKeyField(
        "models.MatchFund", related_name="seats", on_delete=fields.RESTRICT
    )
    fund_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="seats", on_delete=fields.RESTRICT
    )
    person_id: int
    kind = fields.CharField(max_length=16)
    post = fields.CharField(max_length=120)  # "Put forward by the social sector"
    from_day = fields.DateField()
    to_day = fields.DateField()
    ended_on = fields.DateField(null=True)  # before its term was over
    given_by_id = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "panel_seat"
        constraints = (
            one_of("panel_seat", "kind", SeatKind),
            CheckConstraint(check="to_day >= from_day", name="panel_seat_term_sane"),
            CheckConstraint(check="given_by_id IS NULL OR given_by_id <> person_id", name="panel_seat_not_by_oneself"),
        )


class Round(HasStatus):
    """One sitting of a fund's panel, from the first pitch to the public record. Days are London's, shown as the last day."""

    TRANSITIONS: ClassVar = ROUND
    WORD: ClassVar = "round"

    fund: fields.ForeignKeyRelation[MatchFund] = fields.ForeignKeyField(
        "models.MatchFund", related_name="rounds", on_delete=fields.RESTRICT
    )
    fund_id: int
    slug = fields.CharField(max_length=80, unique=True)
    name = fields.CharField(max_length=80)
    opens_on = fields.DateField()
    pitch_by = fields.DateField()
    scores_by = fields.DateField()
    meets_on = fields.DateField()
    decide_by = fields.DateField()  # the decision clock: working days of the fund's rules after pitch_by
    place = fields.CharField(max_length=200, default="")
    quorum = fields.IntField(default=3)
    pass_bp = fields.IntField(default=6000)
    declined_shown = fields.CharField(max_length=8, default=Shown.ENTRY.value)
    minutes = fields.TextField(default="")
    signed_at = fields.DatetimeField(null=True)
    signed_by_id = fields.BigIntField(null=True)
    authority: fields.ForeignKeyNullableRelation[DecisionAuthority] = fields.ForeignKeyField(
        "models.DecisionAuthority", related_name="rounds", null=True, on_delete=fields.RESTRICT
    )
    authority_id: int | None
    publish_on = fields.DateField(null=True)  # five working days after the signature: groups see their entry before
    published_at = fields.DatetimeField(null=True)
    generated = fields.BooleanField(default=False)
    created_by_id = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "panel_round"
        constraints = (
            one_of("panel_round", "status", RoundStatus),
            one_of("panel_round", "declined_shown", Shown),
            CheckConstraint(
                check="opens_on <= pitch_by AND pitch_by <= scores_by AND scores_by <= meets_on AND pitch_by <= decide_by",
                name="panel_round_days_in_order",
            ),
            CheckConstraint(check="quorum BETWEEN 1 AND 15", name="panel_round_quorum_sane"),
            CheckConstraint(check="pass_bp BETWEEN 0 AND 10000", name="panel_round_pass_sane"),
            CheckConstraint(
                check="(status IN ('signed', 'published')) = (signed_at IS NOT NULL AND signed_by_id IS NOT NULL"
                " AND publish_on IS NOT NULL)",
                name="panel_round_signed",
            ),
        )


class RoundEvent(StatusEvent):
    """Status history of a round."""

    subject: fields.ForeignKeyRelation[Round] = fields.ForeignKeyField(
        "models.Round", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "panel_round_event"


Round.Event = RoundEvent


class Criterion(Model):
    """What a round scores, 0 to 5 points each. Made with the round, frozen once a sheet was given (service)."""

    id = fields.BigIntField(primary_key=True)
    round: fields.ForeignKeyRelation[Round] = fields.ForeignKeyField(
        "models.Round", related_name="criteria", on_delete=fields.RESTRICT
    )
    round_id: int
    position = fields.IntField()
    name = fields.CharField(max_length=60)
    about = fields.CharField(max_length=300, default="")

    class Meta:
        table = "panel_criterion"
        constraints = (UniqueConstraint(fields=("round_id", "position"), name="panel_criterion_once"),)


class Attendance(Model):
    """Who was at a meeting, and as what. A reserve was called for the reason given."""

    id = fields.BigIntField(primary_key=True)
    round: fields.ForeignKeyRelation[Round] = fields.ForeignKeyField(
        "models.Round", related_name="attendance", on_delete=fields.RESTRICT
    )
    round_id: int
    seat: fields.ForeignKeyRelation[Seat] = fields.ForeignKeyField(
        "models.Seat", related_name="attendance", on_delete=fields.RESTRICT
    )
    seat_id: int
    present = fields.BooleanField()
    chaired = fields.BooleanField(default=False)
    called_because = fields.CharField(max_length=200, default="")  # of a reserve
    called_at = fields.DatetimeField(null=True)
    recorded_by_id = fields.BigIntField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "panel_attendance"
        constraints = (
            UniqueConstraint(fields=("round_id", "seat_id"), name="panel_attendance_once"),
            UniqueConstraint(fields=("round_id",), name="panel_attendance_one_chair", condition="chaired"),
        )


class Interest(Model):
    """The standing register: what a person of the panel, or an officer, has an interest in, in general."""

    id = fields.BigIntField(primary_key=True)
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="interests", on_delete=fields.RESTRICT
    )
    person_id: int
    group: fields.ForeignKeyNullableRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="interests_in", null=True, on_delete=fields.RESTRICT
    )
    group_id: int | None
    body = fields.CharField(max_length=160)  # the group, firm or person it is about
    nature = fields.CharField(max_length=12)
    bar = fields.CharField(max_length=16)
    words = fields.CharField(max_length=300)
    from_day = fields.DateField()
    ended_on = fields.DateField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "panel_interest"
        constraints = (one_of("panel_interest", "nature", Nature), one_of("panel_interest", "bar", Bar))


class RoundDeclaration(Model):
    """One person looked at the round's list of groups and titles and declared, or said that there is nothing.

    A second number: pitches that were sent in after the first, and for those alone.
    """

    id = fields.BigIntField(primary_key=True)
    round: fields.ForeignKeyRelation[Round] = fields.ForeignKeyField(
        "models.Round", related_name="declarations", on_delete=fields.RESTRICT
    )
    round_id: int
    person_id = fields.BigIntField()
    number = fields.IntField(default=1)
    declared_at = fields.DatetimeField()

    class Meta:
        table = "panel_declaration"
        constraints = (UniqueConstraint(fields=("round_id", "person_id", "number"), name="panel_declaration_once"),)
