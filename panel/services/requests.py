"""The request desk: what was asked is recorded, read item by item, answered by two people, and published by one tap.

The clock is 20 working days in England after the day it was received (Freedom of Information Act 2000, section 10). While
somebody was asked what they mean it stands, and begins anew on the day they say so. Officers of the whole site answer, and
nobody who has an interest in what is asked about.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from crowdfund_kent import audit, events, storage
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from crowdfund_kent.models import AuditRow
from crowdfund_kent.references import new_reference
from crowdfund_kent.working_days import add_working_days
from panel import access
from panel.bundling import request_section
from panel.kinds import Exemption, Refusal
from panel.models import InformationRequest, Redaction
from panel.queries import requests as queries
from panel.queries.disclosing import Scope, pitch_ids, scope_of
from panel.redacting import EVERYWHERE
from panel.states import Request as Status

ANSWER_WITHIN: Final = 20
"""Working days in England after the day of receipt."""
OPEN: Final = (Status.RECEIVED, Status.UNCLEAR)
RELEASERS: Final = (Role.FUND_OFFICER, Role.FINANCE_APPROVER)
ACTS: Final = {
    "received": "request received",
    "clarification asked": "request clarification asked",
    "clarified": "request clarified",
    "answered": "request answered",
    "refused": "request refused",
}
"""Cause of an event here -> what the audit record calls it."""
_UNBUILT: Final[Mapping[str, Any]] = {
    "bundle": None,
    "bundle_key": "",
    "bundle_sha256": "",
    "prepared_by_id": None,
    "prepared_at": None,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as an officer records it. `title` is public once the answer is: it names nobody."""

    asker: str
    contact: str
    words: str
    title: str
    received_on: date


def due_on(begins: date) -> date:
    """The last day to answer, where the clock begins on this day."""
    return add_working_days(begins, ANSWER_WITHIN)


async def receive(asked: Asked, by: Actor) -> InformationRequest:
    """An officer records a request. Refused (rule "day") for one that is to come."""
    async with transaction():
        await require_role(by, Role.FUND_OFFICER)
        if asked.received_on > business_today():
            raise Refused("Enter the day it came: today or earlier.", rule="day")
        made = await InformationRequest.create(
            status=Status.RECEIVED,
            reference=new_reference("Q"),
            asker=asked.asker,
            contact=asked.contact,
            words=asked.words,
            title=asked.title,
            received_on=asked.received_on,
            due_on=due_on(asked.received_on),
            handler_id=by.person_id,
            created_at=business_now(),
        )
        await events.begin(made, by, cause="received")
        await _tell("received", made, by)
    return made


async def ask_what_is_meant(request_id: int, by: Actor) -> InformationRequest:
    """We have asked the asker what they mean: the clock stands."""
    async with transaction():
        found = await _to_write(request_id, by)
        await events.move(found, "clarification asked", by, waiting_since=business_today())
        await _tell("clarification asked", found, by)
    return found


async def clarify(request_id: int, words: str, on: date, by: Actor) -> InformationRequest:
    """They said what they mean on this day: it is added to what was asked, and the clock begins anew."""
    async with transaction():
        found = await _to_write(request_id, by)
        if not (found.waiting_since or on) <= on <= business_today():
            raise Refused("Enter the day they answered: not before we asked, and not after today.", rule="day")
        said = f"{found.words}\n\n{words}".strip()
        more: dict[str, Any] = {"words": said, "waiting_since": None, "due_on": due_on(on), **_UNBUILT}
        await events.move(found, "clarified", by, **more)
        await _tell("clarified", found, by, day=on.isoformat())
    return found


async def choose(request_id: int, scope: Scope, by: Actor) -> InformationRequest:
    """An officer says what it is about. Refused (rule "scope") for nothing at all."""
    async with transaction():
        found = await _to_write(request_id, by)
        if scope.is_empty:
            raise Refused("Choose rounds, a group or days: then there is something to collect.", rule="scope")
        await _change(found, scope=scope.as_stored(), handler_id=by.person_id)
        await refuse_interested(found, by)
        await audit.record("request scope chosen", f"information_request:{found.id}", by)
    return found


async def write_answer(request_id: int, answer: str, by: Actor) -> InformationRequest:
    """The covering words."""
    async with transaction():
        found = await _to_write(request_id, by)
        read = request_section(found.title, found.words, answer).items[-1]
        await _change(found, answer=answer, looked={**found.looked, read.key: read.digest})
    return found


async def have_read(request_id: int, seen: Mapping[str, str], by: Actor) -> None:
    """An officer has read these items as they were then: item -> digest."""
    async with transaction():
        found = await _to_write(request_id, by)
        found.looked = {**found.looked, **seen}
        await found.save(update_fields=["looked"])


async def leave_out(request_id: int, item: str, words: str, exemption: Exemption, reason: str, by: Actor) -> Redaction:
    """Leave words out of an item, or of every item (EVERYWHERE), or an item whole (no words). Refused for nothing found."""
    async with transaction():
        found = await _to_write(request_id, by)
        if not reason.strip():
            raise Refused("Enter why it is left out.", rule="reason")
        if item == EVERYWHERE and not words.strip():
            raise Refused("Enter the words to leave out everywhere.", rule="words")
        if item != EVERYWHERE and not await queries.stands_in(found, item, words):
            raise Refused("These words are not in this item. Copy them from it.", rule="words")
        made = await Redaction.create(
            request_id=found.id,
            item=item,
            words=words,
            exemption=exemption,
            reason=reason,
            made_by_id=by.person_id,
            made_at=business_now(),
        )
        await _change(found)
        await audit.record(
            "words left out",
            f"information_request:{found.id}",
            by,
            redaction_id=made.id,
            exemption=exemption.name.lower(),
        )
    return made


async def put_back(request_id: int, redaction_id: int, by: Actor) -> None:
    """What was left out by an officer stands in the answer again."""
    async with transaction():
        found = await _to_write(request_id, by)
        row = await Redaction.get_or_none(id=redaction_id, request_id=found.id)
        if row is None:
            raise NotFound
        await row.delete()
        await _change(found)
        await audit.record("words put back", f"information_request:{found.id}", by, redaction_id=redaction_id)


async def prepare(request_id: int, by: Actor) -> InformationRequest:
    """Build the bundle. Refused while something is not read as it stands now, or there are no covering words.

    It is stored before the row names it; what nobody names is removed later. A change meanwhile is a Conflict.
    """
    first = await _to_answer(request_id, by)
    if not first.answer.strip():
        raise Refused("Write the covering words first.", rule="answer")
    unread = await queries.unread_in(first)
    if unread:
        raise Refused(f"Read everything first: {unread} items are not read as they stand now.", rule="read")
    before = await _fingerprint(first)
    made = await queries.bundle_of(first)
    key = f"requests/{secrets.token_hex(16)}.zip"
    await storage.save(key, made.content)
    async with transaction():
        found = await _to_write(request_id, by)
        if await _fingerprint(found) != before:
            raise Conflict("Somebody changed this request meanwhile. Look at it again, then prepare it.")
        found.bundle, found.bundle_key, found.bundle_sha256 = made.public, key, queries.sha256_of(made.content)
        found.prepared_by_id, found.prepared_at = by.person_id, business_now()
        await found.save(update_fields=list(_UNBUILT))
        await audit.record("answer prepared", f"information_request:{found.id}", by, sha256=found.bundle_sha256)
    return found


async def release(request_id: int, by: Actor) -> InformationRequest:
    """Another person lets the answer go: neither who prepared it nor who left words out of it."""
    async with transaction():
        found = await _locked(request_id)
        await require_role(by, *RELEASERS)
        await refuse_interested(found, by)
        if not found.bundle_key:
            raise Refused("The answer is not prepared yet.", rule="prepared")
        refuse_same_person(by, *await makers(found), what="prepare an answer and let it go")
        await events.move(found, "answered", by, answered_on=business_today(), answered_by_id=by.person_id)
        await _tell("answered", found, by, sha256=found.bundle_sha256)
    return found


async def makers(found: InformationRequest) -> list[int | None]:
    """Who prepared it or left words out of it, ever: also where another one prepared it again, or put the words back."""
    subject, acts = f"information_request:{found.id}", ["answer prepared", "words left out"]
    return [found.prepared_by_id, *[row.person_id for row in await AuditRow.filter(subject=subject, act__in=acts)]]


async def refuse(request_id: int, because: Refusal, answer: str, by: Actor) -> InformationRequest:
    """An officer refuses all of it, with the section and the words that the asker is told."""
    async with transaction():
        found = await _to_write(request_id, by)
        if not answer.strip():
            raise Refused("Enter what the asker is told.", rule="reason")
        now: dict[str, Any] = {"answered_on": business_today(), "answered_by_id": by.person_id, **_UNBUILT}
        await events.move(found, "refused", by, refused_because=because.value, answer=answer, **now)
        await _tell("refused", found, by)
    return found


async def publish(request_id: int, by: Actor, *, public: bool = True) -> InformationRequest:
    """One tap: an answer that went becomes public, without who asked; or is taken down again."""
    async with transaction():
        found = await _locked(request_id)
        await require_role(by, Role.FUND_OFFICER)
        if found.status != Status.ANSWERED:
            raise Refused("Only what was answered can be published.", rule="answered")
        if (found.published_at is not None) == public:
            return found
        found.published_at = business_now() if public else None
        await found.save(update_fields=["published_at"])
        act = "answer published" if public else "answer taken down"
        await audit.record(act, f"information_request:{found.id}", by)
    return found


async def refuse_interested(found: InformationRequest, by: Actor) -> None:
    """Forbidden to who is barred from a pitch that is asked about: somebody else answers."""
    ids = await pitch_ids(scope_of(found.scope))
    if by.person_id is None or (ids and await access.who_is_barred(ids, [by.person_id])):
        raise Forbidden("You have an interest in something that this request is about. Somebody else answers it.")


async def _locked(request_id: int) -> InformationRequest:
    found = await InformationRequest.select_for_update().get_or_none(id=request_id)
    if found is None:
        raise NotFound
    return found


async def _to_write(request_id: int, by: Actor) -> InformationRequest:
    found = await _locked(request_id)
    return await _checked(found, by)


async def _to_answer(request_id: int, by: Actor) -> InformationRequest:
    found = await InformationRequest.get_or_none(id=request_id)
    if found is None:
        raise NotFound
    await _checked(found, by)
    if found.status != Status.RECEIVED:
        raise Refused("We asked what is meant, and wait for an answer.", rule="unclear")
    return found


async def _checked(found: InformationRequest, by: Actor) -> InformationRequest:
    """For an officer of the site, while nothing has gone."""
    await require_role(by, Role.FUND_OFFICER)
    await refuse_interested(found, by)
    if found.status not in OPEN:
        raise Refused("This request is answered: nothing of it changes any more.", rule="status")
    return found


async def _change(found: InformationRequest, **changes: Any) -> None:
    """Whatever changes takes back what was prepared."""
    for name, value in {**changes, **_UNBUILT}.items():
        setattr(found, name, value)
    await found.save(update_fields=[*changes, *_UNBUILT])


async def _fingerprint(found: InformationRequest) -> tuple[Any, ...]:
    cuts = await Redaction.filter(request_id=found.id).order_by("id")
    return (found.words, found.title, found.answer, str(found.scope), [row.id for row in cuts], found.due_on)


async def _tell(cause: str, found: InformationRequest, by: Actor, **more: int | str | None) -> None:
    await audit.record(ACTS[cause], f"information_request:{found.id}", by, **more)
