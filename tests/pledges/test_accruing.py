"""From when accepted match counts as raised (ruling 6): examples at the edges, and SQL that says what Python says."""

import asyncio
import contextvars
import json
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crowdfund_kent import audit, events
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.invariants import run
from payments import closing
from pledges import checks as pledge_checks
from pledges import matches, pots
from pledges.accruing import Accepted, raised, which_count
from pledges.agreeing import may_be_charged_pence
from pledges.dashboard import dashboard_of
from pledges.kinds import Accrual
from pledges.models import MatchFund, MatchPledge, MatchPledgeEvent
from pledges.states import Match
from pledges.totals import raised_with, totals, totals_of
from projects.models import Campaign, Project
from tests.client import SiteClient
from tests.pledges import make, pot_make

FLAT, FIRST, BRIDGE, TOP = Accrual.FLAT, Accrual.IN_FIRST, Accrual.BRIDGING, Accrual.TOP_UP

# target £10,000: crowd, accepted (pence, accrual, start_bp), what is raised
EDGES = [
    (0, [(300_000, FLAT, 0)], 300_000),
    (0, [(300_000, FIRST, 0)], 300_000),
    (249_999, [(300_000, BRIDGE, 2_500)], 249_999),
    (250_000, [(300_000, BRIDGE, 2_500)], 550_000),
    (0, [(300_000, BRIDGE, 0)], 300_000),
    (333_333, [(1, BRIDGE, 3_333)], 333_334),
    (333_299, [(1, BRIDGE, 3_333)], 333_299),
    # the crowd alone starts a bridge: other match does not, however much
    (249_999, [(300_000, BRIDGE, 2_500), (600_000, FLAT, 0)], 849_999),
    (700_000, [(300_000, TOP, 0)], 1_000_000),
    (699_999, [(300_000, TOP, 0)], 699_999),
    (1_100_000, [(300_000, TOP, 0)], 1_400_000),
    # two top-ups join together, or neither does
    (500_000, [(300_000, TOP, 0), (200_000, TOP, 0)], 1_000_000),
    (499_999, [(300_000, TOP, 0), (200_000, TOP, 0)], 499_999),
    # one of them alone would reach no target, and together they do not either
    (100_000, [(300_000, TOP, 0), (200_000, TOP, 0)], 100_000),
    # a bridge that counts lets a top-up join; one that does not keeps it out
    (250_000, [(300_000, BRIDGE, 2_500), (450_000, TOP, 0)], 1_000_000),
    (249_999, [(300_000, BRIDGE, 2_500), (450_001, TOP, 0)], 249_999),
    (200_000, [(100_000, FLAT, 0), (300_000, FIRST, 0), (400_000, TOP, 0)], 1_000_000),
]


@pytest.mark.parametrize(("crowd", "accepted", "whole"), EDGES)
def test_match_counts_from_its_point_to_the_penny(
    crowd: int, accepted: list[tuple[int, Accrual, int]], whole: int
) -> None:
    assert raised(1_000_000, crowd, [Accepted(*one) for one in accepted]) == whole


accepted_match = st.builds(Accepted, st.integers(1, 900), st.sampled_from(Accrual), st.integers(0, 10_000))


@given(st.integers(1, 1_000), st.integers(0, 1_500), st.integers(0, 500), st.lists(accepted_match, max_size=5))
def test_another_pledge_never_lowers_what_is_raised(
    target: int, crowd: int, more: int, accepted: list[Accepted]
) -> None:
    before, after = raised(target, crowd, accepted), raised(target, crowd + more, accepted)
    assert after >= before + more
    first, then = which_count(target, crowd, accepted), which_count(target, crowd + more, accepted)
    assert all(later or not earlier for earlier, later in zip(first, then, strict=True))


@given(st.integers(1, 1_000), st.integers(0, 1_500), st.lists(accepted_match, max_size=5))
def test_top_ups_count_together_and_only_when_the_target_is_met(
    target: int, crowd: int, accepted: list[Accepted]
) -> None:
    counting = which_count(target, crowd, accepted)
    top_ups = {counts for one, counts in zip(accepted, counting, strict=True) if one.accrual == TOP}
    assert len(top_ups) <= 1
    if top_ups:
        assert (raised(target, crowd, accepted) >= target) == (True in top_ups)


HELD = [Match.EARMARKED, Match.PLEDGED, Match.CONFIRMED, Match.PAID, Match.RELEASED]
row = st.tuples(st.integers(1, 900), st.sampled_from(Accrual), st.integers(0, 10_000), st.sampled_from(HELD))
Rows = Sequence[tuple[int, Accrual, int, Match]]


@pytest.mark.usefixtures("db")
async def test_sums_by_sql_are_those_of_the_pure_function() -> None:
    campaign = await make.campaign(target_pence=1_000)
    pledge = await make.pledge(campaign, 200)
    ids = [(await make.match(campaign, 1, Match.PLEDGED)).id for _ in range(5)]
    loop, context = asyncio.get_running_loop(), contextvars.copy_context()

    async def both(target: int, crowd: int, rows: Rows) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        await execute("UPDATE campaign SET target_pence = $2 WHERE id = $1", campaign.id, target)
        await execute("UPDATE pledge SET amount_pence = $2 WHERE id = $1", pledge.id, crowd)
        rest = [(1, FLAT, 0, Match.RELEASED)] * (len(ids) - len(rows))
        for match_id, (pence, accrual, start_bp, status) in zip(ids, [*rows, *rest], strict=True):
            await execute(
                "UPDATE match_pledge SET amount_pence = $2, paid_pence = 0, accrual = $3, terms = $4::jsonb, status = $5"
                " WHERE id = $1",
                match_id,
                pence,
                accrual.value,
                json.dumps({"start_bp": start_bp} if accrual == BRIDGE else {}),
                status.value,
            )
        found = await totals(campaign.id)
        accepted = [
            Accepted(pence, accrual, start_bp)
            for pence, accrual, start_bp, status in rows
            if status not in {Match.EARMARKED, Match.RELEASED}
        ]
        whole = raised(target, crowd, accepted)
        promised = sum(pence for pence, _, _, status in rows if status != Match.RELEASED)
        meant = (whole, whole - crowd, promised)
        return (found.raised_pence, found.match_accepted_pence, found.match_promised_pence), meant

    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.integers(1, 2_000), st.integers(1, 1_500), st.lists(row, max_size=5))
    def agree(target: int, crowd: int, rows: Rows) -> None:
        work = context.copy().run(asyncio.run_coroutine_threadsafe, both(target, crowd, rows), loop)
        by_sql, pure = work.result()
        assert by_sql == pure

    await asyncio.to_thread(agree)


async def signed(campaign: Campaign, pence: int, accrual: Accrual, **of_fund: int) -> tuple[MatchFund, MatchPledge]:
    """A fund of this kind, and its accepted match."""
    fund = await pot_make.fund(10_000_000)
    await MatchFund.filter(id=fund.id).update(accrual=accrual, **of_fund)
    match = await pots.take_exact(fund.id, pence, pots.Offer(campaign.id, {}, accrual=accrual), SYSTEM)
    await pots.pledge(match, SYSTEM)
    return fund, match


@pytest.mark.usefixtures("db")
async def test_a_match_keeps_the_start_of_the_day_it_was_signed() -> None:
    campaign = await pot_make.live_campaign()
    await pot_make.card_pledge(campaign, 100_000)
    fund, match = await signed(campaign, 300_000, BRIDGE, start_bp=1_000)
    assert match.terms == {"start_bp": 1_000}
    await MatchFund.filter(id=fund.id).update(start_bp=9_000)
    assert (await totals(campaign.id)).raised_pence == 400_000


@pytest.mark.usefixtures("db")
async def test_the_bar_says_from_when_a_promise_counts(client: SiteClient) -> None:
    campaign = await pot_make.live_campaign()
    await pot_make.card_pledge(campaign, 249_999)
    await signed(campaign, 300_000, BRIDGE)
    await signed(campaign, 200_000, TOP)
    sums = await totals(campaign.id)
    assert (sums.raised_pence, sums.match_accepted_pence, sums.match_later_pence) == (249_999, 0, 500_000)
    parts = (await matches.match_parts([campaign.id], await totals_of([campaign.id])))[campaign.id]
    told = ["counts once backers have pledged £2,500", "counts once everything else comes to £8,000"]
    assert [part.later for part in parts] == told
    slug = (await Project.get(id=campaign.project_id)).slug
    page = await client.get(f"/projects/{slug}")
    assert "£2,499.99 pledged of £10,000" in page.main
    for words in told:
        assert f"promised, {words}" in page.main
    assert "KCC council has promised £3,000. It counts from when backers have pledged 25% of the target" in page.main
    await pot_make.card_pledge(campaign, 300_001)
    page = await client.get(f"/projects/{slug}")
    assert "£10,500 pledged of £10,000" in page.main
    assert "promised, counts" not in page.main
    assert (await dashboard_of(campaign)).days[-1].raised_pence == 1_050_000


@pytest.mark.usefixtures("db")
async def test_pledges_that_wait_for_a_yes_may_take_a_bridge_with_them() -> None:
    campaign = await pot_make.live_campaign()
    await pot_make.card_pledge(campaign, 300_000)
    await signed(campaign, 400_000, BRIDGE)
    assert await may_be_charged_pence(campaign.id) == 700_000
    assert await raised_with(campaign.id, 1_000_000, 250_000) == 650_000
    assert await raised_with(campaign.id, 1_000_000, 200_000) == 200_000


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("crowd", "raised_pence", "status"), [(700_000, 1_010_000, "successful"), (689_999, 689_999, "unsuccessful")]
)
async def test_the_verdict_reads_what_counts_and_freezes_it(crowd: int, raised_pence: int, status: str) -> None:
    campaign = await pot_make.live_campaign()
    await pot_make.card_pledge(campaign, crowd)
    await signed(campaign, 250_000, TOP)
    await signed(campaign, 60_000, TOP)
    _, bridge = await signed(campaign, 100_000, BRIDGE, start_bp=7_500)
    async with transaction():
        await events.move(campaign, "deadline", SYSTEM, closing_at=business_now())
        await audit.record("campaign closing", f"campaign:{campaign.id}", SYSTEM)
    assert await closing.decide(campaign.id)
    decided = await Campaign.get(id=campaign.id)
    assert (decided.status, decided.raised_pence) == (status, raised_pence)
    assert (await MatchPledge.get(id=bridge.id)).status == "released"
    (rule,) = [one for one in pledge_checks.RULES if one.name == "raised is what stood at the verdict"]
    (found,) = await run([rule])
    assert not found.count


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("flat", "ends"), [(900_000, "target met"), (500_000, "target missed")])
async def test_what_never_came_to_count_is_let_go_and_not_in_the_frozen_sum(flat: int, ends: str) -> None:
    campaign = await pot_make.live_campaign()
    await pot_make.card_pledge(campaign, 100_000)
    _, bridge = await signed(campaign, 50_000, BRIDGE)
    _, plain = await signed(campaign, flat, FLAT)
    frozen = (await totals(campaign.id)).raised_pence
    assert frozen == 100_000 + flat
    await Campaign.filter(id=campaign.id).update(decided_at=business_now(), raised_pence=frozen)
    if ends == "target met":
        await matches.confirm_all(campaign, SYSTEM)
    else:
        await matches.release_all(campaign, ends, SYSTEM)
    causes = [(await MatchPledgeEvent.filter(subject_id=one.id).order_by("-id"))[0].cause for one in (bridge, plain)]
    assert causes == ["never counted", ends]
    after = await totals(campaign.id)
    assert (after.raised_pence, after.match_accepted_pence, after.match_later_pence) == (frozen, flat, 0)
