"""Reads of cases, shaped for pages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.queries import staff_now
from crowdfund_kent.accounts.roles import Role, in_force
from crowdfund_kent.audit import Actor
from crowdfund_kent.cases.kinds import Kind, Side
from crowdfund_kent.cases.models import Case, CaseMessage
from crowdfund_kent.cases.rules import Figures, figures
from crowdfund_kent.cases.states import WAITS_FOR_US
from crowdfund_kent.cases.states import Case as Status
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import Forbidden, NotFound

ANSWERERS: Final = (Role.FUND_OFFICER, Role.ADMINISTRATOR)
YEAR: Final = timedelta(days=365)
MOST_LISTED: Final = 200


class Which(StrEnum):
    """A part of the queue."""

    WAITING = "waiting"
    MINE = "mine"
    NOBODYS = "nobodys"
    LATE = "late"
    CLOSED = "closed"


def _late(now: datetime) -> Q:
    waiting = Q(status__in=list(WAITS_FOR_US), due_at__lte=now)
    return waiting | Q(status=Status.ANSWERED, settle_by__lte=now)


def seen_by(person_id: int | None) -> QuerySet[Case]:
    """Every case that this officer may read: not what is about them."""
    return Case.filter(Q(about_id=None) | ~Q(about_id=person_id))


def _part(which: Which, person_id: int | None, now: datetime) -> QuerySet[Case]:
    cases = seen_by(person_id)
    if which is Which.CLOSED:
        return cases.filter(status=Status.CLOSED).order_by("-closed_at", "-id")
    is_open = cases.exclude(status=Status.CLOSED)
    if which is Which.MINE:
        is_open = is_open.filter(assigned_id=person_id)
    elif which is Which.NOBODYS:
        is_open = is_open.filter(assigned_id=None)
    elif which is Which.LATE:
        is_open = is_open.filter(_late(now))
    return is_open.order_by("due_at", "id")


async def queue(which: Which, by: Actor) -> list[Case]:
    """A part of the queue as this officer sees it, what is due first first; last what only waits for the person. At most 200."""
    cases = await _part(which, by.person_id, business_now()).limit(MOST_LISTED)
    return cases if which is Which.CLOSED else sorted(cases, key=_due)


def _due(case: Case) -> tuple[bool, datetime, int]:
    waits_for_us = case.status in WAITS_FOR_US
    due_at = case.due_at if waits_for_us else case.settle_by
    return due_at is None, due_at or case.due_at, case.id


async def counts(by: Actor) -> dict[Which, int]:
    """How many each part of the queue holds for this officer."""
    now = business_now()
    return {which: await _part(which, by.person_id, now).count() for which in Which}


async def waiting_count(by: Actor) -> int:
    """Cases that wait for an answer, as this officer sees them."""
    return await seen_by(by.person_id).filter(status__in=list(WAITS_FOR_US)).count()


async def late(now: datetime) -> list[Case]:
    """Every case whose answer or settling is late, the oldest first."""
    return await Case.filter(_late(now)).order_by("due_at", "id")


async def late_count() -> int:
    """How many are late now."""
    return await Case.filter(_late(business_now())).count()


async def for_officer(reference: str, by: Actor) -> Case:
    """A case for a staff page. NotFound where there is none, Forbidden where it is about who asks."""
    case = await Case.get_or_none(reference=reference)
    if case is None:
        raise NotFound
    if case.about_id is not None and case.about_id == by.person_id:
        raise Forbidden("This case is about you, so you can't see it. Somebody else answers it.")
    return case


async def messages_of(case_id: int, *, notes: bool) -> list[CaseMessage]:
    """What was written, oldest first; `notes`: also between officers."""
    sides = list(Side) if notes else [Side.PERSON, Side.OFFICER]
    return await CaseMessage.filter(case_id=case_id, side__in=sides).order_by("id")


async def answered_by(case_id: int) -> set[int]:
    """Who answered this case so far."""
    rows = await CaseMessage.filter(case_id=case_id, side=Side.OFFICER)
    return {row.by_id for row in rows if row.by_id is not None}


async def answerers() -> list[Person]:
    """Who may answer cases now, by name: whose role is for the whole site."""
    held: dict[int, tuple[Person, set[Role]]] = {}
    for row in await staff_now():
        if row.fund_id is not None:
            continue
        held.setdefault(row.person_id, (row.person, set()))[1].add(Role(row.role))
    found = [person for person, roles in held.values() if in_force(roles) & set(ANSWERERS)]
    return sorted(found, key=lambda person: (person.name or person.email or "", person.id))


async def complaint_figures() -> Figures:
    """Complaints of the last 365 days and how fast they were answered; small numbers are not told."""
    since = business_now() - YEAR
    rows: Sequence[tuple[datetime, datetime | None]] = await Case.filter(
        kind=Kind.COMPLAINT, opened_at__gte=since
    ).values_list("opened_at", "first_answered_at")
    return figures(len(rows), [(opened, first) for opened, first in rows if first is not None])


async def closed_before(moment: datetime) -> list[int]:
    """Ids of cases closed before then that still hold what was written."""
    rows = await Case.filter(status=Status.CLOSED, closed_at__lt=moment, forgotten_at=None).order_by("id").limit(500)
    return [case.id for case in rows]


async def reference_exists(reference: str) -> bool:
    """Whether we write about a case with this reference."""
    return await Case.filter(reference=reference).exists()
