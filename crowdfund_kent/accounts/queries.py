"""Reads about people, their roles, and what they did."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from crowdfund_kent.accounts.models import Person, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.database import fetch

AUDIT_PAGE: Final = 50


async def roles_of(person_id: int) -> list[StaffRole]:
    """The roles a person holds now."""
    return await StaffRole.filter(person_id=person_id, ended_at=None).order_by("id")


async def staff_now() -> list[StaffRole]:
    """Every role that somebody holds now, with its person, by e-mail then role."""
    return await StaffRole.filter(ended_at=None).prefetch_related("person").order_by("person__email", "role", "id")


async def people_by_id(ids: Iterable[int | None]) -> dict[int, Person]:
    """People of these ids; None and unknown ids are left out."""
    wanted = {one for one in ids if one is not None}
    return {person.id: person for person in await Person.filter(id__in=wanted)} if wanted else {}


def called(person: Person | None) -> str:
    """How staff pages name somebody: the name, else the e-mail, else that they are gone."""
    if person is None:
        return "nobody known"
    return person.name or person.email or "erased person"


class Names(dict[int | None, str]):
    """How staff pages name people by their ids. `names[one]` names also whom nobody knows."""

    def __missing__(self, _key: int | None) -> str:
        return called(None)


async def names_of(ids: Iterable[int | None]) -> Names:
    """The names of these people."""
    return Names((key, called(person)) for key, person in (await people_by_id(ids)).items())


async def people_with(role: Role, fund_id: int | None = None) -> list[Person]:
    """Who holds `role` for the site or, where given, for this fund: for notices and lists."""
    rows = await staff_now()
    found = {row.person_id: row.person for row in rows if row.role == role and row.fund_id in (None, fund_id)}
    return list(found.values())


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to show of the record. `subject` is whole ("campaign:12") or a kind ("campaign"). Half-open in time, UTC."""

    subject: str = ""
    person_id: int | None = None
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row of the record. `position` and `hash` are its place in the sealed chain; None until it is sealed."""

    id: int
    at: datetime
    person_id: int | None
    role: str
    act: str
    subject: str
    details: dict[str, Any]
    position: int | None
    hash: str | None


_AUDIT_WHERE: Final = (
    " WHERE ($1 = '' OR a.subject = $1 OR a.subject LIKE $2) AND ($3::bigint IS NULL OR a.person_id = $3)"
    " AND ($4::timestamptz IS NULL OR a.at >= $4) AND ($5::timestamptz IS NULL OR a.at < $5)"
)


async def audit_entries(wanted: AuditFilter, page: int) -> tuple[list[AuditEntry], int]:
    """A page of the record, newest first, and how many rows there are in all. `page` from 1."""
    kind = wanted.subject.replace("\\", "").replace("%", "").replace("_", r"\_") + ":%"
    values = (wanted.subject, kind, wanted.person_id, wanted.begins, wanted.ends)
    total = await fetch(f"SELECT count(*) AS n FROM audit_row a{_AUDIT_WHERE}", *values)
    rows = await fetch(
        "SELECT a.id, a.at, a.person_id, a.role, a.act, a.subject, a.details::text, s.id AS position, s.hash"
        f" FROM audit_row a LEFT JOIN audit_seal s ON s.audit_row_id = a.id{_AUDIT_WHERE}"
        " ORDER BY a.id DESC LIMIT $6 OFFSET $7",
        *values,
        AUDIT_PAGE,
        (page - 1) * AUDIT_PAGE,
    )
    return [AuditEntry(**row | {"details": json.loads(row["details"])}) for row in rows], total[0]["n"]
