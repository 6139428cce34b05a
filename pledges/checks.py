"""What must hold of residents' pledges, as queries: `crowdfund-kent check` runs them over the live database.

Records that were imported or generated carry no card and no promise in the ledger: they are history, not our doing.
"""

from typing import Final

from crowdfund_kent.checks import Rule, newest_event_rule
from pledges.states import STILL_TO_COLLECT, Pledge

_OURS: Final = "p.import_batch_id IS NULL AND NOT p.generated"
_PROMISED: Final = ", ".join(f"'{status}'" for status in sorted({Pledge.ACTIVE, *STILL_TO_COLLECT}))

RULES: Final = (
    newest_event_rule("pledge"),
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
)
