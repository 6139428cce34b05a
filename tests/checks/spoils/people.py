"""People and their roles."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "administrators move no money": spoil(
        "person {admin}",
        "INSERT INTO staff_role (person_id, role, granted_at) VALUES ({admin}, 'fund officer', now())",
    ),
    "auditors hold no other role": spoil(
        "person {officer}",
        "INSERT INTO staff_role (person_id, role, granted_at) VALUES ({officer}, 'auditor', now())",
    ),
    "nobody gave a role to themself": spoil(
        "staff_role ", "UPDATE staff_role SET granted_by_id = person_id WHERE person_id = {officer}"
    ),
    "roles have the right reach": spoil(
        "staff_role ", "UPDATE staff_role SET fund_id = NULL WHERE person_id = {signatory}"
    ),
    "administrators touched no money": spoil(
        "audit_row {audit}",
        "UPDATE audit_row SET role = 'administrator', details = '{{\"amount_pence\": 5}}' WHERE id = {audit}",
    ),
    "auditors wrote nothing": spoil("audit_row {audit}", "UPDATE audit_row SET role = 'auditor' WHERE id = {audit}"),
    "erased people left nothing": spoil(
        "person {officer}", "UPDATE person SET erased_at = now(), email = NULL, name = '' WHERE id = {officer}"
    ),
}
