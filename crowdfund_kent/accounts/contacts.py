"""The one officer whom a group's pages and mails name: with telephone and hours, in the officer's own words."""

from collections.abc import Iterable
from dataclasses import dataclass

from crowdfund_kent import audit
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.models import OfficerContact, Person, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import transaction
from crowdfund_kent.settings import get_settings


@dataclass(frozen=True, slots=True)
class NamedOfficer:
    """Whom to ring: a name, a telephone number, when somebody answers, an address."""

    name: str
    phone: str
    hours: str
    email: str


def office() -> NamedOfficer:
    """The office itself, as the settings name it: for groups that have no officer yet."""
    settings = get_settings()
    return NamedOfficer(settings.contact_name, settings.contact_phone, settings.contact_hours, settings.contact_email)


async def named_officer(person_id: int | None = None) -> NamedOfficer:
    """This officer, by the office's telephone where they gave none; the office where there is none, or not any more."""
    return (await named_officers([person_id]))[0]


async def named_officers(person_ids: Iterable[int | None]) -> list[NamedOfficer]:
    """The same for several, in their order."""
    wanted = list(person_ids)
    ids = {one for one in wanted if one is not None}
    if not ids:
        return [office() for _ in wanted]
    working = StaffRole.filter(person_id__in=ids, role=Role.FUND_OFFICER, ended_at=None)
    officers = {row.person_id: row.person for row in await working.select_related("person")}
    contacts = {one.person_id: one for one in await OfficerContact.filter(person_id__in=list(officers))}
    return [_named(officers.get(one), contacts.get(one)) if one is not None else office() for one in wanted]


def _named(person: Person | None, contact: OfficerContact | None) -> NamedOfficer:
    if person is None:
        return office()
    if contact is not None:
        return NamedOfficer(contact.name, contact.phone, contact.hours, contact.email)
    settings = office()
    return NamedOfficer(person.name or settings.name, settings.phone, settings.hours, settings.email)


async def contact_of(person_id: int) -> OfficerContact | None:
    """What the officer gave, if anything."""
    return await OfficerContact.get_or_none(person_id=person_id)


async def save_contact(by: Actor, *, name: str, phone: str, hours: str, email: str) -> OfficerContact:
    """The officer's own words about how to reach them. Fund officers only, and only their own."""
    async with transaction():
        await require_role(by, Role.FUND_OFFICER)
        found, _ = await OfficerContact.update_or_create(
            person_id=by.person_id,
            defaults={"name": name, "phone": phone, "hours": hours, "email": email, "changed_at": real_now()},
        )
        await audit.record("change own contact", f"person:{by.person_id}", by)
    return found
