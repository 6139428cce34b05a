"""The last second of a campaign on connections of their own: nothing slips in between the sum and the verdict."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import copy_context
from datetime import timedelta
from typing import Any

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER, PROVIDER, SYSTEM
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import Refused
from crowdfund_kent.models import Outbox
from payments import closing
from pledges import matches, pledging, pots
from pledges.models import MatchPledge, Pledge
from pledges.totals import Totals, totals
from projects import queries, services
from projects.models import Campaign, CampaignEvent
from tests.pledges import make, pot_make

pytestmark = pytest.mark.usefixtures("committed")
Elsewhere = Callable[[Coroutine[Any, Any, Any]], asyncio.Task[Any]]


@pytest.fixture
def elsewhere() -> Elsewhere:
    """Starts work on a connection of its own, also from within a transaction."""
    outside = copy_context()
    return lambda work: asyncio.get_running_loop().create_task(work, context=outside.copy())


async def until_waiting(count: int = 1) -> None:
    """Until so many wait for a lock that somebody holds."""
    async with asyncio.timeout(10):
        while (await fetch("SELECT count(*) AS n FROM pg_locks WHERE NOT granted"))[0]["n"] < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def before_it_commits(
    first: Callable[[], Awaitable[Any]], second: Coroutine[Any, Any, Any], elsewhere: Elsewhere
) -> Any:
    """`second` comes when `first` has done its work and not committed yet; what it gave or raised."""
    async with transaction():
        await first()
        task = elsewhere(second)
        await until_waiting()
    return (await asyncio.gather(task, return_exceptions=True))[0]


async def deadline_came(campaign: Campaign, closed_ago: timedelta = timedelta(minutes=31)) -> None:
    """The deadline is over, and closing began `closed_ago`: it waits for cards no longer."""
    now = business_now()
    await execute("UPDATE campaign SET deadline_at = $2 WHERE id = $1", campaign.id, now)
    assert await services.begin_closing(campaign.id)
    await execute("UPDATE campaign SET closing_at = $2 WHERE id = $1", campaign.id, now - closed_ago)


async def offer(campaign: Campaign, pence: int) -> MatchPledge:
    """A fund has offered so much, and nobody has accepted it."""
    fund = await pot_make.fund(pence)
    return await pots.take_exact(fund.id, pence, pots.Offer(campaign.id, {}), SYSTEM)


async def test_nothing_joins_what_was_raised_between_the_sum_and_the_verdict(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await pot_make.person("Ora")
    campaign = await make.campaign(target_pence=10_000, owner_id=owner.person_id)
    await make.pledge(campaign, 6_000)
    late, offered = await make.pledge(campaign, 4_000, active=False), await offer(campaign, 4_000)
    saved_at = business_now()
    await deadline_came(campaign)
    trying: list[asyncio.Task[Any]] = []

    async def totals_while_others_try(campaign_id: int) -> Totals:
        found = await totals(campaign_id)
        card = pledging.Card("visa", "4242", None)
        trying.append(elsewhere(pledging.card_saved(late.id, card, saved_at, PROVIDER)))
        trying.append(elsewhere(matches.accept(offered.id, owner)))
        await until_waiting(2)
        return found

    monkeypatch.setattr(closing, "totals", totals_while_others_try)
    assert await closing.decide(campaign.id)
    saved, accepted = await asyncio.gather(*trying, return_exceptions=True)
    assert isinstance(saved, Pledge)
    assert saved.status == "expired"
    assert isinstance(accepted, Exception)
    decided = await Campaign.get(id=campaign.id)
    assert (decided.status, decided.raised_pence) == ("unsuccessful", 6_000)
    assert (await MatchPledge.get(id=offered.id)).status == "released"
    assert (await totals(campaign.id)).crowd_pence == 6_000


async def test_two_workers_who_decide_at_once_give_one_verdict() -> None:
    campaign = await make.campaign(target_pence=5_000)
    backer = await make.pledge(campaign, 5_000)
    match = await offer(campaign, 1_000)
    await pots.pledge(match, SYSTEM)
    await deadline_came(campaign)
    assert sorted(await asyncio.gather(*(closing.decide(campaign.id) for _ in range(5)))) == [False] * 4 + [True]
    assert await CampaignEvent.filter(subject_id=campaign.id, new="successful").count() == 1
    assert (await MatchPledge.get(id=match.id)).status == "confirmed"
    assert await Outbox.filter(unique_key=f"target-met-{backer.id}").count() == 1


@pytest.mark.parametrize("act", ["cancel", "change"])
async def test_who_cancels_or_changes_while_closing_begins_is_refused_and_counts(
    act: str, elsewhere: Elsewhere
) -> None:
    campaign = await make.campaign(target_pence=5_000)
    pledge = await make.pledge(campaign, 5_000)
    doing = (
        pledging.cancel(pledge.id, BACKER) if act == "cancel" else pledging.change(pledge.id, BACKER, amount_pence=200)
    )
    found = await before_it_commits(lambda: services.begin_closing(campaign.id, "ended early"), doing, elsewhere)
    assert isinstance(found, Refused)
    assert await closing.decide(campaign.id)
    assert (await Campaign.get(id=campaign.id)).raised_pence == 5_000


async def test_who_cancelled_before_closing_began_does_not_count_however_close_it_was(elsewhere: Elsewhere) -> None:
    campaign = await make.campaign(target_pence=5_000)
    pledge = await make.pledge(campaign, 5_000)
    closing_begins = services.begin_closing(campaign.id, "ended early")
    assert await before_it_commits(lambda: pledging.cancel(pledge.id, BACKER), closing_begins, elsewhere)
    assert await closing.decide(campaign.id)
    assert (await Campaign.get(id=campaign.id)).raised_pence == 0


async def test_a_campaign_does_not_end_early_on_money_that_is_being_taken_back(elsewhere: Elsewhere) -> None:
    owner = await pot_make.person("Ora")
    campaign = await make.campaign(target_pence=5_000, owner_id=owner.person_id)
    pledge = await make.pledge(campaign, 5_000)

    async def end_early() -> None:
        async with transaction():
            await queries.campaign_for_update(campaign.id)
            raised = (await totals(campaign.id)).raised_pence
            await services.end_early(campaign.id, owner, raised_pence=raised)

    refused = await before_it_commits(lambda: pledging.cancel(pledge.id, BACKER), end_early(), elsewhere)
    assert isinstance(refused, Refused)
    assert (await Campaign.get(id=campaign.id)).status == "live"


async def test_at_its_deadline_a_campaign_closes_and_is_not_suspended() -> None:
    officer = await pot_make.person("Olu", Role.FUND_OFFICER)
    campaign = await make.campaign(target_pence=5_000)
    await execute("UPDATE campaign SET deadline_at = $2 WHERE id = $1", campaign.id, business_now())
    closed, suspended = await asyncio.gather(
        services.begin_closing(campaign.id),
        services.suspend(campaign.id, officer, "We had a complaint."),
        return_exceptions=True,
    )
    assert closed is True
    assert isinstance(suspended, Exception)
    assert (await Campaign.get(id=campaign.id)).status == "closing"


async def test_a_match_accepted_faster_than_closing_counts(elsewhere: Elsewhere) -> None:
    owner = await pot_make.person("Ora")
    campaign = await make.campaign(target_pence=5_000, owner_id=owner.person_id)
    await make.pledge(campaign, 3_000)
    offered = await offer(campaign, 2_000)
    closing_begins = services.begin_closing(campaign.id, "ended early")
    assert await before_it_commits(lambda: matches.accept(offered.id, owner), closing_begins, elsewhere)
    assert await closing.decide(campaign.id)
    decided = await Campaign.get(id=campaign.id)
    assert (decided.status, decided.raised_pence) == ("successful", 5_000)
    assert (await MatchPledge.get(id=offered.id)).status == "confirmed"


async def test_a_cancelled_campaign_lets_every_kind_of_match_go_once_also_when_told_often_at_once() -> None:
    officer = await pot_make.person("Olu", Role.FUND_OFFICER)
    campaign = await make.campaign(target_pence=50_000)
    pledge = await make.pledge(campaign, 3_000)
    funds = [await pot_make.fund(7_000, 5_000) for _ in range(2)]
    held = [await pots.take_exact(fund.id, 9_000, pots.Offer(campaign.id, {}), SYSTEM) for fund in funds]
    await pots.pledge(held[0], SYSTEM)
    await services.cancel(campaign.id, officer, "The hall burned down.")
    assert await asyncio.gather(*(closing.let_go(campaign.id) for _ in range(4))) == [None] * 4
    assert await pot_make.left_in(*funds) == [7_000, 5_000, 7_000, 5_000]
    assert (await Pledge.get(id=pledge.id)).status == "released"
    released = await fetch(
        "SELECT source FROM ledger_movement WHERE kind = 'release' AND source = ANY($1::text[])",
        [f"match_pledge:{match.id}" for match in held],
    )
    assert len(released) == 2
