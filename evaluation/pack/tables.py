"""The report as tables and as JSON: one sheet a section, one a breakdown, the data dictionary. As everybody may see it."""

import hashlib
import json
from typing import Any, Final

from crowdfund_kent.table_files import Table, Value
from evaluation.indicators import all_indicators
from evaluation.indicators.kinds import Unit
from evaluation.kinds import OBJECTIVES
from evaluation.report import Report
from evaluation.report.building import LEFT_OUT, Line

_MONEY: Final = (Unit.PENCE,)


def _notes(report: Report) -> tuple[str, ...]:
    known = f"as known by the end of {report.known_on}" if report.known_on else "as known now"
    return (report.first_line, f"As at the end of {report.scope.as_at}, {known}.")


def _cells(line: Line) -> list[Value]:
    """Key, name, value in words, unit, the whole number, its parts, why there is none."""
    found = line.found
    return [
        line.about.key,
        line.about.name,
        line.words,
        line.about.unit,
        found.value,
        found.numerator,
        found.denominator,
        found.low,
        found.high,
        found.why,
    ]


def figures(report: Report) -> Table:
    """Every figure, one line each. Whole numbers are in the unit that the line names."""
    columns = (
        "Key",
        "Figure",
        "In words",
        "Unit",
        "Number",
        "Counted",
        "Divided by",
        "From",
        "To",
        "Why there is none",
    )
    return Table("Figures", columns, [_cells(line) for line in report.lines.values()], notes=_notes(report))


def breakdowns(report: Report) -> Table:
    """Every part of every breakdown, one line each."""
    rows: list[list[Value]] = [
        [
            key,
            line.about.name,
            way,
            part.key,
            part.name,
            LEFT_OUT if part.value is None else "",
            line.about.unit,
            part.value,
        ]
        for key, line in report.lines.items()
        for way, parts in line.found.parts.items()
        for part in parts
    ]
    columns = ("Key", "Figure", "By", "Part", "Name", "Left out", "Unit", "Number")
    return Table("Breakdowns", columns, rows, notes=_notes(report))


def money(report: Report) -> Table:
    """The figures of money again, in pounds, for who adds them up."""
    rows: list[list[Value]] = [
        [key, line.about.name, line.found.value] for key, line in report.lines.items() if line.about.unit in _MONEY
    ]
    return Table("Money", ("Key", "Figure", "Pounds"), rows, money=frozenset({"Pounds"}), notes=_notes(report))


def trends(report: Report) -> Table:
    """Figures at the ends of months, one line each, in the unit that the line names."""
    rows: list[list[Value]] = [
        [one.about.key, one.about.name, day, one.about.unit, value] for one in report.trends for day, value in one.ends
    ]
    return Table("Trends", ("Key", "Figure", "End of", "Unit", "Number"), rows, notes=_notes(report))


def rounds(report: Report) -> Table:
    """Who was asked how it went, and how many answered, as everybody may see it; then of whom no answers are told, and why."""
    rows: list[list[Value]] = [[one.name, one.asked, one.answered, one.last_day] for one in report.rounds]
    rows += [[words, "", "", None] for words in report.said]
    return Table("Surveys", ("Who, and when", "Asked", "Answered", "Last day"), rows, notes=_notes(report))


def dictionary() -> Table:
    """The registry."""
    columns = (
        "Key", "Name", "Question", "Definition", "Formula", "Unit", "Counted", "Divided by", "Source", "Broken down by",
        "Objective", "Limits", "Shown",
    )  # fmt: skip
    rows: list[list[Value]] = [
        [
            one.key, one.name, one.question, one.definition, one.formula, one.unit, one.numerator, one.denominator, one.source,
            ", ".join(one.parts), OBJECTIVES[one.serves], one.limits, one.shown,
        ]
        for one in all_indicators()
    ]  # fmt: skip
    return Table("Indicators", columns, rows)


def words(report: Report) -> Table:
    """What officers wrote: text, whatever it holds."""
    rows: list[list[Value]] = [[str(part), text, None] for part, text in report.words.items()]
    rows += [[option.name, option.text, option.cost_pence] for option in report.options]
    rows += [
        [OBJECTIVES[objective], f"{one.measure}: {one.line.words if one.line else 'no evidence yet'}", None]
        for objective, measures in report.evidence.items()
        for one in measures
    ]
    return Table("Words", ("Part", "Text", "Cost a year"), rows, money=frozenset({"Cost a year"}), notes=_notes(report))


def all_tables(report: Report) -> list[Table]:
    """Every sheet of the workbook, in order."""
    return [
        figures(report),
        money(report),
        breakdowns(report),
        trends(report),
        rounds(report),
        words(report),
        dictionary(),
    ]


def as_json(report: Report) -> dict[str, Any]:
    """For programs. The first key says which records these are."""
    return {
        "records": report.records,
        "about": report.first_line,
        "as_at": report.scope.as_at.isoformat(),
        "known_on": report.known_on.isoformat() if report.known_on else None,
        **({"known_at": report.known_at.isoformat(timespec="seconds")} if report.known_at else {}),
        "edition": report.edition,
        "figures": {
            key: {
                "name": line.about.name,
                "unit": line.about.unit,
                "value": line.found.value,
                "words": line.words,
                "numerator": line.found.numerator,
                "denominator": line.found.denominator,
                "low": line.found.low,
                "high": line.found.high,
                "why": line.found.why,
                "parts": {
                    way: [{"key": part.key, "name": part.name, "value": part.value} for part in parts]
                    for way, parts in line.found.parts.items()
                },
            }
            for key, line in report.lines.items()
        },
        "trends": {
            one.about.key: [{"day": day.isoformat(), "value": value} for day, value in one.ends]
            for one in report.trends
        },
        "surveys": {
            "rounds": [
                {"name": one.name, "asked": one.asked, "answered": one.answered, "last_day": one.last_day.isoformat()}
                for one in report.rounds
            ],
            "missing": list(report.said),
        },
        "words": {str(part): text for part, text in report.words.items()},
        "options": [
            {"name": option.name, "text": option.text, "cost_pence": option.cost_pence} for option in report.options
        ],
    }


def json_bytes(plain: dict[str, Any]) -> bytes:
    """The same bytes for the same figures."""
    return (json.dumps(plain, indent=2, ensure_ascii=False) + "\n").encode()


def sha256_of(content: bytes) -> str:
    """The checksum of a file, as `sha256sum -c` reads it."""
    return hashlib.sha256(content).hexdigest()
