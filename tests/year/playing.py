"""A year of a programme: campaigns of every kind that there is, through the real services and the payment sandbox.

Two waves of campaigns with the year end between them. Everything that is done is remembered beside the books, in plain
sums, so that the books can be told wrong. Groups run several campaigns, as they do: an account at the provider and at the
bank is looked at once, not once a campaign.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import PROVIDER, SYSTEM, Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import execute, fetch
from payments import refund_proposals
from payments.books import daily
from payments.disputes.services import apply_dispute
from payments.models import ChargeAttempt, Refund
from payments.own_money import services as own_money
from payments.own_money.kinds import Way
from payments.repayments import services as repayments
from payments.repayments.kinds import How
from payments.sandbox.cards import family_number
from pledges import pots
from pledges.kinds import Accrual
from pledges.models import GiftAidRecipient, MatchFund, MatchPledge, OfflineGift, Pledge
from projects.models import Campaign, Group
from tests import quick
from tests.payments import make
from tests.payments.council import make as council
from tests.payments.make import Scene
from tests.pledges import gift_make, pot_make
from tests.projects import make as projects
from tests.sandbox import World

TARGET: Final = 20_000
GROUPS: Final = 5
UNSPENT: Final = 1_001


async def _post_mail() -> None:
    """E-mails are as good as sent, all at once: what they say is of other tests."""
    await execute("UPDATE outbox SET done_at = now(), attempts = 1 WHERE kind = 'email' AND done_at IS NULL")


@dataclass
class Said:
    """What was done, in pence, by whoever did it: added up apart from the books."""

    charged: int = 0
    given_back: int = 0
    another_way: int = 0
    drawn: int = 0
    added: int = 0
    lost_in_disputes: int = 0
    paid: int = 0
    paid_back: int = 0
    recovered: int = 0
    gifts_counted: int = 0
    gifts_back: int = 0
    gifts_on: int = 0
    cheques_unpaid: int = 0
    cheques_made_good: int = 0
    shares_by_hand: int = 0  # still to be given by groups
    gift_aid: int = 0  # donations on schedules
    gift_aid_waits: int = 0
    gift_aid_right: int = 0  # of them told to HMRC as adjustments
    gift_aid_wrong: int = 0  # to be told on the next schedule
    bank: list[tuple[str, int]] = field(default_factory=list)  # lines of the council's bank: (reference, pence)


@dataclass
class One:
    """One campaign of the year. `shows`: what of this year it is an example of."""

    shows: tuple[str, ...]
    scene: Scene
    group: Group
    owner: Actor
    matches: list[MatchPledge] = field(default_factory=list)
    pledges: list[Pledge] = field(default_factory=list)
    gifts: list[OfflineGift] = field(default_factory=list)
    disputes: list[str] = field(default_factory=list)

    def share_of(self, pence: int) -> int:
        """What of unspent money is whose gave so much (ruling 18)."""
        came_in = sum(one.amount_pence for one in self.matches) + sum(one.amount_pence for one in self.pledges)
        came_in += sum(one.amount_pence for one in self.gifts)
        return int(UNSPENT * pence // came_in)

    @property
    def campaign_id(self) -> int:
        """Its number."""
        return int(self.scene.campaign.id)

    @property
    def owed(self) -> council.Owed:
        """Its first match, and whom it is owed to."""
        return council.Owed(self.matches[0], self.scene.campaign, self.group, self.owner)


class Year:
    """The programme: its funds, its groups, its desk, its people, and what was said of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.said = Said()
        self.campaigns: list[One] = []
        self.accounts = 0
        self.cards = 0

    async def begin(self) -> None:
        """Funds of two funders, one for each way to count; groups that can be paid; a desk; officers."""
        await self.world.control.set_clock(quick.seconds_to_morning())
        self.clock = Scene(self.world, Campaign())
        self.funds: dict[Accrual, MatchFund] = {}
        for accrual in (Accrual.FLAT, Accrual.IN_FIRST, Accrual.BRIDGING, Accrual.TOP_UP):
            name = "NHS" if accrual is Accrual.TOP_UP else "KCC"
            fund = await pot_make.fund(60_000_000, 40_000_001, short_name=name)
            await MatchFund.filter(id=fund.id).update(accrual=accrual, start_bp=2_500)
            self.funds[accrual] = await MatchFund.get(id=fund.id)
        grants = await pot_make.fund(30_000_000)
        await MatchFund.filter(id=grants.id).update(without_crowd=True)
        self.grants = await MatchFund.get(id=grants.id)
        self.desk = await gift_make.desk()
        self.officer = await projects.staff(Role.FUND_OFFICER)
        self.people = await council.people()
        self.approver = await projects.staff(Role.FINANCE_APPROVER)
        self.groups = [await self._group() for _ in range(GROUPS)]
        self.recipients: list[GiftAidRecipient] = []

    async def _group(self) -> tuple[Group, Actor]:
        """A group with an account at the provider, and one at the bank that two people have looked at."""
        owner = await pot_make.person("Owner")
        since = business_now() - timedelta(days=90)
        await Person.filter(id=owner.person_id).update(phone="01622 000 111", phone_since=since)
        group = await pot_make.group_of(owner)
        await make.ready_account(self.world, group.id)
        made = await Group.get(id=group.id), owner
        await self.bank_account(*made)
        return made

    async def bank_account(self, group: Group, owner: Actor) -> None:
        """Sent by the group, checked and approved by two people; it counts in five working days."""
        self.accounts += 1
        campaign = Campaign()
        await council.approved(
            council.Owed(MatchPledge(), campaign, group, owner), self.people, f"{10_000_000 + self.accounts}"
        )

    async def open(self, shows: tuple[str, ...], number: int) -> One:
        """A live campaign of 40 days."""
        group, owner = self.groups[number % len(self.groups)]
        campaign = await pot_make.live_campaign(TARGET, of=group)
        one = One(shows, Scene(self.world, campaign, self.clock.offset), group, owner)
        self.campaigns.append(one)
        return one

    async def pass_time(self, **by: int) -> None:
        """Time passes for all of them; the worker does what is due, and the night keeps the books."""
        await self.clock.pass_time(**by)
        await self.work()
        await daily.keep_days()

    async def work(self) -> None:
        """The worker does what is due."""
        await make.rounds(before=_post_mail)

    # what residents do

    async def pledge(self, one: One, pence: int, card: str | None = None, *, cover: bool = False) -> Pledge:
        """A resident with a card of their own, which will be charged."""
        self.cards += 1
        pledge = await one.scene.pledge(pence, card or family_number(self.cards), cover=cover)
        one.pledges.append(pledge)
        if card != make.DECLINES:
            self.said.charged += pledge.charge_pence
        return pledge

    async def gift(self, one: One, pence: int, **other: object) -> OfflineGift:
        """Taken at the desk and counted by another."""
        gift = await self.desk.counted(one.scene.campaign, amount_pence=pence, **other)
        one.gifts.append(gift)
        self.said.gifts_counted += pence
        return gift

    async def match(self, one: One, pence: int, accrual: Accrual, **terms: object) -> None:
        """A fund adds, and the group accepts."""
        offer = pots.Offer(one.campaign_id, dict(terms), accrual=accrual)
        match = await pots.take_exact(self.funds[accrual].id, pence, offer, SYSTEM)
        await pots.pledge(match, SYSTEM)
        one.matches.append(match)

    # what goes back

    async def give_back(self, pledge: Pledge, pence: int | None = None) -> None:
        """All of it or a part, by two people."""
        proposal = await refund_proposals.ask_refund(pledge.id, self.officer, "They asked for it.", pence)
        await refund_proposals.agree(proposal.id, self.approver)
        self.said.given_back += pledge.charge_pence if pence is None else pence

    async def dispute(self, one: One, pledge: Pledge) -> None:
        """The backer's bank takes it back for now."""
        attempt = await ChargeAttempt.get(pledge_id=pledge.id, status="succeeded")
        one.disputes.append(await self.world.control.dispute(str(attempt.payment_intent)))
        await self._hear(one)

    async def decide(self, one: One, *, won: bool) -> None:
        """The bank's last word."""
        await self.world.control.decide_dispute(one.disputes[-1], won=won)
        await self._hear(one)
        if not won:
            self.said.lost_in_disputes += one.pledges[-1].charge_pence

    async def _hear(self, one: One) -> None:
        await apply_dispute(await self.world.gateway.read_dispute(one.disputes[-1]), PROVIDER)

    async def pay_another_way(self, begun: Sequence[One]) -> None:
        """Refunds whose bank sent them back: the council's bank pays."""
        ids = [pledge.id for one in begun for pledge in one.pledges]
        for refund in await Refund.filter(pledge_id__in=ids, status="failed").order_by("id"):
            paid = repayments.Paid(How.TRANSFER, f"CFK {refund.id}", business_today())
            row = await repayments.record(refund.id, paid, self.officer)
            await repayments.confirm(row.id, self.approver)
            self.said.given_back -= refund.amount_pence
            self.said.another_way += refund.amount_pence

    async def draw(self) -> None:
        """What the council's bank paid to backers it takes out of the provider's balance."""
        made = await own_money.to_draw()
        pence = sum(one.amount_pence for one in made)
        await self.world.control.pay_out(pence)
        await self._own(Way.DRAWN, pence, [one.id for one in made])
        self.said.drawn += pence

    async def put_in(self) -> None:
        """The council makes good what card costs and losses took out of the provider's balance."""
        rows = await fetch(
            "SELECT coalesce(sum(amount_pence), 0)::bigint AS pence FROM ledger_line"
            " WHERE account IN ('programme:card costs', 'programme:losses', 'added by the council')"
        )
        pence = int(rows[0]["pence"])
        await self.world.control.top_up(pence)
        await self._own(Way.ADDED, pence, [])
        self.said.added += pence

    async def _own(self, way: Way, pence: int, ids: list[int]) -> None:
        number = f"{way}-{len(self.campaigns)}-{self.said.added}-{self.said.drawn}"
        row = await own_money.record(own_money.Moved(way, pence, number, business_today(), ids), self.officer)
        await own_money.confirm(row.id, self.approver)

    async def late_fact(self, days_ago: int, approver: Actor) -> MatchPledge:
        """A match that was let go long before anybody wrote it down."""
        live = await pot_make.live_campaign(TARGET)
        match = await pots.take_exact(self.funds[Accrual.FLAT].id, 1_234, pots.Offer(live.id, {}), approver)
        await pots.pledge(match, approver)
        when = business_now() - timedelta(days=days_ago)
        await pots.release(match, "campaign cancelled", approver, effective_at=when)
        return match


def shown(campaigns: Sequence[One]) -> Counter[str]:
    """How many there are of each."""
    return Counter(name for one in campaigns for name in one.shows)
