"""Holds of pitches, and records that were with auditors."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "nothing is written on a record that is with auditors": spoil(
        "score_sheet {sheet}",
        "UPDATE pitch_hold SET placed_at = (SELECT given_at FROM score_sheet WHERE id = {sheet}) - interval '1 second'"
        " WHERE pitch_id = {pitch}",
    ),
    "nothing is awarded while it is held": spoil(
        "panel_decision {decision}",
        "UPDATE pitch_hold SET placed_at = (SELECT decided_at FROM panel_decision WHERE id = {decision})"
        " - interval '1 second' WHERE pitch_id = {pitch}",
        "UPDATE panel_decision SET award_id = (SELECT min(id) FROM award) WHERE id = {decision}",
        free=("panel_decision.panel_decision_awards",),
    ),
    "holds are on record": spoil(
        "pitch_hold {hold}", "DELETE FROM audit_row WHERE act = 'hold agreed' AND subject = 'pitch:{pitch}'"
    ),
}
