"""Messages of support: which post is of which pledge. The words are the post's."""

from tortoise import fields
from tortoise.models import Model

from pledges.models.pledges import Pledge
from projects.models import Post


class SupportMessage(Model):
    """A backer's message of support. Its author is found by the pledge; no amount is ever shown beside it."""

    id = fields.BigIntField(primary_key=True)
    pledge: fields.ForeignKeyRelation[Pledge] = fields.ForeignKeyField(
        "models.Pledge", related_name="messages", on_delete=fields.RESTRICT
    )
    pledge_id: int
    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "models.Post", related_name="support", on_delete=fields.RESTRICT
    )
    post_id: int

    class Meta:
        table = "support_message"
