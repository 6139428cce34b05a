"""Funders and their match funds, the capped pots: sources, caps, dated rules, decision authorities."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import not_negative, one_of
from pledges.kinds import Accrual


class Funder(Model):
    """A public body that owns match funds."""

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=80, unique=True)
    name = fields.CharField(max_length=120)
    short_name = fields.CharField(max_length=40)
    organisation_id = fields.CharField(max_length=40, default="")  # as 360Giving writes it: GB-LAE-KEN

    class Meta:
        table = "funder"


class MatchFund(Model):
    """A pot with a cap over funding sources. Its figures are the sums of theirs, read under a lock on this row."""

    id = fields.BigIntField(primary_key=True)
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
    generated = fields.BooleanField(default=False)  # its awards come from generated records
    created_at = fields.DatetimeField()

    class Meta:
        table = "match_fund"
        constraints = (one_of("match_fund", "accrual", Accrual),)


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
    days_to_accept = fields.IntField(default=20)
    decision_working_days = fields.IntField(default=20)
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
        )


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
    from_day = fields.DateField()
    to_day = fields.DateField()

    class Meta:
        table = "decision_authority"
        constraints = (CheckConstraint(check="limit_pence > 0 AND to_day >= from_day", name="authority_sane"),)
