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
    "nobody is charged without the yes they were asked for": spoil(
        "pledge {collected}",
        "UPDATE campaign_change SET old_deadline_at = now() - interval '400 days' WHERE id = {change}",
        "UPDATE pledge SET must_agree_id = {change} WHERE id = {collected}",
    ),
    "who pledged before a later day is asked": spoil(
        "pledge {active}", "UPDATE pledge SET must_agree_id = NULL WHERE id = {active}"
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
    "unspent money is shared to the penny": spoil(
        "delivery_turn {turn}", "UPDATE delivery_turn SET unspent_pence = unspent_pence + 1 WHERE id = {turn}"
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
    "help_offer history agrees": spoil("help_offer {help}", "UPDATE help_offer SET status = 'given' WHERE id = {help}"),
    "help_offer moves along its table": spoil(
        "help_offer {help}",
        "UPDATE help_offer_event SET cause = 'declined' WHERE subject_id = {help} AND new = 'accepted'",
    ),
    "help_offer moves are on record": spoil(
        "help_offer {help}", "DELETE FROM audit_row WHERE subject = 'help_offer:{help}' AND act = 'help accepted'"
    ),
    "offers are confirmed or forgotten": spoil(
        "help_offer {help}", "UPDATE help_offer SET status = 'lapsed' WHERE id = {help}"
    ),
}
