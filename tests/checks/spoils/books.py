"""The books: closed periods, kept days, journals."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "samples can be drawn again": spoil(
        "audit_sample {sample}", "UPDATE audit_sample SET seed = 'another' WHERE id = {sample}"
    ),
    "nobody did two steps of one item": spoil(
        "book_period {period}",
        "UPDATE audit_row SET person_id = (SELECT proposed_by_id FROM book_period WHERE id = {period})"
        " WHERE act = 'period closed' AND subject = 'book_period:{period}'",
    ),
    "book_period history agrees": spoil(
        "book_period {period}", "UPDATE book_period_event SET new = 'proposed' WHERE subject_id = {period}"
    ),
    "book_period moves along its table": spoil(
        "book_period {period}",
        "UPDATE book_period_event SET cause = 'opened' WHERE subject_id = {period} AND new = 'closed'",
    ),
    "book_period moves are on record": spoil(
        "book_period {period}", "DELETE FROM audit_row WHERE act = 'period closed' AND subject = 'book_period:{period}'"
    ),
    "periods follow one another": spoil(
        "book_period {period}",
        "UPDATE book_period SET closed_at = locked_before - interval '1 hour' WHERE id = {period}",
    ),
    "nothing was posted into a closed period": spoil(
        "ledger_movement {movement}",
        "UPDATE ledger_movement SET recorded_at = now() + interval '1 hour' WHERE id = {movement}",
    ),
    "closed statements are as they were": spoil(
        "book_period {period} programme",
        "UPDATE closed_statement SET figures = '[]' WHERE period_id = {period} AND scope = 'programme'",
    ),
    "kept days are as they were": spoil(
        "book_day {kept_day}", "UPDATE ledger_line SET amount_pence = amount_pence + 1 WHERE id = {line}"
    ),
    "every day's books agree with its payments": spoil(
        "book_day {kept_day}", "UPDATE book_day SET difference_pence = 1 WHERE id = {kept_day}"
    ),
    "statements agree with match pledges": spoil(
        "match_pledge {offer}",
        "UPDATE ledger_movement SET about = '' WHERE kind = 'earmark' AND source = 'match_pledge:{offer}'",
    ),
    "journals balance and are as they were": spoil(
        "journal_batch {journal}", "UPDATE journal_batch SET debit_pence = debit_pence + 1 WHERE id = {journal}"
    ),
}
