"""What is held, taken back by hand, claimed, and shared out at the end: two people each, and the player's own sums beside it."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import stripe

from crowdfund_kent.audit import BACKER
from crowdfund_kent.clock import business_today
from payments.gateway.transport import Transport
from payments.gift_aid import services as claiming
from payments.holds import services as holds
from payments.payouts.models import Payout, Reversal, Transfer
from payments.payouts.reversals import BY_HAND
from payments.shares_back import giving
from payments.shares_back import services as shares
from payments.shares_back.kinds import Hand
from payments.shares_back.models import ShareBack
from payments.taken_back import services as taken_back
from pledges.gift_aid import services as declaring
from pledges.gift_aid.kinds import Declared, RecipientKind
from pledges.gift_aid.services import Answers
from pledges.models import GiftAidRecipient, OfflineGift, Pledge
from projects.models import Group
from tests.year.playing import One, Year

TAKEN: Final = 501
ANSWERS: Final = Answers("Ada", "Reed", "1", "CT9 1AB", "Sea Road, Margate", "Ms")


# a payment that is held


async def hold(year: Year, ones: Sequence[One]) -> list[int]:
    """Nothing is sent on: one places it, another confirms."""
    made = []
    for one in ones:
        payout = await Payout.get(campaign_id=one.campaign_id)
        row = await holds.place(f"payout:{payout.id}", "A neighbour rang.", year.officer)
        await holds.confirm(row.id, year.approver)
        made.append(row.id)
    return made


async def let_go(year: Year, ones: Sequence[One], held: Sequence[int]) -> None:
    """Until now nothing was sent; one proposes to let it go, another agrees."""
    assert not await Transfer.filter(attempt__pledge__campaign_id__in=[one.campaign_id for one in ones]).exists()
    for row_id in held:
        await holds.propose_release(row_id, "All is well.", year.officer)
        await holds.release(row_id, year.approver)


# taken back by hand, in the provider's dashboard


def _reverse(transfer: str, client: stripe.StripeClient) -> stripe.StripeObject:
    return client.v1.transfers.reversals.create(transfer, {"amount": TAKEN})


async def take_back(year: Year, ones: Sequence[One]) -> None:
    """Somebody reverses a part of a transfer there."""
    hand = Transport(year.world.api_key, year.world.url, 10, 0, 1)
    for one in ones:
        transfer = await Transfer.filter(attempt__pledge__campaign_id=one.campaign_id, status="succeeded").first()
        assert transfer is not None
        await hand.call(partial(_reverse, str(transfer.provider_transfer)))
    hand.close()


async def send_again(year: Year, ones: Sequence[One]) -> None:
    """It was heard of, and two people decide that it is the group's."""
    for one in ones:
        row = await Reversal.get(transfer__attempt__pledge__campaign_id=one.campaign_id, reason=BY_HAND)
        assert row.amount_pence == TAKEN
        made = await taken_back.propose(row.id, sends=True, why="It was the wrong payment.", by=year.officer)
        await taken_back.agree(made.id, year.approver)


# Gift Aid


async def may_claim(year: Year, group: Group, number: int) -> GiftAidRecipient:
    """HMRC knows the group, and an officer has seen its letter."""
    owner = next(owner for one, owner in year.groups if one.id == group.id)
    row = await declaring.enter_reference(
        group.id, owner, kind=RecipientKind.CHARITY, hmrc_name=group.name, hmrc_reference=f"XR{number}"
    )
    return await declaring.verify(row.id, year.officer, "Letter of 3 May")


async def declare(year: Year, *given: Pledge | OfflineGift) -> None:
    """Each by its giver: by the private page, or on paper at the desk."""
    for one in given:
        card = isinstance(one, Pledge)
        by = BACKER if card else year.desk.taker
        await declaring.declare(one, ANSWERS, Declared.PRIVATE_PAGE if card else Declared.PAPER, by)
        year.said.gift_aid_waits += one.amount_pence


async def claim(year: Year, ones: Sequence[One]) -> None:
    """Each group draws its schedule and sends it: all that was declared, and what earlier ones had too much."""
    owners = {one.group.id: one.owner for one in ones}
    for recipient in year.recipients:
        if recipient.group_id in owners:
            made = await claiming.draw(recipient.id, owners[recipient.group_id])
            await claiming.mark_claimed(made.id, owners[recipient.group_id], business_today())
    said = year.said
    said.gift_aid, said.gift_aid_waits = said.gift_aid + said.gift_aid_waits, 0
    said.gift_aid_right, said.gift_aid_wrong = said.gift_aid_right + said.gift_aid_wrong, 0


async def no_gift_aid(year: Year, ones: Sequence[One]) -> None:
    """After the claim a giver cancels, and a refund is the end of another: the next schedule says so."""
    for one in ones:
        await declaring.cancel(one.gifts[0], year.desk.taker)
        year.said.gift_aid_wrong += one.gifts[0].amount_pence + one.pledges[1].amount_pence


# shares of what was not spent


async def share_out(year: Year, ones: Sequence[One]) -> None:
    """Backers and givers get theirs: by card out of the group's account, by hand from the group, but for every other.

    What was sent again a moment ago lies in that account; weeks later it would be empty, and the shares would wait.
    """
    for number, one in enumerate(ones):
        made = await shares.propose(one.campaign_id, "It was cheaper.", year.officer)
        await shares.agree(made.id, year.approver)
        row = await ShareBack.get(giving_id=made.id, share__gift_id=one.gifts[0].id)
        pence = one.share_of(one.gifts[0].amount_pence)
        assert row.amount_pence == pence
        year.said.given_back += sum(one.share_of(pledge.amount_pence) for pledge in one.pledges)
        if number % 2:
            year.said.shares_by_hand += pence
            continue
        await giving.enter(row.id, Hand.CASH, "signed in the desk's book", one.owner)
        await giving.confirm(row.id, year.desk.counter)
    await year.work()
