"""What readers chose, and whose mail came back. Neither table holds an address: both are keyed by its hash."""

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.mail.kinds import Channel, Topic
from crowdfund_kent.models import one_of


class EmailChoice(Model):
    """Whether the reader behind `key` wants e-mails of one topic, since when and how they said so."""

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=32)
    topic = fields.CharField(max_length=24)
    wanted = fields.BooleanField()
    how = fields.CharField(max_length=24)
    changed_at = fields.DatetimeField()

    class Meta:
        table = "email_choice"
        constraints = (
            one_of("email_choice", "topic", Topic),
            UniqueConstraint(fields=("key", "topic"), name="email_choice_once"),
        )


class MailBounce(Model):
    """An e-mail that came back. `hard`: there is no such reader. `over_at`: since then we know better.

    `source` names the report once, such as "notify:<its id>", so that a report which comes twice counts once.
    """

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=32, db_index=True)
    hard = fields.BooleanField()
    status = fields.CharField(max_length=12, default="")  # as RFC 3463 has it: 5.1.1
    channel = fields.CharField(max_length=8)
    source = fields.CharField(max_length=120, unique=True)
    at = fields.DatetimeField()
    over_at = fields.DatetimeField(null=True)

    class Meta:
        table = "mail_bounce"
        constraints = (one_of("mail_bounce", "channel", Channel),)
