import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0024_unpaid_cheques_and_own_money")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AboutYouUsed",
            fields=[
                ("hash", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
            ],
            options={
                "table": "survey_about_you_used",
                "app": "models",
                "pk_attr": "hash",
                "table_description": "That a sheet was sent, so that it is sent once: a hash, without a time, an order or an answer.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SurveyRound",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("kind", fields.CharField(max_length=8)),
                ("version", fields.IntField()),
                ("first_day", fields.DateField()),
                ("last_day", fields.DateField()),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("paper_sheets", fields.IntField(default=0)),
            ],
            options={
                "table": "survey_round",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Everybody of one kind who is asked in one quarter, with one version of the questions.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AboutYouCount",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "round",
                    fields.ForeignKeyField(
                        "models.SurveyRound",
                        source_field="round_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="about_you",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("question", fields.CharField(max_length=24)),
                ("answer", fields.CharField(max_length=24)),
                ("count", fields.IntField()),
            ],
            options={
                "table": "survey_about_you",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Equality monitoring: how many of a round gave one answer. A counter, and no row of anybody's.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SurveyInvitation",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "round",
                    fields.ForeignKeyField(
                        "models.SurveyRound",
                        source_field="round_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="invitations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=8)),
                ("variant", fields.CharField(max_length=8)),
                (
                    "campaign",
                    fields.ForeignKeyField(
                        "models.Campaign",
                        source_field="campaign_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="survey_invitations",
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
                        related_name="survey_invitations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reference", fields.CharField(unique=True, max_length=12)),
                ("token_hash", fields.CharField(max_length=64)),
                ("invited_on", fields.DateField()),
                ("closes_on", fields.DateField()),
                (
                    "draft",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("forgotten_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "survey_invitation",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One group or one backer is asked. No address is kept: a group's owners and a pledge's backer are found when we write.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="SurveyAnswer",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "invitation",
                    fields.ForeignKeyField(
                        "models.SurveyInvitation",
                        source_field="invitation_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="answers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("question", fields.CharField(max_length=32)),
                ("choices", fields.CharField(max_length=200)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "survey_answer",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What was chosen for one question. Append-only: the newest that was true and known by a moment is the answer then.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SurveyInvitationEvent",
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
                        "models.SurveyInvitation",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "survey_invitation_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of an invitation.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="SurveyWords",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "invitation",
                    fields.ForeignKeyField(
                        "models.SurveyInvitation",
                        source_field="invitation_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="words",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("question", fields.CharField(max_length=32)),
                ("text", fields.TextField(unique=False)),
            ],
            options={
                "table": "survey_words",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What somebody wrote. Personal: for officers only, until it is let go of.",
            },
            bases=["Model"],
        ),
        ops.RemoveConstraint(
            model_name="EmailChoice",
            name="email_choice_topic_known",
            fields=None,
        ),
        ops.AddConstraint(
            model_name="EmailChoice",
            constraint=CheckConstraint(
                check="topic IN ('project updates', 'thanks', 'programme news', 'questions')",
                name="email_choice_topic_known",
            ),
        ),
        ops.AddConstraint(
            model_name="SurveyRound",
            constraint=CheckConstraint(check="kind IN ('project', 'year', 'backer')", name="survey_round_kind_known"),
        ),
        ops.AddConstraint(
            model_name="SurveyRound",
            constraint=UniqueConstraint(fields=("kind", "version", "first_day"), name="survey_round_once"),
        ),
        ops.AddConstraint(
            model_name="SurveyRound",
            constraint=CheckConstraint(check="first_day < last_day AND paper_sheets >= 0", name="survey_round_sane"),
        ),
        ops.AddConstraint(
            model_name="AboutYouCount",
            constraint=UniqueConstraint(fields=("round_id", "question", "answer"), name="survey_about_you_once"),
        ),
        ops.AddConstraint(
            model_name="AboutYouCount",
            constraint=CheckConstraint(check="count > 0", name="survey_about_you_counted"),
        ),
        ops.AddConstraint(
            model_name="SurveyInvitation",
            constraint=CheckConstraint(
                check="status IN ('asked', 'answered', 'declined', 'lapsed')", name="survey_invitation_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="SurveyInvitation",
            constraint=CheckConstraint(
                check="kind IN ('project', 'year', 'backer')", name="survey_invitation_kind_known"
            ),
        ),
        ops.AddConstraint(
            model_name="SurveyInvitation",
            constraint=CheckConstraint(
                check="variant IN ('matched', 'crowd', 'missed')", name="survey_invitation_variant_known"
            ),
        ),
        ops.AddConstraint(
            model_name="SurveyInvitation",
            constraint=UniqueConstraint(fields=("pledge_id",), name="survey_invitation_backer_once"),
        ),
        ops.AddConstraint(
            model_name="SurveyInvitation",
            constraint=UniqueConstraint(
                fields=("campaign_id", "kind"), name="survey_invitation_group_once", condition="kind <> 'backer'"
            ),
        ),
        ops.AddConstraint(
            model_name="SurveyInvitation",
            constraint=CheckConstraint(
                check="invited_on < closes_on AND (kind = 'backer' OR pledge_id IS NULL)", name="survey_invitation_sane"
            ),
        ),
        ops.AddConstraint(
            model_name="SurveyWords",
            constraint=UniqueConstraint(fields=("invitation_id", "question"), name="survey_words_once"),
        ),
    ]
