from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0030_kept_results")]

    initial = False

    operations = [
        ops.AddField(
            model_name="BankDetails",
            name="call_held_days",
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="BankDetails",
            name="call_reason",
            field=fields.CharField(default="", db_default="", max_length=500),
        ),
        ops.AddField(
            model_name="FundRules",
            name="overdue_stops",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="GiftAidAdjustment",
            name="why",
            field=fields.CharField(default="no gift any more", db_default="no gift any more", max_length=20),
        ),
        ops.AddConstraint(
            model_name="GiftAidAdjustment",
            constraint=CheckConstraint(
                check="why IN ('no gift any more', 'corrected')", name="gift_aid_adjustment_why_known"
            ),
        ),
        ops.AddField(
            model_name="MatchDraw",
            name="short_pence",
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddConstraint(
            model_name="MatchDraw",
            constraint=CheckConstraint(
                check="short_pence >= 0 AND paid_pence + short_pence <= amount_pence", name="match_draw_short_within"
            ),
        ),
        # what was let go of before the column was there
        ops.RunSQL(
            "UPDATE match_draw d SET short_pence = d.amount_pence - d.paid_pence FROM match_pledge m"
            " WHERE m.id = d.match_pledge_id AND m.status = 'closed short'",
            reverse_sql="SELECT 1",
        ),
    ]
