"""Charges, refunds, saved cards and what the provider sends."""

from tests.checks.spoils.spoil import spoil

EVENT = (
    "INSERT INTO provider_event (provider_id, kind, payload, created_at, received_at, applied_at)"
    " VALUES ('evt_1', 'charge.refunded', '{{}}', now() - interval '98 days', now() - interval '98 days', {applied})"
)

SPOILS = {
    "charge_attempt history agrees": spoil(
        "charge_attempt {attempt}", "UPDATE charge_attempt SET status = 'declined' WHERE id = {attempt}"
    ),
    "refund history agrees": spoil("refund {refund}", "UPDATE refund SET status = 'failed' WHERE id = {refund}"),
    "charge_attempt moves along its table": spoil(
        "charge_attempt {attempt}",
        "UPDATE charge_attempt_event SET cause = 'void' WHERE subject_id = {attempt} AND new = 'succeeded'",
    ),
    "refund moves along its table": spoil(
        "refund {refund}", "UPDATE refund_event SET old = 'failed' WHERE subject_id = {refund} AND new = 'succeeded'"
    ),
    "refund moves are on record": spoil(
        "refund {refund}", "DELETE FROM audit_row WHERE subject = 'refund:{refund}' AND act = 'refund decided'"
    ),
    "refund_proposal history agrees": spoil(
        "refund_proposal {proposal}", "UPDATE refund_proposal SET status = 'proposed' WHERE id = {proposal}"
    ),
    "refund_proposal moves along its table": spoil(
        "refund_proposal {proposal}",
        "UPDATE refund_proposal_event SET cause = 'agreed' WHERE subject_id = {proposal} AND new = 'withdrawn'",
    ),
    "refund_proposal moves are on record": spoil(
        "refund_proposal {proposal}",
        "DELETE FROM audit_row WHERE subject = 'refund_proposal:{proposal}' AND act = 'refund proposed'",
    ),
    "repayment history agrees": spoil(
        "repayment {repayment}", "UPDATE repayment SET status = 'recorded' WHERE id = {repayment}"
    ),
    "repayment moves along its table": spoil(
        "repayment {repayment}",
        "UPDATE repayment_event SET cause = 'refused' WHERE subject_id = {repayment} AND new = 'confirmed'",
    ),
    "repayment moves are on record": spoil(
        "repayment {repayment}",
        "DELETE FROM audit_row WHERE subject = 'repayment:{repayment}' AND act = 'repayment confirmed'",
    ),
    "paid another way by two people": spoil(
        "refund {repaid}",
        "UPDATE repayment SET decided_by_id = recorded_by_id WHERE id = {repayment}",
        free=("repayment.repayment_two_people",),
    ),
    "own_move history agrees": spoil(
        "own_move {own_move}", "UPDATE own_move SET status = 'refused' WHERE id = {own_move}"
    ),
    "own_move moves along its table": spoil(
        "own_move {own_move}",
        "UPDATE own_move_event SET cause = 'refused' WHERE subject_id = {own_move} AND new = 'confirmed'",
    ),
    "own_move moves are on record": spoil(
        "own_move {own_move}",
        "DELETE FROM audit_row WHERE subject = 'own_move:{own_move}' AND act = 'own money confirmed'",
    ),
    "the council’s own money moved by two people": spoil(
        "own_move {own_move}", "UPDATE repayment SET own_move_id = NULL WHERE own_move_id = {own_move}"
    ),
    "a named line is the repayment": spoil(
        "bank_line {unmatched_line}",
        "UPDATE bank_line SET status = 'matched', means = 'repayment', repayment_id = {repayment}, amount_pence = -1"
        " WHERE id = {unmatched_line}",
    ),
    "what is asked for goes back by two people": spoil(
        "refund {refund}", "UPDATE refund SET reason = 'asked for' WHERE id = {refund}"
    ),
    "every payment is booked once": spoil(
        "charge_attempt {attempt}",
        "UPDATE ledger_line SET account = 'held for group:campaign:{live}' WHERE amount_pence < 0 AND movement_id ="
        " (SELECT id FROM ledger_movement WHERE source = 'charge_attempt:{attempt}')",
    ),
    "every refund is booked once": spoil(
        "refund {refund}",
        "DELETE FROM ledger_line WHERE movement_id = (SELECT id FROM ledger_movement WHERE source = 'refund:{refund}')",
        "DELETE FROM ledger_movement WHERE source = 'refund:{refund}'",
    ),
    "attempts are what was asked": spoil(
        "charge_attempt {attempt}",
        "UPDATE charge_attempt SET parameters = jsonb_set(parameters, '{{amount_pence}}', '1') WHERE id = {attempt}",
    ),
    "who was let go is never tried": spoil(
        "pledge {released_ref}", "UPDATE charge_attempt SET pledge_id = {released} WHERE id = {attempt}"
    ),
    "no outcome stays unknown": spoil(
        "charge_attempt {attempt}", "UPDATE charge_attempt SET status = 'unknown' WHERE id = {attempt}"
    ),
    "final pledges have no open payment": spoil(
        "charge_attempt {attempt}", "UPDATE charge_attempt SET status = 'action required' WHERE id = {attempt}"
    ),
    "refunds are within the payment": spoil(
        "charge_attempt {attempt_back}", "UPDATE refund SET amount_pence = amount_pence + 1 WHERE id = {refund}"
    ),
    "card pages come to an end": spoil(
        "card_page {page}",
        "UPDATE card_page SET status = 'open', expires_at = now() - interval '2 days' WHERE id = {page}",
    ),
    "the provider's events are applied": spoil("provider_event ", EVENT.replace("{applied}", "NULL")),
    "old payloads are gone": spoil("provider_event ", EVENT.replace("{applied}", "now() - interval '98 days'")),
    "collected pledges were charged once": spoil(
        "pledge {collected_ref}", "UPDATE charge_attempt SET amount_pence = amount_pence - 1 WHERE id = {attempt}"
    ),
    "charged pledges are collected": spoil(
        "charge_attempt {attempt}", "UPDATE pledge SET status = 'dropped' WHERE id = {collected}"
    ),
    "nobody is charged twice": spoil(
        "pledge {collected_ref}",
        "INSERT INTO charge_attempt (status, pledge_id, number, key, amount_pence, parameters, payment_intent, charge,"
        " intended_at, server_error) SELECT status, pledge_id, 2, 'another key', amount_pence, parameters, 'pi_2', 'ch_2',"
        " intended_at, false FROM charge_attempt WHERE id = {attempt}",
    ),
    "nobody is charged without a verdict": spoil(
        "charge_attempt {attempt}",
        "UPDATE campaign SET collecting_from = collecting_from + interval '9 days' WHERE id = {settled}",
    ),
    "card money in the books": spoil(
        "campaign {settled}", "UPDATE ledger_movement SET kind = 'other' WHERE source = 'charge_attempt:{attempt}'"
    ),
    "card cost cover in the books": spoil(
        "campaign {settled}",
        "UPDATE ledger_line SET account = 'card cost cover:campaign:{settled}' WHERE amount_pence < 0 AND movement_id ="
        " (SELECT id FROM ledger_movement WHERE source = 'charge_attempt:{attempt}')",
    ),
    "refunds on pledges": spoil(
        "pledge {collected_ref}", "UPDATE pledge SET refunded_pence = 1 WHERE id = {collected}"
    ),
    "settled or collapsed by the threshold": spoil(
        "campaign {settled}", "UPDATE campaign SET threshold_bp = 9501 WHERE id = {settled}"
    ),
    "a settled campaign waits for nobody": spoil(
        "pledge {collected_ref}", "UPDATE pledge SET status = 'failed' WHERE id = {collected}"
    ),
    "saved cards are let go": spoil("saved_card {card}", "UPDATE saved_card SET detached_at = NULL WHERE id = {card}"),
    "every pledge to collect is in somebody's hands": spoil(
        "pledge {collected_ref}", "UPDATE pledge SET status = 'failed' WHERE id = {collected}"
    ),
}
