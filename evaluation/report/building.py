"""The parts of a report, as plain data that page, print and files show alike. Figures as everybody may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from evaluation import cache
from evaluation.asking import FIRST_LINE
from evaluation.disclosure import public_figures, public_response
from evaluation.indicators import REGISTRY, Results
from evaluation.indicators.asked import response_of
from evaluation.indicators.kinds import Found, Indicator, Part, Section, Unit, in_words, ratio
from evaluation.kinds import EDITIONS, OBJECTIVES, OPTIONS, Edition, Objective, ReportPart
from evaluation.models import Measure, ReportWords
from evaluation.report.figures_in_words import with_figures
from evaluation.report.silence import what_is_missing
from evaluation.scope import Records, Scope
from evaluation.snapshots import ends_of_months
from evaluation.surveys.kinds import SurveyKind
from evaluation.surveys.queries import PublicRound, rounds_as_at

LEFT_OUT: Final = "left out"
STILL_OPEN: Final = "not over"
# figures that everybody sees as they are
TRENDS: Final = (
    "projects_matched",
    "match_pledged",
    "match_paid",
    "project_value",
    "campaigns_opened",
    "projects_funded",
)
GENERAL_LIMITS: Final = (
    "Figures are as at the end of a day in London, from the history of each record: what is recorded late changes them as they"
    " are known now, and not as they were published.",
    "Of figures about people, counts of one to four are left out, with whatever would give them away; all others are rounded"
    " to the nearest ten people or £100.",
    "What groups and backers answer is told once a round of half a year is over, and ten answers or more at once.",
    "Groups chose to take part and funds chose whom to add to: nothing here was drawn by lot.",
)

_PARTS: Final[tuple[tuple[str, str], ...]] = (
    ("summary", "Summary"),
    ("figures", str(Section.FIGURES)),
    ("worked", str(Section.WORKED)),
    ("spread", str(Section.SPREAD)),
    ("value", str(Section.VALUE)),
    ("running", str(Section.RUNNING)),
    ("limits", "Limits"),
    ("options", "Options"),
    ("method", "Method"),
    ("glossary", "Glossary"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: its entry in the registry, what was found, and how it reads."""

    about: Indicator
    found: Found

    @property
    def words(self) -> str:
        """The value in words, or why there is none."""
        if self.found.hidden:
            return LEFT_OUT
        if not self.found.has_evidence:
            return "no evidence yet"
        told = in_words(self.found.value, self.about.unit)
        if self.found.low is not None and self.found.high is not None:
            told += f" ({in_words(self.found.low, self.about.unit)} to {in_words(self.found.high, self.about.unit)})"
        return told

    @property
    def small(self) -> str | None:
        """Below its name: why there is no value, or of a share what it is made of."""
        found = self.found
        if not found.has_evidence:
            return found.why or None
        top, bottom = found.numerator, found.denominator
        if self.about.unit is Unit.SHARE and top is not None and bottom and ratio(top, bottom).value == found.value:
            return f"{top:,} of {bottom:,}"
        return None

    @property
    def has_told(self) -> bool:
        """There is something behind it, also where it is left out."""
        return self.found.has_evidence or self.found.hidden

    @property
    def short(self) -> str:
        """The same for a strip of figures: whole pounds without pence."""
        return self.words.removesuffix(".00") if self.about.unit is Unit.PENCE else self.words


def part_words(of: "Line | Chart", part: Part) -> str:
    """The value of a part in words, or that it is left out."""
    return LEFT_OUT if part.value is None else in_words(part.value, of.about.unit)


@dataclass(frozen=True, slots=True)
class Chart:
    """A breakdown, drawn and as a table: the same numbers."""

    caption: str
    heading: str
    about: Indicator
    parts: Sequence[Part]

    def words(self, part: Part) -> str:
        """One value in words."""
        return part_words(self, part)

    @property
    def is_empty(self) -> bool:
        """Nothing to draw: no part has a value above nothing."""
        return not any(part.value for part in self.parts)

    @property
    def why_empty(self) -> str:
        """Of an empty one, a sentence in its place."""
        if all(part.value is None for part in self.parts):
            return f"By {self.heading.lower()}: every count is left out."
        also = " or left out" if any(part.value is None for part in self.parts) else ""
        return f"By {self.heading.lower()}: {in_words(0, self.about.unit)}{also} everywhere."


@dataclass(frozen=True, slots=True)
class Breakdowns:
    """Every way in which one figure is broken down."""

    about: Indicator
    charts: Sequence[Chart]

    @property
    def words(self) -> str:
        """Projects funded, by district, legal form and objective"""
        *ways, last = (chart.heading.lower() for chart in self.charts)
        return f"{self.about.name}, by {', '.join(ways)} and {last}" if ways else f"{self.about.name}, by {last}"


@dataclass(frozen=True, slots=True)
class Trend:
    """One figure at the end of each month, as it was known when that day's snapshot was taken."""

    about: Indicator
    ends: Sequence[tuple[date, int]]

    @property
    def caption(self) -> str:
        """What it shows."""
        return f"{self.about.name}, at the end of each month"

    @property
    def points(self) -> list[dict[str, object]]:
        """For the line and its table."""
        return [
            {"words": f"{day:%B %Y}", "value": value, "shown": in_words(value, self.about.unit)}
            for day, value in self.ends
        ]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A measure of success with the figure that is its evidence, or None."""

    measure: str
    line: Line | None


@dataclass(frozen=True, slots=True)
class Round:
    """Who was asked in one half-year, and how many answered, as everybody may see it: nothing before it is over."""

    name: str
    asked: str
    answered: str
    last_day: date


@dataclass(frozen=True, slots=True)
class Option:
    """What could be done next, in officers' words."""

    name: str
    text: str
    cost_pence: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a reader is shown."""

    scope: Scope
    edition: Edition
    records: Records
    known_on: date | None
    lines: Mapping[str, Line]
    words: Mapping[ReportPart, str]
    options: Sequence[Option]
    evidence: Mapping[Objective, Sequence[Evidence]]
    trends: Sequence[Trend]
    rounds: Sequence[Round] = ()
    said: Sequence[str] = ()  # of whom there are no answers, and why
    known_at: datetime | None = None  # when it was measured, where something was recorded since

    @property
    def title(self) -> str:
        """Its heading."""
        return EDITIONS[self.edition].name if self.edition in EDITIONS else "Evaluation of the programme"

    @property
    def first_line(self) -> str:
        """Which records these are: before anything else."""
        return FIRST_LINE[self.records]

    @property
    def sections(self) -> list[tuple[str, str]]:
        """(anchor, name) of its parts, in the order of a committee paper, for its list of contents."""
        return [part for part in _PARTS if part[0] != "running" or self.section(Section.RUNNING)]

    def section(self, section: Section) -> list[Line]:
        """The figures of one part, in the order of the registry."""
        return [line for line in self.lines.values() if line.about.section == section]

    def breakdowns(self, section: Section) -> list[Breakdowns]:
        """Of each of its figures that is broken down."""
        found = []
        for line in self.section(section):
            charts = [
                Chart(f"{line.about.name}, by {way}", way.capitalize(), line.about, parts)
                for way, parts in line.found.parts.items()
                if parts
            ]
            if charts:
                found.append(Breakdowns(line.about, charts))
        return found

    @property
    def limits(self) -> list[str]:
        """What a reader should know of each figure before they quote it; what holds of several is said once."""
        told: dict[str, list[str]] = {}
        for line in self.lines.values():
            if line.about.limits != "None.":
                told.setdefault(line.about.limits, []).append(line.about.name)
        return [f"{_names(names)}: {limits}" for limits, names in told.items()]


def _names(names: Sequence[str]) -> str:
    """All of a few; of many the first, and how many more."""
    most = 3
    return "; ".join(names) if len(names) <= most else f"{names[0]}, and {len(names) - 1} more figures like it"


async def report_of(
    scope: Scope, edition: Edition = Edition.ANY, known_on: date | None = None, *, exact: bool = True
) -> Report:
    """The report as at a day, of one kind of records. Not `exact`: also as it was measured some minutes ago."""
    assert scope.records is not None
    found = await cache.results(scope, exact=exact)
    lines = lines_of(found)
    rounds = await rounds_as_at(scope)
    return Report(
        scope=scope,
        edition=edition,
        records=scope.records,
        known_on=known_on,
        lines=lines,
        words=await _words(edition, lines),
        options=await _options(edition, lines),
        evidence=await _evidence(lines),
        trends=await _trends(scope),
        rounds=_rounds(rounds),
        said=what_is_missing(scope.records, rounds, {kind for kind in SurveyKind if lines[response_of(kind)].has_told}),
        known_at=found.known_at,
    )


def lines_of(found: Results) -> dict[str, Line]:
    """Each figure as everybody may see it."""
    shown = public_figures(REGISTRY, found.found)
    return {key: Line(about, shown[key]) for key, about in REGISTRY.items()}


async def _newest(edition: Edition) -> dict[ReportPart, ReportWords]:
    rows = await ReportWords.filter(edition=edition).order_by("number")
    return {ReportPart(row.part): row for row in rows}


async def _words(edition: Edition, lines: Mapping[str, Line]) -> dict[ReportPart, str]:
    return {part: _told(row, lines) for part, row in (await _newest(edition)).items() if part not in OPTIONS}


async def _options(edition: Edition, lines: Mapping[str, Line]) -> list[Option]:
    written = await _newest(edition)
    return [
        Option(name, _told(written[part], lines), written[part].cost_pence)
        if part in written
        else Option(name, "", None)
        for part, name in OPTIONS.items()
    ]


def _told(row: ReportWords, lines: Mapping[str, Line]) -> str:
    """What was written, with the figures of this report where it names them."""
    return with_figures(row.text, lambda key: lines[key].words if key in lines else None)


async def _evidence(lines: Mapping[str, Line]) -> dict[Objective, list[Evidence]]:
    found: dict[Objective, list[Evidence]] = {objective: [] for objective in OBJECTIVES}
    for row in await Measure.filter(retired_at=None).order_by("id"):
        found[Objective(row.objective)].append(Evidence(row.name, lines.get(row.indicator)))
    return found


async def _trends(scope: Scope) -> list[Trend]:
    """Of figures that need no rounding. Snapshots taken after what is asked for was known are left out."""
    assert scope.records is not None
    ends = [
        (row.day, row.values)
        for row in await ends_of_months(scope.records, scope.as_at)
        if row.known_before <= scope.recorded
    ]
    return [
        Trend(REGISTRY[key], [(day, values[key]) for day, values in ends if values.get(key) is not None])
        for key in TRENDS
        if len(ends) > 1
    ]


def _rounds(rows: Sequence[PublicRound]) -> list[Round]:
    found = []
    for row in rows:
        asked, answered = (
            map(_count_words, public_response(row.asked, row.answered)) if row.is_over else (STILL_OPEN, STILL_OPEN)
        )
        found.append(Round(row.name, asked, answered, row.last_day))
    return found


def _count_words(count: int | None) -> str:
    return LEFT_OUT if count is None else f"{count:,}"
