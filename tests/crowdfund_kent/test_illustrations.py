"""Drawings: the same for the same project, different beside each other, safe to embed."""

import re
import xml.etree.ElementTree as ET

import pytest

from crowdfund_kent.geography import DISTRICTS
from crowdfund_kent.illustrations import WORDS, illustration_url, illustration_words, kind_for, scene
from tests.client import SiteClient

OBJECTIVES = (
    "Health and wellbeing",
    "Young people",
    "Older people",
    "Environment",
    "Heritage and culture",
    "Community life",
)


@pytest.mark.parametrize("kind", sorted(WORDS))
def test_a_drawing_is_well_formed_and_holds_no_style_or_script(kind: str) -> None:
    drawing = str(scene(kind, 7))
    root = ET.fromstring(drawing)  # made by this project
    assert root.attrib["viewBox"] == "0 0 600 340"
    assert root.attrib["aria-label"] == f"Illustration: {WORDS[kind]}"
    assert "style" not in drawing
    assert "script" not in drawing
    assert not re.search(r"\d\.\d", drawing)


@pytest.mark.parametrize("kind", sorted(WORDS))
def test_a_project_keeps_its_drawing_and_its_neighbour_has_another(kind: str) -> None:
    assert scene(kind, 7) == scene(kind, 7)
    assert scene(kind, 7) != scene(kind, 8)


def test_two_drawings_on_one_page_share_no_id() -> None:
    ids = [re.findall(r'id="([^"]+)"', str(scene(kind, seed))) for kind in WORDS for seed in (1, 2)]
    flat = [one for found in ids for one in found]
    assert len(flat) == len(set(flat)) == 2 * len(WORDS)


def test_every_place_and_objective_has_a_drawing_that_fits_the_place() -> None:
    seen = {
        kind_for(district.code, objective, seed)
        for district in DISTRICTS
        for objective in OBJECTIVES
        for seed in range(6)
    }
    assert seen == set(WORDS)
    assert {kind_for("E07000114", "Environment", seed) for seed in range(40)} == {"coast"}
    assert "coast" not in {kind_for("E07000111", objective, seed) for objective in OBJECTIVES for seed in range(40)}


def test_an_unknown_place_still_has_a_drawing() -> None:
    assert "<svg" in scene(kind_for("E06000035", "something new", 3), 3)


async def test_a_page_shows_it_by_an_address_that_may_be_kept(client: SiteClient) -> None:
    answer = await client.http.get(illustration_url("E07000114", "Environment", 7))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert illustration_words("E07000114", "Environment", 7) in answer.text


@pytest.mark.parametrize("name", ["castle-7", "coast-99999999999"])
async def test_a_drawing_that_nobody_made_is_not_found(client: SiteClient, name: str) -> None:
    page = await client.get(f"/illustrations/{name}.svg", status=404)
    assert page.h1 == "Page not found"
