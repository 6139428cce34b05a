"""A small sound world: a campaign that settled, one that collapsed, one that missed its target, one live, one imported.

All made by the real services, with the payment sandbox. Committed: what the rules of `check` are proved on.
"""

from datetime import timedelta
from pathlib import Path

from crowdfund_kent import audit
from crowdfund_kent.accounts import staff as accounts
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import PROVIDER, Actor
from crowdfund_kent.cases import services as cases
from crowdfund_kent.cases.kinds import Kind
from crowdfund_kent.clock import business_today
from crowdfund_kent.database import execute
from crowdfund_kent.wiring import compose_chart
from crowdfund_kent.words import services as words
from crowdfund_kent.words.catalogue import page_of
from evaluation.evidence import sample
from panel.models import Award
from panel.services import awards as panel
from payments import holding, refund_proposals, refunds
from payments.books import closing, daily, journal
from payments.disputes.services import apply_dispute
from payments.gateway.transport import Transport
from payments.holds import services as holds
from payments.models import ChargeAttempt, Refund
from payments.own_money import services as own_money
from payments.own_money.kinds import Way
from payments.payouts import collapsing
from payments.payouts.models import Payout, Reversal, Transfer
from payments.payouts.reversals import BY_HAND, apply_reversed
from payments.reconciling import services as reconciling
from payments.reconciling.models import Difference
from payments.repayments import services as repayments
from payments.repayments.kinds import How
from payments.sandbox.cards import family_number
from payments.shares_back import services as shares_back
from payments.taken_back import services as taken_back
from pledges import changing, fund_making, funds, help_offers, matches, pot_moving, turning
from pledges.models import FundingSource, MatchFund, MatchPledge, Pledge
from projects import services
from projects.kinds import ChangeKind, HelpKind, TurnKind
from projects.models import Campaign, Delivery, Objective, Project
from projects.reports.services import answering, more_time, receipts, sending, writing
from projects.reports.services.asking import ask_interim
from projects.services.help_wanted import ask_for_help
from tests.checks import asking, council, evaluating, gifts, talk
from tests.checks.imported import make_past
from tests.payments import make as payments
from tests.payments.reconciling.make import charge_behind_our_back
from tests.pledges import pot_make
from tests.projects import make as projects
from tests.projects import papers, reporting
from tests.sandbox import World


async def matched(fund: MatchFund, campaign: Campaign, officer: Actor, signatory: Actor, pence: int) -> MatchPledge:
    """Proposed and signed, by two people."""
    award = await panel.propose(campaign.id, fund.id, pence, "It serves the whole town.", officer)
    return await panel.sign(award.id, signatory)


async def accepted(match: MatchPledge) -> None:
    """By an owner of the group."""
    campaign = await Campaign.get(id=match.campaign_id).select_related("project")
    await matches.accept(match.id, await projects.owner_of(campaign.project.group_id))


async def help_for(campaign: Campaign) -> None:
    """The group asks for hours, and a neighbour's offer is accepted."""
    project = await Project.get(id=campaign.project_id)
    owner = await projects.owner_of(project.group_id)
    wanted = await ask_for_help(project.id, owner, kind=HelpKind.HOURS, words="Carrying lanterns", how_many=20)
    offer = await help_offers.make(wanted.id, "a form", help_offers.Offer(4, "Kim Reed", "kim@example.org"))
    await help_offers.accept((await help_offers.confirm(offer.id)).id, owner, "Wren, by the pool")


async def asked_back(campaign: Campaign, officer: Actor) -> None:
    """A refund was proposed for a payment, and taken back."""
    charged = await Pledge.filter(campaign_id=campaign.id, status="collected").order_by("-id").first()
    assert charged is not None
    proposal = await refund_proposals.ask_refund(charged.id, officer, "They gave twice.")
    await refund_proposals.withdraw(proposal.id, officer)


async def paid_out(world: World, scene: payments.Scene, officer: Actor, finance: Actor) -> None:
    """It was held, and proposed to give everything back; then the group is paid. A bank disputes a payment, and gives in."""
    holding.compose()
    payout = await Payout.get(campaign_id=scene.campaign.id)
    await collapsing.withdraw((await collapsing.propose(scene.campaign.id, "They ask.", officer)).id, officer)
    hold = await holds.place(f"payout:{payout.id}", "A neighbour rang.", officer)
    await holds.confirm(hold.id, finance)
    campaign = await Campaign.get(id=scene.campaign.id).select_related("project")
    await payments.ready_account(world, campaign.project.group_id)
    await payments.rounds()
    await holds.propose_release(hold.id, "It was about another group.", officer)
    await holds.release(hold.id, finance)
    await payments.rounds()
    last = await Pledge.filter(campaign_id=campaign.id, status="collected").order_by("-id").first()
    assert last is not None
    part = await refund_proposals.ask_refund(last.id, officer, "They gave in two shops.", 100)
    await refund_proposals.agree(part.id, finance)
    await payments.rounds()
    attempt = await ChargeAttempt.filter(pledge__campaign_id=campaign.id, status="succeeded").order_by("-id").first()
    assert attempt is not None
    assert attempt.payment_intent is not None
    dispute = await world.control.dispute(attempt.payment_intent)
    await apply_dispute(await world.gateway.read_dispute(dispute), PROVIDER)
    await world.control.decide_dispute(dispute, won=True)
    await apply_dispute(await world.gateway.read_dispute(dispute), PROVIDER)
    await payments.rounds()


async def taken_back_by_hand(world: World, scene: payments.Scene, officer: Actor, finance: Actor) -> None:
    """Somebody reverses a part of a transfer in the provider's dashboard; two people send it again."""
    transfer = await Transfer.filter(payout__campaign_id=scene.campaign.id, status="succeeded").order_by("-id").first()
    assert transfer is not None
    assert transfer.provider_transfer is not None
    number, hand = transfer.provider_transfer, Transport(world.api_key, world.url, 10, 0, 1)
    await hand.call(lambda client: client.v1.transfers.reversals.create(number, {"amount": 100}))
    hand.close()
    await apply_reversed(await world.gateway.read_transfer(number), PROVIDER)
    row = await Reversal.get(transfer_id=transfer.id, reason=BY_HAND)
    made = await taken_back.propose(row.id, sends=True, why="It was another payment.", by=officer)
    await taken_back.agree(made.id, finance)
    await payments.rounds()


async def paid_another_way(world: World, scene: payments.Scene, officer: Actor, finance: Actor) -> None:
    """A backer's bank sent the refund back: the council's bank pays it."""
    pledge = await Pledge.get(campaign_id=scene.campaign.id, amount_pence=1_000)
    refund = await Refund.get(pledge_id=pledge.id)
    attempt = await ChargeAttempt.get(pledge_id=pledge.id)
    assert attempt.payment_intent is not None
    answer = await world.gateway.look_for_refund(attempt.payment_intent, pledge.reference, refund.key)
    assert answer is not None
    await refunds.apply_refund(answer, PROVIDER)
    paid = repayments.Paid(How.TRANSFER, "CFK 7F3K", business_today())
    made = await repayments.confirm((await repayments.record(refund.id, paid, officer)).id, finance)
    drawn = own_money.Moved(Way.DRAWN, made.amount_pence, "po_drawn", business_today(), [made.id])
    added = own_money.Moved(Way.ADDED, 5_000, "tu_added", business_today())
    for moved in (drawn, added):
        await own_money.confirm((await own_money.record(moved, officer)).id, finance)


async def given_back(campaign: Campaign, officer: Actor, finance: Actor) -> None:
    """Backers are to get back their shares of what was not spent: they wait, for the group's account is empty by now."""
    made = await shares_back.propose(campaign.id, "It was cheaper.", officer)
    await shares_back.agree(made.id, finance)
    await payments.rounds()


async def build(world: World, folder: Path) -> None:
    """Everything, about eleven weeks of it."""
    await Objective.create(list_name="crowdfund-kent", name="health and wellbeing", position=0)
    await make_past(folder)
    fund = await pot_make.fund(5_000_000, 5_000_000, purposes=("a health outcome must be named",))
    officer = await projects.staff(Role.FUND_OFFICER, email="officer@example.org")
    signatory = await projects.staff(Role.SIGNATORY, email="signatory@example.org", fund_id=fund.id)
    await pot_make.authority(fund, signatory)
    first = await projects.person("admin@example.org", "Jo")
    await accounts.grant_first_administrator(str(first.email))

    settles, collapses, misses = [
        payments.Scene(world, await projects.campaign(of=await projects.project(title=title, cost_pence=100_000)))
        for title in ("Tidal pool steps", "A kitchen for everybody", "Stories on the pier")
    ]
    given = await gifts.before(misses.campaign)
    for amount in (25_000, 35_000):
        card = family_number(amount)  # each card is another backer
        await settles.pledge(amount, card, cover=amount > 30_000)
        await collapses.pledge(amount, card)
        await misses.pledge(amount // 2, card)
    await settles.pledge(10_000, payments.DECLINES)
    await collapses.pledge(20_000, payments.DECLINES)
    for scene, pence in ((settles, 30_000), (collapses, 20_000), (misses, 40_000)):
        await accepted(await matched(fund, scene.campaign, officer, signatory, pence))
    await collapses.pledge(1_000, payments.REFUND_FAILS)
    await settles.pledge(5_000, family_number(5_000))  # without it enough is left for the group
    treasury = await council.begin(settles.campaign, officer)
    await payments.rounds()
    finance = await projects.staff(Role.FINANCE_APPROVER, email="pays@example.org")
    await settles.later(days=61)
    await settles.later(hours=48, minutes=1)
    await asked_back(settles.campaign, officer)
    await settles.later(days=15)
    await differs(world, settles)
    await settles.later(days=2)
    await paid_out(world, settles, officer, finance)
    await taken_back_by_hand(world, settles, officer, finance)
    await paid_another_way(world, collapses, officer, finance)

    live = payments.Scene(
        world, await projects.campaign(of=await projects.project(title="Lantern walk", cost_pence=500_000))
    )
    await live.pledge(60_000, family_number(1))
    await live.pledge(90_000, family_number(2))
    await settles.later(days=1)
    await changes(live, officer)
    await matched(fund, live.campaign, officer, signatory, 100_000)
    await talk.build(live.campaign, officer)
    await panel.withdraw((await second_award(fund, officer, live)).id, officer)
    await help_for(live.campaign)
    await gifts.after(given, misses.campaign, live.campaign)
    await gifts.gift_aid(settles.campaign, officer)
    await council.pay(treasury, settles.campaign)
    await afterwards(settles.campaign, officer)
    await council.recover(treasury)
    await given_back(settles.campaign, officer, finance)
    await hosted()
    await care(officer)
    await made_and_closed(officer)
    await asking.build(live.campaign)
    await books()
    await evaluating.build(officer)
    await execute("UPDATE outbox SET done_at = now() WHERE kind = 'email' AND done_at IS NULL")
    while await audit.seal():
        pass


async def differs(world: World, scene: payments.Scene) -> None:
    """The provider has a payment of which our rows know nothing; finance closes that with a reason."""
    await charge_behind_our_back(world, scene.campaign.id)
    await scene.later(days=1)
    finance = await projects.staff(Role.FINANCE_APPROVER, email="reconciles@example.org")
    await reconciling.explain((await Difference.get(campaign_id=scene.campaign.id)).id, finance, "A test of the till.")


async def made_and_closed(officer: Actor) -> None:
    """A fund of an officer's: entered and opened by two, money moved between its sources, closed."""
    finance = await projects.staff(Role.FINANCE_APPROVER, email="opens@example.org")
    today = business_today()
    funder = await fund_making.enter_funder("Canterbury City Council", "Canterbury", "GB-LAE-CAT", officer)
    draft = fund_making.Draft("Small grants", "crowdfund-kent", today, today + timedelta(days=30))
    fund = await fund_making.draft_fund(funder.id, draft, officer)
    for name, cap in (("Base", 50_000), ("Reserve", 20_000)):
        entered = await funds.add_source(fund.id, funds.NewSource(name, cap, financial_year="2026-27"), officer)
        await funds.confirm_cap(entered.id, finance)
    await funds.set_rules(fund.id, funds.Rules(), today, officer)
    signatory = await projects.staff(Role.SIGNATORY, email="signs@example.org", fund_id=fund.id)
    await pot_make.authority(fund, signatory)
    await fund_making.open_fund(fund.id, finance)
    first, second = await FundingSource.filter(fund_id=fund.id).order_by("id")
    moved = await pot_moving.enter_move(fund.id, first.id, second.id, 1_234, "26/00031", officer)
    await pot_moving.confirm(moved.id, finance)
    closing = await pot_moving.enter_close(fund.id, "26/00032", officer)
    await pot_moving.confirm(closing.id, finance)


async def books() -> None:
    """Days are kept, what is over goes to finance in a journal, and two people close a period."""
    first = await projects.staff(Role.FINANCE_APPROVER, email="books@example.org")
    second = await projects.staff(Role.FINANCE_APPROVER, email="ledger@example.org")
    until = business_today() - timedelta(days=2)
    await daily.keep_days()
    compose_chart()
    for account in journal.coded():
        await journal.set_code(account.prefix, "61234", "4400", first)
    await journal.make(until, first)
    await sample.draw("awards signed", until - timedelta(days=2_500), until, 2, "the world", first)
    await closing.close((await closing.propose(until, "Up to the day before yesterday", first)).id, second)


async def afterwards(campaign: Campaign, officer: Actor) -> None:
    """The project is done, some money is left, and somebody asks for the group."""
    group_id = (await Project.get(id=campaign.project_id)).group_id
    owner = await projects.owner_of(group_id)
    delivery = await Delivery.get(campaign_id=campaign.id)
    came_in = (await turning.received(campaign.id)).total_pence
    await services.start(delivery.id, owner)
    await reports(delivery, came_in - 1_001, owner)
    turn = await turning.ask(
        delivery.id, TurnKind.UNSPENT, owner, reason="The rails were cheaper.", unspent_pence=1_001
    )
    await turning.propose(turn.id, officer, rule="Ruling 18", unspent_pence=1_001)
    await turning.agree(turn.id, await projects.staff(Role.FUND_OFFICER, email="second@example.org"))
    stranger = await projects.person("stranger@example.org", "Kit")
    asked = await services.ask_hand_over(group_id, "Nobody answers.", Actor(stranger.id, "person"))
    await services.owner_answers(asked.id, owner)


async def hosted() -> None:
    """A village hall receives the money of two neighbours."""
    hall = await projects.group(await projects.person("hall@example.org"), "Sandling Village Hall")
    group = await projects.group(await projects.person("bulbs@example.org"), "Mill Lane planters")
    asked = await services.ask_host(group.id, hall.name, await projects.owner_of(group))
    await services.agree_host(asked.id, await projects.owner_of(hall))


async def reports(delivery: Delivery, spent_pence: int, owner: Actor) -> None:
    """An interim report with more time and a receipt, and the final one that ends the delivery."""
    officer = await projects.staff(Role.FUND_OFFICER, email="reader@example.org")
    interim = await ask_interim(delivery.campaign_id, 600_000)
    assert interim is not None
    request = await more_time.ask_more_time(interim.id, interim.due_by + timedelta(days=10), "The mason is ill.", owner)
    await answering.grant(request.id, officer)
    await writing.say_cost(interim.id, 0, 1_000, owner)
    await receipts.add_receipt(interim.id, 0, papers.pdf("Steel, 10.00"), owner, name="steel.pdf")
    await reporting.write(interim.id, "The steps are cut.", 1_000, owner)
    await reporting.accept(await sending.send(interim.id, owner), officer)
    await reporting.deliver(delivery.id, "Everybody gets in and out.", spent_pence, owner, officer)


async def care(officer: Actor) -> None:
    """Something was wrong, and was answered; a page of words was changed."""
    case = await cases.open_case(Kind.WRONG, text="A date.", email="kim@example.org", by=Actor(None, "visitor"))
    await cases.answer(case.id, officer, "It is mended.")
    fees = page_of("fees")
    await words.publish(fees, fees.shipped + "\nAsk us.\n", "People asked.", 0, officer)


async def changes(live: payments.Scene, officer: Actor) -> None:
    """The group got a later last day and another plan."""
    campaign = await Campaign.get(id=live.campaign.id).select_related("project")
    owner = await projects.owner_of(campaign.project.group_id)
    assert campaign.last_day is not None
    for kind in ChangeKind:
        change = await services.begin_change(campaign.id, kind, owner)
        if kind is ChangeKind.LAST_DAY:
            later = campaign.last_day + timedelta(days=14)
            await services.write_change(change.id, owner, new_last_day=later)
        else:
            await services.put_line(change.id, "costs", None, owner, words="Lanterns", amount_pence=5_000)
        await services.write_change(change.id, owner, reason="The old mill is shut until spring.")
        await services.ask_change(change.id, owner)
        await changing.agree(change.id, officer)


async def second_award(fund: MatchFund, officer: Actor, live: payments.Scene) -> Award:
    """A proposal of another fund."""
    other = await pot_make.fund(1_000_000)
    return await panel.propose(live.campaign.id, other.id, 50_000, "It serves the whole town.", officer)
