"""What must hold of people and roles in the live database."""

from typing import Final

from crowdfund_kent.accounts.roles import MOVES_MONEY, ONE_FUND, SITE_WIDE, Role
from crowdfund_kent.invariants import Rule


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
    Rule(
        "administrators touched no money",
        "nothing that an administrator did in that role has an amount",
        "SELECT 'audit_row ' || a.id AS offender FROM audit_row a CROSS JOIN LATERAL jsonb_object_keys(a.details) k(key)"
        f" WHERE a.role = '{Role.ADMINISTRATOR}' AND k.key LIKE '%\\_pence' ORDER BY a.id",
    ),
    Rule(
        "auditors wrote nothing",
        "no row of the record says that somebody acted as an auditor",
        f"SELECT 'audit_row ' || id AS offender FROM audit_row WHERE role = '{Role.AUDITOR}' ORDER BY id",
    ),
    Rule(
        "erased people left nothing",
        "somebody who was erased has no address, no name, no telephone, no session and no role",
        "SELECT 'person ' || p.id AS offender FROM person p WHERE p.erased_at IS NOT NULL AND (p.email IS NOT NULL"
        " OR p.name <> '' OR p.phone <> '' OR p.postal <> ''"
        " OR EXISTS (SELECT 1 FROM officer_contact c WHERE c.person_id = p.id)"
        " OR EXISTS (SELECT 1 FROM session s WHERE s.person_id = p.id)"
        " OR EXISTS (SELECT 1 FROM staff_role r WHERE r.person_id = p.id AND r.ended_at IS NULL)) ORDER BY p.id",
    ),
)
