"""What is written about a project: updates, questions with answers, letters to the group, support, thanks.

Texts, names and addresses are personal: erased, they are empty, and the row, its history and its dates stay.
"""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from projects.kinds import HideReason, PostKind
from projects.models.campaigns import Campaign
from projects.models.writing import Picture, Project
from projects.states import POST
from projects.states import Post as PostStatus


class Post(HasStatus):
    """One thing that somebody wrote. A question and a letter begin here and go on in PostReply.

    `author_id`: a member of the group, or whoever had signed in. `author_email` is shown to nobody, neither to the group.
    `name_shown`: the author's name stands beside it in public. `form_key`: a second click finds the same row.
    """

    TRANSITIONS: ClassVar = POST
    WORD: ClassVar = "post"

    reference = fields.CharField(max_length=12, unique=True)
    kind = fields.CharField(max_length=12)
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="posts", on_delete=fields.RESTRICT
    )
    project_id: int
    # whose backers hear of it: the campaign that was public when it was written
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="posts", on_delete=fields.RESTRICT
    )
    campaign_id: int
    form_key = fields.CharField(max_length=64, unique=True, null=True)
    author_id = fields.BigIntField(null=True)
    author_name = fields.CharField(max_length=120, default="")
    author_email = fields.CharField(max_length=254, null=True)
    name_shown = fields.BooleanField(default=False)
    title = fields.CharField(max_length=120, default="")
    text = fields.TextField(default="")
    picture: fields.ForeignKeyNullableRelation[Picture] = fields.ForeignKeyField(
        "models.Picture", related_name="posts", null=True, on_delete=fields.RESTRICT
    )
    picture_id: int | None
    written_at = fields.DatetimeField()
    shown_at = fields.DatetimeField(null=True)  # first, whatever became of it later
    changed_at = fields.DatetimeField(null=True)
    mail_from_at = fields.DatetimeField(
        null=True
    )  # e-mails to backers begin then; until then the group may think again
    mailed_at = fields.DatetimeField(null=True)  # every backer's e-mail has its row

    class Meta:
        table = "post"
        indexes = (("project_id", "kind", "status"), ("kind", "shown_at"))
        constraints = (
            one_of("post", "status", PostStatus),
            one_of("post", "kind", PostKind),
            CheckConstraint(check="status <> 'shown' OR shown_at IS NOT NULL", name="post_shown_since"),
        )


class PostEvent(StatusEvent):
    """Status history of a post."""

    subject: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "post_event"


Post.Event = PostEvent


class PostReply(Model):
    """What was written after a question or a letter: by the group, or by the person who asked. Personal text."""

    id = fields.BigIntField(primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="replies", on_delete=fields.RESTRICT
    )
    post_id: int
    by_group = fields.BooleanField()
    by_id = fields.BigIntField(null=True)
    text = fields.TextField()
    at = fields.DatetimeField()

    class Meta:
        table = "post_reply"
        indexes = (("post_id", "id"),)


class PostWording(Model):
    """Words of an update before they were changed, so that nobody can say something else was there."""

    id = fields.BigIntField(primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="wordings", on_delete=fields.RESTRICT
    )
    post_id: int
    number = fields.IntField()
    title = fields.CharField(max_length=120, default="")
    text = fields.TextField(default="")
    until_at = fields.DatetimeField()
    by_id = fields.BigIntField(null=True)  # who changed it

    class Meta:
        table = "post_wording"
        constraints = (UniqueConstraint(fields=("post_id", "number"), name="post_wording_once"),)


class PostHiding(Model):
    """One time that an officer hid a post, and what came of it. Who hid it does not decide the appeal.

    `words` are to the author, `appeal` the author's, `answer` the second officer's. `over_at`: it is shown again.
    """

    id = fields.BigIntField(primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="hidings", on_delete=fields.RESTRICT
    )
    post_id: int
    reason = fields.CharField(max_length=24)
    words = fields.TextField(default="")
    by_id = fields.BigIntField()
    at = fields.DatetimeField()
    appeal = fields.TextField(default="")
    appealed_at = fields.DatetimeField(null=True)
    decided_by_id = fields.BigIntField(null=True)
    decided_at = fields.DatetimeField(null=True)
    upheld = fields.BooleanField(null=True)  # the appeal was right
    answer = fields.TextField(default="")
    over_at = fields.DatetimeField(null=True)

    class Meta:
        table = "post_hiding"
        indexes = (("post_id", "id"),)
        constraints = (
            one_of("post_hiding", "reason", HideReason),
            CheckConstraint(check="decided_by_id IS NULL OR decided_by_id <> by_id", name="post_hiding_two_people"),
            CheckConstraint(
                check="(decided_at IS NULL) = (decided_by_id IS NULL) AND (decided_at IS NULL) = (upheld IS NULL)"
                " AND (decided_at IS NULL OR appealed_at IS NOT NULL)",
                name="post_hiding_decided_whole",
            ),
        )


class QuietPeriod(Model):
    """Days before an election in which new posts wait for an officer (domain.md, section 4). Both days are included."""

    id = fields.BigIntField(primary_key=True)
    from_day = fields.DateField()
    to_day = fields.DateField()
    words = fields.CharField(max_length=200)  # which election, as pages say it
    by_id = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()
    ended_by_id = fields.BigIntField(null=True)
    ended_at = fields.DatetimeField(null=True)  # taken off the list, before or in its days

    class Meta:
        table = "quiet_period"
        constraints = (CheckConstraint(check="to_day >= from_day", name="quiet_period_in_order"),)
