"""Helped launch: what a person confirmed by a code or on a signed paper, and the letters for people without e-mail."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from crowdfund_kent.models import one_of
from projects.kinds import PaperAct
from projects.models.campaigns import Campaign


class Confirmation(Model):
    """A link and a six-figure code, hashed, that an owner got by e-mail to confirm what a helper wrote with them.

    `digest` is of what they were shown: after a change the code is worth nothing.
    """

    id = fields.BigIntField(primary_key=True)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="confirmations", on_delete=fields.RESTRICT
    )
    campaign_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="confirmations", on_delete=fields.RESTRICT
    )
    person_id: int
    asked_by_id = fields.BigIntField()
    link_hash = fields.CharField(max_length=64, unique=True)
    code_hash = fields.CharField(max_length=64)
    digest = fields.CharField(max_length=64)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    tries = fields.IntField(default=0)

    class Meta:
        table = "confirmation"


class SignedPaper(Model):
    """A decision that an owner signed on paper: what, when, where the picture of it is, and which officer recorded it.

    Never changed (trigger). `reference` stands on the printed page and follows from what the page says.
    """

    id = fields.BigIntField(primary_key=True)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="papers", on_delete=fields.RESTRICT
    )
    campaign_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="papers", on_delete=fields.RESTRICT
    )
    person_id: int
    act = fields.CharField(max_length=16)
    subject = fields.CharField(max_length=80)  # "campaign:12", or the offer that is answered
    reference = fields.CharField(max_length=16, unique=True)
    signed_on = fields.DateField()
    file_key = fields.CharField(max_length=160)
    media_type = fields.CharField(max_length=60)
    recorded_by_id = fields.BigIntField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "signed_paper"
        constraints = (one_of("signed_paper", "act", PaperAct),)


class LetterToPost(Model):
    """What would have been an e-mail to somebody who has none: an officer prints and posts it. Personal text."""

    id = fields.BigIntField(primary_key=True)
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="letters", on_delete=fields.RESTRICT
    )
    person_id: int
    group_id = fields.BigIntField()
    name = fields.CharField(max_length=64)
    subject = fields.CharField(max_length=160)
    text = fields.TextField()
    unique_key = fields.CharField(max_length=160, unique=True)
    created_at = fields.DatetimeField()
    posted_at = fields.DatetimeField(null=True)
    posted_by_id = fields.BigIntField(null=True)

    class Meta:
        table = "letter_to_post"
