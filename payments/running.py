"""How far a run is while it runs: cards charged, payments sent on, or everything going back. For officers' pages."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.settings import get_settings
from payments import rules

OBSERVED: Final = timedelta(minutes=1)  # the pace that is shown is that of the last minute


@dataclass(frozen=True, slots=True)
class Run:
    """`done` of `of` are through; `due` are to be done now, at `a_second` as things went, or as they may go.

    What waits for a day of the timetable or for its backer is in neither: `waiting` counts it.
    """

    words: str  # "cards asked for the first time"
    done: int
    of: int
    due: int
    waiting: int
    a_second: float

    @property
    def left(self) -> str:
        """How long until nothing is due, in words. Empty when nothing is."""
        return rules.time_left(self.due, self.a_second)


_CHARGING: Final = """
SELECT count(*) AS of, count(*) FILTER (WHERE attempts > 0 OR done_at IS NOT NULL) AS done,
  count(*) FILTER (WHERE done_at IS NULL AND next_at <= $2) AS due,
  count(*) FILTER (WHERE done_at IS NULL AND attempts > 0 AND (next_at > $2 OR next_at IS NULL)) AS waiting,
  (SELECT count(*) FROM charge_attempt_event e JOIN charge_attempt a ON a.id = e.subject_id
   JOIN collection k ON k.pledge_id = a.pledge_id
   WHERE k.campaign_id = $1 AND e.recorded_at > $3 AND e.cause IN ('succeeded', 'declined', 'action required')) AS lately
FROM collection WHERE campaign_id = $1"""
_GIVING_BACK: Final = """
SELECT count(*) AS of, count(*) FILTER (WHERE r.status = 'succeeded') AS done,
  count(*) FILTER (WHERE r.status IN ('intended', 'unknown') AND r.next_at <= $2) AS due,
  count(*) FILTER (WHERE r.status = 'pending' OR (r.status IN ('intended', 'unknown') AND r.next_at > $2)) AS waiting,
  (SELECT count(*) FROM refund_event e JOIN refund x ON x.id = e.subject_id JOIN pledge p ON p.id = x.pledge_id
   WHERE p.campaign_id = $1 AND e.recorded_at > $3 AND e.cause = 'succeeded') AS lately
FROM refund r JOIN pledge p ON p.id = r.pledge_id WHERE p.campaign_id = $1"""
# payments whose money is the group's, once the payout has begun; each is done when it was sent on
_SENDING: Final = """
WITH payment AS (SELECT a.id, t.next_at, t.status FROM payout o JOIN pledge p ON p.campaign_id = o.campaign_id
    JOIN charge_attempt a ON a.pledge_id = p.id AND a.status = 'succeeded'
    LEFT JOIN LATERAL (SELECT status, next_at FROM transfer WHERE attempt_id = a.id ORDER BY number DESC LIMIT 1) t ON true
    WHERE o.campaign_id = $1 AND o.status IN ('sending', 'paid')
      AND (p.status = 'collected' OR t.status IN ('succeeded', 'reversed')))
SELECT count(*) AS of, count(*) FILTER (WHERE status IN ('succeeded', 'reversed')) AS done,
  count(*) FILTER (WHERE status IN ('intended', 'unknown') AND next_at <= $2) AS due,
  count(*) FILTER (WHERE status IS NULL OR status = 'failed' OR (status IN ('intended', 'unknown') AND next_at > $2)) AS waiting,
  (SELECT count(*) FROM transfer_event e JOIN transfer x ON x.id = e.subject_id JOIN payout o ON o.id = x.payout_id
   WHERE o.campaign_id = $1 AND e.recorded_at > $3 AND e.cause = 'succeeded') AS lately
FROM payment"""
_SENT: Final = "Payments sent on to the group so far"
_TELLING: Final = """
SELECT count(*) AS of, count(*) FILTER (WHERE p.id <= t.last_pledge_id) AS done FROM telling t
JOIN pledge p ON p.campaign_id = t.campaign_id AND p.status NOT IN ('pending', 'expired', 'cancelled', 'released')
WHERE t.campaign_id = $1 AND t.done_at IS NULL"""


async def runs(campaign_id: int) -> list[Run]:
    """What is under way for one campaign, or was; nothing before its verdict."""
    found = []
    counted = (("Cards asked so far", _CHARGING), (_SENT, _SENDING), ("Payments given back so far", _GIVING_BACK))
    for words, sql in counted:
        row = (await fetch(sql, campaign_id, business_now(), real_now() - OBSERVED))[0]
        if row["of"]:
            pace = row["lately"] / OBSERVED.total_seconds() or float(get_settings().calls_a_second or 20)
            found.append(Run(words, row["done"], row["of"], row["due"], row["waiting"], pace))
    row = (await fetch(_TELLING, campaign_id))[0]
    if row["of"]:
        found.insert(0, Run("Backers told so far", row["done"], row["of"], row["of"] - row["done"], 0, 100.0))
    return found
