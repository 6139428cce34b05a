"""The council's side of the year: what is paid by schedules and bank statements, comes back, is paid in two parts, recovered."""

from collections.abc import Sequence

from crowdfund_kent.audit import SYSTEM
from payments.bank_statements import services as statements
from payments.match_payments.models import MatchPayment
from payments.recoveries import services as recoveries
from payments.recoveries.models import Recovery
from pledges import pots, turning
from pledges.models import MatchPledge
from projects import services
from projects.kinds import TurnKind
from projects.models import Campaign, Delivery, Project
from projects.reports.services import answering, asking, sending
from tests.payments.council import make as council
from tests.pledges import pot_make
from tests.projects import reporting
from tests.year.playing import TARGET, UNSPENT, One, Year


async def pay(year: Year, owed: Sequence[council.Owed], *, first: bool = True) -> None:
    """Subsidy looked at, a schedule by two people, its file, and the bank's statement."""
    if first:
        for one in owed:
            await council.cleared(one, year.people)
    _, rows, _ = await council.exported(year.people, *owed)
    await council.paid(year.people, *rows)
    for row in rows:
        year.said.paid += row.amount_pence
        year.said.bank.append((row.reference, -row.amount_pence))


async def come_back(year: Year, ones: Sequence[One]) -> None:
    """The bank sends these payments back, in one statement; with other accounts they are paid again."""
    rows = [await MatchPayment.get(match_pledge_id=one.matches[0].id, status="paid") for one in ones]
    entries = [council.Entry(row.amount_pence, row.reference, reversal=True) for row in rows]
    await statements.take_in(council.camt(*entries, version="08"), year.people.other)
    for row in rows:
        year.said.paid_back += row.amount_pence
        year.said.bank.append((row.reference, row.amount_pence))
    for group_id in {one.group.id for one in ones}:
        one = next(one for one in ones if one.group.id == group_id)
        await year.bank_account(one.group, one.owner)
    await year.pass_time(days=14)
    await pay(year, [one.owed for one in ones], first=False)


async def second_parts(year: Year, ones: Sequence[One]) -> None:
    """Interim reports are accepted, so the rest is paid."""
    for one in ones:
        delivery = await Delivery.get(campaign_id=one.campaign_id)
        await services.start(delivery.id, one.owner)
        report = await asking.ask_interim(one.campaign_id, one.matches[0].amount_pence)
        assert report is not None
        await reporting.write(report.id, "Half of it stands.", 5_000, one.owner)
        await sending.send(report.id, one.owner)
        await answering.accept(report.id, one.matches[0].amount_pence, year.officer)
    await pay(year, [one.owed for one in ones], first=False)


async def recover(year: Year, ones: Sequence[One]) -> None:
    """The projects are delivered for less: the funds' shares are asked back, and come in one statement."""
    for one in ones:
        delivery = await Delivery.get(campaign_id=one.campaign_id)
        came_in = (await turning.received(one.campaign_id)).total_pence
        await services.start(delivery.id, one.owner)
        await reporting.deliver(delivery.id, "It is open.", came_in - UNSPENT, one.owner, year.officer)
        turn = await turning.ask(
            delivery.id, TurnKind.UNSPENT, one.owner, reason="It was cheaper.", unspent_pence=UNSPENT
        )
        await turning.propose(turn.id, year.officer, rule="Ruling 18", unspent_pence=UNSPENT)
        await turning.agree(turn.id, year.people.officer)
    await recoveries.ask_missing()
    found = await Recovery.filter(match_pledge_id__in=[one.matches[0].id for one in ones]).order_by("id")
    assert len(found) == len(ones)
    entries = [council.Entry(row.amount_pence, row.reference) for row in found]
    await statements.take_in(council.camt(*entries), year.people.approver)
    of_match = {one.matches[0].id: one.share_of(one.matches[0].amount_pence) for one in ones}
    for row in found:
        assert row.amount_pence == of_match[row.match_pledge_id]
        year.said.recovered += row.amount_pence
        year.said.bank.append((row.reference, row.amount_pence))


async def grants(year: Year, count: int) -> None:
    """To projects without a crowd."""
    owed = []
    for number in range(count):
        group, owner = year.groups[number % len(year.groups)]
        campaign = await pot_make.live_campaign(TARGET, of=group)
        project = await Project.get(id=campaign.project_id)
        match = await pots.take_exact(
            year.grants.id, 30_000 + number, pots.Offer(None, {}, project_id=project.id), SYSTEM
        )
        await pots.pledge(match, SYSTEM)
        await pots.confirm(match, SYSTEM, cause="no crowd")
        owed.append(council.Owed(await MatchPledge.get(id=match.id), Campaign(), group, owner))
    await pay(year, owed)
