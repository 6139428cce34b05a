"""Nights of reconciliation and differences with the provider."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "difference history agrees": spoil(
        "difference {difference}",
        "UPDATE difference SET status = 'agreed', closed_by_id = NULL WHERE id = {difference}",
    ),
    "difference moves along its table": spoil(
        "difference {difference}",
        "UPDATE difference_event SET cause = 'agreed' WHERE subject_id = {difference} AND new = 'explained'",
    ),
    "difference moves are on record": spoil(
        "difference {difference}",
        "DELETE FROM audit_row WHERE subject = 'difference:{difference}' AND act = 'difference explained'",
    ),
    "every run is compared with the provider": spoil(
        "campaign {settled}",
        "DELETE FROM reconciliation WHERE campaign_id = {settled}",
    ),
    "nights of reconciliation are done": spoil(
        "reconciliation {night}",
        "UPDATE reconciliation SET done_at = NULL, next_at = now() - interval '2 days' WHERE id = {night}",
    ),
    "nobody closes a difference about their own decision": spoil(
        "difference {difference}", "UPDATE difference SET closed_by_id = {officer} WHERE id = {difference}"
    ),
}
