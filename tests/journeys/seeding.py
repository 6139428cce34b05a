"""What there is before a journey begins: a list of objectives, a fund, who works for it; and campaigns that are open."""

from datetime import date, timedelta
from typing import Final

from crowdfund_kent import clock
from crowdfund_kent.accounts.models import Person, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.database import transaction
from crowdfund_kent.settings import get_settings
from evaluation.surveys import queries as surveyed
from evaluation.surveys import services as surveys
from payments import closing, settlement
from payments.bank_details import services as bank
from payments.bank_details.kinds import CallSource
from payments.bank_details.sealing import Account
from payments.subsidy import services as subsidy
from pledges import funds, pots
from pledges.models import MatchFund, MatchPledge
from pledges.totals import totals
from projects import services
from projects.kinds import CostKind, LegalForm
from projects.models import Campaign, Delivery, Group, Objective
from projects.reports.services.sending import finish_work
from projects.services.helping import begin_help
from tests.pledges import gift_make
from tests.projects.make import approve, give_papers

FUND: Final = "kent-together"
OFFICER: Final = "officer@example.org"
SIGNATORY: Final = "signatory@example.org"
APPROVER: Final = "approver@example.org"
SECOND: Final = "second.approver@example.org"
PURPOSE: Final = "A health outcome must be named"
PUBLIC_PENCE: Final = 300_000  # of a funded campaign: its report has costs and receipts
HELPER: Final = "helper@example.org"
SECOND_OFFICER: Final = "second@example.org"
_STAFF: Final = (
    (OFFICER, "Sam Okafor", Role.FUND_OFFICER),
    (SECOND_OFFICER, "Priya Lane", Role.FUND_OFFICER),
    (SIGNATORY, "Ruth Amberley", Role.SIGNATORY),
    (HELPER, "Lou Bramley", Role.HELPER),
    (APPROVER, "Nia Holt", Role.FINANCE_APPROVER),
    (SECOND, "Gil Marsh", Role.FINANCE_APPROVER),
)


async def seed() -> None:
    """Once a house."""
    today = clock.business_today()
    async with transaction():
        for position, name in enumerate(("Health and wellbeing", "Young people", "Community life")):
            await Objective.create(list_name=get_settings().objective_list, name=name, position=position)
        funder = await funds.create_funder("kent-county-council", "Kent County Council", "KCC")
        fund = await funds.create_fund(
            funder=funder,
            slug=FUND,
            name="Kent Together",
            objective_list=get_settings().objective_list,
            starts_on=today - timedelta(days=30),
            ends_on=today + timedelta(days=700),
            sources=[
                funds.NewSource("Base budget", 3_000_000),
                funds.NewSource("Public Health", 1_000_000, purpose=PURPOSE),
            ],
            rules=funds.Rules(least_backers=2, why="Two backers, so that a journey needs few people"),
            by=SYSTEM,
            confirmed_by=SYSTEM,
        )
        for email, name, role in _STAFF:
            person = await _person(email, name)
            reach = fund.id if role is Role.SIGNATORY else None
            await StaffRole.create(person_id=person.id, role=role, fund_id=reach, granted_at=clock.real_now())
        await _authority(fund, await Person.get(email=SIGNATORY), today)


async def _authority(fund: MatchFund, person: Person, today: date) -> None:
    await funds.add_authority(
        fund.id,
        person_id=person.id,
        post="Cabinet Member for Community Services",
        decision_number="26/00001",
        limit_pence=2_000_000,
        from_day=today,
        to_day=today + timedelta(days=700),
        by=SYSTEM,
    )


async def _person(email: str, name: str) -> Person:
    person, _ = await Person.get_or_create(email=email, defaults={"name": name, "created_at": clock.real_now()})
    return person


async def open_campaign(title: str, target_pounds: int, owner_email: str) -> Campaign:
    """A campaign that is open since now, for a journey that begins with the residents."""
    await clock.refresh()
    owner = Actor((await _person(owner_email, "Robin Sayer")).id, "owner")
    officer = Actor((await Person.get(email=OFFICER)).id, Role.FUND_OFFICER)
    group = await services.create_group(name=f"Friends of {title}", legal_form=LegalForm.UNINCORPORATED, by=owner)
    await services.set_payouts_ready(group.id, clock.business_now(), SYSTEM)
    campaign = await _written(group, title, target_pounds, owner)
    await services.submit(campaign.id, owner)
    await approve(campaign.id, officer)
    await services.open_campaign(campaign.id, owner)
    return await Campaign.get(id=campaign.id).select_related("project")


async def submitted_campaigns(how_many: int, large: int) -> list[str]:
    """Campaigns that wait for an officer, each of another group; the one with this number has a large target. Their titles."""
    await clock.refresh()
    titles = [f"Orchard walk number {number + 1}" for number in range(how_many)]
    for number, title in enumerate(titles):
        owner = Actor((await _person(f"walker{number}@example.org", "Robin Sayer")).id, "owner")
        group = await services.create_group(name=f"Walkers {number + 1}", legal_form=LegalForm.UNINCORPORATED, by=owner)
        campaign = await _written(group, title, 12_000 if number == large else 500, owner)
        await services.submit(campaign.id, owner)
    return titles


async def helped_draft(title: str, name: str, email: str) -> Campaign:
    """What the house's helper wrote with somebody, ready to be confirmed."""
    await clock.refresh()
    helper = Actor((await Person.get(email=HELPER)).id, Role.HELPER)
    group = await begin_help(
        name=name,
        email=email,
        phone="" if email else "01622 000 000",
        postal="",
        group_name=f"Friends of {title}",
        legal_form=LegalForm.UNINCORPORATED,
        by=helper,
    )
    campaign = await _written(group, title, 400, Actor(helper.person_id, "group helper"))
    return await Campaign.get(id=campaign.id).select_related("project")


async def _written(group: Group, title: str, target_pounds: int, by: Actor) -> Campaign:
    """A project with everything that is asked."""
    project = await services.create_project(group.id, title, by)
    objective = await Objective.get(name="Community life")
    await services.save_project(
        project.id,
        by,
        summary="Chairs, lights and a kettle, so that the hall is open all winter.",
        story="The hall is cold and dark from November on.\n\nWe want to change that.",
        place="Wye",
        district_code="E07000105",
        objective_id=objective.id,
        who="Nine of us from the village, who have run the hall since 2011.",
        permission="no",
        with_children="no",
    )
    await services.add_line(
        project.id, "costs", by, words="Chairs", amount_pence=target_pounds * 100, kind=CostKind.CAPITAL
    )
    last_day = clock.business_today() + timedelta(days=get_settings().campaign_shortest_days + 1)
    campaign = await services.save_plan(
        project.id, by, last_day=last_day, if_too_much="More chairs, and their upkeep.", match_wanted_pence=100_000
    )
    await give_papers(project.id)
    return campaign


async def funded_campaign(title: str, owner_email: str) -> Campaign:
    """A campaign that settled, with the report on its project asked: for a journey that begins after the money."""
    campaign, owner = await _settled(title, owner_email, begun=10)
    delivery = await Delivery.get(campaign_id=campaign.id)
    await finish_work(delivery.id, clock.business_today(), PUBLIC_PENCE, owner)
    return campaign


async def asked_how_it_went(campaign: Campaign) -> None:
    """The worker's hour has come for this campaign's group: its owner is asked by e-mail."""
    await clock.refresh()
    (due,) = [one for one in await surveyed.groups_due(clock.business_now()) if one.campaign_id == campaign.id]
    assert await surveys.invite(due) is not None


async def owed_campaign(title: str, owner_email: str, match_pounds: int) -> MatchPledge:
    """A campaign that settled with a confirmed match that nothing keeps from being paid: account approved, subsidy decided."""
    campaign, owner = await _settled(title, owner_email, begun=20, match_pounds=match_pounds)
    match = await MatchPledge.get(campaign_id=campaign.id)
    found = await subsidy.ask(match.id)
    await subsidy.answer(found.id, subsidy.Answers(False, False, 0, "Robin Sayer"), owner)
    await subsidy.decide(found.id, await _staff(OFFICER), is_enterprise=False, reason="It sells nothing.")
    return match


async def _settled(title: str, owner_email: str, *, begun: int, match_pounds: int = 0) -> tuple[Campaign, Actor]:
    """Begun and closed that many days ago, with £300 in cash and perhaps a match; charged and settled a week ago. Its owner."""
    try:
        await clock.play(timedelta(days=-begun))
        campaign = await open_campaign(title, 300 + match_pounds, owner_email)
        owner = Actor((await Person.get(email=owner_email)).id, "group owner")
        if match_pounds:
            await _account(campaign, owner)
            await _match(campaign, match_pounds * 100)
        desk = await gift_make.desk("Wye Library")
        for name in ("Ada Reed", "Ben Cobb", "Cleo Dale"):
            await desk.counted(campaign, amount_pence=10_000, name=name)
        raised = await totals(campaign.id)
        await services.end_early(campaign.id, owner, raised_pence=raised.raised_pence)
        await closing.decide(campaign.id)
        await clock.play(timedelta(days=-7))
        await closing.begin_collecting(campaign.id)
        await settlement.settle(campaign.id)
    finally:
        await clock.play(None)
    return campaign, owner


async def _staff(email: str) -> Actor:
    """Somebody of the house, in their role."""
    person = await Person.get(email=email)
    return Actor(person.id, next(role for one, _, role in _STAFF if one == email))


async def _account(campaign: Campaign, owner: Actor) -> None:
    """Sent by the owner, checked by an officer, approved by another."""
    group = await Group.get(id=campaign.project.group_id)
    details = await bank.send(group.id, Account(group.name, "309634", "12345678"), owner)
    proof = bank.Check(
        evidence_words="The bank's letter, shown at the desk",
        call_source=CallSource.EARLIER,
        call_number="01632 960 001",
        call_where="The group's papers for its campaign",
        call_held_since=clock.business_now() - timedelta(days=60),
    )
    await bank.check(details.id, proof, await _staff(OFFICER))
    await bank.approve(details.id, await _staff(APPROVER))


async def _match(campaign: Campaign, pence: int) -> None:
    """From a fund of its own, so that no other journey's pot is touched; accepted."""
    seeded = await MatchFund.get(slug=FUND).select_related("funder")
    today = clock.business_today()
    fund = await funds.create_fund(
        funder=seeded.funder,
        slug=f"halls-{campaign.id}",
        name="Village Halls",
        objective_list=seeded.objective_list,
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=700),
        sources=[funds.NewSource("Reserves", pence), funds.NewSource("Public Health", pence)],
        rules=funds.Rules(least_backers=2, why="Two backers, so that a journey needs few people"),
        by=SYSTEM,
        confirmed_by=SYSTEM,
    )
    match = await pots.take_exact(fund.id, pence, pots.Offer(campaign.id, {}), SYSTEM)
    await pots.pledge(match, SYSTEM)
