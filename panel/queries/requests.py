"""Reads of the request desk: which wait and how late they are, the items to read, and the bundle as it would go."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crowdfund_kent import storage
from crowdfund_kent.clock import business_today
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound, SiteError
from crowdfund_kent.working_days import working_days_between
from panel.bundling import Bundle, Part, built, left_out, request_section
from panel.days import Clock, clock
from panel.kinds import Exemption
from panel.models import InformationRequest, Redaction
from panel.queries.disclosing import collect, names_of, scope_of
from panel.redacting import Cut, Item, Section, maybe_names, names_pattern, near, words_pattern
from panel.states import Request as Status

_OPEN: Final = (Status.RECEIVED, Status.UNCLEAR)


@dataclass(frozen=True, slots=True)
class Listed:
    """A request in the list of staff. `age`: working days since it was received, until it was answered."""

    request: InformationRequest
    age: int
    clock: Clock

    @property
    def words(self) -> str:
        """How its clock stands."""
        if self.request.status == Status.UNCLEAR:
            return "the clock stands"
        return self.clock.words if self.request.status == Status.RECEIVED else self.request.status


async def request_by_reference(reference: str) -> InformationRequest:
    """NotFound for none."""
    found = await InformationRequest.get_or_none(reference=reference)
    if found is None:
        raise NotFound
    return found


def listed_of(found: InformationRequest) -> Listed:
    """Its clock as it stands today."""
    today = business_today()
    running = found.status == Status.RECEIVED
    age = working_days_between(found.received_on, found.answered_on or today)
    return Listed(found, age, clock(found.due_on, today, running=running))


async def requests() -> list[Listed]:
    """Those that wait first, the most urgent at the top; then those that went, the newest first."""
    found = await InformationRequest.all().order_by("due_on", "id")
    waiting = [listed_of(one) for one in found if one.status in _OPEN]
    gone = sorted((one for one in found if one.status not in _OPEN), key=lambda one: one.id, reverse=True)
    return waiting + [listed_of(one) for one in gone]


async def waiting_count() -> int:
    """Requests that are not answered."""
    return await InformationRequest.filter(status__in=_OPEN).count()


async def to_release_count(person_id: int) -> int:
    """Answers that somebody else prepared and that wait for a second person."""
    waiting = InformationRequest.filter(status=Status.RECEIVED, prepared_by_id__isnull=False)
    return await waiting.exclude(prepared_by_id=person_id).count()


# what is to be read ---------------------------------------------------------------------------------------------


async def sections_of(found: InformationRequest) -> list[Section]:
    """Everything that an answer may hold, the request itself first."""
    return [request_section(found.title, found.words, found.answer), *await collect(scope_of(found.scope))]


async def section_of(found: InformationRequest, key: str) -> Section:
    """One section; NotFound for none."""
    for one in await sections_of(found):
        if one.key == key:
            return one
    raise NotFound


async def item_of(found: InformationRequest, key: str) -> tuple[Section, Item]:
    """One item with its section; NotFound for none."""
    for section in await sections_of(found):
        for one in section.all:
            if one.key == key:
                return section, one
    raise NotFound


async def stands_in(found: InformationRequest, key: str, words: str) -> bool:
    """Whether these words are in the item; without words, whether there is such an item."""
    try:
        _, item = await item_of(found, key)
    except NotFound:
        return False
    return not words.strip() or words_pattern(words).search(f"{item.label}\n{item.shown}") is not None


def unread(found: InformationRequest, section: Section) -> int:
    """How many of its items nobody has read as they stand now."""
    return sum(1 for one in section.all if found.looked.get(one.key) != one.digest)


async def unread_in(found: InformationRequest) -> int:
    """The same of everything."""
    return sum(unread(found, one) for one in await sections_of(found))


async def cuts_of(found: InformationRequest) -> list[Cut]:
    """What officers leave out, in the order in which they did."""
    rows = await redactions_of(found)
    return [Cut(row.item, row.words, Exemption(row.exemption), row.reason) for row in rows]


async def redactions_of(found: InformationRequest) -> Sequence[Redaction]:
    """The rows themselves."""
    return await Redaction.filter(request_id=found.id).order_by("id")


async def _names(found: InformationRequest) -> list[str]:
    return await names_of(scope_of(found.scope))


def _askers(found: InformationRequest) -> list[str]:
    return [one for one in (found.asker, found.contact) if one.strip()]


def _texts(sections: Sequence[Section]) -> list[str]:
    return [f"{item.label} {item.shown}" for section in sections for item in section.all]


async def parts_of(found: InformationRequest, sections: Sequence[Section]) -> list[Part]:
    """The sections as they would go out. Of the request itself also who asked is left out."""
    names = near(await _names(found), _texts(sections))
    patterns = {"": names_pattern(names), "request": names_pattern([*names, *_askers(found)])}
    return left_out(sections, await cuts_of(found), patterns)


async def hints_of(found: InformationRequest, section: Section) -> dict[str, list[str]]:
    """Item -> parts of names that stand in it by themselves, which an officer should look at."""
    names = [*await _names(found), *_askers(found)]
    hints = {one.key: maybe_names(one.shown, names) for one in section.all}
    return {key: parts for key, parts in hints.items() if parts}


async def bundle_of(found: InformationRequest) -> Bundle:
    """The bundle as it would be built now."""
    sections, cuts = await sections_of(found), await cuts_of(found)
    names = near(await _names(found), [cut.reason for cut in cuts])
    everybody = {"": names_pattern([*names, *_askers(found)])}
    return built(found.reference, found.received_on, await parts_of(found, sections), cuts, everybody)


# what went ------------------------------------------------------------------------------------------------------


def sha256_of(content: bytes) -> str:
    """64 hex digits."""
    return hashlib.sha256(content).hexdigest()


async def content_of(found: InformationRequest) -> bytes:
    """The bundle as it was built; an error where the stored file is another. NotFound before it is built."""
    if not found.bundle_key:
        raise NotFound
    content = await storage.read(found.bundle_key)
    if sha256_of(content) != found.bundle_sha256:
        raise SiteError("The stored file is not the one that was prepared. Nothing was sent. Tell the operator.")
    return content


async def published() -> list[InformationRequest]:
    """What everybody may read, the newest first."""
    return await InformationRequest.filter(published_at__not_isnull=True).order_by("-published_at", "-id")


async def published_by_reference(reference: str) -> InformationRequest:
    """One of them; NotFound for what is not published."""
    found = await request_by_reference(reference)
    if found.published_at is None or found.bundle is None:
        raise NotFound
    return found


async def published_facts() -> tuple[int, datetime | None]:
    """From which the public pages follow: how many, and the newest."""
    (row,) = await fetch(
        "SELECT count(*) AS number, max(published_at) AS newest FROM information_request WHERE published_at IS NOT NULL"
    )
    return row["number"], row["newest"]


async def reference_exists(reference: str) -> bool:
    """Whether we write to somebody about a request with this reference."""
    return await InformationRequest.filter(reference=reference).exists()
