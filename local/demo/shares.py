"""Shares of what the seats did not cost: back on two cards, and by hand to who gave in cash, which a second person is to see."""

from datetime import timedelta
from typing import Final

from crowdfund_kent import clock
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.references import new_token
from local.demo import projects as ideas
from local.demo.desk import SECOND
from local.demo.people import acting
from local.demo.stage import Stage
from payments.shares_back import giving, services
from payments.shares_back.kinds import Hand
from payments.shares_back.models import ShareBack
from pledges import turning
from pledges.gifts.kinds import Way, Wish
from pledges.gifts.services import banking, paying, taking
from pledges.gifts.services.taking import NewGift
from projects.kinds import MemberRole, TurnKind
from projects.models import Campaign, Delivery, Member

CASH: Final = (
    NewGift(2_000, Way.CASH, Wish.BACK, "Dot Lane", "TN13 1XA", address="3 Lime Walk, Sevenoaks"),
    NewGift(1_000, Way.CASH, Wish.TO_GROUP, "Stan Bridger", "TN13 1XB", address="9 Lime Walk, Sevenoaks"),
)
SPENT_PENCE: Final = 26_000


async def cash(campaign: Campaign) -> None:
    """At the library, while the seats' campaign runs."""
    helper, officer = await acting(Role.HELPER), await acting(Role.FUND_OFFICER)
    desk = await taking.open_desk(
        "Sevenoaks Library", "Buckhurst Lane, Sevenoaks. Monday to Saturday, 9am to 5pm", officer
    )
    gifts = [await taking.take(campaign.id, desk.id, new_token(), new, helper) for new in CASH]
    for gift in gifts:
        await taking.count(gift.id, officer, amount_pence=gift.amount_pence, seen="The notes and the receipt")
    total = sum(gift.amount_pence for gift in gifts)
    batch = await banking.enter_batch(desk.id, [gift.id for gift in gifts], "500093", total, helper)
    await banking.confirm_batch(batch.id, await acting(Role.FINANCE_APPROVER))


async def play(stage: Stage) -> None:
    """After the report: what is left is asked about, and two times two people agree."""
    delivery = await Delivery.get(campaign__project__title=ideas.SHADE.title).select_related("campaign__project")
    member = await Member.get(group_id=delivery.campaign.project.group_id, role=MemberRole.OWNER, ended_at=None)
    owner = Actor(member.person_id, "group owner")
    officer, finance = await acting(Role.FUND_OFFICER), await acting(Role.FINANCE_APPROVER)
    other = Actor((await Person.get(email=SECOND[0])).id, Role.FUND_OFFICER)
    try:
        await clock.play(timedelta(hours=-20))
        payment = await paying.enter_payment(delivery.campaign_id, "CFK GIFTS 93", officer)
        await paying.confirm_payment(payment.id, finance)
        left = (await turning.received(delivery.campaign_id)).total_pence - SPENT_PENCE
        turn = await turning.ask(
            delivery.id, TurnKind.UNSPENT, owner, reason="The joiner gave us the oak at cost.", unspent_pence=left
        )
        await turning.propose(turn.id, other, rule="Ruling 18: shares of what is left", unspent_pence=left)
        await turning.agree(turn.id, officer)
        made = await services.propose(delivery.campaign_id, "The seats stand, and the report is accepted.", officer)
        await services.agree(made.id, finance)
    finally:
        await clock.play(None)
    await stage.work()
    by_hand = await ShareBack.get(giving_id=made.id, status="due", share__pledge_id__isnull=True)
    await giving.enter(by_hand.id, Hand.CASH, "signed on the copy of the receipt", owner)
    await stage.work()
