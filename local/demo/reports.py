"""What the demo's funded groups report: two seats that stand, accepted; and the hall on its way, waiting for an officer."""

from datetime import timedelta

from crowdfund_kent import clock
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from local.demo import paperwork
from local.demo import projects as ideas
from local.demo.drawn import bay
from local.demo.people import acting
from local.demo.stage import Stage
from pledges import reporting
from projects import services
from projects.kinds import MemberRole
from projects.models import Delivery, Member
from projects.reports.kinds import Shown
from projects.reports.services import asking, pictures, receipts, sending, writing


async def play(stage: Stage) -> None:
    """Small money, three sentences; more money, each cost with its receipt."""
    try:
        await _seats()
        await _hall()
    finally:
        await clock.play(None)
    await stage.work()


async def _of(title: str) -> tuple[Delivery, Actor]:
    delivery = await Delivery.get(campaign__project__title=title).select_related("campaign__project")
    group_id = delivery.campaign.project.group_id
    owner = await Member.get(group_id=group_id, role=MemberRole.OWNER, ended_at=None)
    return delivery, Actor(owner.person_id, "group owner")


async def _seats() -> None:
    delivery, by = await _of(ideas.SHADE.title)
    await clock.play(timedelta(days=-3))
    await services.start(delivery.id, by)
    await clock.play(timedelta(days=-2))
    report = await reporting.finish_work(delivery.id, clock.business_today(), by)
    words = (
        "Two oak seats stand under the limes since Saturday. Mrs Teal walks to the surgery again, with one rest. We would"
        " ask the parish first next time: they lent us the digger."
    )
    await writing.say_what(report.id, words, by)
    await writing.say_total(report.id, 26_000, by)
    await pictures.add_picture(
        report.id, bay(), "The view from the upper seat", by, shows=Shown.NOBODY, name="seat.jpg"
    )
    await sending.send(report.id, by)
    await clock.play(timedelta(days=-1))
    await reporting.accept(report.id, await acting(Role.FUND_OFFICER))


async def _hall() -> None:
    delivery, by = await _of(ideas.HALL.title)
    await clock.play(timedelta(days=-2))
    public = await reporting.public_pence(delivery.campaign_id)
    report = await asking.ask_interim(delivery.campaign_id, public)
    assert report is not None
    await writing.say_what(report.id, "Three of five heaters hang, and nobody wears a coat in the small room.", by)
    for number, (pence, shop) in enumerate(((148_000, "Weald Heating"), (41_000, "Curtain Corner"), (0, ""))):
        await writing.say_cost(report.id, number, pence, by)
        if pence:
            paper = paperwork.photograph(shop, "Paid with thanks", f"Total: {pence // 100} pounds")
            await receipts.add_receipt(report.id, number, paper, by, name=f"receipt-{number + 1}.jpg")
    await sending.send(report.id, by, message="The last two heaters come on the 14th.")
