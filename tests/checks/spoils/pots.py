"""Pots, match pledges and awards."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "no pot is overspent": spoil(
        "funding_source {source}",
        "UPDATE funding_source SET cap_pence = 1 WHERE id = {source}",
        free=("funding_source.funding_source_never_overspent",),
    ),
    "source figures are their draws": spoil(
        "funding_source {source}",
        "UPDATE funding_source SET earmarked_pence = earmarked_pence - 1, pledged_pence = 1 WHERE id = {source}",
    ),
    "draws sum to the match": spoil(
        "match_pledge {offer}", "UPDATE match_draw SET amount_pence = amount_pence + 1 WHERE id = {draw}"
    ),
    "draws stay in the fund": spoil(
        "match_draw {draw}",
        "UPDATE match_draw SET source_id = (SELECT min(id) FROM funding_source WHERE fund_id <> {fund})"
        " WHERE id = {draw}",
    ),
    "paid agrees with the status": spoil(
        "match_pledge {confirmed}", "UPDATE match_pledge SET paid_pence = 1 WHERE id = {confirmed}"
    ),
    "commitments are in the ledger": spoil(
        "funding_source {source} (earmarked)",
        "UPDATE ledger_line SET amount_pence = amount_pence * 2 WHERE account = 'memo:source:{source}:earmarked'"
        " AND amount_pence = 100000",
    ),
    "caps were confirmed by a second person": spoil(
        "source_cap {cap}",
        "UPDATE source_cap SET entered_by_id = 7, confirmed_by_id = 7 WHERE id = {cap}",
        free=("source_cap.source_cap_two_people",),
    ),
    "accepted means a day of acceptance": spoil(
        "match_pledge {confirmed}", "UPDATE match_pledge SET accepted_at = NULL WHERE id = {confirmed}"
    ),
    "match is within its terms": spoil(
        "match_pledge {offer}",
        "UPDATE match_pledge SET terms = jsonb_set(terms, '{{most_pence}}', '1') WHERE id = {offer}",
    ),
    "match was signed by a second person": spoil(
        "match_pledge {offer}",
        "UPDATE match_pledge SET signed_by_id = proposed_by_id WHERE id = {offer}",
        free=("match_pledge.match_pledge_two_people",),
    ),
    "a grant needs no crowd": spoil(
        "match_pledge {offer}",
        "UPDATE match_pledge SET project_id = {project}, campaign_id = NULL WHERE id = {offer}",
    ),
    "match counts as its fund said": spoil(
        "match_pledge {offer}", "UPDATE match_pledge SET accrual = 'bridging' WHERE id = {offer}"
    ),
    "an offer was accepted under its fund's terms": spoil(
        "match_pledge {confirmed}",
        "INSERT INTO fund_terms (fund_id, applies_from, body, created_at) SELECT fund_id, '2001-01-01', 'x', '2001-01-01'"
        " FROM match_pledge WHERE id = {confirmed}",
    ),
    "match_pledge history agrees": spoil(
        "match_pledge {offer}", "UPDATE match_pledge SET status = 'pledged' WHERE id = {offer}"
    ),
    "match_pledge moves along its table": spoil(
        "match_pledge {offer}", "UPDATE match_pledge_event SET new = 'paid' WHERE subject_id = {offer}"
    ),
    "match_pledge moves are on record": spoil(
        "match_pledge {offer}", "DELETE FROM audit_row WHERE subject = 'match_pledge:{offer}'"
    ),
    "match follows its campaign": spoil(
        "match_pledge {part_back}", "UPDATE campaign SET status = 'unsuccessful' WHERE id = {settled}"
    ),
    "match amounts agree with history": spoil(
        "match_pledge {paid}",
        "UPDATE match_pledge_event SET amount_pence = 1 WHERE subject_id = {paid} AND cause = 'paid'",
    ),
    "caps are on record": spoil("source_cap {cap}", "DELETE FROM audit_row WHERE subject = 'source_cap:{cap}'"),
    "match_fund history agrees": spoil(
        "match_fund {closed}", "UPDATE match_fund SET status = 'open' WHERE id = {closed}"
    ),
    "match_fund moves along its table": spoil(
        "match_fund {closed}",
        "UPDATE match_fund_event SET cause = 'shut' WHERE subject_id = {closed} AND new = 'closed'",
    ),
    "match_fund moves are on record": spoil(
        "match_fund {closed}", "DELETE FROM audit_row WHERE subject = 'match_fund:{closed}' AND act = 'fund closed'"
    ),
    "a fund is opened by a second person": spoil(
        "match_fund {closed}",
        "UPDATE match_fund_event SET by_id = {officer} WHERE subject_id = {closed} AND cause = 'opened'",
    ),
    "only an open fund gives": spoil(
        "match_pledge {offer}",
        "UPDATE match_pledge SET fund_id = {closed} WHERE id = {offer}",
        "UPDATE match_pledge_event SET recorded_at = now() + interval '1 day' WHERE subject_id = {offer}",
    ),
    "pot_movement history agrees": spoil(
        "pot_movement {moved}",
        "UPDATE pot_movement SET status = 'withdrawn' WHERE id = {moved}",
        free=("pot_movement.pot_movement_confirmed",),
    ),
    "pot_movement moves along its table": spoil(
        "pot_movement {moved}", "UPDATE pot_movement_event SET cause = 'lost' WHERE subject_id = {moved} AND old <> ''"
    ),
    "pot_movement moves are on record": spoil(
        "pot_movement {moved}", "DELETE FROM audit_row WHERE subject = 'pot_movement:{moved}'"
    ),
    "a movement is by two people": spoil(
        "pot_movement {moved}",
        "UPDATE pot_movement SET confirmed_by_id = entered_by_id WHERE id = {moved}",
        free=("pot_movement.pot_movement_two_people",),
    ),
    "what goes back to the pot was recovered": spoil(
        "pot_movement {moved}",
        "UPDATE pot_movement SET kind = 'return', to_source_id = NULL WHERE id = {moved}",
    ),
    "movements agree with caps": spoil(
        "pot_movement {moved}", "UPDATE pot_movement SET amount_pence = amount_pence + 1 WHERE id = {moved}"
    ),
    "an award is signed by a second person": spoil(
        "award {award}",
        "UPDATE award SET signed_by_id = proposed_by_id WHERE id = {award}",
        free=("award.award_two_people",),
    ),
    "a signed award is its match pledge": spoil(
        "award {award}", "UPDATE award SET amount_pence = amount_pence - 1 WHERE id = {award}"
    ),
    "an award is within its terms": spoil(
        "award {award}",
        "UPDATE award SET calculation = jsonb_set(calculation, '{{proposed,most_pence}}', '1') WHERE id = {award}",
    ),
    "the authority covers the award": spoil(
        "award {award}", "UPDATE decision_authority SET limit_pence = 1 WHERE person_id = {signatory}"
    ),
    "signed terms can be replayed": spoil(
        "match_pledge {offer}",
        "UPDATE match_pledge SET terms = jsonb_set(terms, '{{inputs,max_share_bp}}', '1') WHERE id = {offer}",
    ),
    "award history agrees": spoil(
        "award {award}",
        "UPDATE award SET status = 'refused' WHERE id = {award}",
        free=("award.award_signed_pledges",),
    ),
    "award moves along its table": spoil(
        "award {award}", "UPDATE award_event SET cause = 'withdrawn' WHERE subject_id = {award} AND new = 'signed'"
    ),
    "award moves are on record": spoil(
        "award {award}", "DELETE FROM audit_row WHERE subject = 'award:{award}' AND act = 'award signed'"
    ),
}
