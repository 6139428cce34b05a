"""Card pages, saved cards, charge attempts, refunds, what is due, and the provider's events."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, Proposal, StatusEvent, decided_by_another, one_of
from payments.states import ATTEMPT, REFUND, REFUND_PROPOSAL
from payments.states import Attempt as AttemptStatus
from payments.states import Refund as RefundStatus
from payments.states import RefundProposal as RefundProposalStatus
from pledges.models import Pledge


class CardPage(Model):
    """One hosted page on which a backer saves a card. The row comes first, the provider's page second."""

    id = fields.BigIntField(primary_key=True)
    pledge: fields.ForeignKeyRelation[Pledge] = fields.ForeignKeyField(
        "models.Pledge", related_name="card_pages", on_delete=fields.RESTRICT
    )
    pledge_id: int
    number = fields.IntField()
    key = fields.CharField(max_length=80, unique=True)  # idempotency key at the provider
    purpose = fields.CharField(max_length=12, default="pledge")  # pledge | new card
    provider_id = fields.CharField(max_length=80, null=True, unique=True)
    url = fields.TextField(null=True)
    status = fields.CharField(max_length=12, default="intended")  # intended | open | complete | expired
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "card_page"
        constraints = (
            UniqueConstraint(fields=("pledge_id", "number"), name="card_page_once"),
            one_of("card_page", "status", ["intended", "open", "complete", "expired"]),
            one_of("card_page", "purpose", ["pledge", "new card"]),
        )


class SavedCard(Model):
    """The provider's customer of one pledge and the card saved there; one current card a pledge."""

    id = fields.BigIntField(primary_key=True)
    pledge: fields.ForeignKeyRelation[Pledge] = fields.ForeignKeyField(
        "models.Pledge", related_name="saved_cards", on_delete=fields.RESTRICT
    )
    pledge_id: int
    customer = fields.CharField(max_length=80)
    payment_method = fields.CharField(max_length=80, null=True)  # empty until the card page is complete
    setup_intent = fields.CharField(max_length=80, null=True)
    created_at = fields.DatetimeField()
    replaced_at = fields.DatetimeField(null=True)
    detached_at = fields.DatetimeField(null=True)
    customer_deleted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "saved_card"
        constraints = (
            UniqueConstraint(fields=("pledge_id",), name="saved_card_one_current", condition="replaced_at IS NULL"),
        )


class Telling(Model):
    """What every backer of a campaign is to be told after a decision, and up to which pledge that has been done."""

    id = fields.BigIntField(primary_key=True)
    campaign_id = fields.BigIntField()
    what = fields.CharField(max_length=20)  # target met | settled | paused | resumed
    about = fields.CharField(max_length=40, default="")  # which pause, which last day
    last_pledge_id = fields.BigIntField(default=0)
    begun_at = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)

    class Meta:
        table = "telling"
        constraints = (
            UniqueConstraint(fields=("campaign_id", "what", "about"), name="telling_once"),
            one_of("telling", "what", ["target met", "settled", "paused", "resumed"]),
        )


class Collection(Model):
    """What is due for one pledge: when to try next, how often it was tried, who works on it now (a lease)."""

    id = fields.BigIntField(primary_key=True)
    pledge: fields.OneToOneRelation[Pledge] = fields.OneToOneField(
        "models.Pledge", related_name="collection", on_delete=fields.RESTRICT
    )
    pledge_id: int
    campaign_id = fields.BigIntField(db_index=True)
    next_at = fields.DatetimeField(null=True)  # empty when nothing more is due
    first_attempt_at = fields.DatetimeField(null=True)
    attempts = fields.IntField(default=0)
    mails = fields.IntField(default=0)
    leased_until = fields.DatetimeField(null=True)
    lease = fields.CharField(max_length=40, null=True)
    let_off_at = fields.DatetimeField(null=True)  # the backer asked to be let off: nothing is tried any more
    done_at = fields.DatetimeField(null=True)

    class Meta:
        table = "collection"
        constraints = (
            CheckConstraint(check="attempts BETWEEN 0 AND 8 AND mails BETWEEN 0 AND 3", name="collection_bounds"),
        )


class ChargeAttempt(HasStatus):
    """One try to charge one pledge: its own number, key and stored parameters, committed before the call."""

    TRANSITIONS: ClassVar = ATTEMPT
    WORD: ClassVar = "charge attempt"

    pledge: fields.ForeignKeyRelation[Pledge] = fields.ForeignKeyField(
        "models.Pledge", related_name="attempts", on_delete=fields.RESTRICT
    )
    pledge_id: int
    number = fields.IntField()
    key = fields.CharField(max_length=80, unique=True)
    amount_pence = fields.BigIntField()  # the whole charge: the pledge and its cover
    cover_pence = fields.BigIntField(default=0, db_default=0)  # how much of it is for the card cost (ruling 9)
    parameters: Any = fields.JSONField()
    payment_intent = fields.CharField(max_length=80, null=True, unique=True)
    charge = fields.CharField(max_length=80, null=True, unique=True)
    decline_code = fields.CharField(max_length=60, null=True)  # the issuer's word, else the provider's
    advice_code = fields.CharField(max_length=40, null=True)  # how the issuer wants it repeated
    intended_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)  # last time it went out; its outcome may be unknown from then on
    server_error = fields.BooleanField(default=False)  # last answered >= 500: look before resending
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "charge_attempt"
        constraints = (
            UniqueConstraint(fields=("pledge_id", "number"), name="charge_attempt_once"),
            one_of("charge_attempt", "status", AttemptStatus),
            CheckConstraint(check="amount_pence > 0", name="charge_attempt_something"),
            CheckConstraint(
                check="cover_pence >= 0 AND cover_pence < amount_pence", name="charge_attempt_cover_within"
            ),
            UniqueConstraint(
                fields=("pledge_id",),
                name="charge_attempt_one_open",
                condition="status IN ('intended', 'unknown', 'action required')",
            ),
        )


class ChargeAttemptEvent(StatusEvent):
    """Status history of a charge attempt."""

    subject: fields.ForeignKeyRelation[ChargeAttempt] = fields.ForeignKeyField(
        "models.ChargeAttempt", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "charge_attempt_event"


ChargeAttempt.Event = ChargeAttemptEvent


class Refund(HasStatus):
    """Money back to one backer's card, with a key of its own; the row comes first."""

    TRANSITIONS: ClassVar = REFUND
    WORD: ClassVar = "refund"

    pledge: fields.ForeignKeyRelation[Pledge] = fields.ForeignKeyField(
        "models.Pledge", related_name="refunds", on_delete=fields.RESTRICT
    )
    pledge_id: int
    attempt: fields.ForeignKeyRelation[ChargeAttempt] = fields.ForeignKeyField(
        "models.ChargeAttempt", related_name="refunds", on_delete=fields.RESTRICT
    )
    attempt_id: int
    number = fields.IntField()
    key = fields.CharField(max_length=80, unique=True)
    amount_pence = fields.BigIntField()
    cover_pence = fields.BigIntField(default=0, db_default=0)  # the part that is cover: it goes back too
    reason = fields.CharField(max_length=40)  # collapsed | late success | ...
    source = fields.CharField(max_length=80, null=True, unique=True)  # what decided on a part, as "unspent_share:3"
    # after the payout: what the group's account can't give back may fall on the programme's losses
    may_lose = fields.BooleanField(default=True, db_default=True)
    provider_refund = fields.CharField(max_length=80, null=True, unique=True)
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    server_error = fields.BooleanField(default=False)
    decided_at = fields.DatetimeField(null=True)
    next_at = fields.DatetimeField(null=True)
    leased_until = fields.DatetimeField(null=True)

    class Meta:
        table = "refund"
        constraints = (
            UniqueConstraint(fields=("pledge_id", "number"), name="refund_once"),
            one_of("refund", "status", RefundStatus),
            CheckConstraint(check="amount_pence > 0", name="refund_something"),
            CheckConstraint(check="cover_pence BETWEEN 0 AND amount_pence", name="refund_cover_within"),
        )

    @property
    def pledge_pence(self) -> int:
        """What goes back of the pledge itself."""
        return int(self.amount_pence - self.cover_pence)


class RefundEvent(StatusEvent):
    """Status history of a refund."""

    subject: fields.ForeignKeyRelation[Refund] = fields.ForeignKeyField(
        "models.Refund", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "refund_event"


Refund.Event = RefundEvent


class RefundProposal(Proposal):
    """An officer's proposal to give a backer's payment back, all of it or a part; somebody else agrees or refuses."""

    TRANSITIONS: ClassVar = REFUND_PROPOSAL
    WORD: ClassVar = "proposal to give money back"

    pledge: fields.ForeignKeyRelation[Pledge] = fields.ForeignKeyField(
        "models.Pledge", related_name="refund_proposals", on_delete=fields.RESTRICT
    )
    pledge_id: int
    amount_pence = fields.BigIntField()
    whole = fields.BooleanField(default=True, db_default=True)  # all that is left of the payment, its cover too

    class Meta:
        table = "refund_proposal"
        constraints = (
            one_of("refund_proposal", "status", RefundProposalStatus),
            CheckConstraint(check="amount_pence > 0", name="refund_proposal_something"),
            decided_by_another("refund_proposal"),
            UniqueConstraint(
                fields=("pledge_id",), name="refund_proposal_one_waiting", condition="status = 'proposed'"
            ),
        )


class RefundProposalEvent(StatusEvent):
    """Status history of a proposal to give money back."""

    subject: fields.ForeignKeyRelation[RefundProposal] = fields.ForeignKeyField(
        "models.RefundProposal", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "refund_proposal_event"


RefundProposal.Event = RefundProposalEvent


class ProviderEvent(Model):
    """A webhook as it came, stored once. The payload goes after settings.body_keep_days."""

    id = fields.BigIntField(primary_key=True)
    provider_id = fields.CharField(max_length=80, unique=True)
    kind = fields.CharField(max_length=80)
    payload: Any = fields.JSONField(null=True)
    created_at = fields.DatetimeField()
    received_at = fields.DatetimeField()
    applied_at = fields.DatetimeField(null=True)

    class Meta:
        table = "provider_event"
