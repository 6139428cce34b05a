"""A year of a programme: campaigns of every kind that there is, through the real services and the payment sandbox.

Two waves of campaigns with the year end between them. Everything that is done is remembered beside the books, in plain
sums, so that the books can be told wrong.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from payments import refund_proposals
from payments.bank_statements import services as statements
from payments.books import daily
from payments.match_payments.models import MatchPayment
from payments.recoveries import services as recoveries
from payments.recoveries.models import Recovery
from payments.sandbox.cards import family_number
from pledges import pots, turning
from pledges.gifts.states import Cause
from pledges.kinds import Accrual
from pledges.models import MatchFund, MatchPledge, OfflineGift, Pledge
from projects import services
from projects.kinds import TurnKind
from projects.models import Campaign, Delivery, Project
from tests.payments import make
from tests.payments.council import make as council
from tests.payments.make import Scene
from tests.pledges import gift_make, pot_make
from tests.projects import make as projects
from tests.projects import reporting
from tests.sandbox import World

TARGET: Final = 20_000
UNSPENT: Final = 1_001
SOME: Final = 500  # what a failing card adds, so that a campaign still settles


@dataclass
class Said:
    """What was done, in pence, by whoever did it: added up apart from the books."""

    charged: int = 0
    given_back: int = 0
    paid: int = 0
    paid_back: int = 0
    recovered: int = 0
    gifts_counted: int = 0
    gifts_back: int = 0
    gifts_on: int = 0
    bank: list[tuple[str, int]] = field(default_factory=list)  # lines of the council's bank: (reference, pence)


@dataclass
class One:
    """One campaign of the year."""

    kind: str
    scene: Scene
    matches: list[MatchPledge] = field(default_factory=list)
    pledges: list[Pledge] = field(default_factory=list)
    gifts: list[OfflineGift] = field(default_factory=list)

    @property
    def campaign_id(self) -> int:
        """Its number."""
        return int(self.scene.campaign.id)


class Year:
    """The programme: its funds, its desk, its people, and what was said of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.said = Said()
        self.campaigns: list[One] = []
        self.clock: Scene | None = None
        self.cards = 0

    async def begin(self) -> None:
        """Funds of two funders, one for each way to count; a desk; officers."""
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

    async def wave(self, each: int) -> list[One]:
        """`each` campaigns of every kind begin together, get their money, reach their end and are collected."""
        begun: list[One] = []
        for kind, play in KINDS.items():
            for _ in range(each):
                one = One(kind, await make.scene(self.world, TARGET))
                self.clock = self.clock or one.scene
                begun.append(one)
                await play(self, one)
        self.campaigns += begun
        for days in (41, 3):
            await self.pass_time(days=days)
        for one in begun:
            if one.kind == "refunded":  # while another card is still tried, so before any payout
                await self.give_back(one.pledges[0])
        for days in (15, 2):
            await self.pass_time(days=days)
        await self.after(begun)
        await self.pass_time(days=1)
        return begun

    async def pass_time(self, **by: int) -> None:
        """Time passes for all of them; the worker does what is due, and the night keeps the books."""
        assert self.clock is not None
        await self.clock.later(**by)
        await daily.keep_days()

    async def pledge(self, one: One, pence: int, card: str | None = None, *, cover: bool = False) -> Pledge:
        """A resident with a card of their own."""
        self.cards += 1
        pledge = await one.scene.pledge(pence, card or family_number(self.cards), cover=cover)
        one.pledges.append(pledge)
        if card is None:
            self.said.charged += pledge.charge_pence
        return pledge

    async def match(self, one: One, pence: int, accrual: Accrual = Accrual.FLAT) -> None:
        """A fund adds, and the group accepts."""
        fund = self.funds[accrual]
        match = await pots.take_exact(fund.id, pence, pots.Offer(one.campaign_id, {}, accrual=accrual), SYSTEM)
        await pots.pledge(match, SYSTEM)
        one.matches.append(match)

    async def after(self, begun: Sequence[One]) -> None:
        """What follows an end: the council pays, a payment comes back, unspent money too, gifts go back or on."""
        settled = []
        for one in begun:
            campaign = await Campaign.get(id=one.campaign_id)
            if campaign.status == "settled":
                settled.append(one)
                if one.gifts:
                    await self.desk.hand_on(campaign)
                    self.said.gifts_on += sum(gift.amount_pence for gift in one.gifts)
            for gift in one.gifts if campaign.status == "unsuccessful" else ():
                await self.desk.give_back(await OfflineGift.get(id=gift.id), Cause.MISSED)
                self.said.gifts_back += gift.amount_pence
        owed = [await self.owed(match) for one in settled for match in one.matches]
        await self.pay(owed)
        await self.come_back([await self.owed(one.matches[0]) for one in settled if one.kind == "returned"])
        for one in settled:
            if one.kind == "recovered":
                await self.recover(one)

    async def owed(self, match: MatchPledge) -> council.Owed:
        """Whom a match is owed to."""
        match = await MatchPledge.get(id=match.id)
        campaign = await Campaign.get_or_none(id=match.campaign_id or 0)
        project = await Project.get(id=campaign.project_id if campaign else match.project_id).select_related("group")
        owner = await projects.owner_of(project.group)
        since = business_now() - timedelta(days=90)
        await Person.filter(id=owner.person_id).update(phone="01622 000 111", phone_since=since)
        return council.Owed(match, campaign or self.campaigns[0].scene.campaign, project.group, owner)

    async def pay(self, owed: Sequence[council.Owed]) -> None:
        """Accounts and subsidy checked, five working days, a schedule by two people, and the bank's statement."""
        for one in owed:
            await council.approved(one, self.people)
            await council.cleared(one, self.people)
        await self.pass_time(days=14)
        _, rows, _ = await council.exported(self.people, *owed)
        await council.paid(self.people, *rows)
        for row in rows:
            self.said.paid += row.amount_pence
            self.said.bank.append((row.reference, -row.amount_pence))

    async def come_back(self, owed: Sequence[council.Owed]) -> None:
        """The bank sends these payments back; with another account they are paid again."""
        rows = [await MatchPayment.get(match_pledge_id=one.match.id, status="paid") for one in owed]
        entries = [council.Entry(row.amount_pence, row.reference, reversal=True) for row in rows]
        await statements.take_in(council.camt(*entries, version="08"), self.people.approver)
        for one, row in zip(owed, rows, strict=True):
            self.said.paid_back += row.amount_pence
            self.said.bank.append((row.reference, row.amount_pence))
            await council.approved(one, self.people, "87654321")
        await self.pass_time(days=14)
        _, again, _ = await council.exported(self.people, *owed)
        await council.paid(self.people, *again)
        for row in again:
            self.said.paid += row.amount_pence
            self.said.bank.append((row.reference, -row.amount_pence))

    async def recover(self, one: One) -> None:
        """The project is delivered for less: the fund's share is asked back, and comes."""
        project = await Project.get(id=one.scene.campaign.project_id)
        owner = await projects.owner_of(project.group_id)
        delivery = await Delivery.get(campaign_id=one.campaign_id)
        came_in = (await turning.received(one.campaign_id)).total_pence
        await services.start(delivery.id, owner)
        await reporting.deliver(delivery.id, "It is open.", came_in - UNSPENT, owner, self.officer)
        turn = await turning.ask(delivery.id, TurnKind.UNSPENT, owner, reason="It was cheaper.", unspent_pence=UNSPENT)
        await turning.propose(turn.id, self.officer, rule="Ruling 18", unspent_pence=UNSPENT)
        await turning.agree(turn.id, self.people.officer)
        await recoveries.ask_missing()
        found = await Recovery.get(match_pledge_id=one.matches[0].id)
        await statements.take_in(council.camt(council.Entry(found.amount_pence, found.reference)), self.people.approver)
        self.said.recovered += found.amount_pence
        self.said.bank.append((found.reference, found.amount_pence))

    async def give_back(self, pledge: Pledge) -> None:
        """By two people, before the payout."""
        proposal = await refund_proposals.ask_refund(pledge.id, self.officer, "They asked for it.")
        await refund_proposals.agree(proposal.id, self.approver)
        self.said.given_back += (await Pledge.get(id=pledge.id)).charge_pence

    async def grants_paid(self, *pence: int) -> None:
        """To projects without a crowd, each of a group of its own."""
        made = []
        for amount in pence:
            project = await Project.get(id=(await pot_make.live_campaign(TARGET)).project_id)
            offer = pots.Offer(None, {}, project_id=project.id)
            match = await pots.take_exact(self.grants.id, amount, offer, SYSTEM)
            await pots.pledge(match, SYSTEM)
            await pots.confirm(match, SYSTEM, cause="no crowd")
            made.append(await self.owed(match))
        await self.pay(made)

    async def late_fact(self, days_ago: int, approver: Actor) -> MatchPledge:
        """A payment whose bank line comes long after its day."""
        campaign = self.campaigns[0]
        fund = self.funds[Accrual.FLAT]
        live = await pot_make.live_campaign(TARGET)
        match = await pots.take_exact(fund.id, 1_234, pots.Offer(live.id, {}), approver)
        await pots.pledge(match, approver)
        when = business_now() - timedelta(days=days_ago)
        assert campaign.scene is not None
        await pots.release(match, "campaign cancelled", approver, effective_at=when)
        return match


async def _flat(year: Year, one: One) -> None:
    await year.pledge(one, 9_000, cover=True)
    await year.pledge(one, 4_000)
    await year.match(one, 8_000)


async def _in_first(year: Year, one: One) -> None:
    await year.match(one, 10_000, Accrual.IN_FIRST)
    await year.pledge(one, 11_001)


async def _bridging(year: Year, one: One) -> None:
    await year.match(one, 12_000, Accrual.BRIDGING)
    await year.pledge(one, 5_000)
    await year.pledge(one, 3_333)


async def _top_up(year: Year, one: One) -> None:
    await year.pledge(one, 16_000)
    await year.match(one, 4_000, Accrual.TOP_UP)


async def _missed(year: Year, one: One) -> None:
    pledge = await year.pledge(one, 2_000, cover=True)
    year.said.charged -= pledge.charge_pence  # nobody is charged
    await year.match(one, 9_000)
    one.gifts.append(await year.desk.counted(one.scene.campaign, amount_pence=1_500))
    year.said.gifts_counted += 1_500


async def _collapsed(year: Year, one: One) -> None:
    await year.pledge(one, 6_000, make.DECLINES)
    pledge = await year.pledge(one, 14_500, cover=True)
    year.said.given_back += pledge.charge_pence
    await year.match(one, 1_000)


async def _refunded(year: Year, one: One) -> None:
    await year.pledge(one, 1_001, cover=True)
    await year.pledge(one, 20_000)
    await year.pledge(one, SOME, make.DECLINES)
    await year.match(one, 2_000)


async def _recovered(year: Year, one: One) -> None:
    await year.pledge(one, 12_000)
    await year.pledge(one, SOME, make.DECLINES)
    await year.match(one, 9_001)


async def _returned(year: Year, one: One) -> None:
    await year.pledge(one, 15_000)
    await year.match(one, 7_000)


async def _gifts(year: Year, one: One) -> None:
    gifts = [await year.desk.counted(one.scene.campaign, amount_pence=pence) for pence in (2_000, 3_000)]
    await year.desk.bank(*gifts)
    one.gifts += gifts
    year.said.gifts_counted += 5_000
    await year.pledge(one, 9_000)
    await year.match(one, 8_000)


KINDS: Final[dict[str, Callable[[Year, One], Awaitable[None]]]] = {
    "flat": _flat,
    "in first": _in_first,
    "bridging": _bridging,
    "top-up": _top_up,
    "missed": _missed,
    "collapsed": _collapsed,
    "refunded": _refunded,
    "recovered": _recovered,
    "returned": _returned,
    "gifts": _gifts,
}


def kinds_of(campaigns: Sequence[One]) -> dict[str, int]:
    """How many of each."""
    return {kind: sum(one.kind == kind for one in campaigns) for kind in KINDS}
