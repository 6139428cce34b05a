"""Who receives the money of a group that can't receive it itself."""

from typing import ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from projects.models.groups import Group
from projects.states import HOSTING
from projects.states import Hosting as HostingStatus


class GroupHosting(HasStatus):
    """Another group, the host, receives the money for a group: asked by an owner of the group, agreed by one of the host."""

    TRANSITIONS: ClassVar = HOSTING
    WORD: ClassVar = "host"

    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="hosts", on_delete=fields.RESTRICT
    )
    group_id: int
    host: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="hosted", on_delete=fields.RESTRICT
    )
    host_id: int
    asked_by_id = fields.BigIntField()
    asked_at = fields.DatetimeField()
    answered_by_id = fields.BigIntField(null=True)
    answered_at = fields.DatetimeField(null=True)
    ended_by_id = fields.BigIntField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "group_hosting"
        constraints = (
            one_of("group_hosting", "status", HostingStatus),
            CheckConstraint(check="group_id <> host_id", name="group_hosting_another_group"),
            CheckConstraint(
                check="status NOT IN ('agreed', 'ended') OR coalesce(answered_by_id, asked_by_id) <> asked_by_id",
                name="group_hosting_two_people",
            ),
            UniqueConstraint(
                fields=("group_id",), name="group_hosting_one_open", condition="status IN ('asked', 'agreed')"
            ),
        )


class GroupHostingEvent(StatusEvent):
    """Status history of a host."""

    subject: fields.ForeignKeyRelation[GroupHosting] = fields.ForeignKeyField(
        "models.GroupHosting", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "group_hosting_event"


GroupHosting.Event = GroupHostingEvent
