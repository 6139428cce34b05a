"""The imported part of the small world: a fund that is over, one project that settled and one that did not."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from crowdfund_kent.database import execute
from evaluation.history import import_history
from tests.pledges import pot_make

PROJECTS: Sequence[Mapping[str, str]] = (
    {
        "project": "A1",
        "group": "Cobble Bay Swimmers",
        "legal_form": "unincorporated group",
        "title": "Sea steps",
        "summary": "A handrail.",
        "district": "E07000114",
        "objective": "health and wellbeing",
        "capital": "1000",
        "revenue": "500",
        "other_funding": "100",
        "in_kind": "250",
        "target": "1400",
        "opened": "2021-03-01",
        "last_day": "2021-04-30",
        "outcome": "settled",
        "decided": "2021-05-01",
        "settled": "2021-05-10",
        "match_1_fund": "old-pot",
        "match_1_amount": "700",
        "match_1_pledged": "2021-04-01",
        "match_1_paid": "2021-05-20",
    },
    {
        "project": "A2",
        "group": "Quince Corner Beekeepers",
        "legal_form": "registered charity",
        "title": "Bees behind the library",
        "summary": "Four hives.",
        "district": "E07000109",
        "objective": "health and wellbeing",
        "capital": "800",
        "revenue": "0",
        "target": "800",
        "opened": "2021-03-01",
        "last_day": "2021-04-30",
        "outcome": "unsuccessful",
        "decided": "2021-05-01",
    },
)
PLEDGES = (
    ("a", "A1", "ada@example.org", "400", "collected"),
    ("b", "A1", "ben@example.org", "300", "collected"),
    ("c", "A1", "cleo@example.org", "50", "dropped"),
    ("d", "A2", "ada@example.org", "20", "released"),
)


def write_history(folder: Path) -> list[Path]:
    """Two files of the past, marked as generated."""
    first, second = folder / "projects-generated.csv", folder / "pledges-generated.csv"
    names = list(PROJECTS[0])
    with first.open("w", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(PROJECTS)
    with second.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["pledge", "project", "backer", "pledged", "amount", "outcome"])
        lines.writerows((ref, project, who, "2021-03-15", pounds, end) for ref, project, who, pounds, end in PLEDGES)
    return [first, second]


async def make_past(folder: Path) -> None:
    """A fund that is over, with the records of what it did."""
    fund = await pot_make.fund(10_000_000)
    await execute(
        "UPDATE match_fund SET slug = 'old-pot', objective_list = 'crowdfund-kent', generated = true WHERE id = $1",
        fund.id,
    )
    await import_history(write_history(folder))
