from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0002_guards")]

    initial = False

    operations = [
        ops.RemoveConstraint(
            model_name="Member",
            name="group_member_role_known",
            fields=None,
        ),
        ops.AddConstraint(
            model_name="Member",
            constraint=CheckConstraint(check="role IN ('owner', 'editor', 'helper')", name="group_member_role_known"),
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
    ]
