from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0035_movements_by_what_they_are_about")]

    initial = False

    operations = [
        ops.AddField(
            model_name="SurveyInvitation",
            name="gift",
            field=fields.ForeignKeyField(
                "models.OfflineGift",
                source_field="gift_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="survey_invitations",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddConstraint(
            model_name="SurveyInvitation",
            constraint=UniqueConstraint(fields=("gift_id",), name="survey_invitation_giver_once"),
        ),
        ops.AddConstraint(
            model_name="SurveyInvitation",
            constraint=CheckConstraint(
                check="gift_id IS NULL OR (kind = 'backer' AND pledge_id IS NULL)", name="survey_invitation_of_a_giver"
            ),
        ),
        ops.AlterModelOptions(
            name="SurveyRound",
            options={
                "table": "survey_round",
                "app": "models",
                "constraints": [
                    CheckConstraint(check="kind IN ('project', 'year', 'backer')", name="survey_round_kind_known"),
                    UniqueConstraint(fields=("kind", "version", "first_day"), name="survey_round_once"),
                    CheckConstraint(check="first_day < last_day AND paper_sheets >= 0", name="survey_round_sane"),
                ],
                "pk_attr": "id",
                "table_description": "Everybody of one kind who is asked in one half-year, with one version of the questions.",
            },
        ),
    ]
