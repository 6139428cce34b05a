"""Bank details, subsidy, payments of the council, statements, recoveries."""

from tests.checks.spoils.spoil import Spoil, spoil

# table -> the row that is spoiled, another status that it might have, the constraints in the way
_ROWS = {
    "bank_details": ("{details}", "stopped", ("bank_details.bank_details_approved",)),
    "subsidy_check": ("{subsidy}", "answered", ()),
    "payment_schedule": ("{schedule}", "approved", ("payment_schedule.payment_schedule_exported",)),
    "match_payment": ("{payment}", "approved", ("match_payment.match_payment_days",)),
    "bank_line": ("{bank_line}", "not ours", ("bank_line.bank_line_means_what",)),
    "typed_statement": ("{typed}", "withdrawn", ("typed_statement.typed_statement_counts_when_agreed",)),
    "match_recovery": ("{recovery}", "asked", ()),
    "match_shortening": ("{shortening}", "withdrawn", ()),
}


def _history() -> dict[str, Spoil]:
    found = {}
    for table, (row, status, free) in _ROWS.items():
        offender = f"{table} {row}"
        found[f"{table} history agrees"] = spoil(
            offender, f"UPDATE {table} SET status = '{status}' WHERE id = {row}", free=free
        )
        found[f"{table} moves along its table"] = spoil(
            offender, f"UPDATE {table}_event SET cause = 'lost' WHERE subject_id = {row} AND old <> ''"
        )
        found[f"{table} moves are on record"] = spoil(
            offender, f"DELETE FROM audit_row WHERE subject = '{table}:' || {row}"
        )
    return found


SPOILS = {
    **_history(),
    "bank details are by two people": spoil(
        "bank_details {details}",
        "UPDATE bank_details SET approved_by_id = checked_by_id WHERE id = {details}",
        free=("bank_details.bank_details_two_people",),
    ),
    "bank details were proved": spoil(
        "bank_details {details}",
        "UPDATE bank_details SET call_held_since = asked_at WHERE id = {details}",
        free=("bank_details.bank_details_checked",),
    ),
    "accounts that nobody needs are forgotten": spoil(
        "bank_details {withdrawn_details}", "UPDATE bank_details SET sealed = 'AAAA' WHERE id = {withdrawn_details}"
    ),
    "sealed accounts open": spoil(
        "bank_details {details}", "UPDATE bank_details SET ending = '000' WHERE id = {details}"
    ),
    "subsidies are within the limit": spoil(
        "subsidy_check {subsidy}",
        "UPDATE subsidy_check SET is_enterprise = true, declared_pence = 31500000 WHERE id = {subsidy}",
    ),
    "payments are approved by a second person": spoil(
        "payment_schedule {schedule}",
        "UPDATE payment_schedule SET approved_by_id = prepared_by_id WHERE id = {schedule}",
        free=("payment_schedule.payment_schedule_two_people",),
    ),
    "payments never made are said so by two people": spoil(
        "match_payment {cancelled}",
        "UPDATE match_payment SET cancelled_by_id = cancel_asked_by_id WHERE id = {cancelled}",
        free=("match_payment.match_payment_cancelled_by_two",),
    ),
    "a payment is its parts": spoil(
        "match_payment {payment}", "UPDATE match_payment_part SET amount_pence = 1 WHERE payment_id = {payment}"
    ),
    "a bank line says that it is paid": spoil(
        "match_payment {payment}", "UPDATE bank_line SET amount_pence = amount_pence - 1 WHERE id = {bank_line}"
    ),
    "a line of several is its payments": spoil(
        "bank_line {bank_line}",
        "INSERT INTO bank_line_payment (line_id, payment_id) VALUES ({bank_line}, {payment}), ({bank_line}, {cancelled})",
    ),
    "a third person says that it is paid": spoil(
        "bank_line {bank_line}",
        "UPDATE bank_statement SET imported_by_id = (SELECT prepared_by_id FROM payment_schedule WHERE id = {schedule})"
        " WHERE id = {statement}",
    ),
    "a third person says that it came back": spoil(
        "bank_line {agreed_line}",
        "UPDATE delivery_turn SET proposed_by_id = l.asked_by_id, decided_by_id = l.decided_by_id FROM bank_line l"
        " WHERE delivery_turn.id = {turn} AND l.id = {agreed_line}",
    ),
    "typed statements are agreed to by a second person": spoil(
        "bank_statement {typed_statement}", "UPDATE bank_statement SET agreed_by_id = NULL WHERE id = {typed_statement}"
    ),
    "a match is paid by its payments": spoil(
        "match_pledge {part_back}",
        "UPDATE match_payment_part SET amount_pence = amount_pence - 1 WHERE payment_id = {payment}",
    ),
    "groups' own money is owed back to the penny": spoil(
        "match_payment {payment}",
        "INSERT INTO match_payment_kept (payment_id, source_id, amount_pence) SELECT payment_id, source_id, 1"
        " FROM match_payment_part WHERE payment_id = {payment} LIMIT 1",
    ),
    "nothing is paid early": spoil(
        "match_payment {payment}",
        "UPDATE bank_details b SET approved_at = s.exported_at - interval '4 days' FROM payment_schedule s, match_payment p"
        " WHERE s.id = p.schedule_id AND p.id = {payment} AND b.id = p.bank_details_id",
    ),
    "nothing is paid before its checks": spoil(
        "match_payment {payment}",
        "UPDATE subsidy_check_event SET recorded_at = recorded_at + interval '1 day' WHERE subject_id = {subsidy}",
    ),
    "no match is paid while it is held": spoil(
        "match_payment {payment}",
        "UPDATE payment_hold SET subject = (SELECT 'match_pledge:' || match_pledge_id FROM match_payment WHERE id = {payment}),"
        " placed_at = '2000-01-01', ended_at = NULL WHERE id = {payment_hold}",
    ),
    "council money in the books": spoil(
        "funding_source {paid_source}",
        "UPDATE ledger_line SET amount_pence = amount_pence - 1 WHERE account = 'match paid:source:' || {paid_source}",
    ),
    "council bank is its matched lines": spoil(
        "bank_line {bank_line}",
        "UPDATE ledger_line SET amount_pence = amount_pence - 1 WHERE account = 'council bank' AND movement_id ="
        " (SELECT id FROM ledger_movement WHERE kind = 'match paid' AND source = 'match_payment:' || {payment})",
    ),
    "statements are whole": spoil(
        "bank_statement {statement}",
        "UPDATE bank_statement SET closing_pence = closing_pence + 1 WHERE id = {statement}",
    ),
    "lines are matched by two people or by themselves": spoil(
        "bank_line {agreed_line}",
        "UPDATE bank_line SET decided_by_id = asked_by_id WHERE id = {agreed_line}",
        free=("bank_line.bank_line_two_people",),
    ),
    "a recovery is a fund's share": spoil(
        "match_recovery {recovery}",
        "UPDATE match_recovery SET came_pence = came_pence - 1 WHERE id = {recovery}",
    ),
    "money is let go of by two people": spoil(
        "match_shortening {shortening}",
        "UPDATE match_shortening SET decided_by_id = proposed_by_id WHERE id = {shortening}",
        free=("match_shortening.match_shortening_two_people",),
    ),
}
