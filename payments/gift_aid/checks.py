"""What must hold of Gift Aid, as queries."""

from typing import Final

from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule
from payments.gift_aid.states import CLAIM
from pledges.gift_aid.states import DECLARATION, RECIPIENT

_RECIPIENT: Final = {
    "created": "gift aid reference entered",
    "verified": "gift aid reference verified",
    "refused": "gift aid reference refused",
    "withdrawn": "gift aid reference withdrawn",
    "ended": "gift aid reference ended",
}
_DECLARATION: Final = {
    "created": "gift aid declared",
    "corrected": "gift aid corrected",
    "cancelled": "gift aid cancelled",
}
_CLAIM: Final = {
    "created": "gift aid claim drawn",
    "claimed": "gift aid claimed",
    "withdrawn": "gift aid claim withdrawn",
}

RULES: Final = (
    newest_event_rule("gift_aid_recipient"),
    moves_rule("gift_aid_recipient", RECIPIENT),
    recorded_rule("gift_aid_recipient", _RECIPIENT),
    newest_event_rule("gift_aid_declaration"),
    moves_rule("gift_aid_declaration", DECLARATION),
    recorded_rule("gift_aid_declaration", _DECLARATION),
    newest_event_rule("gift_aid_claim"),
    moves_rule("gift_aid_claim", CLAIM),
    recorded_rule("gift_aid_claim", _CLAIM),
    Rule(
        "who claims gift aid was verified by an officer",
        "a verified reference was verified by a second person, and nothing was declared or claimed under another",
        "SELECT 'gift_aid_recipient ' || r.id AS offender FROM gift_aid_recipient r WHERE r.verified_by_id = r.entered_by_id"
        " OR (r.status = 'verified' AND r.verified_by_id IS NULL) OR (r.verified_at IS NULL AND"
        " EXISTS (SELECT 1 FROM gift_aid_declaration d WHERE d.recipient_id = r.id)) ORDER BY r.id",
    ),
    Rule(
        "gift aid is of people, with a home",
        "a declaration is of a person, about money that can be a gift, and what stands has a name and a house",
        "SELECT 'gift_aid_declaration ' || d.id AS offender FROM gift_aid_declaration d"
        " LEFT JOIN pledge p ON p.id = d.pledge_id LEFT JOIN offline_gift g ON g.id = d.gift_id"
        " WHERE coalesce(p.backer_kind, g.giver_kind) <> 'person' OR g.anonymous"
        " OR (d.status = 'in force' AND (d.first_name = '' OR d.last_name = '' OR d.house = '')"
        "  AND d.created_at > now() - interval '6 years') ORDER BY d.id",
    ),
    Rule(
        "claims are the sums of their lines",
        "donations and adjustments of each claim sum to it, and no line is put right by more than it was",
        "SELECT 'gift_aid_claim ' || c.id AS offender FROM gift_aid_claim c WHERE c.amount_pence <>"
        " (SELECT coalesce(sum(l.amount_pence), 0) FROM gift_aid_line l WHERE l.claim_id = c.id)"
        " OR c.adjusted_pence <> (SELECT coalesce(sum(a.amount_pence), 0) FROM gift_aid_adjustment a WHERE a.claim_id = c.id)"
        " UNION SELECT 'gift_aid_line ' || l.id FROM gift_aid_line l JOIN gift_aid_adjustment a ON a.line_id = l.id"
        " JOIN gift_aid_claim k ON k.id = a.claim_id AND k.status <> 'withdrawn' GROUP BY l.id, l.amount_pence"
        " HAVING sum(a.amount_pence) > l.amount_pence ORDER BY 1",
    ),
    Rule(
        "no donation is claimed above what it was",
        "what claims say of one pledge or gift, less what was put right, is never more than what was given",
        "SELECT 'gift_aid_declaration ' || max(d.id) AS offender FROM gift_aid_line l"
        " JOIN gift_aid_claim c ON c.id = l.claim_id AND c.status <> 'withdrawn'"
        " JOIN gift_aid_declaration d ON d.id = l.declaration_id LEFT JOIN pledge p ON p.id = d.pledge_id"
        " LEFT JOIN offline_gift g ON g.id = d.gift_id LEFT JOIN LATERAL (SELECT coalesce(sum(a.amount_pence), 0) AS pence"
        " FROM gift_aid_adjustment a JOIN gift_aid_claim k ON k.id = a.claim_id AND k.status <> 'withdrawn'"
        " WHERE a.line_id = l.id) a ON true GROUP BY d.pledge_id, d.gift_id"
        " HAVING sum(l.amount_pence - a.pence) > max(coalesce(p.amount_pence, g.amount_pence)) ORDER BY 1",
    ),
)
