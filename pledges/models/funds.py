"""Funders and their match funds, the capped pots: sources, caps, dated rules, decision authorities."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, not_negative, one_of
from pledges.kinds import Accrual, MovementKind
from pledges.states import FUND, MOVEMENT
from pledges.states import Fund as FundStatus
from pledges.states import Movement as MovementStatus


class Funder(Model):
    """A public body that owns match funds."""

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=80, unique=True)
    name = fields.CharField(max_length=120)
    short_name = fields.CharField(max_length=40)
    organisation_id = fields.CharField(max_length=40, default="")  # as 360Giving writes it: GB-LAE-KEN

    class Meta:
        table = "funder"


class MatchFund(HasStatus):
    """A pot with a cap over funding sources. Its figures are the sums of theirs, read under a lock on this row.

    `start_bp`: of bridging, the share of the target that the crowd brings first (ruling 6). `without_crowd`: its awards
    belong to projects, not to campaigns, and are in no figure of crowd or success.
    """

    TRANSITIONS: ClassVar = FUND
    WORD: ClassVar = "fund"

    status = fields.CharField(max_length=32, default=FundStatus.OPEN.value, db_default=FundStatus.OPEN.value)
    funder: fields.ForeignKeyRelation[Funder] = fields.ForeignKeyField(
        "models.Funder", related_name="funds", on_delete=fields.RESTRICT
    )
    funder_id: int
    slug = fields.CharField(max_length=80, unique=True)
    name = fields.CharField(max_length=120)
    summary = fields.CharField(max_length=300, default="")
    objective_list = fields.CharField(max_length=60)
    starts_on = fields.DateField()
    ends_on = fields.DateField()
    accrual = fields.CharField(max_length=16, default=Accrual.FLAT.value)
    position = fields.IntField(default=0)  # the order in which funds serve a campaign (ruling 5)
    start_bp = fields.IntField(default=2500, db_default=2500)
    without_crowd = fields.BooleanField(default=False, db_default=False)
    generated = fields.BooleanField(default=False)  # its awards come from generated records
    created_at = fields.DatetimeField()

    class Meta:
        table = "match_fund"
        constraints = (
            one_of("match_fund", "accrual", Accrual),
            one_of("match_fund", "status", FundStatus),
            CheckConstraint(check="start_bp BETWEEN 0 AND 10000", name="match_fund_start_sane"),
            CheckConstraint(check="NOT without_crowd OR accrual = 'flat'", name="match_fund_without_crowd_flat"),
        )


class MatchFundEvent(StatusEvent):
    """Status history of a fund."""

    subject: fields.ForeignKeyRelation[MatchFund] = fields.ForeignKeyField(
        "models.MatchFund", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "match_fund_event"


MatchFund.Event = MatchFundEvent


class FundingSource(Model):
    """Part of a pot with a budget code. The database keeps it from being overspent (CHECK)."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.ForeignKeyRelation[MatchFund] = fields.ForeignKeyField(
        "models.MatchFund", related_name="sources", on_delete=fields.RESTRICT
    )
    fund_id: int
    position = fields.IntField(default=0)
    name = fields.CharField(max_length=80)
    budget_code = fields.CharField(max_length=40, default="")
    cost_centre = fields.CharField(max_length=20, default="", db_default="")  # of the funder's finance system
    subjective_code = fields.CharField(max_length=20, default="", db_default="")
    financial_year = fields.CharField(max_length=7, default="", db_default="")  # "2021-22"; empty: of no one year
    purpose = fields.CharField(max_length=160, default="")  # drawn only by awards that fit it (ruling 5)
    cap_pence = fields.BigIntField()
    earmarked_pence = fields.BigIntField(default=0)
    pledged_pence = fields.BigIntField(default=0)
    confirmed_pence = fields.BigIntField(default=0)
    paid_pence = fields.BigIntField(default=0)
    recovered_pence = fields.BigIntField(default=0)

    class Meta:
        table = "funding_source"
        constraints = (
            not_negative(
                "funding_source",
                "earmarked_pence",
                "pledged_pence",
                "confirmed_pence",
                "paid_pence",
                "recovered_pence",
            ),
            CheckConstraint(
                check="earmarked_pence + pledged_pence + confirmed_pence + paid_pence + recovered_pence <= cap_pence",
                name="funding_source_never_overspent",
            ),
        )

    @property
    def left_pence(self) -> int:
        """What may still be offered, or moved to another source."""
        held = self.earmarked_pence + self.pledged_pence + self.confirmed_pence + self.paid_pence + self.recovered_pence
        left: int = self.cap_pence - held
        return left


class SourceCap(Model):
    """What a source may hold: entered by a fund officer, counts once a finance approver has confirmed it.

    The cap in force is the one confirmed last. One may be open at a time; people are empty for imported records.
    """

    id = fields.BigIntField(primary_key=True)
    source: fields.ForeignKeyRelation[FundingSource] = fields.ForeignKeyField(
        "models.FundingSource", related_name="caps", on_delete=fields.RESTRICT
    )
    source_id: int
    cap_pence = fields.BigIntField()
    why = fields.CharField(max_length=200, default="")  # the decision or budget it comes from
    entered_by_id = fields.BigIntField(null=True)
    entered_at = fields.DatetimeField()
    confirmed_by_id = fields.BigIntField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        table = "source_cap"
        constraints = (
            CheckConstraint(check="cap_pence >= 0", name="source_cap_not_negative"),
            CheckConstraint(
                check="confirmed_by_id IS NULL OR entered_by_id IS NULL OR confirmed_by_id <> entered_by_id",
                name="source_cap_two_people",
            ),
            CheckConstraint(check="confirmed_at IS NULL OR withdrawn_at IS NULL", name="source_cap_one_end"),
            UniqueConstraint(
                fields=("source_id",),
                name="source_cap_one_open",
                condition="confirmed_at IS NULL AND withdrawn_at IS NULL",
            ),
        )


class FundRules(Model):
    """The rules of a fund from a date on. A past decision keeps the rules of its day; rows are never changed (trigger)."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.ForeignKeyRelation[MatchFund] = fields.ForeignKeyField(
        "models.MatchFund", related_name="rules", on_delete=fields.RESTRICT
    )
    fund_id: int
    applies_from = fields.DateField()
    max_share_bp = fields.IntField()
    max_amount_pence = fields.BigIntField()
    combined_share_bp = fields.IntField()
    least_backers = fields.IntField()
    least_raised_bp = fields.IntField()
    revenue_only = fields.BooleanField(default=False)
    # published with the rules, shapes in pledges/fund_scope.py: where, for whom, what not, and other numbers by place or size
    area: Any = fields.JSONField(default=list, db_default="[]")  # district codes; empty = all of Kent
    group_kinds: Any = fields.JSONField(default=list, db_default="[]")  # legal forms; empty = every kind
    objective_ids: Any = fields.JSONField(default=list, db_default="[]")  # of the fund's list; empty = all of it
    exclusions: Any = fields.JSONField(default=list, db_default="[]")  # plain sentences: what this fund never pays for
    variants: Any = fields.JSONField(default=list, db_default="[]")
    # an award up to this may be decided between rounds; null = the fund has no rounds, any amount; 0 = rounds only
    between_rounds_pence = fields.BigIntField(null=True)
    days_to_accept = fields.IntField(default=20)
    decision_working_days = fields.IntField(default=20)
    # ruling 13: an award above this is paid in two parts, the first of this share; null = always all at once
    instalments_over_pence = fields.BigIntField(null=True)
    first_part_bp = fields.IntField(default=7000, db_default=7000)
    # a group that owes an overdue report gets no further award or payment of this fund until it is sent
    overdue_stops = fields.BooleanField(default=False, db_default=False)
    why = fields.CharField(max_length=300, default="")  # where the rule comes from

    class Meta:
        table = "fund_rules"
        constraints = (
            UniqueConstraint(fields=("fund_id", "applies_from"), name="fund_rules_once"),
            CheckConstraint(
                check="max_share_bp BETWEEN 0 AND 10000 AND combined_share_bp BETWEEN 0 AND 10000"
                " AND least_raised_bp BETWEEN 0 AND 10000 AND max_amount_pence >= 0 AND least_backers >= 0",
                name="fund_rules_sane",
            ),
            CheckConstraint(
                check="coalesce(instalments_over_pence, 0) >= 0 AND first_part_bp BETWEEN 1 AND 9999",
                name="fund_rules_instalments_sane",
            ),
        )


class PotMovement(HasStatus):
    """Pence moved between two sources of a fund, or a fund closed: entered by one person, confirmed by another.

    `kind` close: what is left leaves every source, and nothing more is offered. `kind` return: what was recovered in a
    source is left again (ruling 18). A top-up is a SourceCap.
    """

    TRANSITIONS: ClassVar = MOVEMENT
    WORD: ClassVar = "movement"

    fund: fields.ForeignKeyRelation[MatchFund] = fields.ForeignKeyField(
        "models.MatchFund", related_name="movements", on_delete=fields.RESTRICT
    )
    fund_id: int
    kind = fields.CharField(max_length=8)
    from_source: fields.ForeignKeyNullableRelation[FundingSource] = fields.ForeignKeyField(
        "models.FundingSource", related_name="moved_out", null=True, on_delete=fields.RESTRICT
    )
    from_source_id: int | None
    to_source: fields.ForeignKeyNullableRelation[FundingSource] = fields.ForeignKeyField(
        "models.FundingSource", related_name="moved_in", null=True, on_delete=fields.RESTRICT
    )
    to_source_id: int | None
    amount_pence = fields.BigIntField(null=True)  # of a closing: what was let go, once it is confirmed
    why = fields.CharField(max_length=200)
    entered_by_id = fields.BigIntField()
    entered_at = fields.DatetimeField()
    confirmed_by_id = fields.BigIntField(null=True)
    confirmed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "pot_movement"
        constraints = (
            one_of("pot_movement", "status", MovementStatus),
            one_of("pot_movement", "kind", MovementKind),
            CheckConstraint(check="amount_pence >= 0", name="pot_movement_not_negative"),
            CheckConstraint(
                check="confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="pot_movement_two_people"
            ),
            CheckConstraint(check="(status = 'confirmed') = (confirmed_at IS NOT NULL)", name="pot_movement_confirmed"),
            CheckConstraint(
                check="CASE kind WHEN 'move' THEN from_source_id IS NOT NULL AND to_source_id IS NOT NULL"
                " AND from_source_id <> to_source_id AND amount_pence > 0"
                " WHEN 'return' THEN from_source_id IS NOT NULL AND to_source_id IS NULL AND amount_pence > 0"
                " ELSE from_source_id IS NULL AND to_source_id IS NULL END",
                name="pot_movement_between_two",
            ),
            UniqueConstraint(fields=("fund_id",), name="pot_movement_one_open", condition="status = 'entered'"),
        )


class PotMovementEvent(StatusEvent):
    """Status history of a movement between sources."""

    subject: fields.ForeignKeyRelation[PotMovement] = fields.ForeignKeyField(
        "models.PotMovement", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "pot_movement_event"


PotMovement.Event = PotMovementEvent


class DecisionAuthority(Model):
    """Who may bind the funder, under which decision, up to what and when."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.ForeignKeyRelation[MatchFund] = fields.ForeignKeyField(
        "models.MatchFund", related_name="authorities", on_delete=fields.RESTRICT
    )
    fund_id: int
    person: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="authorities", null=True, on_delete=fields.RESTRICT
    )
    person_id: int | None
    post = fields.CharField(max_length=120)  # "Cabinet Member for ...": the post, not the name
    decision_number = fields.CharField(max_length=40)
    limit_pence = fields.BigIntField()  # for one award
    list_limit_pence = fields.BigIntField(null=True)  # for all awards of one signed list; null = no limit of its own
    from_day = fields.DateField()
    to_day = fields.DateField()

    class Meta:
        table = "decision_authority"
        constraints = (
            CheckConstraint(check="limit_pence > 0 AND to_day >= from_day", name="authority_sane"),
            CheckConstraint(check="list_limit_pence > 0", name="authority_list_sane"),
        )
