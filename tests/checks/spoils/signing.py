"""Score sheets, votes, and signed lists."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "a score sheet is complete, and from before the meeting": spoil(
        "score_sheet {sheet}",
        "DELETE FROM score WHERE id = (SELECT min(id) FROM score WHERE sheet_id = {sheet})",
    ),
    "a decision is what a quorum voted for": spoil(
        "panel_decision {decision}",
        "DELETE FROM panel_vote WHERE id = (SELECT min(v.id) FROM panel_vote v JOIN panel_decision d"
        " ON d.recommendation_id = v.recommendation_id WHERE d.id = {decision})",
    ),
    "a decision follows from its score sheets": spoil(
        "panel_decision {decision}", "UPDATE score SET points = 4 WHERE sheet_id = {sheet} AND points = 3"
    ),
    "a signed list decides every pitch, by one authority": spoil(
        "pitch {pitch}", "UPDATE pitch SET status = 'awarded' WHERE id = {pitch}"
    ),
    "an award of a list is its decision": spoil(
        "award {award}",
        "UPDATE panel_decision SET outcome = 'award', amount_pence = 1, award_id = {award} WHERE id = {decision}",
    ),
    "a signed round replays to what was signed": spoil(
        "panel_round {round}",
        "UPDATE panel_decision SET outcome = 'award', amount_pence = 1000000000, award_id = {award} WHERE id = {decision}",
    ),
    "a list is within its authority": spoil(
        "panel_round {round}",
        "UPDATE decision_authority SET to_day = from_day WHERE id = (SELECT authority_id FROM panel_round WHERE id = {round})",
    ),
    "whoever signed a list did nothing else on it": spoil(
        "panel_round {round}",
        "UPDATE pitch SET place_by_id = (SELECT signed_by_id FROM panel_round WHERE id = {round}) WHERE id = {pitch}",
    ),
}
