"""What people wrote stays text in every file, an officer's pack is built by the worker, and refusals say what to do."""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today, real_now
from crowdfund_kent.errors import Forbidden, Refused
from crowdfund_kent.settings import get_settings
from evaluation import published, services
from evaluation.asking import only
from evaluation.history import import_history
from evaluation.kinds import Edition, Objective, ReportPart, WorkKind
from evaluation.models import Pack, PublishedFigure
from evaluation.pack import asking, printing
from evaluation.pack import services as pack_services
from evaluation.pack.building import build
from evaluation.scope import Records
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.evaluation.test_history import PLEDGES, PROJECT, files
from tests.projects import make

HOSTILE = '=HYPERLINK("https://example.org","x"), "quoted"\nsecond line 🦔 שלום <script>alert()</script>'
YEAR_END = date(2022, 12, 31)


@pytest.fixture(autouse=True)
def not_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Printing takes seconds and has tests of its own (tests/past). Files lie in a folder of the test."""
    monkeypatch.setattr(printing, "can_print", lambda: False)
    monkeypatch.setenv("CROWDFUND_KENT_STORAGE_FOLDER", str(tmp_path / "storage"))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


async def test_what_officers_wrote_is_text_in_every_file(pilot: list[Path], tmp_path: Path) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    officer = await make.officer()
    await services.write(Edition.INTERIM, ReportPart.SUMMARY, HOSTILE, None, officer)
    await services.write(Edition.INTERIM, ReportPart.CHANGE, HOSTILE, 1_234_567, officer)
    await services.add_measure(Objective.SECTOR, "=1+1", "success_rate", officer)
    built = await build(YEAR_END, None, Records.REAL)
    rows = list(csv.reader(io.StringIO(built.files["words.csv"].decode("utf-8-sig"), newline="")))
    told = {row[0]: row for row in rows}
    assert told["summary"][1] == f"'{HOSTILE}"
    assert told["Change it"][2] == "12345.67"
    assert not any(cell.startswith("=") for row in rows for cell in row)
    sheet = zipfile.ZipFile(io.BytesIO(built.files["workbook.ods"])).read("content.xml").decode()
    assert "second line 🦔 שלום &lt;script&gt;" in sheet
    assert "table:formula" not in sheet
    strings = zipfile.ZipFile(io.BytesIO(built.files["workbook.xlsx"])).read("xl/sharedStrings.xml").decode()
    assert "🦔 שלום" in strings
    html = built.files["report.html"].decode()
    assert "<script" not in html
    assert "🦔 שלום" in html
    assert "£12,345.67" in html


async def test_a_number_in_officers_words_is_the_registrys(pilot: list[Path], tmp_path: Path) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    officer = await make.officer()
    for typed, told in (
        ("KCC added £500 in all.", "“£500” is a number typed by hand"),
        ("A third, 33.3%, came.", "“33.3%” is a number"),
        ("KCC added {match}.", "no figure with the short name match"),
    ):
        with pytest.raises(Refused, match=re.escape(told)):
            await services.write(Edition.INTERIM, ReportPart.WORKED, typed, None, officer)
    text = "From 1 March 2021 to the end of 2021-22 KCC added {match_pledged} to {projects_matched}."
    await services.write(Edition.INTERIM, ReportPart.WORKED, text, None, officer)
    await services.write(Edition.INTERIM, ReportPart.STOP, "Nobody would get {match_pledged} again.", 0, officer)
    built = await build(YEAR_END, None, Records.REAL)
    meant = "From 1 March 2021 to the end of 2021-22 KCC added £500.00 to 1."
    assert built.report.words[ReportPart.WORKED] == meant
    for name in ("report.html", "words.csv", "figures.json"):
        assert meant in built.files[name].decode()
        assert "Nobody would get £500.00 again." in built.files[name].decode()


async def test_a_pack_is_built_by_the_worker_and_can_be_had_later(
    client: SiteClient, pilot: list[Path], tmp_path: Path
) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    officer = await make.staff(Role.FUND_OFFICER)
    await sign_in(client, await Person.get(id=officer.person_id))
    page = await client.get("/staff/evaluation")
    asked = {"as_at-day": "31", "as_at-month": "12", "as_at-year": "2022"}
    page = await page.submit(asked, to="/staff/evaluation")
    assert "0 of 6 steps" in page.main
    assert await asking.build_due() == 1
    pack = await Pack.get()
    assert (pack.steps_done, pack.why_failed) == (6, "")
    page = await client.get("/staff/evaluation")
    answer = await client.http.get(page.link("Download"))
    assert hashlib.sha256(answer.content).hexdigest() == pack.sha256
    assert "report.html" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    listed = await client.get("/evaluation/published")
    assert f"pack {pack.id}" in listed.main
    assert await asking._held() == {pack.file_key}


async def test_a_pack_that_would_correct_silently_is_not_built(pilot: list[Path], tmp_path: Path) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    officer = await make.officer()
    await asking.ask(YEAR_END, None, "", "", officer)
    await asking.build_due()
    await services.enter_hours(date(2021, 4, 1), WorkKind.PANEL, 600, 2_500, officer)
    again = await asking.ask(YEAR_END, None, "", "", officer)
    await asking.build_due()
    again = await Pack.get(id=again.id)
    assert again.file_key is None
    assert "Say why they are corrected" in again.why_failed
    third = await asking.ask(YEAR_END, None, "", "Hours came late.", officer)
    await asking.build_due()
    assert (await Pack.get(id=third.id)).file_key is not None


async def test_a_pack_whose_worker_was_killed_is_built_by_the_next_and_given_up_after_three(
    pilot: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    first = await asking.ask(YEAR_END, None, "", "", await make.officer())

    class Killed(BaseException):
        """As a process that ends: nothing of ours hears of it."""

    async def killed(*_: object) -> None:
        raise Killed

    async def to_the_next() -> Pack:
        await Pack.filter(id=first.id).update(leased_until=real_now() - asking.LEASE)
        return await Pack.get(id=first.id)

    with monkeypatch.context() as at, pytest.raises(Killed):
        at.setattr(published, "publish", killed)  # the last thing before it is there
        await asking.build_due()
    assert await asking.build_due() == 0, "its lease runs"
    assert not await PublishedFigure.exists(), "nothing is published that nobody was given"
    pack = await to_the_next()
    assert (pack.tries, pack.file_key) == (1, None)
    assert await asking.build_due() == 1
    pack = await Pack.get(id=first.id)
    assert (pack.tries, pack.file_key is None) == (2, False)
    assert await PublishedFigure.filter(by_what=f"pack {pack.id}").exists()
    second = await asking.ask(YEAR_END, None, "", "", await make.officer())
    await Pack.filter(id=second.id).update(tries=asking.MOST_TRIES, leased_until=real_now() - asking.LEASE)
    assert await asking.build_due() == 0
    assert (await Pack.get(id=second.id)).why_failed == asking.GAVE_UP


async def test_what_was_known_on_a_day_to_come_is_refused(pilot: list[Path], tmp_path: Path) -> None:
    with pytest.raises(Refused, match="from 1 March 2021 to today"):
        await pack_services.evaluate(YEAR_END, business_today() + timedelta(days=1), "", tmp_path / "out")
    assert not (tmp_path / "out").exists()


async def test_generated_and_real_records_are_never_mixed(pilot: list[Path], tmp_path: Path) -> None:
    await import_history(pilot)
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    with pytest.raises(Refused, match="Say which: real or generated"):
        await only(YEAR_END)
    real = (await build(YEAR_END, None, Records.REAL)).report
    made = (await build(YEAR_END, None, Records.GENERATED)).report
    assert real.lines["projects_matched"].found.value == 1
    assert made.lines["projects_matched"].found.value != 1
    assert real.first_line.startswith("Real records")
    assert made.first_line.startswith("Generated records")


async def test_only_a_fund_officer_enters_and_a_later_entry_replaces(db: None) -> None:
    officer, owner = await make.officer(), Actor((await make.person()).id, "person")
    with pytest.raises(Forbidden):
        await services.enter_hours(date(2021, 4, 1), WorkKind.PANEL, 60, 2_500, owner)
    with pytest.raises(Refused, match="March 2021"):
        await services.enter_hours(date(2020, 4, 1), WorkKind.PANEL, 60, 2_500, officer)
    first = await services.enter_hours(date(2021, 4, 9), WorkKind.PANEL, 60, 2_500, officer)
    second = await services.enter_hours(date(2021, 4, 20), WorkKind.PANEL, 90, 2_500, officer)
    await first.refresh_from_db()
    assert first.replaced_at is not None
    assert second.replaced_at is None
    assert second.month == date(2021, 4, 1)
    assert business_today() >= second.month
