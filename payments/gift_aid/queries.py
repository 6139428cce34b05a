"""What may be claimed on now, and what earlier claims had too much: from rows alone, donation by donation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from crowdfund_kent.database import fetch
from payments import refunds
from pledges.gift_aid.rules import in_time
from pledges.gifts.kinds import Wish

# Of each pledge or gift with a declaration of recipient $1: what is the group's now, in whose name, and what claims have said.
# Settled, collected, not on its way back; part refunds reduce it, and shares of unspent money that went back or are owed to
# whoever gave (rulings 14, 18). A share that the group keeps by its giver's wish is a gift all the same, decided or not yet.
# The cover of the card cost is no gift to the group. What another recipient has claimed on it (the group's earlier reference,
# its host) leaves nothing to claim, until that one puts it right. What was claimed under a name, house or postcode that was
# corrected since is put right whole, and claimed once more as it stands now (HMRC's adjustment).
_DONATIONS: Final = """
WITH donation AS (
    SELECT d.pledge_id, d.gift_id, max(d.id) FILTER (WHERE d.status = 'in force') AS declaration_id
    FROM gift_aid_declaration d WHERE d.recipient_id = $1 GROUP BY 1, 2),
claimed AS (
    SELECT d.pledge_id, d.gift_id,
           sum(l.amount_pence - coalesce(a.pence, 0)) FILTER (WHERE c.recipient_id = $1) AS pence,
           sum(l.amount_pence - coalesce(a.pence, 0)) FILTER (WHERE c.recipient_id <> $1) AS elsewhere,
           sum(l.amount_pence - coalesce(a.pence, 0)) FILTER (WHERE c.recipient_id = $1 AND n.id IS NOT NULL) AS wrong
    FROM gift_aid_line l JOIN gift_aid_claim c ON c.id = l.claim_id AND c.status <> 'withdrawn'
    JOIN gift_aid_declaration d ON d.id = l.declaration_id
    LEFT JOIN gift_aid_declaration n ON n.status = 'in force' AND n.recipient_id = d.recipient_id AND n.id <> d.id
      AND n.pledge_id IS NOT DISTINCT FROM d.pledge_id AND n.gift_id IS NOT DISTINCT FROM d.gift_id
      AND n.last_name <> '' AND d.last_name <> '' AND (n.title, n.first_name, n.last_name, n.house, n.postcode)
        IS DISTINCT FROM (d.title, d.first_name, d.last_name, d.house, d.postcode)
    LEFT JOIN LATERAL (SELECT sum(x.amount_pence) AS pence FROM gift_aid_adjustment x
        JOIN gift_aid_claim k ON k.id = x.claim_id AND k.status <> 'withdrawn' WHERE x.line_id = l.id) a ON true
    WHERE d.pledge_id IN (SELECT pledge_id FROM donation) OR d.gift_id IN (SELECT gift_id FROM donation) GROUP BY 1, 2)
SELECT o.pledge_id, o.gift_id, o.declaration_id, coalesce(m.pence, 0)::bigint AS claimed,
       coalesce(m.elsewhere, 0)::bigint AS elsewhere, coalesce(m.wrong, 0)::bigint AS wrong,
       CASE WHEN o.declaration_id IS NULL THEN 0 ELSE coalesce(p.pence, g.pence, 0) END::bigint AS kept,
       coalesce(p.day, g.day) AS day
FROM donation o LEFT JOIN claimed m ON m.pledge_id IS NOT DISTINCT FROM o.pledge_id AND m.gift_id IS NOT DISTINCT FROM o.gift_id
LEFT JOIN LATERAL (
    SELECT greatest(0, p.amount_pence - p.refunded_pence - coalesce((SELECT sum(CASE WHEN b.status = 'ended' THEN 0
                WHEN r.status IN ('succeeded', 'repaid', 'void') THEN 0 ELSE coalesce(r.amount_pence, s.amount_pence) END)
               FROM unspent_share s LEFT JOIN share_back b ON b.share_id = s.id
               LEFT JOIN refund r ON r.source = 'unspent_share:' || s.id WHERE s.pledge_id = p.id), 0)) AS pence,
           (SELECT max(e.effective_at AT TIME ZONE 'Europe/London')::date FROM pledge_event e
            WHERE e.subject_id = p.id AND e.new = 'collected' AND e.cause IN ('charged', 'late success')) AS day
    FROM pledge p JOIN campaign c ON c.id = p.campaign_id WHERE p.id = o.pledge_id AND p.status = 'collected'
      AND c.status = 'settled' AND p.backer_kind = 'person'
      AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.pledge_id = p.id AND r.reason = ANY($2::text[]))) p ON true
LEFT JOIN LATERAL (
    SELECT g.amount_pence - coalesce((SELECT sum(s.amount_pence) FROM unspent_share s
                LEFT JOIN share_back b ON b.share_id = s.id WHERE s.gift_id = g.id
                AND CASE WHEN b.id IS NULL THEN g.wish <> $3 ELSE b.status NOT IN ('kept', 'ended') END), 0) AS pence,
           (g.counted_at AT TIME ZONE 'Europe/London')::date AS day
    FROM offline_gift g JOIN campaign c ON c.id = g.campaign_id WHERE g.id = o.gift_id AND g.status = 'banked'
      AND g.at_verdict AND c.status = 'settled' AND g.giver_kind = 'person') g ON true
ORDER BY 8 NULLS LAST, 1, 2
"""


@dataclass(frozen=True, slots=True)
class Donation:
    """One pledge or gift: `kept_pence` is claimable in all, `claimed_pence` what claims said, less what was put right.

    `elsewhere_pence`: the same, of claims of other recipients; `wrong_pence`: of it, what a corrected declaration stands under.
    """

    pledge_id: int | None
    gift_id: int | None
    declaration_id: int | None
    kept_pence: int
    claimed_pence: int
    elsewhere_pence: int
    day: date | None
    wrong_pence: int = 0

    @property
    def left_pence(self) -> int:
        """Still to be claimed; what was claimed under details that were corrected is claimed once more."""
        return max(0, self.kept_pence - (self.claimed_pence - self.wrong_pence) - self.elsewhere_pence)

    @property
    def too_much_pence(self) -> int:
        """Claimed and no donation any more, or under details that were corrected: told to HMRC as an adjustment."""
        return self.wrong_pence + max(0, self.claimed_pence - self.wrong_pence - self.kept_pence)


async def donations(recipient_id: int, today: date) -> Sequence[Donation]:
    """Every donation that was declared to this recipient, the oldest first.

    Details that were corrected after four years change nothing: the donation could not be claimed once more.
    """
    rows = await fetch(_DONATIONS, recipient_id, list(refunds.OWED), Wish.TO_GROUP)
    return [
        Donation(
            row["pledge_id"],
            row["gift_id"],
            row["declaration_id"],
            row["kept"],
            row["claimed"],
            row["elsewhere"],
            row["day"],
            row["wrong"] if row["day"] is not None and in_time(row["day"], today) else 0,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a recipient stands, in pence of donations (not of tax)."""

    left_pence: int
    left_rows: int
    claimed_pence: int
    too_much_pence: int
    corrected: int  # claimed, and corrected since: put right and claimed anew
    waiting: int  # declared, and not collected or not settled yet
    too_late: int  # older than four years


async def standing(recipient_id: int, today: date) -> Standing:
    """What is left to claim, what was claimed, what is to be put right."""
    every = await donations(recipient_id, today)
    left = [one for one in every if one.left_pence and one.day is not None]
    fresh = [one for one in left if one.day is not None and in_time(one.day, today)]
    return Standing(
        left_pence=sum(one.left_pence for one in fresh),
        left_rows=len(fresh),
        claimed_pence=sum(one.claimed_pence for one in every),
        too_much_pence=sum(one.too_much_pence for one in every),
        corrected=sum(1 for one in every if one.wrong_pence),
        waiting=sum(1 for one in every if one.declaration_id and not one.kept_pence and not one.claimed_pence),
        too_late=len(left) - len(fresh),
    )
