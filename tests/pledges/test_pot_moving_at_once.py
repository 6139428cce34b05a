"""Two approvers, a closing and a signature, a movement and a take: at the same moment, each on a connection of its own."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.errors import Conflict, Refused, SiteError
from crowdfund_kent.invariants import run
from panel.services import awards
from pledges import fund_checks, fund_making, pot_moving, pots
from pledges.fund_queries import pot_of
from pledges.models import FundingSource, FundRules, MatchFund, MatchPledge, PotMovement
from tests.panel.stage import stage
from tests.pledges import pot_make as make
from tests.pledges.test_fund_making import complete, drafted

pytestmark = pytest.mark.usefixtures("committed")
TIMES = range(6)


async def at_once(*works: Awaitable[Any]) -> list[Any]:
    """What each got; every refusal has words for a page."""
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    faults = [one for one in outcomes if isinstance(one, BaseException) and not isinstance(one, SiteError)]
    assert not faults, faults
    return outcomes


async def nothing_is_wrong() -> None:
    broken = [found for found in await run((*make.pot_rules(), *fund_checks.RULES)) if found.count]
    assert not broken, broken


async def test_two_approvers_confirm_a_movement_once() -> None:
    fund = await make.fund(10_000, 5_000)
    officer = await make.person("Olu", Role.FUND_OFFICER)
    approvers = [await make.person("Fern", Role.FINANCE_APPROVER) for _ in range(4)]
    first, second = await FundingSource.filter(fund_id=fund.id).order_by("id")
    for kind in ("move", "close"):
        if kind == "move":
            movement = await pot_moving.enter_move(fund.id, first.id, second.id, 1_234, "26/00031", officer)
        else:
            movement = await pot_moving.enter_close(fund.id, "26/00032", officer)
        outcomes = await at_once(*(pot_moving.confirm(movement.id, one) for one in approvers))
        assert sum(isinstance(one, PotMovement) for one in outcomes) == 1
        assert sum(isinstance(one, Conflict) for one in outcomes) == 3
    assert (await pot_of(fund)).together.cap_pence == 0
    await nothing_is_wrong()


async def test_a_confirmation_and_a_withdrawal_at_once_leave_one_of_the_two() -> None:
    fund = await make.fund(10_000, 5_000)
    officer = await make.person("Olu", Role.FUND_OFFICER)
    finance = await make.person("Fern", Role.FINANCE_APPROVER)
    first, second = await FundingSource.filter(fund_id=fund.id).order_by("id")
    movement = await pot_moving.enter_move(fund.id, first.id, second.id, 1_000, "26/00031", officer)
    await at_once(pot_moving.confirm(movement.id, finance), pot_moving.withdraw(movement.id, officer))
    status = (await PotMovement.get(id=movement.id)).status
    caps = [one.cap_pence for one in await FundingSource.filter(fund_id=fund.id).order_by("id")]
    assert (status, caps) in [("confirmed", [9_000, 6_000]), ("withdrawn", [10_000, 5_000])]
    await nothing_is_wrong()


@pytest.mark.parametrize("number", TIMES)
async def test_a_fund_that_closes_while_an_offer_is_signed_keeps_it_or_refuses_it(number: int) -> None:
    at = await stage(900_000)
    finance = await make.person("Fern", Role.FINANCE_APPROVER)
    award = await at.propose(400_000)
    closing = await pot_moving.enter_close(at.fund.id, "26/00040", at.officer)
    works: list[Awaitable[Any]] = [awards.sign(award.id, at.signatory), pot_moving.confirm(closing.id, finance)]
    outcomes = await at_once(*(reversed(works) if number % 2 else works))
    signed = next((one for one in outcomes if isinstance(one, MatchPledge)), None)
    refused = [one for one in outcomes if isinstance(one, Refused)]
    pot = await pot_of(await MatchFund.get(id=at.fund.id))
    assert pot.fund.status == "closed"
    assert (pot.together.cap_pence, pot.together.left_pence) == ((400_000, 0) if signed else (0, 0))
    assert [one.rule for one in refused] == ([] if signed else ["fund days"])
    await nothing_is_wrong()


@pytest.mark.parametrize("number", TIMES)
async def test_a_movement_and_takes_at_once_never_use_a_penny_twice(number: int) -> None:
    fund = await make.fund(1_000, 1_000, purposes=("a named health outcome",))
    officer = await make.person("Olu", Role.FUND_OFFICER)
    finance = await make.person("Fern", Role.FINANCE_APPROVER)
    first, second = await FundingSource.filter(fund_id=fund.id).order_by("id")
    movement = await pot_moving.enter_move(fund.id, first.id, second.id, 600, "26/00031", officer)
    campaigns = [await make.live_campaign() for _ in range(4)]
    works: list[Awaitable[Any]] = [
        *(pots.take_up_to([fund.id], 300, pots.Offer(one.id, {}), SYSTEM) for one in campaigns),
        pot_moving.confirm(movement.id, finance),
    ]
    outcomes = await at_once(*(reversed(works) if number % 2 else works))
    given = sum(match.amount_pence for one in outcomes if isinstance(one, list) for match in one)
    happened = (await PotMovement.get(id=movement.id)).status == "confirmed"
    assert given == (400 if happened else 1_000)
    assert await make.left_in(fund) == ([0, 1_600] if happened else [0, 1_000])
    await nothing_is_wrong()


async def test_a_draft_opens_once_and_of_two_funds_of_one_name_at_once_there_is_one() -> None:
    officer = await make.person("Olu", Role.FUND_OFFICER)
    approvers = [await make.person("Fern", Role.FINANCE_APPROVER) for _ in range(3)]
    fund = await drafted(officer)
    await complete(fund, officer, approvers[0])
    outcomes = await at_once(*(fund_making.open_fund(fund.id, one) for one in approvers))
    assert sum(isinstance(one, MatchFund) for one in outcomes) == 1
    outcomes = await at_once(*(fund_making.enter_funder("Twice", "T", "", officer) for _ in range(3)))
    assert sum(isinstance(one, Refused) for one in outcomes) == 2
    late = fund_making.Draft("Twice", fund.objective_list, fund.starts_on, fund.ends_on)
    outcomes = await at_once(*(fund_making.draft_fund(fund.funder_id, late, officer) for _ in range(3)))
    assert sum(isinstance(one, MatchFund) for one in outcomes) == 1
    assert (await FundRules.filter(fund_id=fund.id).count()) == 1
    await nothing_is_wrong()
