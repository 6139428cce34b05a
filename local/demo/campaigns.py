"""Campaigns in every state that lasts, played through the real services.

`closing` lasts half an hour at most: move the clock on to see it.
"""

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from local.demo import desk, live, refunds, shares
from local.demo import panel as panels
from local.demo import projects as ideas
from local.demo.drawn import bay
from local.demo.people import acting, owner
from local.demo.programme import CURRENT
from local.demo.projects import Idea
from local.demo.stage import NEVER_CHARGED, Stage
from panel.services import awards
from pledges import matches
from pledges.models import FundingSource, MatchFund, MatchPledge
from projects import services
from projects.kinds import CheckItem, CostKind, LegalForm
from projects.models import Campaign, Group, Objective, Project
from projects.queries import receiving_problem

Running = dict[str, tuple[Campaign, Actor]]


class Player:
    """Puts up projects and takes them as far as each is to go."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.groups: dict[str, tuple[Group, Actor]] = {}
        self.checks = dict.fromkeys(CheckItem, True) | {CheckItem.QUOTES: False}

    async def draft(
        self,
        idea: Idea,
        last_day: int,
        *,
        wanted_pence: int = 100_000,
        drawn: bool = False,
        with_children: str = "no",
    ) -> tuple[Campaign, Actor]:
        """A complete draft by the next owner; its last day is so many days from today."""
        group, by = await self._group(idea)
        project = await services.create_project(group.id, idea.title, by)
        objective = await Objective.get(name=idea.objective)
        await services.save_project(
            project.id,
            by,
            summary=idea.summary,
            story=idea.story,
            place=idea.place,
            district_code=idea.district,
            objective_id=objective.id,
            who=f"Six neighbours of {idea.place}. We have run the summer fair together for three years.",
            permission="no",
            with_children=with_children,
        )
        await self._lines(project, idea, by)
        campaign = await services.save_plan(
            project.id,
            by,
            last_day=self.stage.day(last_day),
            if_too_much=idea.surplus,
            match_wanted_pence=wanted_pence,
        )
        if idea.picture_words:
            await services.add_picture(project.id, bay(), idea.picture_words, by, name="steps.jpg")
        await desk.papers(project.id, by, drawn=drawn)
        return campaign, by

    async def _group(self, idea: Idea) -> tuple[Group, Actor]:
        """The idea's group with its owner; a group that is there runs one more project."""
        if idea.group not in self.groups:
            by = await owner(len(self.groups))
            named = "Wren Hollis and Pip Dunmore" if idea.legal_form is LegalForm.NAMED_PEOPLE else ""
            group = await services.create_group(name=idea.group, legal_form=idea.legal_form, by=by, named_people=named)
            self.groups[idea.group] = (group, by)
        return self.groups[idea.group]

    async def _lines(self, project: Project, idea: Idea, by: Actor) -> None:
        for words, kind, pounds in idea.costs:
            await services.add_line(
                project.id, "costs", by, words=words, amount_pence=pounds * 100, kind=CostKind(kind)
            )
        for words, pounds in idea.other:
            await services.add_line(project.id, "other-funding", by, words=words, amount_pence=pounds * 100)
        for words, pounds in idea.in_kind:
            await services.add_line(project.id, "in-kind", by, words=words, amount_pence=pounds * 100)
        for words, pounds in idea.extras:
            await services.add_extra(project.id, by, words=words, amount_pence=pounds * 100)

    async def submitted(
        self, idea: Idea, last_day: int, *, wanted_pence: int = 100_000, drawn: bool = False
    ) -> tuple[Campaign, Actor]:
        """Handed to the officers."""
        campaign, by = await self.draft(idea, last_day, wanted_pence=wanted_pence, drawn=drawn)
        await services.submit(campaign.id, by)
        return campaign, by

    async def approved(self, idea: Idea, last_day: int) -> tuple[Campaign, Actor]:
        """Checked by the officer."""
        campaign, by = await self.submitted(idea, last_day)
        await services.approve(campaign.id, await acting(Role.FUND_OFFICER), self.checks)
        return campaign, by

    async def live(self, idea: Idea, last_day: int) -> tuple[Campaign, Actor]:
        """Opened by the group."""
        campaign, by = await self.approved(idea, last_day)
        group, _ = self.groups[idea.group]
        if await receiving_problem(group.id):
            await self.stage.account(group.id, by)
        await services.open_campaign(campaign.id, by)
        return campaign, by

    async def pledges(self, campaign: Campaign, *pounds: int, card: str | None = None) -> None:
        """Residents pledge, every third of them without a name."""
        for number, amount in enumerate(pounds):
            await self.stage.pledge(campaign.id, amount, card=card, shown=number % 3 != 2)

    async def proposed(self, campaign: Campaign, pounds: int, reasons: str, purpose: str = "") -> int:
        """The officer proposes what KCC adds. Returns the award's id."""
        fund = await MatchFund.get(slug=CURRENT)
        fitting = await FundingSource.filter(fund_id=fund.id).exclude(purpose="") if purpose else []
        award = await awards.propose(
            campaign.id,
            fund.id,
            pounds * 100,
            reasons,
            await acting(Role.FUND_OFFICER),
            purpose_reason=purpose,
            fitting=[source.id for source in fitting],
        )
        return int(award.id)

    async def offered(self, campaign: Campaign, pounds: int, reasons: str, purpose: str = "") -> MatchPledge:
        """Signed by somebody else."""
        award = await self.proposed(campaign, pounds, reasons, purpose)
        return await awards.sign(award, await acting(Role.SIGNATORY))

    async def matched(self, campaign: Campaign, by: Actor, pounds: int, reasons: str, purpose: str = "") -> None:
        """Accepted by the group."""
        match = await self.offered(campaign, pounds, reasons, purpose)
        await matches.accept(match.id, by)


async def play(stage: Stage) -> None:
    """The programme of the last fifteen weeks, in order of time."""
    player = Player(stage)
    await _summer(player)
    autumn = await _opened_in_autumn(player)
    await _autumn_pledges(player, autumn)
    panel = await panels.opened(player)
    await panels.scored(player, panel)
    await _decisions(player, autumn)
    await panels.signed(player, panel)
    await _last_days(player, autumn, panel)
    await live.play(stage)
    await stage.leave()


async def _summer(player: Player) -> None:
    """One campaign settles, one misses its target, one collapses because cards fail."""
    stage = player.stage
    await stage.at(-101)
    hall, hall_owner = await player.live(ideas.HALL, -56)
    garden, _ = await player.live(ideas.GARDEN, -57)
    stories, _ = await player.live(ideas.STORIES, -58)
    await stage.at(-85)
    await player.pledges(hall, 120, 250, 60, 400, 90, 300, 45, 500, 80, 155)
    await player.pledges(garden, 40, 25, 60, 15)
    await player.pledges(stories, 300, 250, 200)
    await player.pledges(stories, 600, 650, 700, card=NEVER_CHARGED)
    await stage.at(-70)
    reasons = "Eleven groups lose their room each winter, and the crowd has paid its part. The quotes were seen."
    await player.matched(hall, hall_owner, 2000, reasons)
    await player.pledges(hall, 130, 95)
    await player.pledges(hall, refunds.NOT_TAKEN, card=refunds.TAKES_NO_REFUND)


async def _opened_in_autumn(player: Player) -> Running:
    """Seven campaigns open while those of summer are decided and their cards charged."""
    stage, running = player.stage, Running()
    await stage.at(-50)
    running["shade"] = await player.live(ideas.SHADE, -8)
    running["band"] = await player.live(ideas.BAND, 8)
    await stage.at(-48)
    running["skate"] = await player.live(ideas.SKATE, -2)
    running["lunch"] = await player.live(ideas.LUNCH, -5)
    await stage.at(-44)
    running["pool"] = await player.live(ideas.POOL, 5)
    running["orchard"] = await player.live(ideas.ORCHARD, 12)
    running["repair"] = await player.live(ideas.REPAIR, 3)
    return running


async def _autumn_pledges(player: Player, running: Running) -> None:
    """The crowd comes first."""
    await player.stage.at(-30)
    await player.pledges(running["skate"][0], 300, 450, 150, 500, 250, 400)
    await player.pledges(running["lunch"][0], 700, 900, 350, 1200, 650)
    await player.pledges(running["pool"][0], 20, 350, 75, 600, 45, 1200, 250, 30, 500, 90, 110, 40)
    await player.pledges(running["orchard"][0], 500, 250, 60, 800, 100, 350, 250)
    await player.pledges(running["repair"][0], 300, 220, 450, 80, 500, 150)
    await player.pledges(running["shade"][0], 150, 115)
    await shares.cash(running["shade"][0])


async def _decisions(player: Player, running: Running) -> None:
    """KCC adds its part to four of them."""
    await player.stage.at(-20)
    health = "More people active every week, in all weathers: named by the officer with Public Health"
    steps = "People who can't use a ladder are shut out of the sea. Permission and quotes were seen; the crowd gave a third."
    await player.matched(*running["pool"], 2500, steps, health)
    lonely = "Fewer people lonely: forty guests over seventy, most of whom live alone"
    guests = "Forty people over seventy, a lift there and back. The charity has done this for six years."
    await player.matched(*running["lunch"], 3700, guests, lonely)
    mends = "412 things mended last year, from a borrowed cupboard. A fair price and many hands."
    await player.matched(*running["repair"], 1800, mends)
    ramps = "Beginners are shut out of the park. Two quotes were seen, the council's parks team agrees."
    await player.matched(*running["skate"], 1750, ramps)
    running["theatre"] = await player.live(ideas.THEATRE, 30)
    await player.pledges(running["theatre"][0], 900, 350, 120, 260)
    await player.pledges(running["lunch"][0], 25, card=NEVER_CHARGED)


async def _last_days(player: Player, running: Running, panel: panels.Panel) -> None:
    """One is suspended, one offered, one proposed, one cancelled; two new ones; and what is not public yet."""
    stage, officer = player.stage, await acting(Role.FUND_OFFICER)
    await stage.at(-12)
    await player.pledges(running["repair"][0], 200, 80)
    await player.pledges(running["pool"][0], 150, 400, 60, 250, 90)
    await player.pledges(running["band"][0], 90, 40)
    asked = "Two neighbours ask who owns the instruments. The group is writing to us."
    await services.suspend(running["band"][0].id, officer, asked)
    await desk.early(player)
    await stage.at(-6)
    await refunds.asked_for(stage)
    kitchen = "A kitchen that meets the rules, in a place with fruit to spare. The crowd gave over a third."
    await player.offered(running["orchard"][0], 3000, kitchen)
    two_languages = "Nowhere else within an hour do deaf and hearing young people make theatre together."
    await player.proposed(running["theatre"][0], 4000, two_languages)
    await stage.at(-4)
    await refunds.answered(stage)
    shop, shop_owner = await player.live(ideas.SHOP, 50)
    await player.pledges(shop, 20)
    await panels.asked(panel, (shop, shop_owner))
    await desk.late(player)
    choir, choir_owner = await player.live(ideas.CHOIR, 45)
    await player.pledges(choir, 30, 20)
    await stage.at(-1)
    await services.cancel(choir.id, choir_owner, "Our leader has moved away. Thank you: nobody was charged.")
    await _not_live(player, officer)
    await stage.at(0)


async def _not_live(player: Player, officer: Actor) -> None:
    """The states before anything is public."""

    def named(idea: Idea, title: str, group: str) -> Idea:
        values = {name: getattr(idea, name) for name in Idea.__slots__}
        return Idea(**values | {"title": title, "group": group})

    await player.submitted(ideas.SWIFTS, 56)
    await player.draft(named(ideas.GARDEN, "Bees behind the library", "Quince Corner Beekeepers"), 60)
    # a second campaign of a group that runs one already
    await player.submitted(named(ideas.POOL, "Winter swims for beginners", ideas.POOL.group), 60)
    asked, _ = await player.submitted(named(ideas.BAND, "A drum for every street", "Thimble Down Drummers"), 60)
    await services.request_changes(asked.id, officer, "Please tell us who keeps the drums when the project is over.")
    # its campaign can open once the provider has a proof of identity
    _, rollers = await player.approved(named(ideas.SKATE, "Roller disco on Sundays", "Kettle Bridge Rollers"), 56)
    await player.stage.account(player.groups["Kettle Bridge Rollers"][0].id, rollers, "still_due")
    no, _ = await player.submitted(named(ideas.SHOP, "New tills for the shop", "Goosefoot Traders"), 56)
    await services.refuse(no.id, officer, "The tills would serve a private business, which the scheme can't support.")
    gone, by = await player.submitted(named(ideas.STORIES, "A map of lost pubs", "Jackdaw Walkers"), 56)
    await services.withdraw(gone.id, by)
