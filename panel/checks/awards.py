"""What must hold of awards, as queries: `crowdfund-kent check` runs them over the live database."""

import json
from typing import Final

from crowdfund_kent.database import fetch
from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule
from panel.states import AWARD
from panel.weighing import same

# cause -> what the audit record calls it
RECORDED: Final = {
    "proposed": "award proposed",
    "signed": "award signed",
    "refused by signatory": "award refused",
    "withdrawn": "award withdrawn",
}

_SAME: Final = 500  # rows that are replayed at once


async def _not_replayed() -> list[str]:
    """What was signed and whose terms do not follow any more from the numbers that stand beside them."""
    found = []
    for table, column in (("match_pledge", "terms"), ("panel_decision", "calculation")):
        last = 0
        while rows := await fetch(
            f"SELECT id, {column}::text AS kept FROM {table} WHERE id > $1 AND {column} ? 'inputs' ORDER BY id LIMIT $2",
            last,
            _SAME,
        ):
            found += [f"{table} {row['id']}" for row in rows if not same(json.loads(row["kept"]))]
            last = rows[-1]["id"]
    return found


RULES: Final = (
    Rule(
        "an award is signed by a second person",
        "whoever proposed an award neither signed nor refused it, and the match pledge names the same two people",
        "SELECT 'award ' || a.id AS offender FROM award a LEFT JOIN match_pledge m ON m.id = a.match_pledge_id"
        " WHERE a.signed_by_id = a.proposed_by_id OR (a.status IN ('signed', 'refused')) <> (a.signed_by_id IS NOT NULL)"
        " OR (m.id IS NOT NULL AND (m.proposed_by_id IS DISTINCT FROM a.proposed_by_id"
        " OR m.signed_by_id IS DISTINCT FROM a.signed_by_id)) ORDER BY a.id",
    ),
    Rule(
        "a signed award is its match pledge",
        "same campaign or project, fund and amount, and the terms as they stood when it was signed",
        "SELECT 'award ' || a.id AS offender FROM award a LEFT JOIN match_pledge m ON m.id = a.match_pledge_id"
        " WHERE a.status = 'signed' AND (m.id IS NULL OR m.campaign_id IS DISTINCT FROM a.campaign_id"
        " OR m.project_id IS DISTINCT FROM a.project_id OR m.fund_id <> a.fund_id"
        " OR m.amount_pence <> a.amount_pence OR NOT a.calculation ? 'signed'"
        " OR m.terms->'terms' IS DISTINCT FROM a.calculation->'signed'->'terms') ORDER BY a.id",
    ),
    Rule(
        "an award is within its terms",
        "at most what the calculator found when it was proposed, and again when it was signed",
        "SELECT 'award ' || id AS offender FROM award WHERE amount_pence > (calculation->'proposed'->>'most_pence')::bigint"
        " OR amount_pence > (calculation->'signed'->>'most_pence')::bigint ORDER BY id",
    ),
    Rule(
        "the authority covers the award",
        "who signed held a decision for that fund, on that day, for that amount",
        "SELECT 'award ' || a.id AS offender FROM award a JOIN match_pledge m ON m.id = a.match_pledge_id"
        " LEFT JOIN decision_authority d ON d.id = m.authority_id WHERE d.id IS NULL OR d.fund_id <> a.fund_id"
        " OR d.person_id IS DISTINCT FROM a.signed_by_id OR d.limit_pence < a.amount_pence"
        " OR (a.decided_at AT TIME ZONE 'Europe/London')::date NOT BETWEEN d.from_day AND d.to_day ORDER BY a.id",
    ),
    Rule(
        "signed terms can be replayed",
        "every term of the calculator that a decision keeps follows, to the penny, from the numbers that it keeps",
        find=_not_replayed,
    ),
    newest_event_rule("award"),
    moves_rule("award", AWARD),
    recorded_rule("award", RECORDED),
)
