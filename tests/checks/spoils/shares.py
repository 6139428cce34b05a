"""Shares of unspent money that go back."""

from tests.checks.spoils.spoil import Spoil, spoil

_ROWS = {"shares_back": ("{giving}", "withdrawn"), "share_back": ("{share_back}", "ended")}


def _history() -> dict[str, Spoil]:
    found = {}
    for table, (row, status) in _ROWS.items():
        offender = f"{table} {row}"
        found[f"{table} history agrees"] = spoil(offender, f"UPDATE {table} SET status = '{status}' WHERE id = {row}")
        found[f"{table} moves along its table"] = spoil(
            offender, f"UPDATE {table}_event SET cause = 'lost' WHERE subject_id = {row} AND old <> ''"
        )
        found[f"{table} moves are on record"] = spoil(
            offender, f"DELETE FROM audit_row WHERE subject = '{table}:' || {row}"
        )
    return found


SPOILS = {
    **_history(),
    "shares go back by two people": spoil(
        "shares_back {giving}",
        "UPDATE shares_back SET decided_by_id = proposed_by_id WHERE id = {giving}",
        free=("shares_back.shares_back_two_people",),
    ),
    "a decision to give back is its shares": spoil(
        "shares_back {giving}", "UPDATE share_back SET amount_pence = amount_pence + 1 WHERE id = {share_back}"
    ),
    "a share by card has its refund": spoil(
        "share_back {share_back}",
        "UPDATE refund SET may_lose = true WHERE source = (SELECT 'unspent_share:' || share_id FROM share_back"
        " WHERE id = {share_back})",
    ),
    "of shares the programme bears card costs only": spoil(
        "refund {share_refund}",
        "INSERT INTO cost_booking (attempt_id, fee_pence, cover_pence, held_pence, card_cost_pence, loss_pence, created_at)"
        " SELECT attempt_id, 0, 0, -5000, 0, 5000, now() FROM refund WHERE id = {share_refund}",
        "UPDATE refund SET status = 'succeeded' WHERE id = {share_refund}",
    ),
    "shares by hand in the books": spoil(
        "share_back {share_back}",
        "UPDATE unspent_share SET pledge_id = NULL, gift_id = {gift} WHERE id = (SELECT share_id FROM share_back"
        " WHERE id = {share_back})",
        "UPDATE share_back SET status = 'due' WHERE id = {share_back}",
    ),
}
