"""Statements of campaigns, funds, funders and the programme agree to the penny, and nobody reads what is not theirs."""

import json
from datetime import date, timedelta

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.chart import Nature
from crowdfund_kent.clock import business_now, business_today, day_begins, day_ends
from crowdfund_kent.database import execute, fetch
from crowdfund_kent.errors import Forbidden, Refused
from crowdfund_kent.wiring import compose_chart
from payments.accounts import card_money
from payments.books import commitments, figures, journal, reading, rules, spend, statement
from payments.books.figures import PROGRAMME, Scope, scope_of
from pledges import pots
from pledges.models import FundingSource, MatchDraw, MatchPledge
from projects.models import Campaign, Group, Project
from tests.accounts.make import sign_in
from tests.books import make
from tests.client import SiteClient
from tests.pledges import pot_make
from tests.projects import make as projects

pytestmark = pytest.mark.usefixtures("db")
DAY = timedelta(days=1)


async def matched(fund_id: int, campaign: Campaign, pence: int, *steps: str) -> MatchPledge:
    """A match pledge that has gone so far."""
    match = await pots.take_exact(fund_id, pence, pots.Offer(campaign.id, {}), SYSTEM)
    for step in steps:
        match = await MatchPledge.get(id=match.id)
        if step == "pay":
            await pots.pay(match, pence, SYSTEM, for_row=f"match_payment:{match.id}")
        elif step == "recover":
            await pots.recover(match, pence // 4, SYSTEM, for_row=f"match_recovery:{match.id}")
        elif step == "release":
            await pots.release(match, "collapsed", SYSTEM)
        else:
            await getattr(pots, step)(match, SYSTEM)
    return await MatchPledge.get(id=match.id)


async def programme() -> tuple[list[Campaign], list[int]]:
    """Three campaigns, two funds of one funder and one of another, money in every place."""
    compose_chart()
    campaigns = [await pot_make.live_campaign(1_000_000) for _ in range(3)]
    funds = [
        await pot_make.fund(700_003, 300_000),
        await pot_make.fund(500_000),
        await pot_make.fund(400_000, short_name="NHS"),
    ]
    first, second, third = (fund.id for fund in funds)
    await matched(first, campaigns[0], 100_001, "pledge", "confirm", "pay", "recover")
    await matched(second, campaigns[0], 70_000, "pledge", "confirm")
    await matched(third, campaigns[0], 60_007, "pledge")
    await matched(first, campaigns[1], 33_333)
    await matched(third, campaigns[1], 99_999, "pledge", "confirm", "release")
    for number, (campaign, pence, cover) in enumerate(
        ((campaigns[0], 5_020, 20), (campaigns[0], 10_000, 0), (campaigns[2], 777, 7)), 1
    ):
        await ledger.post("collected", f"charge_attempt:{number}", card_money(campaign.id, pence, cover))
    await ledger.post("refunded", "refund:1", card_money(campaigns[0].id, -5_020, -20))
    return campaigns, [first, second, third]


async def read(kind: str, number: int = 0) -> reading.Read:
    today = business_today()
    return await reading.read(Scope(kind, number), today, today)


async def test_campaigns_funds_funders_and_the_programme_say_the_same(db: None) -> None:
    campaigns, funds = await programme()
    whole = await read("programme")
    of_campaigns = [(await read("campaign", one.id)).of for one in campaigns]
    of_funds = [(await read("fund", one)).of for one in funds]
    funders = {row["id"]: row["funder_id"] for row in await fetch("SELECT id, funder_id FROM match_fund")}
    of_funders = [(await read("funder", one)).of for one in sorted(set(funders.values()))]
    for item, moved in whole.of.items:
        assert sum(one.item(item.key).at_end for one in of_campaigns) == moved.at_end, item.key
        if item.of_funds:
            assert sum(one.item(item.key).at_end for one in of_funds) == moved.at_end, item.key
            assert sum(one.item(item.key).at_end for one in of_funders) == moved.at_end, item.key
    for part in whole.parts:
        for place, item in enumerate(part.items):
            assert sum(one.moved[place].within for one in part.parts) == whole.of.item(item.key).within, (
                part.words,
                item.key,
            )
    said = {
        key: whole.of.item(key).at_end
        for key in ("earmarked", "paid", "recovered", "released", "collected", "given_back")
    }
    assert said == {
        "earmarked": 363_340, "paid": 100_001, "recovered": 25_000, "released": 99_999, "collected": 15_770, "given_back": 5_000,
    }  # fmt: skip


async def test_accounts_run_from_before_to_the_end_and_agree_with_the_pots(db: None) -> None:
    _, funds = await programme()
    for number in funds:
        made = (await read("fund", number)).of
        stands = {line.account: line.after for line in made.accounts}
        sources = await FundingSource.filter(fund_id=number)
        for place in ("earmarked", "pledged", "confirmed", "paid", "recovered"):
            counters = sum(getattr(source, f"{place}_pence") for source in sources)
            assert stands.get(statement.source(place), 0) == counters, place
        for line in made.accounts:
            assert line.before + sum(pence for _, pence in line.moves) == line.after
    whole = (await read("programme")).of
    held = next(line for line in whole.accounts if line.account == statement.HELD)
    assert (held.nature, held.after) == (Nature.LIABILITY, 10_770), "residents' money is owed, not earned"


async def test_a_period_shows_what_stood_before_and_what_moved(db: None) -> None:
    campaigns, _ = await programme()
    await ledger.post("collected", "charge_attempt:9", card_money(campaigns[2].id, 1_000, 0), business_now() - 40 * DAY)
    whole = (await read("programme")).of
    provider = whole.accounts[0]
    assert (provider.account, provider.before, provider.after) == ("provider balance", 1_000, 11_777)
    assert whole.item("collected") == statement.Moved(15_770, 16_770)
    earlier = await reading.read(PROGRAMME, business_today() - 60 * DAY, business_today() - 30 * DAY)
    assert earlier.of.item("collected") == statement.Moved(1_000, 1_000)


async def test_a_kind_that_nobody_named_is_shown_as_other(db: None) -> None:
    campaigns, _ = await programme()
    lines = [("held for group:campaign:" + str(campaigns[0].id), 500), ("provider balance", -500)]
    await ledger.post("something new", "test:1", lines)
    assert (await read("campaign", campaigns[0].id)).of.item("other_held").within == 500


async def test_files_hold_the_statement_and_its_parts(db: None) -> None:
    await programme()
    tables = reading.tables(await read("programme"))
    assert [table.name for table in tables] == ["Figures", "Accounts", "By funder", "By campaign"]
    assert all(len(row) == len(table.columns) for table in tables for row in table.rows)


def test_addresses_name_scopes() -> None:
    assert scope_of("programme") == PROGRAMME
    assert scope_of("campaign-12") == Scope("campaign", 12)
    for key in (
        "programme-1",
        "campaign",
        "campaign-0",
        "campaign-x",
        "campaign-" + "9" * 19,
        "person-1",
        "campaign-١",
    ):
        assert scope_of(key) is None, key


async def test_commitments_are_aged_and_a_past_day_says_what_was_committed_then(db: None) -> None:
    compose_chart()
    campaign, fund = await pot_make.live_campaign(), await pot_make.fund(100_001, 200_000)
    start = business_now() - 100 * DAY
    match = await pots.take_exact(fund.id, 90_001, pots.Offer(campaign.id, {}), SYSTEM, effective_at=start)
    await pots.pledge(match, SYSTEM, effective_at=start + 10 * DAY)
    await pots.confirm(match, SYSTEM, effective_at=start + 60 * DAY)
    await pots.pay(match, 50_001, SYSTEM, for_row="match_payment:1", effective_at=start + 90 * DAY)
    today = business_today()
    for days_ago, place, pence, age in (
        (95, "earmarked", 90_001, "up to 30 days"),
        (45, "pledged", 90_001, "31 to 90 days"),
        (20, "confirmed", 90_001, "up to 30 days"),
        (0, "confirmed", 40_000, "31 to 90 days"),
    ):
        found = await commitments.as_at(today - days_ago * DAY)
        assert {one.place for one in found} == {place}, days_ago
        assert sum(one.pence for one in found) == pence
        assert {one.age for one in found} == {age}
    assert await commitments.as_at(today - 101 * DAY) == []
    sources = await FundingSource.filter(fund_id=fund.id)
    assert sum(sum(one.by_place) for one in commitments.summed(await commitments.as_at(today))) == sum(
        source.confirmed_pence for source in sources
    )


@pytest.mark.parametrize(("days", "words"), [(0, 0), (30, 0), (31, 1), (90, 1), (91, 2), (365, 2), (366, 3)])
def test_ages_have_edges(days: int, words: int) -> None:
    assert rules.age_words(days) == rules.AGE_WORDS[words]


def test_a_year_ends_on_31_march() -> None:
    assert [rules.year_end(date(2027, 3, day)) for day in (30, 31)] == [date(2026, 3, 31), date(2027, 3, 31)]
    assert [rules.financial_year(date(2026, month, 1)) for month in (3, 4)] == ["2025-26", "2026-27"]


async def test_a_journal_holds_each_movement_once_under_codes_and_is_the_same_for_ever(db: None) -> None:
    compose_chart()
    approver = await make.approver()
    for number, days in ((1, 5), (2, 4)):
        await ledger.post(
            "collected", f"charge_attempt:{number}", card_money(7, 1_020, 20), business_now() - days * DAY
        )
    yesterday = business_today() - DAY
    with pytest.raises(Refused, match="cost centre"):
        await journal.make(yesterday, approver)
    for account in journal.coded():
        await journal.set_code(account.prefix, "61234", "4400", approver)
    with pytest.raises(Refused, match="day that is over"):
        await journal.make(business_today(), approver)
    first = await journal.make(business_today() - 5 * DAY, approver)
    second = await journal.make(yesterday, approver)
    with pytest.raises(Refused, match="in a journal already"):
        await journal.make(yesterday, approver)
    assert first.debit_pence == second.debit_pence == 1_020
    rows = list(journal.table_of(first).rows)
    assert [(row[3], row[-2], row[-1]) for row in rows] == [
        ("61234", None, 20), ("61234", None, 1_000), ("61234", 1_020, None),
    ]  # fmt: skip
    await journal.set_code("provider balance", "99999", "1", approver)
    assert list(journal.table_of(await journal.batch_of(first.reference)).rows) == rows
    assert await journal.changed_batches() == []
    with pytest.raises(Forbidden, match="finance approver"):
        await journal.set_code("provider balance", "1", "1", await projects.officer())


async def test_a_source_with_codes_of_its_own_is_booked_under_them(db: None) -> None:
    compose_chart()
    approver, fund = await make.approver(), await pot_make.fund(100_000, 100_000)
    first, second = await FundingSource.filter(fund_id=fund.id).order_by("id")
    await FundingSource.filter(id=first.id).update(cost_centre="PH-1", subjective_code="9")
    for account in journal.coded():
        await journal.set_code(account.prefix, "61234", "4400", approver)
    lines = [(f"match paid:source:{first.id}", 700), (f"match paid:source:{second.id}", 300), ("council bank", -1_000)]
    await ledger.post("match paid", "match_payment:1", lines, business_now() - 2 * DAY)
    batch = await journal.make(business_today() - DAY, approver)
    assert {(*row[3:5], *row[-2:]) for row in journal.table_of(batch).rows} == {
        ("61234", "4400", 300, None), ("61234", "4400", None, 1_000), ("PH-1", "9", 700, None),
    }  # fmt: skip


async def test_spend_over_500_is_more_than_500_and_names_no_individual(db: None, client: SiteClient) -> None:
    compose_chart()
    fund, month = await pot_make.fund(1_000_000), business_today().replace(day=1)
    for pence in (50_000, 50_001, 70_000):
        campaign = await pot_make.live_campaign()
        await matched(fund.id, campaign, pence, "pledge", "confirm", "pay")
    project = await Project.get(id=campaign.project_id)
    await Group.filter(id=project.group_id).update(legal_form="one or two named people", name="Ana Person")
    found = await spend.of_month(month)
    assert [one.pence for one in found] == [50_001, 70_000]
    assert found[1].beneficiary == spend.PERSON
    assert [(one.month, one.pence) for one in await spend.months()] == [(month, 120_001)]
    match = await MatchPledge.get(amount_pence=50_001)
    (draw,) = await MatchDraw.filter(match_pledge_id=match.id)
    await pots.unpay(match, 50_001, SYSTEM, for_row="match_payment:1", by_source={draw.source_id: 50_001})
    assert [one.pence for one in await spend.of_month(month)] == [50_001, 70_000, -50_001]
    assert [(one.payments, one.pence) for one in await spend.months()] == [(3, 70_000)], "it was spent once"
    assert spend.month_of("2026-1") is spend.month_of("2026-13") is spend.month_of("x") is None
    key = f"{month:%Y-%m}"
    assert "Name withheld" in (await client.get(f"/open/spend-over-500/{key}")).text
    assert f"/{key}" in (await client.get("/open/spend-over-500")).html
    text = (await client.http.get(f"/open/spend-over-500/{key}.csv")).text
    assert "700.00" in text
    assert "Ana Person" not in text
    assert day_ends(month) > business_now() - 40 * DAY


async def file_of(client: SiteClient, path: str) -> None:
    """A file comes, to be kept."""
    answer = await client.http.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["content-disposition"].startswith("attachment"), path


async def _as(client: SiteClient, *roles: Role, fund_id: int | None = None) -> None:
    actor = await projects.staff(*roles, fund_id=fund_id)
    await sign_in(client, await Person.get(id=actor.person_id))


async def test_pages_of_the_books(db: None, client: SiteClient) -> None:
    campaigns, funds = await programme()
    await _as(client, Role.FINANCE_APPROVER)
    assert "Still being collected" in (await client.get("/staff/books")).text
    page = await client.get("/staff/books/statements/programme")
    assert "£157.70" in page.text
    for key in (f"fund-{funds[0]}", f"campaign-{campaigns[0].id}"):
        await client.get(f"/staff/books/statements/{key}")
        for kind in ("csv", "ods"):
            await file_of(client, f"/staff/books/statements/{key}/statement.{kind}")
    wrong = "?first-day=2&first-month=1&first-year=2026&last-day=1&last-month=1&last-year=2026"
    await client.get(f"/staff/books/statements/programme{wrong}", status=422)
    for path in ("commitments", "journals", f"days/{business_today()}", "close"):
        await client.get(f"/staff/books/{path}")
    for path in ("commitments.csv", "commitments.ods"):
        await file_of(client, f"/staff/books/{path}")
    for path in ("statements/fund-99999", "statements/x", "days/2099-01-01", "days/x", "codes/99", "journals/J-1.csv"):
        await client.get(f"/staff/books/{path}", status=404)


async def test_a_period_is_closed_through_pages_by_two_people(db: None, client: SiteClient) -> None:
    await programme()
    await ledger.post("collected", "charge_attempt:8", card_money(7, 100, 0), business_now() - 5 * DAY)
    await _as(client, Role.FINANCE_APPROVER)
    page = await client.get("/staff/books/close")
    last = business_today() - 2 * DAY
    sent = {"last-day": last.day, "last-month": last.month, "last-year": last.year, "why": "The first days"}
    page = await page.submit({name: str(value) for name, value in sent.items()}, to="/staff/books")
    assert "The period is proposed" in page.text
    (row,) = await fetch("SELECT id FROM book_period")
    page = await client.get(f"/staff/books/periods/{row['id']}")
    assert "Another finance approver closes it" in page.text
    await _as(client, Role.FINANCE_APPROVER)
    page = await client.get(f"/staff/books/periods/{row['id']}")
    assert "for good" in page.text
    page = await page.submit(form="close", to="/staff/books")
    assert "The period is closed" in page.text
    assert "Programme" in (await client.get(f"/staff/books/periods/{row['id']}")).text


async def test_an_officer_of_one_fund_reads_its_statements_alone(db: None, client: SiteClient) -> None:
    campaigns, funds = await programme()
    await _as(client, Role.FUND_OFFICER, fund_id=funds[1])
    for key, status in (
        (f"fund-{funds[1]}", 200),
        (f"campaign-{campaigns[0].id}", 200),
        (f"fund-{funds[0]}", 404),
        (f"campaign-{campaigns[1].id}", 404),
        ("programme", 404),
    ):
        await client.get(f"/staff/books/statements/{key}", status=status)
    await client.get("/staff/books", status=403)
    page = await client.get("/staff/books/commitments")
    assert page.text.count("£700.00") == 4
    assert "£333.33" not in page.text


async def test_owners_read_the_statement_of_their_own_campaign(db: None, client: SiteClient) -> None:
    campaigns, _ = await programme()
    project = await Project.get(id=campaigns[0].project_id).select_related("group")
    path = f"/groups/{project.group.slug}/projects/{project.slug}/statement"
    owner = await projects.owner_of(project.group)
    await sign_in(client, await Person.get(id=owner.person_id))
    page = await client.get(path)
    assert "£150.00" in page.text
    await file_of(client, f"{path}.ods")
    await _as(client, Role.FUND_OFFICER)
    await client.get(path, status=404)


async def test_each_statement_is_its_own_rows_of_the_whole_programmes(db: None) -> None:
    """Found by index, and nothing is left out or too much: of campaigns, projects, funds and funders."""
    await programme()
    today = business_today()
    begins, ends = day_begins(today), day_ends(today)
    every = figures.by_scope(await figures.flows(PROGRAMME, begins, ends))
    assert {scope.kind for scope in every} == {"programme", "campaign", "fund", "funder"}
    for scope, rows in every.items():
        assert figures.summed(await figures.flows(scope, begins, ends)) == figures.summed(rows), scope


async def blocks_of(campaign_id: int) -> int:
    """Blocks of 8 kB that PostgreSQL looks at for one campaign's statement."""
    scope, today = Scope("campaign", campaign_id), business_today()
    sql = figures._SQL.format(where=figures._WHERE["campaign"], which=figures._WHICH["campaign"])
    (row,) = await fetch(
        f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}",
        day_begins(today),
        day_ends(today),
        None,
        campaign_id,
        await figures._accounts(scope),
    )
    plan = row["QUERY PLAN"]
    found = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return int(found["Shared Hit Blocks"]) + int(found["Shared Read Blocks"])


@pytest.mark.drill
async def test_a_statement_costs_the_same_however_large_the_ledger_is(db: None) -> None:
    """Twelve times as many movements of other campaigns: a campaign's statement looks at no more blocks than before."""
    campaigns, _ = await programme()
    await execute("SET LOCAL session_replication_role = replica")  # rows for their number only: no guard looks at each
    found = []
    for first, last in ((1, 3_000), (3_001, 36_000)):
        await execute(
            "WITH m AS (INSERT INTO ledger_movement (book, kind, source, effective_at, recorded_at, about)"
            " SELECT 'cash', 'collected', 'charge_attempt:' || 1000 + i, now() - interval '1 day', now(),"
            "  'campaign:' || 900000 + i % 400 FROM generate_series($1::bigint, $2::bigint) i RETURNING id, about)"
            " INSERT INTO ledger_line (movement_id, account, amount_pence) SELECT m.id, x.account, x.pence FROM m,"
            "  LATERAL (VALUES ('provider balance', 1000), ('held for group:' || m.about, -1000)) x (account, pence)",
            first,
            last,
        )
        await execute("ANALYZE ledger_movement")
        await execute("ANALYZE ledger_line")
        found.append(await blocks_of(campaigns[0].id))
    assert found[1] <= found[0] + 50, found
