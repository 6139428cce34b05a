"""Desks, gifts and the people around them for tests, by the services themselves."""

from dataclasses import dataclass, replace
from typing import Any

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.invariants import run
from crowdfund_kent.references import new_token
from pledges.gifts.checks import RULES
from pledges.gifts.kinds import Return, Way, Wish
from pledges.gifts.services import banking, paying, recovering, returning, taking
from pledges.gifts.services.taking import NewGift
from pledges.gifts.states import Cause
from pledges.models import GiftDesk, OfflineGift
from projects.models import Campaign
from tests.projects.make import staff

PLAIN = NewGift(2_000, Way.CASH, Wish.BACK, "Ada Reed", "CT9 1AB", address="1 Sea Road, Margate")


@dataclass(frozen=True)
class Desk:
    """A library's desk: who takes, who counts, and who approves."""

    desk: GiftDesk
    officer: Actor
    taker: Actor
    counter: Actor
    finance: Actor

    async def take(self, campaign: Campaign, by: Actor | None = None, **other: Any) -> OfflineGift:
        """A gift of £20 in cash by Ada Reed, but for what is said otherwise."""
        return await taking.take(campaign.id, self.desk.id, new_token(), replace(PLAIN, **other), by or self.taker)

    async def count(self, gift: OfflineGift, by: Actor | None = None) -> OfflineGift:
        """The second person finds what the receipt says."""
        return await taking.count(
            gift.id, by or self.counter, amount_pence=gift.amount_pence, seen="Notes and the receipt"
        )

    async def counted(self, campaign: Campaign, **other: Any) -> OfflineGift:
        """Taken, and counted by another."""
        return await self.count(await self.take(campaign, **other))

    async def bank(self, *gifts: OfflineGift) -> None:
        """Paid in together."""
        total = sum(one.amount_pence for one in gifts)
        batch = await banking.enter_batch(self.desk.id, [one.id for one in gifts], "500123", total, self.taker)
        await banking.confirm_batch(batch.id, self.counter)

    async def give_back(self, gift: OfflineGift, cause: Cause, how: Return = Return.CASH) -> None:
        """By two people."""
        row = await returning.enter_return(gift.id, cause, how, "signed in the desk's book", self.taker)
        await returning.confirm_return(row.id, self.counter)

    async def bounced(self, gift: OfflineGift) -> None:
        """The bank does not pay the cheque, whose money is with the group: one enters it, finance has seen the bank's letter."""
        row = await returning.enter_return(gift.id, Cause.BOUNCED, Return.UNPAID, "the bank's letter", self.officer)
        await returning.confirm_return(row.id, self.finance)

    async def made_good(self, gift: OfflineGift, pence: int) -> None:
        """The group gives some of it back, by two people."""
        row = await recovering.enter_recovery(gift.id, pence, "BACS 99", self.officer)
        await recovering.confirm_recovery(row.id, self.finance)

    async def hand_on(self, campaign: Campaign) -> None:
        """To the group, by two people."""
        payment = await paying.enter_payment(campaign.id, "BACS 88", self.officer)
        await paying.confirm_payment(payment.id, self.finance)


async def desk(name: str = "Margate Library") -> Desk:
    """A desk with its people."""
    officer = await staff(Role.FUND_OFFICER)
    return Desk(
        await taking.open_desk(name, "Cecil Square, Margate. Monday to Saturday.", officer),
        officer,
        await staff(Role.HELPER),
        await staff(Role.HELPER),
        await staff(Role.FINANCE_APPROVER),
    )


async def all_rules_hold() -> None:
    """The rules of gifts, over everything that the test made."""
    broken = [finding for finding in await run(RULES) if finding.count]
    assert not broken, broken
