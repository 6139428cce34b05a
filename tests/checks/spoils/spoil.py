"""How a row is spoiled, and the names of the rows there are to spoil."""

from dataclasses import dataclass
from typing import Final

# name in a statement or an offender -> the row of the small world
NAMES: Final = {
    "settled": "SELECT id FROM campaign WHERE status = 'settled' AND NOT generated",
    "live": "SELECT id FROM campaign WHERE status = 'live'",
    "past": "SELECT id FROM campaign WHERE status = 'settled' AND generated",
    "version": "SELECT version_id FROM campaign WHERE status = 'live'",
    "project": "SELECT project_id FROM campaign WHERE status = 'live'",
    "paper": "SELECT min(v.id) FROM campaign c JOIN evidence v ON v.project_id = c.project_id WHERE c.status = 'live'",
    "group": "SELECT p.group_id FROM campaign c JOIN project p ON p.id = c.project_id WHERE c.status = 'live'",
    "owner": "SELECT m.person_id FROM campaign c JOIN project p ON p.id = c.project_id"
    " JOIN group_member m ON m.group_id = p.group_id WHERE c.status = 'live'",
    "collected": "SELECT min(id) FROM pledge WHERE status = 'collected' AND NOT generated",
    "collected_ref": "SELECT reference FROM pledge WHERE status = 'collected' AND NOT generated ORDER BY id LIMIT 1",
    "released": "SELECT min(id) FROM pledge WHERE status = 'released' AND NOT generated",
    "released_ref": "SELECT reference FROM pledge WHERE status = 'released' AND NOT generated ORDER BY id LIMIT 1",
    "change": "SELECT h.id FROM campaign_change h WHERE h.kind = 'later last day' AND h.status = 'agreed'",
    "plan": "SELECT h.id FROM campaign_change h WHERE h.kind = 'another plan' AND h.status = 'agreed'",
    "active": "SELECT min(id) FROM pledge WHERE status = 'active'",
    "imported": "SELECT min(id) FROM pledge WHERE status = 'collected' AND generated",
    "fund": "SELECT fund_id FROM match_pledge WHERE status = 'earmarked'",
    "source": "SELECT d.source_id FROM match_draw d JOIN match_pledge m ON m.id = d.match_pledge_id"
    " WHERE m.status = 'earmarked'",
    "cap": "SELECT min(id) FROM source_cap",
    "confirmed": "SELECT min(id) FROM match_pledge WHERE status = 'confirmed' AND project_id IS NOT NULL",
    "offer": "SELECT id FROM match_pledge WHERE status = 'earmarked'",
    "paid": "SELECT id FROM match_pledge WHERE status = 'paid' AND import_batch_id IS NOT NULL",
    "draw": "SELECT d.id FROM match_draw d JOIN match_pledge m ON m.id = d.match_pledge_id WHERE m.status = 'earmarked'",
    "award": "SELECT a.id FROM award a JOIN match_pledge m ON m.id = a.match_pledge_id WHERE m.status = 'earmarked'",
    "pitch": "SELECT min(pitch_id) FROM pitch_review",
    "pitch_answer": "SELECT min(a.id) FROM pitch_answer a JOIN pitch_review v ON v.pitch_id = a.pitch_id",
    "review": "SELECT min(id) FROM pitch_review",
    "request": "SELECT min(id) FROM information_request",
    "hold": "SELECT min(h.id) FROM pitch_hold h JOIN pitch_review v ON v.pitch_id = h.pitch_id",
    "decision": "SELECT d.id FROM panel_decision d JOIN pitch_review v ON v.pitch_id = d.pitch_id",
    "round": "SELECT p.round_id FROM pitch p JOIN pitch_review v ON v.pitch_id = p.id",
    "seat": "SELECT max(a.seat_id) FROM panel_attendance a JOIN pitch p ON p.round_id = a.round_id"
    " JOIN pitch_review v ON v.pitch_id = p.id",
    "attendance": "SELECT max(a.id) FROM panel_attendance a JOIN pitch p ON p.round_id = a.round_id"
    " JOIN pitch_review v ON v.pitch_id = p.id",
    "sheet": "SELECT min(s.id) FROM score_sheet s JOIN pitch_review v ON v.pitch_id = s.pitch_id",
    "attempt": "SELECT a.id FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id"
    " WHERE p.status = 'collected' ORDER BY p.id LIMIT 1",
    "attempt_back": "SELECT a.id FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id"
    " WHERE p.status = 'refunded' ORDER BY p.id LIMIT 1",
    "repayment": "SELECT id FROM repayment WHERE status = 'confirmed'",
    "own_move": "SELECT id FROM own_move WHERE status = 'confirmed' AND way = 'drawn'",
    "repaid": "SELECT id FROM refund WHERE status = 'repaid'",
    "refund": "SELECT r.id FROM refund r JOIN pledge p ON p.id = r.pledge_id WHERE p.status = 'refunded'"
    " ORDER BY p.id LIMIT 1",
    "delivery": "SELECT id FROM delivery",
    "turn": "SELECT id FROM delivery_turn",
    "report": "SELECT id FROM report WHERE kind = 'final' AND status = 'accepted'",
    "more_time": "SELECT id FROM report_more_time",
    "receipt": "SELECT min(id) FROM receipt",
    "reporters": "SELECT m.person_id FROM report r JOIN delivery d ON d.id = r.delivery_id JOIN campaign c"
    " ON c.id = d.campaign_id JOIN project p ON p.id = c.project_id JOIN group_member m ON m.group_id = p.group_id"
    " WHERE r.kind = 'final' AND r.status = 'accepted' ORDER BY m.id LIMIT 1",
    "hand_over": "SELECT id FROM group_hand_over",
    "hosting": "SELECT id FROM group_hosting",
    "payment_hold": "SELECT id FROM payment_hold",
    "dispute": "SELECT id FROM dispute",
    "account": "SELECT id FROM recipient",
    "payout": "SELECT id FROM payout",
    "collapse": "SELECT id FROM collapse_proposal",
    "transfer": "SELECT t.id FROM transfer t JOIN charge_attempt a ON a.id = t.attempt_id JOIN pledge p ON p.id = a.pledge_id"
    " WHERE p.status = 'collected' ORDER BY p.id LIMIT 1",
    "reversal": "SELECT min(id) FROM transfer_reversal",
    "taken_back": "SELECT max(id) FROM taken_back_decision",
    "sent_again": "SELECT max(id) FROM transfer",
    "unmatched_line": "SELECT min(id) FROM bank_line WHERE status <> 'matched'",
    "booking": "SELECT min(id) FROM cost_booking",
    "help": "SELECT max(id) FROM help_offer",
    "proposal": "SELECT min(id) FROM refund_proposal",
    "card": "SELECT s.id FROM saved_card s JOIN pledge p ON p.id = s.pledge_id WHERE p.status = 'collected'"
    " ORDER BY p.id LIMIT 1",
    "page": "SELECT max(id) FROM card_page",
    "movement": "SELECT min(id) FROM ledger_movement WHERE kind = 'collected'",
    "line": "SELECT min(id) FROM ledger_line WHERE movement_id ="
    " (SELECT min(id) FROM ledger_movement WHERE kind = 'collected')",
    "period": "SELECT id FROM book_period WHERE status = 'closed'",
    "kept_day": "SELECT max(id) FROM book_day",
    "sample": "SELECT max(id) FROM audit_sample",
    "journal": "SELECT max(id) FROM journal_batch",
    "difference": "SELECT id FROM difference WHERE status = 'explained'",
    "night": "SELECT min(id) FROM reconciliation WHERE done_at IS NOT NULL",
    "audit": "SELECT max(id) FROM audit_row",
    "seal": "SELECT max(id) FROM audit_seal",
    "post": "SELECT min(id) FROM post WHERE kind = 'update'",
    "hidden_post": "SELECT min(post_id) FROM post_hiding",
    "hiding": "SELECT min(id) FROM post_hiding",
    "mail": "SELECT max(id) FROM outbox WHERE kind = 'email'",
    "closed": "SELECT subject_id FROM match_fund_event WHERE cause = 'closed'",
    "moved": "SELECT id FROM pot_movement WHERE kind = 'move'",
    "officer": "SELECT id FROM person WHERE email = 'officer@example.org'",
    "signatory": "SELECT id FROM person WHERE email = 'signatory@example.org'",
    "admin": "SELECT id FROM person WHERE email = 'admin@example.org'",
    "gift": "SELECT g.id FROM offline_gift g JOIN campaign c ON c.id = g.campaign_id WHERE c.status = 'live'"
    " AND g.status = 'counted'",
    "returned_gift": "SELECT min(id) FROM offline_gift WHERE status = 'returned'",
    "paid_gift": "SELECT min(id) FROM offline_gift WHERE payment_id IS NOT NULL",
    "unpaid_cheque": "SELECT gift_id FROM gift_recovery",
    "gift_batch": "SELECT min(id) FROM gift_batch",
    "gift_return": "SELECT min(id) FROM gift_return",
    "gift_payment": "SELECT min(id) FROM gift_payment",
    "recipient": "SELECT id FROM gift_aid_recipient",
    "declaration": "SELECT min(id) FROM gift_aid_declaration WHERE status = 'in force'",
    "claim": "SELECT min(id) FROM gift_aid_claim",
    "claim_line": "SELECT min(l.id) FROM gift_aid_line l JOIN gift_aid_declaration d ON d.id = l.declaration_id"
    " WHERE d.status = 'in force'",
    "case": "SELECT max(id) FROM care_case",
    "part_back": "SELECT id FROM match_pledge WHERE status = 'part recovered'",
    "details": "SELECT id FROM bank_details WHERE status = 'approved'",
    "withdrawn_details": "SELECT id FROM bank_details WHERE status = 'withdrawn'",
    "subsidy": "SELECT s.id FROM subsidy_check s JOIN match_pledge m ON m.id = s.match_pledge_id"
    " WHERE m.status = 'part recovered'",
    "schedule": "SELECT schedule_id FROM match_payment WHERE status = 'paid'",
    "payment": "SELECT id FROM match_payment WHERE status = 'paid'",
    "cancelled": "SELECT id FROM match_payment WHERE status = 'cancelled'",
    "paid_source": "SELECT min(p.source_id) FROM match_payment_part p JOIN match_payment m ON m.id = p.payment_id"
    " WHERE m.status = 'paid'",
    "bank_line": "SELECT l.id FROM bank_line l JOIN match_payment p ON p.id = l.payment_id WHERE p.status = 'paid'",
    "agreed_line": "SELECT id FROM bank_line WHERE means = 'recovery'",
    "typed": "SELECT id FROM typed_statement WHERE status = 'agreed'",
    "typed_statement": "SELECT statement_id FROM typed_statement WHERE status = 'agreed'",
    "statement": "SELECT l.statement_id FROM bank_line l JOIN match_payment p ON p.id = l.payment_id WHERE p.status = 'paid'",
    "share_refund": "SELECT min(r.id) FROM refund r WHERE r.reason = 'unspent share'",
    "recovery": "SELECT id FROM match_recovery",
    "giving": "SELECT id FROM shares_back WHERE status = 'agreed'",
    "share_back": "SELECT min(id) FROM share_back WHERE status = 'decided'",
    "shortening": "SELECT id FROM match_shortening",
    "batch": "SELECT max(id) FROM import_batch",
    "snapshot": "SELECT max(id) FROM evaluation_snapshot",
    "published": "SELECT max(id) FROM published_figure WHERE corrects_id IS NOT NULL",
    "pack": "SELECT max(id) FROM evaluation_pack",
    "survey": "SELECT max(id) FROM survey_invitation WHERE status = 'answered'",
    "survey_round": "SELECT max(round_id) FROM survey_about_you",
    "batch_row": "SELECT min(id) FROM import_row WHERE kind = 'pledge'",
}


@dataclass(frozen=True)
class Spoil:
    """`offender` is among those that the rule names once `statements` ran with triggers off and `free` dropped.

    `free`: constraints and indexes that would refuse it, as "table.constraint" or "index".
    """

    offender: str
    statements: tuple[str, ...]
    free: tuple[str, ...] = ()


def spoil(offender: str, *statements: str, free: tuple[str, ...] = ()) -> Spoil:
    """One way to break one rule."""
    return Spoil(offender, statements, free)
