"""How a report's parts read: breakdowns by figure, those without a value as a sentence, and the list of its parts."""

from base64 import b64decode
from xml.etree import ElementTree

import pytest

from evaluation.indicators import REGISTRY
from evaluation.indicators.kinds import Indicator, Part
from evaluation.report.building import Breakdowns, Chart
from evaluation.report.images import LONGEST_LINE, bars_image
from tests.client import SiteClient

FUNDED, PLEDGED = REGISTRY["projects_funded"], REGISTRY["match_pledged"]


@pytest.mark.parametrize(
    ("about", "values", "words"),
    [
        (FUNDED, (0, 0), "By district: 0 everywhere."),
        (PLEDGED, (0, 0), "By district: £0.00 everywhere."),
        (FUNDED, (None, None), "By district: every count is left out."),
        (FUNDED, (0, None), "By district: 0 or left out everywhere."),
    ],
)
def test_a_breakdown_without_a_value_is_a_sentence(
    about: Indicator, values: tuple[int | None, int | None], words: str
) -> None:
    chart = Chart("", "District", about, [Part("a", "A", values[0]), Part("b", "B", values[1])])
    assert chart.is_empty
    assert chart.why_empty == words


def test_breakdowns_are_named_by_their_figure_and_ways() -> None:
    charts = [Chart("", way, FUNDED, []) for way in ("District", "Legal form", "Objective")]
    assert Breakdowns(FUNDED, charts).words == "Projects funded, by district, legal form and objective"
    assert Breakdowns(FUNDED, charts[:1]).words == "Projects funded, by district"


async def test_the_report_begins_with_a_list_of_its_parts(client: SiteClient) -> None:
    page = await client.get("/evaluation")
    parts = [(heading.text, f"#{heading.attrs['id']}") for heading in page.root.all("h2") if "id" in heading.attrs]
    listed = [link for link in page.links if link in parts]
    assert listed == [part for part in parts if part[1] != "#contents"]
    assert len(listed) == 10


def test_a_long_label_of_a_printed_bar_takes_two_lines_and_ends_as_its_source_does() -> None:
    """Two sources of one fund differ at the end of their names alone."""
    names = ("Crowdfund Kent pilot 2021-23: Base budget", "Crowdfund Kent pilot 2021-23: Public Health")
    image = bars_image("Match paid", [{"words": name, "value": 1, "shown": "£1"} for name in names])
    svg = ElementTree.fromstring(b64decode(image["src"].partition(",")[2]))
    lines = [text.text or "" for text in svg.iterfind(".//{*}text") if text.get("text-anchor") == "end"]
    assert len(lines) == 4
    assert all(len(line) <= LONGEST_LINE for line in lines)
    assert [" ".join(lines[:2]), " ".join(lines[2:])] == list(names)
    assert all(name in image["alt"] for name in names)
