"""Requests for information: what was asked, by when, what the answer holds, and what was left out and why."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from crowdfund_kent.models import HasStatus, StatusEvent, one_of
from panel.kinds import Exemption, Refusal
from panel.states import REQUEST
from panel.states import Request as RequestStatus


class InformationRequest(HasStatus):
    """One request under the Freedom of Information Act, with its clock of 20 working days.

    `scope`: {"rounds": [ids], "group": id or null, "from": day or null, "to": day or null}. `looked`: item -> digest of
    its text when an officer read it. `bundle`: the public words of what was built, with everything left out already.
    """

    TRANSITIONS: ClassVar = REQUEST
    WORD: ClassVar = "request"

    reference = fields.CharField(max_length=12, unique=True)
    asker = fields.CharField(max_length=120, default="")
    contact = fields.CharField(max_length=254, default="")
    words = fields.TextField()
    title = fields.CharField(max_length=120)  # public, once published: without the asker
    received_on = fields.DateField()
    due_on = fields.DateField()
    waiting_since = fields.DateField(null=True)  # clarification asked: the clock begins anew when it comes
    scope: Any = fields.JSONField(default=dict)
    handler_id = fields.BigIntField(null=True)
    answer = fields.TextField(default="")  # the covering words
    refused_because = fields.CharField(max_length=64, default="")
    looked: Any = fields.JSONField(default=dict)
    bundle: Any = fields.JSONField(null=True)
    bundle_key = fields.CharField(max_length=120, default="")  # of the file store
    bundle_sha256 = fields.CharField(max_length=64, default="")
    prepared_by_id = fields.BigIntField(null=True)  # who built the bundle; another person lets it go
    prepared_at = fields.DatetimeField(null=True)
    answered_by_id = fields.BigIntField(null=True)
    answered_on = fields.DateField(null=True)
    published_at = fields.DatetimeField(null=True)
    forgotten_at = fields.DatetimeField(null=True)  # who asked is gone since then
    created_at = fields.DatetimeField()

    class Meta:
        table = "information_request"
        constraints = (
            one_of("information_request", "status", RequestStatus),
            one_of("information_request", "refused_because", ("", *Refusal)),
            CheckConstraint(
                check="published_at IS NULL OR status = 'answered'", name="information_request_answered_first"
            ),
            CheckConstraint(
                check="(status IN ('answered', 'refused')) = (answered_on IS NOT NULL AND answered_by_id IS NOT NULL)"
                " AND (status = 'refused') = (refused_because <> '')",
                name="information_request_answered_whole",
            ),
            CheckConstraint(
                check="status <> 'answered' OR (bundle_key <> '' AND bundle_sha256 <> '' AND prepared_by_id IS NOT NULL"
                " AND prepared_by_id <> answered_by_id)",
                name="information_request_two_people",
            ),
            CheckConstraint(
                check="(status = 'unclear') = (waiting_since IS NOT NULL) OR status = 'refused'",
                name="information_request_clock",
            ),
        )


class InformationRequestEvent(StatusEvent):
    """Status history of a request for information."""

    subject: fields.ForeignKeyRelation[InformationRequest] = fields.ForeignKeyField(
        "models.InformationRequest", related_name="events", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "information_request_event"


InformationRequest.Event = InformationRequestEvent


class Redaction(Model):
    """Words left out of an answer, or a whole field of it, with the exemption that allows it."""

    id = fields.BigIntField(primary_key=True)
    request: fields.ForeignKeyRelation[InformationRequest] = fields.ForeignKeyField(
        "models.InformationRequest", related_name="redactions", on_delete=fields.RESTRICT
    )
    request_id: int
    item = fields.CharField(max_length=80)  # "decision:12:reasons"
    words = fields.TextField(default="")  # empty: all of the item
    exemption = fields.CharField(max_length=64)
    reason = fields.CharField(max_length=300)
    made_by_id = fields.BigIntField()
    made_at = fields.DatetimeField()

    class Meta:
        table = "information_redaction"
        constraints = (
            one_of("information_redaction", "exemption", Exemption),
            CheckConstraint(check="reason <> ''", name="information_redaction_reasoned"),
        )
