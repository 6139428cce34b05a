"""Officers make funders and funds on pages; a draft is nobody's business but theirs; a second person opens it."""

from datetime import date, timedelta
from typing import Any

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Conflict, Forbidden, Refused
from crowdfund_kent.models import AuditRow
from pledges import commitments, fund_making, funds, pots
from pledges.fund_making import Draft
from pledges.fund_queries import pot_of
from pledges.kinds import Accrual
from pledges.models import Funder, FundingSource, MatchFund, MatchFundEvent
from pledges.public.listed import pages
from projects.models import Objective
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.pledges import pot_make as make

LIST = "ours"


async def as_actor(client: SiteClient, actor: Actor) -> None:
    assert actor.person_id is not None
    await sign_in(client, await Person.get(id=actor.person_id))


def days(name: str, day: date) -> dict[str, str | int]:
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def draft(**more: object) -> Draft:
    today = business_today()
    return Draft(**({"name": "Small", "objective_list": LIST, "starts_on": today, "ends_on": today} | more))  # type: ignore[arg-type]


async def drafted(officer: Actor, **more: object) -> MatchFund:
    """A fund in draft, of a funder of its own."""
    await Objective.get_or_create(list_name=LIST, name="health")
    number = await Funder.all().count()
    funder = await fund_making.enter_funder(f"Funder {number}", "F", "", officer)
    return await fund_making.draft_fund(funder.id, draft(**more), officer)


async def complete(fund: MatchFund, officer: Actor, finance: Actor) -> None:
    """Money, rules, and who may sign."""
    cap = await funds.add_source(fund.id, funds.NewSource("Base", 50_000), officer)
    await funds.confirm_cap(cap.id, finance)
    await funds.set_rules(fund.id, funds.Rules(), business_today(), officer)
    await make.authority(fund, await make.person("Sam", Role.SIGNATORY, fund=fund))


async def test_a_fund_is_made_by_pages_and_opened_by_a_second_person(client: SiteClient) -> None:
    await Objective.create(list_name=LIST, name="health")
    officer = await make.person("Olu", Role.FUND_OFFICER)
    finance = await make.person("Fern", Role.FINANCE_APPROVER)
    await as_actor(client, officer)
    page = await (await client.get("/staff/funds")).follow("Funders")
    page = await page.follow("Enter a funder")
    page = await page.submit({"name": "NHS Kent and Medway", "short_name": "", "organisation_id": "nhs"}, status=422)
    assert page.errors == [
        "Enter a short name, like KCC",
        "Enter an organisation id in the form of 360Giving, like GB-LAE-KEN",
    ]
    page = await page.submit({"short_name": "NHS", "organisation_id": "GB-NHS-QKS"}, to="/staff/funders")
    assert page.rows("Public bodies that own funds") == [["NHS Kent and Medway", "NHS", "GB-NHS-QKS", "0 funds"]]
    page = await page.follow("Make a fund")
    today = business_today()
    sent: dict[str, Any] = {
        "funder": (await Funder.get()).id,
        "name": "Well together",
        "summary": "Health close to home.",
        "objective_list": LIST,
        **days("starts_on", today),
        **days("ends_on", today - timedelta(days=1)),
        "accrual": "bridging",
        "start": 30,
    }
    page = await page.submit(sent, status=422)
    assert page.errors == ["The last day must be on or after the first day."]
    path = "/staff/funds/well-together"
    page = await page.submit(days("ends_on", today + timedelta(days=365)), to=path)
    assert "This fund is a draft." in page.main
    assert "A source with money, whose cap a second person has confirmed: missing" in page.main
    fund = await MatchFund.get()
    assert (fund.status, fund.accrual, fund.start_bp, fund.summary) == (
        "draft",
        "bridging",
        3000,
        "Health close to home.",
    )
    page = await page.follow("Change what the draft says")
    await page.submit({"without_crowd": True}, status=422)
    await page.submit({"accrual": "flat", "summary": "Health."}, to=path)

    page = await (await client.get(path)).follow("Add a source")
    source = {"name": "ICB", "cap": "1,000", "why": "26/00031", "financial_year": "2026-28"}
    page = await page.submit(source, status=422)
    assert page.errors == ["Enter a financial year, like 2026-27"]
    page = await page.submit({"financial_year": "2026-27"}, to=path)
    await client.get(f"{path}/open", status=403)
    await as_actor(client, finance)
    page = await (await client.get(path)).follow("Confirm the cap of ICB")
    await page.submit(to=path)
    page = await (await client.get(path)).follow("Open the fund")
    page = await page.submit(status=422)
    assert page.errors == [
        "The fund can't open yet. Missing: Rules that apply on its first day;"
        " Somebody who may sign for it, under a decision."
    ]
    await client.get("/funds/well-together", status=404)
    await as_actor(client, officer)
    for staff_page in ("/staff/awards", f"{path}/awards/new", f"{path}/rules", f"{path}/terms", f"{path}/questions"):
        await client.get(staff_page)
    assert (await client.get(f"{path}/rules")).form("rules").values["max_amount"] == ["20,000"]
    await as_actor(client, finance)
    assert "Well together" not in (await client.get("/funds")).text
    await funds.set_rules(fund.id, funds.Rules(), today, officer)
    await make.authority(fund, await make.person("Sam", Role.SIGNATORY, fund=fund))
    page = await (await client.get(f"{path}/open")).submit(to=path)
    assert "The fund is open" in page.main
    assert page.rows("Commitments by source and financial year") == [
        ["ICB", "2026-27", "none", "£1,000.00", "£0.00", "£0.00", "£0.00", "£0.00", "£0.00", "£1,000.00"],
        ["Together", "", "", "£1,000.00", "£0.00", "£0.00", "£0.00", "£0.00", "£0.00", "£1,000.00"],
    ]
    assert "Well together" in (await client.get("/funds")).text
    await client.get("/funds/well-together")
    assert [event.cause for event in await MatchFundEvent.filter(subject_id=fund.id).order_by("id")] == [
        "entered",
        "draft changed",
        "opened",
    ]
    acts = await AuditRow.filter(subject=f"match_fund:{fund.id}").values_list("act", flat=True)
    assert {"fund entered", "fund draft changed", "fund opened"} <= set(acts)


async def test_a_draft_offers_nothing_and_is_in_no_list(db: None) -> None:
    officer, finance = await make.person("Olu", Role.FUND_OFFICER), await make.person("Fern", Role.FINANCE_APPROVER)
    fund = await drafted(officer)
    await complete(fund, officer, finance)
    offer = pots.Offer((await make.live_campaign()).id, {})
    with pytest.raises(Refused) as refused:
        await pots.take_exact(fund.id, 100, offer, SYSTEM)
    assert refused.value.rule == "fund days"
    assert await pots.take_up_to([fund.id], 100, offer, SYSTEM) == []
    assert f"/funds/{fund.slug}" not in [path for path, _ in await pages()]
    await fund_making.open_fund(fund.id, finance)
    assert await pots.take_exact(fund.id, 100, offer, SYSTEM)
    assert f"/funds/{fund.slug}" in [path for path, _ in await pages()]
    with pytest.raises(Conflict):
        await fund_making.open_fund(fund.id, finance)
    with pytest.raises(Conflict):
        await fund_making.change_draft(fund.id, draft(name="Other"), officer)


async def test_who_entered_a_fund_does_not_open_it_whatever_roles_they_hold(db: None) -> None:
    both = await make.person("Bo", Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    finance = await make.person("Fern", Role.FINANCE_APPROVER)
    fund = await drafted(both)
    await complete(fund, both, finance)
    with pytest.raises(Refused, match="Two different people must enter and open a fund"):
        await fund_making.open_fund(fund.id, both)
    assert (await MatchFund.get(id=fund.id)).status == "draft"


async def test_a_role_for_one_fund_makes_no_other_and_opens_its_own_only(db: None) -> None:
    officer = await make.person("Olu", Role.FUND_OFFICER)
    fund, other = await drafted(officer), await drafted(officer)
    local = await make.person("Lou", Role.FUND_OFFICER, fund=fund)
    with pytest.raises(Forbidden):
        await fund_making.enter_funder("Own", "O", "", local)
    with pytest.raises(Forbidden):
        await fund_making.draft_fund(fund.funder_id, draft(name="Mine"), local)
    with pytest.raises(Forbidden):
        await fund_making.change_draft(other.id, draft(), local)
    approver = await make.person("Fay", Role.FINANCE_APPROVER, fund=other)
    await complete(fund, officer, await make.person("Fern", Role.FINANCE_APPROVER))
    with pytest.raises(Forbidden):
        await fund_making.open_fund(fund.id, approver)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"ends_on": date(2020, 1, 1), "starts_on": date(2019, 1, 1)}, "days"),
        ({"accrual": Accrual.POUND_FOR_POUND}, "accrual"),
        ({"start_bp": 10_001, "accrual": Accrual.BRIDGING}, "accrual"),
        ({"without_crowd": True, "accrual": Accrual.TOP_UP}, "accrual"),
        ({"objective_list": "nobody's"}, "objectives"),
        ({"name": "SMALL"}, "name"),
    ],
)
async def test_a_draft_that_can_not_be_is_refused_in_words(db: None, wrong: dict[str, object], rule: str) -> None:
    officer = await make.person("Olu", Role.FUND_OFFICER)
    fund = await drafted(officer)
    with pytest.raises(Refused) as refused:
        await fund_making.draft_fund(fund.funder_id, draft(**({"name": "Other"} | wrong)), officer)
    assert refused.value.rule == rule


async def test_two_funds_of_like_names_and_a_fund_called_new_get_addresses_of_their_own(db: None) -> None:
    officer = await make.person("Olu", Role.FUND_OFFICER)
    first, second, new = await drafted(officer), await drafted(officer), await drafted(officer, name="New")
    assert (first.slug, second.slug, new.slug) == ("small", "small-2", "new-2")
    assert first.position < second.position < new.position
    with pytest.raises(Refused) as refused:
        await fund_making.enter_funder("funder 0", "F", "", officer)
    assert refused.value.rule == "name"
    assert await FundingSource.all().count() == 0


async def test_commitments_are_by_source_and_year_and_a_spreadsheet_runs_no_name(db: None) -> None:
    officer, finance = await make.person("Olu", Role.FUND_OFFICER), await make.person("Fern", Role.FINANCE_APPROVER)
    fund = await drafted(officer)
    for name, cap, year in (
        ("Later", 300, "2027-28"),
        ("=1+1", 100, "2026-27"),
        ("Any", 50, ""),
        ("Base", 200, "2026-27"),
    ):
        entered = await funds.add_source(fund.id, funds.NewSource(name, cap, financial_year=year), officer)
        await funds.confirm_cap(entered.id, finance)
    pot = await pot_of(fund)
    rows = [row["cells"] if isinstance(row, dict) else row for row in commitments.rows_of(pot)]
    names = [row[0]["text"] if isinstance(row[0], dict) else row[0] for row in rows]
    assert names == ["=1+1", "Base", "All of 2026-27", "Later", "Any", "Together"]
    assert [row[3] for row in rows] == ["£1.00", "£2.00", "£3.00", "£3.00", "£0.50", "£6.50"]
    first = commitments.csv_of(pot).splitlines()[1]
    assert first == f"{fund.name},2026-27,'=1+1,,,1.00,0.00,0.00,0.00,0.00,0.00,1.00"
