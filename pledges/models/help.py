"""Hours and things that residents offer. Support is never money: nothing here is in a money total (ruling 10)."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from pledges.states import HELP
from pledges.states import Help as HelpStatus
from projects.models import HelpWanted


class HelpOffer(HasStatus):
    """Somebody's offer of hours or things, without an account. Its private address is in every mail about it.

    `form_key`: a second click finds the same row. Name, address, telephone and words are personal text: erased, they
    are empty. The address is None then, and for an offer that nobody confirmed.
    """

    TRANSITIONS: ClassVar = HELP
    WORD: ClassVar = "offer of help"

    wanted: fields.ForeignKeyRelation[HelpWanted] = fields.ForeignKeyField(
        "models.HelpWanted", related_name="offers", on_delete=fields.RESTRICT
    )
    wanted_id: int
    reference = fields.CharField(max_length=12, unique=True)
    form_key = fields.CharField(max_length=64, unique=True)
    how_many = fields.IntField()
    words = fields.CharField(max_length=300, default="")
    name = fields.CharField(max_length=120, default="")
    email = fields.CharField(max_length=254, null=True)
    phone = fields.CharField(max_length=40, default="")
    created_at = fields.DatetimeField()
    confirmed_at = fields.DatetimeField(null=True)
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "help_offer"
        constraints = (
            one_of("help_offer", "status", HelpStatus),
            CheckConstraint(check="how_many > 0", name="help_offer_something"),
            CheckConstraint(
                check="confirmed_at IS NOT NULL OR status IN ('unconfirmed', 'withdrawn', 'lapsed')",
                name="help_offer_confirmed_first",
            ),
        )


class HelpOfferEvent(StatusEvent):
    """Status history of an offer of help."""

    subject: fields.ForeignKeyRelation[HelpOffer] = fields.ForeignKeyField(
        "models.HelpOffer", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "help_offer_event"


HelpOffer.Event = HelpOfferEvent
