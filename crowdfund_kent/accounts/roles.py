"""What staff may be, and which roles one person may hold together. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """Staff roles (owners and editors of a group are not staff: see projects)."""

    PANEL_MEMBER = "panel member"
    PANEL_CHAIR = "panel chair"
    SIGNATORY = "authorised signatory"  # of one fund
    FUND_OFFICER = "fund officer"
    FINANCE_APPROVER = "finance approver"
    HELPER = "helper"  # a librarian or a volunteer centre: fills pages with a group, never signs for it
    AUDITOR = "auditor"  # reads all, writes nothing
    ADMINISTRATOR = "administrator"  # people and roles; can't move money


MAY_WRITE = frozenset(Role) - {Role.AUDITOR}
MOVES_MONEY = frozenset({Role.SIGNATORY, Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.PANEL_CHAIR})
SITE_WIDE = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
"""Roles that are never for one fund."""
ONE_FUND = frozenset({Role.SIGNATORY})
"""Roles that are always for one fund."""


@dataclass(frozen=True, slots=True)
class About:
    """A role in words: what it is there for, and what it can't do."""

    does: str
    does_not: str


ABOUT: Final = {
    Role.PANEL_MEMBER: About(
        "Where you have a place on a fund's panel you say what you have an interest in, read, score and vote.",
        "You see nothing of what an interest bars you from, and you do not sign the list.",
    ),
    Role.PANEL_CHAIR: About(
        "You do what a member does, lead the meeting, and may decide that an interest somebody told bars after all.",
        "You never make an interest milder, and you do not sign the list: an authorised signatory of the fund does.",
    ),
    Role.SIGNATORY: About(
        "You sign for the fund that named you, under its decision and within its limit.",
        "You do not sign what you proposed yourself.",
    ),
    Role.FUND_OFFICER: About(
        "You check what groups send, look after the funds and propose what to sign.",
        "You do not sign what you proposed yourself.",
    ),
    Role.FINANCE_APPROVER: About(
        "You are the second person wherever money is counted, held, paid or matched to a bank statement.",
        "You do not approve what you entered yourself.",
    ),
    Role.HELPER: About(
        "You fill in pages together with a group, at a library desk or a volunteer centre.",
        "You do not sign or decide anything for a group, and you see no other group's papers.",
    ),
    Role.AUDITOR: About(
        "You read every staff page, and the record of who did what.",
        "You write nothing: the site refuses it.",
    ),
    Role.ADMINISTRATOR: About(
        "You give staff their roles and end them.",
        "You can't move money, and you can't give a role to yourself.",
    ),
}


def in_force(held: Iterable[Role]) -> frozenset[Role]:
    """The roles that count, whatever else the table says: an auditor only reads, and who administers people moves no money."""
    roles = frozenset(held)
    if Role.AUDITOR in roles:
        return frozenset({Role.AUDITOR})
    return roles - MOVES_MONEY if Role.ADMINISTRATOR in roles else roles


def why_not_together(held: Iterable[Role], wanted: Role) -> str | None:
    """Why somebody who holds `held` can't be given `wanted` besides, in words; None when they can."""
    roles = frozenset(held) - {wanted}
    if wanted in MOVES_MONEY and Role.ADMINISTRATOR in roles:
        return "An administrator can't hold a role that moves money. End their administrator role first."
    if wanted is Role.ADMINISTRATOR and roles & MOVES_MONEY:
        named = ", ".join(sorted(roles & MOVES_MONEY))
        return f"Somebody with a role that moves money can't be an administrator. End this role first: {named}."
    if wanted is Role.AUDITOR and roles:
        return f"An auditor writes nothing, so holds no other role. End this role first: {', '.join(sorted(roles))}."
    if Role.AUDITOR in roles:
        return "An auditor writes nothing, so holds no other role. End their auditor role first."
    return None
