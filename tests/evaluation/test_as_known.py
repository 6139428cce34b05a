"""A record entered late changes what is known now, and neither what was known before nor what was published."""

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest

from crowdfund_kent import audit, etags
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_today, real_now
from crowdfund_kent.errors import Refused
from crowdfund_kent.wiring import run_all_checks
from evaluation import cache, published, snapshots
from evaluation.history import import_history
from evaluation.indicators import measured
from evaluation.models import KeptResults, PublishedFigure, Snapshot
from evaluation.pack import printing
from evaluation.pack.building import build
from evaluation.report import report_of
from evaluation.scope import Records, Scope
from tests.client import SiteClient
from tests.evaluation.test_history import PLEDGES, PROJECT, files

DAY = date(2021, 5, 15)
LATE = PROJECT | {"project": "A2", "group": "Late Readers", "title": "Shelves", "match_1_amount": "300"}
LATE_PLEDGES = [{**PLEDGES[0], "pledge": "L1", "project": "A2", "backer": "late@example.org", "amount": "1100"}]


async def import_late(folder: Path) -> None:
    await asyncio.to_thread(folder.mkdir)
    await import_history(files(folder, [LATE], LATE_PLEDGES))


async def test_a_record_entered_late(pilot: list[Path], tmp_path: Path, client: SiteClient) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    scope = Scope.of(DAY, records=Records.REAL)
    assert await published.publish(await report_of(scope), "pack 1", SYSTEM) > 30
    assert await published.publish(await report_of(scope), "pack 2", SYSTEM) == 0
    before = real_now()
    assert "not what was published" not in (await client.get(f"/evaluation/{DAY}")).main
    await import_late(tmp_path / "late")
    page = await client.get(f"/evaluation/{DAY}")
    assert "figures are not what was published for this day" in page.main
    assert "match pledged" in page.main.split("not what was published")[1][:200]
    assert (await measured(scope)).of("match_pledged").value == 80_000
    assert (await measured(Scope(DAY, before, Records.REAL))).of("match_pledged").value == 50_000
    standing = await published.newest(DAY, Records.REAL)
    assert standing["match_pledged"].value == 50_000
    with pytest.raises(Refused, match=r"Other values were published for this day: .*Say why"):
        await published.publish(await report_of(scope), "pack 3", SYSTEM)
    await published.publish(await report_of(scope), "pack 3", SYSTEM, "A project was entered late.")
    rows = await PublishedFigure.filter(indicator="match_pledged", as_at=DAY).order_by("id")
    assert [(row.value, row.by_what, row.reason) for row in rows] == [
        (50_000, "pack 1", ""),
        (80_000, "pack 3", "A project was entered late."),
    ]
    assert rows[1].corrects_id == rows[0].id
    assert "not what was published" not in (await client.get(f"/evaluation/{DAY}")).main


async def test_a_snapshot_keeps_what_was_known_and_is_proved(pilot: list[Path], tmp_path: Path) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    assert await snapshots.take(DAY, Records.REAL) == 1
    assert await snapshots.take(DAY, Records.REAL) == 0
    await import_late(tmp_path / "late")
    kept = await Snapshot.get(day=DAY, records=Records.REAL)
    assert kept.values["match_pledged"] == 50_000
    assert await snapshots.not_as_recomputed() == []
    assert {found.rule: found.offenders for found in await run_all_checks() if found.count} == {}


async def test_the_worker_catches_up_and_a_quiet_day_is_the_day_before(
    pilot: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    monkeypatch.setattr(snapshots, "business_today", lambda: date(2021, 4, 12))
    assert await snapshots.take_due() == 11
    assert await snapshots.take_due() == 0
    rows = {row.day: row for row in await Snapshot.all()}
    assert rows[date(2021, 4, 11)].values == rows[date(2021, 4, 2)].values
    assert rows[date(2021, 4, 1)].known_before < rows[date(2021, 4, 2)].known_before
    assert rows[date(2021, 4, 11)].known_before == rows[date(2021, 4, 2)].known_before


async def test_trends_are_of_whole_months_on_the_page_and_in_the_pack(
    pilot: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    monkeypatch.setattr(printing, "can_print", lambda: False)
    until = date(2021, 7, 10)
    for day in (date(2021, 4, 30), date(2021, 6, 30)):
        await snapshots.take(day, Records.REAL)
    scope = Scope.of(until, records=Records.REAL)
    assert (await report_of(scope)).trends == [], "the end of May is missing"
    await snapshots.take(date(2021, 5, 31), Records.REAL)
    report = await report_of(scope)
    told = {trend.about.key: trend.ends for trend in report.trends}
    assert told["match_pledged"] == [
        (date(2021, 4, 30), 0),
        (date(2021, 5, 31), 50_000),
        (date(2021, 6, 30), 50_000),
    ]
    assert (await report_of(Scope.of(date(2021, 5, 30), records=Records.REAL))).trends == [], "one month is no trend"
    files_of_pack = (await build(until, None, Records.REAL)).files
    assert "Line chart. Match pledged, at the end of each month." in files_of_pack["report.html"].decode()
    assert "match_pledged,Match pledged,2021-05-31,pence,50000" in files_of_pack["trends.csv"].decode()
    kept = await Snapshot.get(day=date(2021, 5, 31))
    assert set(kept.values) == set(snapshots.KEPT)
    with monkeypatch.context() as before:
        before.setattr(snapshots, "KEPT", ("match_pledged", "secured"))
        await snapshots.take(date(2021, 7, 1), Records.REAL)
    assert await snapshots.not_as_recomputed() == [], "one of fewer figures is proved for those"


async def test_pages_read_what_the_worker_measured_and_say_since_when(
    pilot: list[Path], tmp_path: Path, client: SiteClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    assert await cache.keep_for_pages() == 3, "today and both editions, of real records"
    assert await cache.keep_for_pages() == 0, "nothing was recorded since"
    with monkeypatch.context() as deployed:
        deployed.setattr(etags, "code", lambda: "another version of the site")
        assert await cache.kept_by_worker(Scope.of(business_today(), records=Records.REAL)) is None
    scope = Scope.of(business_today(), records=Records.REAL)
    kept = await cache.kept_by_worker(scope)
    assert kept is not None
    assert (kept.found, kept.known_at) == (dict((await measured(scope)).found), None)
    await import_late(tmp_path / "late")
    assert "£800" in (await client.get("/figures")).main, "so few rows are measured again"
    monkeypatch.setattr(cache, "QUICK", 0)  # as if there were many
    page, figures = await client.get("/evaluation"), await client.get("/figures")
    for shown in (page, figures):
        assert "as we knew it at" in shown.main
        assert "£500" in shown.main
    exact = await report_of(scope)
    assert (exact.lines["match_pledged"].found.value, exact.known_at) == (80_000, None)
    await KeptResults.all().update(measured_at=real_now() - 2 * cache.STALE)
    page = await client.get("/evaluation")
    assert "as we know it now" in page.main
    assert "£800" in page.main
    assert await cache.keep_for_pages() == 3


async def test_the_page_asks_for_both_days_and_its_links_keep_them(
    pilot: list[Path], tmp_path: Path, client: SiteClient
) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    page = await client.get("/evaluation")
    asked = {f"day-{part}": value for part, value in (("day", "15"), ("month", "5"), ("year", "2021"))}
    asked |= {f"known_on-{part}": value for part, value in (("day", "1"), ("month", "6"), ("year", "2021"))}
    page = await client.get("/evaluation", params=asked, to="/evaluation/2021-05-15?known-on=2021-06-01")
    assert "as we knew it by the end of 1 June 2021" in page.main
    assert (await client.http.get(page.link("This report for programs (JSON)"))).json()["known_on"] == "2021-06-01"
    figures = (await client.http.get("/evaluation/2021-05-15.json")).json()["figures"]
    assert figures["match_pledged"]["value"] == 50_000, "it was imported today, and is known now"
    assert "£500.00" not in page.main
    day = business_today() + timedelta(days=1)
    asked |= {"known_on-day": str(day.day), "known_on-month": str(day.month), "known_on-year": str(day.year)}
    page = await client.get("/evaluation", params=asked, status=422)
    assert any("today or a day before" in error for error in page.errors)


def amounts(text: str) -> set[str]:
    """The match pledged of both imported projects, or of the first alone, as a page says it."""
    return {next((one for one in ("£800", "£500") if one in text), "")}


async def told(client: SiteClient) -> dict[str, set[str]]:
    """What every public page and file with figures of today says of the match pledged."""
    pages = {path: await client.get(path) for path in ("/", "/figures", "/evaluation", "/open-data")}
    found = {path: amounts(page.main) for path, page in pages.items()}
    day = business_today().isoformat()
    plain = {
        path: (await client.http.get(path)).json()
        for path in (
            f"/figures/{day}.json",
            f"/evaluation/{day}.json",
            "/api/v1/figures.json?per-page=500",
            "/api/v1/awards.json",
            "/api/v1/campaigns.json",
            "/open-data/360giving.json",
        )
    }
    one, report, figures, awards, campaigns, grants = plain.values()
    (whole,) = [row["value"] for row in figures["figures"] if row["key"] == "match_pledged" and not row["by"]]
    sums = (
        one["match_pledged_pence"],
        report["figures"]["match_pledged"]["value"],
        whole,
        sum(row["awarded_pence"] for row in awards["awards"]),
        sum(row["match_pledged_pence"] for row in campaigns["campaigns"]),
        round(100 * sum(row["amountAwarded"] for row in grants["grants"])),
    )
    return found | {path: {f"£{pence // 100}"} for path, pence in zip(plain, sums, strict=True)}


async def test_no_two_pages_differ_on_a_large_site_either(
    pilot: list[Path], tmp_path: Path, client: SiteClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    assert set.union(*(await told(client)).values()) == {"£500"}
    monkeypatch.setattr(cache, "QUICK", 0)  # as if there were many
    await cache.keep_for_pages()
    tags = {path: (await client.http.get(path)).headers["etag"] for path in ("/", "/api/v1/awards.json")}
    await import_late(tmp_path / "late")
    assert {path: said for path, said in (await told(client)).items() if said != {"£500"}} == {}
    assert "As we knew it at" in (await client.get("/")).main
    assert "as we knew it at" in (await client.get("/open-data")).main
    first = (await client.http.get("/api/v1/figures.json?per-page=20")).json()
    second = (await client.http.get(first["next"])).json()
    assert first["known_at"] == second["known_at"], "page by page from the same row"
    assert (await client.http.get("/api/v1/awards.csv")).headers["x-known-at"].endswith("Z")
    before = {path: (await client.http.get(path)).headers["etag"] for path in tags}
    await cache.keep_for_pages()
    assert {path: said for path, said in (await told(client)).items() if said != {"£800"}} == {}
    after = {path: (await client.http.get(path)).headers["etag"] for path in tags}
    for path, tag in tags.items():
        assert len({tag, before[path], after[path]}) == 3, "what is shown changed, so did the tag"
    await audit.record("benchmark", "campaign:1", SYSTEM)
    await KeptResults.all().update(measured_at=real_now() - 2 * cache.STALE)
    assert "As we knew it at" not in (await client.get("/")).main, "too old: all measure anew"
    assert set.union(*(await told(client)).values()) == {"£800"}
