"""Invariants of the books: what was closed, kept or sent stays as it was, and statements agree with the rows they are about."""

from typing import Final

from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule
from payments.books import closing, daily, journal
from payments.books.states import PERIOD

_ACTS: Final = {"created": "period proposed", "closed": "period closed", "withdrawn": "period withdrawn"}
# what stands in each place of a source for one match pledge, by its draws; what was let go stands nowhere, and what the bank
# sent back is to pay again, also of what was closed short or recovered in part
_BY_ROWS: Final = """
SELECT d.match_pledge_id, d.source_id, p.place, p.pence FROM match_draw d JOIN match_pledge m ON m.id = d.match_pledge_id
CROSS JOIN LATERAL (VALUES
  ('earmarked', CASE WHEN m.status = 'earmarked' THEN d.amount_pence ELSE 0 END),
  ('pledged', CASE WHEN m.status = 'pledged' THEN d.amount_pence ELSE 0 END),
  ('confirmed', CASE WHEN m.status IN ('confirmed', 'part paid', 'closed short', 'part recovered')
    THEN d.amount_pence - d.short_pence - d.paid_pence ELSE 0 END),
  ('paid', d.paid_pence - d.recovered_pence),
  ('recovered', d.recovered_pence)) p(place, pence) WHERE p.pence <> 0"""
_BY_LEDGER: Final = """
SELECT substring(v.about FROM '([0-9]+)$')::bigint AS match_pledge_id,
  substring(l.account FROM ':source:([0-9]+):')::bigint AS source_id,
  substring(l.account FROM '([a-z]+)$') AS place, sum(l.amount_pence) AS pence
FROM ledger_movement v JOIN ledger_line l ON l.movement_id = v.id
WHERE v.about LIKE 'match_pledge:%' AND l.account LIKE 'memo:source:%' AND l.account NOT LIKE '%:available'
GROUP BY 1, 2, 3 HAVING sum(l.amount_pence) <> 0"""


RULES: Final = (
    newest_event_rule("book_period"),
    moves_rule("book_period", PERIOD),
    recorded_rule("book_period", _ACTS),
    Rule(
        "periods follow one another",
        "each closed period begins on the day after the one before it, and ends before the day on which it was closed",
        "SELECT 'book_period ' || id AS offender FROM (SELECT id, from_day, until_day, locked_before, closed_at,"
        " lag(until_day) OVER (ORDER BY until_day) AS before FROM book_period WHERE status = 'closed') p"
        " WHERE from_day <> coalesce(before + 1, from_day) OR closed_at < locked_before ORDER BY 1",
    ),
    Rule(
        "nothing was posted into a closed period",
        "what was recorded after a period was closed counts after it, with the moment at which it was true",
        "SELECT DISTINCT 'ledger_movement ' || m.id AS offender FROM book_period p"
        " JOIN book_period_event e ON e.subject_id = p.id AND e.new = 'closed'"
        " JOIN ledger_movement m ON m.effective_at < p.locked_before AND m.recorded_at > e.recorded_at"
        " WHERE p.status = 'closed' ORDER BY 1",
    ),
    Rule(
        "closed statements are as they were",
        "the ledger still gives every statement of a closed period, with the digest that was kept",
        find=closing.changed_statements,
    ),
    Rule(
        "kept days are as they were",
        "the ledger still gives what a day's statement said, as it was known then",
        find=daily.changed_days,
    ),
    Rule(
        "every day's books agree with its payments",
        "on each day that was kept the ledger said of card payments what the payments themselves say",
        "SELECT 'book_day ' || id AS offender FROM book_day WHERE difference_pence <> 0 ORDER BY id",
    ),
    Rule(
        "statements agree with match pledges",
        "what a statement says of each match pledge and source is what the match pledge itself says",
        "SELECT DISTINCT 'match_pledge ' || coalesce(r.match_pledge_id, l.match_pledge_id) AS offender"
        f" FROM ({_BY_ROWS}) r FULL JOIN ({_BY_LEDGER}) l ON l.match_pledge_id = r.match_pledge_id"
        " AND l.source_id = r.source_id AND l.place = r.place WHERE r.pence IS DISTINCT FROM l.pence ORDER BY 1",
    ),
    Rule(
        "journals balance and are as they were",
        "the debits of each journal are its credits and those of the movements that it holds, under the digest kept",
        find=journal.changed_batches,
    ),
)
