import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0027_money_taken_back")]

    initial = False

    operations = [
        ops.CreateModel(
            name="BankLinePayment",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "line",
                    fields.ForeignKeyField(
                        "models.BankLine",
                        source_field="line_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="several",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "payment",
                    fields.ForeignKeyField(
                        "models.MatchPayment",
                        source_field="payment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="lines_of_several",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "bank_line_payment",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One of several payments that a line pays, or that came back in it. Written when it is asked or matched.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SharesBack",
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
                        related_name="shares_back",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount_pence", fields.BigIntField()),
                ("shares", fields.IntField()),
                ("why", fields.CharField(max_length=500)),
                ("proposed_by_id", fields.BigIntField()),
                ("proposed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by_id", fields.BigIntField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "shares_back",
                "app": "models",
                "pk_attr": "id",
                "table_description": "To give backers and givers of one campaign their shares of what was not spent. By two people.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="ShareBack",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "giving",
                    fields.ForeignKeyField(
                        "models.SharesBack",
                        source_field="giving_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="rows",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "share",
                    fields.OneToOneField(
                        "models.UnspentShare",
                        source_field="share_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="way_back",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount_pence", fields.BigIntField()),
                ("next_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("how", fields.CharField(null=True, max_length=8)),
                ("proof", fields.CharField(default="", max_length=120)),
                ("entered_by_id", fields.BigIntField(null=True)),
                ("entered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("confirmed_by_id", fields.BigIntField(null=True)),
                ("confirmed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "share_back",
                "app": "models",
                "indexes": [Index(fields=["giving_id", "status"])],
                "pk_attr": "id",
                "table_description": 'One share on its way back. By card a refund follows (`source` "unspent_share:3"); by hand two people say so.',
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="ShareBackEvent",
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
                        "models.ShareBack",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "share_back_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a share on its way back.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="SharesBackEvent",
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
                        "models.SharesBack",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "shares_back_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a proposal to give shares back.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="TypedStatement",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                ("account", fields.CharField(max_length=40)),
                ("sha256", fields.CharField(max_length=64)),
                ("opening_pence", fields.BigIntField()),
                ("closing_pence", fields.BigIntField()),
                ("from_on", fields.DateField()),
                ("to_on", fields.DateField()),
                ("lines_in_file", fields.IntField()),
                (
                    "lines",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("entered_by_id", fields.BigIntField()),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by_id", fields.BigIntField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "statement",
                    fields.OneToOneField(
                        "models.BankStatement",
                        source_field="statement_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="typed",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "typed_statement",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A CSV whose account and balances a person typed. Nothing of it counts until another one has agreed.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="TypedStatementEvent",
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
                        "models.TypedStatement",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "typed_statement_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a typed statement.",
            },
            bases=["StatusEvent"],
        ),
        ops.RemoveConstraint(
            model_name="BankLine",
            name="bank_line_means_known",
            fields=None,
        ),
        ops.RemoveConstraint(
            model_name="BankLine",
            name="bank_line_means_one",
            fields=None,
        ),
        ops.RemoveConstraint(
            model_name="BankLine",
            name="bank_line_right_way",
            fields=None,
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=CheckConstraint(
                check="means IN ('payment', 'return', 'recovery', 'repayment', 'several', 'several back')",
                name="bank_line_means_known",
            ),
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=CheckConstraint(
                check="(status IN ('asked', 'matched')) = (means IS NOT NULL) AND num_nonnulls(payment_id, recovery_id, repayment_id) = CASE WHEN means IN ('payment', 'return', 'recovery', 'repayment') THEN 1 ELSE 0 END AND (coalesce(means, '') = 'recovery') = (recovery_id IS NOT NULL) AND (coalesce(means, '') = 'repayment') = (repayment_id IS NOT NULL)",
                name="bank_line_means_what",
            ),
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=CheckConstraint(
                check="means IS NULL OR (amount_pence < 0) = (means IN ('payment', 'several', 'repayment'))",
                name="bank_line_way_of_means",
            ),
        ),
        ops.AddField(
            model_name="BankStatement",
            name="agreed_by_id",
            field=fields.BigIntField(null=True),
        ),
        ops.AddConstraint(
            model_name="BankStatement",
            constraint=CheckConstraint(
                check="agreed_by_id IS NULL OR (imported_by_id IS NOT NULL AND agreed_by_id <> imported_by_id)",
                name="bank_statement_typed_by_two",
            ),
        ),
        ops.AddConstraint(
            model_name="BankLinePayment",
            constraint=UniqueConstraint(fields=("line_id", "payment_id"), name="bank_line_payment_once"),
        ),
        ops.AddConstraint(
            model_name="SharesBack",
            constraint=CheckConstraint(
                check="status IN ('proposed', 'agreed', 'refused', 'withdrawn')", name="shares_back_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="SharesBack",
            constraint=CheckConstraint(check="amount_pence > 0 AND shares > 0", name="shares_back_something"),
        ),
        ops.AddConstraint(
            model_name="SharesBack",
            constraint=CheckConstraint(
                check="(status = 'proposed' OR status = 'withdrawn' OR decided_by_id IS NOT NULL) AND (status = 'withdrawn' OR decided_by_id IS NULL OR decided_by_id <> proposed_by_id)",
                name="shares_back_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="SharesBack",
            constraint=UniqueConstraint(
                fields=("campaign_id",), name="shares_back_one_open", condition="status = 'proposed'"
            ),
        ),
        ops.AddConstraint(
            model_name="ShareBack",
            constraint=CheckConstraint(
                check="status IN ('agreed', 'due', 'decided', 'entered', 'given', 'kept', 'ended')",
                name="share_back_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="ShareBack",
            constraint=CheckConstraint(check="how IN ('cash', 'cheque')", name="share_back_how_known"),
        ),
        ops.AddConstraint(
            model_name="ShareBack",
            constraint=CheckConstraint(check="amount_pence > 0", name="share_back_something"),
        ),
        ops.AddConstraint(
            model_name="ShareBack",
            constraint=CheckConstraint(
                check="(status IN ('entered', 'given')) = (how IS NOT NULL AND entered_by_id IS NOT NULL AND proof <> '') AND (status = 'given') = (confirmed_by_id IS NOT NULL) AND (confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id)",
                name="share_back_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="TypedStatement",
            constraint=CheckConstraint(
                check="status IN ('entered', 'agreed', 'refused', 'withdrawn')", name="typed_statement_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="TypedStatement",
            constraint=CheckConstraint(
                check="(status = 'entered') = (lines IS NOT NULL) AND (status = 'agreed') = (statement_id IS NOT NULL)",
                name="typed_statement_counts_when_agreed",
            ),
        ),
        ops.AddConstraint(
            model_name="TypedStatement",
            constraint=CheckConstraint(
                check="status NOT IN ('agreed', 'refused') OR (decided_by_id IS NOT NULL AND decided_by_id <> entered_by_id)",
                name="typed_statement_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="TypedStatement",
            constraint=UniqueConstraint(
                fields=("sha256",), name="typed_statement_once", condition="status IN ('entered', 'agreed')"
            ),
        ),
    ]
