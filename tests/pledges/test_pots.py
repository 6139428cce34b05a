"""One request at a time at the pot: all or refused, clamped, shared by source, released once."""

from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from crowdfund_kent import ledger
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import InvalidMove, MovedAlready, Refused
from crowdfund_kent.models import AuditRow
from pledges import funds, pots
from pledges.fund_queries import pot_of
from pledges.kinds import Accrual
from pledges.match_accounts import place
from pledges.models import FundingSource, MatchDraw, MatchFund, MatchPledge, MatchPledgeEvent, SourceCap
from projects.models import Campaign
from tests.pledges import pot_make as make

pytestmark = pytest.mark.usefixtures("db")


def offer(campaign: Campaign, *fitting: int, accrual: Accrual = Accrual.FLAT) -> pots.Offer:
    return pots.Offer(campaign.id, {}, accrual=accrual, fitting=fitting)


def reserve(campaign: Campaign) -> pots.Offer:
    return offer(campaign, accrual=Accrual.POUND_FOR_POUND)


async def draws_of(match: MatchPledge) -> list[int]:
    return [draw.amount_pence for draw in await MatchDraw.filter(match_pledge_id=match.id).order_by("source_id")]


CLAMPED = [case for case in make.facts()["single"] if case["mode"] == "up_to" and "currency" not in case]


@pytest.mark.parametrize("case", CLAMPED, ids=lambda case: case["name"])
async def test_the_facts_about_clamped_takes_hold(case: dict[str, Any]) -> None:
    made = [await make.fund(cap, position=number) for number, cap in enumerate(case["pots"])]
    campaign = await make.live_campaign()
    order = [fund.id for fund in made]
    if case.get("second_fails"):
        await take_twice_the_second_fails(case, made, campaign)
        return
    gave, taken = [], []
    for ask in case["asks"]:
        taken = await pots.take_up_to(order, ask, reserve(campaign), SYSTEM)
        gave.append(sum(match.amount_pence for match in taken))
    assert gave == case["gives"]
    if "split" in case:
        assert [match.amount_pence for match in taken] == case["split"]
        assert [match.fund_id for match in taken] == order
    if case["gives"] == [0]:
        assert await MatchPledge.all().count() == await MatchDraw.all().count() == 0
        assert not await AuditRow.filter(act="match earmarked").exists()
    if "then" in case:
        (match,) = taken
        await pots.release(match, "verdict", SYSTEM)
        with pytest.raises(InvalidMove):
            await pots.release(match, "verdict", SYSTEM)
        assert sum(await make.left_in(*made)) == case["left"]


async def take_twice_the_second_fails(case: dict[str, Any], made: list[MatchFund], campaign: Campaign) -> None:
    (fund,) = made
    first, second = case["asks"]
    await pots.take_up_to([fund.id], first, reserve(campaign), SYSTEM)
    before = await MatchPledge.all().count()
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await pots.take_up_to([fund.id], second, reserve(campaign), SYSTEM)
            raise ZeroDivisionError
    assert sum(await make.left_in(fund)) == case["left"]
    assert await MatchPledge.all().count() == before
    assert await ledger.balance(place(await source_id(fund), "earmarked")) == first


async def source_id(fund: MatchFund) -> int:
    source = await FundingSource.get(fund_id=fund.id)
    return int(source.id)


async def test_an_award_that_does_not_fit_is_refused_whole_and_nothing_is_written() -> None:
    (case,) = (case for case in make.facts()["single"] if case["mode"] == "exact")
    fund = await make.fund(*case["pots"])
    campaign = await make.live_campaign()
    with pytest.raises(Refused) as refused:
        await pots.take_exact(fund.id, case["asks"][0], offer(campaign), SYSTEM)
    assert refused.value.rule == "pot"
    assert "£3,200.00 is left" in refused.value.message
    assert await make.left_in(fund) == [case["left"]]
    assert not await MatchPledge.all().exists()


@pytest.mark.parametrize("case", make.facts()["sources"], ids=lambda case: case["name"])
async def test_the_facts_about_sources_hold_in_the_tables(case: dict[str, Any]) -> None:
    fund = await make.fund(*case["left"])
    for award, expected in zip(case["awards"], case["split"], strict=True):
        campaign = await make.live_campaign()
        match = await pots.take_exact(fund.id, award, offer(campaign), SYSTEM)
        assert await draws_of(match) == expected


async def test_a_take_writes_draws_event_ledger_and_audit_together() -> None:
    fund = await make.fund(15_000, 15_000)
    campaign = await make.live_campaign()
    match = await pots.take_exact(fund.id, 10_001, offer(campaign), SYSTEM)
    assert match.status == "earmarked"
    assert await draws_of(match) == [5_001, 5_000]
    (event,) = await MatchPledgeEvent.filter(subject_id=match.id)
    assert (event.old, event.new, event.amount_pence) == ("", "earmarked", 10_001)
    first, second = await FundingSource.filter(fund_id=fund.id).order_by("id")
    assert (first.earmarked_pence, second.earmarked_pence) == (5_001, 5_000)
    assert await ledger.balance(place(first.id, "earmarked")) == 5_001
    assert await ledger.balance(place(second.id, "available")) == 10_000
    (row,) = await AuditRow.filter(subject=f"match_pledge:{match.id}")
    assert row.details == {"amount_pence": 10_001, "campaign_id": campaign.id, "fund_id": fund.id}


async def test_a_source_with_a_purpose_is_drawn_only_by_awards_that_fit_it() -> None:
    fund = await make.fund(5_000, 5_000, purposes=("a named health outcome",))
    _, health = await FundingSource.filter(fund_id=fund.id).order_by("id")
    with pytest.raises(Refused, match=r"£50.00 is left"):
        await pots.take_exact(fund.id, 5_001, offer(await make.live_campaign()), SYSTEM)
    match = await pots.take_exact(fund.id, 6_000, offer(await make.live_campaign(), health.id), SYSTEM)
    assert await draws_of(match) == [3_000, 3_000]
    plain = await pots.take_exact(fund.id, 2_000, offer(await make.live_campaign()), SYSTEM)
    assert await draws_of(plain) == [2_000]
    assert await make.left_in(fund) == [0, 2_000]


async def test_a_fund_offers_one_campaign_one_match_until_it_is_released() -> None:
    fund = await make.fund(100_000)
    campaign = await make.live_campaign()
    first = await pots.take_exact(fund.id, 1_000, offer(campaign), SYSTEM)
    with pytest.raises(IntegrityError, match="match_pledge_one_a_fund"):
        await pots.take_exact(fund.id, 1_000, offer(campaign), SYSTEM)
    await pots.release(first, "declined by group", SYSTEM)
    await pots.take_exact(fund.id, 2_000, offer(campaign), SYSTEM)
    assert await make.left_in(fund) == [98_000]


async def test_money_goes_from_place_to_place_and_the_figures_follow() -> None:
    fund = await make.fund(15_000, 15_000)
    match = await pots.take_exact(fund.id, 20_000, offer(await make.live_campaign()), SYSTEM)
    now = business_now()
    await pots.pledge(match, SYSTEM, effective_at=now)
    assert match.accepted_at == now
    together = (await pot_of(fund)).together
    assert (together.pledged_pence, together.earmarked_pence, together.left_pence) == (20_000, 0, 10_000)
    await pots.confirm(match, SYSTEM)
    await pots.pay(match, 12_001, SYSTEM, for_row="match_payment:1")
    together = (await pot_of(fund)).together
    assert (match.status, together.confirmed_pence, together.paid_pence) == ("part paid", 7_999, 12_001)
    await pots.pay(match, 7_999, SYSTEM, for_row="match_payment:2")
    await pots.recover(match, 501, SYSTEM, for_row="match_recovery:1")
    together = (await pot_of(fund)).together
    assert (match.status, together.paid_pence, together.recovered_pence) == ("part recovered", 19_499, 501)
    assert together.left_pence == 10_000, "what came back is not left again by itself"
    with pytest.raises(InvalidMove):
        await pots.release(match, "collapsed", SYSTEM)


async def test_a_match_closed_short_lets_go_of_what_was_not_paid() -> None:
    fund = await make.fund(15_000, 15_000)
    match = await pots.take_exact(fund.id, 20_000, offer(await make.live_campaign()), SYSTEM)
    await pots.pledge(match, SYSTEM)
    await pots.confirm(match, SYSTEM)
    await pots.pay(match, 14_000, SYSTEM, for_row="match_payment:1")
    await pots.close_short(match, SYSTEM)
    together = (await pot_of(fund)).together
    assert (together.paid_pence, together.confirmed_pence, together.left_pence) == (14_000, 0, 16_000)


@pytest.mark.parametrize("amount", [0, -1, 20_001])
async def test_no_more_is_paid_than_was_promised(amount: int) -> None:
    fund = await make.fund(30_000)
    match = await pots.take_exact(fund.id, 20_000, offer(await make.live_campaign()), SYSTEM)
    await pots.pledge(match, SYSTEM)
    await pots.confirm(match, SYSTEM)
    with pytest.raises(Refused, match=r"£200.00 of this match is still to pay"):
        await pots.pay(match, amount, SYSTEM, for_row="match_payment:1")
    with pytest.raises(Refused, match=r"£0.00 of this match can come back"):
        await pots.recover(match, 1, SYSTEM, for_row="match_recovery:1")


async def test_who_read_the_match_before_another_moved_it_changes_nothing() -> None:
    fund = await make.fund(30_000)
    match = await pots.take_exact(fund.id, 20_000, offer(await make.live_campaign()), SYSTEM)
    stale = await MatchPledge.get(id=match.id)
    await pots.release(match, "verdict", SYSTEM)
    with pytest.raises(MovedAlready):
        await pots.release(stale, "verdict", SYSTEM)
    with pytest.raises(MovedAlready):
        await pots.pledge(await _as_if(stale, "earmarked"), SYSTEM)
    assert await make.left_in(fund) == [30_000]


async def _as_if(match: MatchPledge, status: str) -> MatchPledge:
    match.status = status
    return match


async def test_nothing_is_taken_where_nothing_is_asked() -> None:
    fund = await make.fund(30_000)
    campaign = await make.live_campaign()
    with pytest.raises(ValueError, match="of something"):
        await pots.take_exact(fund.id, 0, offer(campaign), SYSTEM)
    with pytest.raises(ValueError, match="of something"):
        await pots.take_up_to([fund.id], -5, reserve(campaign), SYSTEM)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE funding_source SET earmarked_pence = cap_pence + 1 WHERE fund_id = $1",
        "UPDATE funding_source SET paid_pence = -1 WHERE fund_id = $1",
        "UPDATE funding_source SET cap_pence = earmarked_pence - 1 WHERE fund_id = $1",
    ],
)
async def test_the_database_itself_refuses_an_overspent_pot(sql: str) -> None:
    fund = await make.fund(30_000)
    await pots.take_exact(fund.id, 20_000, offer(await make.live_campaign()), SYSTEM)
    with pytest.raises(IntegrityError, match="funding_source_"):
        async with transaction():
            await execute(sql, fund.id)


async def test_a_cap_counts_once_a_second_person_has_confirmed_it() -> None:
    fund = await make.fund(30_000)
    officer = await make.person("Olu", Role.FUND_OFFICER, Role.FINANCE_APPROVER, fund=fund)
    approver = await make.person("Fern", Role.FINANCE_APPROVER, fund=fund)
    source = await FundingSource.get(fund_id=fund.id)
    cap = await funds.enter_cap(source.id, 50_000, "Decision 26/00044", officer)
    assert await make.left_in(fund) == [30_000]
    with pytest.raises(Refused, match="Two different people must enter and confirm a cap"):
        await funds.confirm_cap(cap.id, officer)
    with pytest.raises(Refused, match="waits to be confirmed"):
        await funds.enter_cap(source.id, 60_000, "", officer)
    await funds.confirm_cap(cap.id, approver)
    assert await make.left_in(fund) == [50_000]
    assert await ledger.balance(place(source.id, "available")) == 50_000
    with pytest.raises(MovedAlready):
        await funds.confirm_cap(cap.id, approver)


async def test_a_cap_is_not_lowered_under_what_is_set_aside_and_may_be_withdrawn() -> None:
    fund = await make.fund(30_000)
    officer = await make.person("Olu", Role.FUND_OFFICER, fund=fund)
    approver = await make.person("Fern", Role.FINANCE_APPROVER, fund=fund)
    await pots.take_exact(fund.id, 20_000, offer(await make.live_campaign()), SYSTEM)
    source = await FundingSource.get(fund_id=fund.id)
    cap = await funds.enter_cap(source.id, 19_999, "", officer)
    with pytest.raises(Refused, match=r"£200.00 of this source is set aside"):
        await funds.confirm_cap(cap.id, approver)
    await funds.withdraw_cap(cap.id, officer)
    with pytest.raises(MovedAlready):
        await funds.confirm_cap(cap.id, approver)
    lower = await funds.enter_cap(source.id, 20_000, "", officer)
    await funds.confirm_cap(lower.id, approver)
    assert await make.left_in(fund) == [0]
    assert await SourceCap.filter(source_id=source.id).count() == 3


async def test_a_new_source_holds_nothing_until_its_cap_is_confirmed() -> None:
    fund = await make.fund(30_000)
    officer = await make.person("Olu", Role.FUND_OFFICER, fund=fund)
    approver = await make.person("Fern", Role.FINANCE_APPROVER)
    cap = await funds.add_source(fund.id, funds.NewSource("Public Health", 70_000, "a named health outcome"), officer)
    assert await make.left_in(fund) == [30_000, 0]
    with pytest.raises(Refused, match="source of that name"):
        await funds.add_source(fund.id, funds.NewSource("Public Health", 1), officer)
    await funds.confirm_cap(cap.id, approver)
    assert await make.left_in(fund) == [30_000, 70_000]


async def test_every_penny_of_the_cap_is_in_one_place_of_the_ledger() -> None:
    fund = await make.fund(15_000, 15_000)
    match = await pots.take_exact(fund.id, 20_000, offer(await make.live_campaign()), SYSTEM)
    await pots.pledge(match, SYSTEM)
    (row,) = await fetch(
        "SELECT sum(amount_pence)::bigint AS total FROM ledger_line WHERE account LIKE 'memo:source:%'"
    )
    assert row["total"] == 0
