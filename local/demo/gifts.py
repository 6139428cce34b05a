"""Cash and cheques: a library's desk, gifts that were counted and banked, one that waits, and a group that claims Gift Aid."""

from typing import Final

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.references import new_token
from local.demo import projects as ideas
from local.demo.people import acting
from local.demo.stage import Stage
from pledges.gift_aid import services as gift_aid
from pledges.gift_aid.kinds import Declared, RecipientKind
from pledges.gift_aid.services import Answers
from pledges.gifts.kinds import Way, Wish
from pledges.gifts.services import banking, taking
from pledges.gifts.services.taking import NewGift
from pledges.models import OfflineGift
from projects.kinds import MemberRole
from projects.models import Campaign, Member

# pounds, how, whose, postcode, address; the first two are banked, the last one waits to be counted
GIFTS: Final = (
    (40, Way.CASH, "Jean Coombe", "TN25 4AB", "3 Mill Lane, Wye"),
    (75, Way.CHEQUE, "Alf Dowling", "TN25 5AH", "The Oast, Wye"),
    (10, Way.CASH, "Pru Sands", "TN25 5BB", ""),
    (20, Way.CASH, "Ted Wakeley", "TN25 4CD", "9 Bridge Street, Wye"),
)


async def play(stage: Stage) -> None:
    """Today, at the library."""
    campaign = await Campaign.get(project__title=ideas.ORCHARD.title, status="live").select_related("project")
    helper, officer = await acting(Role.HELPER), await acting(Role.FUND_OFFICER)
    desk = await taking.open_desk("Ashford Library", "Church Road, Ashford. Monday to Saturday, 9am to 5pm", officer)
    made = [await _take(campaign, desk.id, helper, *one) for one in GIFTS]
    for gift in made[:-1]:
        await taking.count(
            gift.id, officer, amount_pence=gift.amount_pence, seen="The money and the copy of the receipt"
        )
    paid_in = made[:2]
    total = sum(one.amount_pence for one in paid_in)
    batch = await banking.enter_batch(desk.id, [one.id for one in paid_in], "500117", total, helper)
    await banking.confirm_batch(batch.id, await acting(Role.FINANCE_APPROVER))
    await _gift_aid(campaign, made[0], officer, helper)
    await stage.work()


async def _take(
    campaign: Campaign, desk_id: int, by: Actor, pounds: int, way: Way, name: str, postcode: str, address: str
) -> OfflineGift:
    number = "000412" if way == Way.CHEQUE else ""
    new = NewGift(pounds * 100, way, Wish.BACK, name, postcode, address=address, cheque_number=number)
    return await taking.take(campaign.id, desk_id, new_token(), new, by)


async def _gift_aid(campaign: Campaign, gift: OfflineGift, officer: Actor, helper: Actor) -> None:
    """The group may claim, and one giver has declared on paper."""
    owner = await Member.get(group_id=campaign.project.group_id, role=MemberRole.OWNER, ended_at=None)
    row = await gift_aid.enter_reference(
        campaign.project.group_id,
        Actor(owner.person_id, "group owner"),
        kind=RecipientKind.CHARITY,
        hmrc_name="Made-up Orchard Trust",
        hmrc_reference="XR99999",
    )
    await gift_aid.verify(row.id, officer, "HMRC’s letter of recognition")
    declared = Answers("Jean", "Coombe", "3", "TN25 4AB", "Mill Lane, Wye", "Mrs")
    await gift_aid.declare(gift, declared, Declared.PAPER, helper, taken_by_id=helper.person_id)
