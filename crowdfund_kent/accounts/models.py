"""People, their sign-ins and what staff may do."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.models import one_of


class Person(Model):
    """Somebody who signs in, or whom a helper entered. The e-mail is lower case and unique.

    It is empty after erasure, and for people who have none: then `phone` or `postal` says how to reach them.
    """

    id = fields.BigIntField(primary_key=True)
    email = fields.CharField(max_length=254, unique=True, null=True)
    name = fields.CharField(max_length=120, default="")
    phone = fields.CharField(max_length=40, default="", db_default="")
    phone_since = fields.DatetimeField(
        null=True
    )  # business time: a call-back goes to a number held before (bank details)
    postal = fields.CharField(max_length=300, default="", db_default="")
    created_at = fields.DatetimeField()
    erased_at = fields.DatetimeField(null=True)

    class Meta:
        table = "person"


class OfficerContact(Model):
    """How an officer is reached by groups: shown on their pages and in mails to them. In the officer's own words."""

    id = fields.BigIntField(primary_key=True)
    person: fields.OneToOneRelation[Person] = fields.OneToOneField(
        "models.Person", related_name="contact", on_delete=fields.RESTRICT
    )
    person_id: int
    name = fields.CharField(max_length=120)
    phone = fields.CharField(max_length=40)
    hours = fields.CharField(max_length=80)
    email = fields.CharField(max_length=254)
    changed_at = fields.DatetimeField()

    class Meta:
        table = "officer_contact"


class StaffRole(Model):
    """A role a person holds, for one fund or for the site (fund_id empty). Never deleted: ended."""

    id = fields.BigIntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="roles", on_delete=fields.RESTRICT
    )
    person_id: int
    role = fields.CharField(max_length=32)
    fund_id = fields.BigIntField(null=True)  # a match fund; the reference is made in the database, not here
    granted_by_id = fields.BigIntField(null=True)
    granted_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_role"
        constraints = (one_of("staff_role", "role", Role),)


class SignIn(Model):
    """One request to sign in: a link and a six-figure code, hashed, single use, 30 minutes."""

    id = fields.BigIntField(primary_key=True)
    email = fields.CharField(max_length=254, db_index=True)
    link_hash = fields.CharField(max_length=64, unique=True)
    code_hash = fields.CharField(max_length=64)
    next_path = fields.CharField(max_length=400, default="/account")
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    tries = fields.IntField(default=0)

    class Meta:
        table = "sign_in"


class Session(Model):
    """A browser's session: an opaque cookie, hashed here. It begins on a pledge or sign-in page."""

    id = fields.BigIntField(primary_key=True)
    token_hash = fields.CharField(max_length=64, unique=True)
    csrf_token = fields.CharField(max_length=64)
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="sessions", null=True, on_delete=fields.RESTRICT
    )
    person_id: int | None
    data: Any = fields.JSONField(default=dict)  # a message to show once, answers not yet saved
    created_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "session"
