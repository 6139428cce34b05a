"""What must hold of residents' pledges, as queries: `crowdfund-kent check` runs them over the live database.

Records that were imported or generated carry no card and no promise in the ledger: they are history, not our doing.
"""

from typing import Final

from crowdfund_kent.invariants import NOW, Rule, listed, moves_rule, newest_event_rule, recorded_rule
from pledges.states import HELP, PLEDGE, STILL_TO_COLLECT, Pledge
from projects.states import Campaign

_OURS: Final = "p.import_batch_id IS NULL AND NOT p.generated"
_PROMISED: Final = listed({Pledge.ACTIVE, *STILL_TO_COLLECT})
# cause -> what the audit record calls it
RECORDED: Final = {
    "card saved": "pledge active",
    "amount changed": "pledge changed",
    "cover changed": "pledge changed",
    "card page expired": "pledge expired",
    "card used often": "pledge expired",
    "campaign unsuccessful": "pledge released",
    "campaign cancelled": "pledge released",
    "no yes to the later day": "pledge released",
    "yes to the later day": "pledge agreed",
    "charged": "pledge collected",
    "late success": "pledge collected",
    "let off": "pledge dropped",
    "gave up": "pledge dropped",
}
_ENDED_BEFORE: Final = {Pledge.EXPIRED, Pledge.CANCELLED}
# in which states a pledge may be, by the state of its campaign
_OPEN: Final = listed({Pledge.PENDING, Pledge.ACTIVE, *_ENDED_BEFORE})
_MET: Final = listed({Pledge.ACTIVE, *_ENDED_BEFORE})
_LET_GO: Final = listed({Pledge.RELEASED, *_ENDED_BEFORE})
_FAILED: Final = listed({Campaign.UNSUCCESSFUL, Campaign.CANCELLED})
# pledges are told and let go of in chunks after the decision
_JUST_ENDED: Final = (
    f"p.status IN ({_OPEN}) AND (SELECT max(e.effective_at) FROM campaign_event e WHERE e.subject_id = c.id)"
    f" > {NOW} - interval '1 day'"
)
_CHARGED: Final = listed(set(Pledge) - {Pledge.PENDING, Pledge.RELEASED})
# asked to agree to a later last day, and has not
_NO_YES: Final = "p.must_agree_id IS NOT NULL AND p.agreed_at IS NULL"
_WITHOUT_YES: Final = listed({*_ENDED_BEFORE, Pledge.RELEASED})
_BEFORE_VERDICT: Final = listed({Pledge.PENDING, *_ENDED_BEFORE})
_TAKES: Final = listed({Campaign.LIVE, Campaign.SUSPENDED, Campaign.CLOSING})
_COLLECTS: Final = listed({Campaign.COLLECTING, Campaign.SETTLED, Campaign.COLLAPSED})

_HELP: Final = {
    "confirmed": "help offered",
    "accepted": "help accepted",
    "declined": "help declined",
    "withdrawn": "help withdrawn",
    "given": "help given",
}

RULES: Final = (
    newest_event_rule("pledge"),
    moves_rule("pledge", PLEDGE),
    recorded_rule("pledge", RECORDED, "t.import_batch_id IS NULL AND NOT t.generated"),
    Rule(
        "unspent money is shared to the penny",
        "the shares of unspent money and the odd pennies are what was left; of another purpose only what was asked back",
        "SELECT 'delivery_turn ' || t.id AS offender FROM delivery_turn t LEFT JOIN LATERAL"
        " (SELECT coalesce(sum(amount_pence), 0) AS shared FROM unspent_share s WHERE s.turn_id = t.id) s ON true"
        " WHERE CASE WHEN t.status <> 'agreed' THEN s.shared > 0"
        " WHEN t.kind = 'another purpose' THEN s.shared > t.unspent_pence"
        " ELSE s.shared + t.kept_pence <> t.unspent_pence END ORDER BY t.id",
    ),
    Rule(
        "pledges follow their campaign",
        "nobody is charged before the target is met or after a campaign failed, and one that ended lets go within a day",
        "SELECT 'pledge ' || p.id AS offender FROM pledge p JOIN campaign c ON c.id = p.campaign_id WHERE CASE"
        f" WHEN c.status IN ({_TAKES}) THEN p.status NOT IN ({_OPEN})"
        f" WHEN c.status = '{Campaign.SUCCESSFUL}' THEN p.status NOT IN ({_MET}) AND NOT ({_JUST_ENDED})"
        f" WHEN c.status IN ({_COLLECTS}) THEN p.status NOT IN ({_CHARGED})"
        f" WHEN c.status IN ({_FAILED}) THEN p.status NOT IN ({_LET_GO}) AND NOT ({_JUST_ENDED})"
        f" ELSE true END AND NOT (p.status = '{Pledge.RELEASED}' AND {_NO_YES}"
        f" AND (c.decided_at IS NOT NULL OR c.status = '{Campaign.CLOSING}')) ORDER BY p.id",
    ),
    Rule(
        "nobody is charged without the yes they were asked for",
        "a pledge made before a later last day was agreed is charged after the first one only with its backer's yes",
        "SELECT 'pledge ' || p.id AS offender FROM pledge p JOIN campaign_change h ON h.id = p.must_agree_id"
        " JOIN campaign_event e ON e.subject_id = p.campaign_id AND e.new = 'closing' AND e.old <> e.new"
        f" WHERE {_NO_YES} AND e.effective_at >= h.old_deadline_at"
        f" AND p.status NOT IN ({_WITHOUT_YES}) AND EXISTS (SELECT 1 FROM campaign c WHERE c.id = p.campaign_id"
        " AND c.decided_at IS NOT NULL) ORDER BY p.id",
    ),
    Rule(
        "who pledged before a later day is asked",
        "every pledge that stood when a later last day was agreed names that change, and no pledge names another's",
        "SELECT 'pledge ' || p.id AS offender FROM pledge p LEFT JOIN campaign_change h"
        " ON h.campaign_id = p.campaign_id AND h.status = 'agreed' AND h.kind = 'later last day'"
        f" WHERE p.must_agree_id IS DISTINCT FROM h.id AND p.status NOT IN ({_BEFORE_VERDICT})"
        # clocks of two hosts may differ a little
        " AND (p.must_agree_id IS NOT NULL OR p.created_at < h.answered_at - interval '1 minute') ORDER BY p.id",
    ),
    Rule(
        "raised is what stood at the verdict",
        "the frozen sum is that of the pledges and the accepted match that stood when the campaign was decided",
        "SELECT 'campaign ' || c.id AS offender FROM campaign c LEFT JOIN (SELECT p.campaign_id,"
        " sum(p.amount_pence) AS pence FROM pledge p WHERE p.status = 'active' OR EXISTS (SELECT 1 FROM pledge_event e"
        " WHERE e.subject_id = p.id AND e.cause IN ('collection began', 'campaign unsuccessful')) GROUP BY 1) crowd"
        " ON crowd.campaign_id = c.id LEFT JOIN (SELECT m.campaign_id, sum(m.amount_pence) AS pence FROM match_pledge m"
        " WHERE EXISTS (SELECT 1 FROM match_pledge_event e WHERE e.subject_id = m.id"
        " AND e.cause IN ('target met', 'target missed')) GROUP BY 1) matched ON matched.campaign_id = c.id"
        " LEFT JOIN (SELECT g.campaign_id, sum(g.amount_pence) AS pence FROM offline_gift g WHERE g.at_verdict"
        " GROUP BY 1) given ON given.campaign_id = c.id WHERE c.raised_pence"
        " <> coalesce(crowd.pence, 0) + coalesce(matched.pence, 0) + coalesce(given.pence, 0) ORDER BY c.id",
    ),
    Rule(
        "pledge amounts agree with history",
        "the newest amount among a pledge's events is its amount, so that figures as at a past day can be told",
        "SELECT 'pledge ' || p.id AS offender FROM pledge p JOIN LATERAL (SELECT e.amount_pence FROM pledge_event e"
        " WHERE e.subject_id = p.id AND e.amount_pence IS NOT NULL ORDER BY e.id DESC LIMIT 1) n ON true"
        " WHERE n.amount_pence <> p.amount_pence"
        " UNION SELECT 'pledge ' || p.id FROM pledge p WHERE NOT EXISTS (SELECT 1 FROM pledge_event e"
        " WHERE e.subject_id = p.id AND e.amount_pence IS NOT NULL) ORDER BY 1",
    ),
    Rule(
        "promises are in the ledger",
        "of each campaign, the memorandum account stands at what its pledges promise and have not paid or let go",
        "SELECT 'campaign ' || c.id AS offender FROM campaign c LEFT JOIN (SELECT p.campaign_id, sum(p.amount_pence) AS"
        f" pence FROM pledge p WHERE p.status IN ({_PROMISED}) AND {_OURS} GROUP BY 1) a ON a.campaign_id = c.id"
        " LEFT JOIN (SELECT account, sum(amount_pence) AS pence FROM ledger_line"
        " WHERE account LIKE 'memo:pledged:campaign:%' GROUP BY 1) l ON l.account = 'memo:pledged:campaign:' || c.id"
        " WHERE coalesce(a.pence, 0) <> coalesce(l.pence, 0) ORDER BY c.id",
    ),
    Rule(
        "a pledge that counts has a card",
        "active and collecting pledges have one saved card in use at the provider",
        f"SELECT 'pledge ' || p.id AS offender FROM pledge p WHERE p.status IN ({_PROMISED}) AND {_OURS}"
        " AND NOT EXISTS (SELECT 1 FROM saved_card s WHERE s.pledge_id = p.id AND s.replaced_at IS NULL"
        " AND s.payment_method IS NOT NULL AND s.detached_at IS NULL) ORDER BY p.id",
    ),
    Rule(
        "active pledges say since when",
        "a pledge has a time of its card unless it never got one",
        "SELECT 'pledge ' || p.id AS offender FROM pledge p"
        f" WHERE (p.activated_at IS NULL) <> (p.status IN ('pending', 'expired')) AND {_OURS} ORDER BY p.id",
    ),
    Rule(
        "one form, one pledge",
        "no two pledges come from one form key",
        "SELECT 'pledge ' || max(id) AS offender FROM pledge GROUP BY form_key HAVING count(*) > 1 ORDER BY 1",
    ),
    Rule(
        "pledges are within bounds",
        "an amount is above nothing, and no more is paid back than was pledged",
        "SELECT 'pledge ' || id AS offender FROM pledge WHERE amount_pence <= 0"
        " OR refunded_pence NOT BETWEEN 0 AND amount_pence ORDER BY id",
    ),
    Rule(
        "no pledge counts that came too late",
        "every pledge that became active did so by a card given before the campaign's deadline",
        "SELECT 'pledge ' || p.id AS offender FROM pledge p JOIN campaign c ON c.id = p.campaign_id"
        f" WHERE p.activated_at >= c.deadline_at AND c.status NOT IN ('suspended', 'cancelled') AND {_OURS} ORDER BY p.id",
    ),
    newest_event_rule("help_offer"),
    moves_rule("help_offer", HELP),
    recorded_rule("help_offer", _HELP),
    Rule(
        "offers are confirmed or forgotten",
        "what somebody wrote without confirming their address is deleted within days",
        f"SELECT 'help_offer ' || id AS offender FROM help_offer WHERE (status = 'unconfirmed' AND created_at < {NOW}"
        " - interval '9 days') OR (status = 'lapsed' AND (email IS NOT NULL OR name || phone || words <> '')) ORDER BY id",
    ),
)
