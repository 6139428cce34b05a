"""Reports in every state that a page is about: one that is written, one sent, one held before an election, one hidden."""

from datetime import timedelta

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from projects import services
from projects.kinds import HideReason
from projects.models import Campaign, Delivery, Group
from projects.reports import queries
from projects.reports.kinds import Shown
from projects.reports.models import Receipt, Report
from projects.reports.services import answering, more_time, pictures, receipts, sending, writing
from projects.states import Campaign as Status
from tests.projects import make, papers, reporting

PUBLIC_PENCE = 600_000


async def _delivery(group: Group, title: str) -> Delivery:
    project = await make.project(group, title=title, cost_pence=600_000)
    campaign = await make.campaign(Status.LIVE, project)
    await Campaign.filter(id=campaign.id).update(status=Status.SETTLED, settled_at=business_now())
    return await services.begin_delivery(await Campaign.get(id=campaign.id))


async def _written(group: Group, owner: Actor, title: str) -> Report:
    delivery = await _delivery(group, title)
    report = await sending.finish_work(delivery.id, business_today(), PUBLIC_PENCE, owner)
    await writing.say_cost(report.id, 0, 600_000, owner)
    await receipts.add_receipt(report.id, 0, papers.picture(), owner, name="till.jpg")
    await pictures.add_picture(
        report.id,
        papers.picture(),
        "New steps",
        owner,
        shows=Shown.CHILDREN,
        who="Children of the school",
        agreed=True,
        parents_agreed=True,
    )
    await reporting.write(report.id, "The steps stand.", 600_000, owner)
    return report


async def build(group: Group, owner: Actor) -> dict[str, dict[str, str]]:
    """Ids and addresses by the names of routes."""
    reader = await make.staff(Role.FUND_OFFICER, email="reader@example.org")
    writes = await _written(group, owner, "Steps that are reported")
    asked = await more_time.ask_more_time(writes.id, writes.due_by + timedelta(days=7), "The mason is ill.", owner)
    sent = await sending.send((await _written(group, owner, "Steps that were sent")).id, owner, message="Here it is.")
    held = await sending.send((await _written(group, owner, "Steps before an election")).id, owner)
    await answering.accept(held.id, 600_000, reader)
    await Report.filter(id=held.id).update(held_at=business_now())
    await Delivery.filter(id=held.delivery_id).update(end_note="")
    hidden = await sending.send((await _written(group, owner, "Steps that are hidden")).id, owner)
    await answering.accept(hidden.id, 600_000, reader)
    await answering.hide(hidden.id, HideReason.PERSONAL, reader)
    receipt = await Receipt.get(line__report_id=writes.id)
    given = await Receipt.get(line__report_id=sent.id)
    picture = (await queries.pictures_of(writes.id))[0]
    campaign = await queries.campaign_of(writes)
    here = {"group": group.slug, "project": campaign.project.slug, "kind": "final"}
    one, waits = {"id": str(sent.id)}, {"id": str(asked.id)}
    names = ("report", "report_send", "report_more_time", "report_more_time_take_back", "report_pictures")
    file = one | {"receipt": str(given.id), "number": "1"}
    return {
        **dict.fromkeys(names, here),
        "report_question": here | {"key": "cost-0"},
        "report_receipts": here | {"number": "0"},
        "report_receipt_take_back": here | {"id": str(receipt.id)},
        "report_picture_take_away": here | {"id": str(picture.id)},
        **dict.fromkeys(("staff_report", "staff_report_ask_back", "staff_report_accept"), one),
        **dict.fromkeys(("staff_more_time", "staff_more_time_refuse"), waits),
        "staff_report_show": {"id": str(held.id)},
        "staff_report_hide": {"id": str(held.id)},
        "staff_report_show_again": {"id": str(hidden.id)},
        **dict.fromkeys(("staff_receipt_original", "staff_receipt_page"), file),
    }
