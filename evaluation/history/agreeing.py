"""What rows must agree on with each other. Pure; raises nothing, returns every disagreement with its place."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from crowdfund_kent.money import pounds_exact
from evaluation.history.columns import MATCHES, Outcome, PledgeOutcome
from evaluation.history.reading import ImportProblem, Records, Row

# how a pledge may end under each outcome of its campaign; a backer may cancel before any of them
ENDS: Final = {
    Outcome.SETTLED: {PledgeOutcome.COLLECTED, PledgeOutcome.DROPPED, PledgeOutcome.REFUNDED},
    Outcome.UNSUCCESSFUL: {PledgeOutcome.RELEASED},
    Outcome.CANCELLED: {PledgeOutcome.RELEASED},
    Outcome.COLLAPSED: {PledgeOutcome.REFUNDED, PledgeOutcome.DROPPED},
}
HELD_TO_THE_END: Final = {Outcome.SETTLED}


@dataclass(frozen=True, slots=True)
class PastMatch:
    """One match pledge of a project's row. Released with its campaign unless that settled."""

    number: int
    fund: str
    amount_pence: int
    pledged: date
    paid: date | None
    purpose: str


def matches_of(row: Row) -> list[PastMatch]:
    """The match pledges that a row names in full."""
    found = []
    for number in range(1, MATCHES + 1):
        fund, amount, pledged, paid, purpose = (
            row.values[f"match_{number}_{name}"] for name in ("fund", "amount", "pledged", "paid", "purpose")
        )
        if fund and amount and pledged:
            found.append(PastMatch(number, fund, amount, pledged, paid, purpose or ""))
    return found


def disagreements(
    records: Records, funds: Collection[str], objectives: Collection[str], today: date
) -> list[ImportProblem]:
    """Everything that does not fit together. `funds` by slug, `objectives` by name, as the site knows them.

    What is still to come is no record: `today`, in London, is the last day that one may name.
    """
    problems = [
        row.problem(column, "is in the future")
        for row in (*records.projects, *records.pledges)
        for column, value in row.values.items()
        if isinstance(value, date) and value > today
    ]
    projects: dict[str, Row] = {}
    for row in records.projects:
        reference = row.values["project"]
        if reference in projects:
            first = projects[reference]
            problems.append(row.problem("project", f"'{reference}' stands in {first.file}, line {first.line}, already"))
        projects[reference] = row
        problems += _of_project(row, funds, objectives)
    pledged: dict[str, list[Row]] = defaultdict(list)
    seen: dict[str, Row] = {}
    for row in records.pledges:
        reference = row.values["pledge"]
        if reference in seen:
            first = seen[reference]
            problems.append(row.problem("pledge", f"'{reference}' stands in {first.file}, line {first.line}, already"))
        seen[reference] = row
        project = projects.get(row.values["project"])
        if project is None:
            problems.append(row.problem("project", f"no project '{row.values['project']}' is in these files"))
            continue
        pledged[row.values["project"]].append(row)
        problems += _of_pledge(row, project)
    for reference, row in projects.items():
        problems += _of_verdict(row, pledged[reference])
    return problems


def _of_project(row: Row, funds: Collection[str], objectives: Collection[str]) -> list[ImportProblem]:
    values, problems = row.values, list[ImportProblem]()
    target = values["capital"] + values["revenue"] - (values["other_funding"] or 0)
    if values["target"] != target:
        told = f"is {pounds_exact(values['target'])}, but costs less other funding are {pounds_exact(target)}"
        problems.append(row.problem("target", told))
    if values["objective"] not in objectives:
        problems.append(row.problem("objective", f"'{values['objective']}' is not in the list of objectives"))
    if values["last_day"] < values["opened"]:
        problems.append(row.problem("last_day", "is before the campaign opened"))
    if values["outcome"] != Outcome.CANCELLED and values["decided"] <= values["last_day"]:
        problems.append(row.problem("decided", "is not after the last day"))
    if values["decided"] < values["opened"]:
        problems.append(row.problem("decided", "is before the campaign opened"))
    if values["outcome"] in {Outcome.SETTLED, Outcome.COLLAPSED}:
        if values["settled"] is None:
            problems.append(row.problem("settled", "is empty: enter the day collection was decided"))
        elif values["settled"] <= values["decided"]:
            problems.append(row.problem("settled", "is not after the day on which the target was decided"))
    return problems + _of_matches(row, funds)


def _of_matches(row: Row, funds: Collection[str]) -> list[ImportProblem]:
    problems, values = list[ImportProblem](), row.values
    for number in range(1, MATCHES + 1):
        parts = {name: values[f"match_{number}_{name}"] for name in ("fund", "amount", "pledged")}
        empty = [name for name, value in parts.items() if value is None]
        if 0 < len(empty) < len(parts):
            problems += [row.problem(f"match_{number}_{name}", "is empty, and the rest is not") for name in empty]
    for match in matches_of(row):
        column = f"match_{match.number}_"
        if match.fund not in funds:
            problems.append(row.problem(f"{column}fund", f"no fund is called '{match.fund}'"))
        if not values["opened"] <= match.pledged <= values["last_day"]:
            problems.append(row.problem(f"{column}pledged", "is not between the first and the last day"))
        if match.paid is not None and values["outcome"] not in HELD_TO_THE_END:
            problems.append(row.problem(f"{column}paid", "a campaign that did not settle is paid nothing"))
        if match.paid is not None and values["settled"] and match.paid < values["settled"]:
            problems.append(row.problem(f"{column}paid", "is before the campaign settled"))
    named = [match.fund for match in matches_of(row)]
    if len(set(named)) != len(named):
        problems.append(row.problem("match_2_fund", "one fund pledges once to a campaign"))
    return problems


def _of_pledge(row: Row, project: Row) -> list[ImportProblem]:
    values, problems = row.values, list[ImportProblem]()
    if not project.values["opened"] <= values["pledged"] <= project.values["last_day"]:
        problems.append(row.problem("pledged", "is not between the campaign's first and last day"))
    if values["outcome"] == PledgeOutcome.CANCELLED:
        if values["ended"] is None:
            problems.append(row.problem("ended", "is empty: enter the day it was cancelled"))
        elif not values["pledged"] <= values["ended"] <= project.values["last_day"]:
            problems.append(row.problem("ended", "is not between the pledge and the campaign's last day"))
    elif values["outcome"] not in ENDS[Outcome(project.values["outcome"])]:
        told = f"a pledge to a campaign that was {project.values['outcome']} can't have been {values['outcome']}"
        problems.append(row.problem("outcome", told))
    return problems


def raised_pence(row: Row, pledges: list[Row]) -> int:
    """What the verdict counted: pledges that were not cancelled, and the match (ruling 2)."""
    crowd = sum(p.values["amount"] for p in pledges if p.values["outcome"] != PledgeOutcome.CANCELLED)
    return int(crowd + sum(match.amount_pence for match in matches_of(row)))


def _of_verdict(row: Row, pledges: list[Row]) -> list[ImportProblem]:
    raised, target, outcome = raised_pence(row, pledges), row.values["target"], row.values["outcome"]
    if outcome in {Outcome.SETTLED, Outcome.COLLAPSED} and raised < target:
        told = f"is {outcome}, but {pounds_exact(raised)} was raised of {pounds_exact(target)}"
        return [row.problem("outcome", told)]
    if outcome == Outcome.UNSUCCESSFUL and raised >= target:
        told = f"is unsuccessful, but {pounds_exact(raised)} was raised of {pounds_exact(target)}"
        return [row.problem("outcome", told)]
    return []
