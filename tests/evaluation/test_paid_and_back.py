"""What the bank sent back was not paid, and what was let go of is not certain: in the figures and in open data."""

import pytest

from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_today
from evaluation.indicators import Results, measured
from evaluation.open_data import services
from evaluation.open_data.grants import grants_as_at
from evaluation.scope import Records, Scope
from pledges import pots
from pledges.models import MatchPledge
from tests.pledges import pot_make

pytestmark = pytest.mark.usefixtures("db")


def scope() -> Scope:
    return Scope.of(business_today(), records=Records.REAL)


async def confirmed(pence: int) -> MatchPledge:
    """Of a fund with two sources, which share it by what is left."""
    fund, campaign = await pot_make.fund(100_000, 300_000), await pot_make.live_campaign()
    match = await pots.take_exact(fund.id, pence, pots.Offer(campaign.id, {}), SYSTEM)
    await pots.pledge(match, SYSTEM)
    await pots.confirm(match, SYSTEM)
    return match


async def paid_of(match: MatchPledge) -> tuple[int | None, int | None, int]:
    """Paid as the figures tell it, as the grant tells it, and as its sources add up to."""
    found = await measured(scope())
    (grant,) = await grants_as_at(scope())
    return found.of("match_paid").value, grant.paid_pence, _sum(found, "match_paid", "source")


def _sum(found: Results, key: str, way: str) -> int:
    return sum(part.value or 0 for part in found.of(key).parts[way])


async def test_a_payment_that_came_back_and_was_made_again_was_paid_once() -> None:
    match = await confirmed(50_000)
    assert await paid_of(match) == (0, None, 0)
    await pots.pay(match, 50_000, SYSTEM, for_row="match_payment:1")
    assert await paid_of(match) == (50_000, 50_000, 50_000)
    sources = {draw.source_id: draw.paid_pence for draw in await match.draws.all()}  # type: ignore[attr-defined]
    await pots.unpay(match, 50_000, SYSTEM, for_row="match_payment:1", by_source=sources)
    assert await paid_of(match) == (0, 0, 0)
    assert (await measured(scope())).of("days_to_pay").value is None, "nothing was paid"
    await pots.pay(match, 50_000, SYSTEM, for_row="match_payment:2")
    assert await paid_of(match) == (50_000, 50_000, 50_000)
    exported = await services.threesixty_file(business_today(), "json")
    assert b'"amountDisbursed": 500' in exported.content, "or it were refused: more was paid than was awarded"


async def test_what_was_let_go_when_a_match_was_closed_short_is_not_certain() -> None:
    match = await confirmed(50_000)
    await pots.pay(match, 35_000, SYSTEM, for_row="match_payment:1")
    await pots.close_short(match, SYSTEM)
    found = await measured(scope())
    told = {key: found.of(f"match_{key}").value for key in ("pledged", "confirmed", "paid")}
    assert told == {"pledged": 50_000, "confirmed": 35_000, "paid": 35_000}
    assert [_sum(found, "match_confirmed", way) for way in ("funder", "source")] == [35_000, 35_000]
