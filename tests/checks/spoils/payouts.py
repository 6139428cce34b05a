"""Card costs, payouts, holds and disputes."""

from tests.checks.spoils.spoil import Spoil, spoil

# table -> the name of its row, another status, a cause that leads nowhere, an act that is on record
_HISTORIES = {
    "payment_hold": ("payment_hold", "held", "confirmed", "hold placed"),
    "dispute": ("dispute", "open", "lost", "dispute opened"),
    "recipient": ("account", "restricted", "not ready", "account ready"),
    "payout": ("payout", "waiting", "collapsed", "payout began"),
    "transfer": ("transfer", "failed", "failed", "transfer succeeded"),
    "transfer_reversal": ("reversal", "failed", "failed", "reversal succeeded"),
    "collapse_proposal": ("collapse", "proposed", "refused", "collapse proposed"),
    "taken_back_decision": ("taken_back", "proposed", "refused", "taken back decision proposed"),
}


def _histories() -> dict[str, Spoil]:
    made = {}
    for table, (name, status, cause, act) in _HISTORIES.items():
        row = f"{table} {{{name}}}"
        made[f"{table} history agrees"] = spoil(row, f"UPDATE {table} SET status = '{status}' WHERE id = {{{name}}}")
        made[f"{table} moves along its table"] = spoil(
            row,
            f"UPDATE {table}_event SET cause = '{cause}' WHERE id = (SELECT max(id) FROM {table}_event"
            f" WHERE subject_id = {{{name}}} AND old <> new AND old <> '')",
        )
        made[f"{table} moves are on record"] = spoil(
            row, f"DELETE FROM audit_row WHERE subject = '{table}:{{{name}}}' AND act = '{act}'"
        )
    return made


SPOILS = {
    **_histories(),
    "every transfer is booked once": spoil(
        "transfer {transfer}",
        "UPDATE ledger_line SET amount_pence = amount_pence - 1 WHERE account = 'provider balance' AND movement_id ="
        " (SELECT id FROM ledger_movement WHERE source = 'transfer:{transfer}')",
    ),
    "every reversal is booked once": spoil(
        "transfer_reversal {reversal}",
        "UPDATE transfer_reversal SET amount_pence = amount_pence + 1 WHERE id = {reversal}",
    ),
    "every cost is booked once": spoil(
        "cost_booking {booking}",
        "UPDATE cost_booking SET created_at = now(), held_pence = held_pence + 1,"
        " fee_pence = fee_pence + 1 WHERE id = {booking}",
    ),
    "costs are borne by those who bear them": spoil(
        "charge_attempt {attempt}", "UPDATE card_fee SET fee_pence = fee_pence + 1 WHERE attempt_id = {attempt}"
    ),
    "campaigns hold what their payments left": spoil(
        "campaign {settled}",
        "UPDATE ledger_line SET account = 'held for group:campaign:{live}'"
        " WHERE account = 'held for group:campaign:{settled}' AND amount_pence < 0",
    ),
    "payouts send what is due": spoil(
        "charge_attempt {attempt}",
        "UPDATE refund SET status = 'void' WHERE attempt_id = {attempt}",  # a share that waits is in the way
        "UPDATE transfer SET status = 'failed' WHERE attempt_id = {attempt}",
        "UPDATE payout SET paid_at = paid_at - interval '60 days' WHERE id = {payout}",
    ),
    "transfers are what was asked": spoil(
        "transfer {transfer}",
        "UPDATE transfer SET parameters = jsonb_set(parameters, '{{amount_pence}}', '1') WHERE id = {transfer}",
    ),
    "no more is sent than came in": spoil(
        "charge_attempt {attempt}",
        "UPDATE transfer SET amount_pence = amount_pence + 100000000 WHERE attempt_id = {attempt}",
    ),
    "money goes to groups of settled campaigns": spoil(
        "transfer {transfer}", "UPDATE transfer SET account = 'acct_other' WHERE id = {transfer}"
    ),
    "nothing is sent while it is held": spoil(
        "transfer {transfer}",
        "UPDATE payment_hold SET subject = 'transfer:{transfer}', placed_at = placed_at"
        " - interval '99 days', ended_at = NULL WHERE id = {payment_hold}",
    ),
    "holds end by two people": spoil(
        "payment_hold {payment_hold}",
        "UPDATE payment_hold SET confirmed_by_id = placed_by_id WHERE id = {payment_hold}",
        free=("payment_hold.payment_hold_two_people",),
    ),
    "everything goes back by two people": spoil(
        "collapse_proposal {collapse}",
        "UPDATE collapse_proposal SET status = 'agreed', decided_by_id = proposed_by_id WHERE id = {collapse}",
        free=("collapse_proposal.collapse_proposal_two_people",),
    ),
    "taken back by hand, sent again by two people": spoil(
        "transfer {sent_again}", "UPDATE taken_back_decision SET sends = false WHERE id = {taken_back}"
    ),
    "every settled campaign has its payout": spoil(
        "campaign {settled}", "UPDATE payout SET campaign_id = {past} WHERE id = {payout}"
    ),
    "groups are ready when their accounts are": spoil(
        "recipient {account}",
        "UPDATE community_group SET payouts_ready_at = NULL WHERE id ="
        " (SELECT group_id FROM recipient WHERE id = {account})",
    ),
    "disputed money stands apart": spoil(
        "campaign {settled}", "UPDATE dispute SET status = 'open', withdrawn_pence = 5 WHERE id = {dispute}"
    ),
    "disputed pledges have a dispute": spoil(
        "pledge {collected_ref}", "UPDATE pledge SET status = 'disputed' WHERE id = {collected}"
    ),
    "transfers come to an end": spoil(
        "transfer {transfer}", "UPDATE transfer SET status = 'unknown' WHERE id = {transfer}"
    ),
    "fees become known": spoil("charge_attempt {attempt}", "DELETE FROM card_fee WHERE attempt_id = {attempt}"),
}
