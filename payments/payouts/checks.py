"""Invariants of card costs, groups' accounts, payouts, holds and disputes, over the live database."""

from typing import Final

from crowdfund_kent.database import fetch
from crowdfund_kent.invariants import NOW, Rule, moves_rule, newest_event_rule, recorded_rule
from payments.accounts import CARD_COSTS, LOSSES, PROVIDER_BALANCE
from payments.disputes.states import DISPUTE
from payments.holds.states import HOLD
from payments.payouts import rules
from payments.payouts.standing import booked, standings
from payments.payouts.states import COLLAPSE, PAYOUT, RECIPIENT, REVERSAL, TRANSFER
from payments.payouts.transfers import IN_THE_WAY, TAKEN_BY_HAND

_WENT: Final = "status IN ('succeeded', 'reversed')"
_RECORDED: Final = {
    "payment_hold": {
        "placed": "hold placed",
        "confirmed": "hold confirmed",
        "not confirmed": "hold lifted",
        "release proposed": "hold release proposed",
        "kept": "hold kept",
        "released": "hold released",
    },
    "dispute": {"opened": "dispute opened", "won": "dispute won", "lost": "dispute lost"},
    "recipient": {
        "created": "account intended",
        "made": "account made",
        "ready": "account ready",
        "not ready": "account not ready",
    },
    "payout": {
        "created": "payout expected",
        "began": "payout began",
        "paid": "payout paid",
        "more is due": "payout goes on",
        "collapsed": "payout collapsed",
    },
    "transfer": {"created": "transfer decided", "succeeded": "transfer succeeded", "failed": "transfer failed"},
    "transfer_reversal": {
        "created": "reversal decided",
        "succeeded": "reversal succeeded",
        "failed": "reversal failed",
    },
    "collapse_proposal": {
        "created": "collapse proposed",
        "agreed": "collapse agreed",
        "refused": "collapse refused",
        "withdrawn": "collapse withdrawn",
    },
}
_TABLES: Final = {
    "payment_hold": HOLD,
    "dispute": DISPUTE,
    "recipient": RECIPIENT,
    "payout": PAYOUT,
    "transfer": TRANSFER,
    "transfer_reversal": REVERSAL,
    "collapse_proposal": COLLAPSE,
}


def _booked(kind: str, table: str, where: str, lines: dict[str, str], campaign: str) -> str:
    """Rows `t` that are not in the books with exactly these lines (account -> amount), and movements of no such row."""
    right = " OR ".join(f"(l.account = {account} AND l.amount_pence = {pence})" for account, pence in lines.items())
    wanted = " + ".join(f"(CASE WHEN {pence} <> 0 THEN 1 ELSE 0 END)" for pence in lines.values())
    return (
        f"SELECT '{table} ' || t.id AS offender FROM {table} t {campaign} WHERE {where} AND (SELECT"
        f" count(*) FILTER (WHERE {right}) * 10 + count(*) FROM ledger_movement m JOIN ledger_line l ON l.movement_id = m.id"
        f" WHERE m.kind = '{kind}' AND m.source = '{table}:' || t.id) <> ({wanted}) * 11"
        f" UNION SELECT 'ledger_movement ' || m.id FROM ledger_movement m WHERE m.kind = '{kind}'"
        f" AND NOT EXISTS (SELECT 1 FROM {table} t WHERE m.source = '{table}:' || t.id AND {where}) ORDER BY 1"
    )


_OF_ATTEMPT: Final = "JOIN charge_attempt a ON a.id = t.attempt_id JOIN pledge p ON p.id = a.pledge_id"
_HELD: Final = "'held for group:campaign:' || p.campaign_id"
_COVER: Final = "'card cost cover:campaign:' || p.campaign_id"
_PROVIDER: Final = f"'{PROVIDER_BALANCE}'"


async def _all_standings() -> dict[int, rules.Standing]:
    rows = await fetch("SELECT id FROM charge_attempt WHERE status = 'succeeded' ORDER BY id")
    return await standings([int(row["id"]) for row in rows])


async def _wrongly_borne() -> list[str]:
    """Payments whose costs are booked to others than those who bear them."""
    return [
        f"charge_attempt {one}"
        for one, standing in sorted((await _all_standings()).items())
        if rules.borne(standing) != await booked(one)
    ]


async def _held_wrongly() -> list[str]:
    """Campaigns whose two accounts do not hold what their payments left there."""
    rows = await fetch("SELECT a.id, p.campaign_id FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id")
    campaign_of = {int(row["id"]): int(row["campaign_id"]) for row in rows}
    kept: dict[int, int] = {}
    for attempt_id, standing in (await _all_standings()).items():
        campaign = campaign_of[attempt_id]
        kept[campaign] = kept.get(campaign, 0) + rules.kept(standing)
    rows = await fetch(
        "SELECT c.id, (SELECT coalesce(-sum(l.amount_pence), 0) FROM ledger_line l WHERE l.account IN"
        " ('held for group:campaign:' || c.id, 'card cost cover:campaign:' || c.id))::bigint AS pence"
        " FROM campaign c WHERE c.import_batch_id IS NULL ORDER BY c.id"
    )
    return [f"campaign {row['id']}" for row in rows if int(row["pence"]) != kept.get(int(row["id"]), 0)]


async def _not_sent() -> list[str]:
    """Payments of payouts that are made of which something is due, with nothing in the way for a day."""
    rows = await fetch(
        "SELECT a.id FROM payout o JOIN pledge p ON p.campaign_id = o.campaign_id AND p.status = 'collected'"
        " JOIN charge_attempt a ON a.pledge_id = p.id AND a.status = 'succeeded' WHERE o.status = 'paid'"
        f" AND NOT ({IN_THE_WAY} OR {TAKEN_BY_HAND}) AND o.paid_at < {NOW} - interval '1 day' ORDER BY a.id"
    )
    ids = [int(row["id"]) for row in rows]
    found = await standings(ids)
    return [f"charge_attempt {one}" for one in ids if rules.due_to_group(found[one])[0] > 0]


# where a row begins, for tables that can come back there
_START: Final = {"payment_hold": "placed", "recipient": "intended", "payout": "waiting"}

RULES: Final = (
    *(
        rule
        for table, transitions in _TABLES.items()
        for rule in (
            newest_event_rule(table),
            moves_rule(table, transitions, _START.get(table, "")),
            recorded_rule(table, _RECORDED[table]),
        )
    ),
    Rule(
        "every transfer is booked once",
        "each transfer that the provider made stands in the books with its own amount, and no other does",
        _booked(
            "paid out",
            "transfer",
            f"t.{_WENT}",
            {_PROVIDER: "-t.amount_pence", _HELD: "(t.amount_pence - t.cover_pence)", _COVER: "t.cover_pence"},
            _OF_ATTEMPT,
        ),
    ),
    Rule(
        "every reversal is booked once",
        "each reversal that succeeded stands in the books with its own amount, and no other does",
        _booked(
            "taken back",
            "transfer_reversal",
            "t.status = 'succeeded'",
            {_PROVIDER: "t.amount_pence", _HELD: "-t.amount_pence"},
            "JOIN transfer x ON x.id = t.transfer_id JOIN charge_attempt a ON a.id = x.attempt_id"
            " JOIN pledge p ON p.id = a.pledge_id",
        ),
    ),
    Rule(
        "every cost is booked once",
        "each booking of a card cost or a loss stands in the books with its own amounts, and no other does",
        _booked(
            "card cost",
            "cost_booking",
            "true",
            {
                _PROVIDER: "-t.fee_pence",
                _HELD: "t.held_pence",
                _COVER: "t.cover_pence",
                f"'{CARD_COSTS}'": "t.card_cost_pence",
                f"'{LOSSES}'": "t.loss_pence",
            },
            _OF_ATTEMPT,
        ),
    ),
    Rule(
        "costs are borne by those who bear them",
        "the fee of a payment, and what refunds and disputes cost, is booked to cover, group or programme as ruling 9 says",
        find=_wrongly_borne,
    ),
    Rule(
        "campaigns hold what their payments left",
        "what is held for a group with its cover is charges, less costs borne there, what went back and what was sent on",
        find=_held_wrongly,
    ),
    Rule(
        "payouts send what is due",
        "a day after a payout nothing of its payments is still due to the group unless something is in the way",
        find=_not_sent,
    ),
    Rule(
        "transfers are what was asked",
        "the parameters that a transfer is sent with name its own charge, account, amount and key",
        "SELECT 'transfer ' || t.id AS offender FROM transfer t JOIN charge_attempt a ON a.id = t.attempt_id"
        " JOIN pledge p ON p.id = a.pledge_id WHERE t.parameters->>'charge' IS DISTINCT FROM a.charge"
        " OR t.parameters->>'account' IS DISTINCT FROM t.account OR t.parameters->>'key' IS DISTINCT FROM t.key"
        " OR (t.parameters->>'amount_pence')::bigint IS DISTINCT FROM t.amount_pence"
        " OR t.parameters->>'pledge_reference' IS DISTINCT FROM p.reference ORDER BY t.id",
    ),
    Rule(
        "no more is sent than came in",
        "the transfers of a payment, less what came back of them, are never more than the payment",
        "SELECT 'charge_attempt ' || a.id AS offender FROM charge_attempt a JOIN transfer t ON t.attempt_id = a.id"
        " AND t.status <> 'failed' GROUP BY a.id"
        " HAVING sum(t.amount_pence - t.reversed_pence) > a.amount_pence ORDER BY a.id",
    ),
    Rule(
        "money goes to groups of settled campaigns",
        "a transfer belongs to a campaign that settled, and goes to the account of the group that received then",
        "SELECT 'transfer ' || t.id AS offender FROM transfer t JOIN payout o ON o.id = t.payout_id"
        " JOIN campaign c ON c.id = o.campaign_id JOIN charge_attempt a ON a.id = t.attempt_id"
        " JOIN pledge p ON p.id = a.pledge_id LEFT JOIN recipient r ON r.group_id = t.group_id"
        " WHERE c.status <> 'settled' OR p.campaign_id <> c.id OR r.account IS DISTINCT FROM t.account ORDER BY t.id",
    ),
    Rule(
        "nothing is sent while it is held",
        "no transfer and no refund went out for the first time while a hold on it, or on its payout, was in effect",
        "SELECT 'transfer ' || t.id AS offender FROM transfer t JOIN payment_hold h"
        " ON h.subject IN ('transfer:' || t.id, 'payout:' || t.payout_id)"
        f" WHERE t.sent_at > h.placed_at AND t.sent_at < coalesce(h.ended_at, {NOW} + interval '1 day')"
        " UNION SELECT 'refund ' || r.id FROM refund r JOIN payment_hold h ON h.subject = 'refund:' || r.id"
        f" WHERE r.sent_at > h.placed_at AND r.sent_at < coalesce(h.ended_at, {NOW} + interval '1 day') ORDER BY 1",
    ),
    Rule(
        "holds end by two people",
        "who confirms or lifts a hold did not place it, and who releases a payment did not propose to",
        "SELECT 'payment_hold ' || id AS offender FROM payment_hold WHERE confirmed_by_id = placed_by_id"
        " OR (status = 'lifted' AND coalesce(ended_by_id, placed_by_id) = placed_by_id)"
        " OR (status = 'released' AND coalesce(ended_by_id, release_by_id) = release_by_id) ORDER BY id",
    ),
    Rule(
        "everything goes back by two people",
        "who agreed to give everybody's money back, or refused it, did not propose it",
        "SELECT 'collapse_proposal ' || id AS offender FROM collapse_proposal WHERE status IN ('agreed', 'refused')"
        " AND coalesce(decided_by_id, proposed_by_id) = proposed_by_id ORDER BY id",
    ),
    Rule(
        "every settled campaign has its payout",
        "a campaign that settled here has a payout, which is cancelled exactly when it collapsed before it",
        "SELECT 'campaign ' || c.id AS offender FROM campaign c LEFT JOIN payout o ON o.campaign_id = c.id"
        " WHERE c.import_batch_id IS NULL AND ((c.status = 'settled' AND o.id IS NULL)"
        " OR (o.id IS NOT NULL AND (o.status = 'cancelled') <> (c.status = 'collapsed'))) ORDER BY c.id",
    ),
    Rule(
        "groups are ready when their accounts are",
        "a group says that it can be paid exactly when its account at the provider is ready",
        "SELECT 'recipient ' || r.id AS offender FROM recipient r JOIN community_group g ON g.id = r.group_id"
        " WHERE (r.status = 'ready') <> (g.payouts_ready_at IS NOT NULL) ORDER BY r.id",
    ),
    Rule(
        "disputed money stands apart",
        "what banks have taken back of a campaign for now is what its open disputes say",
        "SELECT 'campaign ' || c.id AS offender FROM campaign c WHERE (SELECT coalesce(sum(l.amount_pence), 0)"
        " FROM ledger_line l WHERE l.account = 'in dispute:campaign:' || c.id) <> (SELECT coalesce(sum(d.withdrawn_pence), 0)"
        " FROM dispute d JOIN charge_attempt a ON a.id = d.attempt_id JOIN pledge p ON p.id = a.pledge_id"
        " WHERE p.campaign_id = c.id AND d.status = 'open') ORDER BY c.id",
    ),
    Rule(
        "disputed pledges have a dispute",
        "a pledge is disputed exactly while a bank holds its own payment's money, and charged back after a dispute that was lost",
        "SELECT 'pledge ' || p.reference AS offender FROM pledge p WHERE p.import_batch_id IS NULL AND"
        " (p.status = 'disputed') <> (p.status NOT IN ('refunded', 'charged back') AND EXISTS (SELECT 1 FROM dispute d"
        "  JOIN charge_attempt a ON a.id = d.attempt_id WHERE a.pledge_id = p.id AND d.status = 'open'"
        "  AND d.withdrawn_pence > 0 AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.attempt_id = a.id"
        "   AND r.reason = 'charged twice')))"
        " UNION SELECT 'pledge ' || p.reference FROM pledge p WHERE p.status = 'charged back'"
        " AND p.import_batch_id IS NULL AND NOT EXISTS (SELECT 1 FROM dispute d JOIN charge_attempt a ON a.id = d.attempt_id"
        "  WHERE a.pledge_id = p.id AND d.status = 'lost') ORDER BY 1",
    ),
    Rule(
        "transfers come to an end",
        "a transfer or reversal that went out is answered or looked up within a day",
        f"SELECT 'transfer ' || id AS offender FROM transfer WHERE status IN ('intended', 'unknown')"
        f" AND sent_at < {NOW} - interval '1 day' UNION SELECT 'transfer_reversal ' || id FROM transfer_reversal"
        f" WHERE status IN ('intended', 'unknown') AND created_at < {NOW} - interval '1 day' ORDER BY 1",
    ),
    Rule(
        "fees become known",
        "the provider's fee of a payment is read within a week, and every payment has a row that asks for it",
        "SELECT 'charge_attempt ' || a.id AS offender FROM charge_attempt a LEFT JOIN card_fee f ON f.attempt_id = a.id"
        " WHERE a.status = 'succeeded'"
        f" AND (f.id IS NULL OR (f.fee_pence IS NULL AND f.created_at < {NOW} - interval '7 days')) ORDER BY a.id",
    ),
)
