"""Reads for pages about a collection: how far it is, what came of it, and one backer's payment that failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from crowdfund_kent.database import fetch
from crowdfund_kent.settings import get_settings
from payments import attempts, refunds, rules, settlement
from payments.states import Attempt as Status
from pledges.models import Pledge
from pledges.queries import CampaignView, campaign_view
from projects.models import Campaign
from projects.states import Campaign as CampaignStatus

AFTER_VERDICT: Final = (
    CampaignStatus.SUCCESSFUL,
    CampaignStatus.COLLECTING,
    CampaignStatus.SETTLED,
    CampaignStatus.COLLAPSED,
)
# the order in which the page lists them, and its words
WORDS: Final = {
    "active": "To be charged from the day announced",
    "collecting": "Being charged",
    "collected": "Collected",
    "going back": "To be given back",  # collected, and the backer's again
    "action required": "Waiting for the backer and their bank",
    "failed": "Failed so far",
    "dropped": "Let off",
    "refunded": "Given back",
    "disputed": "Disputed",
    "charged back": "Charged back",
}


@dataclass(frozen=True, slots=True)
class Group:
    """The pledges in one status."""

    status: str
    words: str
    count: int
    pence: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A collection as it stands. `next_at`: when a card is tried or a backer written to next.

    cover_pence: what backers added for the card cost, and that did not go back; in none of the other sums.
    settled_pence: what was secured when it was settled or collapsed, whatever went back since.
    unknown: payments of which the provider has not said what became of them. refused: answers that did not agree.
    """

    campaign: CampaignView
    record: Campaign
    groups: list[Group]
    pledges: int
    collected: int
    secured: settlement.Secured
    least_secured_pence: int
    next_at: datetime | None
    ends_at: datetime | None
    unknown: int
    refused: int
    refunds_open: int
    refunds_failed: int
    settled_pence: int | None
    cover_pence: int
    is_paid_out: bool

    @property
    def charged(self) -> int:
        """Pledges whose money was taken, whatever went back since."""
        since = {"collected", "going back", "refunded", "disputed", "charged back"}
        return sum(group.count for group in self.groups if group.status in since)

    @property
    def is_over(self) -> bool:
        """Settled or collapsed."""
        return self.record.settled_at is not None

    @property
    def line(self) -> str:
        """One sentence, for the group and for officers."""
        if self.campaign.status == CampaignStatus.SUCCESSFUL:
            return "The target is met. Cards are charged from two days after the announcement."
        if self.campaign.status == CampaignStatus.COLLECTING:
            return f"{self.collected} of {self.pledges} card pledges are collected so far."
        if self.campaign.status == CampaignStatus.SETTLED:
            said = f"{self.charged} of {self.pledges} card pledges were collected."
            return (
                f"{said} The money was sent to the group."
                if self.is_paid_out
                else f"{said} The payout to the group follows."
            )
        return "Too little could be collected. Every backer gets their money back, and there is no payout."


_GROUPS: Final = """
SELECT g.status, count(*) AS count, sum(p.amount_pence) AS pence FROM pledge p CROSS JOIN LATERAL (
    SELECT CASE WHEN p.status = 'collected' AND EXISTS (SELECT 1 FROM refund r WHERE r.pledge_id = p.id
           AND r.reason = ANY($3::text[])) THEN 'going back' ELSE p.status END AS status) g
WHERE p.campaign_id = $1 AND p.status = ANY($2::text[]) GROUP BY g.status"""
_NUMBERS: Final = """
SELECT (SELECT min(next_at) FROM collection WHERE campaign_id = $1 AND done_at IS NULL) AS next_at,
  (SELECT count(*) FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id
   WHERE p.campaign_id = $1 AND a.status = 'unknown') AS unknown,
  (SELECT count(DISTINCT r.subject) FROM audit_row r JOIN charge_attempt a ON r.subject = 'charge_attempt:' || a.id
   JOIN pledge p ON p.id = a.pledge_id WHERE p.campaign_id = $1 AND r.act = 'charge refused') AS refused,
  (SELECT count(*) FROM refund r JOIN pledge p ON p.id = r.pledge_id
   WHERE p.campaign_id = $1 AND r.status IN ('intended', 'unknown', 'pending')) AS refunds_open,
  (SELECT count(*) FROM refund r JOIN pledge p ON p.id = r.pledge_id
   WHERE p.campaign_id = $1 AND r.status = 'failed') AS refunds_failed,
  (SELECT e.amount_pence FROM campaign_event e WHERE e.subject_id = $1
   AND e.cause IN ('threshold met', 'threshold missed') ORDER BY e.id DESC LIMIT 1) AS settled_pence,
  EXISTS (SELECT 1 FROM payout o WHERE o.campaign_id = $1 AND o.status = 'paid') AS is_paid_out,
  (SELECT coalesce(-sum(l.amount_pence), 0)::bigint FROM ledger_line l
   WHERE l.account = 'card cost cover:campaign:' || $1::bigint) AS cover_pence"""


async def progress(campaign_id: int) -> Progress:
    """How far a collection is. Raises NotFound before approval; all zero before the verdict."""
    view = await campaign_view(campaign_id)
    record = await Campaign.get(id=campaign_id)
    rows = {row["status"]: row for row in await fetch(_GROUPS, campaign_id, list(WORDS), list(refunds.OWED))}
    groups = [
        Group(status, words, int(rows[status]["count"]), int(rows[status]["pence"]))
        for status, words in WORDS.items()
        if status in rows
    ]
    numbers = (await fetch(_NUMBERS, campaign_id))[0]
    first = record.first_attempt_at
    return Progress(
        campaign=view,
        record=record,
        groups=groups,
        pledges=sum(group.count for group in groups),
        collected=sum(group.count for group in groups if group.status == "collected"),
        secured=await settlement.secured(campaign_id),
        least_secured_pence=rules.least_secured(view.target_pence, view.threshold_bp),
        ends_at=first + timedelta(days=get_settings().collection_days) if first else None,
        **numbers,
    )


async def campaigns_after_verdict() -> list[CampaignView]:
    """Campaigns that met their target, those still to be settled first."""
    rows = await fetch(
        "SELECT id FROM campaign WHERE status = ANY($1::text[]) AND import_batch_id IS NULL"
        " ORDER BY (settled_at IS NOT NULL), coalesce(settled_at, decided_at) DESC, id DESC LIMIT 100",
        [str(status) for status in AFTER_VERDICT],
    )
    return [await campaign_view(row["id"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One backer's payment that failed. `next_at`: when the card is tried again by itself, if ever."""

    authenticate: bool
    payment_intent: str | None
    next_at: datetime | None
    ends_at: datetime | None
    let_off: bool


async def trouble(pledge: Pledge) -> Trouble:
    """What a backer's page tells about a payment that failed, and what they can do."""
    attempt = await attempts.newest(pledge.id)
    waits = attempt is not None and attempt.status == Status.ACTION_REQUIRED
    rows = await fetch(
        "SELECT c.next_at, c.first_attempt_at, c.let_off_at, k.first_attempt_at AS begun FROM collection c"
        " JOIN campaign k ON k.id = c.campaign_id WHERE c.pledge_id = $1",
        pledge.id,
    )
    found = rows[0]
    again = None
    if attempt is not None and not waits and rules.may_try_again(attempt.decline_code, attempt.advice_code):
        again = rules.next_day(found["first_attempt_at"], attempt.intended_at)
    return Trouble(
        authenticate=waits,
        payment_intent=attempt.payment_intent if attempt is not None and waits else None,
        next_at=again,
        ends_at=found["begun"] + timedelta(days=get_settings().collection_days) if found["begun"] else None,
        let_off=found["let_off_at"] is not None,
    )
