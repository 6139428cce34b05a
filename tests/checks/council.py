"""The council pays the campaign that settled and two grants: one payment came back, one was never made, some is recovered."""

from dataclasses import dataclass

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import execute
from payments.bank_details import services as bank
from payments.bank_statements import csv_statement
from payments.bank_statements import services as statements
from payments.bank_statements.models import BankLine
from payments.match_payments import services as paying
from payments.match_payments.models import MatchPayment
from payments.recoveries import services as recoveries
from payments.recoveries.models import Recovery
from pledges import pots
from pledges.models import MatchPledge
from projects.models import Campaign, Group, Project
from tests.payments.council import make as money
from tests.pledges import pot_make
from tests.projects import make as projects


@dataclass
class Treasury:
    """Who acts, and the two grants of the same group."""

    who: money.People
    grants: list[MatchPledge]


async def begin(campaign: Campaign, officer: Actor) -> Treasury:
    """The group's account is approved long before anything is paid; what somebody sent first was taken back."""
    who = money.People(
        officer,
        await projects.staff(Role.FUND_OFFICER, email="pays@example.org"),
        await projects.staff(Role.FINANCE_APPROVER, email="finance@example.org"),
        await projects.staff(Role.FINANCE_APPROVER, email="finance2@example.org"),
    )
    project = await Project.get(id=campaign.project_id).select_related("group")
    group = project.group
    owner = await projects.owner_of(group)
    await execute(
        "UPDATE person SET phone = '01622 000 111', phone_since = '2020-01-01' WHERE id = $1", owner.person_id
    )
    assert await Person.exists(id=owner.person_id)
    first = await bank.send(group.id, money.account(group, "87654321"), owner)
    await bank.withdraw(first.id, owner)
    await money.approved(money.Owed(await MatchPledge.get(campaign_id=campaign.id), campaign, group, owner), who)
    return Treasury(who, [await grant(group, f"Bulbs {number}") for number in (1, 2)])


async def grant(group: Group, title: str) -> MatchPledge:
    """From a fund that needs no crowd, accepted."""
    fund = await pot_make.fund(40_000)
    await execute("UPDATE match_fund SET without_crowd = true WHERE id = $1", fund.id)
    slug = title.lower().replace(" ", "-")
    project = await Project.create(group_id=group.id, slug=slug, title=title, created_at=business_now())
    match = await pots.take_exact(fund.id, 20_000, pots.Offer(None, {}, project_id=project.id), SYSTEM)
    await pots.pledge(match, SYSTEM)
    await pots.confirm(match, SYSTEM, cause="no crowd")
    return match


async def pay(treasury: Treasury, campaign: Campaign) -> None:
    """One schedule of three: one is paid, one comes back, one was never made."""
    who = treasury.who
    match = await MatchPledge.get(campaign_id=campaign.id).select_related("campaign__project__group")
    assert match.campaign is not None
    group = match.campaign.project.group
    owner = await projects.owner_of(group)
    owed = [money.Owed(one, campaign, group, owner) for one in (match, *treasury.grants)]
    for one in owed:
        await money.cleared(one, who)
    _, made, _ = await money.exported(who, *owed)
    paid, back, never = sorted(made, key=lambda one: one.match_pledge_id)
    entries = [
        *(money.Entry(-one.amount_pence, one.reference) for one in (paid, back)),
        money.Entry(-123, "", "BANK CHARGES"),
    ]
    await statements.take_in(money.camt(*entries), who.other)
    returned = money.Entry(back.amount_pence, back.reference, reversal=True)
    await statements.take_in(money.camt(returned, version="08"), who.other)
    await paying.ask_never_paid(never.id, who.officer, "The finance system refused it.")
    await paying.agree_never_paid(never.id, who.other)
    charges = await BankLine.get(amount_pence=-123)
    await statements.set_aside(charges.id, "Bank charges", who.approver)
    await money.approved(owed[0], who, "11223344")
    assert (await MatchPayment.get(id=paid.id)).status == "paid"


async def recover(treasury: Treasury) -> None:
    """The fund's share is asked back; some comes and is matched by two people, the rest is given up."""
    await recoveries.ask_missing()
    found = await Recovery.get()
    line = money.Entry(found.amount_pence - 1, "", f"thanks {found.reference}")
    await statements.take_in(money.camt(line, opening=1), treasury.who.approver)
    waiting = await BankLine.get(status="unmatched")
    await typed(treasury.who)
    await statements.ask_match(waiting.id, found.reference, "They rang us: a penny was lost.", treasury.who.officer)
    await statements.agree_match(waiting.id, treasury.who.approver)
    gone = await recoveries.propose_giving_up(found.id, "A penny.", treasury.who.officer)
    await recoveries.agree(gone.id, treasury.who.approver)


async def typed(who: money.People) -> None:
    """Interest came in by a CSV, whose balances a person typed and another one agreed to; it is not ours."""
    content = f"date,description,amount\n{business_today().isoformat()},INTEREST,0.07\n".encode()
    made = await statements.enter(content, csv_statement.Typed("7777", 100, 107), who.approver)
    await statements.agree(made.id, who.other)
    interest = await BankLine.get(amount_pence=7)
    await statements.set_aside(interest.id, "Interest", who.approver)
