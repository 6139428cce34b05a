"""Invariants of shares of unspent money that go back, over the live database."""

from typing import Final

from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule
from payments.shares_back.states import GIVING, SHARE

_GIVINGS: Final = {cause: f"shares back {cause}" for cause in ("proposed", "agreed", "refused", "withdrawn")}
_SHARES: Final = {
    "refund decided": "share refund decided",
    "not owed any more": "share not owed",
    "entered": "share entered",
    "confirmed": "share confirmed",
    "withdrawn": "share withdrawn",
    "asked for by giver": "share asked for",
}
# how often a share `s` by hand must stand in the memorandum as due and as given
_DUE: Final = (
    "CASE WHEN s.status IN ('due', 'entered', 'given') AND u.gift_id IS NOT NULL THEN s.amount_pence ELSE 0 END"
)
_GIVEN: Final = "CASE WHEN s.status = 'given' AND u.gift_id IS NOT NULL THEN s.amount_pence ELSE 0 END"

RULES: Final = (
    newest_event_rule("shares_back"),
    moves_rule("shares_back", GIVING),
    recorded_rule("shares_back", _GIVINGS),
    newest_event_rule("share_back"),
    moves_rule("share_back", SHARE),
    recorded_rule("share_back", _SHARES),
    Rule(
        "shares go back by two people",
        "whoever proposed to give shares back did not agree, and neither did who ever was in the group",
        "SELECT 'shares_back ' || b.id AS offender FROM shares_back b JOIN campaign c ON c.id = b.campaign_id"
        " JOIN project p ON p.id = c.project_id WHERE b.status = 'agreed' AND (b.decided_by_id IS NULL"
        " OR b.decided_by_id = b.proposed_by_id OR EXISTS (SELECT 1 FROM group_member m WHERE m.group_id = p.group_id"
        "  AND m.person_id IN (b.proposed_by_id, b.decided_by_id) AND m.created_at <= b.proposed_at)) ORDER BY b.id",
    ),
    Rule(
        "a decision to give back is its shares",
        "the shares of a decision are of its campaign, as they were recorded, and sum to what two people agreed",
        "SELECT 'shares_back ' || b.id AS offender FROM shares_back b LEFT JOIN share_back s ON s.giving_id = b.id"
        " LEFT JOIN unspent_share u ON u.id = s.share_id LEFT JOIN delivery_turn t ON t.id = u.turn_id"
        " LEFT JOIN delivery d ON d.id = t.delivery_id GROUP BY b.id"
        " HAVING (count(s.id), coalesce(sum(s.amount_pence), 0)) <> CASE WHEN b.status = 'agreed'"
        "  THEN (b.shares::bigint, b.amount_pence::numeric) ELSE (0::bigint, 0::numeric) END"
        " OR bool_or(s.amount_pence <> u.amount_pence OR u.match_pledge_id IS NOT NULL OR d.campaign_id <> b.campaign_id)"
        " ORDER BY b.id",
    ),
    Rule(
        "a share by card has its refund",
        "a share that was decided for a card has one refund of at most its amount, and no other has one",
        "SELECT 'share_back ' || s.id AS offender FROM share_back s JOIN unspent_share u ON u.id = s.share_id"
        " LEFT JOIN refund r ON r.source = 'unspent_share:' || u.id"
        " WHERE (s.status = 'decided') <> (r.id IS NOT NULL)"
        " OR r.pledge_id <> u.pledge_id OR r.amount_pence > s.amount_pence OR r.may_lose ORDER BY s.id",
    ),
    Rule(
        "of shares the programme bears card costs only",
        "where only shares of unspent money went back of a payment, what the programme lost by it is at most its card cost",
        "SELECT 'refund ' || min(r.id) AS offender FROM refund r JOIN card_fee f ON f.attempt_id = r.attempt_id"
        " WHERE r.reason = 'unspent share' AND r.status IN ('succeeded', 'repaid')"
        " AND NOT EXISTS (SELECT 1 FROM refund o WHERE o.attempt_id = r.attempt_id AND o.reason <> 'unspent share')"
        " AND NOT EXISTS (SELECT 1 FROM dispute d WHERE d.attempt_id = r.attempt_id) GROUP BY r.attempt_id, f.fee_pence"
        " HAVING (SELECT coalesce(sum(b.loss_pence), 0) FROM cost_booking b WHERE b.attempt_id = r.attempt_id)"
        " > coalesce(f.fee_pence, 0) ORDER BY 1",
    ),
    Rule(
        "shares by hand in the books",
        "what givers are still to get by hand stands in the memorandum to the penny, share by share",
        "SELECT 'share_back ' || s.id AS offender FROM share_back s JOIN unspent_share u ON u.id = s.share_id"
        " LEFT JOIN LATERAL (SELECT coalesce(sum(l.amount_pence)"
        "  FILTER (WHERE m.kind IN ('share due by hand', 'share not owed')), 0) AS due,"
        "  coalesce(-sum(l.amount_pence) FILTER (WHERE m.kind = 'share given by hand'), 0) AS given FROM ledger_movement m"
        "  JOIN ledger_line l ON l.movement_id = m.id AND l.account = 'memo:shares by hand'"
        "  WHERE m.source = 'share_back:' || s.id) b ON true"
        f" WHERE b.due <> {_DUE} OR b.given <> {_GIVEN} ORDER BY s.id",
    ),
)
