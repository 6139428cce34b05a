"""The pot in public, to the penny; and its officers' pages, where money needs two people."""

from datetime import timedelta

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_today
from pledges import fund_words, funds, pots
from pledges.fund_queries import rules_on
from pledges.fund_scope import Variant
from pledges.kinds import PlaceKind
from pledges.models import DecisionAuthority, FundRules, MatchFund, SourceCap
from projects.models import Objective
from tests.accounts.make import sign_in
from tests.client import Page, SiteClient
from tests.pledges import pot_make as make


async def as_actor(client: SiteClient, actor: Actor) -> None:
    """The client is this person from now on."""
    assert actor.person_id is not None
    await sign_in(client, await Person.get(id=actor.person_id))


async def a_match(fund: MatchFund, amount: int, *steps: str) -> None:
    (health,) = [source.id for source in await fund.sources.all() if source.purpose]  # type: ignore[attr-defined]
    offer = pots.Offer((await make.live_campaign()).id, {}, fitting=[health])
    match = await pots.take_exact(fund.id, amount, offer, SYSTEM)
    if "pledged" in steps:
        await pots.pledge(match, SYSTEM)
    if "confirmed" in steps:
        await pots.confirm(match, SYSTEM)
    if "paid" in steps:
        await pots.pay(match, amount, SYSTEM, for_row=f"match_payment:{match.id}")
    if "recovered" in steps:
        await pots.recover(match, 1_001, SYSTEM, for_row=f"match_recovery:{match.id}")


async def test_the_pot_is_shown_to_the_penny_by_source(client: SiteClient) -> None:
    fund = await make.fund(15_000_000, 15_000_000, purposes=("a named health outcome",))
    await a_match(fund, 6_300_001, "pledged", "confirmed", "paid")
    await a_match(fund, 4_200_000, "pledged", "confirmed")
    await a_match(fund, 2_400_000, "pledged")
    await a_match(fund, 1_500_000)
    page = await client.get(f"/funds/{fund.slug}")
    assert "£300,000 from 2 sources. It cannot be overspent." in page.main
    assert page.columns("Where the money is") == ["Source", "Cap", "Paid", "Confirmed", "Pledged", "Offered", "Left"]
    first, second, together = page.rows("Where the money is")
    assert first[:3] == ["Source 1", "£150,000.00", "£31,500.01"]
    assert second[0] == "Source 2 only for a named health outcome"
    assert together == [
        "Together",
        "£300,000.00",
        "£63,000.01",
        "£42,000.00",
        "£24,000.00",
        "£15,000.00",
        "£155,999.99",
    ]
    assert "Set-Cookie" not in page.headers


async def test_an_unchanged_pot_is_not_sent_twice_and_a_changed_one_is(client: SiteClient) -> None:
    fund = await make.fund(100_000, 100_000, purposes=("a named health outcome",))
    for path in ("/funds", f"/funds/{fund.slug}"):
        tag = (await client.http.get(path)).headers["etag"]
        assert (await client.http.get(path, headers={"If-None-Match": tag})).status_code == 304
        await a_match(fund, 100)
        assert (await client.http.get(path, headers={"If-None-Match": tag})).status_code == 200


async def test_money_that_came_back_has_a_column_of_its_own(client: SiteClient) -> None:
    fund = await make.fund(100_000, 100_000, purposes=("a named health outcome",))
    await a_match(fund, 50_000, "pledged", "confirmed", "paid", "recovered")
    page = await client.get(f"/funds/{fund.slug}")
    assert "Came back" in page.columns("Where the money is")
    assert page.rows("Where the money is")[-1][-2:] == ["£10.01", "£1,500.00"]


async def test_a_pot_can_be_empty_and_a_fund_may_not_be_open_yet(client: SiteClient) -> None:
    later = business_today() + timedelta(days=10)
    fund = await make.fund(0, starts_on=later)
    page = await client.get(f"/funds/{fund.slug}")
    assert "The fund opens on" in page.main
    assert page.rows("Projects that accepted") == [["Nothing yet"]]
    assert (await client.get("/funds")).link(fund.name) == f"/funds/{fund.slug}"
    await client.get("/funds/no-such-fund", status=404)


async def test_the_rules_are_public_with_their_day_and_where_they_come_from(client: SiteClient) -> None:
    fund = await make.fund(1_000, rules=funds.Rules(least_backers=2, why="Decision 21/00001"))
    officer = await make.person("Olu", Role.FUND_OFFICER, fund=fund)
    later = business_today() + timedelta(days=30)
    await funds.set_rules(fund.id, funds.Rules(max_share_bp=4000, revenue_only=True, why="Cabinet"), later, officer)
    page = await client.get(f"/funds/{fund.slug}")
    assert (
        "2 different backers and 10% of the target pledged. KCC is never the first"
        in page.summary["The crowd comes first"]
    )
    assert "Decision 21/00001" in page.summary["Where these rules come from"]
    assert "40% of the running costs in its target" in page.summary["Most for one project"]
    assert "Rules from" in page.main
    assert (await rules_on(fund.id, business_today())).max_share_bp == 5000
    assert (await rules_on(fund.id, later)).max_share_bp == 4000


async def test_everybody_reads_where_for_whom_what_differs_who_signs_and_when(client: SiteClient) -> None:
    sport = await Objective.create(list_name="ours", name="Sport", position=0)
    small = Variant("Small groups by the sea", PlaceKind.COASTAL, 1_000_000, least_backers=5, max_share_bp=7500)
    rules = funds.Rules(
        area=("E07000114", "E07000108"),
        group_kinds=("registered charity",),
        objective_ids=(sport.id,),
        exclusions=("Events for members only.",),
        variants=(small,),
        between_rounds_pence=100_000,
    )
    fund = await make.fund(1_000_000)
    officer = await make.person("Olu", Role.FUND_OFFICER, fund=fund)
    signatory = await make.person("Sam", Role.SIGNATORY, fund=fund)
    path = f"/funds/{fund.slug}"

    async def changed() -> Page:
        """The page, which is another one than before."""
        tag = seen["tag"]
        assert (await client.http.get(path, headers={"If-None-Match": tag})).status_code == 200
        page = await client.get(path)
        seen["tag"] = page.headers["etag"]
        assert (await client.http.get(path, headers={"If-None-Match": page.headers["etag"]})).status_code == 304
        return page

    seen = {"tag": (await client.get(path)).headers["etag"]}
    await funds.set_rules(fund.id, rules, business_today(), officer)
    page = await changed()
    told = page.summary
    # those in force stand first, the earlier ones below them
    assert told["Where"] == "Thanet, Dover All of Kent"
    assert told["For whom"].startswith("Registered charity")
    assert told["What it is for"].startswith("Sport")
    assert told["When it decides"].startswith("In rounds. Up to £1,000 can also be decided in between")
    assert "Events for members only." in page.main
    assert page.rows("Other numbers by place") == [
        [
            "Small groups by the sea places on the coast, groups with up to £10,000 a year",
            "75%",
            "£20,000",
            "5",
            "10%",
        ],
        ["Everybody else", "50%", "£20,000", "20", "10%"],
    ]
    assert "The days of its next round are not fixed yet." in page.main
    assert page.rows("Who may sign") == [["Nobody may sign for this fund today"]]
    await make.authority(fund, signatory)
    page = await changed()
    assert page.rows("Who may sign")[0][:4] == [
        "Cabinet Member for Communities",
        "26/00012",
        "£5,000",
        "no limit of its own",
    ]
    await fund_words.set_terms(fund.id, "Tell us how it went.", business_today(), officer)
    assert "Tell us how it went." in (await changed()).main
    await make.a_round(fund, business_today() + timedelta(days=50))
    assert "Winter: ask from" in (await changed()).main
    assert "Winter: ask from" in (await client.get("/funds")).main
    assert "KCC has promised £1,000 if the target is met." in page.main


async def test_generated_records_are_said_to_be_so_in_the_first_line(client: SiteClient) -> None:
    fund = await make.fund(1_000)
    await MatchFund.filter(id=fund.id).update(generated=True)
    for path in ("/funds", f"/funds/{fund.slug}"):
        page = await client.get(path)
        assert page.text.index("Generated records") < page.text.index(page.h1)


async def test_a_cap_is_entered_by_one_and_confirmed_by_another(client: SiteClient) -> None:
    fund = await make.fund(1_000_000)
    path = f"/staff/funds/{fund.slug}"
    await as_actor(client, await make.person("Olu", Role.FUND_OFFICER, fund=fund))
    page = await (await client.get("/staff/funds")).follow(fund.name)
    page = await page.follow("Change the cap of Source 1")
    page = await page.submit({"cap": "lots", "why": ""}, status=422)
    assert len(page.errors) == 2
    page = await page.submit({"cap": "25,000", "why": "Decision 26/00044"}, to=path)
    assert "waits to be confirmed" in page.main
    assert "Confirm the cap of Source 1" not in page.main
    cap = await SourceCap.get(confirmed_at=None)
    await client.get(f"{path}/caps/{cap.id}/confirm", status=403)
    await as_actor(client, await make.person("Fern", Role.FINANCE_APPROVER, fund=fund))
    page = await (await client.get(path)).follow("Confirm the cap of Source 1")
    assert page.summary["New cap"] == "£25,000.00"
    page = await page.submit(to=path)
    assert "Source 1 may hold £25,000.00 now" in page.main
    assert page.rows("Sources of this fund")[0][2] == "£25,000.00"


async def test_who_entered_a_cap_is_told_that_another_must_confirm_it(client: SiteClient) -> None:
    fund = await make.fund(1_000_000)
    both = await make.person("Bo", Role.FUND_OFFICER, Role.FINANCE_APPROVER, fund=fund)
    source = await fund.sources.all().first()  # type: ignore[attr-defined]
    cap = await funds.enter_cap(source.id, 5_000_000, "x", both)
    await as_actor(client, both)
    address = f"/staff/funds/{fund.slug}/caps/{cap.id}/confirm"
    page = await client.get(address)
    assert "Somebody else has to confirm this" in page.main
    assert not page.forms or all(form.action != address for form in page.forms)
    page = await client.get(f"/staff/funds/{fund.slug}")
    assert address not in [link for _, link in page.links]
    forged = {"csrf_token": page.form("Withdraw this cap").values["csrf_token"]}
    refused = await client.post(address, forged, status=422)
    assert refused.errors[0].startswith("Two different people must enter and confirm a cap.")
    page = await page.submit(form="Withdraw this cap", to=f"/staff/funds/{fund.slug}")
    assert "The cap is withdrawn" in page.main


async def test_a_source_with_a_purpose_is_added(client: SiteClient) -> None:
    fund = await make.fund(1_000_000)
    await as_actor(client, await make.person("Olu", Role.FUND_OFFICER, fund=fund))
    page = await client.get(f"/staff/funds/{fund.slug}/sources")
    sent = {"name": "Public Health", "cap": "1000", "why": "Grant", "purpose": "a named health outcome"}
    page = await page.submit(sent, to=f"/staff/funds/{fund.slug}")
    assert page.rows("Sources of this fund")[1][:3] == [
        "Public Health only for a named health outcome",
        "none",
        "£0.00",
    ]


async def test_rules_are_added_from_today_on_and_never_for_a_past_day(client: SiteClient) -> None:
    fund = await make.fund(1_000_000)
    await as_actor(client, await make.person("Olu", Role.FUND_OFFICER, fund=fund))
    page = await client.get(f"/staff/funds/{fund.slug}/rules")
    past = business_today() - timedelta(days=1)
    day = {"applies_from-day": past.day, "applies_from-month": past.month, "applies_from-year": past.year}
    page = await page.submit({**day, "why": "Cabinet", "max_share": "101"}, status=422)
    said = "Rules apply from today or a later day: a past decision keeps the rules of its day."
    assert page.errors == [said, "Enter a number from 0 to 100"]
    page = await page.submit({**day, "why": "Cabinet", "max_share": "40"}, status=422)
    assert page.errors == [said]
    today = business_today()
    day = {"applies_from-day": today.day, "applies_from-month": today.month, "applies_from-year": today.year}
    page = await page.submit({**day, "revenue_only": True})
    assert page.summary["Most for one project"] == "40% of the running costs in its target, and no more than £20,000"
    assert await FundRules.filter(fund_id=fund.id).count() == 1
    await page.submit(form="record", to=f"/staff/funds/{fund.slug}")
    rules = await rules_on(fund.id, today)
    assert (rules.max_share_bp, rules.revenue_only, rules.least_backers, rules.why) == (4000, True, 2, "Cabinet")
    assert await FundRules.filter(fund_id=fund.id).count() == 2


async def test_an_authority_is_recorded_for_somebody_else(client: SiteClient) -> None:
    fund = await make.fund(1_000_000)
    officer = await make.person("Olu", Role.FUND_OFFICER, Role.SIGNATORY, fund=fund)
    signatory = await make.person("Sam", Role.SIGNATORY, fund=fund)
    await as_actor(client, officer)
    page = await client.get(f"/staff/funds/{fund.slug}/authorities")
    assert page.form().options("person") == ["", str(signatory.person_id)]
    sent = {"person": signatory.person_id, "post": "Cabinet Member", "decision_number": "26/00012", "limit": "20,000"}
    page = await page.submit(sent, to=f"/staff/funds/{fund.slug}")
    assert page.rows("Decisions under which")[0][:4] == ["Cabinet Member", "Sam", "26/00012", "£20,000"]
    assert await DecisionAuthority.filter(fund_id=fund.id).count() == 1


async def test_an_auditor_and_a_signatory_read_a_fund_and_change_nothing(client: SiteClient) -> None:
    fund = await make.fund(1_000_000)
    for role in (Role.AUDITOR, Role.SIGNATORY):
        await as_actor(client, await make.person("Ann", role))
        page = await client.get(f"/staff/funds/{fund.slug}")
        assert "Change the cap" not in page.main
        await client.get(f"/staff/funds/{fund.slug}/rules", status=403)
