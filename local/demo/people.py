"""Whom to sign in as. Made-up people at example.org, one for each role."""

from dataclasses import dataclass
from typing import Final

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demo. Staff have a role, members of groups none."""

    words: str
    email: str
    name: str
    role: Role | None = None


GROUP_OWNER: Final = DemoPerson("group owner", "wren@example.org", "Wren Hollis")
STAFF: Final = (
    DemoPerson("fund officer", "officer@example.org", "Sam Okafor", Role.FUND_OFFICER),
    DemoPerson("authorised signatory of the fund", "signatory@example.org", "Ruth Amberley", Role.SIGNATORY),
    DemoPerson("panel member", "panel@example.org", "Dev Marsh", Role.PANEL_MEMBER),
    DemoPerson("panel chair", "chair@example.org", "Imogen Teal", Role.PANEL_CHAIR),
    DemoPerson("finance approver", "finance@example.org", "Olu Fenwick", Role.FINANCE_APPROVER),
    DemoPerson("helper (a librarian)", "helper@example.org", "Lou Bramley", Role.HELPER),
    DemoPerson("auditor (reads all, writes nothing)", "auditor@example.org", "Mary Quill", Role.AUDITOR),
    DemoPerson("administrator (people and roles)", "admin@example.org", "Jo Pike", Role.ADMINISTRATOR),
)
# wherever money moves two people are needed: the second one
SECOND_APPROVER: Final = DemoPerson(
    "second finance approver", "finance2@example.org", "Noor Westwell", Role.FINANCE_APPROVER
)
OWNERS: Final = (
    GROUP_OWNER,
    DemoPerson("", "ash@example.org", "Ash Tanner"),
    DemoPerson("", "robin@example.org", "Robin Sayer"),
    DemoPerson("", "kit@example.org", "Kit Larch"),
)
RESIDENT: Final = DemoPerson("resident who has pledged", "neighbour1@example.org", "Ben Brook")
PEOPLE: Final = tuple((one.words, one.email) for one in (GROUP_OWNER, RESIDENT, *STAFF, SECOND_APPROVER))


async def person(one: DemoPerson) -> Person:
    """The row of a demo person, made when it is not there."""
    row, _ = await Person.get_or_create(email=one.email, defaults={"name": one.name, "created_at": real_now()})
    return row


async def acting(role: Role) -> Actor:
    """The demo's person of a role, as an actor."""
    (one,) = (found for found in STAFF if found.role is role)
    return Actor((await person(one)).id, role)


async def owner(number: int) -> Actor:
    """The number-th owner of groups."""
    return Actor((await person(OWNERS[number % len(OWNERS)])).id, "owner")
