"""Community groups and the people who run them."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import one_of
from projects.kinds import LegalForm, MemberRole


class Group(Model):
    """A community group: from one named person without a constitution to a charity."""

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=80, unique=True)
    name = fields.CharField(max_length=120)
    legal_form = fields.CharField(max_length=48)
    charity_number = fields.CharField(max_length=12, null=True)
    company_number = fields.CharField(max_length=8, null=True)
    about = fields.TextField(default="")
    named_people = fields.CharField(max_length=200, default="")  # for a group of one or two people, shown to officers
    officer_id = fields.BigIntField(null=True)  # the officer whom its pages name; the first who checks, or chosen
    generated = fields.BooleanField(default=False)  # a record made by the demo's generator
    import_batch_id = fields.BigIntField(null=True)
    # its account at the payment provider can take a payout: written by payments, through services.set_payouts_ready()
    payouts_ready_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "community_group"
        constraints = (one_of("community_group", "legal_form", LegalForm),)


class Member(Model):
    """A person's place in a group. Ended, never deleted; one current place each."""

    id = fields.BigIntField(primary_key=True)
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="members", on_delete=fields.RESTRICT
    )
    group_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="memberships", on_delete=fields.RESTRICT
    )
    person_id: int
    role = fields.CharField(max_length=16)
    created_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "group_member"
        constraints = (
            one_of("group_member", "role", MemberRole),
            UniqueConstraint(fields=("group_id", "person_id"), name="group_member_once", condition="ended_at IS NULL"),
        )
