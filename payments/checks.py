"""Invariants of card payments, over the live database."""

from datetime import timedelta
from typing import Final

from crowdfund_kent.clock import real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.invariants import GRACE, NOW, Rule, listed, moves_rule, newest_event_rule, recorded_rule
from crowdfund_kent.settings import get_settings
from payments.accounts import PROVIDER_BALANCE
from payments.refund_rows import WENT_BACK
from payments.states import ATTEMPT, OPEN, REFUND, REFUND_PROPOSAL
from pledges.states import FINAL, Pledge

_FINAL: Final = listed(FINAL)
_NEVER_TRIED: Final = listed({Pledge.PENDING, Pledge.ACTIVE, Pledge.EXPIRED, Pledge.CANCELLED, Pledge.RELEASED})
_GIVEN_BACK: Final = {
    "created": "refund decided",
    "succeeded": "refund succeeded",
    "failed": "refund failed",
    "paid another way": "refund paid another way",
}
_PROPOSED: Final = {
    "created": "refund proposed",
    "agreed": "refund proposal agreed",
    "refused": "refund proposal refused",
    "withdrawn": "refund proposal withdrawn",
}
# also of one that failed days later
_HAD_SUCCEEDED: Final = "EXISTS (SELECT 1 FROM refund_event e WHERE e.subject_id = t.id AND e.new = 'succeeded')"


async def _kept_too_long() -> list[str]:
    """What the provider sent holds personal text: it goes some time after it was applied."""
    rows = await fetch(
        "SELECT 'provider_event ' || id AS offender FROM provider_event WHERE payload IS NOT NULL AND applied_at < $1"
        " ORDER BY id",
        real_now() - timedelta(days=get_settings().body_keep_days) - GRACE,
    )
    return [str(row["offender"]) for row in rows]


def _booked(kind: str, table: str, *, into: bool, where: str) -> str:
    """Rows `t` of `table` that are not in the books as they are, and movements of `kind` that no such row explains.

    One movement a row, between the provider's balance, what is held for the campaign's group, and what backers added
    for the card cost, where they did.
    """
    sign, against = ("", "-") if into else ("-", "")
    return (
        f"SELECT '{table} ' || t.id AS offender FROM {table} t JOIN pledge p ON p.id = t.pledge_id WHERE {where} AND ("
        f"SELECT count(*) FILTER (WHERE (l.account = '{PROVIDER_BALANCE}' AND l.amount_pence = {sign}t.amount_pence)"
        " OR (l.account = 'held for group:campaign:' || p.campaign_id"
        f" AND l.amount_pence = {against}(t.amount_pence - t.cover_pence))"
        f" OR (l.account = 'card cost cover:campaign:' || p.campaign_id AND l.amount_pence = {against}t.cover_pence))"
        " * 10 + count(*) FROM ledger_movement m JOIN ledger_line l ON l.movement_id = m.id"
        f" WHERE m.kind = '{kind}' AND m.source = '{table}:' || t.id)"
        " <> CASE WHEN t.cover_pence IN (0, t.amount_pence) THEN 22 ELSE 33 END"
        f" UNION SELECT 'ledger_movement ' || m.id FROM ledger_movement m WHERE m.kind = '{kind}'"
        f" AND NOT EXISTS (SELECT 1 FROM {table} t WHERE m.source = '{table}:' || t.id AND {where})"
    )


def _in_the_books(account: str, pence: str) -> str:
    """Campaigns whose account of this name does not stand at what payments brought, less what refunds took."""
    taken, back = f"a.{pence.format(t='a')}", f"r.{pence.format(t='r')}"
    return (
        "SELECT 'campaign ' || c.id AS offender FROM campaign c"
        " LEFT JOIN LATERAL (SELECT coalesce(-sum(l.amount_pence), 0) AS pence FROM ledger_line l"
        "  JOIN ledger_movement m ON m.id = l.movement_id"
        f"  WHERE l.account = '{account}:campaign:' || c.id"
        "  AND m.kind IN ('collected', 'refunded', 'refund failed', 'paid back another way')) booked ON true"
        f" LEFT JOIN LATERAL (SELECT coalesce(sum({taken}), 0) AS pence FROM charge_attempt a"
        "  JOIN pledge p ON p.id = a.pledge_id WHERE p.campaign_id = c.id AND a.status = 'succeeded') taken ON true"
        f" LEFT JOIN LATERAL (SELECT coalesce(sum({back}), 0) AS pence FROM refund r"
        "  JOIN pledge p ON p.id = r.pledge_id WHERE p.campaign_id = c.id AND r.status IN ('succeeded', 'repaid')) back ON true"
        " WHERE booked.pence <> taken.pence - back.pence ORDER BY c.id"
    )


RULES: Final = (
    newest_event_rule("charge_attempt"),
    newest_event_rule("refund"),
    moves_rule("charge_attempt", ATTEMPT),
    moves_rule("refund", REFUND),
    newest_event_rule("refund_proposal"),
    moves_rule("refund_proposal", REFUND_PROPOSAL),
    recorded_rule("refund_proposal", _PROPOSED),
    recorded_rule("refund", _GIVEN_BACK),
    Rule(
        "every payment is booked once",
        "each payment that succeeded stands in the books with its own amount and campaign, and no other does",
        _booked("collected", "charge_attempt", into=True, where="t.status = 'succeeded'") + " ORDER BY 1",
    ),
    Rule(
        "every refund is booked once",
        "each refund that succeeded stands in the books with its own amount, and one that failed later came back",
        _booked("refunded", "refund", into=False, where=_HAD_SUCCEEDED)
        + " UNION "
        + _booked("refund failed", "refund", into=True, where=f"t.status IN ('failed', 'repaid') AND {_HAD_SUCCEEDED}")
        + " ORDER BY 1",
    ),
    Rule(
        "attempts are what was asked",
        "the parameters that an attempt is sent with name its own pledge, number, amount with cover, and key",
        "SELECT 'charge_attempt ' || a.id AS offender FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id"
        " WHERE a.parameters->>'pledge_reference' IS DISTINCT FROM p.reference"
        " OR (a.parameters->>'attempt_number')::bigint IS DISTINCT FROM a.number"
        " OR (a.parameters->>'amount_pence')::bigint IS DISTINCT FROM a.amount_pence"
        " OR a.amount_pence <> p.amount_pence + p.cover_pence OR a.cover_pence <> p.cover_pence"
        " OR a.parameters->>'key' IS DISTINCT FROM a.key ORDER BY a.id",
    ),
    Rule(
        "who was let go is never tried",
        "no payment was attempted for a pledge that never came to be collected",
        "SELECT DISTINCT 'pledge ' || p.reference AS offender FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id"
        f" WHERE p.status IN ({_NEVER_TRIED}) ORDER BY 1",
    ),
    Rule(
        "no outcome stays unknown",
        "what went out to the provider is answered or looked up within a day",
        "SELECT 'charge_attempt ' || id AS offender FROM charge_attempt WHERE status IN ('intended', 'unknown')"
        f" AND intended_at < {NOW} - interval '1 day'"
        " UNION SELECT 'refund ' || id FROM refund WHERE status IN ('intended', 'unknown')"
        f" AND next_at IS NOT NULL AND created_at < {NOW} - interval '1 day' ORDER BY 1",
    ),
    Rule(
        "final pledges have no open payment",
        "before a pledge is dropped or let go its open payment is over",
        "SELECT 'charge_attempt ' || a.id AS offender FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id"
        f" WHERE p.status IN ({_FINAL}) AND a.status IN ({listed(OPEN)}) ORDER BY a.id",
    ),
    Rule(
        "refunds are within the payment",
        "no more goes back than came in by the same payment, cover for cover, and only of one that succeeded",
        "SELECT 'charge_attempt ' || a.id AS offender FROM charge_attempt a JOIN refund r ON r.attempt_id = a.id"
        " AND r.status NOT IN ('failed', 'void') GROUP BY a.id"
        " HAVING sum(r.amount_pence) > a.amount_pence OR sum(r.cover_pence) > a.cover_pence OR a.status <> 'succeeded'"
        " OR bool_or(r.pledge_id <> a.pledge_id) ORDER BY a.id",
    ),
    Rule(
        "what is asked for goes back by two people",
        "a refund that a backer asked for stands on a proposal by two people, of its amount, or more where some went otherwise",
        "SELECT 'refund ' || r.id AS offender FROM refund r WHERE r.reason IN ('asked for', 'part asked for')"
        " AND NOT EXISTS"
        " (SELECT 1 FROM refund_proposal b WHERE b.pledge_id = r.pledge_id AND b.status = 'agreed'"
        "  AND b.decided_by_id <> b.proposed_by_id AND (b.amount_pence = r.amount_pence OR (b.amount_pence > r.amount_pence"
        "  AND (EXISTS (SELECT 1 FROM refund h WHERE h.attempt_id = r.attempt_id AND h.reason = 'by hand')"
        "   OR EXISTS (SELECT 1 FROM dispute d WHERE d.attempt_id = r.attempt_id AND d.status = 'lost')))))"
        " ORDER BY r.id",
    ),
    Rule(
        "card pages come to an end",
        "a page on which a card is saved is complete or expired a day after its time",
        "SELECT 'card_page ' || id AS offender FROM card_page WHERE status IN ('intended', 'open')"
        f" AND expires_at < {NOW} - interval '1 day' ORDER BY id",
    ),
    Rule(
        "the provider's events are applied",
        "a stored event is applied within a day",
        "SELECT 'provider_event ' || id AS offender FROM provider_event WHERE applied_at IS NULL"
        " AND received_at < now() - interval '1 day' ORDER BY id",
    ),
    Rule(
        "old payloads are gone",
        "what the provider sent is kept no longer than the settings say",
        find=_kept_too_long,
    ),
    Rule(
        "collected pledges were charged once",
        "a collected pledge has exactly one payment that succeeded and did not go back, of its amount and cover",
        "SELECT 'pledge ' || p.reference AS offender FROM pledge p WHERE p.status = 'collected'"
        " AND p.import_batch_id IS NULL AND 1 <> (SELECT count(*) FROM charge_attempt a WHERE a.pledge_id = p.id"
        " AND a.status = 'succeeded' AND a.amount_pence = p.amount_pence + p.cover_pence AND NOT EXISTS (SELECT 1 FROM refund r"
        " WHERE r.attempt_id = a.id AND r.reason = 'charged twice')) ORDER BY p.id",
    ),
    Rule(
        "charged pledges are collected",
        "a payment that succeeded belongs to a pledge that was collected, or goes back",
        "SELECT 'charge_attempt ' || a.id AS offender FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id"
        " WHERE a.status = 'succeeded' AND (a.payment_intent IS NULL OR a.charge IS NULL"
        " OR p.status NOT IN ('collected', 'refunded', 'disputed', 'charged back')) ORDER BY a.id",
    ),
    Rule(
        "nobody is charged twice",
        "two payments of one pledge never both succeed and stay; one that a bank took back did not stay",
        "SELECT 'pledge ' || p.reference AS offender FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id"
        " WHERE a.status = 'succeeded' AND a.amount_pence > (SELECT coalesce(sum(r.amount_pence), 0) FROM refund r"
        " WHERE r.attempt_id = a.id AND r.status NOT IN ('failed', 'void')) + (SELECT coalesce(sum(d.withdrawn_pence), 0)"
        " FROM dispute d WHERE d.attempt_id = a.id AND d.status = 'lost') GROUP BY p.id HAVING count(*) > 1 ORDER BY p.id",
    ),
    Rule(
        "nobody is charged without a verdict",
        "an attempt belongs to a campaign that met its target, and no earlier than it announced",
        "SELECT 'charge_attempt ' || a.id AS offender FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id"
        " JOIN campaign c ON c.id = p.campaign_id WHERE c.raised_pence IS NULL OR c.raised_pence < c.target_pence"
        " OR c.collecting_from IS NULL OR a.intended_at < c.collecting_from ORDER BY a.id",
    ),
    Rule(
        "card money in the books",
        "what is held for a campaign's group is what was collected less what went back, without the card cost cover",
        _in_the_books("held for group", "amount_pence - {t}.cover_pence"),
    ),
    Rule(
        "card cost cover in the books",
        "what backers of a campaign added for the card cost stands apart, less what went back",
        _in_the_books("card cost cover", "cover_pence"),
    ),
    Rule(
        "refunds on pledges",
        "what a pledge says went back is the sum of its refunds that arrived and of lost disputes, without the card cost cover",
        "SELECT 'pledge ' || p.reference AS offender FROM pledge p WHERE p.import_batch_id IS NULL"
        f" AND p.refunded_pence <> ({WENT_BACK}) ORDER BY p.id",
    ),
    Rule(
        "settled or collapsed by the threshold",
        "the amount on the last event meets the campaign's pay-out threshold exactly when it is settled",
        "SELECT 'campaign ' || c.id AS offender FROM campaign c JOIN LATERAL (SELECT e.cause, e.amount_pence FROM"
        " campaign_event e WHERE e.subject_id = c.id AND e.cause IN ('threshold met', 'threshold missed')"
        " ORDER BY e.id DESC LIMIT 1) e ON true WHERE c.import_batch_id IS NULL"
        " AND (e.cause = 'threshold met') <> (e.amount_pence * 10000 >= c.target_pence * c.threshold_bp) ORDER BY c.id",
    ),
    Rule(
        "a settled campaign waits for nobody",
        "no pledge of a settled or collapsed campaign is still to be collected",
        "SELECT 'pledge ' || p.reference AS offender FROM pledge p JOIN campaign c ON c.id = p.campaign_id"
        f" WHERE c.status IN ('settled', 'collapsed') AND p.status NOT IN ({_FINAL}) ORDER BY p.id",
    ),
    Rule(
        "saved cards are let go",
        "no card stays saved for a day after its pledge is final",
        "SELECT 'saved_card ' || s.id AS offender FROM saved_card s JOIN pledge p ON p.id = s.pledge_id"
        " JOIN LATERAL (SELECT max(e.effective_at) AS at FROM pledge_event e WHERE e.subject_id = p.id) f ON true"
        f" WHERE s.payment_method IS NOT NULL AND s.detached_at IS NULL AND p.status IN ({_FINAL})"
        f" AND f.at < {NOW} - interval '1 day' ORDER BY s.id",
    ),
    Rule(
        "every pledge to collect is in somebody's hands",
        "while it is collected a pledge has a row that says when it is due next",
        "SELECT 'pledge ' || p.reference AS offender FROM pledge p LEFT JOIN collection c ON c.pledge_id = p.id"
        " WHERE p.status IN ('collecting', 'action required', 'failed')"
        " AND (c.id IS NULL OR c.done_at IS NOT NULL OR c.next_at IS NULL) ORDER BY p.id",
    ),
)
