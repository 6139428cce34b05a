"""What Lighthouse's reports say, and whether it is enough. Pure: reports in, figures and faults out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

Report = Mapping[str, Any]
"""One report as Lighthouse writes it (its "Lighthouse Result" in JSON)."""

PICTURE: Final = "Image"
PERFECT: Final = 1
NAMED: Final = 5  # of what moved, or weighs most


class NotMeasured(Exception):
    """A report that says nothing about the page that was asked for; the message says why."""


@dataclass(frozen=True)
class Limit:
    """One figure: what it is called, how it is shown, what it must be, and which audits explain a failure."""

    name: str
    of: Callable[[Report], float]
    holds: Callable[[float], bool]
    words: str
    shown: str
    blame: Callable[[Report], list[str]]
    pages: frozenset[str] | None = None  # None: every page


@dataclass(frozen=True)
class Fault:
    """A limit that a page broke, by the median of its runs. `blame` names audits, or what moved or weighs."""

    page: str
    limit: Limit
    value: float
    blame: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {self.limit.name} is {self.limit.shown.format(self.value)}, must be {self.limit.words}"


def score(category: str) -> Callable[[Report], float]:
    """A category's score, 0 to 100."""
    return lambda report: float(round(report["categories"][category]["score"] * 100))


def layout_shift(report: Report) -> float:
    """Cumulative layout shift, without a unit."""
    return float(report["audits"]["cumulative-layout-shift"]["numericValue"])


def weight(report: Report) -> float:
    """Kilobytes (1,000 bytes) on the way from the server, headers included, without pictures."""
    return float(sum(one["transferSize"] for one in _requests(report) if one["resourceType"] != PICTURE)) / 1000


def _requests(report: Report) -> list[Mapping[str, Any]]:
    return list(report["audits"]["network-requests"]["details"]["items"])


def failing(category: str) -> Callable[[Report], list[str]]:
    """The audits that cost the category points, the dearest first."""

    def of(report: Report) -> list[str]:
        lost = []
        for one in report["categories"][category]["auditRefs"]:
            audit = report["audits"][one["id"]]
            if one["weight"] and audit["score"] is not None and audit["score"] < PERFECT:
                words = f"{one['id']}: {audit['title']} {audit.get('displayValue', '')}".strip()
                lost.append((one["weight"] * (1 - audit["score"]), words))
        return [words for _, words in sorted(lost, key=lambda each: -each[0])]

    return of


def _moved(report: Report) -> list[str]:
    shifts = report["audits"]["layout-shifts"].get("details", {}).get("items", [])
    return [f"layout-shifts: {one['node']['selector']} ({one['score']:.3f})" for one in shifts[:NAMED]]


def _heaviest(report: Report) -> list[str]:
    carried = [one for one in _requests(report) if one["resourceType"] != PICTURE]
    carried.sort(key=lambda one: -one["transferSize"])
    return [f"network-requests: {one['url']} ({one['transferSize'] / 1000:.1f} KB)" for one in carried[:NAMED]]


def _perfect(name: str, category: str) -> Limit:
    return Limit(name, score(category), lambda value: value >= 100, "100", "{:.0f}", failing(category))


LIMITS: Final = (
    Limit(
        "performance", score("performance"), lambda value: value >= 95, "95 or more", "{:.0f}", failing("performance")
    ),
    _perfect("accessibility", "accessibility"),
    _perfect("best practices", "best-practices"),
    _perfect("SEO", "seo"),
    Limit("layout shift", layout_shift, lambda value: value < 0.02, "under 0.02", "{:.4f}", _moved),
    Limit(
        "KB without pictures",
        weight,
        lambda value: value < 150,
        "under 150 on a project's page",
        "{:.1f}",
        _heaviest,
        frozenset({"project"}),
    ),
)


def is_of(report: Report, address: str) -> Report:
    """The report, if it is of this address and whole.

    Raises NotMeasured for an error, a category without a score (an audit of it crashed), a redirect to somewhere else.
    """
    if error := report.get("runtimeError"):
        raise NotMeasured(f"{error['code']}: {error['message']}")
    if without := [name for name, category in report["categories"].items() if category["score"] is None]:
        crashed = [name for name, audit in report["audits"].items() if audit["scoreDisplayMode"] == "error"]
        raise NotMeasured(f"no score for {', '.join(without)}: an audit crashed ({', '.join(crashed)})")
    if report["finalDisplayedUrl"] != address:
        raise NotMeasured(f"{address} leads to {report['finalDisplayedUrl']}")
    return report


def figures(runs: Sequence[Report]) -> dict[str, float]:
    """By limit: the median of the runs."""
    return {limit.name: median(limit.of(run) for run in runs) for limit in LIMITS}


def judge(page: str, runs: Sequence[Report]) -> list[Fault]:
    """Every limit that the page breaks, with what the runs blame, each thing once."""
    values = figures(runs)
    return [
        Fault(page, limit, values[limit.name], tuple(dict.fromkeys(why for run in runs for why in limit.blame(run))))
        for limit in LIMITS
        if (limit.pages is None or page in limit.pages) and not limit.holds(values[limit.name])
    ]


def table(pages: Mapping[str, Sequence[Report]]) -> list[str]:
    """Page by figure, in columns; a figure that breaks its limit has an exclamation mark. The limits stand below."""
    rows = [["", *(limit.name for limit in LIMITS)]]
    for page, runs in pages.items():
        values, broken = figures(runs), {fault.limit.name for fault in judge(page, runs)}
        rows.append(
            [page]
            + [limit.shown.format(values[limit.name]) + ("!" if limit.name in broken else "") for limit in LIMITS]
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [*lines, "limits: " + "; ".join(f"{limit.name} {limit.words}" for limit in LIMITS)]
