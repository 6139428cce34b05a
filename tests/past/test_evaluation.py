"""The report over the pilot's generated past: one day, one number, wherever it stands."""

import csv
import ctypes
import hashlib
import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as raw
import pytest

from crowdfund_kent.settings import get_settings
from evaluation.indicators import REGISTRY
from evaluation.indicators.kinds import Indicator, Unit
from evaluation.open_data.checking import problems
from evaluation.pack import printing, services
from evaluation.report import report_of
from evaluation.scope import Records, Scope
from tests.client import SiteClient
from tests.reading import Node
from tests.standards import validate_360giving

pytestmark = pytest.mark.usefixtures("imported", "db")
CABINET = date(2021, 6, 24)
AFTER = date(2023, 6, 13)


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def cells(table: Node) -> list[list[str]]:
    return [[cell.text for cell in row.all("th", "td")] for body in table.all("tbody") for row in body.all("tr")]


@dataclass
class Tags:
    """What a screen reader is told of a PDF: by its catalogue, its tags in reading order, and its pictures' words."""

    tagged: bool
    language: str
    title: str
    bookmarks: list[str]
    order: list[str]
    pictures: list[str]
    tables: list[list[str]]  # of each the tags in it

    @property
    def headings(self) -> list[int]:
        """Their levels, in reading order."""
        return [int(kind[1]) for kind in self.order if re.fullmatch(r"H[1-6]", kind)]


def tags_of(pdf: bytes) -> Tags:
    """Read it by the tag tree, as PDF/UA asks for it: no validator of its own is needed."""
    document = pypdfium2.PdfDocument(pdf)
    kinds, pictures, tables = list[str](), list[str](), list[list[str]]()

    def text(read: Any, element: Any) -> str:
        length = read(element, None, 0)
        buffer = ctypes.create_string_buffer(length)
        read(element, buffer, length)
        return buffer.raw[:length].decode("utf-16-le").strip("\0")

    def walk(element: Any) -> None:
        kind = text(raw.FPDF_StructElement_GetType, element)
        kinds.append(kind)
        if kind == "Figure":
            pictures.append(text(raw.FPDF_StructElement_GetAltText, element))
        if kind == "Table":
            tables.append([])
        elif tables and kind in {"TH", "TD", "Caption"}:
            tables[-1].append(kind)
        for at in range(raw.FPDF_StructElement_CountChildren(element)):
            if child := raw.FPDF_StructElement_GetChildAtIndex(element, at):
                walk(child)

    for page in document:
        tree = raw.FPDF_StructTree_GetForPage(page.raw)
        for at in range(raw.FPDF_StructTree_CountChildren(tree)):
            if child := raw.FPDF_StructTree_GetChildAtIndex(tree, at):
                walk(child)
        raw.FPDF_StructTree_Close(tree)
        page.close()
    length = raw.FPDFCatalog_GetLanguage(document.raw, None, 0)
    buffer = (ctypes.c_ushort * (length // 2))()
    raw.FPDFCatalog_GetLanguage(document.raw, buffer, length)
    language = bytes(buffer).decode("utf-16-le").strip("\0")
    marks = [mark.get_title() for mark in document.get_toc()]
    found = Tags(
        bool(raw.FPDFCatalog_IsTagged(document.raw)),
        language,
        document.get_metadata_value("Title"),
        marks,
        kinds,
        pictures,
        tables,
    )
    document.close()
    return found


def _squeezed(stream: bytes) -> bytes:
    """A stream of a PDF as it was before it was squeezed."""
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


async def test_the_cabinet_day_is_the_same_to_the_penny_in_every_file_and_page(
    client: SiteClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """28, £130,000.00, £550,000.00 and £4.23 in report, workbooks, CSV, JSON and on the figures page."""
    monkeypatch.setattr(printing, "can_print", lambda: False)  # printed once, below
    written = {path.name: path for path in await services.evaluate(CABINET, None, "", tmp_path)}
    meant = {
        "projects_matched": "28",
        "match_pledged": "£130,000.00",
        "project_value": "£550,000.00",
        "leverage": "£4.23",
    }
    told = {row["Key"]: row for row in rows_of(written["figures.csv"])}
    assert {key: told[key]["In words"] for key in meant} == meant
    pounds = {row["Key"]: row["Pounds"] for row in rows_of(written["money.csv"])}
    assert (pounds["match_pledged"], pounds["project_value"]) == ("130000.00", "550000.00")
    plain = json.loads(written["figures.json"].read_text())
    assert {key: plain["figures"][key]["words"] for key in meant} == meant
    values = [plain["figures"][key]["value"] for key in meant]
    assert values == [28, 13_000_000, 55_000_000, 42_308]
    html = written["report.html"].read_text()
    sheets = zipfile.ZipFile(written["workbook.xlsx"]).read("xl/sharedStrings.xml").decode()
    content = zipfile.ZipFile(written["workbook.ods"]).read("content.xml").decode()
    page = await client.get(f"/evaluation/{CABINET}")
    for words in meant.values():
        for where in (html, sheets, content, page.main):
            assert words in where
    figures = (await client.http.get(f"/figures/{CABINET}.json")).json()
    assert [
        figures["projects"], figures["match_pledged_pence"], figures["project_value_pence"], figures["leverage_bp"]
    ] == values  # fmt: skip
    answer = (await client.http.get(f"/evaluation/{CABINET}.json")).json()
    assert answer == plain
    assert await told_by_open_data(client, CABINET) == values


async def told_by_open_data(client: SiteClient, day: date) -> list[int]:
    """Projects, match, value and leverage of a day, as the interface for programs says; the same in 360Giving and its CSV."""
    rows, address = list[dict[str, Any]](), f"/api/v1/figures.json?as-at={day}&per-page=500"
    while address:
        answer = (await client.http.get(address)).json()
        assert answer["records"] == Records.GENERATED
        rows, address = rows + answer["figures"], answer["next"]
    whole = {row["key"]: row["value"] for row in rows if not row["by"]}
    given = (await client.http.get(f"/open-data/360giving.json?as-at={day}")).json()
    validate_360giving(given)
    assert problems(given, get_settings().open_data_prefix, day) == []
    lines = list(csv.DictReader(io.StringIO((await client.http.get(f"/open-data/360giving.csv?as-at={day}")).text)))
    awards = list(csv.DictReader(io.StringIO((await client.http.get(f"/api/v1/awards.csv?as-at={day}")).text)))
    sums = [
        sum(round(one["amountAwarded"] * 100) for one in given["grants"]),
        sum(round(float(line["Amount Awarded"]) * 100) for line in lines),
        sum(int(one["awarded_pence"]) for one in awards),
    ]
    assert sums == [whole["match_pledged"]] * 3
    assert all(one["generated"] == "true" for one in awards)
    campaigns = (await client.http.get(f"/api/v1/campaigns.json?as-at={day}&per-page=500")).json()
    with_match = [one for one in campaigns["campaigns"] if one["match_pledged_pence"]]
    assert sum(one["match_pledged_pence"] for one in with_match) == whole["match_pledged"]
    assert sum(one["project_value_pence"] for one in with_match) == whole["project_value"]
    return [len(with_match), sums[0], whole["project_value"], whole["leverage"]]


async def test_after_the_pilot_it_says_what_the_papers_say(client: SiteClient) -> None:
    """About 60 projects, over £1.1m, nearly 5,000 backers (domain.md, section 1)."""
    plain = (await client.http.get(f"/evaluation/{AFTER}.json")).json()["figures"]
    assert plain["projects_matched"]["value"] == 60
    assert plain["project_value"]["value"] > 110_000_000
    assert 4_900 <= plain["backers"]["value"] <= 5_000
    keys = ("projects_matched", "match_pledged", "project_value", "leverage")
    assert await told_by_open_data(client, AFTER) == [plain[key]["value"] for key in keys]
    # by financial year, to the penny: what was decided in the years of the pilot is all of it
    pence = 0
    for year in ("2020-21", "2021-22", "2022-23"):
        text = (await client.http.get(f"/open-data/transparency-{year}.csv")).text.removeprefix("\ufeff")
        pence += sum(round(float(line["Amount"]) * 100) for line in csv.DictReader(io.StringIO(text)))
    assert pence == plain["match_pledged"]["value"]


async def test_the_first_line_says_that_the_records_are_generated(client: SiteClient) -> None:
    page = await client.get(f"/evaluation/{CABINET}")
    first = page.main.replace("\n", " ").split("Evaluation of the programme")[-1].strip()
    assert first.startswith("Generated records that fit the published totals")


async def test_two_runs_give_the_same_bytes_and_the_checksums_hold(tmp_path: Path) -> None:
    first = await services.evaluate(AFTER, None, "generated", tmp_path / "one")
    second = await services.evaluate(AFTER, None, "generated", tmp_path / "two")
    assert [path.name for path in first] == [path.name for path in second]
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes(), one.name
    for line in (tmp_path / "one" / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / "one" / name).read_bytes()).hexdigest() == digest
    pdf = (tmp_path / "one" / "report.pdf").read_bytes()
    told = tags_of(pdf)
    assert told.tagged
    assert told.language == "en-GB"
    assert told.title.startswith("Evaluation of the programme")
    streams = [_squeezed(one) for one in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)]
    assert any(b"pdfuaid" in one for one in streams), "it says itself that it is PDF/UA"
    assert told.headings.count(1) == 1
    assert told.headings[0] == 1
    assert told.headings.count(2) >= 9
    assert all(later <= level + 1 for level, later in pairwise(told.headings)), "no level of heading is left out"
    assert {"Summary", "Limits", "Glossary"} <= set(told.bookmarks)
    assert len(told.pictures) > 10
    assert all(told.pictures)
    assert any("Thanet 6" in words for words in told.pictures)
    assert len(told.tables) > 20
    assert all("TH" in cells for cells in told.tables), "every table has headers"
    made = json.loads((tmp_path / "one" / "made-with.json").read_text())
    assert made["records"] == Records.GENERATED
    assert "secret" not in json.dumps(made).lower()


def made_of(one: Indicator, told: dict[str, Any]) -> str:
    """What stands below the name of a share that everybody may divide again."""
    top, bottom = told["numerator"], told["denominator"]
    if one.unit is not Unit.SHARE or top is None or not bottom:
        return ""
    return f"{top:,} of {bottom:,}" if told["value"] == (2 * top * 10_000 + bottom) // (2 * bottom) else ""


async def test_every_figure_of_the_registry_reads_the_same_on_the_page_in_print_and_for_programs(
    client: SiteClient,
) -> None:
    """No figure without its definition, no chart without its table, no number that differs."""
    plain = (await client.http.get(f"/evaluation/{AFTER}.json")).json()["figures"]
    page = await client.get(f"/evaluation/{AFTER}")
    tables = {" ".join(one.text for one in table.all("caption")): cells(table) for table in page.root.all("table")}
    told = {row[0]: row for rows in tables.values() for row in rows if len(row) == 3}
    html = printing.html_of(await report_of(Scope.of(AFTER, records=Records.GENERATED)))
    for key, one in REGISTRY.items():
        why = plain[key]["why"] if plain[key]["value"] is None else made_of(one, plain[key])
        line = told[f"{one.name} {why}".strip()]
        assert line[1] == plain[key]["words"], key
        assert " ".join(line[2].split()) == " ".join(one.definition.split()), key
        assert plain[key]["words"] in html
        for way, parts in plain[key]["parts"].items():
            if parts:
                table = tables[f"{one.name}, by {way}"]
                assert [row[0] for row in table] == [part["name"] for part in parts], (key, way)


async def test_every_indicator_stands_in_the_page_of_its_definition(client: SiteClient) -> None:
    page = await client.get("/evaluation/indicators")
    for one in REGISTRY.values():
        assert one.name in page.main
        assert " ".join(one.definition.split()) in " ".join(page.main.split())
