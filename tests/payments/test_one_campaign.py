"""One campaign through its whole life: every place that tells its money tells the same, to the penny, at each step."""

from dataclasses import dataclass

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.audit import BACKER, SYSTEM
from crowdfund_kent.clock import business_today
from evaluation.figures import figures_as_at
from payments import accounts, attempts, settlement
from payments.models import ChargeAttempt
from payments.queries import progress
from pledges import matches, pledging, pots
from pledges.accounts import pledged
from pledges.fund_queries import calculator_terms, pot_of, rules_on
from pledges.kinds import BackerKind
from pledges.models import MatchFund, MatchPledge, Pledge
from pledges.public.finding import find
from pledges.public.project_queries import page_of
from pledges.public.queries import programme
from pledges.public.search import Wanted
from pledges.queries import campaign_view, promises, still_needed
from pledges.totals import totals
from projects.models import Campaign
from tests.payments import make
from tests.pledges import pot_make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")
TARGET = 100_000


@dataclass
class Told:
    """What should be told of the campaign now, in pence."""

    crowd: int = 0
    accepted: int = 0
    offered: int = 0
    backers: int = 0
    promised: int | None = None  # in the book of promises; as the crowd until cards are charged
    by_cards: int = 0  # at the provider, and held for the group
    secured: int | None = None


async def everybody_tells(scene: make.Scene, told: Told, fund: MatchFund, other: MatchFund) -> None:
    """Bar, list, pledge pages, funds' pages, calculator, home, figures, books, officers' page and all checks."""
    campaign = await scene.now()
    over = campaign.status in {"settled", "collapsed", "unsuccessful", "cancelled"}
    found = await totals(campaign.id)
    assert (found.crowd_pence, found.match_accepted_pence, found.match_offered_pence, found.backers) == (
        told.crowd,
        told.accepted,
        told.offered,
        told.backers,
    )
    assert found.raised_pence == told.crowd + told.accepted
    if campaign.decided_at is not None:
        assert campaign.raised_pence == found.raised_pence

    page = await page_of(campaign.id)
    assert page.totals == found
    assert sum(line.amount_pence for line in page.matches if not line.offered) == told.accepted
    assert sum(line.amount_pence for line in page.matches if line.offered) == told.offered
    (listed,) = [one for one in (await find(Wanted(), "")).projects if one.campaign_id == campaign.id]
    assert listed.totals == found
    view = await campaign_view(campaign.id)
    assert await still_needed(view) == (found, max(0, TARGET - told.crowd - told.accepted))
    held = 0 if campaign.status == "collapsed" else told.accepted
    assert sum(one.amount_pence for one in await promises(campaign.id)) == held
    parts = (await matches.match_parts([campaign.id]))[campaign.id]
    assert (sum(one.accepted_pence for one in parts), sum(one.offered_pence for one in parts)) == (held, told.offered)

    for one, another in ((fund, other), (other, fund)):
        terms = await calculator_terms(campaign, one.id, await rules_on(one.id, business_today()))
        assert terms.raised_pence == told.crowd + told.accepted + told.offered
        pot = (await pot_of(another)).together
        public_bodies = 5_000 if told.crowd else 0
        in_pot = pot.earmarked_pence + pot.pledged_pence + pot.confirmed_pence
        assert terms.other_public_pence == in_pot + public_bodies
        assert terms.pot_available_pence == (await pot_of(one)).together.left_pence

    figures, home = await figures_as_at(business_today()), await programme()
    assert figures.match_pledged_pence == home.match_pledged_pence == held
    assert figures.crowd_pledged_pence == (told.crowd if held else 0)
    assert figures.backers == home.backers == (told.backers if held else 0)
    assert (figures.projects, home.projects) == ((1, 1) if held else (0, 0))

    assert await ledger.balance(pledged(campaign.id)) == (told.crowd if told.promised is None else told.promised)
    assert await make.before_costs(accounts.held_for_campaign(campaign.id)) == -told.by_cards
    assert await make.before_costs(accounts.PROVIDER_BALANCE) == told.by_cards
    truth = await scene.world.control.truth()
    assert truth["charged_pence"] - truth["refunded_pence"] == told.by_cards
    if told.secured is not None:
        office = await progress(campaign.id)
        assert office.secured == await settlement.secured(campaign.id)
        assert office.secured.total_pence == told.secured
        assert sum(group.pence for group in office.groups) == told.crowd
        assert office.is_over == over
    await make.nothing_is_broken()


async def public_body(scene: make.Scene) -> Pledge:
    """The parish gives £50 by card."""
    pledge = await scene.pledge(5_000)
    await Pledge.filter(id=pledge.id).update(backer_kind=BackerKind.PUBLIC_BODY)
    return pledge


async def offer(fund: MatchFund, scene: make.Scene, pence: int) -> MatchPledge:
    return await pots.take_exact(fund.id, pence, pots.Offer(scene.campaign.id, {}), SYSTEM)


@pytest.mark.parametrize("ends", ["settled", "collapsed"])
async def test_from_the_first_pledge_to_the_end_everybody_tells_the_same(provider: World, ends: str) -> None:
    scene = await make.scene(provider, TARGET)
    fund, other = await pot_make.fund(30_000, 10_000), await pot_make.fund(20_000, position=1)
    told = Told()
    await everybody_tells(scene, told, fund, other)

    big = await scene.pledge(50_000)
    await public_body(scene)
    gone, asks = await scene.pledge(3_000), await scene.pledge(12_000, make.ASKS_BANK)
    told = Told(crowd=70_000, backers=2)  # three of them with one card, which is one backer
    await everybody_tells(scene, told, fund, other)

    first, second = await offer(fund, scene, 15_000), await offer(other, scene, 15_000)
    told.offered = 30_000
    await everybody_tells(scene, told, fund, other)
    await pots.pledge(first, SYSTEM)
    told.offered, told.accepted = 15_000, 15_000
    await everybody_tells(scene, told, fund, other)

    await pledging.cancel(gone.id, BACKER)
    await pledging.change(big.id, BACKER, amount_pence=55_000)
    poor = await scene.pledge(18_000, make.DECLINES)
    told.crowd, told.backers = 90_000, 3
    await everybody_tells(scene, told, fund, other)

    await scene.close()
    assert await scene.status() == "successful"
    assert (await MatchPledge.get(id=second.id)).status == "released"
    told.offered, told.secured = 0, 15_000
    await everybody_tells(scene, told, fund, other)

    await scene.later(hours=48, minutes=1)
    assert {await make.status_of(asks), await make.status_of(poor)} == {"action required", "failed"}
    told.promised, told.by_cards, told.secured = 30_000, 60_000, 75_000
    await everybody_tells(scene, told, fund, other)

    if ends == "settled":
        attempt = await ChargeAttempt.get(pledge_id=asks.id)
        answer = await provider.gateway.confirm_on_session(str(attempt.payment_intent), "http://127.0.0.1/back", "v")
        await provider.control.answer_bank(str(answer.next_action_url))
        await attempts.apply_charge(await provider.gateway.read_charge(str(attempt.payment_intent)), BACKER)
        await Campaign.filter(id=scene.campaign.id).update(threshold_bp=8_700)
        told.promised, told.by_cards, told.secured = 18_000, 72_000, 87_000
        await everybody_tells(scene, told, fund, other)
    await scene.later(days=15)
    assert await scene.status() == ends
    told.promised = 0
    if ends == "collapsed":
        told.by_cards, told.secured = 0, 0
    await everybody_tells(scene, told, fund, other)
