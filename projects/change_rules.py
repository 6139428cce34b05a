"""What a running campaign may change, and what differs between one plan and the next (ruling 15). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from crowdfund_kent.templating import day
from projects import rules
from projects.kinds import CostKind

WORDS: Final = (("summary", "Summary"), ("story", "Story"))  # what a plan may say otherwise; the title is its name
LISTS: Final = {"costs": "Costs", "other_funding": "Money found before"}
MOST_LINES: Final = 40
NOTHING: Final = "Nothing differs from the plan as it stands. Change the words or the costs first."


def later_day_problem(wanted: date, last_day: date, longest_days: int) -> str | None:
    """Why the last day can't move to `wanted`, or None: later than now, by no more than the setting."""
    furthest = last_day + timedelta(days=longest_days)
    if wanted <= last_day:
        return f"Enter a day after {day(last_day)}, which is the last day now"
    if wanted > furthest:
        return (
            f"A campaign can be made longer once, by up to {rules.days_in_words(longest_days)}:"
            f" enter {day(furthest)} or an earlier day"
        )
    return None


def figures_of(content: Mapping[str, Any]) -> rules.Figures:
    """The sums of a plan's lines (ruling 1)."""
    return rules.figures(
        [rules.Line(one["words"], one["amount_pence"], CostKind(one["kind"])) for one in content.get("costs", ())],
        [rules.Line(one["words"], one["amount_pence"]) for one in content.get("other_funding", ())],
        [rules.Line(one["words"], one["amount_pence"]) for one in content.get("in_kind", ())],
    )


@dataclass(frozen=True, slots=True)
class Reworded:
    """Words as they were, and as they would be or are."""

    key: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line of a list on both sides, in pence; None where it is not there."""

    words: str
    before_pence: int | None
    after_pence: int | None

    @property
    def is_same(self) -> bool:
        """Nothing about it changes."""
        return self.before_pence == self.after_pence


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything in which two plans differ. `lists`: the title of each list that differs, with all its lines."""

    words: Sequence[Reworded]
    lists: Sequence[tuple[str, Sequence[LineChange]]]
    old_target_pence: int
    new_target_pence: int

    @property
    def any(self) -> bool:
        """There is something to agree to."""
        return bool(self.words or self.lists)

    @property
    def in_words(self) -> str:
        """What changes, as part of a sentence: the summary, the costs and the target."""
        parts = [f"the {one.title.lower()}" for one in self.words] + [f"the {title.lower()}" for title, _ in self.lists]
        if self.old_target_pence != self.new_target_pence:
            parts.append("the target")
        return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Differences:
    """How `after` differs from `before`; both in the shape of a version's content."""
    compared = [(title, _compared(before.get(key, ()), after.get(key, ()))) for key, title in LISTS.items()]
    return Differences(
        words=[
            Reworded(key, title, before.get(key, ""), after.get(key, ""))
            for key, title in WORDS
            if before.get(key, "") != after.get(key, "")
        ],
        lists=[(title, lines) for title, lines in compared if not all(one.is_same for one in lines)],
        old_target_pence=figures_of(before).target_pence,
        new_target_pence=figures_of(after).target_pence,
    )


def _compared(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[LineChange]:
    """Lines side by side: those of the new list in their order, then those that went. Kind is part of what a line is."""
    left = [dict(one) for one in before]
    made = []
    for line in after:
        same = next((one for one in left if _name(one) == _name(line)), None)
        if same is not None:
            left.remove(same)
        made.append(LineChange(_name(line), same["amount_pence"] if same else None, line["amount_pence"]))
    return [*made, *(LineChange(_name(one), one["amount_pence"], None) for one in left)]


def _name(line: Mapping[str, Any]) -> str:
    """What a line is, with its kind where it has one: a cost that lasts is another thing than one that is used up."""
    kind = {CostKind.CAPITAL: " (it lasts)", CostKind.REVENUE: " (it is used up)"}
    return str(line["words"]) + (kind[CostKind(line["kind"])] if "kind" in line else "")


def plan_problem(before: Mapping[str, Any], after: Mapping[str, Any], limits: rules.Limits) -> str | None:
    """Why this plan can't be asked for, or None."""
    if not differences(before, after).any:
        return NOTHING
    if any(not after.get(key, "").strip() for key, _ in WORDS):
        return "Enter a summary and a story."
    problem = rules.costs_problem(figures_of(after), limits)
    return f"{problem}." if problem else None


def extras_reached(extras: Sequence[Mapping[str, Any]], raised_pence: int, target_pence: int) -> list[dict[str, Any]]:
    """What more money pays for, in order of amount, each with whether so much more is raised: {words, amount_pence, reached}."""
    over = raised_pence - target_pence
    ordered = sorted(extras, key=lambda one: int(one["amount_pence"]))
    return [{**one, "reached": over >= int(one["amount_pence"])} for one in ordered]
