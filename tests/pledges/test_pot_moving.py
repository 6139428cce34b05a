"""Money between the sources of a fund, funds that close, and pots that run dry: by two people, or in words why not."""

from typing import Any

import pytest

from crowdfund_kent import outbox
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, Forbidden, InvalidMove, NotFound, Refused
from crowdfund_kent.invariants import run
from crowdfund_kent.models import AuditRow, LedgerLine, Outbox
from panel.services import awards, closed_funds
from pledges import fund_checks, fund_making, funds, pot_moving, pot_warnings, pots
from pledges.fund_queries import pot_of
from pledges.models import FundingSource, MatchFund, MatchPledge, PotMovement, SourceCap
from pledges.pot_moving import CLOSED_JOB
from tests.client import SiteClient
from tests.panel.stage import stage
from tests.pledges import pot_make as make
from tests.pledges.test_fund_making import as_actor

HUGE = 10**15


async def sources(fund: MatchFund) -> list[FundingSource]:
    return await FundingSource.filter(fund_id=fund.id).order_by("id")


async def people(fund: MatchFund) -> tuple[Actor, Actor]:
    """A fund officer and a finance approver of this fund alone."""
    officer = await make.person("Olu", Role.FUND_OFFICER, fund=fund)
    return officer, await make.person("Fern", Role.FINANCE_APPROVER, fund=fund)


async def taken(fund: MatchFund, pence: int, **more: Any) -> MatchPledge:
    return await pots.take_exact(fund.id, pence, pots.Offer((await make.live_campaign()).id, {}, **more), SYSTEM)


async def nothing_is_wrong() -> None:
    broken = [found for found in await run((*make.pot_rules(), *fund_checks.RULES)) if found.count]
    assert not broken, broken


async def moved(fund: MatchFund, pence: int, officer: Actor) -> PotMovement:
    first, second = await sources(fund)
    return await pot_moving.enter_move(fund.id, first.id, second.id, pence, "26/00031", officer)


async def test_money_moves_between_sources_by_two_people_on_pages(client: SiteClient) -> None:
    fund = await make.fund(100_000, 50_000, purposes=("a named health outcome",))
    await taken(fund, 30_000)
    officer, finance = await people(fund)
    path = f"/staff/funds/{fund.slug}"
    first, second = await sources(fund)
    await as_actor(client, officer)
    page = await (await client.get(path)).follow("Move money between sources")
    assert page.form().options("from_source") == ["", str(first.id), str(second.id)]
    sent = {"from_source": first.id, "to_source": second.id, "amount": "700.01", "why": "26/00031"}
    page = await page.submit(sent, status=422)
    assert page.errors == ["£700.00 is left in Source 1, so £700.01 can't be moved out of it. Enter that or less."]
    page = await page.submit({"to_source": first.id, "amount": "12.34"}, status=422)
    assert page.errors == ["Choose two different sources."]
    page = await page.submit({"amount": "-5"}, status=422)
    page = await page.submit({"to_source": second.id, "amount": "12.34"}, to=path)
    assert "£12.34 from Source 1 to Source 2 waits to be confirmed." in page.main
    assert "Confirm the movement" not in page.main
    movement = await PotMovement.get()
    await client.get(f"{path}/movements/{movement.id}/confirm", status=403)
    await as_actor(client, finance)
    assert "Movements to confirm" in (await client.get("/account")).main
    page = await (await client.get(path)).follow("Confirm the movement")
    assert page.summary["From"] == "Source 1, where £700.00 is left"
    page = await page.submit(to=path)
    assert [[*row[3:5], row[-1]] for row in page.rows("Commitments by source and financial year")] == [
        ["£987.66", "£300.00", "£687.66"],
        ["£512.34", "£0.00", "£512.34"],
        ["£1,500.00", "£300.00", "£1,200.00"],
    ]
    assert page.rows("Movements that were confirmed")[0][1:3] == ["Moved from Source 1 to Source 2", "£12.34"]
    answer = await client.http.get(f"{path}/commitments.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.splitlines()[1] == f"{fund.name},,Source 1,,,987.66,300.00,0.00,0.00,0.00,0.00,687.66"
    await nothing_is_wrong()


async def test_the_purpose_that_money_leaves_is_said_before_it_is_confirmed(client: SiteClient) -> None:
    fund = await make.fund(100_000, 50_000, purposes=("a named health outcome",))
    officer, finance = await people(fund)
    first, second = await sources(fund)
    movement = await pot_moving.enter_move(fund.id, second.id, first.id, 100, "26/00031", officer)
    await as_actor(client, finance)
    page = await client.get(f"/staff/funds/{fund.slug}/movements/{movement.id}/confirm")
    assert page.summary["Take care"] == "This money is only for a named health outcome, and leaves that purpose"
    page = await client.get(f"/staff/funds/{fund.slug}")
    page = await page.submit(form="Withdraw this movement", to=f"/staff/funds/{fund.slug}")
    assert "Nothing was moved" in page.main
    with pytest.raises(InvalidMove):
        await pot_moving.withdraw(movement.id, officer)


async def test_the_ledger_and_both_caps_tell_of_a_movement_and_who_made_it(db: None) -> None:
    fund = await make.fund(100_000, 50_000)
    officer, finance = await people(fund)
    movement = await pot_moving.confirm((await moved(fund, 1_234, officer)).id, finance)
    first, second = await sources(fund)
    assert (first.cap_pence, second.cap_pence) == (98_766, 51_234)
    lines = await LedgerLine.filter(movement__source=f"pot_movement:{movement.id}").order_by("id")
    assert [(line.account, line.amount_pence) for line in lines] == [
        (f"memo:source:{first.id}:available", -1_234),
        (f"memo:source:{first.id}:cap", 1_234),
        (f"memo:source:{second.id}:available", 1_234),
        (f"memo:source:{second.id}:cap", -1_234),
    ]
    caps = await SourceCap.filter(source__fund_id=fund.id).order_by("-id").limit(2)
    assert {(cap.entered_by_id, cap.confirmed_by_id) for cap in caps} == {(officer.person_id, finance.person_id)}
    acts = await AuditRow.filter(subject=f"pot_movement:{movement.id}").order_by("id").values_list("act", "person_id")
    assert [*acts] == [("movement entered", officer.person_id), ("movement confirmed", finance.person_id)]
    await nothing_is_wrong()


async def test_pence_that_are_not_left_any_more_do_not_move(db: None) -> None:
    fund = await make.fund(10_000, 5_000)
    officer, finance = await people(fund)
    movement = await moved(fund, 10_000, officer)
    await taken(fund, 3)
    with pytest.raises(Refused, match=r"£99\.98 is left in Source 1, so £100\.00 can't be moved"):
        await pot_moving.confirm(movement.id, finance)
    assert (await PotMovement.get(id=movement.id)).status == "entered"
    assert [one.cap_pence for one in await sources(fund)] == [10_000, 5_000]
    await pot_moving.withdraw(movement.id, finance)
    await nothing_is_wrong()


async def test_who_enters_a_movement_does_not_confirm_it_and_roles_reach_their_own_fund_only(db: None) -> None:
    fund, other = await make.fund(10_000, 5_000), await make.fund(10_000, 5_000)
    both = await make.person("Bo", Role.FUND_OFFICER, Role.FINANCE_APPROVER, fund=fund)
    stranger, approver = await people(other)
    movement = await moved(fund, 1, both)
    with pytest.raises(Refused, match="Two different people must enter and confirm a movement"):
        await pot_moving.confirm(movement.id, both)
    for work in (
        pot_moving.confirm(movement.id, approver),
        pot_moving.withdraw(movement.id, approver),
        moved(fund, 1, stranger),
        pot_moving.enter_close(fund.id, "x", stranger),
        pot_moving.confirm(movement.id, Actor(None, "finance approver")),
    ):
        with pytest.raises(Forbidden):
            await work


async def test_a_forged_source_of_another_fund_is_not_found(client: SiteClient) -> None:
    fund, other = await make.fund(10_000, 5_000), await make.fund(10_000, 5_000)
    officer, _ = await people(fund)
    mine, theirs = (await sources(fund))[0], (await sources(other))[0]
    for pair in ((mine.id, theirs.id), (theirs.id, mine.id)):
        with pytest.raises(NotFound):
            await pot_moving.enter_move(fund.id, *pair, 1, "x", officer)
    away = await moved(other, 1, (await people(other))[0])
    await as_actor(client, await make.person("Fay", Role.FINANCE_APPROVER))
    await client.get(f"/staff/funds/{fund.slug}/movements/{away.id}/confirm", status=404)
    await as_actor(client, officer)
    page = await client.get(f"/staff/funds/{fund.slug}/move")
    sent = {"from_source": mine.id, "to_source": theirs.id, "amount": "1", "why": "x"}
    page = await page.submit(sent, status=422)
    assert page.errors == ["Choose the source that gets it"]
    assert not await PotMovement.filter(fund_id=fund.id).exists()


@pytest.mark.parametrize(("pence", "rule"), [(0, "amount"), (-1, "amount"), (-HUGE, "amount"), (HUGE, "left")])
async def test_an_amount_that_can_not_be_is_refused(db: None, pence: int, rule: str) -> None:
    fund = await make.fund(10_000, 5_000)
    officer, _ = await people(fund)
    with pytest.raises(Refused) as refused:
        await moved(fund, pence, officer)
    assert refused.value.rule == rule


async def test_one_thing_of_a_pot_waits_at_a_time(db: None) -> None:
    fund = await make.fund(10_000, 5_000)
    officer, finance = await people(fund)
    movement = await moved(fund, 1, officer)
    for work in (moved(fund, 1, officer), pot_moving.enter_close(fund.id, "x", officer)):
        with pytest.raises(Refused) as refused:
            await work
        assert refused.value.rule == "one movement"
    cap = await funds.enter_cap((await sources(fund))[0].id, 20_000, "26/00032", officer)
    with pytest.raises(Refused) as refused:
        await pot_moving.confirm(movement.id, finance)
    assert refused.value.rule == "one cap"
    await funds.confirm_cap(cap.id, finance)
    await pot_moving.confirm(movement.id, finance)
    with pytest.raises(Conflict):
        await pot_moving.confirm(movement.id, finance)
    assert [one.cap_pence for one in await sources(fund)] == [19_999, 5_001]
    await nothing_is_wrong()


async def test_closing_lets_go_of_what_is_left_keeps_what_is_promised_and_tells_who_waits(db: None) -> None:
    at = await stage(900_000, 100_000, rules=funds.Rules(least_backers=2))
    waits = await at.propose(200_000)
    offer = await taken(at.fund, 300_000)
    accepted = await taken(at.fund, 100_000)
    await pots.pledge(accepted, SYSTEM)
    _, finance = await people(at.fund)
    movement = await pot_moving.enter_close(at.fund.id, "26/00040", at.officer)
    await pot_moving.confirm(movement.id, finance)
    assert (await PotMovement.get(id=movement.id)).amount_pence == 600_000
    fund = await MatchFund.get(id=at.fund.id)
    pot = await pot_of(fund)
    assert (fund.status, pot.together.cap_pence, pot.together.left_pence) == ("closed", 400_000, 0)
    with pytest.raises(Refused) as refused:
        await taken(fund, 1)
    assert refused.value.rule == "fund closed"
    assert await pots.take_up_to([fund.id], 1, pots.Offer((await make.live_campaign()).id, {}), SYSTEM) == []
    with pytest.raises(Refused) as refused:
        await awards.sign(waits.id, at.signatory)
    assert refused.value.rule == "fund days"
    await pots.pledge(offer, SYSTEM)
    await pots.confirm(accepted, SYSTEM)

    job = await Outbox.get(name=CLOSED_JOB)
    for _ in range(2):
        await outbox.run_row(job.id, {CLOSED_JOB: closed_funds.tell}, _no_mail)
        await Outbox.filter(id=job.id).update(done_at=None, claimed_until=None)
    mails = await Outbox.filter(name="fund_closed", kind="email")
    assert len(mails) == 2  # the one who proposed it, and the officer of the helper above
    assert all("These proposals can't be signed any more" in row.body["text"] for row in mails)
    await nothing_is_wrong()

    # what comes back to a closed fund is let go of by two people, too
    await pots.release(offer, "target missed", SYSTEM)
    source = (await sources(fund))[0]
    for work in (
        funds.enter_cap(source.id, 10**6, "x", at.officer),
        funds.add_source(fund.id, funds.NewSource("More", 1), at.officer),
        moved(fund, 1, at.officer),
    ):
        with pytest.raises(Refused) as refused:
            await work
        assert refused.value.rule == "fund closed"
    again = await pot_moving.enter_close(fund.id, "26/00041", at.officer)
    await pot_moving.confirm(again.id, finance)
    assert (await pot_of(fund)).together.cap_pence == 100_000
    with pytest.raises(Refused, match="nothing is left"):
        await pot_moving.enter_close(fund.id, "26/00042", at.officer)
    await nothing_is_wrong()


async def _no_mail(_body: object, *_: object) -> None:
    return None


async def test_a_closed_fund_says_so_to_everybody(client: SiteClient) -> None:
    fund = await make.fund(10_000)
    officer, finance = await people(fund)
    await as_actor(client, officer)
    path = f"/staff/funds/{fund.slug}"
    page = await (await client.get(path)).follow("Close this fund")
    await page.submit({"why": "26/00040"}, to=path)
    await as_actor(client, finance)
    page = await (await client.get(path)).follow("Confirm the closing")
    assert page.summary["Left in the pot now"] == "£100.00"
    page = await page.submit(to=path)
    assert "This fund is closed: it offers nothing new." in page.main
    assert "Change the cap" not in page.main
    page = await client.get(f"/funds/{fund.slug}")
    assert "This fund is closed. It offers nothing new" in page.main
    assert "£0.00" in page.rows("Where the money is")[-1][-1]


async def test_a_draft_is_not_closed(db: None) -> None:
    fund = await make.fund(10_000)
    officer, _ = await people(fund)
    await MatchFund.filter(id=fund.id).update(status="draft")
    with pytest.raises(Refused):
        await pot_moving.enter_close(fund.id, "x", officer)
    assert not [one for one in await fund_making.needed_to_open(fund) if "money" in one.words and not one.there]


@pytest.mark.parametrize(
    ("held", "cap", "expected"),
    [(0, 0, None), (79, 100, None), (7_999, 10_000, None), (80, 100, 80), (94, 100, 80), (95, 100, 95), (100, 100, 95)],
)
def test_thresholds_are_of_the_cap_by_everything_held(held: int, cap: int, expected: int | None) -> None:
    assert pot_warnings.reached(held, cap) == expected


async def test_a_pot_that_runs_dry_is_told_once_a_threshold_and_cap(client: SiteClient) -> None:
    fund, other = await make.fund(6_000, 4_000), await make.fund(10_000)
    officer, finance = await people(fund)
    await people(other)
    path = f"/staff/funds/{fund.slug}"

    async def told() -> list[str]:
        rows = await Outbox.filter(name="pot_warning").order_by("id")
        return [row.body["subject"] for row in rows]

    await taken(fund, 7_999)
    assert await told() == []
    last = await taken(fund, 1)
    assert await told() == [f"{fund.name}: 80% of the pot is used"] * 2
    await as_actor(client, officer)
    assert "80% or more of this pot is set aside, promised or paid." in (await client.get(path)).main
    assert "80% or more is used" in (await client.get("/staff/funds")).main
    await pots.release(last, "offer ran out", SYSTEM)
    await taken(fund, 1)
    assert len(await told()) == 2
    await taken(fund, 1_500)
    assert (await told())[2:] == [f"{fund.name}: 95% of the pot is used"] * 2
    assert "95% or more is used" in (await client.get("/staff/funds")).main
    cap = await funds.enter_cap((await sources(fund))[0].id, 7_000, "26/00050", officer)
    await funds.confirm_cap(cap.id, finance)
    await taken(fund, 1_000)  # from 86 to 95 per cent of another cap
    assert len(await told()) == 6


async def test_a_warning_goes_back_with_its_take(db: None) -> None:
    fund = await make.fund(10_000)
    await people(fund)
    with pytest.raises(RuntimeError):
        async with transaction():
            await taken(fund, 9_000)
            assert await Outbox.filter(name="pot_warning").count() == 2
            raise RuntimeError
    assert not await Outbox.filter(name="pot_warning").exists()
