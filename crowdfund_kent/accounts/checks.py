"""What must hold of people and roles in the live database."""

from typing import Final

from crowdfund_kent.accounts.roles import MOVES_MONEY, ONE_FUND, SITE_WIDE, Role
from crowdfund_kent.checks import Rule


def _listed(roles: frozenset[Role]) -> str:
    return ", ".join(f"'{role}'" for role in sorted(roles))


RULES: Final = (
    Rule(
        "administrators move no money",
        "nobody holds the administrator's role and a role that moves money at the same time",
        "SELECT DISTINCT 'person ' || a.person_id AS offender FROM staff_role a JOIN staff_role m"
        f" ON m.person_id = a.person_id AND m.ended_at IS NULL AND m.role IN ({_listed(MOVES_MONEY)})"
        f" WHERE a.role = '{Role.ADMINISTRATOR}' AND a.ended_at IS NULL ORDER BY 1",
    ),
    Rule(
        "auditors hold no other role",
        "who reads all writes nothing",
        "SELECT DISTINCT 'person ' || a.person_id AS offender FROM staff_role a JOIN staff_role o"
        f" ON o.person_id = a.person_id AND o.ended_at IS NULL AND o.role <> '{Role.AUDITOR}'"
        f" WHERE a.role = '{Role.AUDITOR}' AND a.ended_at IS NULL ORDER BY 1",
    ),
    Rule(
        "nobody gave a role to themself",
        "a role is given by another person, or by the operator",
        "SELECT 'staff_role ' || id AS offender FROM staff_role WHERE granted_by_id = person_id ORDER BY id",
    ),
    Rule(
        "roles have the right reach",
        "a signatory is of one fund; auditors and administrators are of none",
        "SELECT 'staff_role ' || id AS offender FROM staff_role WHERE ended_at IS NULL"
        f" AND ((role IN ({_listed(ONE_FUND)}) AND fund_id IS NULL)"
        f" OR (role IN ({_listed(SITE_WIDE)}) AND fund_id IS NOT NULL)) ORDER BY id",
    ),
)
