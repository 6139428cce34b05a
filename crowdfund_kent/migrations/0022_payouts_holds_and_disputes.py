"""Card fees, groups' accounts, payouts, holds and disputes; and the guards over their histories."""

import functools
from importlib import import_module
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of
EVENTS: tuple[str, ...] = (
    "payment_hold_event",
    "dispute_event",
    "recipient_event",
    "payout_event",
    "transfer_event",
    "transfer_reversal_event",
    "collapse_proposal_event",
)
APPEND_ONLY: tuple[str, ...] = (*EVENTS, "cost_booking")
INDEXES: dict[str, str] = {
    **{f"{table}_subject": f"INDEX {table}_subject ON {table} (subject_id, id)" for table in EVENTS},
    "cost_booking_attempt": "INDEX cost_booking_attempt ON cost_booking (attempt_id)",
    "transfer_attempt": "INDEX transfer_attempt ON transfer (attempt_id)",
    "transfer_payout": "INDEX transfer_payout ON transfer (payout_id)",
    "dispute_attempt": "INDEX dispute_attempt ON dispute (attempt_id)",
    "refund_attempt": "INDEX refund_attempt ON refund (attempt_id)",
    "transfer_reversal_transfer": "INDEX transfer_reversal_transfer ON transfer_reversal (transfer_id)",
    "card_fee_due": "INDEX card_fee_due ON card_fee (next_at) WHERE known_at IS NULL",
}
# payments from before fees were read
OLD_FEES = (
    "INSERT INTO card_fee (attempt_id, created_at, next_at) SELECT id, coalesce(decided_at, intended_at), intended_at"
    " FROM charge_attempt WHERE status = 'succeeded' ORDER BY id"
)
# a second part of one payment may be proposed once the first was agreed to
ONE_WAITING = (
    "DROP INDEX refund_proposal_one_open",
    "CREATE UNIQUE INDEX refund_proposal_one_waiting ON refund_proposal (pledge_id) WHERE status = 'proposed'",
)
FORWARD = [
    OLD_FEES,
    *ONE_WAITING,
    *(sql for table in APPEND_ONLY for sql in triggers_of(table)),
    *(f"CREATE {sql}" for sql in INDEXES.values()),
]
BACKWARD = [
    "DROP INDEX refund_proposal_one_waiting",
    "CREATE UNIQUE INDEX refund_proposal_one_open ON refund_proposal (pledge_id) WHERE status IN ('proposed', 'agreed')",
    *(f"DROP INDEX {name}" for name in INDEXES),
    *(f"DROP TRIGGER {table}_{kind} ON {table}" for table in APPEND_ONLY for kind in ("append_only", "no_truncate")),
]


class Migration(migrations.Migration):
    dependencies = [("models", "0021_guards_of_council_money")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CardFee",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "attempt",
                    fields.OneToOneField(
                        "models.ChargeAttempt",
                        source_field="attempt_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="card_fee",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("fee_pence", fields.BigIntField(null=True)),
                ("available_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("known_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("next_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("leased_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "card_fee",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What the provider kept of one payment that succeeded. Empty until its books tell: unknown is unknown.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CollapseProposal",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "campaign",
                    fields.ForeignKeyField(
                        "models.Campaign",
                        source_field="campaign_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="collapse_proposals",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("why", fields.CharField(max_length=500)),
                ("proposed_by_id", fields.BigIntField()),
                ("proposed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by_id", fields.BigIntField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "collapse_proposal",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Everybody's money goes back before the payout: proposed by one person with a reason, agreed by another.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="CollapseProposalEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("old", fields.CharField(max_length=32)),
                ("new", fields.CharField(max_length=32)),
                ("cause", fields.CharField(max_length=48)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "subject",
                    fields.ForeignKeyField(
                        "models.CollapseProposal",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "collapse_proposal_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a proposal to give everything back.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="CostBooking",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "attempt",
                    fields.ForeignKeyField(
                        "models.ChargeAttempt",
                        source_field="attempt_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="cost_bookings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("fee_pence", fields.BigIntField()),
                ("cover_pence", fields.BigIntField()),
                ("held_pence", fields.BigIntField()),
                ("card_cost_pence", fields.BigIntField()),
                ("loss_pence", fields.BigIntField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "cost_booking",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Who bears how much more, or less, of what one payment cost: amounts are changes, and their sums what is true now.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Dispute",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "attempt",
                    fields.ForeignKeyField(
                        "models.ChargeAttempt",
                        source_field="attempt_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="disputes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("provider_dispute", fields.CharField(unique=True, max_length=80)),
                ("provider_status", fields.CharField(max_length=40)),
                ("reason", fields.CharField(max_length=60)),
                ("amount_pence", fields.BigIntField()),
                ("withdrawn_pence", fields.BigIntField(default=0)),
                ("fee_pence", fields.BigIntField(default=0)),
                ("cover_pence", fields.BigIntField(default=0)),
                ("answer_by", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answered", fields.BooleanField(default=False)),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "dispute",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A backer's bank takes a payment back, for a while or for good. A bank may dispute one payment more than once.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="DisputeEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("old", fields.CharField(max_length=32)),
                ("new", fields.CharField(max_length=32)),
                ("cause", fields.CharField(max_length=48)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "subject",
                    fields.ForeignKeyField(
                        "models.Dispute",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "dispute_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a dispute; what was withdrawn and came back are notes on it.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="PaymentHold",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                ("subject", fields.CharField(db_index=True, max_length=60)),
                ("why", fields.CharField(max_length=500)),
                ("placed_by_id", fields.BigIntField()),
                ("placed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("confirmed_by_id", fields.BigIntField(null=True)),
                ("release_why", fields.CharField(default="", max_length=500)),
                ("release_by_id", fields.BigIntField(null=True)),
                ("ended_by_id", fields.BigIntField(null=True)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "payment_hold",
                "app": "models",
                "pk_attr": "id",
                "table_description": 'Somebody stops one payment, or a run of payments, with a reason. `subject`: "payout:12", "collection:4".',
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="PaymentHoldEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("old", fields.CharField(max_length=32)),
                ("new", fields.CharField(max_length=32)),
                ("cause", fields.CharField(max_length=48)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "subject",
                    fields.ForeignKeyField(
                        "models.PaymentHold",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "payment_hold_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a hold.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="Payout",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "campaign",
                    fields.OneToOneField(
                        "models.Campaign",
                        source_field="campaign_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="payout",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("began_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("paid_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("next_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "payout",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What a settled campaign's group is paid from cards: one transfer for each payment.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="PayoutEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("old", fields.CharField(max_length=32)),
                ("new", fields.CharField(max_length=32)),
                ("cause", fields.CharField(max_length=48)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "subject",
                    fields.ForeignKeyField(
                        "models.Payout",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "payout_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a payout.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="Recipient",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "group",
                    fields.OneToOneField(
                        "models.Group",
                        source_field="group_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="recipient",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("key", fields.CharField(unique=True, max_length=80)),
                ("account", fields.CharField(null=True, unique=True, max_length=80)),
                ("details_submitted", fields.BooleanField(default=False)),
                ("transfers_active", fields.BooleanField(default=False)),
                ("payouts_enabled", fields.BooleanField(default=False)),
                (
                    "currently_due",
                    fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("disabled_reason", fields.CharField(null=True, max_length=80)),
                ("asked_by_id", fields.BigIntField(null=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("read_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("next_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "recipient",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A group's account at the provider: what it is paid to. The group fills it in on the provider's page.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="RecipientEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("old", fields.CharField(max_length=32)),
                ("new", fields.CharField(max_length=32)),
                ("cause", fields.CharField(max_length=48)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "subject",
                    fields.ForeignKeyField(
                        "models.Recipient",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "recipient_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a group's account.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="Transfer",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "payout",
                    fields.ForeignKeyField(
                        "models.Payout",
                        source_field="payout_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="transfers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "attempt",
                    fields.ForeignKeyField(
                        "models.ChargeAttempt",
                        source_field="attempt_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="transfers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                ("key", fields.CharField(unique=True, max_length=80)),
                ("version", fields.IntField()),
                (
                    "parameters",
                    fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("amount_pence", fields.BigIntField()),
                ("cover_pence", fields.BigIntField()),
                ("fee_cover_pence", fields.BigIntField()),
                ("fee_held_pence", fields.BigIntField()),
                ("reversed_pence", fields.BigIntField(default=0)),
                ("group_id", fields.BigIntField()),
                ("account", fields.CharField(max_length=80)),
                ("provider_transfer", fields.CharField(null=True, unique=True, max_length=80)),
                ("code", fields.CharField(null=True, max_length=60)),
                ("intended_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("server_error", fields.BooleanField(default=False)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("next_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("leased_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "transfer",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The money of one payment on its way to a group: a number and a key of its own, parameters stored with a version.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="Reversal",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "transfer",
                    fields.ForeignKeyField(
                        "models.Transfer",
                        source_field="transfer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reversals",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "refund",
                    fields.ForeignKeyField(
                        "models.Refund",
                        source_field="refund_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="reversals",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                ("key", fields.CharField(unique=True, max_length=80)),
                ("amount_pence", fields.BigIntField()),
                ("reason", fields.CharField(max_length=40)),
                ("provider_reversal", fields.CharField(null=True, unique=True, max_length=80)),
                ("code", fields.CharField(null=True, max_length=60)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("server_error", fields.BooleanField(default=False)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("next_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("leased_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "transfer_reversal",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Money of a transfer that comes back from the group's account, for a refund or a lost dispute.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="ReversalEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("old", fields.CharField(max_length=32)),
                ("new", fields.CharField(max_length=32)),
                ("cause", fields.CharField(max_length=48)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "subject",
                    fields.ForeignKeyField(
                        "models.Reversal",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "transfer_reversal_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a reversal.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="TransferEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("old", fields.CharField(max_length=32)),
                ("new", fields.CharField(max_length=32)),
                ("cause", fields.CharField(max_length=48)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "subject",
                    fields.ForeignKeyField(
                        "models.Transfer",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "transfer_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a transfer.",
            },
            bases=["StatusEvent"],
        ),
        ops.RemoveConstraint(
            model_name="Refund",
            name="refund_status_known",
            fields=None,
        ),
        ops.AddField(
            model_name="Refund",
            name="may_lose",
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AddField(
            model_name="Refund",
            name="source",
            field=fields.CharField(null=True, unique=True, max_length=80),
        ),
        ops.AddConstraint(
            model_name="Refund",
            constraint=CheckConstraint(
                check="status IN ('intended', 'unknown', 'pending', 'succeeded', 'failed', 'void')",
                name="refund_status_known",
            ),
        ),
        ops.AlterModelOptions(
            name="RefundProposal",
            options={
                "table": "refund_proposal",
                "app": "models",
                "constraints": [
                    CheckConstraint(
                        check="status IN ('proposed', 'agreed', 'refused', 'withdrawn')",
                        name="refund_proposal_status_known",
                    ),
                    CheckConstraint(check="amount_pence > 0", name="refund_proposal_something"),
                    CheckConstraint(
                        check="status NOT IN ('agreed', 'refused') OR coalesce(decided_by_id, proposed_by_id) <> proposed_by_id",
                        name="refund_proposal_two_people",
                    ),
                    UniqueConstraint(
                        fields=("pledge_id",), name="refund_proposal_one_waiting", condition="status = 'proposed'"
                    ),
                ],
                "pk_attr": "id",
                "table_description": "An officer's proposal to give a backer's payment back, all of it or a part; somebody else agrees or refuses.",
            },
        ),
        ops.AddField(
            model_name="RefundProposal",
            name="whole",
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AddConstraint(
            model_name="CardFee",
            constraint=CheckConstraint(check="fee_pence >= 0", name="card_fee_not_negative"),
        ),
        ops.AddConstraint(
            model_name="CardFee",
            constraint=CheckConstraint(check="(fee_pence IS NULL) = (known_at IS NULL)", name="card_fee_known_when"),
        ),
        ops.AddConstraint(
            model_name="CollapseProposal",
            constraint=CheckConstraint(
                check="status IN ('proposed', 'agreed', 'refused', 'withdrawn')", name="collapse_proposal_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="CollapseProposal",
            constraint=CheckConstraint(
                check="status NOT IN ('agreed', 'refused') OR coalesce(decided_by_id, proposed_by_id) <> proposed_by_id",
                name="collapse_proposal_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="CollapseProposal",
            constraint=UniqueConstraint(
                fields=("campaign_id",), name="collapse_proposal_one_open", condition="status IN ('proposed', 'agreed')"
            ),
        ),
        ops.AddConstraint(
            model_name="CostBooking",
            constraint=CheckConstraint(
                check="cover_pence + held_pence + card_cost_pence + loss_pence = fee_pence",
                name="cost_booking_balances",
            ),
        ),
        ops.AddConstraint(
            model_name="Dispute",
            constraint=CheckConstraint(check="status IN ('open', 'won', 'lost')", name="dispute_status_known"),
        ),
        ops.AddConstraint(
            model_name="Dispute",
            constraint=CheckConstraint(
                check="amount_pence > 0 AND withdrawn_pence >= 0 AND fee_pence >= 0 AND cover_pence BETWEEN 0 AND withdrawn_pence",
                name="dispute_amounts",
            ),
        ),
        ops.AddConstraint(
            model_name="PaymentHold",
            constraint=CheckConstraint(
                check="status IN ('placed', 'held', 'release proposed', 'lifted', 'released')",
                name="payment_hold_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="PaymentHold",
            constraint=CheckConstraint(
                check="coalesce(confirmed_by_id, 0) <> placed_by_id AND (status <> 'lifted' OR coalesce(ended_by_id, placed_by_id) <> placed_by_id) AND (status <> 'released' OR coalesce(ended_by_id, release_by_id) <> release_by_id)",
                name="payment_hold_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="PaymentHold",
            constraint=UniqueConstraint(
                fields=("subject",),
                name="payment_hold_one_in_effect",
                condition="status IN ('placed', 'held', 'release proposed')",
            ),
        ),
        ops.AddConstraint(
            model_name="Payout",
            constraint=CheckConstraint(
                check="status IN ('waiting', 'sending', 'paid', 'cancelled')", name="payout_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Payout",
            constraint=CheckConstraint(check="status <> 'paid' OR paid_at IS NOT NULL", name="payout_paid_when"),
        ),
        ops.AddConstraint(
            model_name="Recipient",
            constraint=CheckConstraint(
                check="status IN ('intended', 'incomplete', 'ready', 'restricted')", name="recipient_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Recipient",
            constraint=CheckConstraint(
                check="status <> 'ready' OR (account IS NOT NULL AND transfers_active AND payouts_enabled)",
                name="recipient_ready_is_active",
            ),
        ),
        ops.AddConstraint(
            model_name="Transfer",
            constraint=CheckConstraint(
                check="status IN ('intended', 'unknown', 'succeeded', 'failed', 'reversed')",
                name="transfer_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Transfer",
            constraint=UniqueConstraint(fields=("attempt_id", "number"), name="transfer_once"),
        ),
        ops.AddConstraint(
            model_name="Transfer",
            constraint=CheckConstraint(
                check="amount_pence > 0 AND cover_pence BETWEEN 0 AND amount_pence AND fee_cover_pence >= 0 AND fee_held_pence >= 0 AND reversed_pence BETWEEN 0 AND amount_pence",
                name="transfer_amounts",
            ),
        ),
        ops.AddConstraint(
            model_name="Transfer",
            constraint=UniqueConstraint(
                fields=("attempt_id",), name="transfer_one_open", condition="status IN ('intended', 'unknown')"
            ),
        ),
        ops.AddConstraint(
            model_name="Reversal",
            constraint=CheckConstraint(
                check="status IN ('intended', 'unknown', 'succeeded', 'failed')", name="transfer_reversal_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Reversal",
            constraint=UniqueConstraint(fields=("transfer_id", "number"), name="transfer_reversal_once"),
        ),
        ops.AddConstraint(
            model_name="Reversal",
            constraint=CheckConstraint(check="amount_pence > 0", name="transfer_reversal_something"),
        ),
        ops.RunSQL(FORWARD, reverse_sql=BACKWARD),
    ]
