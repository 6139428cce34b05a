"""Cash and cheques."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "offline_gift history agrees": spoil(
        "offline_gift {gift}", "UPDATE offline_gift SET status = 'banked' WHERE id = {gift}"
    ),
    "offline_gift moves along its table": spoil(
        "offline_gift {gift}",
        "UPDATE offline_gift_event SET new = 'banked' WHERE subject_id = {gift} AND cause = 'counted'",
    ),
    "offline_gift moves are on record": spoil(
        "offline_gift {gift}", "DELETE FROM audit_row WHERE subject = 'offline_gift:{gift}'"
    ),
    "gifts were counted by a second person": spoil(
        "offline_gift {gift}",
        "UPDATE offline_gift SET counted_by_id = taken_by_id WHERE id = {gift}",
        free=("offline_gift.offline_gift_two_people",),
    ),
    "gifts of the verdict are those that counted then": spoil(
        "offline_gift {returned_gift}", "UPDATE offline_gift SET at_verdict = false WHERE id = {returned_gift}"
    ),
    "no gift was taken too late": spoil(
        "offline_gift {gift}",
        "UPDATE offline_gift g SET created_at = c.deadline_at FROM campaign c WHERE g.id = {gift} AND c.id = g.campaign_id",
    ),
    "gifts are in the books": spoil(
        "gifts held:campaign:{live}",
        "UPDATE offline_gift SET amount_pence = amount_pence + 1 WHERE id = {gift}",
    ),
    "what was paid in is what lay there": spoil(
        "gift_batch {gift_batch}", "UPDATE gift_batch SET amount_pence = amount_pence + 1 WHERE id = {gift_batch}"
    ),
    "gifts went back by two people": spoil(
        "gift_return {gift_return}",
        "UPDATE gift_return SET confirmed_by_id = entered_by_id WHERE id = {gift_return}",
        free=("gift_return.gift_return_two_people",),
    ),
    **{
        f"{table} {rule}": spoil(f"{table} {{{name}}}", statement)
        for table, name, status in (
            ("gift_aid_recipient", "recipient", "ended"),
            ("gift_aid_declaration", "declaration", "cancelled"),
            ("gift_aid_claim", "claim", "withdrawn"),
        )
        for rule, statement in (
            ("history agrees", f"UPDATE {table} SET status = '{status}' WHERE id = {{{name}}}"),
            ("moves along its table", f"UPDATE {table}_event SET new = 'elsewhere' WHERE subject_id = {{{name}}}"),
            ("moves are on record", f"DELETE FROM audit_row WHERE subject = '{table}:{{{name}}}'"),
        )
    },
    "who claims gift aid was verified by an officer": spoil(
        "gift_aid_recipient {recipient}",
        "UPDATE gift_aid_recipient SET verified_by_id = entered_by_id WHERE id = {recipient}",
        free=("gift_aid_recipient.gift_aid_recipient_two_people",),
    ),
    "gift aid is of people, with a home": spoil(
        "gift_aid_declaration {declaration}", "UPDATE gift_aid_declaration SET house = '' WHERE id = {declaration}"
    ),
    "claims are the sums of their lines": spoil(
        "gift_aid_claim {claim}", "UPDATE gift_aid_claim SET amount_pence = amount_pence + 1 WHERE id = {claim}"
    ),
    "no donation is claimed above what it was": spoil(
        "gift_aid_declaration {declaration}",
        "UPDATE gift_aid_line SET amount_pence = 100000000 WHERE id = {claim_line}",
    ),
    "cheques that bounced later are losses by two people": spoil(
        "offline_gift {unpaid_cheque}",
        "UPDATE gift_return SET cause = 'collapsed' WHERE gift_id = {unpaid_cheque}",
    ),
    "gifts were handed on by two people": spoil(
        "gift_payment {gift_payment}", "UPDATE offline_gift SET wish = 'back' WHERE id = {paid_gift}"
    ),
}
