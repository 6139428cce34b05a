"""The subsidy check of a match pledge: what the group said, and what an officer found."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from crowdfund_kent.models import HasStatus, StatusEvent, not_negative, one_of
from payments.subsidy.rules import RULE_SETS
from payments.subsidy.states import SUBSIDY, Subsidy
from pledges.models import MatchPledge


class SubsidyCheck(HasStatus):
    """One match pledge under the rule set of the day on which it was signed.

    The three yes-or-no answers are the group's own words about itself; `is_enterprise` is the officer's finding.
    `declared_pence`: other public money of this kind in the same years; `ours_pence`: all match of the site to this group
    in them, this one with it, as it was when the officer decided.
    """

    TRANSITIONS: ClassVar = SUBSIDY
    WORD: ClassVar = "subsidy check"

    match_pledge: fields.OneToOneRelation[MatchPledge] = fields.OneToOneField(
        "models.MatchPledge", related_name="subsidy_check", on_delete=fields.RESTRICT
    )
    match_pledge_id: int
    rule_set = fields.CharField(max_length=16)
    created_at = fields.DatetimeField()
    project_trades = fields.BooleanField(null=True)
    group_trades = fields.BooleanField(null=True)
    declared_pence = fields.BigIntField(null=True)
    confirmed_by_id = fields.BigIntField(null=True)  # the owner who confirmed in writing
    confirmed_name = fields.CharField(max_length=120, default="")  # as they typed it under the words
    confirmed_at = fields.DatetimeField(null=True)
    is_enterprise = fields.BooleanField(null=True)
    reason = fields.CharField(max_length=500, default="")
    ours_pence = fields.BigIntField(null=True)
    decided_by_id = fields.BigIntField(null=True)
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "subsidy_check"
        constraints = (
            one_of("subsidy_check", "status", Subsidy),
            one_of("subsidy_check", "rule_set", [one.key for one in RULE_SETS]),
            not_negative("subsidy_check", "declared_pence", "ours_pence"),
            CheckConstraint(
                check="status = 'asked' OR (project_trades IS NOT NULL AND group_trades IS NOT NULL"
                " AND declared_pence IS NOT NULL AND confirmed_at IS NOT NULL AND confirmed_name <> '')",
                name="subsidy_check_answered",
            ),
            CheckConstraint(
                check="status NOT IN ('cleared', 'blocked') OR (is_enterprise IS NOT NULL AND ours_pence IS NOT NULL"
                " AND decided_at IS NOT NULL AND decided_by_id IS NOT NULL"
                " AND coalesce(decided_by_id <> confirmed_by_id, true))",
                name="subsidy_check_decided",
            ),
        )


class SubsidyCheckEvent(StatusEvent):
    """Status history of a subsidy check."""

    subject: fields.ForeignKeyRelation[SubsidyCheck] = fields.ForeignKeyField(
        "models.SubsidyCheck", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "subsidy_check_event"


SubsidyCheck.Event = SubsidyCheckEvent
