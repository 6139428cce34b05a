from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0019_guards_of_reports")]

    initial = False

    operations = [
        ops.CreateModel(
            name="BankDetails",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "group",
                    fields.ForeignKeyField(
                        "models.Group",
                        source_field="group_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="bank_details",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("sealed", fields.TextField(null=True, unique=False)),
                ("key_id", fields.CharField(max_length=16)),
                ("ending", fields.CharField(max_length=3)),
                ("fingerprint", fields.CharField(db_index=True, max_length=64)),
                ("asked_by_id", fields.BigIntField()),
                ("by_group", fields.BooleanField()),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("name_is", fields.CharField(null=True, max_length=12)),
                ("name_reason", fields.CharField(default="", max_length=500)),
                (
                    "evidence",
                    fields.ForeignKeyField(
                        "models.Evidence",
                        source_field="evidence_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="bank_details",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("evidence_words", fields.CharField(default="", max_length=500)),
                ("call_source", fields.CharField(null=True, max_length=40)),
                ("call_person_id", fields.BigIntField(null=True)),
                ("call_number", fields.CharField(default="", max_length=40)),
                ("call_where", fields.CharField(default="", max_length=300)),
                ("call_held_since", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("called_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("checked_by_id", fields.BigIntField(null=True)),
                ("checked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("approved_by_id", fields.BigIntField(null=True)),
                ("approved_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answer", fields.CharField(default="", max_length=500)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "bank_details",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One account of a group, from the moment somebody sent it. Changed by another row, never in place.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="BankDetailsEvent",
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
                        "models.BankDetails",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "bank_details_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of bank details.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="BankStatement",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("format", fields.CharField(max_length=20)),
                ("account", fields.CharField(max_length=40)),
                ("bank_reference", fields.CharField(default="", max_length=80)),
                ("sha256", fields.CharField(unique=True, max_length=64)),
                ("opening_pence", fields.BigIntField()),
                ("closing_pence", fields.BigIntField()),
                ("from_on", fields.DateField()),
                ("to_on", fields.DateField()),
                ("lines_in_file", fields.IntField()),
                ("imported_by_id", fields.BigIntField(null=True)),
                ("imported_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "bank_statement",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One file that was taken in whole: opening + its lines = closing. The file itself is not kept, its digest is.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PaymentSchedule",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                ("reference", fields.CharField(unique=True, max_length=12)),
                ("prepared_by_id", fields.BigIntField()),
                ("prepared_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("approved_by_id", fields.BigIntField(null=True)),
                ("approved_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("exported_by_id", fields.BigIntField(null=True)),
                ("exported_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("file_sha256", fields.CharField(default="", max_length=64)),
                ("why", fields.CharField(default="", max_length=500)),
            ],
            options={
                "table": "payment_schedule",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Payments that go to the finance system together: prepared by one person, approved by another, exported once.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="MatchPayment",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "schedule",
                    fields.ForeignKeyField(
                        "models.PaymentSchedule",
                        source_field="schedule_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="payments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "match_pledge",
                    fields.ForeignKeyField(
                        "models.MatchPledge",
                        source_field="match_pledge_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="payments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "group",
                    fields.ForeignKeyField(
                        "models.Group",
                        source_field="group_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="match_payments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "bank_details",
                    fields.ForeignKeyField(
                        "models.BankDetails",
                        source_field="bank_details_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="payments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reference", fields.CharField(unique=True, max_length=12)),
                ("part", fields.CharField(max_length=8)),
                ("amount_pence", fields.BigIntField()),
                ("due_on", fields.DateField()),
                ("paid_on", fields.DateField(null=True)),
                ("returned_on", fields.DateField(null=True)),
                ("cancel_why", fields.CharField(default="", max_length=500)),
                ("cancel_asked_by_id", fields.BigIntField(null=True)),
                ("cancelled_by_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "match_payment",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Money of one match pledge to one account. Its reference is what the bank statement has to name.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="MatchPaymentEvent",
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
                        "models.MatchPayment",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "match_payment_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a payment.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="MatchPaymentPart",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "payment",
                    fields.ForeignKeyField(
                        "models.MatchPayment",
                        source_field="payment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="parts",
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
                        related_name="payment_parts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount_pence", fields.BigIntField()),
                ("budget_code", fields.CharField(default="", max_length=40)),
                ("cost_centre", fields.CharField(default="", max_length=20)),
                ("subjective_code", fields.CharField(default="", max_length=20)),
            ],
            options={
                "table": "match_payment_part",
                "app": "models",
                "pk_attr": "id",
                "table_description": "How much of a payment one source bears, with the codes that it had when the payment was prepared.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PaymentScheduleEvent",
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
                        "models.PaymentSchedule",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "payment_schedule_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a schedule.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="Recovery",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "share",
                    fields.OneToOneField(
                        "models.UnspentShare",
                        source_field="share_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="recovery",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "match_pledge",
                    fields.ForeignKeyField(
                        "models.MatchPledge",
                        source_field="match_pledge_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="recoveries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reference", fields.CharField(unique=True, max_length=12)),
                ("amount_pence", fields.BigIntField()),
                ("came_pence", fields.BigIntField(default=0)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "match_recovery",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A fund's share of unspent money, asked back under a reference. `came_pence`: what bank lines brought of it.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="BankLine",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "statement",
                    fields.ForeignKeyField(
                        "models.BankStatement",
                        source_field="statement_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="lines",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                ("key", fields.CharField(unique=True, max_length=64)),
                ("booked_on", fields.DateField()),
                ("amount_pence", fields.BigIntField()),
                ("is_return", fields.BooleanField(default=False)),
                ("reference", fields.CharField(default="", max_length=140)),
                ("words", fields.CharField(default="", max_length=500)),
                ("reason", fields.CharField(default="", max_length=60)),
                ("means", fields.CharField(null=True, max_length=12)),
                (
                    "payment",
                    fields.ForeignKeyField(
                        "models.MatchPayment",
                        source_field="payment_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="bank_lines",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "recovery",
                    fields.ForeignKeyField(
                        "models.Recovery",
                        source_field="recovery_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="bank_lines",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("why", fields.CharField(default="", max_length=500)),
                ("asked_by_id", fields.BigIntField(null=True)),
                ("decided_by_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "bank_line",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One booked line. `amount_pence`: above nothing came in, below went out.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="BankLineEvent",
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
                        "models.BankLine",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "bank_line_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a line.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="RecoveryEvent",
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
                        "models.Recovery",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "match_recovery_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a recovery.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="Shortening",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "match_pledge",
                    fields.ForeignKeyField(
                        "models.MatchPledge",
                        source_field="match_pledge_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="shortenings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "recovery",
                    fields.ForeignKeyField(
                        "models.Recovery",
                        source_field="recovery_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="shortenings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount_pence", fields.BigIntField()),
                ("why", fields.CharField(max_length=500)),
                ("proposed_by_id", fields.BigIntField()),
                ("proposed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by_id", fields.BigIntField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "match_shortening",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A proposal to pay no more of a part-paid match, or to give up what did not come back of a recovery. By two people.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="ShorteningEvent",
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
                        "models.Shortening",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "match_shortening_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a proposal to close short.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="SubsidyCheck",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "match_pledge",
                    fields.OneToOneField(
                        "models.MatchPledge",
                        source_field="match_pledge_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="subsidy_check",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("rule_set", fields.CharField(max_length=16)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("project_trades", fields.BooleanField(null=True)),
                ("group_trades", fields.BooleanField(null=True)),
                ("declared_pence", fields.BigIntField(null=True)),
                ("confirmed_by_id", fields.BigIntField(null=True)),
                ("confirmed_name", fields.CharField(default="", max_length=120)),
                ("confirmed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("is_enterprise", fields.BooleanField(null=True)),
                ("reason", fields.CharField(default="", max_length=500)),
                ("ours_pence", fields.BigIntField(null=True)),
                ("decided_by_id", fields.BigIntField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "subsidy_check",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One match pledge under the rule set of the day on which it was signed.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="SubsidyCheckEvent",
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
                        "models.SubsidyCheck",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "subsidy_check_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a subsidy check.",
            },
            bases=["StatusEvent"],
        ),
        ops.AddField(
            model_name="FundRules",
            name="first_part_bp",
            field=fields.IntField(default=7000, db_default=7000),
        ),
        ops.AddField(
            model_name="FundRules",
            name="instalments_over_pence",
            field=fields.BigIntField(null=True),
        ),
        ops.AddConstraint(
            model_name="FundRules",
            constraint=CheckConstraint(
                check="coalesce(instalments_over_pence, 0) >= 0 AND first_part_bp BETWEEN 1 AND 9999",
                name="fund_rules_instalments_sane",
            ),
        ),
        ops.AddField(
            model_name="FundingSource",
            name="cost_centre",
            field=fields.CharField(default="", db_default="", max_length=20),
        ),
        ops.AddField(
            model_name="FundingSource",
            name="subjective_code",
            field=fields.CharField(default="", db_default="", max_length=20),
        ),
        ops.AddField(
            model_name="Person",
            name="phone_since",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RemoveConstraint(
            model_name="PotMovement",
            name="pot_movement_kind_known",
            fields=None,
        ),
        ops.RemoveConstraint(
            model_name="PotMovement",
            name="pot_movement_between_two",
            fields=None,
        ),
        ops.AddConstraint(
            model_name="PotMovement",
            constraint=CheckConstraint(check="kind IN ('move', 'close', 'return')", name="pot_movement_kind_known"),
        ),
        ops.AddConstraint(
            model_name="PotMovement",
            constraint=CheckConstraint(
                check="CASE kind WHEN 'move' THEN from_source_id IS NOT NULL AND to_source_id IS NOT NULL AND from_source_id <> to_source_id AND amount_pence > 0 WHEN 'return' THEN from_source_id IS NOT NULL AND to_source_id IS NULL AND amount_pence > 0 ELSE from_source_id IS NULL AND to_source_id IS NULL END",
                name="pot_movement_between_two",
            ),
        ),
        ops.AddConstraint(
            model_name="BankDetails",
            constraint=CheckConstraint(
                check="status IN ('to check', 'checked', 'approved', 'refused', 'withdrawn', 'replaced', 'stopped')",
                name="bank_details_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="BankDetails",
            constraint=CheckConstraint(check="name_is IN ('the same', 'different')", name="bank_details_name_is_known"),
        ),
        ops.AddConstraint(
            model_name="BankDetails",
            constraint=CheckConstraint(
                check="call_source IN ('an owner''s number in our records', 'a public register', 'our earlier papers')",
                name="bank_details_call_source_known",
            ),
        ),
        ops.AddConstraint(
            model_name="BankDetails",
            constraint=CheckConstraint(
                check="approved_by_id IS NULL OR (checked_by_id IS NOT NULL AND approved_by_id <> checked_by_id AND approved_by_id <> asked_by_id)",
                name="bank_details_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="BankDetails",
            constraint=CheckConstraint(
                check="status NOT IN ('checked', 'approved', 'replaced', 'stopped') OR (checked_at IS NOT NULL AND (evidence_id IS NOT NULL OR evidence_words <> '') AND (name_is = 'the same' OR name_reason <> '') AND call_held_since < asked_at AND called_at >= asked_at)",
                name="bank_details_checked",
            ),
        ),
        ops.AddConstraint(
            model_name="BankDetails",
            constraint=CheckConstraint(
                check="(status IN ('approved', 'replaced', 'stopped')) = (approved_at IS NOT NULL)",
                name="bank_details_approved",
            ),
        ),
        ops.AddConstraint(
            model_name="BankDetails",
            constraint=UniqueConstraint(
                fields=("group_id",), name="bank_details_one_approved", condition="status = 'approved'"
            ),
        ),
        ops.AddConstraint(
            model_name="BankDetails",
            constraint=UniqueConstraint(
                fields=("group_id",), name="bank_details_one_open", condition="status IN ('to check', 'checked')"
            ),
        ),
        ops.AddConstraint(
            model_name="BankStatement",
            constraint=CheckConstraint(
                check="format IN ('csv', 'camt.053.001.02', 'camt.053.001.08')", name="bank_statement_format_known"
            ),
        ),
        ops.AddConstraint(
            model_name="PaymentSchedule",
            constraint=CheckConstraint(
                check="status IN ('prepared', 'approved', 'exported', 'refused', 'withdrawn')",
                name="payment_schedule_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="PaymentSchedule",
            constraint=CheckConstraint(
                check="approved_by_id IS NULL OR approved_by_id <> prepared_by_id", name="payment_schedule_two_people"
            ),
        ),
        ops.AddConstraint(
            model_name="PaymentSchedule",
            constraint=CheckConstraint(
                check="status NOT IN ('approved', 'exported') OR approved_by_id IS NOT NULL",
                name="payment_schedule_approved",
            ),
        ),
        ops.AddConstraint(
            model_name="PaymentSchedule",
            constraint=CheckConstraint(
                check="(status = 'exported') = (exported_at IS NOT NULL AND length(file_sha256) = 64)",
                name="payment_schedule_exported",
            ),
        ),
        ops.AddConstraint(
            model_name="MatchPayment",
            constraint=CheckConstraint(
                check="status IN ('prepared', 'approved', 'exported', 'paid', 'returned', 'cancelled')",
                name="match_payment_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="MatchPayment",
            constraint=CheckConstraint(check="part IN ('whole', 'first', 'rest')", name="match_payment_part_known"),
        ),
        ops.AddConstraint(
            model_name="MatchPayment",
            constraint=CheckConstraint(check="amount_pence > 0", name="match_payment_something"),
        ),
        ops.AddConstraint(
            model_name="MatchPayment",
            constraint=CheckConstraint(
                check="(status IN ('paid', 'returned')) = (paid_on IS NOT NULL) AND (status = 'returned') = (returned_on IS NOT NULL)",
                name="match_payment_days",
            ),
        ),
        ops.AddConstraint(
            model_name="MatchPayment",
            constraint=CheckConstraint(
                check="cancelled_by_id IS NULL OR cancel_asked_by_id IS NULL OR cancelled_by_id <> cancel_asked_by_id",
                name="match_payment_cancelled_by_two",
            ),
        ),
        ops.AddConstraint(
            model_name="MatchPayment",
            constraint=UniqueConstraint(
                fields=("match_pledge_id",),
                name="match_payment_one_open",
                condition="status IN ('prepared', 'approved', 'exported')",
            ),
        ),
        ops.AddConstraint(
            model_name="MatchPayment",
            constraint=UniqueConstraint(
                fields=("match_pledge_id", "part"),
                name="match_payment_part_once",
                condition="status NOT IN ('cancelled', 'returned')",
            ),
        ),
        ops.AddConstraint(
            model_name="MatchPaymentPart",
            constraint=UniqueConstraint(fields=("payment_id", "source_id"), name="match_payment_part_of_source_once"),
        ),
        ops.AddConstraint(
            model_name="MatchPaymentPart",
            constraint=CheckConstraint(check="amount_pence > 0", name="match_payment_part_something"),
        ),
        ops.AddConstraint(
            model_name="Recovery",
            constraint=CheckConstraint(
                check="status IN ('asked', 'part back', 'back', 'given up')", name="match_recovery_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Recovery",
            constraint=CheckConstraint(
                check="amount_pence > 0 AND came_pence BETWEEN 0 AND amount_pence", name="match_recovery_within"
            ),
        ),
        ops.AddConstraint(
            model_name="Recovery",
            constraint=CheckConstraint(
                check="(status = 'back') = (came_pence = amount_pence)", name="match_recovery_back"
            ),
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=CheckConstraint(
                check="status IN ('unmatched', 'asked', 'matched', 'not ours')", name="bank_line_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=CheckConstraint(
                check="means IN ('payment', 'return', 'recovery')", name="bank_line_means_known"
            ),
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=UniqueConstraint(fields=("statement_id", "number"), name="bank_line_once"),
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=CheckConstraint(check="amount_pence <> 0", name="bank_line_something"),
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=CheckConstraint(
                check="(status IN ('asked', 'matched')) = (means IS NOT NULL) AND (means IS NOT NULL) = ((payment_id IS NULL) <> (recovery_id IS NULL)) AND (means = 'recovery') = (recovery_id IS NOT NULL)",
                name="bank_line_means_one",
            ),
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=CheckConstraint(
                check="means IS NULL OR (amount_pence < 0) = (means = 'payment')", name="bank_line_right_way"
            ),
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=CheckConstraint(
                check="status <> 'matched' OR asked_by_id IS NULL OR (decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id)",
                name="bank_line_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="BankLine",
            constraint=UniqueConstraint(
                fields=("payment_id", "means"),
                name="bank_line_one_match",
                condition="status = 'matched' AND payment_id IS NOT NULL",
            ),
        ),
        ops.AddConstraint(
            model_name="Shortening",
            constraint=CheckConstraint(
                check="status IN ('proposed', 'agreed', 'refused', 'withdrawn')", name="match_shortening_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Shortening",
            constraint=CheckConstraint(check="amount_pence > 0", name="match_shortening_something"),
        ),
        ops.AddConstraint(
            model_name="Shortening",
            constraint=CheckConstraint(
                check="status NOT IN ('agreed', 'refused') OR coalesce(decided_by_id, proposed_by_id) <> proposed_by_id",
                name="match_shortening_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="Shortening",
            constraint=UniqueConstraint(
                fields=("match_pledge_id",), name="match_shortening_one_open", condition="status = 'proposed'"
            ),
        ),
        ops.AddConstraint(
            model_name="SubsidyCheck",
            constraint=CheckConstraint(
                check="status IN ('asked', 'answered', 'cleared', 'blocked')", name="subsidy_check_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="SubsidyCheck",
            constraint=CheckConstraint(
                check="rule_set IN ('mfa 2023', 'safa 2021', 'de minimis 2014')", name="subsidy_check_rule_set_known"
            ),
        ),
        ops.AddConstraint(
            model_name="SubsidyCheck",
            constraint=CheckConstraint(
                check="declared_pence >= 0 AND ours_pence >= 0", name="subsidy_check_declared_pence_not_negative"
            ),
        ),
        ops.AddConstraint(
            model_name="SubsidyCheck",
            constraint=CheckConstraint(
                check="status = 'asked' OR (project_trades IS NOT NULL AND group_trades IS NOT NULL AND declared_pence IS NOT NULL AND confirmed_at IS NOT NULL AND confirmed_name <> '')",
                name="subsidy_check_answered",
            ),
        ),
        ops.AddConstraint(
            model_name="SubsidyCheck",
            constraint=CheckConstraint(
                check="status NOT IN ('cleared', 'blocked') OR (is_enterprise IS NOT NULL AND ours_pence IS NOT NULL AND decided_at IS NOT NULL AND decided_by_id IS NOT NULL AND coalesce(decided_by_id <> confirmed_by_id, true))",
                name="subsidy_check_decided",
            ),
        ),
    ]
