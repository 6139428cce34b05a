"""Card fees, groups' accounts, payouts with their transfers and reversals, and who bears which cost."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, Proposal, StatusEvent, decided_by_another, one_of
from payments.models import ChargeAttempt, Refund
from payments.payouts.states import COLLAPSE, PAYOUT, RECIPIENT, REVERSAL, TRANSFER
from payments.payouts.states import Collapse as CollapseStatus
from payments.payouts.states import Payout as PayoutStatus
from payments.payouts.states import Recipient as RecipientStatus
from payments.payouts.states import Reversal as ReversalStatus
from payments.payouts.states import Transfer as TransferStatus
from projects.models import Campaign, Group


class CardFee(Model):
    """What the provider kept of one payment that succeeded. Empty until its books tell: unknown is unknown."""

    id = fields.BigIntField(primary_key=True)
    attempt: fields.OneToOneRelation[ChargeAttempt] = fields.OneToOneField(
        "models.ChargeAttempt", related_name="card_fee", on_delete=fields.RESTRICT
    )
    attempt_id: int
    fee_pence = fields.BigIntField(null=True)
    available_at = fields.DatetimeField(null=True)  # from when the provider lets us use the money
    known_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    next_at = fields.DatetimeField(null=True)  # when to ask; empty once it is known
    leased_until = fields.DatetimeField(null=True)

    class Meta:
        table = "card_fee"
        constraints = (
            CheckConstraint(check="fee_pence >= 0", name="card_fee_not_negative"),
            CheckConstraint(check="(fee_pence IS NULL) = (known_at IS NULL)", name="card_fee_known_when"),
        )


class CostBooking(Model):
    """Who bears how much more, or less, of what one payment cost: amounts are changes, and their sums what is true now.

    fee_pence left the provider's balance; the other four bear it: the backer's cover, what is held for the group, the
    programme's card costs and its losses. They differ where a cost moves from one to another. Never changed (trigger).
    """

    id = fields.BigIntField(primary_key=True)
    attempt: fields.ForeignKeyRelation[ChargeAttempt] = fields.ForeignKeyField(
        "models.ChargeAttempt", related_name="cost_bookings", on_delete=fields.RESTRICT
    )
    attempt_id: int
    fee_pence = fields.BigIntField()
    cover_pence = fields.BigIntField()
    held_pence = fields.BigIntField()
    card_cost_pence = fields.BigIntField()
    loss_pence = fields.BigIntField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "cost_booking"
        constraints = (
            CheckConstraint(
                check="cover_pence + held_pence + card_cost_pence + loss_pence = fee_pence",
                name="cost_booking_balances",
            ),
        )


class Recipient(HasStatus):
    """A group's account at the provider: what it is paid to. The group fills it in on the provider's page."""

    TRANSITIONS: ClassVar = RECIPIENT
    WORD: ClassVar = "account"

    group: fields.OneToOneRelation[Group] = fields.OneToOneField(
        "models.Group", related_name="recipient", on_delete=fields.RESTRICT
    )
    group_id: int
    key = fields.CharField(max_length=80, unique=True)
    account = fields.CharField(max_length=80, null=True, unique=True)
    details_submitted = fields.BooleanField(default=False)
    transfers_active = fields.BooleanField(default=False)
    payouts_enabled = fields.BooleanField(default=False)
    currently_due: Any = fields.JSONField()  # the provider's names of what it still wants
    disabled_reason = fields.CharField(max_length=80, null=True)
    asked_by_id = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()
    read_at = fields.DatetimeField(null=True)
    next_at = fields.DatetimeField(null=True)  # when to read it again, should no webhook come

    class Meta:
        table = "recipient"
        constraints = (
            one_of("recipient", "status", RecipientStatus),
            CheckConstraint(
                check="status <> 'ready' OR (account IS NOT NULL AND transfers_active AND payouts_enabled)",
                name="recipient_ready_is_active",
            ),
        )


class RecipientEvent(StatusEvent):
    """Status history of a group's account."""

    subject: fields.ForeignKeyRelation[Recipient] = fields.ForeignKeyField(
        "models.Recipient", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "recipient_event"


Recipient.Event = RecipientEvent


class BankFailure(Model):
    """The provider could not pay what a group's account held to its bank: the bank sent it back. A fact, never changed."""

    id = fields.BigIntField(primary_key=True)
    recipient: fields.ForeignKeyRelation[Recipient] = fields.ForeignKeyField(
        "models.Recipient", related_name="bank_failures", on_delete=fields.RESTRICT
    )
    recipient_id: int
    provider_payout = fields.CharField(max_length=80, unique=True)
    amount_pence = fields.BigIntField()
    code = fields.CharField(max_length=60, default="")  # the bank's reason, as the provider writes it
    heard_at = fields.DatetimeField()

    class Meta:
        table = "bank_failure"
        constraints = (CheckConstraint(check="amount_pence > 0", name="bank_failure_something"),)


class Payout(HasStatus):
    """What a settled campaign's group is paid from cards: one transfer for each payment."""

    TRANSITIONS: ClassVar = PAYOUT
    WORD: ClassVar = "payout"

    campaign: fields.OneToOneRelation[Campaign] = fields.OneToOneField(
        "models.Campaign", related_name="payout", on_delete=fields.RESTRICT
    )
    campaign_id: int
    created_at = fields.DatetimeField()
    began_at = fields.DatetimeField(null=True)
    paid_at = fields.DatetimeField(null=True)
    next_at = fields.DatetimeField(null=True)  # when to look at it again

    class Meta:
        table = "payout"
        constraints = (
            one_of("payout", "status", PayoutStatus),
            CheckConstraint(check="status <> 'paid' OR paid_at IS NOT NULL", name="payout_paid_when"),
        )


class PayoutEvent(StatusEvent):
    """Status history of a payout."""

    subject: fields.ForeignKeyRelation[Payout] = fields.ForeignKeyField(
        "models.Payout", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "payout_event"


Payout.Event = PayoutEvent


class Transfer(HasStatus):
    """The money of one payment on its way to a group: a number and a key of its own, parameters stored with a version.

    amount_pence is what is sent, cover_pence the part of it that backers had added. fee_*_pence: what the card cost took
    of the payment's cover and of its pledge when it was decided; later refunds leave that as it was.
    """

    TRANSITIONS: ClassVar = TRANSFER
    WORD: ClassVar = "transfer"

    payout: fields.ForeignKeyRelation[Payout] = fields.ForeignKeyField(
        "models.Payout", related_name="transfers", on_delete=fields.RESTRICT
    )
    payout_id: int
    attempt: fields.ForeignKeyRelation[ChargeAttempt] = fields.ForeignKeyField(
        "models.ChargeAttempt", related_name="transfers", on_delete=fields.RESTRICT
    )
    attempt_id: int
    number = fields.IntField()
    key = fields.CharField(max_length=80, unique=True)
    version = fields.IntField()
    parameters: Any = fields.JSONField()
    amount_pence = fields.BigIntField()
    cover_pence = fields.BigIntField()
    fee_cover_pence = fields.BigIntField()
    fee_held_pence = fields.BigIntField()
    reversed_pence = fields.BigIntField(default=0)
    group_id = fields.BigIntField()  # who receives it: the group, or its host
    account = fields.CharField(max_length=80)
    provider_transfer = fields.CharField(max_length=80, null=True, unique=True)
    code = fields.CharField(max_length=60, null=True)  # of a failed one: the provider's word
    intended_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    server_error = fields.BooleanField(default=False)
    decided_at = fields.DatetimeField(null=True)
    next_at = fields.DatetimeField(null=True)
    leased_until = fields.DatetimeField(null=True)

    class Meta:
        table = "transfer"
        constraints = (
            one_of("transfer", "status", TransferStatus),
            UniqueConstraint(fields=("attempt_id", "number"), name="transfer_once"),
            CheckConstraint(
                check="amount_pence > 0 AND cover_pence BETWEEN 0 AND amount_pence"
                " AND fee_cover_pence >= 0 AND fee_held_pence >= 0 AND reversed_pence BETWEEN 0 AND amount_pence",
                name="transfer_amounts",
            ),
            UniqueConstraint(
                fields=("attempt_id",), name="transfer_one_open", condition="status IN ('intended', 'unknown')"
            ),
        )


class TransferEvent(StatusEvent):
    """Status history of a transfer."""

    subject: fields.ForeignKeyRelation[Transfer] = fields.ForeignKeyField(
        "models.Transfer", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "transfer_event"


Transfer.Event = TransferEvent


class Reversal(HasStatus):
    """Money of a transfer that comes back from the group's account, for a refund or a lost dispute."""

    TRANSITIONS: ClassVar = REVERSAL
    WORD: ClassVar = "reversal"

    transfer: fields.ForeignKeyRelation[Transfer] = fields.ForeignKeyField(
        "models.Transfer", related_name="reversals", on_delete=fields.RESTRICT
    )
    transfer_id: int
    refund: fields.ForeignKeyNullableRelation[Refund] = fields.ForeignKeyField(
        "models.Refund", related_name="reversals", null=True, on_delete=fields.RESTRICT
    )  # that waits for it
    refund_id: int | None
    number = fields.IntField()
    key = fields.CharField(max_length=80, unique=True)
    amount_pence = fields.BigIntField()
    reason = fields.CharField(max_length=40)
    provider_reversal = fields.CharField(max_length=80, null=True, unique=True)
    code = fields.CharField(max_length=60, null=True)
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    server_error = fields.BooleanField(default=False)
    decided_at = fields.DatetimeField(null=True)
    next_at = fields.DatetimeField(null=True)
    leased_until = fields.DatetimeField(null=True)

    class Meta:
        table = "transfer_reversal"
        constraints = (
            one_of("transfer_reversal", "status", ReversalStatus),
            UniqueConstraint(fields=("transfer_id", "number"), name="transfer_reversal_once"),
            CheckConstraint(check="amount_pence > 0", name="transfer_reversal_something"),
        )


class ReversalEvent(StatusEvent):
    """Status history of a reversal."""

    subject: fields.ForeignKeyRelation[Reversal] = fields.ForeignKeyField(
        "models.Reversal", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "transfer_reversal_event"


Reversal.Event = ReversalEvent


class CollapseProposal(Proposal):
    """Everybody's money goes back before the payout: proposed by one person with a reason, agreed by another."""

    TRANSITIONS: ClassVar = COLLAPSE
    WORD: ClassVar = "proposal to give everything back"

    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="collapse_proposals", on_delete=fields.RESTRICT
    )
    campaign_id: int

    class Meta:
        table = "collapse_proposal"
        constraints = (
            one_of("collapse_proposal", "status", CollapseStatus),
            decided_by_another("collapse_proposal"),
            UniqueConstraint(
                fields=("campaign_id",),
                name="collapse_proposal_one_open",
                condition="status IN ('proposed', 'agreed')",
            ),
        )


class CollapseProposalEvent(StatusEvent):
    """Status history of a proposal to give everything back."""

    subject: fields.ForeignKeyRelation[CollapseProposal] = fields.ForeignKeyField(
        "models.CollapseProposal", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "collapse_proposal_event"


CollapseProposal.Event = CollapseProposalEvent
