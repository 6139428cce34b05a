"""Match pledges, and what each draws from the funding sources."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from pledges.kinds import Accrual
from pledges.models.fund_words import FundTerms
from pledges.models.funds import DecisionAuthority, FundingSource, MatchFund
from pledges.states import MATCH
from pledges.states import Match as MatchStatus
from projects.models import Campaign, Project


class MatchPledge(HasStatus):
    """What a fund adds to a campaign: earmarked when signed, pledged when accepted. Terms are frozen in `terms`."""

    TRANSITIONS: ClassVar = MATCH
    WORD: ClassVar = "match pledge"

    campaign: fields.ForeignKeyNullableRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="match_pledges", null=True, on_delete=fields.RESTRICT
    )
    campaign_id: int | None
    project: fields.ForeignKeyNullableRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="grants", null=True, on_delete=fields.RESTRICT
    )
    project_id: int | None  # instead of a campaign, where the fund works without a crowd
    fund: fields.ForeignKeyRelation[MatchFund] = fields.ForeignKeyField(
        "models.MatchFund", related_name="match_pledges", on_delete=fields.RESTRICT
    )
    fund_id: int
    reference = fields.CharField(max_length=12, unique=True)
    amount_pence = fields.BigIntField()
    paid_pence = fields.BigIntField(default=0)
    recovered_pence = fields.BigIntField(default=0)
    accrual = fields.CharField(max_length=16, default=Accrual.FLAT.value)
    terms: Any = fields.JSONField()  # every term of the calculator, which one binds, rules' date, authority, purpose
    authority: fields.ForeignKeyNullableRelation[DecisionAuthority] = fields.ForeignKeyField(
        "models.DecisionAuthority", related_name="match_pledges", null=True, on_delete=fields.RESTRICT
    )
    authority_id: int | None
    proposed_by_id = fields.BigIntField(null=True)
    signed_by_id = fields.BigIntField(null=True)
    accept_by = fields.DatetimeField(null=True)
    accepted_at = fields.DatetimeField(null=True)
    accepted_terms: fields.ForeignKeyNullableRelation[FundTerms] = fields.ForeignKeyField(
        "models.FundTerms", related_name="match_pledges", null=True, on_delete=fields.RESTRICT
    )
    accepted_terms_id: int | None  # the words that the group accepted; empty where the fund had none
    created_at = fields.DatetimeField()
    generated = fields.BooleanField(default=False)
    import_batch_id = fields.BigIntField(null=True)

    class Meta:
        table = "match_pledge"
        constraints = (
            one_of("match_pledge", "status", MatchStatus),
            one_of("match_pledge", "accrual", Accrual),
            CheckConstraint(check="amount_pence > 0", name="match_pledge_something"),
            CheckConstraint(
                check="paid_pence BETWEEN 0 AND amount_pence AND recovered_pence BETWEEN 0 AND paid_pence",
                name="match_pledge_paid_within",
            ),
            CheckConstraint(
                check="proposed_by_id IS NULL OR signed_by_id IS NULL OR proposed_by_id <> signed_by_id",
                name="match_pledge_two_people",
            ),
            UniqueConstraint(
                fields=("campaign_id", "fund_id"),
                name="match_pledge_one_a_fund",
                condition="status <> 'released' AND accrual <> 'pound for pound'",
            ),
            UniqueConstraint(
                fields=("project_id", "fund_id"), name="match_pledge_one_grant", condition="status <> 'released'"
            ),
            CheckConstraint(check="(campaign_id IS NULL) <> (project_id IS NULL)", name="match_pledge_to_one"),
        )


class MatchPledgeEvent(StatusEvent):
    """Status history of a match pledge."""

    subject: fields.ForeignKeyRelation[MatchPledge] = fields.ForeignKeyField(
        "models.MatchPledge", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "match_pledge_event"


MatchPledge.Event = MatchPledgeEvent


class MatchDraw(Model):
    """What one match pledge reserves in one funding source, and how much of it was paid and came back.

    What stands where in the source follows from the match pledge's status; see pledges/pot_checks.py.
    """

    id = fields.BigIntField(primary_key=True)
    match_pledge: fields.ForeignKeyRelation[MatchPledge] = fields.ForeignKeyField(
        "models.MatchPledge", related_name="draws", on_delete=fields.RESTRICT
    )
    match_pledge_id: int
    source: fields.ForeignKeyRelation[FundingSource] = fields.ForeignKeyField(
        "models.FundingSource", related_name="draws", on_delete=fields.RESTRICT
    )
    source_id: int
    amount_pence = fields.BigIntField()
    paid_pence = fields.BigIntField(default=0)
    recovered_pence = fields.BigIntField(default=0)
    short_pence = fields.BigIntField(default=0, db_default=0)  # let go of, since the match was closed short

    class Meta:
        table = "match_draw"
        constraints = (
            UniqueConstraint(fields=("match_pledge_id", "source_id"), name="match_draw_once"),
            CheckConstraint(check="amount_pence > 0", name="match_draw_something"),
            CheckConstraint(
                check="paid_pence BETWEEN 0 AND amount_pence AND recovered_pence BETWEEN 0 AND paid_pence",
                name="match_draw_paid_within",
            ),
            CheckConstraint(
                check="short_pence >= 0 AND paid_pence + short_pence <= amount_pence", name="match_draw_short_within"
            ),
        )
