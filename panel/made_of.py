"""What each number of a public record was made from, so that anybody can work it out again. Pure; amounts are pence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import day, percent, plural
from pledges.calculator import Bound


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a number was made from, as a page shows it. `href`: where that can be seen, empty where nowhere."""

    words: str
    shown: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A limit of the calculator as it stood, and what it was made from."""

    name: str
    words: str
    pence: int
    binds: bool
    parts: Sequence[Part]


def limits(
    stored: Mapping[str, Any], *, fund_path: str, project_path: str = "", sources: Mapping[int, str] | None = None
) -> list[Made]:
    """The calculator's terms of a decision with their inputs; none of a record that keeps no inputs (imported ones).

    `sources`: names of the fund's sources by id, for what was left in each.
    """
    given = stored.get("inputs")
    if not isinstance(given, Mapping):
        return []
    rules, binds = _rules(stored, fund_path), stored.get("binds")
    parts = {
        Bound.MAX_SHARE: _share(given, rules, project_path),
        Bound.MAX_AMOUNT: [rules],
        Bound.COMBINED_SHARE: _combined(given, rules, project_path),
        Bound.POT: _pot(stored, given, f"{fund_path}/pounds", sources or {}),
        Bound.GAP: _gap(stored, given, project_path),
    }
    return [
        Made(term["name"], term["words"], term["pence"], term["name"] == binds, parts[Bound(term["name"])])
        for term in stored["terms"]
    ]


def _rules(stored: Mapping[str, Any], fund_path: str) -> Part:
    since = day(date.fromisoformat(str(stored["rules_from"])))
    variant = f", for {stored['variant']}" if stored.get("variant") else ""
    return Part("The fund’s rules of that day", f"in force since {since}{variant}", f"{fund_path}#rules")


def _share(given: Mapping[str, Any], rules: Part, project_path: str) -> list[Part]:
    costs_only = given["eligible_base_pence"] < given["target_pence"]
    base = "Running costs in the target" if costs_only else "The target on that day"
    return [
        Part(base, pounds_exact(given["eligible_base_pence"]), project_path),
        Part("The fund’s largest share of it", percent(given["max_share_bp"])),
        rules,
    ]


def _combined(given: Mapping[str, Any], rules: Part, project_path: str) -> list[Part]:
    return [
        Part("The target on that day", pounds_exact(given["target_pence"]), project_path),
        Part("Largest share of all public money together", percent(given["combined_share_bp"])),
        Part("Less: from other funds and public bodies by then", pounds_exact(given["other_public_pence"])),
        rules,
    ]


def _pot(stored: Mapping[str, Any], given: Mapping[str, Any], path: str, sources: Mapping[int, str]) -> list[Part]:
    fitting = stored.get("fitting") or ()
    drawn = [
        (source_id, left) for source_id, purpose, left in stored.get("pot") or () if not purpose or source_id in fitting
    ]
    if sum(left for _, left in drawn) != given["pot_available_pence"]:
        return [Part("Left in the sources that this may draw", pounds_exact(given["pot_available_pence"]), path)]
    return [Part(f"Left in {sources.get(one, 'one source')}", pounds_exact(left), path) for one, left in drawn]


def _gap(stored: Mapping[str, Any], given: Mapping[str, Any], project_path: str) -> list[Part]:
    crowd = int(stored.get("crowd_pence") or 0)
    match = given["raised_pence"] - crowd
    backers = int(stored.get("backers") or 0)
    parts = [Part("The target on that day", pounds_exact(given["target_pence"]), project_path)]
    if crowd or backers:
        words = f"Less: pledged by then, by {plural(backers, 'backer')}"
        parts.append(Part(words, pounds_exact(crowd), project_path))
    return [*parts, Part("Less: offered or added by public funds by then", pounds_exact(match), project_path)]


def median_halves(values: Sequence[int]) -> int | None:
    """Twice the median, so that it is whole also between two numbers; None of nothing.

    >>> median_halves([3, 9, 4]), median_halves([3, 4]), median_halves([])
    (8, 7, None)
    """
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]


def days_words(halves: int | None) -> str:
    """Twice a number of working days in words.

    >>> days_words(7), days_words(2), days_words(None)
    ('3.5 working days', '1 working day', 'not known')
    """
    if halves is None:
        return "not known"
    if halves % 2:
        return f"{halves // 2}.5 working days"
    return plural(halves // 2, "working day")
