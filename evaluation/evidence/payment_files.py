"""The file of one match pledge, and of what was paid on it: decision, terms, checks, history, ledger, record, report.

Everything that an auditor asks of one payment, from the rows themselves, as tables in a zip. A part that does not exist
(no report yet) is an empty table: its absence is seen.
"""

import json
from typing import Any, Final

from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.table_files import Table, Value
from evaluation.evidence.packing import File, of_table, pack
from evaluation.evidence.parts import by, checks_of, history, ledger, listed, record, report_of, said, time, who

_MATCH: Final = """
SELECT m.id, m.reference, m.status, m.amount_pence, m.paid_pence, m.recovered_pence, m.accrual, m.terms::text AS terms,
  m.created_at, m.accept_by, m.accepted_at, m.proposed_by_id, m.signed_by_id, m.campaign_id,
  coalesce(m.project_id, c.project_id) AS project_id, f.name AS fund, u.name AS funder, p.title, g.id AS group_id,
  g.name AS group_name, g.legal_form, d.post, d.decision_number, d.limit_pence, d.from_day, d.to_day,
  t.id AS terms_id, t.body AS terms_words
FROM match_pledge m JOIN match_fund f ON f.id = m.fund_id JOIN funder u ON u.id = f.funder_id
LEFT JOIN campaign c ON c.id = m.campaign_id JOIN project p ON p.id = coalesce(m.project_id, c.project_id)
JOIN community_group g ON g.id = p.group_id LEFT JOIN decision_authority d ON d.id = m.authority_id
LEFT JOIN fund_terms t ON t.id = m.accepted_terms_id WHERE m.reference = $1"""
_AWARD: Final = """
SELECT a.id, a.status, a.amount_pence, a.reasons, a.purpose_reason, a.calculation::text AS calculation, a.proposed_by_id,
  a.proposed_at, a.signed_by_id, a.decided_at, a.pitch_id FROM award a WHERE a.match_pledge_id = $1 ORDER BY a.id"""
_HISTORY: Final = """
SELECT e.effective_at, e.recorded_at, 'match pledge' AS row, e.old, e.new, e.cause, e.amount_pence, e.by_id
FROM match_pledge_event e WHERE e.subject_id = $1
UNION ALL SELECT e.effective_at, e.recorded_at, 'award', e.old, e.new, e.cause, e.amount_pence, e.by_id
FROM award_event e JOIN award a ON a.id = e.subject_id WHERE a.match_pledge_id = $1
UNION ALL SELECT e.effective_at, e.recorded_at, 'campaign', e.old, e.new, e.cause, e.amount_pence, e.by_id
FROM campaign_event e WHERE e.subject_id = $2 ORDER BY 1, 2, 3, 4, 5"""
_LEDGER: Final = """
SELECT v.id, v.kind, v.source, v.effective_at, v.true_at, v.recorded_at, l.account, l.amount_pence
FROM ledger_movement v JOIN ledger_line l ON l.movement_id = v.id WHERE v.about = 'match_pledge:' || $1::bigint
ORDER BY v.id, l.id"""
_AUDIT: Final = """
SELECT a.id, a.at, a.person_id, a.role, a.act, a.subject, a.digest, s.id AS position, s.hash
FROM audit_row a LEFT JOIN audit_seal s ON s.audit_row_id = a.id
WHERE a.subject = 'match_pledge:' || $1::bigint
  OR a.subject IN (SELECT 'award:' || w.id FROM award w WHERE w.match_pledge_id = $1)
  OR (a.details->>'match_pledge_id') = $1::bigint::text
  OR a.subject IN (SELECT 'payment_schedule:' || y.schedule_id FROM match_payment y WHERE y.match_pledge_id = $1)
  OR a.subject = 'campaign:' || $2::bigint ORDER BY a.id"""
_PAYMENTS: Final = """
SELECT y.reference, y.status, y.part, y.amount_pence,
  coalesce((SELECT o.amount_pence FROM match_payment_own o WHERE o.payment_id = y.id), 0) AS own_pence,
  coalesce((SELECT sum(k.amount_pence) FROM match_payment_kept k WHERE k.payment_id = y.id), 0)::bigint AS kept_pence,
  y.due_on, y.paid_on, y.returned_on, s.reference AS schedule,
  s.prepared_by_id, s.prepared_at, s.approved_by_id, s.approved_at, s.exported_by_id, s.exported_at, s.file_sha256,
  y.bank_details_id
FROM match_payment y JOIN payment_schedule s ON s.id = y.schedule_id WHERE y.match_pledge_id = $1 ORDER BY y.id"""
_BANK_LINES: Final = """
SELECT coalesce(y.reference, r.reference) AS of, l.means, l.booked_on, l.amount_pence, l.reference, l.asked_by_id,
  l.decided_by_id, t.account, t.bank_reference, l.number, t.sha256
FROM bank_line l JOIN bank_statement t ON t.id = l.statement_id LEFT JOIN bank_line_payment x ON x.line_id = l.id
LEFT JOIN match_payment y ON y.id = coalesce(l.payment_id, x.payment_id)
LEFT JOIN match_recovery r ON r.id = l.recovery_id
WHERE l.status = 'matched' AND coalesce(y.match_pledge_id, r.match_pledge_id) = $1 ORDER BY l.booked_on, l.id"""
_ACCOUNTS: Final = """
SELECT d.id, d.status, d.ending, d.by_group, d.asked_by_id, d.asked_at, d.name_is, d.call_source, d.called_at,
  d.checked_by_id, d.checked_at, d.approved_by_id, d.approved_at, d.ended_at
FROM bank_details d WHERE d.id IN (SELECT y.bank_details_id FROM match_payment y WHERE y.match_pledge_id = $1) ORDER BY d.id"""
_SUBSIDY: Final = """
SELECT s.rule_set, s.status, s.project_trades, s.group_trades, s.declared_pence, s.confirmed_by_id, s.confirmed_at,
  s.is_enterprise, s.reason, s.ours_pence, s.decided_by_id, s.decided_at
FROM subsidy_check s WHERE s.match_pledge_id = $1 ORDER BY s.id"""


async def match_file(reference: str) -> tuple[str, bytes]:
    """(file name, zip) of one match pledge. Raises NotFound."""
    rows = await fetch(_MATCH, reference)
    if not rows:
        raise NotFound
    match = rows[0]
    files = [
        _facts(match),
        *await _decision(match),
        _terms(match),
        *await _lists(match["id"], match["campaign_id"]),
    ]
    title = f"Evidence: {match['reference']}, {match['fund']}"
    words = f"{match['title']}, {match['group_name']}. Amounts in pounds, times in London, people by their number."
    return f"evidence-{match['reference']}.zip", pack(title, words, files)


def _facts(match: dict[str, Any]) -> File:
    wanted = (
        "reference", "funder", "fund", "group_name", "legal_form", "title", "status", "amount_pence", "paid_pence",
        "recovered_pence", "accrual", "created_at", "accept_by", "accepted_at",
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = [(name.replace("_", " "), said(match[name])) for name in wanted]
    return of_table("1-match-pledge.csv", "What was given to whom", Table("Match pledge", ("What", "Value"), rows))


async def _decision(match: dict[str, Any]) -> list[File]:
    awards = await fetch(_AWARD, match["id"])
    rows: list[tuple[Value, ...]] = []
    for award in awards:
        rows += [
            ("Award", f"{award['id']}, {award['status']}"),
            ("Reasons", award["reasons"]),
            ("Purpose", award["purpose_reason"]),
            ("Proposed", by(award["proposed_by_id"], award["proposed_at"])),
            ("Signed", by(award["signed_by_id"], award["decided_at"])),
            ("Asked for in pitch", said(award["pitch_id"])),
        ]
    if match["post"] is not None:
        rows += [
            ("Authority", match["post"]),
            ("Decision", match["decision_number"]),
            ("Limit", said(match["limit_pence"])),
            ("In force", f"{match['from_day']} to {match['to_day']}"),
        ]
    calculations = {f"award {award['id']}": json.loads(award["calculation"]) for award in awards}
    calculations["match pledge"] = json.loads(match["terms"])
    body = json.dumps(calculations, indent=1, sort_keys=True, ensure_ascii=False).encode()
    return [
        of_table(
            "2-decision.csv", "Who decided, why, and by what authority", Table("Decision", ("What", "Value"), rows)
        ),
        File("2-calculation.json", "Each term of the most that could be given, as proposed and signed", body),
    ]


def _terms(match: dict[str, Any]) -> File:
    words = match["terms_words"]
    body = f"Terms {match['terms_id']}\n\n{words}\n" if words else "The fund had no terms when this was accepted.\n"
    return File("3-terms.txt", "The terms that the group accepted", body.encode())


async def _lists(match_id: int, campaign_id: int | None) -> list[File]:
    return [
        await checks_of(campaign_id),
        listed("4-subsidy.csv", "Subsidy control", ("Rules", "State", "Project trades", "Group trades", "Declared",
               "Confirmed by", "Confirmed", "An enterprise", "Why", "From us", "Decided by", "Decided"),
               [(r["rule_set"], r["status"], said(r["project_trades"]), said(r["group_trades"]), r["declared_pence"],
                 who(r["confirmed_by_id"]), time(r["confirmed_at"]), said(r["is_enterprise"]), r["reason"], r["ours_pence"],
                 who(r["decided_by_id"]), time(r["decided_at"])) for r in await fetch(_SUBSIDY, match_id)]),
        listed("4-bank-details.csv", "The accounts that it was paid to, by their last figures", ("Number", "State", "Ends in",
               "Sent by the group", "Asked by", "Asked", "Name is", "Called", "Called at", "Checked by", "Checked",
               "Approved by", "Approved", "Ended"),
               [(r["id"], r["status"], r["ending"], said(r["by_group"]), who(r["asked_by_id"]), time(r["asked_at"]),
                 said(r["name_is"]), said(r["call_source"]), time(r["called_at"]), who(r["checked_by_id"]),
                 time(r["checked_at"]), who(r["approved_by_id"]), time(r["approved_at"]), time(r["ended_at"]))
                for r in await fetch(_ACCOUNTS, match_id)]),
        listed("6-payments.csv", "Each payment, and who prepared, approved and exported it", ("Payment", "State", "Part",
               "Amount", "Of it the group's own", "Recovered before it came back", "Due", "Paid", "Came back", "Schedule",
               "Prepared by", "Prepared", "Approved by", "Approved", "Exported by", "Exported", "SHA-256 of the file",
               "Bank details"),
               [(r["reference"], r["status"], r["part"], r["amount_pence"], r["own_pence"], r["kept_pence"], r["due_on"],
                 r["paid_on"], said(r["returned_on"]), r["schedule"], who(r["prepared_by_id"]), time(r["prepared_at"]),
                 who(r["approved_by_id"]), time(r["approved_at"]), who(r["exported_by_id"]), time(r["exported_at"]),
                 r["file_sha256"], r["bank_details_id"]) for r in await fetch(_PAYMENTS, match_id)]),
        listed("6-bank-lines.csv", "The lines of bank statements that say so", ("Of", "Means", "Booked", "Amount", "Reference",
               "Asked by", "Agreed by", "Account", "Statement", "Line", "SHA-256 of the statement"),
               [(r["of"], r["means"], r["booked_on"], r["amount_pence"], r["reference"], who(r["asked_by_id"]),
                 who(r["decided_by_id"]), r["account"], r["bank_reference"], r["number"], r["sha256"])
                for r in await fetch(_BANK_LINES, match_id)]),
        history(await fetch(_HISTORY, match_id, campaign_id)),
        ledger(await fetch(_LEDGER, match_id)),
        record(await fetch(_AUDIT, match_id, campaign_id)),
        *await report_of(campaign_id),
    ]  # fmt: skip
