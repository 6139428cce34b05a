"""What residents give besides money, and what comes after giving: help, dedications, a covered card cost, a refund."""

from typing import Final

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER, Actor
from crowdfund_kent.cases import services as cases
from crowdfund_kent.cases.kinds import Kind
from local.demo import projects as ideas
from local.demo import refunds
from local.demo.people import RESIDENT, acting
from local.demo.projects import Idea
from local.demo.stage import Stage
from payments import refund_proposals
from pledges import help_offers, pledging
from pledges.models import Pledge
from projects.kinds import HelpKind, MemberRole
from projects.models import Campaign, Member
from projects.services.help_wanted import ask_for_help

WANTED: Final = (
    (HelpKind.HOURS, "Planting on two Saturdays in November", 40),
    (HelpKind.THINGS, "Spades and forks, to lend", 12),
    (HelpKind.HOURS, "Somebody who can prune", 6),
)
# which kind, how many, who, and whether the group has said yes
OFFERS: Final = (
    (0, 8, "Esme Frost", "I can bring my two boys, who like to dig.", True),
    (0, 4, "Hal Moss", "", True),
    (0, 6, "Gia Elm", "Only the first Saturday.", False),
    (1, 3, "Ned Heath", "Two spades and a fork. I want them back.", True),
    (2, 6, "Ivy Cobb", "I pruned at Brogdale for eleven years.", True),
)
DEDICATIONS: Final = ("In memory of Jean Marsh", "For everybody who mends things", "From the allotments at Mill Lane")


async def play(stage: Stage) -> None:
    """Today, after everything else."""
    orchard, owner = await _running(ideas.ORCHARD)
    await _help(orchard, owner)
    await stage.pledge(orchard.id, 25, email=RESIDENT.email, name=RESIDENT.name, cover=True)
    await _dedications(orchard)
    await _money_back()
    await stage.work()


async def _running(idea: Idea) -> tuple[Campaign, Actor]:
    campaign = await Campaign.get(project__title=idea.title, status="live").select_related("project")
    owner = await Member.get(group_id=campaign.project.group_id, role=MemberRole.OWNER, ended_at=None)
    return campaign, Actor(owner.person_id, "group owner")


async def _help(campaign: Campaign, owner: Actor) -> None:
    wanted = [
        await ask_for_help(campaign.project_id, owner, kind=kind, words=words, how_many=how_many)
        for kind, words, how_many in WANTED
    ]
    name_of_owner = (await Person.get(id=owner.person_id)).name
    for kind, how_many, name, words, accepted in OFFERS:
        email = f"{name.split()[0].lower()}@example.org"
        given = help_offers.Offer(how_many, name, email, words, "03069 990 201" if accepted else "")
        offer = await help_offers.confirm((await help_offers.make(wanted[kind].id, f"demo:{name}", given)).id)
        if accepted:
            await help_offers.accept(offer.id, owner, f"{name_of_owner}, 03069 990 202, in the evenings")


async def _dedications(campaign: Campaign) -> None:
    backers = await Pledge.filter(campaign_id=campaign.id, status="active").order_by("id").limit(len(DEDICATIONS))
    for pledge, words in zip(backers, DEDICATIONS, strict=True):
        await pledging.show_as(pledge.id, BACKER, name=pledge.name, name_shown=pledge.name_shown, dedication=words)


async def _money_back() -> None:
    """A backer of the hall asked for their money back; an officer proposes it, and a finance approver is to decide."""
    pledge = await Pledge.get(
        campaign__project__title=ideas.HALL.title, status="collected", amount_pence=refunds.ASKS * 100
    )
    why = "I gave twice by mistake: once here and once in cash at the door."
    await cases.open_case(
        Kind.REFUND, text=why, by=BACKER, subject=f"pledge:{pledge.id}", name=pledge.name, email=pledge.email or ""
    )
    await refund_proposals.ask_refund(pledge.id, await acting(Role.FUND_OFFICER), "They gave the same amount in cash.")
