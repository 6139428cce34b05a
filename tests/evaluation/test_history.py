"""A council's records come in whole or not at all; every error has its file, line and column."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from evaluation.figures import figures_as_at
from evaluation.history import ImportRefused, import_history
from evaluation.models import ImportBatch
from pledges.models import FundingSource, MatchPledge, Pledge
from projects.models import Campaign, CampaignEvent, Project

PROJECT = {
    "project": "A1",
    "group": "Cobble Bay Swimmers",
    "legal_form": "unincorporated group",
    "title": "Sea steps",
    "summary": "A handrail.",
    "place": "Margate",
    "district": "E07000114",
    "objective": "Health and wellbeing",
    "capital": "£1,000.00",
    "revenue": "500",
    "other_funding": "100",
    "in_kind": "250",
    "target": "1400",
    "opened": "2021-04-01",
    "last_day": "2021-05-31",
    "outcome": "settled",
    "decided": "2021-06-01",
    "settled": "2021-06-10",
    "match_1_fund": "crowdfund-kent-pilot",
    "match_1_amount": "500",
    "match_1_pledged": "2021-05-01",
    "match_1_paid": "2021-06-20",
    "match_1_purpose": "",
}
PLEDGE = {"pledge": "P1", "project": "A1", "backer": "kim@example.org", "pledged": "2021-04-02", "amount": "600"}
PLEDGES = [
    PLEDGE | {"outcome": "collected"},
    PLEDGE | {"pledge": "P2", "backer": "Kim+news@Example.org", "amount": "200", "outcome": "collected"},
    PLEDGE | {"pledge": "P3", "backer": "b-3", "amount": "120", "outcome": "dropped"},
    PLEDGE | {"pledge": "P4", "backer": "b-4", "amount": "50", "outcome": "cancelled", "ended": "2021-04-20"},
]


def as_csv(rows: list[dict[str, str]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def files(folder: Path, projects: list[dict[str, str]], pledges: list[dict[str, str]]) -> list[Path]:
    first, second = folder / "projects.csv", folder / "pledges.csv"
    first.write_text(as_csv(projects), encoding="utf-8")
    second.write_text(as_csv(pledges), encoding="utf-8")
    return [first, second]


async def refusal(paths: list[Path]) -> list[str]:
    with pytest.raises(ImportRefused) as refused:
        await import_history(paths)
    return [f"{one.file}:{one.line}:{one.column}: {one.message}" for one in refused.value.errors]


async def test_a_settled_campaign_comes_in_with_its_whole_past(pilot: list[Path], tmp_path: Path) -> None:
    summary = await import_history(files(tmp_path, [PROJECT], PLEDGES))
    assert (summary.projects, summary.pledges, summary.match_pledges) == (1, 4, 1)
    campaign = await Campaign.get().prefetch_related("version")
    assert campaign.status == "settled"
    assert campaign.raised_pence == 142_000
    assert campaign.version is not None
    assert (campaign.version.project_value_pence, campaign.version.target_pence) == (175_000, 140_000)
    causes = await CampaignEvent.filter(subject_id=campaign.id).order_by("id").values_list("cause", flat=True)
    expected = "created, submitted, approved, opened, deadline, target met, collection began, threshold met"
    assert ", ".join(str(cause) for cause in causes) == expected
    match = await MatchPledge.get()
    assert (match.status, match.paid_pence) == ("paid", 50_000)
    paid = [source.paid_pence for source in await FundingSource.all().order_by("id")]
    assert paid == [50_000, 0]
    assert not campaign.generated


async def test_as_at_each_day_the_figures_say_what_was_true_then(pilot: list[Path], tmp_path: Path) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    before = await figures_as_at(date(2021, 4, 30))
    assert (before.projects, before.match_pledged_pence, before.leverage_bp) == (0, 0, None)
    pledged = await figures_as_at(date(2021, 5, 1))
    assert (pledged.projects, pledged.match_pledged_pence, pledged.crowd_pledged_pence) == (1, 50_000, 92_000)
    assert pledged.backers == 2  # the same e-mail with a +tag is one person; who cancelled is none
    assert pledged.success_rate_bp is None
    after = await figures_as_at(date(2023, 1, 1))
    assert after.crowd_pledged_pence == 92_000  # what was pledged at the verdict, not what was collected
    assert after.success_rate_bp == 10_000
    thanet = next(one for one in after.by_district if one.name == "Thanet")
    assert (thanet.projects, thanet.project_value_pence) == (1, 175_000)


async def test_what_missed_its_target_lets_the_match_go_and_is_no_project_any_more(
    pilot: list[Path], tmp_path: Path
) -> None:
    row = PROJECT | {"outcome": "unsuccessful", "settled": "", "match_1_paid": ""}
    pledges = [{**PLEDGES[0], "amount": "300", "outcome": "released"}]
    await import_history(files(tmp_path, [row], pledges))
    assert (await figures_as_at(date(2021, 5, 31))).match_pledged_pence == 50_000
    after = await figures_as_at(date(2021, 6, 1))
    assert (after.projects, after.match_pledged_pence, after.match_released_pence) == (0, 0, 50_000)
    assert after.success_rate_bp == 0
    assert sum(source.pledged_pence for source in await FundingSource.all()) == 0


async def test_the_same_files_change_nothing_a_second_time(pilot: list[Path], tmp_path: Path) -> None:
    paths = files(tmp_path, [PROJECT], PLEDGES)
    await import_history(paths)
    again = await import_history(list(reversed(paths)))
    assert again.already
    assert await Pledge.all().count() == 4


async def test_a_reference_of_an_earlier_import_is_refused(pilot: list[Path], tmp_path: Path) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    other = files(tmp_path, [PROJECT | {"title": "Changed"}], PLEDGES[:1])
    assert "projects.csv:2:project: was imported before, from other files" in await refusal(other)
    assert await Project.all().count() == 1


async def test_a_pot_that_was_too_small_refuses_everything(pilot: list[Path], tmp_path: Path) -> None:
    row = PROJECT | {"capital": "999000", "target": "999400", "match_1_amount": "150001"}
    told = await refusal(files(tmp_path, [row], [{**PLEDGES[0], "amount": "900000"}]))
    assert len(told) == 1
    assert told[0].startswith("projects.csv:2:match_1_amount: £150,000.00 is left in the pot")


BROKEN_PROJECTS: list[tuple[dict[str, str], str]] = [
    ({"match_1_paid": "2999-01-01"}, "2:match_1_paid: is in the future"),
    ({"target": "1500"}, "2:target: is £1,500.00, but costs less other funding are £1,400.00"),
    ({"target": "1e3"}, "2:target: is '1e3': enter an amount using figures 0 to 9"),
    ({"district": "E06000035"}, "2:district: is 'E06000035': use a code of E07000105 (Ashford)"),
    ({"opened": "01/04/2021"}, "2:opened: is '01/04/2021': write the day as YYYY-MM-DD"),
    ({"opened": "2021-02-30"}, "2:opened: is '2021-02-30': there is no such day"),
    ({"last_day": "2021-03-01"}, "2:last_day: is before the campaign opened"),
    ({"decided": "2021-05-31"}, "2:decided: is not after the last day"),
    ({"settled": ""}, "2:settled: is empty: enter the day collection was decided"),
    ({"settled": "2021-06-01"}, "2:settled: is not after the day on which the target was decided"),
    ({"outcome": "won"}, "2:outcome: is 'won': use one of settled, unsuccessful"),
    ({"outcome": "unsuccessful", "match_1_paid": ""}, "2:outcome: is unsuccessful, but £1,420.00 was raised"),
    ({"legal_form": "plc"}, "2:legal_form: is 'plc': use one of"),
    ({"objective": "Trains"}, "2:objective: 'Trains' is not in the list of objectives"),
    ({"title": ""}, "2:title: is empty: fill it in"),
    ({"title": "x" * 81}, "2:title: is 81 characters long: shorten it to 80"),
    ({"match_1_fund": "other"}, "2:match_1_fund: no fund is called 'other'"),
    ({"match_1_amount": ""}, "2:match_1_amount: is empty, and the rest is not"),
    ({"match_1_pledged": "2021-07-01"}, "2:match_1_pledged: is not between the first and the last day"),
    ({"match_1_paid": "2021-06-01"}, "2:match_1_paid: is before the campaign settled"),
]


@pytest.mark.parametrize(("change", "told"), BROKEN_PROJECTS, ids=[told for _, told in BROKEN_PROJECTS])
async def test_a_broken_project_names_its_place_and_writes_nothing(
    pilot: list[Path], tmp_path: Path, change: dict[str, str], told: str
) -> None:
    errors = await refusal(files(tmp_path, [PROJECT | change], PLEDGES))
    assert any(told in error for error in errors), errors
    assert not await Project.exists()
    assert not await ImportBatch.exists()


BROKEN_PLEDGES: list[tuple[dict[str, str], str]] = [
    ({"project": "B9"}, "2:project: no project 'B9' is in these files"),
    ({"amount": "-5"}, "2:amount: is '-5': enter an amount above nothing"),
    ({"pledged": "2021-06-01"}, "2:pledged: is not between the campaign's first and last day"),
    ({"outcome": "released"}, "2:outcome: a pledge to a campaign that was settled can't have been released"),
    ({"outcome": "cancelled"}, "2:ended: is empty: enter the day it was cancelled"),
    ({"pledge": "P2"}, "3:pledge: 'P2' stands in pledges.csv, line 2, already"),
]


@pytest.mark.parametrize(("change", "told"), BROKEN_PLEDGES, ids=[told for _, told in BROKEN_PLEDGES])
async def test_a_broken_pledge_names_its_place_and_writes_nothing(
    pilot: list[Path], tmp_path: Path, change: dict[str, str], told: str
) -> None:
    errors = await refusal(files(tmp_path, [PROJECT], [PLEDGES[0] | change, *PLEDGES[1:]]))
    assert any(told in error for error in errors), errors
    assert not await Pledge.exists()


BROKEN_FILES: list[tuple[bytes, str]] = [
    (b"", "the first line must name the columns"),
    (b"title,price\nx,1\n", "the first line must name the columns"),
    (b"project,group,colour\n", ":1:colour: is no column of this file"),
    (b"project,group\n", ":1:title: is missing: add this column"),
    (as_csv([PROJECT]).encode() + b"only,two\n", ":3:: has 2 cells, not 23 like the first line"),
    (as_csv([PROJECT]).replace("Sea steps", "Sea \xe9").encode("latin-1"), ":2:: is not UTF-8 text"),
    (as_csv([PROJECT]).encode() + b'"A2,never closed\n', "is not CSV here"),
    (as_csv([PROJECT]).replace("Sea steps", "Sea\0steps").encode(), ":2:: holds a zero byte"),
    (as_csv([PROJECT]).split("\n")[0].encode() + b"\n", ":1:: has no rows"),
]


@pytest.mark.parametrize(("raw", "told"), BROKEN_FILES, ids=[told for _, told in BROKEN_FILES])
async def test_a_broken_file_says_where(pilot: list[Path], tmp_path: Path, raw: bytes, told: str) -> None:
    path = tmp_path / "projects.csv"
    path.write_bytes(raw)
    errors = await refusal([path])
    assert any(told in error for error in errors), errors
    assert not await Project.exists()


async def test_every_error_is_told_at_once(pilot: list[Path], tmp_path: Path) -> None:
    errors = await refusal(files(tmp_path, [PROJECT | {"district": "x", "opened": "y", "capital": "z"}], PLEDGES))
    assert len(errors) == 3


async def test_generated_files_do_not_mix_with_real_ones(pilot: list[Path], tmp_path: Path) -> None:
    real = files(tmp_path, [PROJECT], PLEDGES)
    errors = await refusal([*real, pilot[0]])
    assert any("are not imported with others" in error for error in errors)


async def test_only_a_hash_of_who_gave_is_kept(pilot: list[Path], tmp_path: Path) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    for pledge in await Pledge.all():
        assert pledge.email is None
        assert "kim" not in pledge.email_key
        assert pledge.name == ""
