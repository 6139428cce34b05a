"""What staff may be. Pure."""

from enum import StrEnum


class Role(StrEnum):
    """Staff roles (owners and editors of a group are not staff: see projects)."""

    PANEL_MEMBER = "panel member"
    PANEL_CHAIR = "panel chair"
    SIGNATORY = "authorised signatory"  # of one fund
    FUND_OFFICER = "fund officer"
    FINANCE_APPROVER = "finance approver"
    AUDITOR = "auditor"  # reads all, writes nothing
    ADMINISTRATOR = "administrator"  # people and roles; can't move money


MAY_WRITE = frozenset(Role) - {Role.AUDITOR}
MOVES_MONEY = frozenset({Role.SIGNATORY, Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.PANEL_CHAIR})
