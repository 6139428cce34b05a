"""Residents' pledges."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "pledge history agrees": spoil("pledge {active}", "UPDATE pledge SET status = 'cancelled' WHERE id = {active}"),
    "pledge moves along its table": spoil(
        "pledge {released}",
        "UPDATE pledge_event SET cause = 'charged', new = 'collected' WHERE subject_id = {released} AND new = 'released'",
    ),
    "pledge moves are on record": spoil(
        "pledge {collected}", "DELETE FROM audit_row WHERE subject = 'pledge:{collected}' AND act = 'pledge collected'"
    ),
    "pledges follow their campaign": spoil(
        "pledge {released}", "UPDATE pledge SET status = 'collected' WHERE id = {released}"
    ),
    "raised is what stood at the verdict": spoil(
        "campaign {settled}", "UPDATE campaign SET raised_pence = raised_pence + 1 WHERE id = {settled}"
    ),
    "pledge amounts agree with history": spoil(
        "pledge {active}", "UPDATE pledge SET amount_pence = amount_pence + 100 WHERE id = {active}"
    ),
    "promises are in the ledger": spoil(
        "campaign {live}",
        "UPDATE ledger_line SET amount_pence = amount_pence - 100 WHERE account = 'memo:pledged:campaign:{live}'",
    ),
    "a pledge that counts has a card": spoil(
        "pledge {active}", "UPDATE saved_card SET detached_at = now() WHERE pledge_id = {active}"
    ),
    "active pledges say since when": spoil(
        "pledge {active}", "UPDATE pledge SET activated_at = NULL WHERE id = {active}"
    ),
    "one form, one pledge": spoil(
        "pledge {active}",
        "UPDATE pledge SET form_key = (SELECT form_key FROM pledge WHERE id = {collected}) WHERE id = {active}",
        free=("=pledge.form_key",),
    ),
    "pledges are within bounds": spoil(
        "pledge {collected}",
        "UPDATE pledge SET refunded_pence = amount_pence + 1 WHERE id = {collected}",
        free=("pledge.pledge_refund_within",),
    ),
    "no pledge counts that came too late": spoil(
        "pledge {active}",
        "UPDATE pledge SET activated_at = c.deadline_at FROM campaign c WHERE c.id = campaign_id AND pledge.id = {active}",
    ),
}
