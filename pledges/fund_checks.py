"""What must hold of funds and of movements in their pots, as queries. What is held in a pot: pot_checks.py."""

from typing import Final

from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule
from pledges.states import FUND, MOVEMENT

# by how much each confirmed cap changed what its source could hold before
_MOVED: Final = """
    WITH caps AS (SELECT source_id, confirmed_at, entered_by_id, confirmed_by_id, cap_pence - lag(cap_pence, 1, 0::bigint)
        OVER (PARTITION BY source_id ORDER BY confirmed_at, id) AS more FROM source_cap WHERE confirmed_at IS NOT NULL)
"""

RULES: Final = (
    newest_event_rule("match_fund"),
    moves_rule("match_fund", FUND),
    recorded_rule("match_fund", {"entered": "fund entered", "closed": "fund closed"}),
    Rule(
        "a fund is opened by a second person",
        "whoever entered a fund as a draft did not open it, and its opening is in the audit record",
        "SELECT 'match_fund ' || b.subject_id AS offender FROM match_fund_event b JOIN match_fund_event o"
        " ON o.subject_id = b.subject_id AND o.cause = 'opened' WHERE b.cause = 'entered' AND (o.by_id IS NULL"
        " OR o.by_id = b.by_id OR NOT EXISTS (SELECT 1 FROM audit_row r WHERE r.subject = 'match_fund:' || b.subject_id"
        " AND r.act = 'fund opened')) ORDER BY b.subject_id",
    ),
    Rule(
        "only an open fund gives",
        "no match pledge was made by a draft, or after its fund had closed; imported records are history",
        "SELECT DISTINCT 'match_pledge ' || m.id AS offender FROM match_pledge m JOIN match_fund f ON f.id = m.fund_id"
        " JOIN match_pledge_event e ON e.subject_id = m.id AND e.old = '' LEFT JOIN match_fund_event x"
        " ON x.subject_id = f.id AND x.cause = 'closed' WHERE m.import_batch_id IS NULL"
        " AND (f.status = 'draft' OR e.recorded_at > x.recorded_at) ORDER BY 1",
    ),
    newest_event_rule("pot_movement"),
    moves_rule("pot_movement", MOVEMENT),
    recorded_rule(
        "pot_movement",
        {"entered": "movement entered", "confirmed": "movement confirmed", "withdrawn": "movement withdrawn"},
    ),
    Rule(
        "a movement is by two people",
        "whoever entered a movement between sources, or the closing of a fund, did not confirm it",
        "SELECT 'pot_movement ' || id AS offender FROM pot_movement WHERE confirmed_by_id = entered_by_id"
        " OR (status = 'confirmed' AND confirmed_by_id IS NULL) ORDER BY id",
    ),
    Rule(
        "movements agree with caps",
        "a confirmed movement changed the caps of its sources, and the ledger, by its amount and by nothing else",
        _MOVED + "SELECT 'pot_movement ' || m.id AS offender FROM pot_movement m LEFT JOIN LATERAL (SELECT"
        " coalesce(sum(-c.more) FILTER (WHERE c.more < 0), 0) AS gone, coalesce(sum(c.more), 0) AS all_together,"
        " coalesce(bool_and(CASE m.kind WHEN 'move' THEN c.source_id = CASE WHEN c.more < 0 THEN m.from_source_id"
        " ELSE m.to_source_id END ELSE c.more < 0 END), true) AS fits FROM caps c JOIN funding_source s ON s.id = c.source_id"
        " WHERE s.fund_id = m.fund_id AND c.confirmed_at = m.confirmed_at AND c.entered_by_id = m.entered_by_id"
        " AND c.confirmed_by_id = m.confirmed_by_id) c ON true"
        " LEFT JOIN LATERAL (SELECT coalesce(sum(l.amount_pence), 0) AS pence FROM ledger_movement p JOIN ledger_line l"
        " ON l.movement_id = p.id WHERE p.kind = m.kind AND p.source = 'pot_movement:' || m.id"
        " AND l.account LIKE 'memo:source:%:cap' AND l.amount_pence > 0) l ON true"
        " WHERE m.status = 'confirmed' AND m.kind <> 'return' AND (NOT c.fits OR c.gone <> m.amount_pence"
        " OR l.pence <> m.amount_pence"
        " OR c.all_together <> CASE m.kind WHEN 'move' THEN 0 ELSE -m.amount_pence END) ORDER BY m.id",
    ),
    Rule(
        "what goes back to the pot was recovered",
        "a confirmed return moved its amount from recovered to left in the ledger, and no source got more back than it recovered",
        "SELECT 'pot_movement ' || m.id AS offender FROM pot_movement m LEFT JOIN LATERAL (SELECT"
        " coalesce(sum(l.amount_pence), 0) AS pence FROM ledger_movement p JOIN ledger_line l ON l.movement_id = p.id"
        " WHERE p.kind = 'return' AND p.source = 'pot_movement:' || m.id"
        " AND l.account = 'memo:source:' || m.from_source_id || ':available') l ON true"
        " WHERE m.kind = 'return' AND m.status = 'confirmed' AND (l.pence <> m.amount_pence"
        " OR (SELECT sum(o.amount_pence) FROM pot_movement o WHERE o.kind = 'return' AND o.status = 'confirmed'"
        "  AND o.from_source_id = m.from_source_id) > (SELECT coalesce(sum(d.recovered_pence), 0) FROM match_draw d"
        "  WHERE d.source_id = m.from_source_id)) ORDER BY m.id",
    ),
)
