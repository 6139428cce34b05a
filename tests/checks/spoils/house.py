"""Ledger, audit, outbox and the guards themselves."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "nothing is kept beyond its time": spoil(
        "closed cases: 1",
        "UPDATE care_case SET status = 'closed', outcome = 'put right', closed_at = now() - interval '9 years' WHERE id = {case}",
    ),
    "money is whole pence": spoil(
        "pledge.refunded_pence",
        "ALTER TABLE pledge ALTER COLUMN refunded_pence TYPE numeric",
    ),
    "ledger balances": spoil(
        "ledger_movement {movement}",
        "UPDATE ledger_line SET amount_pence = amount_pence + 1 WHERE id = {line}",
    ),
    "books are not mixed": spoil(
        "ledger_movement {movement}",
        "UPDATE ledger_movement SET book = 'memorandum' WHERE id = {movement}",
    ),
    "posted once": spoil(
        "collected of charge_attempt:{attempt}",
        "UPDATE ledger_movement SET kind = 'collected', source = 'charge_attempt:{attempt}'"
        " WHERE id = (SELECT max(id) FROM ledger_movement)",
        free=("ledger_movement.ledger_movement_once",),
    ),
    "every account is in the chart": spoil(
        "money found", "UPDATE ledger_line SET account = 'money found' WHERE id = {line}"
    ),
    "audit rows are as written": spoil(
        "audit_row {audit}",
        "UPDATE audit_row SET details = details || '{{\"amount_pence\": 1}}' WHERE id = {audit}",
    ),
    "audit chain holds": spoil("audit_seal {seal}", "DELETE FROM audit_seal WHERE id = {seal} - 1"),
    "audit rows are sealed": spoil(
        "audit_row {audit}",
        "DELETE FROM audit_seal WHERE id = {seal}",
        "UPDATE audit_row SET at = at - interval '1 hour' WHERE id = {audit}",
    ),
    "nothing is stuck in the outbox": spoil(
        "outbox {mail} (", "UPDATE outbox SET done_at = NULL, attempts = 20 WHERE id = {mail}"
    ),
    "the outbox is worked off": spoil(
        "outbox {mail} (", "UPDATE outbox SET done_at = NULL, due_at = now() - interval '25 hours' WHERE id = {mail}"
    ),
    "sent bodies are gone": spoil(
        "outbox {mail}", "UPDATE outbox SET done_at = now() - interval '98 days' WHERE id = {mail}"
    ),
    "records carry ids only": spoil(
        "audit_row {audit}",
        'UPDATE audit_row SET details = \'{{"to": "Kim Reed"}}\' WHERE id = {audit}',
    ),
    "events are in order of time": spoil(
        "pledge_event 2", "UPDATE pledge_event SET effective_at = effective_at - interval '1 year' WHERE id = 2"
    ),
    "events carry causes only": spoil(
        "pledge_event 1", "UPDATE pledge_event SET cause = 'asked by kim@example.org' WHERE id = 1"
    ),
    "guards are in place": spoil(
        "ledger_line_append_only", "ALTER TABLE ledger_line DISABLE TRIGGER ledger_line_append_only"
    ),
    "constraints are in place": spoil(
        "pledge.form_key unique",
        "SELECT 1",
        free=("pledge.pledge_something", "campaign_one_unfinished", "=pledge.form_key"),
    ),
}
