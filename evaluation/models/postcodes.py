"""Kent's part of the ONS postcode directory, where an officer imported it."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model


class Postcode(Model):
    """Where one postcode lies: its district, its electoral division, and how deprived its neighbourhood is (1 = most)."""

    id = fields.BigIntField(primary_key=True)
    postcode = fields.CharField(max_length=8, unique=True)  # "CT9 1AA"
    district_code = fields.CharField(max_length=9)
    division_code = fields.CharField(max_length=9, default="")
    decile = fields.IntField(null=True)

    class Meta:
        table = "postcode"
        constraints = (CheckConstraint(check="decile BETWEEN 1 AND 10", name="postcode_decile"),)
