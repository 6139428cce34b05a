import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import TSVectorField
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0002_guards")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CampaignChange",
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
                        related_name="changes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=16)),
                ("reason", fields.TextField(default="", unique=False)),
                ("old_last_day", fields.DateField(null=True)),
                ("new_last_day", fields.DateField(null=True)),
                ("old_deadline_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "old_version",
                    fields.ForeignKeyField(
                        "models.ProjectVersion",
                        source_field="old_version_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="changed_from",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "new_version",
                    fields.ForeignKeyField(
                        "models.ProjectVersion",
                        source_field="new_version_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="changed_to",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "content",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("begun_by_id", fields.BigIntField()),
                ("begun_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("asked_by_id", fields.BigIntField(null=True)),
                ("asked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answered_by_id", fields.BigIntField(null=True)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answer", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "campaign_change",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A later last day or another plan, asked for by a group and agreed by an officer (ruling 15).",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="CampaignChangeEvent",
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
                        "models.CampaignChange",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "campaign_change_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a change.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="Case",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                ("reference", fields.CharField(unique=True, max_length=16)),
                ("token_hash", fields.CharField(max_length=64)),
                ("form_key", fields.CharField(null=True, unique=True, max_length=80)),
                ("kind", fields.CharField(max_length=16)),
                ("subject", fields.CharField(default="", max_length=80)),
                ("page", fields.CharField(default="", max_length=400)),
                ("name", fields.CharField(default="", max_length=120)),
                ("email", fields.CharField(default="", db_index=True, max_length=254)),
                ("phone", fields.CharField(default="", max_length=40)),
                ("postal", fields.CharField(default="", max_length=400)),
                ("when", fields.CharField(source_field="call_when", default="", max_length=200)),
                ("answer_way", fields.CharField(max_length=8)),
                ("person_id", fields.BigIntField(null=True)),
                ("about_id", fields.BigIntField(null=True)),
                ("about_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("assigned_id", fields.BigIntField(null=True)),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("settle_by", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("first_answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("second_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("outcome", fields.CharField(default="", max_length=32)),
                ("forgotten_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "care_case",
                "app": "models",
                "indexes": [Index(fields=["status", "due_at"])],
                "pk_attr": "id",
                "table_description": "Something a person asks of us. They need no account: the private address of their page is in their mails.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="CaseEvent",
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
                        "models.Case",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "care_case_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a case.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="CaseMessage",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "case",
                    fields.ForeignKeyField(
                        "models.Case",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="messages",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("side", fields.CharField(max_length=8)),
                ("way", fields.CharField(default="", max_length=8)),
                ("text", fields.TextField(unique=False)),
                ("by_id", fields.BigIntField(null=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "care_case_message",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What the person wrote, what an officer answered, or a note between officers. Personal text.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CheckDraft",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "campaign",
                    fields.ForeignKeyField(
                        "models.Campaign",
                        source_field="campaign_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="check_drafts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("officer_id", fields.BigIntField()),
                ("item", fields.CharField(max_length=80)),
                ("answer", fields.CharField(max_length=12)),
                ("note", fields.TextField(default="", unique=False)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "check_draft",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The answer of one officer to one item, saved as they go. Copied into campaign_check by the decision.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CheckQuestion",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "campaign",
                    fields.ForeignKeyField(
                        "models.Campaign",
                        source_field="campaign_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="questions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("item", fields.CharField(max_length=80)),
                ("text", fields.TextField(unique=False)),
                ("from_group", fields.BooleanField(default=False)),
                ("by_id", fields.BigIntField(null=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "check_question",
                "app": "models",
                "indexes": [Index(fields=["campaign_id", "item"])],
                "pk_attr": "id",
                "table_description": "One line of the talk between officer and group about an item. Personal text; the group sees it, nobody else.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Confirmation",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "campaign",
                    fields.ForeignKeyField(
                        "models.Campaign",
                        source_field="campaign_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="confirmations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="confirmations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("asked_by_id", fields.BigIntField()),
                ("link_hash", fields.CharField(unique=True, max_length=64)),
                ("code_hash", fields.CharField(max_length=64)),
                ("digest", fields.CharField(max_length=64)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("tries", fields.IntField(default=0)),
            ],
            options={
                "table": "confirmation",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A link and a six-figure code, hashed, that an owner got by e-mail to confirm what a helper wrote with them.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Delivery",
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
                        related_name="delivery",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("start_by", fields.DateField()),
                ("finish_by", fields.DateField()),
                ("report_by", fields.DateField()),
                ("begun_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("finished_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("end_note", fields.TextField(default="", unique=False)),
                ("spent_pence", fields.BigIntField(null=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "delivery",
                "app": "models",
                "pk_attr": "id",
                "table_description": "How a settled campaign's project goes on. Made when the campaign settles; one each. Days are last days, in London.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="DeliveryEvent",
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
                        "models.Delivery",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "delivery_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a delivery.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="DeliveryTurn",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "delivery",
                    fields.ForeignKeyField(
                        "models.Delivery",
                        source_field="delivery_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="turns",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=32)),
                ("reason", fields.TextField(default="", unique=False)),
                ("purpose", fields.TextField(default="", unique=False)),
                ("rule", fields.CharField(default="", max_length=300)),
                ("answer", fields.TextField(default="", unique=False)),
                ("unspent_pence", fields.BigIntField(default=0)),
                ("received_pence", fields.BigIntField(null=True)),
                ("kept_pence", fields.BigIntField(null=True)),
                ("asked_by_id", fields.BigIntField()),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("proposed_by_id", fields.BigIntField(null=True)),
                ("proposed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decided_by_id", fields.BigIntField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "delivery_turn",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Another purpose, an end without delivery, or money that is left: asked, proposed by one officer, agreed by another.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="DeliveryTurnEvent",
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
                        "models.DeliveryTurn",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "delivery_turn_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of such a request.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="DeskTake",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "campaign",
                    fields.ForeignKeyField(
                        "models.Campaign",
                        source_field="campaign_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="takes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("officer_id", fields.BigIntField()),
                ("taken_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_by_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "desk_take",
                "app": "models",
                "pk_attr": "id",
                "table_description": 'An officer says "I take this one", so that no two check it unknowingly. One at a time a campaign.',
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DraftCount",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("month", fields.DateField()),
                ("district_code", fields.CharField(default="", max_length=9)),
                ("legal_form", fields.CharField(max_length=48)),
                ("tasks_done", fields.IntField()),
                ("count", fields.IntField(default=0)),
            ],
            options={
                "table": "draft_count",
                "app": "models",
                "pk_attr": "id",
                "table_description": "How many drafts of a month, district and kind of group were let go, by how many of their tasks were done.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="EmailChoice",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("key", fields.CharField(max_length=32)),
                ("topic", fields.CharField(max_length=24)),
                ("wanted", fields.BooleanField()),
                ("how", fields.CharField(max_length=24)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "email_choice",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Whether the reader behind `key` wants e-mails of one topic, since when and how they said so.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Evidence",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "project",
                    fields.ForeignKeyField(
                        "models.Project",
                        source_field="project_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="evidence",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=20)),
                (
                    "cost_line",
                    fields.ForeignKeyField(
                        "models.CostLine",
                        source_field="cost_line_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="evidence",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("words", fields.TextField(default="", unique=False)),
                ("without", fields.BooleanField(default=False)),
                ("referee_name", fields.CharField(default="", max_length=120)),
                ("referee_relation", fields.CharField(default="", max_length=120)),
                ("referee_phone", fields.CharField(default="", max_length=40)),
                ("referee_email", fields.CharField(default="", max_length=254)),
                ("key", fields.CharField(null=True, max_length=120)),
                ("shown_name", fields.CharField(default="", max_length=120)),
                ("media_type", fields.CharField(default="", max_length=80)),
                ("size_bytes", fields.BigIntField(default=0)),
                ("sha256", fields.CharField(default="", max_length=64)),
                ("prepared_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "page_sizes",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("page_count", fields.IntField(default=0)),
                ("has_text", fields.BooleanField(default=False)),
                ("uploaded_by_id", fields.BigIntField(null=True)),
                ("uploaded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("removed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("removed_by_id", fields.BigIntField(null=True)),
                ("file_gone_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "evidence",
                "app": "models",
                "indexes": [Index(fields=["project_id", "kind"])],
                "pk_attr": "id",
                "table_description": "One paper: a file, or words, or somebody to ask, or a promise. Taken back, never deleted, but for its file.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Extra",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "project",
                    fields.ForeignKeyField(
                        "models.Project",
                        source_field="project_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="extras",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("words", fields.CharField(max_length=160)),
                ("amount_pence", fields.BigIntField()),
            ],
            options={
                "table": "extra",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What so much more than the target would pay for, declared before the campaign opens and frozen with its version.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FundingWord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "campaign",
                    fields.ForeignKeyField(
                        "models.Campaign",
                        source_field="campaign_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="funding_words",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "other",
                    fields.ForeignKeyField(
                        "models.Project",
                        source_field="other_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="funding_words",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("distinct", fields.BooleanField()),
                ("words", fields.TextField(default="", unique=False)),
                ("by_id", fields.BigIntField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "funding_word",
                "app": "models",
                "indexes": [Index(fields=["campaign_id", "other_id"])],
                "pk_attr": "id",
                "table_description": "The word of an officer on a hint that this may have been funded before: never a refusal by itself.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GroupHandOver",
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
                        related_name="hand_overs",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("asked_by_id", fields.BigIntField()),
                ("reason", fields.TextField(default="", unique=False)),
                ("to_person_id", fields.BigIntField()),
                ("answer", fields.TextField(default="", unique=False)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("not_before", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("proposed_by_id", fields.BigIntField(null=True)),
                ("decided_by_id", fields.BigIntField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "group_hand_over",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Somebody asks for a group whose owners can't be reached. The owners are told first and have some days to answer.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="GroupHandOverEvent",
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
                        "models.GroupHandOver",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "group_hand_over_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a hand-over.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="HelpWanted",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "project",
                    fields.ForeignKeyField(
                        "models.Project",
                        source_field="project_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="help_wanted",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=8)),
                ("words", fields.CharField(max_length=120)),
                ("how_many", fields.IntField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "help_wanted",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One kind of help, in words, and how much of it. Once somebody offered, it is closed, not deleted.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="HelpOffer",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "wanted",
                    fields.ForeignKeyField(
                        "models.HelpWanted",
                        source_field="wanted_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="offers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reference", fields.CharField(unique=True, max_length=12)),
                ("form_key", fields.CharField(unique=True, max_length=64)),
                ("how_many", fields.IntField()),
                ("words", fields.CharField(default="", max_length=300)),
                ("name", fields.CharField(default="", max_length=120)),
                ("email", fields.CharField(null=True, max_length=254)),
                ("phone", fields.CharField(default="", max_length=40)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("confirmed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "help_offer",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Somebody's offer of hours or things, without an account. Its private address is in every mail about it.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="HelpOfferEvent",
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
                        "models.HelpOffer",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "help_offer_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of an offer of help.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="LetterToPost",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="letters",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("group_id", fields.BigIntField()),
                ("name", fields.CharField(max_length=64)),
                ("subject", fields.CharField(max_length=160)),
                ("text", fields.TextField(unique=False)),
                ("unique_key", fields.CharField(unique=True, max_length=160)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("posted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("posted_by_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "letter_to_post",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What would have been an e-mail to somebody who has none: an officer prints and posts it. Personal text.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MailBounce",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("key", fields.CharField(db_index=True, max_length=32)),
                ("hard", fields.BooleanField()),
                ("status", fields.CharField(default="", max_length=12)),
                ("channel", fields.CharField(max_length=8)),
                ("source", fields.CharField(unique=True, max_length=120)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("over_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "mail_bounce",
                "app": "models",
                "pk_attr": "id",
                "table_description": "An e-mail that came back. `hard`: there is no such reader. `over_at`: since then we know better.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OfficerContact",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.OneToOneField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="contact",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("name", fields.CharField(max_length=120)),
                ("phone", fields.CharField(max_length=40)),
                ("hours", fields.CharField(max_length=80)),
                ("email", fields.CharField(max_length=254)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "officer_contact",
                "app": "models",
                "pk_attr": "id",
                "table_description": "How an officer is reached by groups: shown on their pages and in mails to them. In the officer's own words.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OldAddress",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("kind", fields.CharField(max_length=8)),
                ("slug", fields.CharField(max_length=100)),
                (
                    "project",
                    fields.ForeignKeyField(
                        "models.Project",
                        source_field="project_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="old_addresses",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "group",
                    fields.ForeignKeyField(
                        "models.Group",
                        source_field="group_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="old_addresses",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "old_address",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The part of an address that named `project` or `group`. Nobody else gets it: a printed code may still show it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Post",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                ("reference", fields.CharField(unique=True, max_length=12)),
                ("kind", fields.CharField(max_length=12)),
                (
                    "project",
                    fields.ForeignKeyField(
                        "models.Project",
                        source_field="project_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="posts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "campaign",
                    fields.ForeignKeyField(
                        "models.Campaign",
                        source_field="campaign_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="posts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("form_key", fields.CharField(null=True, unique=True, max_length=64)),
                ("author_id", fields.BigIntField(null=True)),
                ("author_name", fields.CharField(default="", max_length=120)),
                ("author_email", fields.CharField(null=True, max_length=254)),
                ("name_shown", fields.BooleanField(default=False)),
                ("title", fields.CharField(default="", max_length=120)),
                ("text", fields.TextField(default="", unique=False)),
                (
                    "picture",
                    fields.ForeignKeyField(
                        "models.Picture",
                        source_field="picture_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="posts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("written_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("shown_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("changed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("mail_from_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("mailed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "post",
                "app": "models",
                "indexes": [Index(fields=["project_id", "kind", "status"]), Index(fields=["kind", "shown_at"])],
                "pk_attr": "id",
                "table_description": "One thing that somebody wrote. A question and a letter begin here and go on in PostReply.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="PostEvent",
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
                        "models.Post",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "post_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a post.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="PostHiding",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="hidings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reason", fields.CharField(max_length=24)),
                ("words", fields.TextField(default="", unique=False)),
                ("by_id", fields.BigIntField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("appeal", fields.TextField(default="", unique=False)),
                ("appealed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decided_by_id", fields.BigIntField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("upheld", fields.BooleanField(null=True)),
                ("answer", fields.TextField(default="", unique=False)),
                ("over_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "post_hiding",
                "app": "models",
                "indexes": [Index(fields=["post_id", "id"])],
                "pk_attr": "id",
                "table_description": "One time that an officer hid a post, and what came of it. Who hid it does not decide the appeal.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PostReply",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="replies",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("by_group", fields.BooleanField()),
                ("by_id", fields.BigIntField(null=True)),
                ("text", fields.TextField(unique=False)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "post_reply",
                "app": "models",
                "indexes": [Index(fields=["post_id", "id"])],
                "pk_attr": "id",
                "table_description": "What was written after a question or a letter: by the group, or by the person who asked. Personal text.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PostWording",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="wordings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                ("title", fields.CharField(default="", max_length=120)),
                ("text", fields.TextField(default="", unique=False)),
                ("until_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "post_wording",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Words of an update before they were changed, so that nobody can say something else was there.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProjectSearch",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "version",
                    fields.OneToOneField(
                        "models.ProjectVersion",
                        source_field="version_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="search",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("document", TSVectorField(source_fields=(), stored=False)),
            ],
            options={
                "table": "project_search",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The words of a version as lexemes: A title, B place, district and group, C summary and objective, D the rest.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProjectWord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "version",
                    fields.ForeignKeyField(
                        "models.ProjectVersion",
                        source_field="version_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="words",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("word", fields.CharField(max_length=40)),
            ],
            options={
                "table": "project_word",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One word of a version as it is spelt, small and without accents: half words and typing errors are looked up here.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="QuietPeriod",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("from_day", fields.DateField()),
                ("to_day", fields.DateField()),
                ("words", fields.CharField(max_length=200)),
                ("by_id", fields.BigIntField(null=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_by_id", fields.BigIntField(null=True)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "quiet_period",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Days before an election in which new posts wait for an officer (domain.md, section 4). Both days are included.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RefundProposal",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "pledge",
                    fields.ForeignKeyField(
                        "models.Pledge",
                        source_field="pledge_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="refund_proposals",
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
                "table": "refund_proposal",
                "app": "models",
                "pk_attr": "id",
                "table_description": "An officer's proposal to give all of a backer's payment back before the payout; somebody else agrees or refuses.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="RefundProposalEvent",
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
                        "models.RefundProposal",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "refund_proposal_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a proposal to give money back.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="RetentionRun",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("rule", fields.CharField(max_length=60)),
                ("count", fields.IntField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "retention_run",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One run of one rule that let something go: how many, never whose.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SaidDone",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("said", fields.CharField(max_length=600)),
                ("did", fields.CharField(max_length=600)),
                ("done_on", fields.DateField()),
                ("shown", fields.BooleanField(default=True)),
                ("by_id", fields.BigIntField(null=True)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "said_done",
                "app": "models",
                "pk_attr": "id",
                "table_description": '"You said, we did": one thing people told us and what came of it.',
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SecondLook",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "campaign",
                    fields.ForeignKeyField(
                        "models.Campaign",
                        source_field="campaign_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="second_looks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("recommended_by_id", fields.BigIntField()),
                ("recommended_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("words", fields.TextField(default="", unique=False)),
                ("agreed", fields.BooleanField(null=True)),
                ("ended_by_id", fields.BigIntField(null=True)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answer", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "second_look",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A large target: one officer recommends approval, another one decides. Both stay on record.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SignedPaper",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "campaign",
                    fields.ForeignKeyField(
                        "models.Campaign",
                        source_field="campaign_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="papers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="papers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("act", fields.CharField(max_length=16)),
                ("subject", fields.CharField(max_length=80)),
                ("reference", fields.CharField(unique=True, max_length=16)),
                ("signed_on", fields.DateField()),
                ("file_key", fields.CharField(max_length=160)),
                ("media_type", fields.CharField(max_length=60)),
                ("recorded_by_id", fields.BigIntField()),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "signed_paper",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A decision that an owner signed on paper: what, when, where the picture of it is, and which officer recorded it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SupportMessage",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "pledge",
                    fields.ForeignKeyField(
                        "models.Pledge",
                        source_field="pledge_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="messages",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "post",
                    fields.OneToOneField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="support",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "support_message",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A backer's message of support. Its author is found by the pledge; no amount is ever shown beside it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="UnspentShare",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "turn",
                    fields.ForeignKeyField(
                        "models.DeliveryTurn",
                        source_field="turn_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="shares",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "match_pledge",
                    fields.ForeignKeyField(
                        "models.MatchPledge",
                        source_field="match_pledge_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="unspent_shares",
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
                        related_name="unspent_shares",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("paid_in_pence", fields.BigIntField()),
                ("amount_pence", fields.BigIntField()),
            ],
            options={
                "table": "unspent_share",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What one fund or one backer is to get back of unspent money. Recorded when it was agreed; never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WordsVersion",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("page", fields.CharField(max_length=32)),
                ("number", fields.IntField()),
                ("text", fields.TextField(unique=False)),
                ("why", fields.CharField(max_length=300)),
                ("shipped_digest", fields.CharField(max_length=64)),
                ("by_id", fields.BigIntField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "words_version",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One published text of a page. Append-only; the newest is shown, and without any the text that is shipped.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Campaign",
            name="match_wanted_pence",
            field=fields.BigIntField(null=True),
        ),
        ops.AddConstraint(
            model_name="Campaign",
            constraint=CheckConstraint(check="match_wanted_pence >= 0", name="campaign_match_wanted_not_negative"),
        ),
        ops.AlterModelOptions(
            name="CampaignCheck",
            options={
                "table": "campaign_check",
                "app": "models",
                "constraints": [
                    UniqueConstraint(fields=("campaign_id", "item"), name="campaign_check_once"),
                    CheckConstraint(
                        check="answer IN ('checked', 'not checked', 'not needed')", name="campaign_check_answer_known"
                    ),
                    CheckConstraint(
                        check="answer IS NULL OR checked = (answer = 'checked')", name="campaign_check_says_one_thing"
                    ),
                ],
                "pk_attr": "id",
                "table_description": "What an officer said of one item when the campaign was approved, as the public page tells it. Never changed (trigger).",
            },
        ),
        ops.AddField(
            model_name="CampaignCheck",
            name="answer",
            field=fields.CharField(null=True, max_length=12),
        ),
        ops.AddField(
            model_name="CampaignCheck",
            name="evidence",
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
        ),
        ops.AddField(
            model_name="CampaignCheck",
            name="role",
            field=fields.CharField(null=True, max_length=40),
        ),
        ops.AddConstraint(
            model_name="CampaignCheck",
            constraint=CheckConstraint(
                check="answer IN ('checked', 'not checked', 'not needed')", name="campaign_check_answer_known"
            ),
        ),
        ops.AddConstraint(
            model_name="CampaignCheck",
            constraint=CheckConstraint(
                check="answer IS NULL OR checked = (answer = 'checked')", name="campaign_check_says_one_thing"
            ),
        ),
        ops.AddField(
            model_name="ChargeAttempt",
            name="cover_pence",
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddConstraint(
            model_name="ChargeAttempt",
            constraint=CheckConstraint(
                check="cover_pence >= 0 AND cover_pence < amount_pence", name="charge_attempt_cover_within"
            ),
        ),
        ops.AddField(
            model_name="CostLine",
            name="form_key",
            field=fields.CharField(null=True, max_length=32),
        ),
        ops.AddConstraint(
            model_name="CostLine",
            constraint=UniqueConstraint(fields=("project_id", "form_key"), name="cost_line_typed_once"),
        ),
        ops.AddField(
            model_name="Group",
            name="officer_id",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="InKind",
            name="form_key",
            field=fields.CharField(null=True, max_length=32),
        ),
        ops.AddConstraint(
            model_name="InKind",
            constraint=UniqueConstraint(fields=("project_id", "form_key"), name="in_kind_typed_once"),
        ),
        ops.RemoveConstraint(
            model_name="Member",
            name="group_member_role_known",
            fields=None,
        ),
        ops.AddConstraint(
            model_name="Member",
            constraint=CheckConstraint(check="role IN ('owner', 'editor', 'helper')", name="group_member_role_known"),
        ),
        ops.AddField(
            model_name="OtherFunding",
            name="form_key",
            field=fields.CharField(null=True, max_length=32),
        ),
        ops.AddConstraint(
            model_name="OtherFunding",
            constraint=UniqueConstraint(fields=("project_id", "form_key"), name="other_funding_typed_once"),
        ),
        ops.AlterModelOptions(
            name="Person",
            options={
                "table": "person",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Somebody who signs in, or whom a helper entered. The e-mail is lower case and unique.",
            },
        ),
        ops.AddField(
            model_name="Person",
            name="phone",
            field=fields.CharField(default="", db_default="", max_length=40),
        ),
        ops.AddField(
            model_name="Person",
            name="postal",
            field=fields.CharField(default="", db_default="", max_length=300),
        ),
        ops.AddField(
            model_name="Pledge",
            name="agreed_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Pledge",
            name="cover_pence",
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="Pledge",
            name="dedication",
            field=fields.CharField(default="", db_default="", max_length=80),
        ),
        ops.AddField(
            model_name="Pledge",
            name="dedication_hidden_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Pledge",
            name="dedication_hidden_by_id",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Pledge",
            name="dedication_hidden_why",
            field=fields.CharField(default="", db_default="", max_length=200),
        ),
        ops.AddField(
            model_name="Pledge",
            name="district_code",
            field=fields.CharField(null=True, max_length=9),
        ),
        ops.AddField(
            model_name="Pledge",
            name="must_agree",
            field=fields.ForeignKeyField(
                "models.CampaignChange",
                source_field="must_agree_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="pledges_asked",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddConstraint(
            model_name="Pledge",
            constraint=CheckConstraint(check="cover_pence >= 0", name="pledge_cover_pence_not_negative"),
        ),
        ops.AddConstraint(
            model_name="Pledge",
            constraint=CheckConstraint(
                check="agreed_at IS NULL OR must_agree_id IS NOT NULL", name="pledge_agreed_when_asked"
            ),
        ),
        ops.AddField(
            model_name="Project",
            name="forgotten_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Project",
            name="passed",
            field=fields.CharField(default="", db_default="", max_length=80),
        ),
        ops.AddField(
            model_name="Project",
            name="permission",
            field=fields.CharField(default="", db_default="", max_length=8),
        ),
        ops.AddField(
            model_name="Project",
            name="permission_words",
            field=fields.CharField(default="", db_default="", max_length=600),
        ),
        ops.AddField(
            model_name="Project",
            name="taken_down_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Project",
            name="taken_down_kind",
            field=fields.CharField(default="", db_default="", max_length=8),
        ),
        ops.AddField(
            model_name="Project",
            name="taken_down_note",
            field=fields.CharField(default="", db_default="", max_length=300),
        ),
        ops.AddField(
            model_name="Project",
            name="who",
            field=fields.CharField(default="", db_default="", max_length=600),
        ),
        ops.AddField(
            model_name="Project",
            name="with_children",
            field=fields.CharField(default="", db_default="", max_length=3),
        ),
        ops.AddConstraint(
            model_name="Project",
            constraint=CheckConstraint(
                check="permission IN ('', 'yes', 'no', 'not sure')", name="project_permission_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Project",
            constraint=CheckConstraint(check="with_children IN ('', 'yes', 'no')", name="project_with_children_known"),
        ),
        ops.AddConstraint(
            model_name="Project",
            constraint=CheckConstraint(
                check="taken_down_kind IN ('', 'asked', 'rights', 'harm', 'rules', 'mistake')",
                name="project_taken_down_kind_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Project",
            constraint=CheckConstraint(
                check="(taken_down_at IS NULL) = (taken_down_kind = '')", name="project_taken_down_for_a_reason"
            ),
        ),
        ops.AddField(
            model_name="Refund",
            name="cover_pence",
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddConstraint(
            model_name="Refund",
            constraint=CheckConstraint(check="cover_pence BETWEEN 0 AND amount_pence", name="refund_cover_within"),
        ),
        ops.RemoveConstraint(
            model_name="StaffRole",
            name="staff_role_role_known",
            fields=None,
        ),
        ops.AddConstraint(
            model_name="StaffRole",
            constraint=CheckConstraint(
                check="role IN ('panel member', 'panel chair', 'authorised signatory', 'fund officer', 'finance approver', 'helper', 'auditor', 'administrator')",
                name="staff_role_role_known",
            ),
        ),
        ops.AddConstraint(
            model_name="CampaignChange",
            constraint=CheckConstraint(
                check="status IN ('draft', 'asked', 'agreed', 'refused', 'withdrawn', 'lapsed')",
                name="campaign_change_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="CampaignChange",
            constraint=CheckConstraint(
                check="kind IN ('later last day', 'another plan')", name="campaign_change_kind_known"
            ),
        ),
        ops.AddConstraint(
            model_name="CampaignChange",
            constraint=CheckConstraint(
                check="answered_by_id IS NULL OR (answered_by_id <> begun_by_id AND answered_by_id <> asked_by_id)",
                name="campaign_change_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="CampaignChange",
            constraint=CheckConstraint(
                check="new_last_day IS NULL OR old_last_day IS NULL OR new_last_day > old_last_day",
                name="campaign_change_later",
            ),
        ),
        ops.AddConstraint(
            model_name="CampaignChange",
            constraint=CheckConstraint(
                check="status <> 'agreed' OR (answered_at IS NOT NULL AND CASE kind WHEN 'later last day' THEN new_last_day IS NOT NULL AND old_deadline_at IS NOT NULL ELSE old_version_id IS NOT NULL AND new_version_id IS NOT NULL END)",
                name="campaign_change_agreed_is_whole",
            ),
        ),
        ops.AddConstraint(
            model_name="CampaignChange",
            constraint=UniqueConstraint(
                fields=("campaign_id",), name="campaign_change_one_open", condition="status IN ('draft', 'asked')"
            ),
        ),
        ops.AddConstraint(
            model_name="CampaignChange",
            constraint=UniqueConstraint(
                fields=("campaign_id",),
                name="campaign_change_one_extension",
                condition="status = 'agreed' AND kind = 'later last day'",
            ),
        ),
        ops.AddConstraint(
            model_name="Case",
            constraint=CheckConstraint(
                check="status IN ('new', 'answered', 'reopened', 'closed')", name="care_case_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Case",
            constraint=CheckConstraint(
                check="kind IN ('complaint', 'refund', 'wrong', 'format', 'call', 'report', 'appeal', 'contact')",
                name="care_case_kind_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Case",
            constraint=CheckConstraint(
                check="answer_way IN ('email', 'phone', 'post', 'none')", name="care_case_answer_way_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Case",
            constraint=CheckConstraint(
                check="outcome IN ('', 'put right', 'partly put right', 'nothing to put right', 'done as asked', 'passed on to whoever can help', 'sent twice', 'not meant for us')",
                name="care_case_outcome_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Case",
            constraint=CheckConstraint(
                check="(answer_way <> 'email' OR email <> '') AND (answer_way <> 'phone' OR phone <> '') AND (answer_way <> 'post' OR postal <> '')",
                name="care_case_can_be_answered",
            ),
        ),
        ops.AddConstraint(
            model_name="Case",
            constraint=CheckConstraint(
                check="(status = 'closed') = (outcome <> '') AND (status = 'closed') = (closed_at IS NOT NULL)",
                name="care_case_closed_with_outcome",
            ),
        ),
        ops.AddConstraint(
            model_name="CaseMessage",
            constraint=CheckConstraint(
                check="side IN ('person', 'officer', 'note')", name="care_case_message_side_known"
            ),
        ),
        ops.AddConstraint(
            model_name="CaseMessage",
            constraint=CheckConstraint(
                check="way IN ('', 'email', 'phone', 'post', 'none')", name="care_case_message_way_known"
            ),
        ),
        ops.AddConstraint(
            model_name="CheckDraft",
            constraint=UniqueConstraint(fields=("campaign_id", "officer_id", "item"), name="check_draft_once"),
        ),
        ops.AddConstraint(
            model_name="CheckDraft",
            constraint=CheckConstraint(
                check="answer IN ('checked', 'not checked', 'not needed')", name="check_draft_answer_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Delivery",
            constraint=CheckConstraint(
                check="status IN ('not started', 'under way', 'late', 'changed', 'delivered', 'ended without delivery')",
                name="delivery_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Delivery",
            constraint=CheckConstraint(
                check="start_by <= finish_by AND finish_by <= report_by", name="delivery_days_in_order"
            ),
        ),
        ops.AddConstraint(
            model_name="Delivery",
            constraint=CheckConstraint(
                check="spent_pence IS NULL OR spent_pence >= 0", name="delivery_spent_not_negative"
            ),
        ),
        ops.AddConstraint(
            model_name="DeliveryTurn",
            constraint=CheckConstraint(
                check="status IN ('asked', 'proposed', 'sent back', 'agreed', 'refused', 'withdrawn')",
                name="delivery_turn_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="DeliveryTurn",
            constraint=CheckConstraint(
                check="kind IN ('another purpose', 'an end without delivery', 'money that is left')",
                name="delivery_turn_kind_known",
            ),
        ),
        ops.AddConstraint(
            model_name="DeliveryTurn",
            constraint=CheckConstraint(check="unspent_pence >= 0", name="delivery_turn_unspent_not_negative"),
        ),
        ops.AddConstraint(
            model_name="DeliveryTurn",
            constraint=CheckConstraint(
                check="decided_by_id IS NULL OR (decided_by_id <> asked_by_id AND (proposed_by_id IS NULL OR decided_by_id <> proposed_by_id))",
                name="delivery_turn_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="DeliveryTurn",
            constraint=CheckConstraint(
                check="status <> 'agreed' OR (proposed_by_id IS NOT NULL AND decided_by_id IS NOT NULL AND received_pence IS NOT NULL AND kept_pence IS NOT NULL)",
                name="delivery_turn_agreed_is_whole",
            ),
        ),
        ops.AddConstraint(
            model_name="DeliveryTurn",
            constraint=UniqueConstraint(
                fields=("delivery_id",),
                name="delivery_turn_one_open",
                condition="status IN ('asked', 'proposed', 'sent back')",
            ),
        ),
        ops.AddConstraint(
            model_name="DeskTake",
            constraint=UniqueConstraint(fields=("campaign_id",), name="desk_take_once", condition="ended_at IS NULL"),
        ),
        ops.AddConstraint(
            model_name="DraftCount",
            constraint=UniqueConstraint(
                fields=("month", "district_code", "legal_form", "tasks_done"), name="draft_count_once"
            ),
        ),
        ops.AddConstraint(
            model_name="DraftCount",
            constraint=CheckConstraint(check="count > 0 AND tasks_done >= 0", name="draft_count_something"),
        ),
        ops.AddConstraint(
            model_name="EmailChoice",
            constraint=CheckConstraint(
                check="topic IN ('project updates', 'thanks', 'programme news')", name="email_choice_topic_known"
            ),
        ),
        ops.AddConstraint(
            model_name="EmailChoice",
            constraint=UniqueConstraint(fields=("key", "topic"), name="email_choice_once"),
        ),
        ops.AddConstraint(
            model_name="Evidence",
            constraint=CheckConstraint(
                check="kind IN ('referee', 'end note', 'quote', 'bank statement', 'governing document', 'insurance', 'permission', 'safeguarding', 'other')",
                name="evidence_kind_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Evidence",
            constraint=UniqueConstraint(fields=("key",), name="evidence_key_once"),
        ),
        ops.AddConstraint(
            model_name="Evidence",
            constraint=CheckConstraint(
                check="size_bytes >= 0 AND page_count >= 0", name="evidence_size_bytes_not_negative"
            ),
        ),
        ops.AddConstraint(
            model_name="Evidence",
            constraint=CheckConstraint(
                check="key IS NULL OR (size_bytes > 0 AND length(sha256) = 64 AND media_type <> '')",
                name="evidence_file_is_described",
            ),
        ),
        ops.AddConstraint(
            model_name="Extra",
            constraint=CheckConstraint(check="amount_pence > 0", name="extra_something"),
        ),
        ops.AddConstraint(
            model_name="Extra",
            constraint=UniqueConstraint(fields=("project_id", "amount_pence"), name="extra_once_an_amount"),
        ),
        ops.AddConstraint(
            model_name="GroupHandOver",
            constraint=CheckConstraint(
                check="status IN ('asked', 'proposed', 'sent back', 'done', 'refused', 'withdrawn', 'answered')",
                name="group_hand_over_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="GroupHandOver",
            constraint=CheckConstraint(
                check="status <> 'done' OR (proposed_by_id IS NOT NULL AND decided_by_id IS NOT NULL AND proposed_by_id NOT IN (decided_by_id, asked_by_id, to_person_id) AND decided_by_id NOT IN (asked_by_id, to_person_id))",
                name="group_hand_over_two_officers",
            ),
        ),
        ops.AddConstraint(
            model_name="GroupHandOver",
            constraint=UniqueConstraint(
                fields=("group_id",),
                name="group_hand_over_one_open",
                condition="status IN ('asked', 'proposed', 'sent back')",
            ),
        ),
        ops.AddConstraint(
            model_name="HelpWanted",
            constraint=CheckConstraint(check="kind IN ('hours', 'things')", name="help_wanted_kind_known"),
        ),
        ops.AddConstraint(
            model_name="HelpWanted",
            constraint=CheckConstraint(check="how_many > 0", name="help_wanted_something"),
        ),
        ops.AddConstraint(
            model_name="HelpOffer",
            constraint=CheckConstraint(
                check="status IN ('unconfirmed', 'offered', 'accepted', 'declined', 'withdrawn', 'given', 'lapsed')",
                name="help_offer_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="HelpOffer",
            constraint=CheckConstraint(check="how_many > 0", name="help_offer_something"),
        ),
        ops.AddConstraint(
            model_name="HelpOffer",
            constraint=CheckConstraint(
                check="confirmed_at IS NOT NULL OR status IN ('unconfirmed', 'withdrawn', 'lapsed')",
                name="help_offer_confirmed_first",
            ),
        ),
        ops.AddConstraint(
            model_name="MailBounce",
            constraint=CheckConstraint(check="channel IN ('smtp', 'notify')", name="mail_bounce_channel_known"),
        ),
        ops.AddConstraint(
            model_name="OldAddress",
            constraint=CheckConstraint(check="kind IN ('project', 'group')", name="old_address_kind_known"),
        ),
        ops.AddConstraint(
            model_name="OldAddress",
            constraint=UniqueConstraint(fields=("kind", "slug"), name="old_address_once"),
        ),
        ops.AddConstraint(
            model_name="OldAddress",
            constraint=CheckConstraint(
                check="(kind = 'project') = (project_id IS NOT NULL) AND (kind = 'group') = (group_id IS NOT NULL)",
                name="old_address_of_one",
            ),
        ),
        ops.AddConstraint(
            model_name="Post",
            constraint=CheckConstraint(
                check="status IN ('written', 'waiting', 'held', 'shown', 'answered', 'declined', 'hidden', 'taken back')",
                name="post_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Post",
            constraint=CheckConstraint(
                check="kind IN ('update', 'question', 'letter', 'support', 'thanks')", name="post_kind_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Post",
            constraint=CheckConstraint(check="status <> 'shown' OR shown_at IS NOT NULL", name="post_shown_since"),
        ),
        ops.AddConstraint(
            model_name="PostHiding",
            constraint=CheckConstraint(
                check="reason IN ('personal details', 'abuse or threats', 'untrue or misleading', 'it may break the law', 'advertising', 'nothing to do with the project', 'the time before an election')",
                name="post_hiding_reason_known",
            ),
        ),
        ops.AddConstraint(
            model_name="PostHiding",
            constraint=CheckConstraint(
                check="decided_by_id IS NULL OR decided_by_id <> by_id", name="post_hiding_two_people"
            ),
        ),
        ops.AddConstraint(
            model_name="PostHiding",
            constraint=CheckConstraint(
                check="(decided_at IS NULL) = (decided_by_id IS NULL) AND (decided_at IS NULL) = (upheld IS NULL) AND (decided_at IS NULL OR appealed_at IS NOT NULL)",
                name="post_hiding_decided_whole",
            ),
        ),
        ops.AddConstraint(
            model_name="PostWording",
            constraint=UniqueConstraint(fields=("post_id", "number"), name="post_wording_once"),
        ),
        ops.AddConstraint(
            model_name="QuietPeriod",
            constraint=CheckConstraint(check="to_day >= from_day", name="quiet_period_in_order"),
        ),
        ops.AddConstraint(
            model_name="RefundProposal",
            constraint=CheckConstraint(
                check="status IN ('proposed', 'agreed', 'refused', 'withdrawn')", name="refund_proposal_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="RefundProposal",
            constraint=CheckConstraint(check="amount_pence > 0", name="refund_proposal_something"),
        ),
        ops.AddConstraint(
            model_name="RefundProposal",
            constraint=CheckConstraint(
                check="status NOT IN ('agreed', 'refused') OR coalesce(decided_by_id, proposed_by_id) <> proposed_by_id",
                name="refund_proposal_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="RefundProposal",
            constraint=UniqueConstraint(
                fields=("pledge_id",), name="refund_proposal_one_open", condition="status IN ('proposed', 'agreed')"
            ),
        ),
        ops.AddConstraint(
            model_name="SecondLook",
            constraint=UniqueConstraint(fields=("campaign_id",), name="second_look_once", condition="ended_at IS NULL"),
        ),
        ops.AddConstraint(
            model_name="SecondLook",
            constraint=CheckConstraint(
                check="agreed IS NULL OR ended_at IS NOT NULL", name="second_look_ends_when_agreed"
            ),
        ),
        ops.AddConstraint(
            model_name="SecondLook",
            constraint=CheckConstraint(
                check="agreed IS NOT TRUE OR ended_by_id <> recommended_by_id", name="second_look_by_another"
            ),
        ),
        ops.AddConstraint(
            model_name="SignedPaper",
            constraint=CheckConstraint(
                check="act IN ('submit', 'open', 'withdraw', 'cancel', 'accept', 'decline')",
                name="signed_paper_act_known",
            ),
        ),
        ops.AddConstraint(
            model_name="UnspentShare",
            constraint=CheckConstraint(
                check="(match_pledge_id IS NULL) <> (pledge_id IS NULL)", name="unspent_share_of_one"
            ),
        ),
        ops.AddConstraint(
            model_name="UnspentShare",
            constraint=CheckConstraint(
                check="paid_in_pence > 0 AND amount_pence BETWEEN 0 AND paid_in_pence", name="unspent_share_within"
            ),
        ),
        ops.AddConstraint(
            model_name="UnspentShare",
            constraint=UniqueConstraint(fields=("turn_id", "match_pledge_id"), name="unspent_share_match_once"),
        ),
        ops.AddConstraint(
            model_name="UnspentShare",
            constraint=UniqueConstraint(fields=("turn_id", "pledge_id"), name="unspent_share_pledge_once"),
        ),
        ops.AddConstraint(
            model_name="WordsVersion",
            constraint=UniqueConstraint(fields=("page", "number"), name="words_version_once"),
        ),
        ops.AddConstraint(
            model_name="WordsVersion",
            constraint=CheckConstraint(check="number >= 1", name="words_version_counted"),
        ),
    ]
