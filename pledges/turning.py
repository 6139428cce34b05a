"""What is decided about a funded project: another purpose, an end without delivery, money that is left (rulings 15, 18).

The group asks, or an officer where the group can't be reached; one officer proposes an answer with the rule that
decides it, another agrees. Then the shares of the unspent money are recorded: whose it is, to the penny. Moving it is for
other rows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from crowdfund_kent import audit, events, outbox
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.money import pounds_exact
from pledges import pledging
from pledges.models import Pledge, UnspentShare
from pledges.unspent import Shares, shares
from projects import letters, queries
from projects.access import require_member, was_ever_member
from projects.kinds import MemberRole, TurnKind
from projects.models import Campaign, Delivery, DeliveryTurn
from projects.reports.services.asking import lapse
from projects.states import DELIVERY as DELIVERY_MOVES
from projects.states import OPEN_TURNS
from projects.states import Delivery as DeliveryStatus
from projects.states import Turn as Status
from projects.words import DELIVERY, Meaning

TOLD: Final = "tell_backers_of_turn"
WAY_OUT: Final = timedelta(days=28)  # so long a backer may take a share back after another purpose was agreed
CAUSES: Final = {TurnKind.PURPOSE: "purpose changed", TurnKind.ENDING: "ended without delivery"}
Party = tuple[str, int]  # ("fund", match pledge id), ("backer", pledge id) or ("gift", off-line gift id)


@dataclass(frozen=True, slots=True)
class Received:
    """All cash that came in for a campaign, by party, in pence: match paid, and what was collected or given and is here."""

    by_party: dict[Party, int]

    @property
    def total_pence(self) -> int:
        """What unspent money is a share of."""
        return sum(self.by_party.values())


# what a party paid in and did not get back. Recovered may be the payment of what was due: the larger one counts.
# Of a backer, refunds of shares are what was due; of all else the whole or the part that is to go back is nobody's to share,
# also before the provider has answered, and where the bank refused it: then officers pay it back another way. ('charged twice'
# is about a second payment; the first one stays.)
_DUE: Final = (  # by way of the campaign: its shares are found by an index
    "SELECT coalesce(sum(s.amount_pence), 0) FROM delivery d JOIN delivery_turn t ON t.delivery_id = d.id"
    " JOIN unspent_share s ON s.turn_id = t.id"
)
_OF_FUNDS: Final = (
    f"SELECT 'fund' AS party, m.id, m.paid_pence - greatest(m.recovered_pence, ({_DUE} WHERE d.campaign_id = m.campaign_id"
    " AND s.match_pledge_id = m.id)) AS pence FROM match_pledge m"
)
_OF_BACKERS: Final = (
    "SELECT 'backer' AS party, p.id, p.amount_pence - greatest(p.refunded_pence - b.shares, b.others + l.pence)"
    f" - ({_DUE} WHERE d.campaign_id = p.campaign_id AND s.pledge_id = p.id) AS pence FROM pledge p"
    " CROSS JOIN LATERAL (SELECT coalesce(sum(r.amount_pence) FILTER (WHERE r.reason = 'unspent share'"
    "  AND r.status IN ('succeeded', 'repaid')), 0) AS shares,"
    "  coalesce(sum(CASE WHEN r.reason IN ('collapsed', 'late success', 'let off', 'asked for') THEN p.amount_pence"
    "   ELSE r.amount_pence - r.cover_pence END) FILTER (WHERE r.reason <> 'unspent share'), 0) AS others"
    "  FROM refund r WHERE r.pledge_id = p.id AND r.reason <> 'charged twice' AND r.status <> 'void') b"
    " CROSS JOIN LATERAL (SELECT coalesce(sum(d.withdrawn_pence - d.cover_pence), 0) AS pence FROM dispute d"
    "  JOIN charge_attempt a ON a.id = d.attempt_id WHERE a.pledge_id = p.id AND d.status = 'lost' AND NOT EXISTS"
    "  (SELECT 1 FROM refund r WHERE r.attempt_id = a.id AND r.reason = 'charged twice')) l WHERE p.status = 'collected'"
)
# what was given by hand stays the group's: it went back whole, or not at all
_OF_GIFTS: Final = (
    f"SELECT 'gift' AS party, g.id, g.amount_pence - ({_DUE} WHERE d.campaign_id = g.campaign_id AND s.gift_id = g.id)"
    " AS pence FROM offline_gift g WHERE g.at_verdict AND g.status IN ('counted', 'banked')"
)


async def received(campaign_id: int) -> Received:
    """Ruling 18's "all cash received": match paid less recovered, card pledges collected less refunded, gifts.

    Less, too, what is due back already by an earlier decision: the same pound is not left twice.
    """
    rows = await fetch(
        f"{_OF_FUNDS} WHERE m.campaign_id = $1 UNION ALL {_OF_BACKERS} AND p.campaign_id = $1"
        f" UNION ALL {_OF_GIFTS} AND g.campaign_id = $1 ORDER BY 1 DESC, 2",
        campaign_id,
    )
    return Received({(row["party"], row["id"]): int(row["pence"]) for row in rows if row["pence"] > 0})


async def _paid_in(pledge: Pledge) -> int:
    """The same for one backer, in pence."""
    rows = await fetch(f"{_OF_BACKERS} AND p.id = $1", pledge.id)
    return max(0, int(rows[0]["pence"])) if rows else 0


async def ask(
    delivery_id: int, kind: TurnKind, by: Actor, *, reason: str, purpose: str = "", unspent_pence: int = 0
) -> DeliveryTurn:
    """An owner asks, or a fund officer for a group that can't be reached. Refused while another one is open.

    Money that is left is asked about of a delivered project; the other two of one that is not over.
    """
    if not reason.strip():
        raise Refused("Enter what has happened.", rule="reason")
    if kind == TurnKind.PURPOSE and not purpose.strip():
        raise Refused("Enter what the money would be for instead.", rule="purpose")
    async with transaction():
        delivery = await _lock(delivery_id)
        await _owner_or_officer(delivery, by)
        if not _may_ask(kind, DeliveryStatus(delivery.status)):
            raise Refused("This can’t be asked of the project as it stands now.", rule="delivery")
        if await DeliveryTurn.filter(delivery_id=delivery.id, status__in=OPEN_TURNS).exists():
            raise Refused("One thing at a time: wait for the answer to what was asked before.", rule="one thing")
        await _refuse_too_much(delivery, unspent_pence)
        turn = await DeliveryTurn.create(
            status=Status.ASKED,
            delivery_id=delivery.id,
            kind=kind,
            reason=reason.strip(),
            purpose=purpose.strip(),
            unspent_pence=unspent_pence,
            asked_by_id=by.person_id,
            asked_at=business_now(),
        )
        await events.begin(turn, by, amount_pence=unspent_pence)
        await audit.record("turn asked", f"delivery_turn:{turn.id}", by, amount_pence=unspent_pence)
    return turn


def _may_ask(kind: TurnKind, status: DeliveryStatus) -> bool:
    """Whether what would follow can follow."""
    return status == DeliveryStatus.DELIVERED if kind == TurnKind.UNSPENT else (status, CAUSES[kind]) in DELIVERY_MOVES


async def withdraw(turn_id: int, by: Actor) -> DeliveryTurn:
    """An owner, or the officer who asked, takes it back."""
    async with transaction():
        turn, delivery = await _turn(turn_id)
        if by.person_id != turn.asked_by_id:
            await require_member(by, await queries.group_id_of(delivery.campaign_id), MemberRole.OWNER)
        await events.move(turn, "withdrawn", by)
        await audit.record("turn withdrawn", f"delivery_turn:{turn.id}", by)
    return turn


async def propose(turn_id: int, by: Actor, *, rule: str, unspent_pence: int) -> DeliveryTurn:
    """A first officer proposes to agree: by which rule, and how much is unspent by the evidence they saw."""
    if not rule.strip():
        raise Refused("Enter the rule that decides it.", rule="rule")
    async with transaction():
        turn, delivery = await _turn(turn_id)
        await _outside_officer(delivery, by)
        refuse_same_person(by, turn.asked_by_id, what="ask for this and propose an answer")
        await _refuse_too_much(delivery, unspent_pence)
        await events.move(
            turn,
            "proposed",
            by,
            amount_pence=unspent_pence,
            rule=rule.strip(),
            unspent_pence=unspent_pence,
            proposed_by_id=by.person_id,
            proposed_at=business_now(),
        )
        await audit.record("turn proposed", f"delivery_turn:{turn.id}", by, amount_pence=unspent_pence)
    return turn


async def refuse(turn_id: int, by: Actor, answer: str) -> DeliveryTurn:
    """An officer says no to what was asked, with the reason for the group."""
    return await _answer(turn_id, by, "refused", answer)


async def send_back(turn_id: int, by: Actor, answer: str) -> DeliveryTurn:
    """A second officer does not agree to what the first proposed: it is looked at again."""
    return await _answer(turn_id, by, "sent back", answer)


async def _answer(turn_id: int, by: Actor, cause: str, answer: str) -> DeliveryTurn:
    if not answer.strip():
        raise Refused("Enter a message that says why.", rule="message")
    async with transaction():
        turn, delivery = await _turn(turn_id)
        await _outside_officer(delivery, by)
        await events.move(turn, cause, by, answer=answer.strip())
        await audit.record(f"turn {cause}", f"delivery_turn:{turn.id}", by)
        if cause == "refused":
            await _tell_owners("turn_refused", turn, delivery)
    return turn


async def agree(turn_id: int, by: Actor) -> DeliveryTurn:
    """A second officer agrees: the delivery moves, and the shares of what is unspent are recorded (ruling 18).

    `received_pence` is read now, under the delivery's lock; every backer is told by a job that this transaction asks for.
    """
    async with transaction():
        turn, delivery = await _turn(turn_id)
        await _outside_officer(delivery, by)
        refuse_same_person(by, turn.asked_by_id, turn.proposed_by_id, what="propose and agree to this")
        came_in = await received(delivery.campaign_id)
        found = _shares(turn.unspent_pence, came_in)
        # another purpose: the money goes on, and who does not want that takes their share back (take_share_back)
        goes_on = turn.kind == TurnKind.PURPOSE
        await events.move(
            turn,
            "agreed",
            by,
            amount_pence=turn.unspent_pence,
            decided_by_id=by.person_id,
            decided_at=business_now(),
            received_pence=came_in.total_pence,
            kept_pence=0 if goes_on else found.kept_pence,
        )
        if turn.unspent_pence and not goes_on:
            await _record(turn, came_in, found)
        cause = CAUSES.get(TurnKind(turn.kind))
        if cause is not None:
            over = {"finished_at": business_now()} if turn.kind == TurnKind.ENDING else {}
            await events.move(delivery, cause, by, amount_pence=turn.unspent_pence, **over)
            await audit.record(f"delivery {cause}", f"delivery:{delivery.id}", by, amount_pence=turn.unspent_pence)
            if turn.kind == TurnKind.ENDING:
                await lapse(delivery.id, by)  # nobody has to report on it any more
        await audit.record("turn agreed", f"delivery_turn:{turn.id}", by, amount_pence=turn.unspent_pence)
        await _tell_owners("turn_agreed", turn, delivery)
        await outbox.job(TOLD, turn.id, 0, unique_key=f"{TOLD}:{turn.id}")
    return turn


def _shares(unspent_pence: int, came_in: Received) -> Shares[Party]:
    if unspent_pence > came_in.total_pence:
        raise Refused(
            f"More can’t be left than came in: {pounds_exact(came_in.total_pence)}. Correct the amount first.",
            rule="ruling 18",
        )
    return shares(unspent_pence, came_in.by_party)


async def _record(turn: DeliveryTurn, came_in: Received, found: Shares[Party]) -> None:
    await UnspentShare.bulk_create(
        UnspentShare(
            turn_id=turn.id,
            match_pledge_id=number if party == "fund" else None,
            pledge_id=number if party == "backer" else None,
            gift_id=number if party == "gift" else None,
            paid_in_pence=came_in.by_party[(party, number)],
            amount_pence=pence,
        )
        for (party, number), pence in found.of.items()
    )


async def offered_back(turn: DeliveryTurn, pledge: Pledge, now: datetime) -> int:
    """What this backer may take back because of another purpose, in pence; 0 for nothing (any more)."""
    delivery = await Delivery.get(id=turn.delivery_id)
    over = turn.decided_at is None or now > turn.decided_at + WAY_OUT
    if turn.kind != TurnKind.PURPOSE or turn.status != Status.AGREED or over or not turn.received_pence:
        return 0
    if pledge.campaign_id != delivery.campaign_id:
        return 0
    if await UnspentShare.filter(turn_id=turn.id, pledge_id=pledge.id).exists():
        return 0
    share: int = turn.unspent_pence * await _paid_in(pledge) // turn.received_pence
    return share


async def take_share_back(turn_id: int, pledge_id: int, by: Actor) -> int:
    """The backer does not want the money to go to the other purpose: their share of what is left is due back (ruling 18).

    Returns it in pence; 0 where there is nothing to take, or it was taken before. By the backer's private page.
    """
    async with transaction():
        turn, _ = await _turn(turn_id)
        pledge = await pledging.lock(pledge_id)
        pence = await offered_back(turn, pledge, business_now())
        if pence:
            paid_in = await _paid_in(pledge)
            await UnspentShare.create(turn_id=turn.id, pledge_id=pledge.id, paid_in_pence=paid_in, amount_pence=pence)
            await audit.record(
                "unspent share taken", f"delivery_turn:{turn.id}", by, amount_pence=pence, pledge_id=pledge.id
            )
    return pence


@dataclass(frozen=True, slots=True)
class CameOfIt:
    """What a backer's money did: how the project stands, and what is due back to them, in pence."""

    delivery: Delivery
    standing: Meaning
    due_pence: int


async def came_of_it(pledge: Pledge) -> CameOfIt | None:
    """For a backer who paid; None before the pledges of the campaign are collected."""
    delivery = await Delivery.get_or_none(campaign_id=pledge.campaign_id)
    if delivery is None:
        return None
    due = sum([share.amount_pence for share in await UnspentShare.filter(pledge_id=pledge.id)])
    return CameOfIt(delivery, DELIVERY[DeliveryStatus(delivery.status)], due)


async def _refuse_too_much(delivery: Delivery, unspent_pence: int) -> None:
    if unspent_pence:
        _shares(unspent_pence, await received(delivery.campaign_id))


async def _lock(delivery_id: int) -> Delivery:
    found = await Delivery.select_for_update().get_or_none(id=delivery_id)
    if found is None:
        raise NotFound
    return found


async def _turn(turn_id: int) -> tuple[DeliveryTurn, Delivery]:
    """The delivery is locked first, then what was asked."""
    found = await DeliveryTurn.get_or_none(id=turn_id)
    if found is None:
        raise NotFound
    delivery = await _lock(found.delivery_id)
    return await DeliveryTurn.select_for_update().get(id=turn_id), delivery


async def _owner_or_officer(delivery: Delivery, by: Actor) -> None:
    group_id = await queries.group_id_of(delivery.campaign_id)
    if await was_ever_member(by.person_id, group_id):
        await require_member(by, group_id, MemberRole.OWNER)
    else:
        await require_role(by, Role.FUND_OFFICER)


async def _outside_officer(delivery: Delivery, by: Actor) -> None:
    await require_role(by, Role.FUND_OFFICER)
    if await was_ever_member(by.person_id, await queries.group_id_of(delivery.campaign_id)):
        raise Forbidden("You are or were a member of this group. Another officer must do this.")


async def _tell_owners(name: str, turn: DeliveryTurn, delivery: Delivery) -> None:
    campaign = await Campaign.get(id=delivery.campaign_id)
    await letters.tell_owners(name, campaign, about=f"{name}-{turn.id}", turn=turn)
