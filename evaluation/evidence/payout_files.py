"""The file of one payout: what residents paid by card for a campaign, what it cost, and how it reached the group.

From the rows themselves, as tables in a zip, like payment_files.py. A payment is told by its number and the reference of
its pledge: no backer's name or address is in it, nor what officers wrote about one backer.
"""

from typing import Any, Final

from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.table_files import Table, Value
from evaluation.evidence.packing import File, of_table, pack
from evaluation.evidence.parts import checks_of, history, ledger, listed, record, report_of, said, time, who
from payments.payouts.queries import lines_of, sums_of

_PAYOUT: Final = """
SELECT o.id, o.status, o.campaign_id, o.created_at, o.began_at, o.paid_at, c.status AS campaign_status, c.target_pence,
  c.raised_pence, c.threshold_bp, c.card_cost_borne_by, c.opened_at, c.deadline_at, c.decided_at, c.settled_at,
  p.title, g.id AS group_id, g.name AS group_name, g.legal_form
FROM payout o JOIN campaign c ON c.id = o.campaign_id JOIN project p ON p.id = c.project_id
JOIN community_group g ON g.id = p.group_id WHERE o.id = $1"""
_OWN: Final = """
WITH own AS (SELECT a.id, a.pledge_id FROM charge_attempt a JOIN pledge g ON g.id = a.pledge_id WHERE g.campaign_id = $1)"""
_DECISION: Final = """
SELECT e.old, e.new, e.cause, e.amount_pence, e.effective_at, e.recorded_at, e.by_id
FROM campaign_event e WHERE e.subject_id = $1 ORDER BY e.id"""
# the accounts that were or can be paid to: the group's own, its hosts', and every one that got something
_ACCOUNTS: Final = """
SELECT r.group_id, g.name, r.account, r.status, r.transfers_active, r.payouts_enabled, e.new, e.cause, e.effective_at
FROM recipient r JOIN community_group g ON g.id = r.group_id JOIN recipient_event e ON e.subject_id = r.id
WHERE r.group_id = $2 OR r.group_id IN (SELECT t.group_id FROM transfer t WHERE t.payout_id = $1)
  OR r.group_id IN (SELECT h.host_id FROM group_hosting h WHERE h.group_id = $2 AND h.status IN ('agreed', 'ended'))
ORDER BY r.id, e.id"""
_HOSTS: Final = """
SELECT h.host_id, g.name, h.status, h.asked_by_id, h.asked_at, h.answered_by_id FROM group_hosting h
JOIN community_group g ON g.id = h.host_id WHERE h.group_id = $1 ORDER BY h.id"""
_NIGHTS: Final = """
SELECT r.day, r.done_at, r.read, r.differences FROM reconciliation r WHERE r.campaign_id = $1 ORDER BY r.day, r.id"""
_DIFFERENCES: Final = """
SELECT d.thing, d.what, d.status, d.subject, d.pledge, d.found_at, d.closed_at, d.closed_by_id
FROM difference d WHERE d.campaign_id = $1 ORDER BY d.id"""
_HOLDS: Final = f"""{_OWN}
SELECT h.subject, h.status, CASE WHEN h.subject ~ '^(refund|transfer):' THEN '' ELSE h.why END AS why, h.placed_by_id,
  h.placed_at, h.confirmed_by_id, h.release_by_id, h.ended_by_id, h.ended_at
FROM payment_hold h WHERE h.subject IN ('collection:' || $1::bigint, 'payout:' || $2::bigint)
  OR h.subject IN (SELECT 'transfer:' || t.id FROM transfer t JOIN own ON own.id = t.attempt_id)
  OR h.subject IN (SELECT 'refund:' || r.id FROM refund r JOIN own ON own.id = r.attempt_id) ORDER BY h.id"""
_COLLAPSES: Final = """
SELECT x.status, x.why, x.proposed_by_id, x.proposed_at, x.decided_by_id, x.decided_at FROM collapse_proposal x
WHERE x.campaign_id = $1 ORDER BY x.id"""
_CHARGES: Final = """
SELECT a.id, g.reference, a.number, a.status, a.amount_pence, a.cover_pence, a.intended_at, a.decided_at, a.payment_intent,
  a.charge, a.decline_code, f.fee_pence, f.known_at, f.available_at
FROM charge_attempt a JOIN pledge g ON g.id = a.pledge_id LEFT JOIN card_fee f ON f.attempt_id = a.id
WHERE g.campaign_id = $1 ORDER BY a.id"""
_COSTS: Final = f"""{_OWN}
SELECT b.id, b.attempt_id, b.fee_pence, b.cover_pence, b.held_pence, b.card_cost_pence, b.loss_pence, b.created_at
FROM cost_booking b JOIN own ON own.id = b.attempt_id ORDER BY b.id"""
_TRANSFERS: Final = """
SELECT t.id, t.attempt_id, t.status, t.amount_pence, t.cover_pence, t.reversed_pence, t.group_id, t.account,
  t.provider_transfer, t.code, t.intended_at, t.decided_at
FROM transfer t WHERE t.payout_id = $1 ORDER BY t.id"""
_REVERSALS: Final = """
SELECT v.id, v.transfer_id, v.refund_id, v.status, v.amount_pence, v.reason, v.provider_reversal, v.code, v.created_at,
  v.decided_at FROM transfer_reversal v JOIN transfer t ON t.id = v.transfer_id WHERE t.payout_id = $1 ORDER BY v.id"""
_REFUNDS: Final = f"""{_OWN}
SELECT r.id, r.attempt_id, r.status, r.amount_pence, r.cover_pence, r.reason, r.source, r.provider_refund, r.created_at,
  r.decided_at, b.status AS repaid, b.how, b.bank_reference, b.paid_on, b.recorded_by_id, b.decided_by_id, b.own_move_id,
  l.booked_on, s.bank_reference AS statement
FROM refund r JOIN own ON own.id = r.attempt_id
LEFT JOIN repayment b ON b.refund_id = r.id AND b.status IN ('recorded', 'confirmed')
LEFT JOIN bank_line l ON l.repayment_id = b.id AND l.status = 'matched' LEFT JOIN bank_statement s ON s.id = l.statement_id
ORDER BY r.id"""
_PROPOSALS: Final = """
SELECT x.id, g.reference, x.status, x.amount_pence, x.whole, x.proposed_by_id, x.proposed_at, x.decided_by_id, x.decided_at
FROM refund_proposal x JOIN pledge g ON g.id = x.pledge_id WHERE g.campaign_id = $1 ORDER BY x.id"""
_DISPUTES: Final = f"""{_OWN}
SELECT d.id, d.attempt_id, d.status, d.reason, d.amount_pence, d.withdrawn_pence, d.fee_pence, d.cover_pence,
  d.provider_dispute, d.provider_status, d.answer_by, d.answered, d.opened_at, d.closed_at
FROM dispute d JOIN own ON own.id = d.attempt_id ORDER BY d.id"""
_GIFTS: Final = """
SELECT o.reference, o.way, o.status, o.amount_pence, o.received_on, o.taken_by_id, o.counted_by_id, o.counted_at,
  b.slip_number, b.entered_by_id AS banked_by, b.confirmed_by_id AS slip_seen_by, y.reference AS transfer,
  y.entered_by_id AS handed_by, y.confirmed_by_id AS transfer_seen_by, r.cause, r.how, r.entered_by_id AS returned_by,
  r.confirmed_by_id AS return_seen_by, coalesce(v.pence, 0)::bigint AS made_good
FROM offline_gift o LEFT JOIN gift_batch b ON b.id = o.batch_id LEFT JOIN gift_payment y ON y.id = o.payment_id
LEFT JOIN gift_return r ON r.gift_id = o.id AND r.withdrawn_at IS NULL
LEFT JOIN LATERAL (SELECT sum(amount_pence) AS pence FROM gift_recovery WHERE gift_id = o.id AND confirmed_at IS NOT NULL) v
  ON true WHERE o.campaign_id = $1 ORDER BY o.id"""
_TAKEN_BACK: Final = """
SELECT x.reversal_id, x.status, x.sends, x.proposed_by_id, x.proposed_at, x.decided_by_id, x.decided_at
FROM taken_back_decision x JOIN transfer_reversal v ON v.id = x.reversal_id JOIN transfer t ON t.id = v.transfer_id
WHERE t.payout_id = $1 ORDER BY x.id"""
_HISTORY: Final = f"""{_OWN}
SELECT e.effective_at, e.recorded_at, 'payout' AS row, e.old, e.new, e.cause, e.amount_pence, e.by_id
FROM payout_event e WHERE e.subject_id = $2
UNION ALL SELECT e.effective_at, e.recorded_at, 'campaign', e.old, e.new, e.cause, e.amount_pence, e.by_id
FROM campaign_event e WHERE e.subject_id = $1
UNION ALL SELECT e.effective_at, e.recorded_at, 'transfer ' || t.id, e.old, e.new, e.cause, e.amount_pence, e.by_id
FROM transfer_event e JOIN transfer t ON t.id = e.subject_id WHERE t.payout_id = $2
UNION ALL SELECT e.effective_at, e.recorded_at, 'refund ' || r.id, e.old, e.new, e.cause, e.amount_pence, e.by_id
FROM refund_event e JOIN refund r ON r.id = e.subject_id JOIN own ON own.id = r.attempt_id
UNION ALL SELECT e.effective_at, e.recorded_at, 'dispute ' || d.id, e.old, e.new, e.cause, e.amount_pence, e.by_id
FROM dispute_event e JOIN dispute d ON d.id = e.subject_id JOIN own ON own.id = d.attempt_id
ORDER BY 1, 2, 3, 4, 5"""
_LEDGER: Final = """
SELECT v.id, v.kind, v.source, v.effective_at, v.true_at, v.recorded_at, l.account, l.amount_pence
FROM ledger_movement v JOIN ledger_line l ON l.movement_id = v.id
WHERE v.about = 'campaign:' || $1::bigint AND v.book = 'cash' ORDER BY v.id, l.id"""
_AUDIT: Final = f"""{_OWN}, subjects AS (
  SELECT 'payout:' || $2::bigint AS subject UNION SELECT 'campaign:' || $1::bigint
  UNION SELECT 'charge_attempt:' || id FROM own UNION SELECT 'transfer:' || id FROM transfer WHERE payout_id = $2
  UNION SELECT 'transfer_reversal:' || v.id FROM transfer_reversal v JOIN transfer t ON t.id = v.transfer_id
    WHERE t.payout_id = $2
  UNION SELECT 'refund:' || r.id FROM refund r JOIN own ON own.id = r.attempt_id
  UNION SELECT 'repayment:' || b.id FROM repayment b JOIN refund r ON r.id = b.refund_id JOIN own ON own.id = r.attempt_id
  UNION SELECT 'dispute:' || d.id FROM dispute d JOIN own ON own.id = d.attempt_id
  UNION SELECT 'refund_proposal:' || x.id FROM refund_proposal x JOIN pledge g ON g.id = x.pledge_id WHERE g.campaign_id = $1
  UNION SELECT 'collapse_proposal:' || x.id FROM collapse_proposal x WHERE x.campaign_id = $1
  UNION SELECT 'difference:' || d.id FROM difference d WHERE d.campaign_id = $1
  UNION SELECT 'payment_hold:' || h.id FROM payment_hold h WHERE h.subject IN
    ('collection:' || $1::bigint, 'payout:' || $2::bigint)
    OR h.subject IN (SELECT 'transfer:' || t.id FROM transfer t JOIN own ON own.id = t.attempt_id)
    OR h.subject IN (SELECT 'refund:' || r.id FROM refund r JOIN own ON own.id = r.attempt_id)
  UNION SELECT 'taken_back_decision:' || s.id FROM taken_back_decision s JOIN transfer_reversal v ON v.id = s.reversal_id
    JOIN transfer t ON t.id = v.transfer_id WHERE t.payout_id = $2
  UNION SELECT 'shares_back:' || b.id FROM shares_back b WHERE b.campaign_id = $1
  UNION SELECT 'share_back:' || s.id FROM share_back s JOIN shares_back b ON b.id = s.giving_id WHERE b.campaign_id = $1)
SELECT a.id, a.at, a.person_id, a.role, a.act, a.subject, a.digest, s.id AS position, s.hash
FROM audit_row a JOIN subjects u ON u.subject = a.subject LEFT JOIN audit_seal s ON s.audit_row_id = a.id ORDER BY a.id"""


async def payout_file(payout_id: int) -> tuple[str, bytes]:
    """(file name, zip) of one payout. Raises NotFound."""
    rows = await fetch(_PAYOUT, payout_id)
    if not rows:
        raise NotFound
    one = rows[0]
    campaign_id = one["campaign_id"]
    files = [
        await _facts(one),
        *await _before(one),
        *await _money(payout_id, campaign_id),
        history(await fetch(_HISTORY, campaign_id, payout_id)),
        ledger(await fetch(_LEDGER, campaign_id)),
        record(await fetch(_AUDIT, campaign_id, payout_id)),
        *await report_of(campaign_id),
    ]
    files.sort(key=lambda file: file.name)
    title = f"Evidence: payout {payout_id}"
    words = f"{one['title']}, {one['group_name']}. Amounts in pounds, times in London, people by their number, no backer’s name."
    return f"evidence-payout-{payout_id}.zip", pack(title, words, files)


async def _facts(one: dict[str, Any]) -> File:
    sums = sums_of(await lines_of(one["campaign_id"]))
    wanted = (
        "id", "status", "group_name", "legal_form", "title", "campaign_id", "campaign_status", "target_pence", "raised_pence",
        "threshold_bp", "card_cost_borne_by", "opened_at", "deadline_at", "decided_at", "settled_at", "created_at", "began_at",
        "paid_at",
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = [(name.replace("_", " "), said(one[name])) for name in wanted]
    rows += [
        ("charged to cards, pence", said(sums.charge_pence)),
        ("fees, pence", said(sums.fee_pence)),
        ("of costs borne by the programme, pence", said(sums.by_programme_pence)),
        ("went back to backers, pence", said(sums.back_pence)),
        ("is with the group, pence", said(sums.sent_pence)),
    ]
    return of_table("1-payout.csv", "What was paid to whom", Table("Payout", ("What", "Value"), rows))


async def _before(one: dict[str, Any]) -> list[File]:
    """What was decided, who receives, what was checked and what stood in the way."""
    payout_id, campaign_id, group_id = one["id"], one["campaign_id"], one["group_id"]
    return [
        listed("2-decision.csv", "Approval, verdict and pay-out decision, with what was raised and secured",
               ("From", "To", "Cause", "Amount", "True", "Recorded", "By"),
               [(r["old"], r["new"], r["cause"], r["amount_pence"], time(r["effective_at"]), time(r["recorded_at"]),
                 who(r["by_id"])) for r in await fetch(_DECISION, campaign_id)]),
        listed("3-account.csv", "The accounts that can receive, and since when they were ready",
               ("Group", "Name", "Account", "State now", "Transfers active", "Payouts enabled", "Step to", "Cause", "When"),
               [(r["group_id"], r["name"], r["account"], r["status"], said(r["transfers_active"]), said(r["payouts_enabled"]),
                 r["new"], r["cause"], time(r["effective_at"])) for r in await fetch(_ACCOUNTS, payout_id, group_id)]),
        listed("3-receiver.csv", "Who receives for the group, by two owners", ("Group", "Name", "State", "Asked by", "Asked",
               "Agreed by"), [(r["host_id"], r["name"], r["status"], who(r["asked_by_id"]), time(r["asked_at"]),
               who(r["answered_by_id"])) for r in await fetch(_HOSTS, group_id)]),
        await checks_of(campaign_id),
        listed("4-nights.csv", "Our books laid beside the provider’s", ("Day", "Done", "Records read", "Differences open"),
               [(r["day"], time(r["done_at"]), r["read"], r["differences"]) for r in await fetch(_NIGHTS, campaign_id)]),
        listed("4-differences.csv", "Differences that were found, and who closed them", ("Thing", "What", "State", "Subject",
               "Pledge", "Found", "Closed", "Closed by"),
               [(r["thing"], r["what"], r["status"], r["subject"], r["pledge"], time(r["found_at"]), time(r["closed_at"]),
                 who(r["closed_by_id"])) for r in await fetch(_DIFFERENCES, campaign_id)]),
        listed("4-holds.csv", "What was held, by whom, and who let it go", ("Of", "State", "Why", "Placed by", "Placed",
               "Confirmed by", "Release proposed by", "Ended by", "Ended"),
               [(r["subject"], r["status"], r["why"], who(r["placed_by_id"]), time(r["placed_at"]), who(r["confirmed_by_id"]),
                 who(r["release_by_id"]), who(r["ended_by_id"]), time(r["ended_at"]))
                for r in await fetch(_HOLDS, campaign_id, payout_id)]),
        listed("4-everything-back.csv", "Proposals to give everybody their money back", ("State", "Why", "Proposed by",
               "Proposed", "Decided by", "Decided"),
               [(r["status"], r["why"], who(r["proposed_by_id"]), time(r["proposed_at"]), who(r["decided_by_id"]),
                 time(r["decided_at"])) for r in await fetch(_COLLAPSES, campaign_id)]),
    ]  # fmt: skip


async def _money(payout_id: int, campaign_id: int) -> list[File]:
    """Each payment, what it cost, what was sent on, and what went back."""
    return [
        listed("6-charges.csv", "Each charge of a card, with the provider’s references and fee", ("Payment", "Pledge", "Try",
               "State", "Amount", "Cover", "Intended", "Decided", "Payment intent", "Charge", "Declined as", "Fee", "Fee known",
               "Available"),
               [(r["id"], r["reference"], r["number"], r["status"], r["amount_pence"], r["cover_pence"], time(r["intended_at"]),
                 time(r["decided_at"]), said(r["payment_intent"]), said(r["charge"]), said(r["decline_code"]), r["fee_pence"],
                 time(r["known_at"]), time(r["available_at"])) for r in await fetch(_CHARGES, campaign_id)]),
        listed("6-costs.csv", "Who bears what of the costs: changes, in order", ("Booking", "Payment", "Fee", "By the cover",
               "By the group", "By the programme", "A loss", "When"),
               [(r["id"], r["attempt_id"], r["fee_pence"], r["cover_pence"], r["held_pence"], r["card_cost_pence"],
                 r["loss_pence"], time(r["created_at"])) for r in await fetch(_COSTS, campaign_id)]),
        listed("6-transfers.csv", "Each transfer to the group, with the provider’s reference", ("Transfer", "Payment", "State",
               "Amount", "Cover", "Came back", "Group", "Account", "Provider’s number", "Refused as", "Intended", "Decided"),
               [(r["id"], r["attempt_id"], r["status"], r["amount_pence"], r["cover_pence"], r["reversed_pence"], r["group_id"],
                 r["account"], said(r["provider_transfer"]), said(r["code"]), time(r["intended_at"]), time(r["decided_at"]))
                for r in await fetch(_TRANSFERS, payout_id)]),
        listed("6-reversals.csv", "What was taken back from the group", ("Reversal", "Transfer", "Refund", "State", "Amount",
               "Reason", "Provider’s number", "Refused as", "Asked", "Decided"),
               [(r["id"], r["transfer_id"], r["refund_id"], r["status"], r["amount_pence"], r["reason"],
                 said(r["provider_reversal"]), said(r["code"]), time(r["created_at"]), time(r["decided_at"]))
                for r in await fetch(_REVERSALS, payout_id)]),
        listed("6-refunds.csv", "What went back to backers, to the card or another way", ("Refund", "Payment", "State", "Amount",
               "Cover", "Reason", "Decided by row", "Provider’s number", "Asked", "Decided", "Another way", "How",
               "Bank’s reference", "Paid", "Recorded by", "Confirmed by", "Line booked", "Statement", "Drawn by movement"),
               [(r["id"], r["attempt_id"], r["status"], r["amount_pence"], r["cover_pence"], r["reason"], said(r["source"]),
                 said(r["provider_refund"]), time(r["created_at"]), time(r["decided_at"]), said(r["repaid"]), said(r["how"]),
                 said(r["bank_reference"]), r["paid_on"], who(r["recorded_by_id"]), who(r["decided_by_id"]),
                 r["booked_on"], said(r["statement"]), r["own_move_id"])
                for r in await fetch(_REFUNDS, campaign_id)]),
        listed("6-proposals.csv", "Refunds that were proposed, and who decided", ("Proposal", "Pledge", "State", "Amount",
               "All of it", "Proposed by", "Proposed", "Decided by", "Decided"),
               [(r["id"], r["reference"], r["status"], r["amount_pence"], said(r["whole"]), who(r["proposed_by_id"]),
                 time(r["proposed_at"]), who(r["decided_by_id"]), time(r["decided_at"]))
                for r in await fetch(_PROPOSALS, campaign_id)]),
        listed("6-disputes.csv", "What banks disputed, and how it ended", ("Dispute", "Payment", "State", "Reason", "Amount",
               "Withdrawn", "Fee", "Cover", "Provider’s number", "Provider’s word", "Answer by", "Answered", "Opened", "Closed"),
               [(r["id"], r["attempt_id"], r["status"], r["reason"], r["amount_pence"], r["withdrawn_pence"], r["fee_pence"],
                 r["cover_pence"], r["provider_dispute"], r["provider_status"], time(r["answer_by"]), said(r["answered"]),
                 time(r["opened_at"]), time(r["closed_at"])) for r in await fetch(_DISPUTES, campaign_id)]),
        listed("6-taken-back.csv", "Money taken back by hand, and who decided what becomes of it", ("Reversal", "State",
               "Sent again", "Proposed by", "Proposed", "Decided by", "Decided"),
               [(r["reversal_id"], r["status"], said(r["sends"]), who(r["proposed_by_id"]), time(r["proposed_at"]),
                 who(r["decided_by_id"]), time(r["decided_at"])) for r in await fetch(_TAKEN_BACK, payout_id)]),
        listed("6-gifts.csv", "Cash and cheques of the campaign, by their receipts", ("Receipt", "Way", "State", "Amount",
               "Received", "Taken by", "Counted by", "Counted", "Slip", "Paid in by", "Slip seen by", "Transfer to the group",
               "Handed on by", "Transfer seen by", "Went back because", "How", "Given back by", "Return seen by",
               "Of an unpaid cheque came back"),
               [(r["reference"], r["way"], r["status"], r["amount_pence"], r["received_on"], who(r["taken_by_id"]),
                 who(r["counted_by_id"]), time(r["counted_at"]), said(r["slip_number"]), who(r["banked_by"]),
                 who(r["slip_seen_by"]), said(r["transfer"]), who(r["handed_by"]), who(r["transfer_seen_by"]), said(r["cause"]),
                 said(r["how"]), who(r["returned_by"]), who(r["return_seen_by"]), r["made_good"])
                for r in await fetch(_GIFTS, campaign_id)]),
    ]  # fmt: skip
