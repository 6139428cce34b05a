"""Open data: identifiers, years, the standard's rules, and text of people in every file."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crowdfund_kent import audit, limits
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Refused
from crowdfund_kent.settings import get_settings
from crowdfund_kent.table_files import csv_of, ods_of
from evaluation.open_data import api, checking, rules, services, threesixty, transparency
from evaluation.open_data.grants import Grant, Planned, Programme, grants_as_at, records_of_grants
from evaluation.open_data.rules import FinancialYear, Recipient
from evaluation.scope import Records, Scope
from pledges import matches, pots
from pledges.models import Funder, MatchFund, MatchPledge, Pledge
from pledges.states import Match
from projects.models import Campaign, Group, Project
from tests.client import SiteClient
from tests.panel import stage as panel
from tests.pledges import make, pot_make
from tests.standards import validate_360giving

PREFIX = "360G-crowdfundkent"
NASTY = '=cmd|" /C calc"!A1, "quoted"\nsecond line; 🌱 קהילה مجتمع'
DAY = date(2021, 6, 24)


def recipient(**more: Any) -> Recipient:
    return replace(Recipient(7, "unincorporated group", "Cobble Bay Swimmers", "", ""), **more)


def grant(**more: Any) -> Grant:
    plain = Grant(
        reference="M-7F3K-9Q2M",
        campaign_id=1,
        project_id=1,
        slug="sea-steps",
        title="Sea steps",
        purpose="A handrail.",
        awarded_pence=464_286,
        asked_pence=500_000,
        paid_pence=None,
        awarded_on=date(2021, 5, 1),
        planned=Planned(date(2021, 6, 1), date(2022, 6, 1), "By the terms."),
        recipient=recipient(),
        district="E07000114",
        funder="Kent County Council",
        funder_slug="kcc",
        organisation_id="GB-LAE-KEN",
        programmes=(Programme("pilot", "Crowdfund Kent pilot"),),
        changed_at=datetime(2021, 6, 2, 9, 30, tzinfo=UTC),
        generated=False,
    )
    return replace(plain, **more)


def package(*grants: Grant) -> dict[str, Any]:
    return threesixty.package(grants, DAY, Records.REAL)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize(
    ("number", "company", "meant"),
    [
        ("1234567", "", "GB-CHC-1234567"),
        ("1234567-1", "", "GB-CHC-1234567-1"),
        ("SC012345", "", "GB-SC-SC012345"),
        ("NIC101234", "", "GB-NIC-101234"),
        ("", "00123456", "GB-COH-00123456"),
        ("", "SC123456", "GB-COH-SC123456"),
        ("1234567", "00123456", "GB-CHC-1234567"),
        ("", "", f"{PREFIX}-ORG-7"),
    ],
)
def test_an_organisation_has_the_identifier_of_its_register(number: str, company: str, meant: str) -> None:
    who = recipient(charity_number=number, company_number=company)
    assert rules.recipient_id(who, PREFIX) == meant
    assert checking.problems(package(grant(recipient=who)), PREFIX, DAY) == []


@pytest.mark.parametrize("text", ["2021", "2021-2022", "2021-23", "21-22", "", "2099-01", "2021-22 "])
def test_what_is_no_financial_year_is_told(text: str) -> None:
    with pytest.raises(rules.YearError, match="written like 2021-22"):
        FinancialYear.of(text)


def test_a_financial_year_is_from_1_april_to_31_march() -> None:
    year = FinancialYear.of("2021-22")
    assert [year.has(day) for day in (date(2021, 3, 31), date(2021, 4, 1), date(2022, 3, 31), date(2022, 4, 1))] == [
        False, True, True, False,
    ]  # fmt: skip
    assert FinancialYear.at(date(2022, 3, 31)) == year
    assert FinancialYear.of("2099-00").name == "2099-00"


def test_a_grant_is_as_the_standard_has_it() -> None:
    pair = recipient(legal_form="one or two named people")
    found = package(grant(), grant(reference="M-2222-2222", slug="", recipient=pair))
    validate_360giving(found)
    assert checking.problems(found, PREFIX, DAY) == []
    first, second = found["grants"]
    assert first["amountAwarded"] == 4642.86
    assert first["amountAppliedFor"] == 5000
    assert "amountDisbursed" not in first  # nothing is known to be paid
    assert first["awardDate"] == "2021-05-01T00:00:00+01:00"
    assert first["dateModified"] == "2021-06-02T09:30:00Z"
    assert first["fundingOrganization"] == [{"id": "GB-LAE-KEN", "name": "Kent County Council"}]
    assert first["beneficiaryLocation"][0]["geoCode"] == "E07000114"
    assert second["recipientIndividual"] == {"id": f"{PREFIX}-IND-7", "name": "Individual Recipient"}
    assert "recipientOrganization" not in second
    lines = read(csv_of(threesixty.table(found)))
    assert [line["Amount Awarded"] for line in lines] == ["4642.86", "4642.86"]
    assert (lines[0]["Award Date"], lines[1]["Recipient Ind:Name"]) == ("2021-05-01", "Individual Recipient")


@pytest.mark.parametrize(
    ("spoiled", "told"),
    [
        ({"amountAwarded": 0}, "nothing or less"),
        ({"amountAwarded": "12"}, "no number"),
        ({"amountAwarded": 1.005}, "parts of a penny"),
        ({"amountDisbursed": 9_999}, "more was paid"),
        ({"id": "M-1"}, "does not begin with"),
        ({"currency": "EUR"}, "not GBP"),
        ({"title": "x" * 140}, "longer than 139"),
        ({"description": " "}, "description is missing"),
        ({"awardDate": "2021-07-01T00:00:00+01:00"}, "in the future"),
        ({"dateModified": "2021-06-02"}, "dateModified is no moment"),
        ({"recipientOrganization": [{"id": "GB-COH-123456", "name": "A"}]}, "no identifier of an organisation"),
        ({"recipientOrganization": []}, "recipientOrganization is missing"),
        ({"fundingOrganization": []}, "fundingOrganization is missing"),
        ({"recipientIndividual": {"id": "x", "name": "Kim Smith"}}, "it names an individual"),
        ({"beneficiaryLocation": [{"geoCode": "E06000035"}]}, "no district of Kent"),
    ],
)
def test_what_breaks_the_standard_is_found_without_its_schema(spoiled: dict[str, Any], told: str) -> None:
    found = package(grant())
    found["grants"][0] |= spoiled
    assert any(told in problem for problem in checking.problems(found, PREFIX, DAY))


def test_a_grant_twice_or_none_is_found() -> None:
    assert "2 times" in checking.problems(package(grant(), grant()), PREFIX, DAY)[0]
    assert checking.problems(package(), PREFIX, DAY) == ["a file holds at least one grant"]


def test_one_or_two_people_and_a_page_taken_down_are_named_in_general_words() -> None:
    pair = recipient(legal_form="one or two named people", name="Ann and Bob Example", charity_number="1234567")
    assert (pair.public_name, pair.registration_number) == ("Individual Recipient", "")
    title = rules.title_of("Ann's garden", pair, "E07000114", taken_down=False)
    words = rules.purpose_of("Ann Example plants", "Ann's garden", "Health", pair, taken_down=False)
    assert (title, words) == ("A community project in Thanet", "A project of one or two people, for health.")
    gone = rules.purpose_of("It said so", "T", "Health", recipient(), taken_down=True)
    assert "It said so" not in gone


def test_what_people_typed_survives_and_runs_in_no_spreadsheet() -> None:
    who = recipient(name=NASTY)
    one = grant(title=NASTY, purpose=NASTY, recipient=who)
    found = package(one)
    assert json.loads(json.dumps(found))["grants"][0]["recipientOrganization"][0]["name"] == NASTY
    (line,) = read(csv_of(threesixty.table(found)))
    assert line["Title"] == line["Description"] == line["Recipient Org:Name"] == f"'{NASTY}"
    sheet = transparency.table([one], FinancialYear.of("2021-22"))
    (line,) = read(csv_of(sheet))
    assert (line["Beneficiary"], line["Summary of purpose"]) == (f"'{NASTY}", f"'{NASTY}")
    assert list(line) == list(transparency.COLUMNS)
    assert line["Amount"] == "4642.86"
    assert len(ods_of([sheet])) > 500


def test_a_generated_record_says_so_in_every_file() -> None:
    one = grant(generated=True)
    found = threesixty.package([one], DAY, Records.GENERATED)
    assert found["description"].startswith("Generated records")
    assert found["grants"][0]["description"].startswith("Generated record, not a fact.")
    (line,) = read(csv_of(transparency.table([one], FinancialYear.of("2021-22"))))
    assert line["Summary of purpose"].startswith("Generated record, not a fact.")


async def test_a_grant_is_told_from_the_decision_to_its_payment(client: SiteClient, tmp_path: Path) -> None:
    stage = await panel.stage()
    match = await stage.signed()
    today = business_today()
    scope = Scope.of(today, records=Records.REAL)
    assert await grants_as_at(scope) == ()  # offered only
    await client.get("/open-data")
    assert (await client.http.get("/open-data/360giving.json")).status_code == 404
    await matches.accept(match.id, stage.owner)
    match = await MatchPledge.get(id=match.id)
    (one,) = await grants_as_at(scope)
    assert (one.reference, one.awarded_pence, one.paid_pence) == (match.reference, match.amount_pence, None)
    newest = await match.events.all().order_by("-id").first()  # type: ignore[attr-defined]
    assert one.changed_at == newest.recorded_at
    await Funder.all().update(organisation_id="GB-LAE-KEN")
    out = tmp_path / "deep" / "grants.json"
    services.write(out, await services.threesixty_file(today, services.kind_of(out, ("json", "csv"))))
    written = json.loads(out.read_text())
    validate_360giving(written)
    assert written["grants"][0]["id"] == f"{PREFIX}-{match.reference}"
    with pytest.raises(Refused, match="from 1 March 2021 to today"):
        await services.threesixty_file(today + timedelta(days=1), "json")
    with pytest.raises(Refused, match=r"\.json or \.csv"):
        services.kind_of(tmp_path / "grants.doc", ("json", "csv"))
    await pots.release(match, "campaign cancelled", stage.owner)
    assert await grants_as_at(scope) == ()  # it did not go ahead


async def test_where_there_are_real_projects_no_generated_grant_stands_in_for_theirs(client: SiteClient) -> None:
    """As on /figures: real and generated ones are not shown beside each other as if they were one."""
    made = await make.campaign()
    await make.match(made, 50_000, Match.PLEDGED, accepted=True)
    for model in (Campaign, MatchPledge):
        await model.filter(**({"id": made.id} if model is Campaign else {"campaign_id": made.id})).update(
            generated=True
        )
    today = business_today()
    assert await records_of_grants(today) is Records.GENERATED
    await make.campaign()
    assert await records_of_grants(today) is Records.REAL
    assert await records_of_grants(today, Records.GENERATED) is Records.GENERATED
    assert (await client.http.get("/api/v1/awards.json")).json()["records"] == Records.REAL
    assert (await client.http.get("/open-data/360giving.json")).status_code == 404


@pytest.fixture
async def three(client: SiteClient) -> list[int]:
    """Three campaigns; one has six backers, one has three, one is run by a pair and was pledged to by nobody."""
    made = [await make.campaign(title=title) for title in (NASTY[:60], "Few backers", "Ann's garden")]
    for at, count in ((0, 6), (1, 3)):
        for number in range(count):
            await make.pledge(made[at], email=f"backer-{at}-{number}@example.org", fingerprint=f"{at}-{number}")
    last = await Project.get(id=made[2].project_id)
    await Group.filter(id=last.group_id).update(legal_form="one or two named people", name="Ann Example")
    return [one.id for one in made]


async def test_the_interface_is_paged_tagged_and_tells_of_nobody(client: SiteClient, three: list[int]) -> None:
    first = await client.http.get("/api/v1/campaigns.json?per-page=2")
    plain = first.json()
    assert (plain["total"], plain["pages"], len(plain["campaigns"])) == (3, 2, 2)
    assert (plain["records"], plain["licence"]["name"]) == ("real", "Open Government Licence v3.0")
    rest = (await client.http.get(plain["next"])).json()
    assert (rest["next"], [row["id"] for row in rest["campaigns"]]) == (None, three[2:])
    rows = plain["campaigns"] + rest["campaigns"]
    assert rest["campaigns"][0]["group"] == "Individual Recipient"
    for row in rows:
        assert set(row) == set(api.RESOURCES[0].fields)
    # three backers are never told, and none of the others gives them away
    assert rows[1]["backers"] is None
    assert rows[1]["crowd_pledged_pence"] is None
    assert "backer-" not in first.text
    for pledge in await Pledge.all():
        assert pledge.reference not in first.text
    again = await client.http.get("/api/v1/campaigns.json?per-page=2", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    answer = await client.http.get("/api/v1/campaigns.csv")
    lines = read(answer.text)
    assert [int(line["id"]) for line in lines] == three
    assert lines[0]["title"] == f"'{NASTY[:60]}"
    assert "attachment" in answer.headers["content-disposition"]


async def test_what_is_recorded_between_two_pages_moves_no_row(client: SiteClient, three: list[int]) -> None:
    first = (await client.http.get("/api/v1/campaigns.json?per-page=2")).json()
    later = await make.campaign(title="Opened meanwhile")
    rest = (await client.http.get(first["next"])).json()
    assert ([row["id"] for row in rest["campaigns"]], rest["total"]) == (three[2:], first["total"])
    assert rest["known_before"]
    anew = (await client.http.get("/api/v1/campaigns.json?per-page=2&page=2")).json()
    assert [row["id"] for row in anew["campaigns"]] == [three[2], later.id]
    before = business_today() - timedelta(days=1)
    assert (await client.http.get(f"/api/v1/campaigns.json?known-on={before}")).json()["total"] == 0
    assert read((await client.http.get(f"/api/v1/campaigns.csv?known-on={before}")).text) == []


async def test_a_question_that_can_not_be_read_is_answered(client: SiteClient) -> None:
    for query, told in (
        ("as-at=yesterday", "as-at is a day"),
        ("as-at=2019-01-01", "from 1 March 2021"),
        ("known-on=2021-06-24T10:00:00", "known-on is a day"),
        ("known-on=2999-01-01", "known-on is a day"),
        ("known-on=soon", "known-on is a day"),
        ("records=both", "real or generated"),
        ("page=0", "page is a whole number"),
        ("per-page=501", "from 1 to 500"),
        ("asat=2021-06-24", "Nothing is asked by 'asat'"),
    ):
        answer = await client.http.get(f"/api/v1/awards.json?{query}")
        assert answer.status_code == 400, query
        assert told in answer.json()["error"]


async def test_who_asks_too_often_is_asked_to_wait(client: SiteClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def used_up(limit: str, name: str, whose: str) -> bool:
        assert (limit, name) == (f"{get_settings().open_data_a_minute}/minute", "open data")
        return False

    monkeypatch.setattr(limits, "allows", used_up)
    answer = await client.http.get("/api/v1/awards.csv")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert "Wait a minute" in answer.json()["error"]


async def test_the_page_names_every_field_and_year(client: SiteClient) -> None:
    page = await client.get("/open-data")
    for one in api.RESOURCES:
        assert [row[0] for row in page.rows(f"Fields of {one.name}")] == list(one.fields)
    assert page.rows("Grants by financial year")[-1][0] == "2020-21"
    answer = await client.http.get("/open-data/transparency-2021-22.csv")
    assert answer.text.removeprefix("\ufeff").strip() == ",".join(transparency.COLUMNS)
    assert (await client.http.get("/open-data/transparency-2019-20.csv")).status_code == 404
    assert (await client.http.get("/open-data/transparency-2021.csv")).status_code == 422


async def given(campaign_id: int | None, fund_id: int, pence: int, project_id: int | None = None) -> MatchPledge:
    """Taken from a pot and accepted."""
    match = await pots.take_exact(fund_id, pence, pots.Offer(campaign_id, {}, project_id=project_id), audit.SYSTEM)
    await pots.pledge(match, audit.SYSTEM)
    return match


async def test_two_funds_of_one_funder_are_one_award_and_two_funders_are_two(client: SiteClient) -> None:
    made = await make.campaign(target_pence=500_000)
    first, second, other = [await pot_make.fund(1_000_000, short_name=name) for name in ("KCC", "KCC2", "NHS")]
    await MatchFund.filter(id=second.id).update(funder_id=first.funder_id)
    for fund, pence in ((first, 60_000), (second, 40_000), (other, 25_000)):
        await given(made.id, fund.id, pence)
    rows = (await client.http.get("/api/v1/awards.json")).json()["awards"]
    assert [(row["awarded_pence"], row["campaign_id"], row["with_crowd"]) for row in rows] == [
        (100_000, made.id, True),
        (25_000, made.id, True),
    ]
    assert rows[0]["funds"] == f"{first.name}; {second.name}"
    found = (await client.http.get("/open-data/360giving.json")).json()
    amounts = [one["amountAwarded"] for one in found["grants"]]
    assert (len(amounts), sum(amounts)) == (2, 1_250)
    csv_rows = read((await client.http.get("/api/v1/awards.csv")).text)
    assert [row["awarded_pence"] for row in csv_rows] == ["100000", "25000"]


async def test_money_without_a_crowd_is_an_award_of_its_project_and_no_campaign(client: SiteClient) -> None:
    made = await make.campaign(target_pence=500_000)
    fund = await pot_make.fund(1_000_000)
    await MatchFund.filter(id=fund.id).update(without_crowd=True)
    await given(None, fund.id, 30_000, project_id=made.project_id)
    (row,) = (await client.http.get("/api/v1/awards.json")).json()["awards"]
    assert (row["campaign_id"], row["with_crowd"], row["awarded_pence"]) == (None, False, 30_000)
    figures = (await client.http.get("/api/v1/figures.json")).json()["figures"]
    told = [one["value"] for one in figures if one["key"] == "projects_matched" and not one["by"]]
    assert told == [0], "it is in no figure of campaigns"
    (one,) = (await client.http.get("/open-data/360giving.json")).json()["grants"]
    assert one["amountAwarded"] == 300
