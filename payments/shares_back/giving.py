"""Each share on its way: to a card by a job that may stop anywhere and goes on, by hand by two people.

A refund is decided once a share (its `source`), so a job that runs twice gives nothing twice. It waits
until the group's account gives back all of it that ever reached it (payouts.md).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from crowdfund_kent import audit, events, ledger, outbox
from crowdfund_kent.accounts.second_person import allowed
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import Conflict, NotFound, Refused
from payments import refund_proposals, refunds
from payments.models import Refund
from payments.shares_back import accounts, letters
from payments.shares_back.kinds import Hand
from payments.shares_back.models import ShareBack
from payments.shares_back.services import JOB, end, post_due
from payments.shares_back.states import Share as Status
from payments.states import Refund as RefundStatus
from pledges import pledging
from pledges.gifts.services.common import COUNTERS, require_outside
from pledges.gifts.states import Gift as GiftStatus
from pledges.models import OfflineGift, Pledge
from pledges.states import Pledge as PledgeStatus
from projects.access import require_member, was_ever_member
from projects.kinds import MemberRole
from projects.queries import campaign_for_update, group_id_of

AT_ONCE: Final = 50
AGAIN: Final = timedelta(hours=1)
_GONE: Final = frozenset({PledgeStatus.REFUNDED, PledgeStatus.CHARGED_BACK})  # the backer has all of it back already


async def give_due(giving_id: int | None = None) -> int:
    """Decide the refunds of the next shares by card that are due, of one decision or of all. Safe to repeat."""
    rows = await fetch(
        "SELECT s.id FROM share_back s JOIN unspent_share u ON u.id = s.share_id WHERE s.status = 'due'"
        " AND u.pledge_id IS NOT NULL AND s.next_at <= $1 AND ($2::bigint IS NULL OR s.giving_id = $2)"
        f" ORDER BY s.next_at, s.id LIMIT {AT_ONCE}",
        business_now(),
        giving_id,
    )
    for row in rows:
        await _give(row["id"])
    return len(rows)


async def give_shares_back(giving_id: int) -> None:
    """The job of one decision: it asks for itself again while something is due at once."""
    if await give_due(giving_id) == AT_ONCE:
        async with transaction():
            await outbox.job(JOB, giving_id)


async def _give(row_id: int) -> None:
    """One share by card, under its pledge's lock: a refund, a later try, or nothing where nothing is owed any more."""
    async with transaction():
        found = await ShareBack.get(id=row_id).select_related("share")
        assert found.share.pledge_id is not None
        campaign_id = (await Pledge.get(id=found.share.pledge_id)).campaign_id
        await campaign_for_update(campaign_id)
        pledge = await pledging.lock(found.share.pledge_id)
        row = await ShareBack.get(id=row_id)
        if row.status != Status.DUE:
            return
        source = f"unspent_share:{row.share_id}"
        known = await Refund.get_or_none(source=source)
        pence = min(row.amount_pence, await _left(pledge)) if known is None else known.amount_pence
        if pledge.status in _GONE or pence <= 0:
            await end(row, SYSTEM)
            return
        try:
            await refund_proposals.refund_part(pledge.id, pence, refunds.UNSPENT, SYSTEM, source=source)
        except Refused:  # something is under way with the payment, or its bank disputes it
            await ShareBack.filter(id=row.id).update(next_at=business_now() + AGAIN)
            return
        await events.move(row, "refund decided", SYSTEM, amount_pence=pence, next_at=None)
        await _record("share refund decided", row, SYSTEM)


async def end_unpaid() -> int:
    """Shares of cheques that the bank did not pay after all: nobody is owed them, and the memorandum follows. Safe to repeat.

    Not one of which somebody has entered that it was given: that is a fact, and the group's loss.
    """
    rows = await fetch(
        "SELECT s.id FROM share_back s JOIN unspent_share u ON u.id = s.share_id JOIN offline_gift g ON g.id = u.gift_id"
        " WHERE s.status IN ('due', 'kept') AND g.status = 'returned' ORDER BY s.id"
    )
    for found in rows:
        async with transaction():
            row, gift = await _by_hand(found["id"])
            if row.status not in (Status.DUE, Status.KEPT):
                continue
            if row.status == Status.DUE:
                lines = accounts.lines(gift.campaign_id, -row.amount_pence)
                await ledger.post("share not owed", f"share_back:{row.id}", lines)
            await end(row, SYSTEM)
    return len(rows)


async def _left(pledge: Pledge) -> int:
    """What of a pledge has not gone back and is not on its way, but for its shares of unspent money."""
    on_its_way = await Refund.filter(
        pledge_id=pledge.id, status__in=[RefundStatus.INTENDED, RefundStatus.UNKNOWN, RefundStatus.PENDING]
    ).exclude(reason__in=[refunds.TWICE])
    back = sum(one.pledge_pence for one in on_its_way) + pledge.refunded_pence
    return int(pledge.amount_pence - back)


async def enter(row_id: int, how: Hand, proof: str, by: Actor) -> ShareBack:
    """The giver has it: how, and where the signature is kept or which number the cheque has.

    By an owner or editor of the group, which holds the money, or by staff of no part in it. Raises Refused.
    """
    if not proof.strip():
        raise Refused("Enter where the signature is kept, or the number of the cheque.", rule="proof")
    async with transaction():
        row, gift = await _by_hand(row_id)
        await _may_enter(by, gift)
        _refuse_unpaid(gift)
        if row.status != Status.DUE:
            raise Conflict("This share was entered or given already. Look at it again.")
        await events.move(
            row,
            "entered",
            by,
            amount_pence=row.amount_pence,
            how=how,
            proof=proof.strip(),
            entered_by_id=by.person_id,
            entered_at=business_now(),
        )
        await _record("share entered", row, by)
    return row


async def confirm(row_id: int, by: Actor) -> ShareBack:
    """Another person, staff of no part in the group, has seen the signature or the cheque's number: it was given."""
    async with transaction():
        row, gift = await _by_hand(row_id)
        await require_outside(by, gift.campaign_id, *COUNTERS)
        if row.status != Status.ENTERED:
            raise Conflict("This share was confirmed or withdrawn meanwhile. Look at it again.")
        refuse_same_person(by, row.entered_by_id, what="enter that a share was given and confirm it")
        await events.move(
            row,
            "confirmed",
            by,
            amount_pence=row.amount_pence,
            confirmed_by_id=by.person_id,
            confirmed_at=business_now(),
        )
        lines = accounts.lines(gift.campaign_id, -row.amount_pence)
        await ledger.post("share given by hand", f"share_back:{row.id}", lines)
        await _record("share confirmed", row, by)
        await letters.to_giver("share_given", row, gift)
    return row


async def withdraw(row_id: int, by: Actor) -> ShareBack:
    """It was not given after all: the giver was not found, say. It is due again."""
    async with transaction():
        row, gift = await _by_hand(row_id)
        await _may_enter(by, gift)
        await events.move(
            row,
            "withdrawn",
            by,
            amount_pence=row.amount_pence,
            how=None,
            proof="",
            entered_by_id=None,
            entered_at=None,
        )
        await _record("share withdrawn", row, by)
    return row


async def ask_for(row_id: int, by: Actor) -> ShareBack:
    """The giver wants their share after all, which the group was to keep by their wish. By staff of no part in the group."""
    async with transaction():
        row, gift = await _by_hand(row_id)
        await require_outside(by, gift.campaign_id, *COUNTERS)
        if gift.anonymous:
            raise Refused("Nobody knows who gave this: the group keeps it.", rule="nameless")
        _refuse_unpaid(gift)
        await events.move(row, "asked for by giver", by, amount_pence=row.amount_pence)
        await post_due(row, gift.campaign_id)
        await _record("share asked for", row, by)
        await letters.to_giver("share_due", row, gift)
    return row


@dataclass(frozen=True, slots=True)
class May:
    """What somebody may do with shares by hand of one campaign. `enters`: they may say that one was given; `outside`: they
    are staff of no part in the group, who confirm."""

    person_id: int | None
    enters: bool
    outside: bool

    def acts(self, row: ShareBack, gift: OfflineGift) -> list[str]:
        """What they may do with this one now, by the word in its address: what the page shows them. Pure."""
        unpaid = gift.status == GiftStatus.RETURNED
        if row.status == Status.DUE:
            return ["given"] if self.enters and not unpaid else []
        if row.status == Status.ENTERED:
            confirms = self.outside and row.entered_by_id != self.person_id
            return [*(["confirm"] if confirms else []), *(["withdraw"] if self.enters else [])]
        if row.status == Status.KEPT:
            return ["asked-for"] if self.outside and not (gift.anonymous or unpaid) else []
        return []


async def may(campaign_id: int, by: Actor) -> May:
    """Of this person."""
    outside = await allowed(require_outside(by, campaign_id, *COUNTERS))
    group_id = await group_id_of(campaign_id)
    if outside:
        return May(by.person_id, True, True)
    writes = await allowed(require_member(by, group_id, MemberRole.OWNER, MemberRole.EDITOR))
    return May(by.person_id, writes, False)


def _refuse_unpaid(gift: OfflineGift) -> None:
    if gift.status == GiftStatus.RETURNED:
        raise Refused("The bank did not pay this cheque, so nothing of it is to be given back.", rule="unpaid")


async def _may_enter(by: Actor, gift: OfflineGift) -> None:
    group_id = await group_id_of(gift.campaign_id)
    if await was_ever_member(by.person_id, group_id):
        await require_member(by, group_id, MemberRole.OWNER, MemberRole.EDITOR)
    else:
        await require_outside(by, gift.campaign_id, *COUNTERS)


async def _by_hand(row_id: int) -> tuple[ShareBack, OfflineGift]:
    """A share of cash or a cheque, under its lock. NotFound for another."""
    found = await ShareBack.get_or_none(id=row_id).select_related("share__gift")
    if found is None or found.share.gift is None:
        raise NotFound
    return await ShareBack.select_for_update().get(id=row_id), found.share.gift


async def _record(act: str, row: ShareBack, by: Actor) -> None:
    await audit.record(act, f"share_back:{row.id}", by, amount_pence=row.amount_pence, giving_id=row.giving_id)
