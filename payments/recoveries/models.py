"""What is asked back from groups, and what two people let go of."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crowdfund_kent.models import HasStatus, Proposal, StatusEvent, decided_by_another, one_of
from payments.recoveries.states import RECOVERY, SHORTENING
from payments.recoveries.states import Recovery as RecoveryStatus
from payments.recoveries.states import Shortening as ShorteningStatus
from pledges.models import MatchPledge, UnspentShare


class Recovery(HasStatus):
    """A fund's share of unspent money, asked back under a reference. `came_pence`: what bank lines brought of it."""

    TRANSITIONS: ClassVar = RECOVERY
    WORD: ClassVar = "recovery"

    share: fields.OneToOneRelation[UnspentShare] = fields.OneToOneField(
        "models.UnspentShare", related_name="recovery", on_delete=fields.RESTRICT
    )
    share_id: int
    match_pledge: fields.ForeignKeyRelation[MatchPledge] = fields.ForeignKeyField(
        "models.MatchPledge", related_name="recoveries", on_delete=fields.RESTRICT
    )
    match_pledge_id: int
    reference = fields.CharField(max_length=12, unique=True)
    amount_pence = fields.BigIntField()
    came_pence = fields.BigIntField(default=0)
    asked_at = fields.DatetimeField()

    class Meta:
        table = "match_recovery"
        constraints = (
            one_of("match_recovery", "status", RecoveryStatus),
            CheckConstraint(
                check="amount_pence > 0 AND came_pence BETWEEN 0 AND amount_pence", name="match_recovery_within"
            ),
            CheckConstraint(check="(status = 'back') = (came_pence = amount_pence)", name="match_recovery_back"),
        )


class RecoveryEvent(StatusEvent):
    """Status history of a recovery."""

    subject: fields.ForeignKeyRelation[Recovery] = fields.ForeignKeyField(
        "models.Recovery", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "match_recovery_event"


Recovery.Event = RecoveryEvent


class Shortening(Proposal):
    """A proposal to pay no more of a part-paid match, or to give up what did not come back of a recovery. By two people."""

    TRANSITIONS: ClassVar = SHORTENING
    WORD: ClassVar = "proposal to close short"

    match_pledge: fields.ForeignKeyRelation[MatchPledge] = fields.ForeignKeyField(
        "models.MatchPledge", related_name="shortenings", on_delete=fields.RESTRICT
    )
    match_pledge_id: int
    recovery: fields.ForeignKeyNullableRelation[Recovery] = fields.ForeignKeyField(
        "models.Recovery", related_name="shortenings", null=True, on_delete=fields.RESTRICT
    )
    recovery_id: int | None  # empty: what is still to pay of the match
    amount_pence = fields.BigIntField()

    class Meta:
        table = "match_shortening"
        constraints = (
            one_of("match_shortening", "status", ShorteningStatus),
            CheckConstraint(check="amount_pence > 0", name="match_shortening_something"),
            decided_by_another("match_shortening"),
            UniqueConstraint(
                fields=("match_pledge_id",), name="match_shortening_one_open", condition="status = 'proposed'"
            ),
        )


class ShorteningEvent(StatusEvent):
    """Status history of a proposal to close short."""

    subject: fields.ForeignKeyRelation[Shortening] = fields.ForeignKeyField(
        "models.Shortening", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "match_shortening_event"


Shortening.Event = ShorteningEvent
