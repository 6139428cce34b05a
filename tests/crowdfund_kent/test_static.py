"""What is served under /static/: ours or free to use, complete, and kept for as long as it does not change."""

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette

from crowdfund_kent.assets import STATIC_FOLDER, content_hash, static_mount, static_url
from tests.client import SiteClient

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FORBIDDEN = re.compile(r"(?i:GDS ?Transport|crest|tudor|Margaret Calvert|govuk-logo)|GOV\.UK(?! Frontend)")


def test_nothing_that_only_a_government_site_may_use_is_left() -> None:
    texts = [path for path in STATIC_FOLDER.rglob("*") if path.suffix in {".css", ".svg", ".txt"}]
    texts += [path for path in TEMPLATES.rglob("*") if path.is_file()]
    assert len(texts) > 20
    for path in texts:
        text = path.read_text()
        text = re.sub(r"\{#.*?#\}|/\*.*?\*/", "", text, flags=re.DOTALL)  # our own comments may say where it comes from
        text = re.sub(r"\.govuk-logo[\w-]*|govuk-logo-dot", "", text)  # a selector without its picture
        found = FORBIDDEN.search(text)
        assert found is None, f"{path.name}: {found}"


def test_script_and_style_name_no_typeface_or_arms_even_in_comments() -> None:
    for name in ("govuk-frontend.css", "govuk-frontend.js", "kent.css", "site.js"):
        text = (STATIC_FOLDER / name).read_text()
        assert "GDS Transport" not in text
        assert "crest" not in text


def test_every_file_that_a_style_sheet_names_is_there_and_from_here() -> None:
    named = [
        target for sheet in STATIC_FOLDER.glob("*.css") for target in re.findall(r"url\(([^)]+)\)", sheet.read_text())
    ]
    assert {target.partition("-normal")[0] for target in named} == {
        "source-sans-3-latin-400",
        "source-sans-3-latin-700",
    }
    for target in named:
        assert (STATIC_FOLDER / target).is_file()


def test_the_version_of_the_style_is_the_one_the_macros_were_made_for() -> None:
    css = (STATIC_FOLDER / "govuk-frontend.css").read_text()
    assert '--govuk-frontend-version:"6.3.0"' in css


def test_licences_of_what_is_not_ours_lie_beside_it() -> None:
    assert "SIL OPEN FONT LICENSE" in (STATIC_FOLDER / "SOURCE-SANS-3-OFL.txt").read_text()
    assert "The MIT License" in (STATIC_FOLDER / "NOTICES.txt").read_text()


def test_a_name_that_is_not_there_fails_when_the_page_is_made() -> None:
    with pytest.raises(FileNotFoundError):
        static_url("gone.css")


async def test_style_and_script_travel_compressed_where_the_browser_takes_it() -> None:
    visitor = SiteClient(Starlette(routes=[static_mount()]))
    packed = await visitor.http.get(static_url("govuk-frontend.css"), headers={"Accept-Encoding": "gzip, br"})
    plain = await visitor.http.get(static_url("govuk-frontend.css"), headers={"Accept-Encoding": "identity"})
    font = await visitor.http.get(static_url("source-sans-3-latin-400-normal.woff2"))
    await visitor.close()
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert int(packed.headers["content-length"]) < 20_000
    assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.content == plain.content
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in font.headers


async def test_a_current_address_may_be_kept_for_ever_and_an_old_one_may_not() -> None:
    visitor = SiteClient(Starlette(routes=[static_mount()]))
    current = await visitor.http.get(static_url("kent.css"))
    old = await visitor.http.get("/static/0123456789ab/kent.css")
    missing = await visitor.http.get(f"/static/{content_hash()}/gone.css")
    outside = await visitor.http.get(f"/static/{content_hash()}/%2e%2e/security.py")
    await visitor.close()
    assert (current.status_code, current.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")
    assert old.content == current.content
    assert (missing.status_code, outside.status_code) == (404, 404)
