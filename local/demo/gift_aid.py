"""Gift Aid in the demo: backers of the hall declared, a schedule went to HMRC, and one of them changed their mind."""

from datetime import timedelta
from typing import Final

from crowdfund_kent import clock
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER, Actor
from local.demo import projects as ideas
from local.demo.people import acting
from payments.gift_aid import services as claiming
from pledges.gift_aid import services as declaring
from pledges.gift_aid.kinds import Declared, RecipientKind
from pledges.gift_aid.services import Answers
from pledges.models import Pledge
from projects.kinds import MemberRole
from projects.models import Campaign, Member

# pounds of a pledge, and what its backer declares; the last one came to it only after the schedule was sent
DECLARED: Final = (
    (250, Answers("Hal", "Moss-Reed", "The Oast", "TN30 6AA", "Mill Lane, Tenterden", "Mr")),
    (300, Answers("Ivy", "Cobb", "14", "TN30 6AB", "High Street, Tenterden")),
    (400, Answers("Gia", "Elm", "2", "", "Rue de la Mer, Calais", "Dr", abroad=True)),
    (500, Answers("Ned", "Heath", "7", "TN30 6AD", "Station Road, Tenterden", "Mr")),
)
CANCELS: Final = 300


async def play() -> None:
    """Two months of it."""
    campaign = await Campaign.get(project__title=ideas.HALL.title).select_related("project")
    member = await Member.get(group_id=campaign.project.group_id, role=MemberRole.OWNER, ended_at=None)
    owner = Actor(member.person_id, "group owner")
    try:
        await clock.play(timedelta(days=-60))
        row = await declaring.enter_reference(
            campaign.project.group_id,
            owner,
            kind=RecipientKind.CHARITY,
            hmrc_name="Made-up Beacon Hatch Hall",
            hmrc_reference="XR88888",
        )
        await declaring.verify(row.id, await acting(Role.FUND_OFFICER), "HMRC’s letter of recognition")
        for pounds, answers in DECLARED[:-1]:
            await declaring.declare(await _pledge(campaign, pounds), answers, Declared.PRIVATE_PAGE, BACKER)
        await clock.play(timedelta(days=-20))
        claim = await claiming.draw(row.id, owner)
        await claiming.mark_claimed(claim.id, owner, clock.business_today())
        await clock.play(timedelta(days=-8))
        await declaring.cancel(await _pledge(campaign, CANCELS), BACKER)
        pounds, answers = DECLARED[-1]
        await declaring.declare(await _pledge(campaign, pounds), answers, Declared.PRIVATE_PAGE, BACKER)
    finally:
        await clock.play(None)


async def _pledge(campaign: Campaign, pounds: int) -> Pledge:
    return await Pledge.get(campaign_id=campaign.id, amount_pence=pounds * 100, status="collected")
