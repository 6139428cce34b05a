"""Where the demo's past is played: a clock behind the real one, the sandbox in step, residents with cards."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from crowdfund_kent import clock, mail, outbox
from crowdfund_kent.audit import BACKER, Actor
from crowdfund_kent.errors import Conflict
from crowdfund_kent.outbox import Task
from crowdfund_kent.settings import get_settings
from payments import card_pages
from payments.models import CardPage
from payments.payouts import recipients
from payments.payouts.models import Recipient
from payments.sandbox.cards import family_number
from payments.sandbox.control import Outcome, SandboxControl
from pledges.models import Pledge
from pledges.pledging import Answers

FIRST_NAMES: Final = (
    "Ada",
    "Ben",
    "Cleo",
    "Esme",
    "Finn",
    "Gia",
    "Hal",
    "Ivy",
    "Jem",
    "Kaya",
    "Leo",
    "Mina",
    "Ned",
    "Opal",
)
LAST_NAMES: Final = (
    "Archer",
    "Brook",
    "Cobb",
    "Dale",
    "Elm",
    "Frost",
    "Gale",
    "Heath",
    "Ives",
    "Keel",
    "Lock",
    "Moss",
    "Pell",
)
NEVER_CHARGED: Final = "4000000000000341"
QUIET: Final = 40  # rounds of work after which nothing may be left


class Stage:
    """Moves time on and does what the worker would do meanwhile."""

    def __init__(self, jobs: Mapping[str, Task], sweepers: tuple[Task, ...]) -> None:
        settings = get_settings()
        self.jobs = jobs
        self.sweepers = sweepers
        self.sandbox = SandboxControl(settings.stripe_base_url, settings.stripe_api_key.get_secret_value())
        self.now = clock.real_now()
        self.backers = 0

    def day(self, days: int) -> date:
        """A day before (below 0) or after today."""
        return clock.london_day(self.now) + timedelta(days=days)

    async def at(self, days: float) -> None:
        """It is so many days from now (below 0: before now); what was due until then is done."""
        offset = timedelta(days=days) if days < 0 else timedelta()
        await clock.play(offset)
        await self.sandbox.set_clock(round(offset.total_seconds()))
        await self.work()

    async def work(self) -> None:
        """Run sweepers and outbox rows until nothing is left to do."""
        for _ in range(QUIET):
            for sweep in self.sweepers:
                await sweep()
            rows = await outbox.due_rows(clock.real_now() + timedelta(hours=1))
            for row_id in rows:
                await outbox.run_row(row_id, self.jobs, mail.send)
            if not rows:
                return
        raise RuntimeError("the demo's work does not come to an end")

    async def pledge(
        self,
        campaign_id: int,
        pounds: int,
        *,
        card: str | None = None,
        shown: bool = True,
        email: str = "",
        name: str = "",
        cover: bool = False,
    ) -> Pledge:
        """A resident pledges on the real pages of the sandbox, with a card and, unless they are given, an address and a name
        of their own; `cover`: and adds the card cost.
        """
        self.backers += 1
        number = self.backers
        name = name or f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number % len(LAST_NAMES)]}"
        answers = Answers(pounds * 100, email or f"neighbour{number}@example.org", name, shown, cover=cover)
        started = await card_pages.start(campaign_id, f"demo:{number}", answers, BACKER)
        assert started.url is not None
        address = await self.sandbox.fill_card_page(started.url, card or family_number(number))
        if address is None:
            raise Conflict("The sandbox did not take the demo's card.")
        page = await CardPage.get(pledge_id=started.pledge.id)
        await card_pages.refresh(page, BACKER)
        return await Pledge.get(id=started.pledge.id)

    async def account(self, group_id: int, by: Actor, finds: Outcome = "complete") -> None:
        """An owner fills in the group's account on the real page of the sandbox; `finds`: what the provider thinks of it."""
        page = f"{get_settings().site_url}/account"
        link = await recipients.onboarding_link(group_id, by, return_url=page, refresh_url=page)
        if await self.sandbox.fill_onboarding(link.url, outcome=finds) is None:
            raise Conflict("The sandbox did not take the demo's account.")
        await recipients.read((await Recipient.get(group_id=group_id)).id)

    async def leave(self) -> None:
        """The play is over: real time again, for this process and the sandbox."""
        await self.work()
        await clock.play(None)

    @staticmethod
    def moment() -> datetime:
        """The business time now."""
        return clock.business_now()
