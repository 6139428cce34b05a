"""Everything that moves money in a pot, at once, on connections of their own: one order of locks, no deadlock."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER, SYSTEM
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute
from crowdfund_kent.invariants import run
from panel.services import awards as panel
from payments import closing
from pledges import funds, matches, pledging, pots
from pledges.kinds import Accrual
from pledges.models import FundingSource, MatchFund, MatchPledge, SourceCap
from projects import services as projects
from projects.models import Campaign
from tests.pledges import make, pot_make

pytestmark = pytest.mark.usefixtures("committed")
T = TypeVar("T")
ROUNDS = 3


async def once(work: Callable[[], Awaitable[T]], attempts: int = 5) -> T:
    """In place of retrying(): a deadlock is not hidden by a second try."""
    return await work()


async def offered(campaign: Campaign, *pots_of: MatchFund, accepted: bool = False) -> list[MatchPledge]:
    """£30 of each fund for a campaign."""
    held = [await pots.take_exact(fund.id, 3_000, pots.Offer(campaign.id, {}), SYSTEM) for fund in pots_of]
    for match in held if accepted else []:
        await pots.pledge(match, SYSTEM)
    return held


async def counters_agree() -> None:
    broken = [found for found in await run(pot_make.pot_rules()) if found.count]
    assert not broken, broken


@pytest.mark.parametrize("number", range(ROUNDS))
async def test_signing_accepting_closing_cancelling_and_caps_at_once_never_deadlock(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "retrying", once)
    monkeypatch.setattr(panel, "retrying", once)
    one, two = await pot_make.fund(40_000, 50_000), await pot_make.fund(60_000, 30_000)
    officer = await pot_make.person("Olu", Role.FUND_OFFICER)
    signatory = await pot_make.person("Sam", Role.SIGNATORY)
    finance = await pot_make.person("Fay", Role.FINANCE_APPROVER)
    owner = await pot_make.person("Ora")
    live = [await make.campaign(target_pence=100_000, owner_id=owner.person_id) for _ in range(4)]
    wanted, accepting, met, missed = live
    called_off = await make.campaign(target_pence=100_000)
    taken_back = [await make.pledge(wanted, 9_000, fingerprint=str(n)) for n in range(3)]
    proposals = []
    for fund in (one, two):
        await pot_make.authority(fund, signatory)
        proposals.append(await panel.propose(wanted.id, fund.id, 5_000, "It opens the pool.", officer))
    offers = await offered(accepting, two, one)
    await offered(met, one, two, accepted=True)
    await make.pledge(met, 94_000)
    await offered(missed, two, accepted=True)
    await offered(missed, one)
    await offered(called_off, one, accepted=True)
    await offered(called_off, two)
    stale = await offered(await make.campaign(), two, one)
    now = business_now()
    await execute(
        "UPDATE match_pledge SET accept_by = $2 WHERE id = ANY($1::bigint[])",
        [match.id for match in stale],
        now - timedelta(days=1),
    )
    for campaign in (met, missed):
        await projects.begin_closing(campaign.id, "ended early")
    source = await FundingSource.filter(fund_id=one.id).order_by("id").first()
    assert source is not None
    cap: SourceCap = await funds.enter_cap(source.id, 45_000, "More money", officer)
    both = pots.Offer(called_off.id, {}, accrual=Accrual.POUND_FOR_POUND)
    acts: list[Awaitable[Any]] = [
        *(panel.sign(award.id, signatory) for award in proposals),
        *(matches.accept(match.id, owner) for match in offers),
        closing.decide(met.id),
        closing.decide(missed.id),
        projects.cancel(called_off.id, officer, "The hall burned down."),
        matches.release_stale_offers(),
        funds.confirm_cap(cap.id, finance),
        pots.take_up_to([two.id, one.id], 2_000, both, SYSTEM),
        pots.take_up_to([one.id, two.id], 2_000, both, SYSTEM),
        *(pledging.cancel(pledge.id, BACKER) for pledge in taken_back[2:]),
    ]
    if number % 2:
        acts.reverse()
    found = await asyncio.gather(*acts, return_exceptions=True)
    assert not [one for one in found if isinstance(one, BaseException)]
    await closing.let_go(called_off.id)
    assert {match.status for match in await MatchPledge.filter(campaign_id=met.id)} == {"confirmed"}
    for campaign in (missed, called_off):
        assert {match.status for match in await MatchPledge.filter(campaign_id=campaign.id)} == {"released"}
    await counters_agree()
