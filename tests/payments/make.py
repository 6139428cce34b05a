"""Campaigns with pledges whose cards are saved at the sandbox, and the worker's rounds without a queue."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from crowdfund_kent import clock, outbox
from crowdfund_kent.audit import BACKER, SYSTEM
from crowdfund_kent.database import fetch
from crowdfund_kent.models import ClockOffset, Outbox
from crowdfund_kent.wiring import run_all_checks
from payments import card_pages
from payments.models import CardPage, ChargeAttempt, Collection
from payments.payouts import recipients
from payments.payouts.models import Recipient
from payments.reconciling import tasks as reconciling
from payments.sandbox.control import Outcome
from payments.tasks import find_lost
from pledges import pots
from pledges.models import MatchPledge, Pledge
from pledges.pledging import Answers
from projects.models import Campaign
from projects.queries import group_id_of
from projects.tasks import close_due
from tests.pledges import pot_make
from tests.projects import make as projects
from tests.sandbox import World
from worker import JOBS

OK = "4242424242424242"
ASKS_BANK = "4000002760003184"
NO_MONEY = "4000008260003178"
DECLINES = "4000000000000341"
REFUND_PENDING = "4000000000007726"
REFUND_FAILS = "4000000000005126"
BACK = "http://testserver/groups/a/account/back"
_numbers = count(1)


@dataclass
class Scene:
    """One campaign at one account of the sandbox, and its time."""

    world: World
    campaign: Campaign
    offset: timedelta = field(default_factory=timedelta)

    async def pledge(self, amount_pence: int = 2_000, card: str = OK, *, cover: bool = False) -> Pledge:
        """A resident pledges: our row, the provider's page filled in, its truth applied."""
        number = next(_numbers)
        answers = Answers(amount_pence, f"resident{number}@example.org", "Resident", name_shown=False, cover=cover)
        started = await card_pages.start(self.campaign.id, f"form-{number}-{self.campaign.id}", answers, BACKER)
        assert started.url is not None
        assert await self.world.control.fill_card_page(started.url, card) is not None
        page = await CardPage.get(pledge_id=started.pledge.id)
        await card_pages.refresh(page, BACKER)
        return await Pledge.get(id=started.pledge.id)

    async def match(self, amount_pence: int) -> MatchPledge:
        """A fund adds to the campaign, and the group has accepted."""
        fund = await pot_make.fund(amount_pence)
        match = await pots.take_exact(fund.id, amount_pence, pots.Offer(self.campaign.id, {}), SYSTEM)
        await pots.pledge(match, SYSTEM)
        return match

    async def later(self, **by: int) -> None:
        """Time passes, here and at the provider; the worker does what is due."""
        await self.pass_time(**by)
        await rounds()

    async def pass_time(self, **by: int) -> None:
        """Time passes and no worker runs."""
        delta = timedelta(**by)
        self.offset += delta
        await clock.advance(delta)
        # two campaigns at one account, or a run's own hour: the row knows how far it is in all
        await self.world.control.set_clock((await ClockOffset.get(id=1)).offset_seconds)

    async def close(self) -> None:
        """The deadline comes, and with it the verdict."""
        await self.later(days=41)

    async def collect(self) -> None:
        """The deadline, the verdict, and two days later the first attempts."""
        await self.close()
        await self.later(hours=48, minutes=1)

    async def now(self) -> Campaign:
        """The campaign as it is now."""
        return await Campaign.get(id=self.campaign.id)

    async def status(self) -> str:
        """The campaign's status now."""
        return (await self.now()).status


async def ready_account(world: World, group_id: int, outcome: Outcome = "complete") -> Recipient:
    """The group's account at the provider, filled in on its page, and read."""
    owner = await projects.owner_of(group_id)
    link = await recipients.onboarding_link(group_id, owner, return_url=BACK, refresh_url=BACK)
    assert await world.control.fill_onboarding(link.url, outcome=outcome) is not None
    row = await Recipient.get(group_id=group_id)
    await recipients.read(row.id)
    return await Recipient.get(id=row.id)


async def scene(world: World, target_pence: int = 10_000, *, account: bool = False) -> Scene:
    """A live campaign of 40 days; the provider's time is ours. `account`: its group has one that can receive."""
    row = await ClockOffset.get_or_none(id=1)
    offset = timedelta(seconds=row.offset_seconds if row else 0)
    await world.control.set_clock(int(offset.total_seconds()))
    made = Scene(world, await pot_make.live_campaign(target_pence), offset)
    if account:
        await ready_account(world, await group_id_of(made.campaign.id))
    return made


async def no_mail(_body: dict[str, object]) -> None:
    """In tests e-mails stay in the outbox."""


async def nothing() -> None:
    """For whoever has nothing to do."""


async def rounds(most: int = 60, before: Callable[[], Awaitable[None]] = nothing) -> None:
    """What a worker does: the timetable's lines, and every job that is due, until nothing is left to do.

    `before`: done before each look at what is due.
    """
    for _ in range(most):
        await close_due()
        await find_lost()
        await before()
        due = await outbox.due_rows()
        if not due:
            return
        for row_id in due:
            await outbox.run_row(row_id, JOBS, no_mail)
    raise AssertionError("the worker does not come to an end")


async def nights_pass() -> None:
    """The nights of reconciliation that came due while a test let days go by."""
    await reconciling.find_due()
    await rounds()


async def status_of(pledge: Pledge) -> str:
    """The pledge's status now."""
    return (await Pledge.get(id=pledge.id)).status


async def attempts_of(pledge: Pledge) -> list[tuple[int, str]]:
    """(number, status) of every attempt."""
    return [(one.number, one.status) for one in await ChargeAttempt.filter(pledge_id=pledge.id).order_by("number")]


async def collection_of(pledge: Pledge) -> Collection:
    """What is due for the pledge."""
    return await Collection.get(pledge_id=pledge.id)


async def mails_to(pledge: Pledge) -> list[str]:
    """The names of the e-mails to this backer, in order."""
    rows = await Outbox.filter(kind="email").order_by("id")
    return [row.name for row in rows if row.body["to"] == pledge.email]


async def nothing_is_broken() -> None:
    """Every rule of every package holds."""
    broken = [(found.rule, found.offenders) for found in await run_all_checks() if found.count]
    assert not broken, broken


async def mail_text(pledge: Pledge, name: str) -> str:
    """The text of the newest e-mail of this name to the backer."""
    rows = await Outbox.filter(kind="email", name=name).order_by("-id")
    return next(str(row.body["text"]) for row in rows if row.body["to"] == pledge.email)


async def before_costs(account: str) -> int:
    """What stands on an account without the card costs that were booked to it: what was taken, and what went back."""
    rows = await fetch(
        "SELECT coalesce(sum(l.amount_pence), 0)::bigint AS pence FROM ledger_line l"
        " JOIN ledger_movement m ON m.id = l.movement_id WHERE l.account = $1 AND m.kind <> 'card cost'",
        account,
    )
    return int(rows[0]["pence"])
