from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0031_returns_and_held_numbers")]

    initial = False

    operations = [
        ops.CreateModel(
            name="MatchPaymentKept",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "payment",
                    fields.ForeignKeyField(
                        "models.MatchPayment",
                        source_field="payment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="kept",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "source",
                    fields.ForeignKeyField(
                        "models.FundingSource",
                        source_field="source_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="kept_parts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount_pence", fields.BigIntField()),
            ],
            options={
                "table": "match_payment_kept",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What of a returned payment stays paid in one source, because it had been recovered: the group's own money since.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MatchPaymentOwn",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "payment",
                    fields.OneToOneField(
                        "models.MatchPayment",
                        source_field="payment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="own",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount_pence", fields.BigIntField()),
                ("cost_centre", fields.CharField(default="", max_length=20)),
                ("subjective_code", fields.CharField(default="", max_length=20)),
            ],
            options={
                "table": "match_payment_own",
                "app": "models",
                "pk_attr": "id",
                "table_description": "How much of a payment is the group's own money, which no source bears (owing.py), with the codes of its account.",
            },
            bases=["Model"],
        ),
        ops.RemoveConstraint(
            model_name="MatchPayment",
            name="match_payment_part_known",
            fields=None,
        ),
        ops.RemoveConstraint(
            model_name="MatchPayment",
            name="match_payment_part_once",
            fields=None,
        ),
        ops.AddConstraint(
            model_name="MatchPayment",
            constraint=CheckConstraint(
                check="part IN ('whole', 'first', 'rest', 'own')", name="match_payment_part_known"
            ),
        ),
        ops.AddConstraint(
            model_name="MatchPayment",
            constraint=UniqueConstraint(
                fields=("match_pledge_id", "part"),
                name="match_payment_part_once",
                condition="status NOT IN ('cancelled', 'returned') AND part <> 'own'",
            ),
        ),
        ops.AddConstraint(
            model_name="MatchPaymentKept",
            constraint=UniqueConstraint(fields=("payment_id", "source_id"), name="match_payment_kept_of_source_once"),
        ),
        ops.AddConstraint(
            model_name="MatchPaymentKept",
            constraint=CheckConstraint(check="amount_pence > 0", name="match_payment_kept_something"),
        ),
        ops.AddConstraint(
            model_name="MatchPaymentOwn",
            constraint=CheckConstraint(check="amount_pence > 0", name="match_payment_own_something"),
        ),
    ]
