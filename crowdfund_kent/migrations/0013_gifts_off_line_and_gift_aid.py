from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0012_guards_of_the_evaluation")]

    initial = False

    operations = [
        ops.CreateModel(
            name="GiftAidRecipient",
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
                        related_name="gift_aid",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=32)),
                ("hmrc_name", fields.CharField(max_length=160)),
                ("hmrc_reference", fields.CharField(max_length=10)),
                ("entered_by_id", fields.BigIntField()),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("evidence", fields.CharField(default="", max_length=200)),
                ("verified_by_id", fields.BigIntField(null=True)),
                ("verified_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "gift_aid_recipient",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A group's reference at HMRC: entered by an owner, verified by an officer of no part in the group.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="GiftAidClaim",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "recipient",
                    fields.ForeignKeyField(
                        "models.GiftAidRecipient",
                        source_field="recipient_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="claims",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reference", fields.CharField(unique=True, max_length=12)),
                ("amount_pence", fields.BigIntField()),
                ("adjusted_pence", fields.BigIntField(default=0)),
                ("drawn_by_id", fields.BigIntField()),
                ("drawn_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("claimed_by_id", fields.BigIntField(null=True)),
                ("claimed_on", fields.DateField(null=True)),
            ],
            options={
                "table": "gift_aid_claim",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One schedule of a group for HMRC: donations, and what earlier claims had too much. Frozen when it is drawn.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="GiftAidClaimEvent",
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
                        "models.GiftAidClaim",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "gift_aid_claim_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a claim.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="GiftAidRecipientEvent",
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
                        "models.GiftAidRecipient",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "gift_aid_recipient_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a recipient.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="GiftDesk",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("name", fields.CharField(max_length=80)),
                ("place", fields.CharField(default="", max_length=200)),
                (
                    "group",
                    fields.OneToOneField(
                        "models.Group",
                        source_field="group_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="gift_desk",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("entered_by_id", fields.BigIntField(null=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "gift_desk",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Where gifts are taken: a library's desk, or a group's own hands (`group` set, one a group).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GiftBatch",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "desk",
                    fields.ForeignKeyField(
                        "models.GiftDesk",
                        source_field="desk_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="batches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("slip_number", fields.CharField(max_length=40)),
                ("amount_pence", fields.BigIntField()),
                ("entered_by_id", fields.BigIntField()),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("confirmed_by_id", fields.BigIntField(null=True)),
                ("confirmed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("withdrawn_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "gift_batch",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Gifts of one desk, paid in together with one paying-in slip. They are banked once a second person saw the slip.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GiftPayment",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "campaign",
                    fields.ForeignKeyField(
                        "models.Campaign",
                        source_field="campaign_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="gift_payments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("why", fields.CharField(max_length=24)),
                ("amount_pence", fields.BigIntField()),
                ("own_pence", fields.BigIntField(default=0)),
                ("reference", fields.CharField(default="", max_length=40)),
                ("entered_by_id", fields.BigIntField()),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("confirmed_by_id", fields.BigIntField(null=True)),
                ("confirmed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("withdrawn_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "gift_payment",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Gifts of one campaign handed to its group: paid from the council's account, or kept by the group that banked them.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OfflineGift",
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
                        related_name="offline_gifts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "desk",
                    fields.ForeignKeyField(
                        "models.GiftDesk",
                        source_field="desk_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="gifts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reference", fields.CharField(unique=True, max_length=12)),
                ("form_key", fields.CharField(unique=True, max_length=64)),
                ("amount_pence", fields.BigIntField()),
                ("way", fields.CharField(max_length=8)),
                ("cheque_number", fields.CharField(default="", max_length=20)),
                ("giver_kind", fields.CharField(default="person", max_length=16)),
                ("anonymous", fields.BooleanField(default=False)),
                ("name", fields.CharField(default="", max_length=120)),
                ("postcode", fields.CharField(default="", max_length=10)),
                ("address", fields.CharField(default="", max_length=300)),
                ("email", fields.CharField(null=True, max_length=254)),
                ("email_key", fields.CharField(null=True, db_index=True, max_length=64)),
                ("name_key", fields.CharField(null=True, db_index=True, max_length=64)),
                ("person_id", fields.BigIntField(null=True)),
                ("wish", fields.CharField(max_length=16)),
                ("from_paper", fields.BooleanField(default=False)),
                ("runs_campaign", fields.BooleanField(default=False)),
                ("at_verdict", fields.BooleanField(default=False)),
                ("received_on", fields.DateField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("taken_by_id", fields.BigIntField()),
                ("counted_by_id", fields.BigIntField(null=True)),
                ("counted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("seen", fields.CharField(default="", max_length=200)),
                (
                    "batch",
                    fields.ForeignKeyField(
                        "models.GiftBatch",
                        source_field="batch_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="gifts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "payment",
                    fields.ForeignKeyField(
                        "models.GiftPayment",
                        source_field="payment_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="gifts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "offline_gift",
                "app": "models",
                "indexes": [Index(fields=["campaign_id", "status"]), Index(fields=["desk_id", "status"])],
                "pk_attr": "id",
                "table_description": "Cash or a cheque that somebody gave by hand. It counts once a second person has counted it.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="GiftAidDeclaration",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "recipient",
                    fields.ForeignKeyField(
                        "models.GiftAidRecipient",
                        source_field="recipient_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="declarations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "pledge",
                    fields.ForeignKeyField(
                        "models.Pledge",
                        source_field="pledge_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="gift_aid",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "gift",
                    fields.ForeignKeyField(
                        "models.OfflineGift",
                        source_field="gift_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="gift_aid",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "replaces",
                    fields.ForeignKeyField(
                        "models.GiftAidDeclaration",
                        source_field="replaces_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="replaced_by",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("title", fields.CharField(default="", max_length=4)),
                ("first_name", fields.CharField(max_length=35)),
                ("last_name", fields.CharField(max_length=35)),
                ("house", fields.CharField(max_length=40)),
                ("address", fields.CharField(default="", max_length=200)),
                ("postcode", fields.CharField(default="", max_length=10)),
                ("statement", fields.CharField(max_length=16)),
                ("declared", fields.CharField(max_length=16)),
                ("declared_on", fields.DateField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("taken_by_id", fields.BigIntField(null=True)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "gift_aid_declaration",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What one giver declared about one pledge or one off-line gift, in the words of `statement`. Never overwritten.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="GiftAidDeclarationEvent",
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
                        "models.GiftAidDeclaration",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "gift_aid_declaration_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a declaration.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="GiftAidLine",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "claim",
                    fields.ForeignKeyField(
                        "models.GiftAidClaim",
                        source_field="claim_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="lines",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "declaration",
                    fields.ForeignKeyField(
                        "models.GiftAidDeclaration",
                        source_field="declaration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="lines",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount_pence", fields.BigIntField()),
                ("donated_on", fields.DateField()),
            ],
            options={
                "table": "gift_aid_line",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One donation on a claim's schedule. A donation stands on one claim that was not withdrawn. Never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GiftAidAdjustment",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "claim",
                    fields.ForeignKeyField(
                        "models.GiftAidClaim",
                        source_field="claim_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="adjustments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "line",
                    fields.ForeignKeyField(
                        "models.GiftAidLine",
                        source_field="line_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="adjustments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount_pence", fields.BigIntField()),
            ],
            options={
                "table": "gift_aid_adjustment",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What a line of an earlier claim had too much, told to HMRC on a later claim. Never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GiftReturn",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "gift",
                    fields.ForeignKeyField(
                        "models.OfflineGift",
                        source_field="gift_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="returns",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("cause", fields.CharField(max_length=24)),
                ("how", fields.CharField(max_length=12)),
                ("proof", fields.CharField(max_length=120)),
                ("entered_by_id", fields.BigIntField()),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("confirmed_by_id", fields.BigIntField(null=True)),
                ("confirmed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("withdrawn_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "gift_return",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One gift on its way back: entered by one, confirmed by another who saw the signature or the cheque's number.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OfflineGiftEvent",
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
                        "models.OfflineGift",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "offline_gift_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of an off-line gift.",
            },
            bases=["StatusEvent"],
        ),
        ops.RemoveConstraint(
            model_name="UnspentShare",
            name="unspent_share_of_one",
            fields=None,
        ),
        ops.AddField(
            model_name="UnspentShare",
            name="gift",
            field=fields.ForeignKeyField(
                "models.OfflineGift",
                source_field="gift_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="unspent_shares",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddConstraint(
            model_name="UnspentShare",
            constraint=CheckConstraint(
                check="num_nonnulls(match_pledge_id, pledge_id, gift_id) = 1", name="unspent_share_of_a_party"
            ),
        ),
        ops.AddConstraint(
            model_name="UnspentShare",
            constraint=UniqueConstraint(fields=("turn_id", "gift_id"), name="unspent_share_gift_once"),
        ),
        ops.AddConstraint(
            model_name="GiftAidRecipient",
            constraint=CheckConstraint(
                check="status IN ('entered', 'verified', 'refused', 'ended')", name="gift_aid_recipient_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="GiftAidRecipient",
            constraint=CheckConstraint(
                check="kind IN ('charity', 'community amateur sports club')", name="gift_aid_recipient_kind_known"
            ),
        ),
        ops.AddConstraint(
            model_name="GiftAidRecipient",
            constraint=CheckConstraint(
                check="verified_by_id IS NULL OR verified_by_id <> entered_by_id", name="gift_aid_recipient_two_people"
            ),
        ),
        ops.AddConstraint(
            model_name="GiftAidRecipient",
            constraint=UniqueConstraint(
                fields=("group_id",), name="gift_aid_recipient_once", condition="status IN ('entered', 'verified')"
            ),
        ),
        ops.AddConstraint(
            model_name="GiftAidClaim",
            constraint=CheckConstraint(
                check="status IN ('drawn', 'claimed', 'withdrawn')", name="gift_aid_claim_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="GiftAidClaim",
            constraint=CheckConstraint(
                check="amount_pence >= 0 AND adjusted_pence >= 0 AND amount_pence + adjusted_pence > 0",
                name="gift_aid_claim_something",
            ),
        ),
        ops.AddConstraint(
            model_name="GiftAidClaim",
            constraint=UniqueConstraint(
                fields=("recipient_id",), name="gift_aid_claim_one_open", condition="status = 'drawn'"
            ),
        ),
        ops.AddConstraint(
            model_name="GiftBatch",
            constraint=CheckConstraint(check="amount_pence > 0", name="gift_batch_something"),
        ),
        ops.AddConstraint(
            model_name="GiftBatch",
            constraint=CheckConstraint(
                check="confirmed_by_id IS NULL OR entered_by_id IS NULL OR confirmed_by_id <> entered_by_id",
                name="gift_batch_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="GiftBatch",
            constraint=CheckConstraint(
                check="(confirmed_by_id IS NULL) = (confirmed_at IS NULL) AND (confirmed_at IS NULL OR withdrawn_at IS NULL)",
                name="gift_batch_confirmed_or_not",
            ),
        ),
        ops.AddConstraint(
            model_name="GiftPayment",
            constraint=CheckConstraint(
                check="why IN ('campaign settled', 'wish of the givers')", name="gift_payment_why_known"
            ),
        ),
        ops.AddConstraint(
            model_name="GiftPayment",
            constraint=CheckConstraint(
                check="amount_pence > 0 AND own_pence BETWEEN 0 AND amount_pence", name="gift_payment_something"
            ),
        ),
        ops.AddConstraint(
            model_name="GiftPayment",
            constraint=CheckConstraint(
                check="confirmed_by_id IS NULL OR entered_by_id IS NULL OR confirmed_by_id <> entered_by_id",
                name="gift_payment_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="GiftPayment",
            constraint=CheckConstraint(
                check="(confirmed_by_id IS NULL) = (confirmed_at IS NULL) AND (confirmed_at IS NULL OR withdrawn_at IS NULL)",
                name="gift_payment_confirmed_or_not",
            ),
        ),
        ops.AddConstraint(
            model_name="OfflineGift",
            constraint=CheckConstraint(
                check="status IN ('received', 'counted', 'banked', 'returned')", name="offline_gift_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="OfflineGift",
            constraint=CheckConstraint(check="way IN ('cash', 'cheque')", name="offline_gift_way_known"),
        ),
        ops.AddConstraint(
            model_name="OfflineGift",
            constraint=CheckConstraint(check="wish IN ('back', 'to the group')", name="offline_gift_wish_known"),
        ),
        ops.AddConstraint(
            model_name="OfflineGift",
            constraint=CheckConstraint(
                check="giver_kind IN ('person', 'business', 'public body', 'group')",
                name="offline_gift_giver_kind_known",
            ),
        ),
        ops.AddConstraint(
            model_name="OfflineGift",
            constraint=CheckConstraint(check="amount_pence > 0", name="offline_gift_something"),
        ),
        ops.AddConstraint(
            model_name="OfflineGift",
            constraint=CheckConstraint(
                check="counted_by_id IS NULL OR counted_by_id <> taken_by_id", name="offline_gift_two_people"
            ),
        ),
        ops.AddConstraint(
            model_name="OfflineGift",
            constraint=CheckConstraint(
                check="(counted_by_id IS NULL) = (counted_at IS NULL) AND (counted_at IS NOT NULL OR status IN ('received', 'returned'))",
                name="offline_gift_counted_by_somebody",
            ),
        ),
        ops.AddConstraint(
            model_name="OfflineGift",
            constraint=CheckConstraint(
                check="NOT anonymous OR (wish = 'to the group' AND name = '' AND name_key IS NULL AND email_key IS NULL)",
                name="offline_gift_nameless",
            ),
        ),
        ops.AddConstraint(
            model_name="GiftAidDeclaration",
            constraint=CheckConstraint(
                check="status IN ('in force', 'corrected', 'cancelled')", name="gift_aid_declaration_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="GiftAidDeclaration",
            constraint=CheckConstraint(
                check="declared IN ('pledge', 'private page', 'desk', 'paper')",
                name="gift_aid_declaration_declared_known",
            ),
        ),
        ops.AddConstraint(
            model_name="GiftAidDeclaration",
            constraint=CheckConstraint(
                check="(pledge_id IS NULL) <> (gift_id IS NULL)", name="gift_aid_declaration_of_one"
            ),
        ),
        ops.AddConstraint(
            model_name="GiftAidDeclaration",
            constraint=UniqueConstraint(
                fields=("pledge_id",), name="gift_aid_declaration_pledge_once", condition="status = 'in force'"
            ),
        ),
        ops.AddConstraint(
            model_name="GiftAidDeclaration",
            constraint=UniqueConstraint(
                fields=("gift_id",), name="gift_aid_declaration_gift_once", condition="status = 'in force'"
            ),
        ),
        ops.AddConstraint(
            model_name="GiftAidLine",
            constraint=CheckConstraint(check="amount_pence > 0", name="gift_aid_line_something"),
        ),
        ops.AddConstraint(
            model_name="GiftAidLine",
            constraint=UniqueConstraint(fields=("claim_id", "declaration_id"), name="gift_aid_line_once"),
        ),
        ops.AddConstraint(
            model_name="GiftAidAdjustment",
            constraint=CheckConstraint(check="amount_pence > 0", name="gift_aid_adjustment_something"),
        ),
        ops.AddConstraint(
            model_name="GiftAidAdjustment",
            constraint=UniqueConstraint(fields=("claim_id", "line_id"), name="gift_aid_adjustment_once"),
        ),
        ops.AddConstraint(
            model_name="GiftReturn",
            constraint=CheckConstraint(
                check="cause IN ('target missed', 'collapsed', 'campaign cancelled', 'not counted in time', 'asked for by giver', 'cheque bounced', 'entered by mistake')",
                name="gift_return_cause_known",
            ),
        ),
        ops.AddConstraint(
            model_name="GiftReturn",
            constraint=CheckConstraint(
                check="how IN ('cash', 'cheque', 'own cheque', 'unpaid')", name="gift_return_how_known"
            ),
        ),
        ops.AddConstraint(
            model_name="GiftReturn",
            constraint=UniqueConstraint(fields=("gift_id",), name="gift_return_once", condition="withdrawn_at IS NULL"),
        ),
        ops.AddConstraint(
            model_name="GiftReturn",
            constraint=CheckConstraint(
                check="confirmed_by_id IS NULL OR entered_by_id IS NULL OR confirmed_by_id <> entered_by_id",
                name="gift_return_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="GiftReturn",
            constraint=CheckConstraint(
                check="(confirmed_by_id IS NULL) = (confirmed_at IS NULL) AND (confirmed_at IS NULL OR withdrawn_at IS NULL)",
                name="gift_return_confirmed_or_not",
            ),
        ),
    ]
