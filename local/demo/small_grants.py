"""Small grants: a fund that gives without a crowd. One project has accepted, another waits for a signature."""

from datetime import timedelta
from typing import Final

from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_today, real_now
from crowdfund_kent.settings import get_settings
from local.demo.campaigns import Player
from local.demo.people import acting
from local.demo.projects import Idea
from local.demo.stage import Stage
from panel.services import awards
from pledges import funds, matches
from pledges.models import Funder, MatchFund
from projects import services
from projects.kinds import LegalForm
from projects.models import Campaign
from projects.services import looking

SLUG: Final = "small-grants-2026-27"
SOUP: Final = Idea(
    "Wednesday Pot",
    LegalForm.NAMED_PEOPLE,
    "Soup on Wednesdays",
    "A pot of soup each Wednesday in the reading room, for whoever would eat alone.",
    "Two of us cook, the reading room gives the table, and eleven people came to the first one.\n\n## What stays\n\nThe pots,"
    " and a list of neighbours who cook in turn.",
    "Faversham",
    "E07000113",
    "Community life",
    (("Pots, bowls and a trolley", "revenue", 310), ("Vegetables for twenty weeks", "revenue", 170)),
)
REPAIR: Final = Idea(
    "Mend It Monday",
    LegalForm.UNINCORPORATED,
    "Tools for a repair table",
    "A table with tools in the library, where three retired fitters mend what others would throw away.",
    "Every Monday somebody asks whether we can borrow a soldering iron. Now we would like to have one.\n\n## What stays\n\nThe"
    " tools, in a cupboard of the library.",
    "Tonbridge",
    "E07000115",
    "Environment",
    (("Hand tools and a soldering station", "revenue", 560), ("Safety test of plugs", "revenue", 90)),
)


async def play(stage: Stage) -> None:
    """Today: both are looked at; one is signed and accepted, one proposed."""
    fund = await _fund()
    officer, signatory = await acting(Role.FUND_OFFICER), await acting(Role.SIGNATORY)
    player = Player(stage)
    asked = []
    for idea in (SOUP, REPAIR):
        campaign, owner = await player.submitted(idea, 60)
        await services.withdraw(campaign.id, owner)  # they ask for a small grant instead
        project_id = (await Campaign.get(id=campaign.id)).project_id
        await looking.look_at(project_id, looking.MUST_BE_LOOKED_AT, officer)
        pounds = sum(cost for _, _, cost in idea.costs)
        reasons = "A small sum, a referee whom we rang, and something that stays with the neighbours."
        award = await awards.propose(None, fund.id, pounds * 100, reasons, officer, project_id=project_id)
        asked.append((award, owner))
    award, owner = asked[0]
    match = await awards.sign(award.id, signatory)
    await matches.accept(match.id, owner)
    await stage.work()


async def _fund() -> MatchFund:
    signatory = await acting(Role.SIGNATORY)
    fund = await funds.create_fund(
        funder=await Funder.get(slug="kent-county-council"),
        slug=SLUG,
        name="Small grants 2026-27",
        summary="Up to £1,000 for a group that somebody outside it knows. No campaign, no crowd.",
        objective_list=get_settings().objective_list,
        starts_on=business_today() - timedelta(days=60),
        ends_on=business_today() + timedelta(days=300),
        sources=[funds.NewSource("Members' small grants", 1_500_000, budget_code="CFK-SMALL", why="The demo's own")],
        rules=funds.Rules(
            max_share_bp=10_000,
            max_amount_pence=100_000,
            combined_share_bp=10_000,
            least_backers=0,
            least_raised_bp=0,
            why="The demo's own: the whole of a small cost, with a referee instead of a crowd",
        ),
        by=SYSTEM,
        confirmed_by=SYSTEM,
        position=5,
        without_crowd=True,
    )
    await StaffRole.create(person_id=signatory.person_id, role=Role.SIGNATORY, fund_id=fund.id, granted_at=real_now())
    await funds.add_authority(
        fund.id,
        person_id=signatory.person_id,
        post="Cabinet Member for Community Services",
        decision_number="DEMO/26/00002",
        limit_pence=100_000,
        from_day=business_today(),
        to_day=business_today() + timedelta(days=300),
        by=SYSTEM,
    )
    return fund
